"""Helpers that many tests of reminders use."""

from datetime import UTC, datetime, time, timedelta

from accounts.models import User
from guidance.reminders import services
from guidance.reminders.models import Delivery, ReminderKind, Schedule
from guidance.reminders.services import ReminderSetting

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def make_learner(email: str = "lena@example.org", *, verified: bool = True, **fields: object) -> User:
    learner = User.objects.create_user(email, **fields)
    learner.emailaddress_set.create(email=email, verified=verified, primary=True)
    return learner


def turn_on(learner: User, *kinds: ReminderKind, now: datetime = NOW, at: time = time(7, 30), **options) -> Schedule:
    """Turn on these kinds, study reminders by default. Returns the schedule of the last kind."""
    settings = {
        kind: ReminderSetting(True, at, options.get("weekdays", EVERY_DAY)) for kind in kinds or (ReminderKind.STUDY,)
    }
    made = services.set_schedules(
        learner=learner,
        settings=settings,
        quiet=options.get("quiet"),
        paused_until=options.get("paused_until"),
        now=now,
    )
    return made[list(settings)[-1]]


def owe(learner: User, kind: ReminderKind = ReminderKind.STUDY, on=TODAY, due_at: datetime = NOW, **fields) -> Delivery:
    known = {"due_at": due_at, "not_before": due_at, "expires_at": due_at + 6 * HOUR, "planned_at": due_at}
    return Delivery.objects.create(learner=learner, kind=kind, on=on, **known | fields)
