"""Readiness and plan of anybody, without an account: nothing is stored, and nothing is known of who asks."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from guidance.api import limits
from guidance.api.cached import PREFLIGHT, Query, dumps, limited, with_cors
from guidance.api.errors import MEDIA_TYPE
from guidance.api.fields import SlugOf
from guidance.api.schema import ProblemSerializer, problem_example
from guidance.api.skills import UNIT_EXAMPLE, PlanQuery, StepUnitSerializer, step_units
from guidance.catalog import graph
from guidance.catalog import snapshot as snapshots
from guidance.catalog.models import SLUG_PATTERN, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.curricula import curriculum
from guidance.progress.learner_state import IMPLIED
from guidance.progress.path import Curriculum, PlanError, Wishes, complete, taught
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS, Calendar
from guidance.progress.units import LevelUnits, catalogue_units

MAX_BYTES = 262_144
MAX_LEVELS = 5_000
MAX_DAYS_OFF = 1_000
MAX_OVERRIDES = 500
DAY = "^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]$"

type Shape = type[serializers.Serializer[Any]]


class BoundedJSONParser(JSONParser):
    """Refuses what is too large to be meant, before it is read, and what nests too deep to be read."""

    max_bytes = MAX_BYTES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > self.max_bytes:
            raise RequestDataTooBig
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deep") from None


@extend_schema_field({"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80})
class Slug(SlugOf):
    """As `SlugOf`, and no number that looks like one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Slugs(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        super().__init__(child=Slug(Kind.SKILL), required=False, max_length=MAX_OVERRIDES, **options)


@extend_schema_field({"type": "string", "format": "date", "pattern": DAY})
class Day(serializers.DateField):
    """A date of the years 2000 to 2199, written 2026-11-30 and in no other way."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(DAY, value, re.ASCII):
            self.fail("invalid", format="YYYY-MM-DD, from 2000-01-01 to 2199-12-31")
        return super().to_internal_value(value)


class Whole(serializers.IntegerField):
    """A number of JSON without a fraction; `1.0` is one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, (int, float)) or data != data // 1:
            self.fail("invalid")
        return super().to_internal_value(int(data))


class Number(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": "object",
        "propertyNames": {"pattern": SLUG_PATTERN, "maxLength": 80},
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 4},
        "maxProperties": MAX_LEVELS,
    }
)
class Levels(serializers.DictField):
    """Levels by slug of the skill. Where an old slug stands beside the new one, the higher level counts. What names no skill
    is passed over, and listed in the context under `ignored`."""

    child = Whole(min_value=0, max_value=4)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if isinstance(data, dict) and len(data) > MAX_LEVELS:
            raise ValidationError(f"At most {MAX_LEVELS} levels.")
        levels: dict[str, int] = super().to_internal_value(data)
        slug_of = Slug(Kind.SKILL)
        slug_of.bind("slug", self)  # type: ignore[arg-type] # its parent has the context
        found: dict[str, int] = {}
        ignored: list[str] = []
        for slug, level in levels.items():
            try:
                known = slug_of.run_validation(slug)
            except ValidationError:
                ignored.append(slug)
            else:
                found[known] = max(level, found.get(known, 0))
        self.context["ignored"] = sorted(ignored)  # type: ignore[index] # it is the dictionary that the view gave
        return found


class ReadinessQuestionSerializer(serializers.Serializer[Any]):
    role = Slug(Kind.ROLE, help_text="Slug of the role.")
    industry = Slug(Kind.INDUSTRY, required=False, help_text="Slug of the industry, which moves the weights.")
    levels = Levels(
        required=False,
        help_text="Level by slug of the skill. What is not listed is at the level that a listed one rests on, or at 0.",
    )


class Ignored(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            child=serializers.CharField(), required=False, help_text="Slugs in `levels` that name no skill.", **options
        )


class TermSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug; of a choice, the member that covers most.")
    choice = serializers.CharField(allow_null=True, help_text="Slug of the choice; null where one skill is asked for.")
    level = serializers.IntegerField(min_value=0, max_value=4)
    target = serializers.IntegerField(min_value=1, max_value=4)
    importance = serializers.IntegerField(min_value=1, max_value=5)
    emphasis = serializers.FloatField(min_value=0, max_value=2, help_text="Of the industry; 0 without one.")
    weight = serializers.FloatField(help_text="importance × (1 + emphasis)")
    coverage = serializers.FloatField(min_value=0, max_value=1, help_text="level ÷ target, at most 1")
    points = serializers.FloatField(help_text="100 × weight × coverage ÷ the sum of the weights")
    source = serializers.CharField(  # type: ignore[assignment] # declared fields are no attributes
        allow_null=True,
        help_text="How we know the level: implied, self, cv or project; null at level 0, and where it was sent.",
    )


class GainSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    to_level = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="To that level, with the prerequisites that are missing.")
    points = serializers.FloatField(help_text="That the level itself brings.")
    points_per_hour = serializers.FloatField()


class ReadinessSerializer(serializers.Serializer[Any]):
    readiness = serializers.FloatField(help_text="From 0 to 100: the sum of the points of all terms.")
    evidenced = serializers.FloatField(help_text="The part whose levels a project proves; 0 for levels that are sent.")
    terms = TermSerializer(many=True, help_text="One for each requirement, heaviest first.")
    gains = GainSerializer(
        many=True, help_text="The next level of each skill below target, most points per hour first."
    )
    also_asked_for = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs that the industry emphasises and the role does not require."
    )
    ignored = Ignored()


class ByMilestone(serializers.DictField):
    """By slug of a milestone; an old slug of it means the milestone too."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        found: dict[str, str] = super().to_internal_value(data)
        redirects = self.context["snapshot"].redirects
        return {redirects.get((Kind.MILESTONE, slug), slug): value for slug, value in found.items()}


class Milestones(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        super().__init__(child=Slug(Kind.MILESTONE), required=False, max_length=MAX_OVERRIDES, **options)


class WishesSerializer(serializers.Serializer[Any]):
    """What somebody wants different on the path."""

    choices = serializers.DictField(
        child=Slug(Kind.SKILL), required=False, help_text="By slug of a choice of the role, the skill to plan for it."
    )
    projects = ByMilestone(
        child=Slug(Kind.PROJECT), required=False, help_text="By slug of a milestone, the project to plan for it."
    )
    milestone_order = Milestones(
        help_text="Slugs of milestones in the order wanted, in the places that those named have."
    )
    skip_milestones = Milestones(help_text="Slugs of milestones of which nothing is planned for its own sake.")


class PlanQuestionSerializer(WishesSerializer, ReadinessQuestionSerializer):
    hours_per_week = Number(min_value=LEAST_HOURS, max_value=MOST_HOURS, help_text="Spread evenly over the weekdays.")
    weekdays = serializers.ListField(
        child=Whole(min_value=1, max_value=7),
        required=False,
        min_length=1,
        max_length=7,
        help_text="The days of study, from 1 for Monday to 7 for Sunday; all when left out.",
    )
    start = Day(required=False, help_text="The first day; today in UTC when left out.")
    deadline = Day(required=False, help_text="The last day on which work may be done; not before the start.")
    days_off = serializers.ListField(
        child=Day(), required=False, max_length=MAX_DAYS_OFF, help_text="Days whose hours are lost."
    )
    skip = Slugs(help_text="Slugs of skills of which no step is planned.")
    pin = Slugs(help_text="Slugs of skills that come first, with what they need, in this order.")
    later = Slugs(help_text="Slugs of skills that come after everything that does not depend on them.")


class BecauseSerializer(serializers.Serializer[Any]):
    required_by = serializers.ListField(
        child=serializers.CharField(), help_text="Skills asked for that need the step, heaviest first; its own too."
    )
    unlocks = serializers.ListField(
        child=serializers.CharField(), help_text="Skills of the plan that need this level before they are begun."
    )
    project = serializers.CharField(allow_null=True, help_text="Slug of the milestone's project, where that needs it.")


class StepSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(allow_null=True, help_text="Slug; null where the role has no milestones.")
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
        help_text="The pieces of work of the step, in order; on the first step alone unless `units=all` is asked for.",
    )


class StageSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(help_text="Slug.")
    name = serializers.CharField()
    outcome = serializers.CharField(help_text="What you can show afterwards.")
    start = serializers.DateField(allow_null=True, help_text="null where nothing is left to do.")
    end = serializers.DateField(allow_null=True)
    hours = serializers.FloatField(help_text="Left, its project included.")
    readiness_after = serializers.FloatField(help_text="From 0 to 100.")
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the project that is planned; null when none is."
    )
    done = serializers.BooleanField()


class FollowedSerializer(serializers.Serializer[Any]):
    milestone = serializers.CharField(
        allow_null=True, help_text="Slug of the last one complete by then; null for none."
    )
    readiness = serializers.FloatField(help_text="From 0 to 100.")


class StepNameSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(allow_null=True, help_text="Slug; null for a project.")
    level = serializers.IntegerField(min_value=0, max_value=4, help_text="0 for a project.")
    project = serializers.CharField(allow_null=True, help_text="Slug; null for a level of a skill.")


class ShorterSerializer(serializers.Serializer[Any]):
    readiness = serializers.FloatField(help_text="From 0 to 100, by the deadline.")
    steps = StepNameSerializer(many=True, help_text="Those that come before the deadline, in order.")


class ByDeadlineSerializer(serializers.Serializer[Any]):
    path = FollowedSerializer(help_text="Following the plan as it is.")
    shorter = ShorterSerializer(
        allow_null=True, help_text="A way that leads at least a point further by then; null where there is none."
    )
    hours_per_week_needed = serializers.FloatField(
        allow_null=True,
        help_text="With which all of it is done by then, in quarters of an hour; null when 80 hours would not do.",
    )


class UnreachableSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    because = serializers.CharField(help_text="Slug of a skipped skill without which it cannot be begun.")


class PlanSerializer(serializers.Serializer[Any]):
    milestones = StageSerializer(many=True, help_text="In the order of the plan; those that are skipped left out.")
    steps = StepSerializer(many=True, help_text="One level of one skill, or a project, one after the other.")
    choices = serializers.DictField(
        child=serializers.CharField(), help_text="By slug of the choice, the skill that is planned for it."
    )
    total_hours = serializers.FloatField()
    finish = serializers.DateField(allow_null=True, help_text="End of the last step; null when there is no step.")
    on_time = serializers.BooleanField(allow_null=True, help_text="null without a deadline.")
    by_deadline = ByDeadlineSerializer(
        allow_null=True, help_text="When late: what is reached by the deadline; otherwise null."
    )
    hours_per_week_needed = serializers.FloatField(
        required=False,
        help_text="When late: what would meet the deadline, in quarters of an hour. Missing when 80 hours would not.",
    )
    drop_to_meet_deadline = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Deprecated and always null: a deadline decides what comes first, not what is left out.",
    )
    unreachable = UnreachableSerializer(many=True, help_text="Skills that cannot be begun because of what is skipped.")
    ignored = Ignored()


def _curriculum(snapshot: Snapshot, asked: Mapping[str, Any]) -> Curriculum:
    industry = snapshot.industries[asked["industry"]] if "industry" in asked else None
    return curriculum(snapshot, snapshot.roles[asked["role"]], industry)


def readiness(snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
    goal, stated = _curriculum(snapshot, asked), asked.get("levels", {})
    levels = graph.with_implied(snapshot.graph, stated)
    sources = dict.fromkeys(levels.keys() - stated.keys(), IMPLIED)
    members = taught(goal, levels)
    emphases = snapshot.industries[asked["industry"]].weights if "industry" in asked else None
    found = scores.readiness(goal.targets, levels, sources, emphases)
    gains = scores.gains(snapshot.graph, snapshot.effort_for(levels), goal.targets, members, levels)
    return readiness_as_json(found, gains)


def readiness_as_json(found: scores.Readiness, gains: Iterable[scores.Gain]) -> dict[str, Any]:
    return {
        "readiness": found.readiness,
        "evidenced": found.evidenced,
        "terms": [
            {
                "skill": term.skill,
                "choice": term.choice,
                "level": term.level,
                "target": term.target,
                "importance": term.importance,
                "emphasis": term.emphasis,
                "weight": term.weight,
                "coverage": term.coverage,
                "points": term.points,
                "source": term.source,
            }
            for term in found.terms
        ],
        "gains": [
            {
                "skill": gain.skill,
                "to_level": gain.to_level,
                "hours": gain.hours,
                "points": gain.points,
                "points_per_hour": gain.points_per_hour,
            }
            for gain in gains
        ],
        "also_asked_for": list(found.also_asked_for),
    }


def plan(snapshot: Snapshot, asked: Mapping[str, Any], *, today: date, with_all_units: bool) -> dict[str, Any]:
    goal = _curriculum(snapshot, asked)
    levels = graph.with_implied(snapshot.graph, asked.get("levels", {}))
    wishes = Wishes(
        pin=asked.get("pin", ()),
        skip=asked.get("skip", ()),
        later=asked.get("later", ()),
        picked=asked.get("choices", {}),
        projects=asked.get("projects", {}),
        order=asked.get("milestone_order", ()),
        skip_milestones=asked.get("skip_milestones", ()),
    )
    try:
        found = plans.plan(
            goal,
            snapshot.effort_for(levels),
            levels=levels,
            wishes=wishes,
            proved=complete(goal, levels),
            calendar=Calendar(
                asked.get("start", today),
                asked["hours_per_week"],
                asked.get("weekdays", range(1, 8)),
                asked.get("days_off", ()),
            ),
            deadline=asked.get("deadline"),
        )
    except PlanError as error:
        raise ValidationError({error.field: [error.message]}) from error

    def units_of(skill: str, level: int) -> LevelUnits | None:
        of_skill = catalogue_units(snapshot.skills[skill], snapshot)
        return next((units for units in of_skill if units.level == level), None)

    return plan_as_json(found, snapshot, goal, units_of, with_all_units=with_all_units)


def plan_as_json(
    found: plans.Plan,
    snapshot: Snapshot,
    goal: Curriculum,
    units_of: Callable[[str, int], LevelUnits | None],
    *,
    with_all_units: bool = False,
) -> dict[str, Any]:
    """`units_of`: those of a level of a skill."""

    def units(number: int, step: plans.Step) -> dict[str, Any]:
        if number and not with_all_units:
            return {}
        return {"units": step_units(units_of(step.skill, step.to_level) if step.skill else None)}

    answer: dict[str, Any] = {
        "milestones": [
            {
                "milestone": stage.milestone,
                "name": snapshot.milestones[stage.milestone].name,
                "outcome": snapshot.milestones[stage.milestone].outcome,
                "start": stage.start.isoformat() if stage.start else None,
                "end": stage.end.isoformat() if stage.end else None,
                "hours": stage.hours,
                "readiness_after": stage.readiness_after,
                "project": stage.project,
                "done": stage.done,
            }
            for stage in found.stages
        ],
        "steps": [
            {
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
                **units(number, step),
            }
            for number, step in enumerate(found.steps)
        ],
        "choices": {slug: skill for slug, skill in found.taught.items() if goal.targets[slug].choice},
        "total_hours": found.total_hours,
        "finish": found.finish.isoformat() if found.finish else None,
        "on_time": found.on_time,
        "by_deadline": _by_deadline(found),
        "drop_to_meet_deadline": None,
    }
    if found.hours_per_week_needed is not None:
        answer["hours_per_week_needed"] = found.hours_per_week_needed
    answer["unreachable"] = [{"skill": item.skill, "because": item.because} for item in found.unreachable]
    return answer


def _by_deadline(found: plans.Plan) -> dict[str, Any] | None:
    answer = found.by_deadline
    if answer is None:
        return None
    shorter = answer.shorter
    return {
        "path": {"milestone": answer.path.milestone, "readiness": answer.path.readiness},
        "shorter": shorter
        and {
            "readiness": shorter.readiness,
            "steps": [{"skill": step.skill, "level": step.level, "project": step.project} for step in shorter.steps],
        },
        "hours_per_week_needed": found.hours_per_week_needed,
    }


class AnswerView(APIView):
    """A `POST` that only answers: to everybody, without cookies, and for nobody to keep."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes: tuple[type[BaseParser], ...] = (BoundedJSONParser,)
    question: ClassVar[Shape]
    query: ClassVar[type[Query] | None] = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        return limited(limits.ANONYMOUS_POST)(super().as_view(**initkwargs))

    def post(self, request: Request) -> HttpResponse:
        snapshot = snapshots.current()
        question = self.question(data=request.data, context={"snapshot": snapshot})
        question.is_valid(raise_exception=True)
        asked = dict(question.validated_data)
        if self.query is not None:
            query = self.query(data=request.query_params.dict())
            query.is_valid(raise_exception=True)
            asked |= query.validated_data
        answer = self.answer(snapshot, asked)
        if ignored := question.context.get("ignored"):
            answer["ignored"] = ignored
        return HttpResponse(dumps(answer), headers={"Content-Type": "application/json", "Cache-Control": "no-store"})

    def answer(self, snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def options(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """A browser's preflight."""
        methods = {"Access-Control-Allow-Methods": "POST, OPTIONS", "Allow": "POST, OPTIONS"}
        response = HttpResponse(status=204, headers=PREFLIGHT | methods)
        del response.headers["Content-Type"]
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        return with_cors(super().finalize_response(request, response, *args, **kwargs))

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}


def answering(
    operation: str,
    summary: str,
    description: str,
    shape: Shape,
    *,
    asks: Mapping[str, Any],
    example: Mapping[str, Any],
    wrong: Mapping[str, Any],
) -> Callable[[type[AnswerView]], type[AnswerView]]:
    """Describes the `POST` of such a view: an example of a question and of its answer, and of what is refused."""

    def describe(view: type[AnswerView]) -> type[AnswerView]:
        name, messages = next(iter(wrong.items()))
        path = f"/api/v1/{operation}/"
        refused = problem_example(400, f"{name}: {messages[0]}", path, wrong)
        return extend_schema_view(
            post=extend_schema(
                operation_id=operation,
                summary=summary,
                description=description,
                request={"application/json": view.question},
                parameters=[view.query] if view.query else [],
                responses={
                    200: OpenApiResponse(
                        shape, "The answer.", examples=[OpenApiExample(summary, example, response_only=True)]
                    ),
                    (400, MEDIA_TYPE): OpenApiResponse(
                        ProblemSerializer, "A field has a wrong value.", examples=[refused]
                    ),
                    ("default", MEDIA_TYPE): OpenApiResponse(ProblemSerializer, "Any other error."),
                },
                examples=[OpenApiExample("A question", asks, request_only=True)],
                auth=[],
                extensions={"x-call": ""},
            )
        )(view)

    return describe


READINESS = {
    "readiness": 62.5,
    "evidenced": 0.0,
    "terms": [
        {
            "skill": "python",
            "choice": None,
            "level": 3,
            "target": 3,
            "importance": 5,
            "emphasis": 0.0,
            "weight": 5.0,
            "coverage": 1.0,
            "points": 62.5,
            "source": None,
        },
        {
            "skill": "retrieval-augmented-generation",
            "choice": None,
            "level": 0,
            "target": 2,
            "importance": 2,
            "emphasis": 0.5,
            "weight": 3.0,
            "coverage": 0.0,
            "points": 0.0,
            "source": None,
        },
    ],
    "gains": [
        {
            "skill": "retrieval-augmented-generation",
            "to_level": 1,
            "hours": 15.0,
            "points": 18.75,
            "points_per_hour": 1.25,
        }
    ],
    "also_asked_for": ["differential-privacy"],
}  # an example


@answering(
    "readiness",
    "Score readiness",
    "How ready somebody with these levels is for a role, with every term of the score, and what to learn next for it. "
    "Nothing is stored.",
    ReadinessSerializer,
    asks={"role": "ai-engineer", "industry": "healthcare", "levels": {"python": 3}},
    example=READINESS,
    wrong={"role": ["No role has this slug."]},
)
class ReadinessView(AnswerView):
    question = ReadinessQuestionSerializer

    def answer(self, snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
        return readiness(snapshot, asked)


STAGE = {
    "milestone": "answer-from-your-own-documents",
    "name": "Answer from your own documents",
    "outcome": "You can answer questions from a document set and show how often the answers are right.",
    "start": "2026-11-30",
    "end": "2026-12-05",
    "hours": 8.0,
    "readiness_after": 100.0,
    "project": None,
    "done": False,
}  # an example
STEP = {
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
}  # an example


@answering(
    "plan",
    "Make a plan",
    "Dated steps from these levels to a role, by its milestones, each of which ends in a project; and what can be reached by "
    "a deadline that comes before the end. Nothing is stored.",
    PlanSerializer,
    asks={
        "role": "ai-engineer",
        "levels": {"python": 3},
        "hours_per_week": 10,
        "weekdays": [1, 3, 6],
        "start": "2026-11-30",
        "deadline": "2026-12-02",
        "days_off": ["2026-12-25"],
    },
    example={
        "milestones": [STAGE],
        "steps": [STEP],
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
    },
    wrong={"hours_per_week": ["Ensure this value is greater than or equal to 0.5."]},
)
class PlanView(AnswerView):
    question = PlanQuestionSerializer
    query = PlanQuery

    def answer(self, snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
        today = timezone.now().astimezone(UTC).date()
        return plan(snapshot, asked, today=today, with_all_units=asked["units"] == "all")
