"""Reads the values of an export's rows one by one, and records errors by path."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext as _

from guidance.catalog.models import RECORD_MODELS, Kind, Redirect, Status
from guidance.progress import services
from guidance.progress.models import MAX_CERTIFICATE, MAX_TEXT, MAX_URL
from guidance.progress.models.base import no_email_address, one_line

MAX_LINES = 100  # maximum number of lines in a project's checklist
MAX_WISHES = 500  # maximum number of wishes of one kind
EARLIEST = date(2000, 1, 1)
LATEST = date(2199, 12, 31)  # the latest day in the future that an import accepts
WEB = URLValidator(schemes=["http", "https"])
EVENT_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

type Row = Mapping[str, Any]


def no_moment() -> str:
    return _("This is not a date and time such as 2026-11-25T12:00:00Z.")


def moment_of(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


class InvalidError(Exception):
    """Raised if a value is invalid; the message states why."""


def _check(validator: RegexValidator, text: str) -> None:
    try:
        validator(text)
    except ValidationError as error:
        raise InvalidError(error.messages[0]) from None


@dataclass
class RowReader:
    """Reads the values of one row after another. `path` is the place of the current row in the file."""

    today: date  # in the learner's time zone
    now: datetime
    errors: dict[str, list[str]] = field(default_factory=dict)
    path: str = ""
    ids: dict[Kind, dict[str, int]] = field(default_factory=dict)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        try:
            yield
        except InvalidError as error:
            self.errors[f"{self.path}.{name}"] = [str(error)]

    def record(self, row: Row, name: str, kind: Kind, *, optional: bool = False) -> Any:
        """Returns the id of a record that is, or was, published."""
        slug = row.get(f"{name}_slug")
        if slug is None and optional:
            return None
        with self.at(f"{name}_slug"):
            return self._id(kind, slug)

    def slug_list(self, row: Row, name: str, kind: Kind) -> Any:
        """Returns the ids of the records in a list of slugs."""
        with self.at(name):
            slugs = row.get(name, [])
            if not isinstance(slugs, list):
                raise InvalidError(_("This is not a list of slugs."))
            return [self._id(kind, slug) for slug in slugs]

    def slug_table(self, row: Row, name: str, key: Kind | None, kind: Kind) -> Any:
        """Returns a mapping with ids instead of slugs. If `key` is a kind, the keys are also slugs of records of that kind."""
        with self.at(name):
            slugs = row.get(name, {})
            if not isinstance(slugs, dict) or len(slugs) > MAX_WISHES:
                raise InvalidError(_("This is not a mapping of slugs."))
            return {
                str(self._id(key, name_or_slug)) if key else name_or_slug[:80]: self._id(kind, slug)
                for name_or_slug, slug in slugs.items()
            }

    def _id(self, kind: Kind, slug: Any) -> int:
        pk = self._ids(kind).get(slug) if isinstance(slug, str) else None
        if pk is None:
            raise InvalidError(_("No {kind} has this slug.").format(kind=kind.label))
        return pk

    def _ids(self, kind: Kind) -> dict[str, int]:
        if kind not in self.ids:
            records = RECORD_MODELS[kind].objects.filter(status__in=(Status.PUBLISHED, Status.RETIRED))
            known = dict(records.values_list("slug", "pk"))
            renamed = Redirect.objects.filter(kind=kind, record_id__in=known.values())
            self.ids[kind] = dict(renamed.values_list("slug", "record_id")) | known
        return self.ids[kind]

    def event_id(self, row: Row) -> Any:
        with self.at("event_id"):
            return self._event_id(row.get("event_id"))

    def _event_id(self, value: Any) -> uuid.UUID:
        if not isinstance(value, str) or not EVENT_ID.fullmatch(value):
            raise InvalidError(_("This is not a UUID."))
        return uuid.UUID(value)

    def moment(self, row: Row, name: str) -> Any:
        with self.at(name):
            moment = moment_of(row.get(name))
            if moment is None or moment.date() <= EARLIEST:
                raise InvalidError(no_moment())
            if moment > self.now + timedelta(days=1):
                raise InvalidError(_("This time is in the future."))
            return moment

    def day(self, row: Row, name: str, *, optional: bool = False, latest: date | None = None) -> Any:
        """Returns a day no later than `latest`; the default is tomorrow, because the row may be from a time zone with a later
        date."""
        value = row.get(name)
        if value is None and optional:
            return None
        with self.at(name):
            try:
                day = date.fromisoformat(value) if isinstance(value, str) else None
            except ValueError:
                day = None
            if day is None or not EARLIEST <= day <= LATEST:
                raise InvalidError(_("This is not a date such as 2026-11-25."))
            if day > (latest or self.today + timedelta(days=1)):
                raise InvalidError(_("This day is in the future."))
            return day

    def whole(self, row: Row, name: str, least: int, most: int) -> Any:
        with self.at(name):
            value = row.get(name)
            if type(value) is not int or not least <= value <= most:
                raise InvalidError(
                    _("This is not a whole number from {least} to {most}.").format(least=least, most=most)
                )
            return value

    def number(self, row: Row, name: str, least: float, most: float) -> Any:
        with self.at(name):
            value = row.get(name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
                raise InvalidError(_("This is not a number from {least} to {most}.").format(least=least, most=most))
            return value

    def weekdays(self, row: Row) -> Any:
        with self.at("weekdays"):
            value = row.get("weekdays")
            if not isinstance(value, list) or not 1 <= len(value) <= 7:
                raise InvalidError(_("This is not a list of days from 1 to 7."))
            if not all(type(day) is int and 1 <= day <= 7 for day in value):
                raise InvalidError(_("This is not a list of days from 1 to 7."))
            return sorted(set(value))

    def choice(self, row: Row, name: str, choices: Iterable[str]) -> Any:
        with self.at(name):
            value = row.get(name)
            if value not in list(choices):
                raise InvalidError(_("Choose from {choices}.").format(choices=", ".join(choices)))
            return value

    def text(self, row: Row, name: str, longest: int) -> Any:
        with self.at(name):
            return self._text(row.get(name), longest)

    def filled_text(self, row: Row, name: str, longest: int) -> Any:
        with self.at(name):
            text = self._text(row.get(name), longest)
            if not text.strip():
                raise InvalidError(_("This is empty."))
            return text

    def line(self, row: Row, name: str, longest: int, *, optional: bool = False) -> Any:
        with self.at(name):
            text = self._text(row.get(name), longest).strip()
            if text or not optional:
                _check(one_line(), text)
            return text

    def public_line(self, row: Row, name: str) -> Any:
        """Returns a single line that strangers may read."""
        with self.at(name):
            text = self._text(row.get(name), MAX_CERTIFICATE).strip()
            _check(one_line(), text)
            _check(no_email_address(), text)
            return text

    def _text(self, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            raise InvalidError(_("This is not text."))
        if len(value) > longest:
            raise InvalidError(_("This is longer than {longest} characters.").format(longest=f"{longest:,}"))
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidError(_("This contains a character that text cannot contain."))
        return value

    def lines(self, row: Row) -> Any:
        with self.at("ticked"):
            value = row.get("ticked")
            if not isinstance(value, list) or len(value) > MAX_LINES:
                raise InvalidError(_("This is not a list of at most {count} lines.").format(count=MAX_LINES))
            return [self._text(line, MAX_TEXT) for line in value]

    def url(self, row: Row) -> Any:
        with self.at("url"):
            value = services.web_address(self._text(row.get("url"), MAX_URL))
            if value:
                try:
                    WEB(value)
                except ValidationError:
                    raise InvalidError(_("This is not a web address.")) from None
            return value
