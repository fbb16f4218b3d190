"""What follows from goal and levels: readiness and plan, and what the learner wants different in it."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.idempotency import Unprocessable
from guidance.api.own.base import OwnView, published, respond
from guidance.api.own.documentation import Operation, own, slug
from guidance.api.planning import (
    READINESS,
    STAGE,
    STEP,
    PlanSerializer,
    ReadinessSerializer,
    plan_as_json,
    readiness_as_json,
)
from guidance.api.units import PlanQuery
from guidance.catalog.models import Kind
from guidance.progress import services
from guidance.progress.models import PlanOverride
from guidance.progress.standing import Aim, Standing
from guidance.progress.units import units_of

Override = PlanOverride.Override
NO_GOAL_FOR_PLAN = "There is no goal to reckon with. PUT one first: /api/v1/me/goal/"
OUTSIDE = "This skill is not part of your goal, so there is nothing in the plan to change."


class OwnReadinessSerializer(ReadinessSerializer):
    evidenced = serializers.FloatField(help_text="The part whose levels a project proves.")


class OwnPlanSerializer(PlanSerializer):
    pin = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of skills that you want first, in order."
    )
    skip = serializers.ListField(child=serializers.CharField(), help_text="Slugs of skills that you skip.")
    later = serializers.ListField(child=serializers.CharField(), help_text="Slugs of skills that you put off.")


class OverrideSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    kind = serializers.ChoiceField(Override.choices)


class OverrideQuestionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        Override.choices,
        help_text="`pin`: before everything else, with what it needs. `skip`: no step of it. `later`: after everything "
        "that does not depend on it.",
    )


def aim_of(standing: Standing) -> Aim:
    """Raises NotFound."""
    if standing.aim is None:
        raise exceptions.NotFound(NO_GOAL_FOR_PLAN)
    return standing.aim


@own(
    get=Operation(
        "read_readiness",
        "Read your readiness",
        "For your goal, term by term, and the next levels that raise it most. 404 without a goal.",
        OwnReadinessSerializer,
        READINESS,
        path="readiness/",
        refuses={404: NO_GOAL_FOR_PLAN},
    )
)
class OwnReadinessView(OwnView):
    def get(self, request: Request) -> HttpResponse:
        aim = aim_of(self.standing())
        return respond(readiness_as_json(aim.readiness, aim.gains))


@own(
    get=Operation(
        "read_plan",
        "Read your plan",
        "From today to your goal, as the page has it. A deadline that is over is left out. 404 without a goal.",
        OwnPlanSerializer,
        {
            "milestones": [STAGE],
            "steps": [STEP],
            "choices": {"cloud-platform": "aws"},
            "total_hours": 8.0,
            "finish": "2026-12-05",
            "on_time": True,
            "by_deadline": None,
            "drop_to_meet_deadline": None,
            "unreachable": [],
            "pin": ["retrieval-augmented-generation"],
            "skip": [],
            "later": [],
        },
        path="plan/",
        query=PlanQuery,
        wrong=("units", '"some" is not a valid choice.'),
        refuses={404: NO_GOAL_FOR_PLAN},
    )
)
class OwnPlanView(OwnView):
    def get(self, request: Request) -> HttpResponse:
        query = PlanQuery(data=request.GET.dict())
        query.is_valid(raise_exception=True)
        standing = self.standing()
        aim = aim_of(standing)
        wishes = {str(kind): list(getattr(standing, kind)) for kind in Override.values}
        plan = plan_as_json(
            aim.plan,
            standing.snapshot,
            aim.curriculum,
            partial(units_of, standing),
            with_all_units=query.validated_data["units"] == "all",
        )
        return respond(plan | wishes)


NAMES = (slug("skill", "skill"),)


@own(
    put=Operation(
        "override_plan",
        "Pin, skip or put off a skill",
        "In your plan; the last word counts. Pins come in the order in which they were said. The skill has to be one that "
        "your goal needs.",
        OverrideSerializer,
        {"skill": "kubernetes", "kind": "later"},
        path="plan/overrides/kubernetes/",
        asks=OverrideQuestionSerializer,
        question={"kind": "later"},
        wrong=("kind", '"never" is not a valid choice.'),
        names=NAMES,
        refuses={422: OUTSIDE},
    ),
    delete=Operation(
        "restore_plan",
        "Take that back",
        "The skill is planned as any other.",
        None,
        path="plan/overrides/kubernetes/",
        names=NAMES,
    ),
)
class OverrideView(OwnView):
    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        kind = self.asked(OverrideQuestionSerializer)["kind"]
        aim = self.standing().aim
        if aim is None or record.slug not in aim.within:
            raise Unprocessable(OUTSIDE)
        services.override(learner=self.learner, kinds={record.id: kind}, now=timezone.now())
        return respond({"skill": record.slug, "kind": kind})

    def delete(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        services.override(learner=self.learner, kinds={record.id: None}, now=timezone.now())
        return HttpResponse(status=204)
