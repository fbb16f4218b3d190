"""How pages and emails write values: levels, prices, periods, dates, and names in a sentence."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Record, Resource

LEVELS = (
    gettext_lazy("none"),
    gettext_lazy("aware"),
    gettext_lazy("working"),
    gettext_lazy("proficient"),
    gettext_lazy("expert"),
)
NAMED = 3  # number of skills that a sentence names before it only counts the rest
WEEKS_PER_MONTH = 52 / 12


class Named(Protocol):
    """Any record with a name: a row of the catalogue, or its copy in the snapshot."""

    @property
    def name(self) -> str: ...


def level_name(level: int) -> str:
    return str(LEVELS[level])


# The text of a level begins with “You can”: a test of the catalogue ensures that.


def can_you(level_text: str) -> str:
    """Returns the text of a level as a question."""
    return f"Can you {level_text.removeprefix('You can ').removesuffix('.')}?"


def ability(level_text: str) -> str:
    """Returns the text of a level without “You can”, as an item of a checklist."""
    said = level_text.removeprefix("You can ")
    return said[:1].upper() + said[1:]


def cost(resource: Resource) -> str:
    if resource.paid:
        return _("paid")
    if resource.cost is None:
        return _("price not known")
    if resource.cost == 0:
        return _("free")
    amount = f"{resource.cost:,.2f}".removesuffix(".00")
    return _("about {amount} {currency}").format(amount=amount, currency=resource.currency)


# Names in a sentence


def names(records: Sequence[Record]) -> str:
    """Returns text such as “Python, SQL and 4 more”."""
    shown = [record.name for record in records[:NAMED]]
    rest = len(records) - len(shown)
    if rest:
        return _("%(names)s and %(count)d more") % {"names": ", ".join(shown), "count": rest}
    return listed(shown)


def listed(words: Sequence[str]) -> str:
    """Returns text such as “Mon, Wed and Fri”."""
    if len(words) < 2:
        return "".join(words)
    return _("%(names)s and %(last)s") % {"names": ", ".join(words[:-1]), "last": words[-1]}


def any_of(words: Sequence[str]) -> str:
    """Returns text such as “AWS, Azure or Google Cloud”."""
    if len(words) < 2:
        return "".join(words)
    return _("{names} or {last}").format(names=", ".join(words[:-1]), last=words[-1])


def inside(name: str) -> str:
    """Returns a name as written within a sentence: Healthcare → “healthcare”, but “HR” stays the same."""
    return name if name[:2].isalpha() and name[:2].isupper() else name[:1].lower() + name[1:]


def goal_name(role: Named, industry: Named | None) -> str:
    """Returns text such as “AI engineer in healthcare”."""
    if industry is None:
        return role.name
    return _("{role} in {industry}").format(role=role.name, industry=inside(industry.name))


# Periods


def hours(value: float | None) -> str:
    """Returns hours in words: 4.5 → “4 h 30 min”. More than 20 h is an estimate, so minutes are omitted."""
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


def stretch(weeks: int) -> str:
    """Returns a number of weeks in words: “about 7 months”, “about 2½ years”."""
    months = round(weeks / WEEKS_PER_MONTH)
    if months < 2:
        return ""
    if months < 18:
        return ngettext("about %(count)d month", "about %(count)d months", months) % {"count": months}
    halves = round(months / 6)
    return _("about %(count)s years") % {"count": f"{halves // 2}{'½' if halves % 2 else ''}"}


def lapse(days: int) -> str:
    """Returns the time between two days: “11 days”, “about 7 months”."""
    return stretch(days // 7) or ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


# Dates


def day(value: date | datetime | None) -> str:
    """Returns a date such as 24 November 2026."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return _dated(value, "j F Y", get_language())


@lru_cache(maxsize=4096)
def _dated(value: date, form: str, language: str) -> str:
    return date_format(value, form)


def full(value: date) -> str:
    """Returns a date such as “Saturday 11 September 2027”."""
    return _dated(value, "l j F Y", get_language())


def short(value: date, today: date, form: str = "D j M") -> str:
    """Returns a date such as “Sat 28 Nov”, with the year if it differs from today's."""
    return _dated(value, form if value.year == today.year else f"{form} Y", get_language())


def span(first: date, last: date, today: date, form: str = "D j M") -> str:
    """Returns two dates such as “Tue 12 Jan to Thu 14 Jan 2027”."""
    if first == last:
        return short(first, today, form)
    begin = _dated(first, form, get_language()) if first.year == last.year else short(first, today, form)
    return _("%(first)s to %(last)s") % {"first": begin, "last": short(last, today, form)}


def weekdays(numbers: Collection[int]) -> str:
    """Returns “Mon, Wed and Fri” or “every day”. Weekday numbers follow ISO 8601: 1 is Monday."""
    return _("every day") if len(numbers) == 7 else listed([str(WEEKDAYS_ABBR[number - 1]) for number in numbers])
