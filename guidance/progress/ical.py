"""A plan as a calendar that other programs subscribe to (RFC 5545, with the refresh interval and the name of RFC 7986).
Pure: entries in, bytes out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

PRODUCT = "-//Waymark//Plan//EN"
REFRESH = timedelta(hours=12)
CONTENT_TYPE = "text/calendar; charset=utf-8"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # a text may have tabs and new lines, and no other of them


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Whole days, from the first to the last."""

    uid: str  # the same for the same thing in every edition
    first: date
    last: date
    title: str
    text: str
    url: str


def calendar(name: str, entries: Iterable[CalendarEntry], *, on: date, edition: int) -> bytes:
    """`on`: the day as of which it is right, which is what its entries are stamped with: the same input gives the same
    bytes. `edition` grows with every change."""
    # Eleven megabytes that a process which serves no calendar does without.
    from icalendar import Calendar, Event, vText

    stamp = datetime.combine(on, time(), UTC)
    document = Calendar()
    document.add("prodid", PRODUCT)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):  # the standard one, and the one that programs read
        document.add(key, vText(_text(name)))
    document.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", stamp)
        event.add("sequence", edition)
        event.add("dtstart", entry.first)
        event.add("dtend", entry.last + timedelta(days=1))  # the first day that is not part of it
        event.add("summary", _text(entry.title))
        event.add("description", _text(entry.text))
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")  # a step leaves its days free for other things
        document.add_component(event)
    return bytes(document.to_ical())


def _text(text: str) -> str:
    return CONTROL.sub("", text.replace("\r\n", "\n"))
