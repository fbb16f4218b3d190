"""What the learner wants to become, and the time there is for it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.own.base import OwnView, respond, row_of
from guidance.api.own.documentation import Operation, own
from guidance.api.planning import MAX_DAYS_OFF, Day, Number, Slug, Whole
from guidance.catalog.models import Kind
from guidance.progress import services
from guidance.progress.models import MINUTES_OF_A_WEEK
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS
from guidance.progress.standing import Standing

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
NO_GOAL = "There is no goal yet. PUT one here: /api/v1/me/goal/"


class GoalSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(allow_null=True, help_text="Slug; null when the role has been retired.")
    industry = serializers.CharField(allow_null=True, help_text="Slug; null without one.")
    hours_per_week = serializers.FloatField()
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday.")
    deadline = serializers.DateField(allow_null=True)
    weekly_target = serializers.IntegerField(help_text="Minutes: the least to keep up each week.")
    days_off = serializers.ListField(child=serializers.DateField(), help_text="From today on.")
    since = serializers.DateField(help_text="From when it is in force.")


class GoalQuestionSerializer(serializers.Serializer[Any]):
    role = Slug(Kind.ROLE, help_text="Slug of the role.")
    industry = Slug(Kind.INDUSTRY, required=False, allow_null=True, help_text="Slug of the industry; none if left out.")
    hours_per_week = Number(min_value=LEAST_HOURS, max_value=MOST_HOURS, help_text="Spread evenly over the weekdays.")
    weekdays = serializers.ListField(
        child=Whole(min_value=1, max_value=7),
        required=False,
        min_length=1,
        max_length=7,
        help_text="The days of study, from 1 for Monday to 7 for Sunday; all when left out.",
    )
    deadline = Day(required=False, allow_null=True, help_text="From your today on; none if left out.")
    weekly_target = Whole(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MINUTES_OF_A_WEEK,
        help_text="Minutes. Left out, one that you chose before stays, as far as the hours allow it; otherwise the hours.",
    )
    days_off = serializers.ListField(
        child=Day(),
        required=False,
        max_length=MAX_DAYS_OFF,
        help_text="Take the place of those from today on; they stay when left out.",
    )


def goal(standing: Standing) -> dict[str, Any]:
    """Raises NotFound."""
    found = standing.goal
    if found is None:
        raise exceptions.NotFound(NO_GOAL)
    return {
        "role": found.role,
        "industry": found.industry,
        "hours_per_week": found.hours_per_week,
        "weekdays": list(found.weekdays),
        "deadline": found.deadline.isoformat() if found.deadline else None,
        "weekly_target": found.weekly_target,
        "days_off": [day.isoformat() for day in sorted(standing.days_off) if day >= standing.today],
        "since": found.on.isoformat(),
    }


EXAMPLE = {
    "role": "ai-engineer",
    "industry": "healthcare",
    "hours_per_week": 8.0,
    "weekdays": [1, 3, 6],
    "deadline": "2027-06-30",
    "weekly_target": 240,
    "days_off": ["2026-12-25"],
    "since": "2026-11-25",
}


@own(
    get=Operation(
        "read_goal",
        "Read the goal",
        "The role, and the time there is for it. 404 before there is one.",
        GoalSerializer,
        EXAMPLE,
        path="goal/",
        refuses={404: NO_GOAL},
    ),
    put=Operation(
        "set_goal",
        "Set the goal",
        "In force from your today on. What is left out is as its description says, whatever it was before.",
        GoalSerializer,
        EXAMPLE,
        path="goal/",
        asks=GoalQuestionSerializer,
        question={name: value for name, value in EXAMPLE.items() if name != "since"},
        wrong=("deadline", "This day is over. Choose a later one."),
    ),
)
class GoalView(OwnView):
    def get(self, request: Request) -> HttpResponse:
        return respond(goal(self.standing()))

    def put(self, request: Request) -> HttpResponse:
        sent = self.asked(GoalQuestionSerializer)
        services.set_goal(
            learner=self.learner,
            role=row_of(self.snapshot, Kind.ROLE, sent["role"]),
            industry=row_of(self.snapshot, Kind.INDUSTRY, sent.get("industry")),
            hours_per_week=sent["hours_per_week"],
            weekdays=sent.get("weekdays", EVERY_DAY),
            deadline=sent.get("deadline"),
            weekly_target=sent.get("weekly_target"),
            days_off=sent.get("days_off"),
            now=timezone.now(),
        )
        return respond(goal(self.standing()))
