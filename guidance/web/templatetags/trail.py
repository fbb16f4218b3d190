"""Levels, importance and stretches of time, as the pages show them.

The pictures stand beside the same number in words; screen readers get the words only.
"""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from guidance.catalog.models import MAX_IMPORTANCE, MAX_LEVEL
from guidance.catalog.wording import names, stretch
from guidance.web import charts

register = template.Library()

register.filter(names)
register.filter(stretch)


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
