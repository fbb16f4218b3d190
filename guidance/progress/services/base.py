"""What every write of a learner begins and ends with."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress.learner_state import learner_states
from guidance.progress.models import (
    AdMilestone,
    Assessment,
    CompletedMilestone,
    Event,
    Goal,
    Owned,
    Progress,
)
from guidance.progress.path import complete

ROWS = 1_000  # of one INSERT

type Source = Assessment.Source | str


def lock_and_bump(learner: User) -> None:
    """Lock the learner's own row until the transaction ends, and count it up."""
    count_up = {"version": F("version") + 1}
    if not Progress.objects.filter(learner=learner).update(**count_up):
        # A new learner has nothing yet that could have changed.
        defaults = {"seen_revision": snapshot.current().revision}
        Progress.objects.get_or_create(learner=learner, defaults=defaults)
        Progress.objects.filter(learner=learner).update(**count_up)
    elif Progress.objects.filter(learner=learner, credited=False).update(credited=True) and (
        goal := learner.goals.last()
    ):
        # A goal from before there were milestones: what its levels complete counts as complete from the start.
        credit_goal(learner, goal, timezone.now())


def lock_and_bump_all(learners: Collection[int]) -> None:
    """The same for many, in the order of their numbers. Goals from before there were milestones wait for the learner's next write."""
    rows = Progress.objects.filter(learner__in=learners)
    list(rows.order_by("learner_id").select_for_update().values_list("pk"))
    rows.update(version=F("version") + 1)


def lock(learner: User) -> None:
    """Lock the learner's own row until the transaction ends, before it is known whether anything is written."""
    Progress.objects.get_or_create(learner=learner, defaults={"seen_revision": snapshot.current().revision})
    Progress.objects.select_for_update().get(learner=learner)


def stored_event[E: Event](model: type[E], learner: User, event_id: uuid.UUID | None) -> E | None:
    """The row that this event made when it came before. Only right once the learner is locked."""
    if event_id is None:
        return None
    return model._default_manager.filter(learner=learner, event_id=event_id).first()


def web_address(text: str) -> str:
    """The address as the database has it: with the scheme in lower case."""
    scheme, colon, rest = text.strip().partition(":")
    return f"{scheme.lower()}{colon}{rest}" if colon else scheme


def clean(row: Owned) -> None:
    """Raise ValidationError by field. The records that the row points to were just read, and the database checks them."""
    pointing = {field.name for field in row._meta.fields if field.is_relation}
    row.full_clean(exclude=pointing, validate_unique=False, validate_constraints=False)


def save_event[E: Event](event: E, event_id: uuid.UUID | None) -> E:
    if event_id is not None:
        event.event_id = event_id
    clean(event)
    event.save(force_insert=True)
    return event


def merged_ids(kind: str, pk: int) -> tuple[int, ...]:
    """The record and those that were merged into it."""
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((kind, pk))
    return catalogue.ids[kind, slug] if slug else (pk,)


def credit_goal(learner: User, goal: Goal, now: datetime) -> None:
    """Store which milestones of the latest goal the learner's levels complete, so no one is sent to a project that is below
    them. Those of a saved ad are stored with the ad, beside those of the role, which the learner may go back to."""
    credited(learner, goal.ad_id).delete()
    store_credit(learner, goal.ad_id, complete_milestones(learner, now).get(goal.ad_id, frozenset()), now)


def credited(learner: User, ad: int | None) -> QuerySet[AdMilestone] | QuerySet[CompletedMilestone]:
    """The milestones that were complete when the goal was set: that ad, or a role."""
    if ad is not None:
        return AdMilestone.objects.filter(ad=ad, ad__learner=learner)
    return CompletedMilestone.objects.filter(learner=learner, project=None)


def store_credit(learner: User, ad: int | None, milestones: Collection[str], now: datetime) -> None:
    """The last milestone of an ad ends in no project and is not stored."""
    records, on = snapshot.current().milestones, learner.local_date(now)
    ids = [records[slug].id for slug in sorted(milestones) if slug in records]
    if ad is not None:
        AdMilestone.objects.bulk_create([AdMilestone(ad_id=ad, milestone_id=pk, at=now) for pk in ids])
    else:
        CompletedMilestone.objects.bulk_create(
            [CompletedMilestone(learner=learner, milestone_id=pk, at=now, on=on) for pk in ids]
        )


def complete_milestones(learner: User, now: datetime) -> dict[int | None, frozenset[str]]:
    """The milestones that the learner's levels complete, projects aside, by the ad that is the goal; by None those of a role that
    is the goal, or was before an ad became it."""
    state = learner_states([learner], snapshot=snapshot.current(), now=now)[learner.pk]
    goals = [goal for goal in (state.goal, state.role_goal) if goal and goal.role]
    return {goal.ad.id if goal.ad else None: complete(state.curriculum_of(goal), state.levels) for goal in goals}
