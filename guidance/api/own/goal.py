"""What the learner wants to become, the time there is for it, and what they want different on the path to it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.own.base import OwnView, respond, row_of
from guidance.api.own.documentation import Operation, own
from guidance.api.planning import MAX_DAYS_OFF, Day, Number, Slug, Whole, WishesSerializer
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.curricula import curriculum
from guidance.progress.models import MINUTES_OF_A_WEEK
from guidance.progress.path import Curriculum, PlanError, Wishes
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS, check_wishes
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
    choices = serializers.DictField(
        child=serializers.CharField(),
        help_text="By slug of a choice, the skill that you picked. Those that you did not pick are missing here; "
        "`GET /me/plan/` has the skill that is planned for each.",
    )
    projects = serializers.DictField(
        child=serializers.CharField(), help_text="By slug of a milestone, the project that you picked."
    )
    milestone_order = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of milestones that you moved, in your order; empty for the role's.",
    )
    skip_milestones = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of milestones that you skip."
    )


class GoalQuestionSerializer(WishesSerializer):
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


# What stays as it is when a question leaves it out.
WISHES = ("choices", "projects", "milestone_order", "skip_milestones")


def goal(standing: Standing) -> dict[str, Any]:
    """Raises NotFound."""
    found = standing.goal
    if found is None:
        raise exceptions.NotFound(NO_GOAL)
    wishes = standing.wishes_for(found)
    return {
        "role": found.role,
        "industry": found.industry,
        "hours_per_week": found.hours_per_week,
        "weekdays": list(found.weekdays),
        "deadline": found.deadline.isoformat() if found.deadline else None,
        "weekly_target": found.weekly_target,
        "days_off": [day.isoformat() for day in sorted(standing.days_off) if day >= standing.today],
        "since": found.on.isoformat(),
        "choices": dict(wishes.picked),
        "projects": dict(wishes.projects),
        "milestone_order": list(wishes.order),
        "skip_milestones": sorted(wishes.skip_milestones),
    }


GOAL_EXAMPLE = {
    "role": "ai-engineer",
    "industry": "healthcare",
    "hours_per_week": 8.0,
    "weekdays": [1, 3, 6],
    "deadline": "2027-06-30",
    "weekly_target": 240,
    "days_off": ["2026-12-25"],
    "since": "2026-11-25",
    "choices": {"cloud-platform": "aws"},
    "projects": {"answer-from-your-own-documents": "assistant-that-quotes-the-law"},
    "milestone_order": [],
    "skip_milestones": [],
}


@own(
    get=Operation(
        "read_goal",
        "Read the goal",
        "The role, and the time there is for it. 404 before there is one.",
        GoalSerializer,
        GOAL_EXAMPLE,
        path="goal/",
        refuses={404: NO_GOAL},
    ),
    put=Operation(
        "set_goal",
        "Set the goal",
        "In force from your today on. What is left out is as its description says, whatever it was before. `choices`, "
        "`projects`, `milestone_order` and `skip_milestones` stay as they are when they are left out; sent, each takes the "
        "place of what you wanted for this goal. A choice or a milestone that is not part of the goal is refused, and so is an "
        "order in which a milestone comes before one that it needs.",
        GoalSerializer,
        GOAL_EXAMPLE,
        path="goal/",
        asks=GoalQuestionSerializer,
        question={name: value for name, value in GOAL_EXAMPLE.items() if name != "since"},
        wrong=("deadline", "This day is over. Choose a later one."),
    ),
)
class GoalView(OwnView):
    def get(self, request: Request) -> HttpResponse:
        return respond(goal(self.standing()))

    def put(self, request: Request) -> HttpResponse:
        snapshot, sent = self.snapshot, self.asked(GoalQuestionSerializer)
        wishes = self._wishes(snapshot, sent)
        with transaction.atomic():
            services.set_goal(
                learner=self.learner,
                role=row_of(snapshot, Kind.ROLE, sent["role"]),
                industry=row_of(snapshot, Kind.INDUSTRY, sent.get("industry")),
                hours_per_week=sent["hours_per_week"],
                weekdays=sent.get("weekdays", EVERY_DAY),
                deadline=sent.get("deadline"),
                weekly_target=sent.get("weekly_target"),
                days_off=sent.get("days_off"),
                now=timezone.now(),
            )
            if wishes:
                services.wish(learner=self.learner, **wishes)
        return respond(goal(self.standing()))

    def _wishes(self, snapshot: Snapshot, sent: Mapping[str, Any]) -> dict[str, Any]:
        """What the services take of the wishes that were sent; nothing when none were. Raises ValidationError by field."""
        if not any(name in sent for name in WISHES):
            return {}
        industry = snapshot.industries[sent["industry"]] if sent.get("industry") else None
        asked = curriculum(snapshot, snapshot.roles[sent["role"]], industry)
        wishes = Wishes(
            picked=sent.get("choices", {}),
            projects=sent.get("projects", {}),
            order=sent.get("milestone_order", ()),
            skip_milestones=sent.get("skip_milestones", ()),
        )
        try:
            check_wishes(asked, self.standing().levels, wishes)
        except PlanError as error:
            raise exceptions.ValidationError({error.field: [error.message]}) from error
        return _by_ids(snapshot, asked, sent)


def _by_ids(snapshot: Snapshot, asked: Curriculum, sent: Mapping[str, Any]) -> dict[str, Any]:
    milestones, projects = snapshot.milestones, snapshot.projects
    found: dict[str, Any] = {
        "of_choices": {slug for slug, target in asked.targets.items() if target.choice},
        "of_milestones": {milestones[milestone.slug].id for milestone in asked.milestones},
    }
    if "choices" in sent:
        found["choices"] = {choice: snapshot.skills[skill].id for choice, skill in sent["choices"].items()}
    if "projects" in sent:
        found["projects"] = {milestones[slug].id: projects[project].id for slug, project in sent["projects"].items()}
    for name in ("milestone_order", "skip_milestones"):
        if name in sent:
            found[name] = [milestones[slug].id for slug in sent[name]]
    return found
