"""A plan to a role without an account, calculated from the levels and wishes in the request."""

from collections.abc import Callable, Mapping
from datetime import UTC, date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from guidance.api.fields import (
    ByMilestone,
    IgnoredSlugs,
    JsonDate,
    JsonNumber,
    JsonSlug,
    JsonWeekdays,
    SlugList,
)
from guidance.api.readiness import ReadinessRequestSerializer, curriculum_for
from guidance.api.schema import Operation, describe
from guidance.api.skills import UNIT_EXAMPLE, PlanQuery, StepUnitSerializer, step_units
from guidance.api.views import CalculationView
from guidance.catalog import graph
from guidance.catalog.kinds import Milestone
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import plan as plans
from guidance.progress.curriculum import Curriculum
from guidance.progress.path import PlanError, Wishes, complete
from guidance.progress.plan import MAX_HOURS, MIN_HOURS, Calendar
from guidance.progress.units import LevelUnits, level_units

MAX_DAYS_OFF = 1_000


class WishesSerializer(serializers.Serializer[Any]):
    """How someone wants the path to differ."""

    choices = serializers.DictField(
        child=JsonSlug(Kind.SKILL),
        required=False,
        help_text="The skill to plan for a choice of the role, by slug of the choice.",
    )
    projects = ByMilestone(
        child=JsonSlug(Kind.PROJECT),
        required=False,
        help_text="The project to plan for a milestone, by slug of the milestone.",
    )
    milestone_order = SlugList(
        Kind.MILESTONE,
        help_text="Slugs of milestones in the order you want. They share the places that they have in the role's "
        "path, in this order; the other milestones stay in place.",
    )
    skip_milestones = SlugList(
        Kind.MILESTONE, help_text="Slugs of milestones to skip: levels that only they teach are left out."
    )


@extend_schema_serializer(component_name="PlanQuestion")
class PlanRequestSerializer(WishesSerializer, ReadinessRequestSerializer):
    hours_per_week = JsonNumber(
        min_value=MIN_HOURS, max_value=MAX_HOURS, help_text="Hours a week, spread evenly over the study days."
    )
    weekdays = JsonWeekdays()
    start = JsonDate(required=False, help_text="The first day. The default is today in UTC.")
    deadline = JsonDate(required=False, help_text="The last day for study; not before the start.")
    days_off = serializers.ListField(
        child=JsonDate(), required=False, max_length=MAX_DAYS_OFF, help_text="Days without study. Their hours are lost."
    )
    skip = SlugList(Kind.SKILL, help_text="Slugs of skills for which no step is planned.")
    pin = SlugList(Kind.SKILL, help_text="Slugs of skills that come first, in this order, with their prerequisites.")
    later = SlugList(Kind.SKILL, help_text="Slugs of skills that come after everything that does not depend on them.")


class BecauseSerializer(serializers.Serializer[Any]):
    required_by = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of the required skills that need this step, highest weight first, including the step's own "
        "skill.",
    )
    unlocks = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of skills in the plan that need this level before you can start them.",
    )
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the milestone's project, if it needs this step."
    )


class StepSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(allow_null=True, help_text="Slug; null if the role has no milestones.")
    skill = serializers.CharField(allow_null=True, help_text="Slug; null for a project.")
    project = serializers.CharField(allow_null=True, help_text="Slug; null for a level of a skill.")
    from_level = serializers.IntegerField(min_value=0, max_value=3, help_text="0 for a project.")
    to_level = serializers.IntegerField(min_value=0, max_value=4, help_text="0 for a project.")
    hours = serializers.FloatField()
    start = serializers.DateField()
    end = serializers.DateField()
    readiness_after = serializers.FloatField(help_text="From 0 to 100.")
    because = BecauseSerializer()
    units = StepUnitSerializer(
        many=True,
        required=False,
        help_text="The units of the step, in order. Only the first step has them unless you ask for `units=all`.",
    )


class StageSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(help_text="Slug.")
    name = serializers.CharField()
    outcome = serializers.CharField(help_text="What you can do afterwards.")
    start = serializers.DateField(allow_null=True, help_text="Null if there is nothing left to do.")
    end = serializers.DateField(allow_null=True)
    hours = serializers.FloatField(help_text="Hours left, including the project.")
    readiness_after = serializers.FloatField(help_text="From 0 to 100.")
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the planned project; null if no project is planned."
    )
    done = serializers.BooleanField()
    left_out = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of its skills that the plan leaves out because of what you skip. The outcome then promises "
        "more than the plan teaches.",
    )


class FollowedSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(
        allow_null=True, help_text="Slug of the last milestone that is complete by then; null if none is."
    )
    readiness = serializers.FloatField(help_text="From 0 to 100.")


class StepNameSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(allow_null=True, help_text="Slug; null for a project.")
    level = serializers.IntegerField(min_value=0, max_value=4, help_text="0 for a project.")
    project = serializers.CharField(allow_null=True, help_text="Slug; null for a level of a skill.")


class ShorterSerializer(serializers.Serializer[Any]):
    readiness = serializers.FloatField(help_text="Readiness at the deadline, from 0 to 100.")
    steps = StepNameSerializer(many=True, help_text="The steps before the deadline, in order.")


class ByDeadlineSerializer(serializers.Serializer[Any]):
    path = FollowedSerializer(help_text="If you follow the plan as it is.")
    shorter = ShorterSerializer(
        allow_null=True, help_text="Another order that gains at least one more point by then; null if there is none."
    )
    hours_per_week_needed = serializers.FloatField(
        allow_null=True,
        help_text="Hours a week that would finish everything by then, in quarters of an hour; null if even 80 are not "
        "enough.",
    )


class UnreachableSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    because = serializers.CharField(help_text="Slug of the skipped skill that it needs.")


class PlanSerializer(serializers.Serializer[Any]):
    milestones = StageSerializer(many=True, help_text="In the order of the plan, without the milestones you skip.")
    steps = StepSerializer(many=True, help_text="Steps in order, each one level of a skill or a project.")
    choices = serializers.DictField(
        child=serializers.CharField(), help_text="The skill planned for each choice, by slug of the choice."
    )
    total_hours = serializers.FloatField()
    finish = serializers.DateField(allow_null=True, help_text="End of the last step; null if there are no steps.")
    on_time = serializers.BooleanField(allow_null=True, help_text="Null if there is no deadline.")
    by_deadline = ByDeadlineSerializer(
        allow_null=True, help_text="If the plan is late: what you reach by the deadline; otherwise null."
    )
    hours_per_week_needed = serializers.FloatField(
        required=False,
        help_text="If the plan is late: hours a week that would meet the deadline, in steps of a quarter of an hour. "
        "Missing if even 80 are not enough.",
    )
    drop_to_meet_deadline = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Deprecated and always null: a deadline changes the order of steps but leaves none out.",
    )
    unreachable = UnreachableSerializer(
        many=True, help_text="Skills that you cannot start because you skip something they need."
    )
    ignored = IgnoredSlugs()


def calculate_plan(
    snapshot: Snapshot, validated: Mapping[str, Any], *, today: date, with_all_units: bool
) -> dict[str, Any]:
    goal = curriculum_for(snapshot, validated)
    levels = graph.with_implied(snapshot.graph, validated.get("levels", {}))
    wishes = Wishes(
        pin=validated.get("pin", ()),
        skip=validated.get("skip", ()),
        later=validated.get("later", ()),
        picked=validated.get("choices", {}),
        projects=validated.get("projects", {}),
        order=validated.get("milestone_order", ()),
        skip_milestones=validated.get("skip_milestones", ()),
    )
    try:
        plan = plans.plan(
            goal,
            snapshot.effort_for(levels),
            levels=levels,
            wishes=wishes,
            proved=complete(goal, levels),
            calendar=Calendar(
                validated.get("start", today),
                validated["hours_per_week"],
                validated.get("weekdays", range(1, 8)),
                validated.get("days_off", ()),
            ),
            deadline=validated.get("deadline"),
        )
    except PlanError as error:
        raise ValidationError({error.field: [error.message]}) from error

    def units_of(skill: str, level: int) -> LevelUnits | None:
        return level_units(snapshot.skills[skill], level, snapshot)

    return plan_as_json(plan, snapshot, goal, units_of, with_all_units=with_all_units)


def plan_as_json(
    plan: plans.Plan,
    snapshot: Snapshot,
    goal: Curriculum,
    units_of: Callable[[str, int], LevelUnits | None],
    *,
    with_all_units: bool = False,
    milestones: Mapping[str, Milestone] | None = None,
) -> dict[str, Any]:
    """Returns the plan as JSON. `units_of` returns the units of a skill's level. `milestones` maps slugs to milestones, and is
    needed if the goal has milestones that are not in the catalogue."""

    def units(number: int, step: plans.Step) -> dict[str, Any]:
        if number and not with_all_units:
            return {}
        return {"units": step_units(units_of(step.skill, step.to_level) if step.skill else None)}

    needed = plan.hours_per_week_needed
    return {
        "milestones": [_stage(stage, milestones or snapshot.milestones) for stage in plan.stages],
        "steps": [{**_step(step), **units(number, step)} for number, step in enumerate(plan.steps)],
        "choices": {slug: skill for slug, skill in plan.taught.items() if goal.targets[slug].choice},
        "total_hours": plan.total_hours,
        "finish": plan.finish.isoformat() if plan.finish else None,
        "on_time": plan.on_time,
        "by_deadline": _by_deadline(plan),
        "drop_to_meet_deadline": None,
        **({"hours_per_week_needed": needed} if needed is not None else {}),
        "unreachable": [{"skill": item.skill, "because": item.because} for item in plan.unreachable],
    }


def _stage(stage: plans.Stage, milestones: Mapping[str, Milestone]) -> dict[str, Any]:
    return {
        "milestone": stage.milestone,
        "name": milestones[stage.milestone].name,
        "outcome": milestones[stage.milestone].outcome,
        "start": stage.start.isoformat() if stage.start else None,
        "end": stage.end.isoformat() if stage.end else None,
        "hours": stage.hours,
        "readiness_after": stage.readiness_after,
        "project": stage.project,
        "done": stage.done,
        "left_out": list(stage.left_out),
    }


def _step(step: plans.Step) -> dict[str, Any]:
    return {
        "milestone": step.milestone,
        "skill": step.skill,
        "project": step.project,
        "from_level": step.from_level,
        "to_level": step.to_level,
        "hours": step.hours,
        "start": step.start.isoformat(),
        "end": step.end.isoformat(),
        "readiness_after": step.readiness_after,
        "because": {
            "required_by": step.because.required_by,
            "unlocks": step.because.unlocks,
            "project": step.because.project,
        },
    }


def _by_deadline(plan: plans.Plan) -> dict[str, Any] | None:
    by_deadline = plan.by_deadline
    if by_deadline is None:
        return None
    path, shorter = by_deadline.path, by_deadline.shorter
    return {
        "path": {"milestone": path.milestone, "readiness": path.readiness},
        "shorter": shorter
        and {
            "readiness": shorter.readiness,
            "steps": [{"skill": step.skill, "level": step.level, "project": step.project} for step in shorter.steps],
        },
        "hours_per_week_needed": plan.hours_per_week_needed,
    }


STAGE_EXAMPLE = {
    "milestone": "answer-from-your-own-documents",
    "name": "Answer from your own documents",
    "outcome": "You can answer questions from a document set and show how often the answers are right.",
    "start": "2026-11-30",
    "end": "2026-12-05",
    "hours": 8.0,
    "readiness_after": 100.0,
    "project": None,
    "done": False,
    "left_out": [],
}
STEP_EXAMPLE = {
    "milestone": "answer-from-your-own-documents",
    "skill": "retrieval-augmented-generation",
    "from_level": 0,
    "to_level": 1,
    "project": None,
    "hours": 8.0,
    "start": "2026-11-30",
    "end": "2026-12-05",
    "readiness_after": 100.0,
    "because": {"required_by": ["retrieval-augmented-generation"], "unlocks": [], "project": None},
    "units": [UNIT_EXAMPLE | {"done": False}],
}


PLAN_QUESTION: Mapping[str, Any] = {
    "role": "ai-engineer",
    "levels": {"python": 3},
    "hours_per_week": 10,
    "weekdays": [1, 3, 6],
    "start": "2026-11-30",
    "deadline": "2026-12-02",
    "days_off": ["2026-12-25"],
}
PLAN_EXAMPLE: Mapping[str, Any] = {
    "milestones": [STAGE_EXAMPLE],
    "steps": [STEP_EXAMPLE],
    "choices": {"cloud-platform": "aws"},
    "total_hours": 8.0,
    "finish": "2026-12-05",
    "on_time": False,
    "by_deadline": {
        "path": {"milestone": None, "readiness": 80.0},
        "shorter": None,
        "hours_per_week_needed": 12.0,
    },
    "hours_per_week_needed": 12.0,
    "drop_to_meet_deadline": None,
    "unreachable": [],
}


@describe(
    post=Operation(
        "plan",
        "Make a plan",
        "Dated steps from your levels to a role, along its milestones, each of which ends in a project; and what you "
        "reach by a deadline before the end of the plan. Nothing is stored.",
        PlanSerializer,
        request_example=PLAN_QUESTION,
        example=PLAN_EXAMPLE,
        wrong=("hours_per_week", "Ensure this value is greater than or equal to 0.5."),
    )
)
class PlanView(CalculationView):
    request_serializer = PlanRequestSerializer
    query = PlanQuery

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        today = timezone.now().astimezone(UTC).date()
        return calculate_plan(snapshot, validated, today=today, with_all_units=validated["units"] == "all")
