"""Writes finished reviews, and calculates the columns of a skill that review scheduling needs."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from guidance.catalog.models import Kind, Skill
from guidance.progress import sources
from guidance.progress.models import Assessment, QuickCheck
from guidance.progress.services.base import lock_and_bump, merged_ids

type FinishedReview = tuple[bool, datetime, date]  # whether the review was passed, and the moment and day of its end


@transaction.atomic
def finish_review(*, learner: User, skill: Skill, passed: bool, now: datetime) -> None:
    """Stores that the learner finished a review of the skill. No level changes. If it was passed, the half-life doubles and
    its clock restarts; otherwise the skill is worth a refresh until it is studied or a review is passed."""
    lock_and_bump(learner)
    on = learner.local_date(now)
    changes: dict[str, Any] = {"reviewed_on": on, "review_failed": not passed}
    if passed:
        changes |= {"proved_on": on, "reviews_passed": F("reviews_passed") + 1}
    learner.learnerskills.filter(skill__in=merged_ids(Kind.SKILL, skill.pk)).update(**changes)


def clock_of(learner: User, skills: Collection[int], assessments: Iterable[Assessment]) -> dict[str, Any]:
    """Returns the review columns of a `LearnerSkill`, calculated from the history of `skills`, which count as one: their
    finished reviews, and `assessments` that were not undone, in order."""
    finished = finished_reviews().filter(learner=learner, skill__in=skills)
    reviews: list[Any] = list(finished.values_list("passed", "finished_at", "finished_on"))

    def is_studied_since(at: datetime, on: date) -> bool:
        return learner.studysessions.filter(skill__in=skills, at__gt=at, on__gte=on).exists()

    return clock(assessments, reviews, is_studied_since)


def finished_reviews() -> QuerySet[QuickCheck]:
    rows = QuickCheck.objects.filter(purpose=QuickCheck.Purpose.REVIEW, finished_at__isnull=False)
    return rows.order_by("finished_at", "id")


def clock(
    assessments: Iterable[Assessment],
    reviews: Sequence[FinishedReview],
    is_studied_since: Callable[[datetime, date], bool],
) -> dict[str, Any]:
    """Returns the same columns as `clock_of`, calculated from these rows, each in order."""
    known, proved_on = sources.NOTHING, None
    raised_at: datetime | None = None  # when the currently proved level was first proved
    proved_at: datetime | None = None
    for assessment in assessments:
        after = sources.after(known, assessment)
        if after.proved > known.proved:
            raised_at = assessment.at
        if sources.is_proof(assessment, after):
            proved_on, proved_at = max(proved_on or assessment.on, assessment.on), assessment.at
        known = after
    passed = [(at, on) for is_passed, at, on in reviews if is_passed]
    days = [day for day in (proved_on, passed[-1][1] if passed else None) if day is not None]
    return {
        "proved_on": max(days, default=None),
        "reviewed_on": reviews[-1][2] if reviews else None,
        "reviews_passed": sum(raised_at is None or at > raised_at for at, _on in passed),
        "review_failed": bool(reviews) and _is_worth_refresh(reviews[-1], proved_at, is_studied_since),
    }


def _is_worth_refresh(
    last: FinishedReview, proved_at: datetime | None, is_studied_since: Callable[[datetime, date], bool]
) -> bool:
    """Returns whether the last review failed and nothing was studied or proved since."""
    passed, at, on = last
    if passed or (proved_at is not None and proved_at > at):
        return False
    return not is_studied_since(at, on)
