"""Study reminders that a learner ignores become less frequent and finally stop. Pure.

An email was ignored if the learner did nothing in Waymark and confirmed none of its links before the next one was due.
Counted since the last activity:

    after 3 ignored    every other occurrence
    after 6            one a week
    after 10           a last notice, and then silence

Any activity resets the count.

`next_sending` returns when the next reminder is sent if the learner does nothing, and why it is sent less often.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from guidance.reminders.rhythm import DAY, Due, Rhythm, next_due

EVERY_OTHER, WEEKLY, LAST = 3, 6, 10  # ignored emails
WEEK = timedelta(days=7)


class BackoffStage(StrEnum):
    """The stage of the back-off: why no reminder is sent for an occurrence, or what is special about the one that is sent."""

    NOT = "not"
    EVERY_OTHER = "every-other"
    WEEKLY = "weekly"
    LAST_NOTICE = "last-notice"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class IgnoredCount:
    """The emails since the learner's last activity."""

    count: int = 0
    last_on: date | None = None  # local date of the latest email
    skipped: bool = False  # whether the latest occurrence was skipped

    def after(self, on: date, *, sent: bool) -> "IgnoredCount":
        return IgnoredCount(self.count + 1, on) if sent else IgnoredCount(self.count, self.last_on, skipped=True)


@dataclass(frozen=True, slots=True)
class Decision:
    send: bool
    why: BackoffStage


def decide(ignored: IgnoredCount, on: date) -> Decision:
    """Decides whether a reminder is sent for the occurrence on this local date."""
    if ignored.count < EVERY_OTHER or ignored.last_on is None:
        return Decision(True, BackoffStage.NOT)
    if ignored.count < WEEKLY:
        return Decision(ignored.skipped, BackoffStage.EVERY_OTHER)
    if ignored.count > LAST:
        return Decision(False, BackoffStage.SILENT)
    a_week_ago = on - ignored.last_on >= WEEK
    if ignored.count == LAST and a_week_ago:
        return Decision(True, BackoffStage.LAST_NOTICE)
    return Decision(a_week_ago, BackoffStage.WEEKLY)


@dataclass(frozen=True, slots=True)
class NextSending:
    due: Due | None  # None if nothing is sent any more
    why: BackoffStage


def next_sending(rhythm: Rhythm, due: Due, ignored: IgnoredCount, *, paused_until: date | None = None) -> NextSending:
    """Returns the next date on which a reminder is sent if the learner does nothing. `due` is the next occurrence; no reminder is
    sent for occurrences before `paused_until` or for those that the back-off skips."""
    if paused_until is not None and due.on < paused_until:
        due = next_due(rhythm, due.at, later_than=paused_until - DAY)
    while True:
        decision = decide(ignored, due.on)
        if decision.send:
            return NextSending(due, decision.why)
        if decision.why is BackoffStage.SILENT:
            return NextSending(None, decision.why)
        ignored = ignored.after(due.on, sent=False)
        due = next_due(rhythm, due.at, later_than=due.on)
