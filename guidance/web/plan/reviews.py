"""The reviews on the page of a plan."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from guidance.catalog.kinds import Skill
from guidance.catalog.text import short
from guidance.progress.checks import REVIEW
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.streaks import monday
from guidance.progress.text import describe_review

MAX_ROWS = 3  # number shown at once


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review on its day."""

    skill: Skill
    level: int
    text: str
    day: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class PlanReviews:
    """The reviews of the next weeks."""

    first: list[ReviewRow]  # the first of this week
    this_week: list[ReviewRow]  # the rest of this week
    later: list[ReviewRow]
    minutes: int = REVIEW.minutes  # of each review


def plan_reviews(state: LearnerState, goal_state: GoalState) -> PlanReviews:
    next_week = monday(state.today) + timedelta(weeks=1)
    this_week, later = list[ReviewRow](), list[ReviewRow]()
    for item in goal_state.reviews:
        row = ReviewRow(
            skill=state.snapshot.skills[item.review.skill],
            level=item.review.level,
            text=describe_review(item.review, state),
            day=_("today") if item.on == state.today else short(item.on, state.today),
            is_due=item.review.due <= state.today,
        )
        (this_week if item.on < next_week else later).append(row)
    return PlanReviews(this_week[:MAX_ROWS], this_week[MAX_ROWS:], later)
