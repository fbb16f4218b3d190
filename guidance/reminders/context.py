"""The context of a reminder that is due, read for a whole batch at once, and the decision whether to send it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q

from accounts.models import User
from guidance.catalog.snapshot import Snapshot
from guidance.progress import review
from guidance.progress.dashboard import Dashboard, dashboards
from guidance.progress.learner_state import LearnerState, learner_state, learner_states
from guidance.progress.review import Review
from guidance.reminders.backoff import BackoffStage, Decision, IgnoredCount, decide
from guidance.reminders.models import Delivery, ReminderKind, Schedule, Suppression

State, Reason = Delivery.State, Delivery.Reason
WHY = {
    BackoffStage.EVERY_OTHER: Reason.EVERY_OTHER,
    BackoffStage.WEEKLY: Reason.WEEKLY,
    BackoffStage.SILENT: Reason.SILENT,
}


@dataclass(frozen=True)
class ReminderContext:
    """A reminder that is due, with everything needed to decide on it and to write it."""

    delivery: Delivery
    learner: User
    address: str
    state: LearnerState = field(repr=False)
    dashboard: Dashboard = field(repr=False)
    schedules: Mapping[str, Schedule] = field(repr=False)  # by kind
    confirmed: bool  # whether the address is confirmed
    suppressed: bool
    ignored: IgnoredCount  # study emails
    reviewed: date | None  # date of the latest email about reviews
    mailed: bool  # whether another email was sent on this date

    @property
    def reviews(self) -> tuple[Review, ...]:
        """The due reviews, if there is news about them to send."""
        due = self.dashboard.reviews
        return due if review.is_news(due, self.delivery.on, self.reviewed) else ()

    @property
    def backoff(self) -> Decision:
        if self.delivery.kind != ReminderKind.STUDY:
            return Decision(True, BackoffStage.NOT)
        return decide(self.ignored, self.delivery.on)

    def has_something_to_say(self, kind: ReminderKind | str) -> bool:
        """Returns whether a reminder of this kind has content: a weekly summary always has content, other kinds only if their
        subject exists."""
        goal_state, pace = self.state.goal_state, self.dashboard.pace
        match kind:
            case ReminderKind.WEEKLY:
                return True
            case ReminderKind.BEHIND:
                late = bool(goal_state and goal_state.plan.on_time is False)
                return pace is not None and bool(goal_state and goal_state.plan.steps) and (pace.recent.behind or late)
            case ReminderKind.REVIEW:
                return bool(self.reviews)
            case _:
                return bool(goal_state and goal_state.plan.steps)


def load(deliveries: Collection[int], *, snapshot: Snapshot, now: datetime) -> list[ReminderContext]:
    """Returns the contexts of these deliveries, with seven queries in total. Deliveries whose account was deleted are left
    out."""
    rows = list(
        Delivery.objects.filter(pk__in=deliveries)
        .select_related("learner")
        .prefetch_related(Prefetch("learner__schedules"))
        .annotate(**_conditions("learner", "learner__email", OuterRef("on"), besides=OuterRef("pk")))
        .order_by("not_before", "pk")
    )
    learners = {row.learner_id: row.learner for row in rows}
    states = learner_states(learners.values(), snapshot=snapshot, now=now)
    boards = dashboards(states)
    ignored, reviewed = _ignored_counts(states), _last_reviews(learners)
    return [
        ReminderContext(
            delivery=row,
            learner=row.learner,
            address=row.learner.email,
            state=states[row.learner_id],
            dashboard=boards[row.learner_id],
            schedules={schedule.kind: schedule for schedule in row.learner.schedules.all()},
            confirmed=row.confirmed,  # type: ignore[attr-defined]
            suppressed=row.suppressed,  # type: ignore[attr-defined]
            ignored=ignored.get(row.learner_id, IgnoredCount()),
            reviewed=reviewed.get(row.learner_id),
            mailed=row.mailed,  # type: ignore[attr-defined]
        )
        for row in rows
    ]


def for_learner(learner: User, kind: ReminderKind, *, snapshot: Snapshot, now: datetime) -> ReminderContext:
    """Returns the context as if this kind were due now, for a preview. Its delivery is not in the ledger."""
    state = learner_state(learner, snapshot=snapshot, now=now)
    delivery = Delivery(
        learner=learner, kind=kind, on=state.today, due_at=now, not_before=now, expires_at=now, planned_at=now
    )
    conditions = _conditions("pk", "email", state.today, besides=None)
    row: Any = User.objects.select_related("suppression").annotate(**conditions).get(pk=learner.pk)
    return ReminderContext(
        delivery=delivery,
        learner=row,
        address=row.email,
        state=state,
        dashboard=dashboards({learner.pk: state})[learner.pk],
        schedules={schedule.kind: schedule for schedule in learner.schedules.all()},
        ignored=_ignored_counts({learner.pk: state}).get(learner.pk, IgnoredCount()),
        reviewed=_last_reviews([learner.pk]).get(learner.pk),
        confirmed=row.confirmed,
        suppressed=row.suppressed,
        mailed=row.mailed,
    )


def _conditions(learner: str, email: str, on: Any, *, besides: Any) -> dict[str, Exists]:
    """Returns conditions for a query; `learner` and `email` are the names of its columns for the learner and their email address.
    `besides` is a delivery that does not count as an email of the date."""
    address = EmailAddress.objects.filter(user=OuterRef(learner), email=OuterRef(email), verified=True)
    refused = Suppression.objects.filter(learner=OuterRef(learner), address=OuterRef(email))
    that_day = Delivery.objects.filter(
        Q(state__in=[State.SENDING, State.SENT]) | Q(ambiguous__gt=0), learner=OuterRef(learner), on=on
    )
    that_day = that_day.exclude(pk=besides) if besides is not None else that_day
    return {"confirmed": Exists(address), "suppressed": Exists(refused), "mailed": Exists(that_day)}


def _ignored_counts(states: Mapping[int, LearnerState]) -> dict[int, IgnoredCount]:
    """Counts the study emails since the learner last did anything: every write increments the version of their progress, and each
    delivery stores the version at its time. `skipped` is whether an email was left out since the latest one."""
    same = Q()
    for pk, known in states.items():
        same |= Q(learner=pk, version=known.version)
    if not same:
        return {}
    study = Delivery.objects.filter(kind=ReminderKind.STUDY).order_by()
    mails = {
        row["learner"]: row
        for row in study.filter(same, state=State.SENT).values("learner").annotate(count=Count("pk"), last=Max("on"))
    }
    left_out = dict(
        study.filter(learner__in=mails, state=State.CANCELLED, reason=Reason.EVERY_OTHER)
        .values("learner")
        .annotate(last=Max("on"))
        .values_list("learner", "last")
    )
    return {
        learner: IgnoredCount(row["count"], row["last"], skipped=left_out.get(learner, date.min) > row["last"])
        for learner, row in mails.items()
    }


def _last_reviews(learners: Collection[int]) -> dict[int, date]:
    rows = Delivery.objects.filter(kind=ReminderKind.REVIEW, state=State.SENT, learner__in=list(learners)).order_by()
    return dict(rows.values("learner").annotate(last=Max("on")).values_list("learner", "last"))


def cancel_reason(context: ReminderContext) -> Delivery.Reason | None:
    """Returns why the reminder is not sent; None if it is sent."""
    delivery, schedule = context.delivery, context.schedules.get(context.delivery.kind)
    if not context.learner.is_active:
        return Reason.INACTIVE
    if schedule is None or not schedule.is_on:
        return Reason.OFF
    if _is_paused(schedule, delivery.on):
        return Reason.PAUSED
    if not context.confirmed:
        return Reason.UNVERIFIED
    if context.suppressed:
        return Reason.SUPPRESSED
    if context.state.goal_state is None and delivery.kind != ReminderKind.REVIEW:
        return Reason.NO_GOAL
    if not context.has_something_to_say(delivery.kind):
        return Reason.NOTHING
    if context.mailed or any(_is_sent(context, kind) for kind in _kinds_before(delivery.kind)):
        return Reason.OUTRANKED
    backoff = context.backoff
    return None if backoff.send else WHY[backoff.why]


def _kinds_before(kind: str) -> list[ReminderKind]:
    """Returns the kinds that take precedence over this one."""
    kinds = list(ReminderKind)
    return kinds[: kinds.index(ReminderKind(kind))]


def _is_sent(context: ReminderContext, kind: ReminderKind) -> bool:
    """Returns whether another kind is also due on that day and has content, so that it is sent instead."""
    schedule, on = context.schedules.get(kind), context.delivery.on
    if schedule is None or not schedule.is_on or on.isoweekday() not in schedule.weekdays or _is_paused(schedule, on):
        return False
    return context.has_something_to_say(kind)


def _is_paused(schedule: Schedule, on: date) -> bool:
    return schedule.paused_until is not None and on < schedule.paused_until
