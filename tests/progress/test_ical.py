"""Checks against RFC 5545: any entries become a calendar that a strict parser accepts, and parsing it returns them."""

import random
from datetime import date, timedelta

from icalendar import Calendar

from guidance.progress.ical import CalendarEntry, calendar
from guidance.progress.plan import Calendar as StudyDays
from guidance.progress.plan import plan
from tests.progress.givens import Need, asked

TODAY = date(2026, 11, 24)


def entry(**changes):
    fields = {
        "uid": "1-2-3@waymark.example",
        "first": TODAY,
        "last": TODAY + timedelta(days=2),
        "title": "Python, level 1",
        "text": "4 h to study.",
        "url": "https://waymark.example/skills/python/",
    }
    return CalendarEntry(**fields | changes)


def test_calendar_is_these_bytes():
    lines = calendar("Waymark: AI engineer", [entry()], on=TODAY, edition=7).decode().split("\r\n")
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Waymark//Plan//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Waymark: AI engineer",
        "X-WR-CALNAME:Waymark: AI engineer",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "BEGIN:VEVENT",
        "SUMMARY:Python\\, level 1",
        "DTSTART;VALUE=DATE:20261124",
        "DTEND;VALUE=DATE:20261127",
        "DTSTAMP:20261124T000000Z",
        "UID:1-2-3@waymark.example",
        "SEQUENCE:7",
        "DESCRIPTION:4 h to study.",
        "TRANSP:TRANSPARENT",
        "URL:https://waymark.example/skills/python/",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_text_cannot_become_another_line():
    body = calendar("a\r\nX-EVIL:1", [entry(title="b\nEND:VEVENT", text="c\r\nd\x00\x1be;,\\")], on=TODAY, edition=1)
    assert b"\r\nX-EVIL" not in body
    assert body.count(b"END:VEVENT") == 2
    assert body.count(b"\r\nEND:VEVENT") == 1
    (event,) = Calendar.from_ical(body).events
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("b\nEND:VEVENT", "c\nde;,\\")


def test_calendar_of_nothing_is_read():
    assert Calendar.from_ical(calendar("Waymark", [], on=TODAY, edition=0)).events == []


# Characters that break careless writers of calendars, including Unicode line breaks.
NASTY = 'aé😀;:,\\"\n\r\t\x00\x0b\x1c\x7f\x85\u2028 '


def a_plan(rng):
    slugs = [f"skill-{number}" for number in range(rng.randint(1, 6))]
    graph = {
        slug: {need: rng.randint(1, 2) for need in slugs[:at] if rng.random() < 0.3} for at, slug in enumerate(slugs)
    }
    requirements = {slug: Need(rng.randint(1, 3), rng.randint(1, 5)) for slug in slugs if rng.random() < 0.7}
    steps = plan(
        asked(graph, requirements),
        dict.fromkeys(slugs, (0.5, 3.0, 20.0, 90.0)),
        calendar=StudyDays(
            TODAY, rng.uniform(0.5, 80), [rng.randint(1, 7)], [TODAY + timedelta(days=rng.randint(0, 9))]
        ),
    ).steps
    return [
        entry(
            uid=f"{step.skill}-{step.to_level}@waymark.example",
            first=step.start,
            last=step.end,
            title="".join(rng.choices(NASTY, k=rng.randint(0, 90))),
            text="".join(rng.choices(NASTY, k=rng.randint(0, 150))),
        )
        for step in steps
    ]


def test_a_thousand_plans_become_calendars_that_read_back():
    rng = random.Random(5545)
    for _ in range(1_000):
        entries = a_plan(rng)
        body = calendar("".join(rng.choices(NASTY, k=40)), entries, on=TODAY, edition=1)
        assert body.endswith(b"\r\n")
        bare = body.replace(b"\r\n", b"")
        assert not any(byte < 32 and byte != 9 for byte in bare)
        for line in body.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # fails if a character is split across lines
        read = Calendar.from_ical(body)
        assert [problem for part in (read, *read.events) for problem in part.errors] == []
        assert [
            (event["UID"], event.DTSTART, event.DTEND, event["SUMMARY"], event["DESCRIPTION"]) for event in read.events
        ] == [
            (item.uid, item.first, item.last + timedelta(days=1), kept(item.title), kept(item.text)) for item in entries
        ]


def kept(text):
    """The text without control characters that a calendar must not contain."""
    text = text.replace("\r\n", "\n")
    return "".join(
        character for character in text if character in "\n\t" or not (character < " " or character == "\x7f")
    )
