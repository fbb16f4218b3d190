"""Days off as ranges: rows of a first and a last day, which a phone can pick from its own calendar."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guidance.progress.services import MAX_DAYS_OFF

SPARE_ROWS = 2
DAY = timedelta(days=1)


class Range(NamedTuple):
    first: date
    last: date


class Row(NamedTuple):
    """As typed."""

    first: str
    last: str


def ranges(days: Iterable[date]) -> list[Range]:
    """The days as the fewest ranges, earliest first."""
    found: list[Range] = []
    for day in sorted(set(days)):
        if found and day - found[-1].last == DAY:
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(Range(day, day))
    return found


class DaysOffWidget(forms.Widget):
    """Read from `<name>_first` and `<name>_last`, which occur as often as there are rows.

    A template writes the rows from `subwidgets`, each with `data.first`, `data.last` and `data.number`; there are always
    some empty ones at the end.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        rows = zip(data.getlist(f"{name}_first"), data.getlist(f"{name}_last"), strict=False)
        return [row for first, last in rows if any(row := Row(first.strip(), last.strip()))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_first" not in data

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[dict[str, Any]]:
        rows = [*(value or ()), *[Row("", "")] * SPARE_ROWS]
        for number, row in enumerate(rows, 1):
            yield {"number": number, "first": row.first, "last": row.last}

    def id_for_label(self, id_: str | None) -> str:
        return f"{id_}_1_first"


class DaysOffField(forms.Field):
    """Cleans to a sorted list of dates. `today` has to be set before that: days that are over are refused."""

    widget = DaysOffWidget
    today: date

    def prepare_value(self, value: Any) -> Any:
        """Rows as typed stay as they are; dates become rows."""
        if not value or isinstance(value[0], Row):
            return value
        return [Row(first.isoformat(), last.isoformat()) for first, last in ranges(value)]

    def clean(self, value: list[Row]) -> list[date]:
        days: set[date] = set()
        problems = []
        for row in value:
            try:
                first, last = self._range(row)
            except ValidationError as problem:
                problems.append(problem)
            else:
                days.update(first + number * DAY for number in range((last - first).days + 1))
        if problems:
            raise ValidationError(problems)
        if len(days) > MAX_DAYS_OFF:
            raise ValidationError(_("That is more than 1,000 days off."), code="too_many")
        return sorted(days)

    def _range(self, row: Row) -> Range:
        first, last = self._day(row.first or row.last), self._day(row.last or row.first)
        if last < first:
            message = _("%(first)s to %(last)s: the last day is before the first.")
            raise ValidationError(message, code="reversed", params={"first": shown(first), "last": shown(last)})
        if last < self.today:
            raise ValidationError(_("%(day)s is over already."), code="past", params={"day": shown(last)})
        if (last - first).days >= MAX_DAYS_OFF:
            raise ValidationError(_("That is more than 1,000 days off."), code="too_many")
        return Range(first, last)

    def _day(self, text: str) -> date:
        try:
            return forms.DateField().to_python(text)  # type: ignore[return-value]  # it is not empty
        except ValidationError:
            message = _("“%(text)s” is not a date. Write it like 2026-12-24.")
            raise ValidationError(message, code="invalid", params={"text": text}) from None


def shown(day: date) -> str:
    return date_format(day, "j M Y")
