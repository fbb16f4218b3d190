from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.catalog.snapshot import Area, Resource
from guidance.web import markdown as markdown_module

register = template.Library()

LEVELS = (
    gettext_lazy("none"),
    gettext_lazy("aware"),
    gettext_lazy("working"),
    gettext_lazy("proficient"),
    gettext_lazy("expert"),
)


@register.filter
def hours(value: float | None) -> str:
    """4.5 → “4 h 30 min”. Above 20 h minutes say nothing; it is an estimate."""
    if value is None:
        return ""
    minutes = round(value * 60)
    if minutes >= 20 * 60:
        return _("{hours} h").format(hours=f"{round(value):,}")
    whole, rest = divmod(minutes, 60)
    if not rest:
        return _("{hours} h").format(hours=whole)
    if not whole:
        return _("{minutes} min").format(minutes=rest)
    return _("{hours} h {minutes} min").format(hours=whole, minutes=rest)


@register.filter
def day(value: date | datetime | None) -> str:
    """24 November 2026"""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "j F Y")


@register.filter
def markdown(text: str) -> SafeString:
    return markdown_module.render(text)


@register.filter
def area_code(area: Area) -> SafeString:
    """The area's letter on its colour and shape. Decorative: the name has to stand nearby."""
    return _area_code(area.letter, area.family, area.name)


@lru_cache(maxsize=64)
def _area_code(letter: str, family: str, name: str) -> SafeString:
    return format_html('<span class="ac a-{0} {1}" title="{2}" aria-hidden="true">{0}</span>', letter, family, name)


@register.filter
def level_name(level: int) -> str:
    return str(LEVELS[level])


@register.filter
def cost(resource: Resource) -> str:
    if resource.cost is None:
        return _("price not known")
    if resource.cost == 0:
        return _("free")
    amount = f"{resource.cost:,.2f}".removesuffix(".00")
    return _("about {amount} {currency}").format(amount=amount, currency=resource.currency)
