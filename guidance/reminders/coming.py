"""When a reminder comes next, and why so rarely: what the ledger will do as long as the learner does nothing. Pure."""

from dataclasses import dataclass
from datetime import date

from guidance.reminders.calendar import DAY, Due, Rhythm, next_due
from guidance.reminders.thinning import Thinned, Unheeded, decide


@dataclass(frozen=True, slots=True)
class Coming:
    due: Due | None  # None: none any more
    why: Thinned


def coming(rhythm: Rhythm, due: Due, unheeded: Unheeded, *, paused_until: date | None = None) -> Coming:
    """`due`: the next occurrence. Those before `paused_until` and those that are thinned out bring none."""
    if paused_until is not None and due.on < paused_until:
        due = next_due(rhythm, due.at, later_than=paused_until - DAY)
    while True:
        decision = decide(unheeded, due.on)
        if decision.send:
            return Coming(due, decision.why)
        if decision.why is Thinned.SILENT:
            return Coming(None, decision.why)
        unheeded = unheeded.after(due.on, sent=False)
        due = next_due(rhythm, due.at, later_than=due.on)
