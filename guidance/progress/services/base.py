"""Functions that all writes to a learner's data share."""

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

ROWS = 1_000  # per INSERT

type Source = Assessment.Source | str


def lock_and_bump(learner: User) -> None:
    """Locks the learner's `Progress` until the transaction ends and increments its version."""
    count_up = {"version": F("version") + 1}
    if not Progress.objects.filter(learner=learner).update(**count_up):
        # A new learner has nothing that earlier changes could affect.
        defaults = {"seen_revision": snapshot.current().revision}
        Progress.objects.get_or_create(learner=learner, defaults=defaults)
        Progress.objects.filter(learner=learner).update(**count_up)
    elif Progress.objects.filter(learner=learner, credited=False).update(credited=True) and (
        goal := learner.goals.last()
    ):
        # A goal older than milestones: milestones that the levels complete count as complete from the start.
        credit_goal(learner, goal, timezone.now())


def lock_and_bump_all(learners: Collection[int]) -> None:
    """Does the same as `lock_and_bump` for many learners, in the order of their ids. Goals older than milestones are updated at
    the learner's next write."""
    rows = Progress.objects.filter(learner__in=learners)
    list(rows.order_by("learner_id").select_for_update().values_list("pk"))
    rows.update(version=F("version") + 1)


def lock(learner: User) -> None:
    """Locks the learner's `Progress` until the transaction ends, without a new version: for a write that may turn out to be
    unnecessary."""
    Progress.objects.get_or_create(learner=learner, defaults={"seen_revision": snapshot.current().revision})
    Progress.objects.select_for_update().get(learner=learner)


def stored_event[E: Event](model: type[E], learner: User, event_id: uuid.UUID | None) -> E | None:
    """Returns the row of an event that was sent before, if any. The learner must be locked."""
    if event_id is None:
        return None
    return model._default_manager.filter(learner=learner, event_id=event_id).first()


def web_address(text: str) -> str:
    """Returns a URL in its stored form, with the scheme in lower case."""
    scheme, colon, rest = text.strip().partition(":")
    return f"{scheme.lower()}{colon}{rest}" if colon else scheme


def clean(row: Owned) -> None:
    """Raises ValidationError by field. Related records are not validated: they were just read, and the database checks
    them."""
    pointing = {field.name for field in row._meta.fields if field.is_relation}
    row.full_clean(exclude=pointing, validate_unique=False, validate_constraints=False)


def save_event[E: Event](event: E, event_id: uuid.UUID | None) -> E:
    if event_id is not None:
        event.event_id = event_id
    clean(event)
    event.save(force_insert=True)
    return event


def merged_ids(kind: str, pk: int) -> tuple[int, ...]:
    """Returns the ids of the record and of those merged with it."""
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((kind, pk))
    return catalogue.ids[kind, slug] if slug else (pk,)


def credit_goal(learner: User, goal: Goal, now: datetime) -> None:
    """Stores which milestones of the latest goal the learner's levels complete, so that no one gets a project below their
    level. Milestones of a saved ad are stored with the ad, so that the role's milestones stay credited in case the learner
    returns to the role."""
    credited(learner, goal.ad_id).delete()
    store_credit(learner, goal.ad_id, complete_milestones(learner, now).get(goal.ad_id, frozenset()), now)


def credited(learner: User, ad: int | None) -> QuerySet[AdMilestone] | QuerySet[CompletedMilestone]:
    """Returns the milestones that were complete when the goal was set, for an ad or, if `ad` is None, for a role."""
    if ad is not None:
        return AdMilestone.objects.filter(ad=ad, ad__learner=learner)
    return CompletedMilestone.objects.filter(learner=learner, project=None)


def store_credit(learner: User, ad: int | None, milestones: Collection[str], now: datetime) -> None:
    """Stores credited milestones. An ad's own milestones are not in the catalogue and have no project, so they are not
    stored."""
    records, on = snapshot.current().milestones, learner.local_date(now)
    ids = [records[slug].id for slug in sorted(milestones) if slug in records]
    if ad is not None:
        AdMilestone.objects.bulk_create([AdMilestone(ad_id=ad, milestone_id=pk, at=now) for pk in ids])
    else:
        CompletedMilestone.objects.bulk_create(
            [CompletedMilestone(learner=learner, milestone_id=pk, at=now, on=on) for pk in ids]
        )


def complete_milestones(learner: User, now: datetime) -> dict[int | None, frozenset[str]]:
    """Returns the milestones that the learner's levels complete, regardless of projects: by the id of the ad that is the
    goal, and by None for the role that is the goal or was before the ad."""
    state = learner_states([learner], snapshot=snapshot.current(), now=now)[learner.pk]
    goals = [goal for goal in (state.goal, state.role_goal) if goal and goal.role]
    return {goal.ad.id if goal.ad else None: complete(state.curriculum_of(goal), state.levels) for goal in goals}
