"""Levels, importance and stretches of time, as the pages show them.

The pictures stand beside the same number in words; screen readers get the words only.
"""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.models import MAX_IMPORTANCE, MAX_LEVEL
from guidance.catalog.snapshot import Record
from guidance.web import charts

register = template.Library()

NAMED = 3  # skills named in a sentence before the rest is only counted
WEEKS_PER_MONTH = 52 / 12


@register.simple_tag
@lru_cache(maxsize=64)
def level_bar(now: int, to: int) -> SafeString:
    """Levels reached, levels to go, levels beyond."""
    kinds = ["on"] * now + ["go"] * max(to - now, 0)
    return _boxes("lv", (*kinds, *[""] * (MAX_LEVEL - len(kinds))))


@register.simple_tag
@lru_cache(maxsize=64)
def asked_bar(level: int) -> SafeString:
    """A level that is asked for, whoever reads."""
    return _boxes("lv", ("ask",) * level + ("",) * (MAX_LEVEL - level))


@register.simple_tag
@lru_cache(maxsize=64)
def importance_dots(importance: int) -> SafeString:
    return _boxes("dots", ("on",) * importance + ("",) * (MAX_IMPORTANCE - importance))


register.simple_tag(charts.ladder)
register.simple_tag(charts.bar, name="share_bar")


def _boxes(name: str, kinds: Sequence[str]) -> SafeString:
    boxes = format_html_join("", '<i class="{}"></i>', ((kind,) for kind in kinds))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', name, boxes)


@register.filter
def names(records: Sequence[Record]) -> str:
    """“Python, SQL and 4 more”"""
    shown = [record.name for record in records[:NAMED]]
    rest = len(records) - len(shown)
    if rest:
        return _("%(names)s and %(count)d more") % {"names": ", ".join(shown), "count": rest}
    return listed(shown)


def listed(words: Sequence[str]) -> str:
    """“Mon, Wed and Fri”"""
    if len(words) < 2:
        return "".join(words)
    return _("%(names)s and %(last)s") % {"names": ", ".join(words[:-1]), "last": words[-1]}


@register.filter
def stretch(weeks: int) -> str:
    """“about 7 months”, “about 2½ years”: what a number of weeks means on a calendar."""
    months = round(weeks / WEEKS_PER_MONTH)
    if months < 2:
        return ""
    if months < 18:
        return ngettext("about %(count)d month", "about %(count)d months", months) % {"count": months}
    halves = round(months / 6)
    return _("about %(count)s years") % {"count": f"{halves // 2}{'½' if halves % 2 else ''}"}


def lapse(days: int) -> str:
    """“11 days”, “about 7 months”: how far two days are apart."""
    return stretch(days // 7) or ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
