from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Area, Record, Resource
from guidance.web import markdown as markdown_module

register = template.Library()


class Named(Protocol):
    """A row of the catalogue or its copy in the snapshot."""

    @property
    def name(self) -> str: ...


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
    return "" if value is None else _hours(round(value * 60), get_language())


@lru_cache(maxsize=1024)
def _hours(minutes: int, language: str) -> str:
    if minutes >= 20 * 60:
        return _("{hours} h").format(hours=f"{round(minutes / 60):,}")
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
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return _day(value, get_language())


@lru_cache(maxsize=1024)
def _day(value: date, language: str) -> str:
    return date_format(value, "j F Y")


def short(value: date, today: date, form: str = "D j M") -> str:
    """“Sat 28 Nov”, with the year where it is another one."""
    return date_format(value, form if value.year == today.year else f"{form} Y")


@register.filter
def inside(name: str) -> str:
    """A name within a sentence: Healthcare → “healthcare”, but “HR” stays what it is."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def aim_name(role: Named, industry: Named | None) -> str:
    """“AI engineer in healthcare”"""
    if industry is None:
        return role.name
    return _("{role} in {industry}").format(role=role.name, industry=inside(industry.name))


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
def link(record: Record) -> SafeString:
    """Its name, leading to its page."""
    return _link(record.url, record.name)


@lru_cache(maxsize=4096)
def _link(url: str, name: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, name)


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


@register.filter
def identifier(uri: str) -> str:
    """The beginning of the last part of an ESCO address: enough to tell two links apart."""
    return uri.rstrip("/").rpartition("/")[2][:8]
