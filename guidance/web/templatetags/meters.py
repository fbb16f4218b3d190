"""Small pictures of a number that stands beside them in words; screen readers get the words only."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from guidance.catalog.models import MAX_IMPORTANCE, MAX_LEVEL

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=64)
def level_bar(now: int, to: int) -> SafeString:
    """Levels reached, levels to go, levels beyond."""
    kinds = ["on"] * now + ["go"] * max(to - now, 0)
    return _bar(tuple(kinds[:MAX_LEVEL] + [""] * (MAX_LEVEL - len(kinds))), "lv")


@register.simple_tag
@lru_cache(maxsize=64)
def asked_bar(level: int) -> SafeString:
    """A level that is asked for, whoever reads."""
    return _bar(("ask",) * level + ("",) * (MAX_LEVEL - level), "lv")


@register.simple_tag
@lru_cache(maxsize=64)
def importance_dots(importance: int) -> SafeString:
    return _bar(("on",) * importance + ("",) * (MAX_IMPORTANCE - importance), "dots")


def _bar(kinds: tuple[str, ...], name: str) -> SafeString:
    boxes = format_html_join("", '<i class="{}"></i>', ((kind,) for kind in kinds))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', name, boxes)
