"""A plan as a calendar that other programs subscribe to (RFC 5545, with the refresh interval and calendar name from RFC 7986).
Pure: takes entries and returns bytes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

PRODUCT = "-//Waymark//Plan//EN"
REFRESH = timedelta(hours=12)
CONTENT_TYPE = "text/calendar; charset=utf-8"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # control characters other than tab and newline


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An entry for whole days, from `first` to `last` inclusive."""

    uid: str  # stable across editions
    first: date
    last: date
    title: str
    text: str
    url: str


def calendar(name: str, entries: Iterable[CalendarEntry], *, on: date, edition: int) -> bytes:
    """Returns the calendar as bytes; the same input gives the same bytes. `on` is the date of the data and the timestamp of
    the entries. `edition` grows with every change."""
    # Imported here because it takes 11 MB that a process without calendars does not need.
    from icalendar import Calendar, Event, vText

    stamp = datetime.combine(on, time(), UTC)
    document = Calendar()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):  # the standard property, and the one that programs read in practice
        document.add(key, vText(_text(name)))
    document.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", stamp)
        event.add("sequence", edition)
        event.add("dtstart", entry.first)
        event.add("dtend", entry.last + timedelta(days=1))  # exclusive: the day after the last one
        event.add("summary", _text(entry.title))
        event.add("description", _text(entry.text))
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")  # a step does not block its days
        document.add_component(event)
    return bytes(document.to_ical())


def _text(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n"))
