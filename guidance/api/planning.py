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
from guidance.api.documentation import ProblemSerializer, problem_example
from guidance.api.editions import dumps
from guidance.api.errors import MEDIA_TYPE
from guidance.api.fields import SlugOf
from guidance.api.public import PREFLIGHT, limited, with_cors
from guidance.catalog import snapshot as snapshots
from guidance.catalog.models import SLUG_PATTERN, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS, Calendar, PlanError

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
    """Levels by slug of the skill. Where an old slug stands beside the new one, the higher level counts."""

    child = Whole(min_value=0, max_value=4)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if isinstance(data, dict) and len(data) > MAX_LEVELS:
            raise ValidationError(f"At most {MAX_LEVELS} levels.")
        levels: dict[str, int] = super().to_internal_value(data)
        slug_of = Slug(Kind.SKILL)
        slug_of.bind("slug", self)  # type: ignore[arg-type] # its parent has the context
        found: dict[str, int] = {}
        errors = {}
        for slug, level in levels.items():
            try:
                known = slug_of.run_validation(slug)
            except ValidationError as error:
                errors[slug] = error.detail
            else:
                found[known] = max(level, found.get(known, 0))
        if errors:
            raise ValidationError(errors)
        return found


class ReadinessQuestionSerializer(serializers.Serializer[Any]):
    role = Slug(Kind.ROLE, help_text="Slug of the role.")
    industry = Slug(Kind.INDUSTRY, required=False, help_text="Slug of the industry, which moves the weights.")
    levels = Levels(required=False, help_text="Level by slug of the skill; what is not listed is at level 0.")


class TermSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    level = serializers.IntegerField(min_value=0, max_value=4)
    target = serializers.IntegerField(min_value=1, max_value=4)
    importance = serializers.IntegerField(min_value=1, max_value=5)
    emphasis = serializers.FloatField(min_value=0, max_value=2, help_text="Of the industry; 0 without one.")
    weight = serializers.FloatField(help_text="importance × (1 + emphasis)")
    coverage = serializers.FloatField(min_value=0, max_value=1, help_text="level ÷ target, at most 1")
    points = serializers.FloatField(help_text="100 × weight × coverage ÷ the sum of the weights")


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


class PlanQuestionSerializer(ReadinessQuestionSerializer):
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
        child=serializers.CharField(), help_text="Requirements of the role that the step is for, heaviest first."
    )
    unlocks = serializers.ListField(
        child=serializers.CharField(), help_text="Skills of the plan that need this level before they are begun."
    )


class StepSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    from_level = serializers.IntegerField(min_value=0, max_value=3)
    to_level = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField()
    start = serializers.DateField()
    end = serializers.DateField()
    readiness_after = serializers.FloatField(help_text="From 0 to 100.")
    because = BecauseSerializer()


class UnreachableSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    because = serializers.CharField(help_text="Slug of a skipped skill without which it cannot be begun.")


class PlanSerializer(serializers.Serializer[Any]):
    steps = StepSerializer(many=True, help_text="One skill by one level each, one after the other.")
    total_hours = serializers.FloatField()
    finish = serializers.DateField(allow_null=True, help_text="End of the last step; null when there is no step.")
    on_time = serializers.BooleanField(allow_null=True, help_text="null without a deadline.")
    hours_per_week_needed = serializers.FloatField(
        required=False, help_text="When late: what would meet the deadline. Missing when 80 hours would not."
    )
    drop_to_meet_deadline = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="When late: slugs that meet the deadline once they are in `skip`, least value per hour first.",
    )
    unreachable = UnreachableSerializer(many=True, help_text="Skills that cannot be begun because of what is skipped.")


def readiness(snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
    requirements = snapshot.roles[asked["role"]].requirements
    emphases = _emphases(snapshot, asked)
    levels = asked.get("levels", {})
    found = scores.readiness(requirements, emphases, levels)
    return readiness_as_json(found, scores.gains(snapshot.graph, snapshot.effort, requirements, emphases, levels))


def readiness_as_json(found: scores.Readiness, gains: Iterable[scores.Gain]) -> dict[str, Any]:
    return {
        "readiness": found.readiness,
        "evidenced": found.evidenced,
        "terms": [
            {
                "skill": term.skill,
                "level": term.level,
                "target": term.target,
                "importance": term.importance,
                "emphasis": term.emphasis,
                "weight": term.weight,
                "coverage": term.coverage,
                "points": term.points,
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


def plan(snapshot: Snapshot, asked: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    try:
        found = plans.plan(
            graph=snapshot.graph,
            effort=snapshot.effort,
            requirements=snapshot.roles[asked["role"]].requirements,
            emphases=_emphases(snapshot, asked),
            levels=asked.get("levels", {}),
            calendar=Calendar(
                asked.get("start", today),
                asked["hours_per_week"],
                asked.get("weekdays", range(1, 8)),
                asked.get("days_off", ()),
            ),
            deadline=asked.get("deadline"),
            skip=asked.get("skip", ()),
            pin=asked.get("pin", ()),
            later=asked.get("later", ()),
        )
    except PlanError as error:
        raise ValidationError({error.field: [error.message]}) from error
    return plan_as_json(found)


def plan_as_json(found: plans.Plan) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "steps": [
            {
                "skill": step.skill,
                "from_level": step.from_level,
                "to_level": step.to_level,
                "hours": step.hours,
                "start": step.start.isoformat(),
                "end": step.end.isoformat(),
                "readiness_after": step.readiness_after,
                "because": {"required_by": step.because.required_by, "unlocks": step.because.unlocks},
            }
            for step in found.steps
        ],
        "total_hours": found.total_hours,
        "finish": found.finish.isoformat() if found.finish else None,
        "on_time": found.on_time,
    }
    if found.hours_per_week_needed is not None:
        answer["hours_per_week_needed"] = found.hours_per_week_needed
    if found.drop_to_meet_deadline is not None:
        answer["drop_to_meet_deadline"] = found.drop_to_meet_deadline
    answer["unreachable"] = [{"skill": item.skill, "because": item.because} for item in found.unreachable]
    return answer


def _emphases(snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, float]:
    if "industry" not in asked:
        return {}
    return {slug: item.weight for slug, item in snapshot.industries[asked["industry"]].emphases.items()}


class AnswerView(APIView):
    """A `POST` that only answers: to everybody, without cookies, and for nobody to keep."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes: tuple[type[BaseParser], ...] = (BoundedJSONParser,)
    question: ClassVar[Shape]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        return limited(limits.ANONYMOUS_POST)(super().as_view(**initkwargs))

    def post(self, request: Request) -> HttpResponse:
        snapshot = snapshots.current()
        question = self.question(data=request.data, context={"snapshot": snapshot})
        question.is_valid(raise_exception=True)
        answer = self.answer(snapshot, question.validated_data)
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
            "level": 3,
            "target": 3,
            "importance": 5,
            "emphasis": 0.0,
            "weight": 5.0,
            "coverage": 1.0,
            "points": 62.5,
        },
        {
            "skill": "retrieval-augmented-generation",
            "level": 0,
            "target": 2,
            "importance": 2,
            "emphasis": 0.5,
            "weight": 3.0,
            "coverage": 0.0,
            "points": 0.0,
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


STEP = {
    "skill": "retrieval-augmented-generation",
    "from_level": 0,
    "to_level": 1,
    "hours": 8.0,
    "start": "2026-11-30",
    "end": "2026-12-05",
    "readiness_after": 100.0,
    "because": {"required_by": ["retrieval-augmented-generation"], "unlocks": []},
}  # an example


@answering(
    "plan",
    "Make a plan",
    "Dated steps from these levels to a role, prerequisites first, in the order that raises readiness earliest; and what "
    "would have to give when a deadline cannot be met. Nothing is stored.",
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
        "steps": [STEP],
        "total_hours": 8.0,
        "finish": "2026-12-05",
        "on_time": False,
        "hours_per_week_needed": 12.0,
        "drop_to_meet_deadline": ["retrieval-augmented-generation"],
        "unreachable": [],
    },
    wrong={"hours_per_week": ["Ensure this value is greater than or equal to 0.5."]},
)
class PlanView(AnswerView):
    question = PlanQuestionSerializer

    def answer(self, snapshot: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
        return plan(snapshot, asked, today=timezone.now().astimezone(UTC).date())
