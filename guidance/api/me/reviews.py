"""Reviews of levels that a check or project has shown."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.me.base import MeView, respond
from guidance.api.schema import Operation, describe
from guidance.catalog.kinds import MAX_LEVEL
from guidance.progress.checks import REVIEW
from guidance.progress.learner_state import LearnerState
from guidance.progress.review import MIN_LEFT, Review


class ReviewSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(
        min_value=1, max_value=MAX_LEVEL, help_text="The level up to which a check or project has shown the skill."
    )
    touched_on = serializers.DateField(help_text="When you last assessed or studied the skill.")
    due_on = serializers.DateField(
        help_text=f"The first day on which less than {MIN_LEFT * 100:.0f}% of the level is expected to remain."
    )
    worth_refresh = serializers.BooleanField(
        help_text="True if you did not pass the last review and have not studied since. Your level stays the same."
    )


class NextReviewSerializer(ReviewSerializer):
    is_due = serializers.BooleanField()
    planned_on = serializers.DateField(
        allow_null=True,
        help_text="The day of the review in your plan, which uses at most a fifth of each week for reviews. Null if "
        "you have no goal, and for reviews that are due in more than four weeks.",
    )
    left = serializers.FloatField(help_text="The expected share of the level that you still remember, from 0 to 1.")
    half_life = serializers.IntegerField(help_text="Number of days without use after which half of the level remains.")
    passed = serializers.IntegerField(
        min_value=0, help_text="Number of reviews of this level that you passed. Each doubles the half-life."
    )
    since = serializers.DateField(
        help_text="The day from which forgetting counts: when the level was last proved, or when you last studied the "
        "skill or one that builds on it."
    )


class ReviewsSerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(help_text="Minutes that one review takes.")
    reviews = NextReviewSerializer(
        many=True, help_text="The next review of each skill that was checked or shown, most urgent first."
    )


REVIEW_EXAMPLE = {
    "skill": "sql",
    "level": 2,
    "touched_on": "2026-09-21",
    "due_on": "2026-11-24",
    "worth_refresh": False,
}


def review_as_json(review: Review, state: LearnerState) -> dict[str, Any]:
    return {
        "skill": review.skill,
        "level": review.level,
        "touched_on": state.skills[review.skill].touched_on.isoformat(),
        "due_on": review.due.isoformat(),
        "worth_refresh": review.worth_refresh,
    }


@describe(
    get=Operation(
        "list_reviews",
        "List your reviews",
        "Levels that a check or project has shown fade if you do not use them. Each level starts with a half-life of "
        "6.5 months; every review you pass doubles it, up to two years. A review has three questions, which you "
        "answer on the site, not through the API. Levels based only on your own word have no reviews, nor do skills "
        "with too few questions.",
        ReviewsSerializer,
        {
            "minutes": REVIEW.minutes,
            "reviews": [
                {
                    **REVIEW_EXAMPLE,
                    "is_due": True,
                    "planned_on": "2026-11-26",
                    "left": 0.798,
                    "half_life": 198,
                    "passed": 0,
                    "since": "2026-09-21",
                }
            ],
        },
        call="reviews/",
    )
)
class ReviewList(MeView):
    def get(self, request: Request) -> HttpResponse:
        state = self.learner_state()
        planned = {item.review.skill: item.on for item in state.goal_state.reviews} if state.goal_state else {}
        reviews = [
            {
                **review_as_json(review, state),
                "is_due": review.due <= state.today,
                "planned_on": planned[review.skill].isoformat() if review.skill in planned else None,
                "left": round(review.left(state.today), 3),
                "half_life": review.half_life,
                "passed": review.passed,
                "since": review.since.isoformat(),
            }
            for review in state.reviews
        ]
        return respond({"minutes": REVIEW.minutes, "reviews": reviews})
