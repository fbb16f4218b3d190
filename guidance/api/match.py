"""The skills that a job ad or a CV names, and what is missing for them. Nothing of the text is stored or logged."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from guidance.api.fields import IgnoredSlugs, JsonSlug, JsonText, LevelsField, text_schema
from guidance.api.schema import Operation, describe
from guidance.api.views import MAX_BYTES, BoundedJSONParser, CalculationView
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.matching import service as matching
from guidance.matching.service import MAX_TEXT
from guidance.progress import readiness as gaps

MAX_ESCAPE_BYTES = 12  # bytes of JSON for one code point: two surrogates, "\ud83d\ude80"
CUES = ["must", "nice"]


class _LongJSON(BoundedJSONParser):
    max_bytes = MAX_BYTES + MAX_ESCAPE_BYTES * MAX_TEXT


class TextParser(BaseParser):
    """Lets through the longest text however it is escaped. Not a `JSONParser` itself: for those Django REST framework asks
    Django for the whole body first, and that has a limit of its own, which is smaller."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return _LongJSON().parse(stream, media_type, parser_context)


class MatchText(JsonText):
    """Taken as it was sent, because offsets count its code points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TEXT, **options)
        self._spectacular_annotation = {"field": text_schema(MAX_TEXT)}


@extend_schema_serializer(component_name="MatchQuestion")
class MatchRequestSerializer(serializers.Serializer[Any]):
    text = MatchText(help_text="The job ad or CV, plain, of at most 100,000 code points.")
    levels = LevelsField(required=False, help_text="Level by slug of the skill; what is not listed is at level 0.")
    role = JsonSlug(Kind.ROLE, required=False, help_text="Slug of the role whose levels are the targets.")


def _cue(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=CUES, allow_null=True, **options)


class FoundSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    text = serializers.CharField(help_text="As it is written there.")
    start = serializers.IntegerField(min_value=0, help_text="Code points of the text before it.")
    end = serializers.IntegerField(min_value=1, help_text="Code points up to its end.")
    cue = _cue(help_text="Whether it is asked for or only welcome; null where the text does not say.")


class MentionedSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    name = serializers.CharField()
    mentions = serializers.IntegerField(min_value=1)
    cue = _cue(help_text="The strongest of its mentions.")


class MissingSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    level = serializers.IntegerField(min_value=0, max_value=3)
    target = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="To the target, with the prerequisites that are missing.")


class MatchSerializer(serializers.Serializer[Any]):
    matches = FoundSerializer(
        many=True, help_text="In the order of the text, not overlapping, without what it says is not wanted."
    )
    skills = MentionedSerializer(many=True, help_text="In the order of their first mention.")
    gap = MissingSerializer(
        many=True,
        required=False,
        help_text="When `levels` or `role` is sent: the skills below their target, in the order of `skills`.",
    )
    gap_hours = serializers.FloatField(
        required=False, help_text="Of the whole gap; less than the sum where skills share a missing prerequisite."
    )
    ignored = IgnoredSlugs()


def calculate_match(snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
    text = validated["text"]
    result = matching.match(text, snapshot)
    response: dict[str, Any] = {
        "matches": [
            {
                "skill": match.skill,
                "text": text[match.start : match.end],
                "start": match.start,
                "end": match.end,
                "cue": match.cue,
            }
            for match in result.matches
        ],
        "skills": [
            {
                "skill": item.skill,
                "name": snapshot.skills[item.skill].name,
                "mentions": item.mentions,
                "cue": item.cue,
            }
            for item in result.skills
        ],
    }
    if "levels" in validated or "role" in validated:
        requirements = snapshot.roles[validated["role"]].skills if "role" in validated else gaps.NO_REQUIREMENTS
        targets = gaps.targets((item.skill for item in result.skills), requirements)
        levels = validated.get("levels", {})
        gap = gaps.gap(snapshot.graph, snapshot.effort_for(levels), targets, levels)
        response["gap"] = [
            {"skill": item.skill, "level": item.level, "target": item.target, "hours": item.hours}
            for item in gap.missing
        ]
        response["gap_hours"] = gap.hours
    return response


@describe(
    post=Operation(
        "match",
        "Match a job ad or a CV",
        "The skills that a text names, where, and whether it asks for them; and with your levels or a role, what is missing and "
        "how many hours that takes. The target of a skill is the level that the role asks for, and 2 where it asks for none or no "
        "role is sent. Hours of a skill include the prerequisites that are missing, as in the gains of a readiness; those that "
        "several skills share are counted once in `gap_hours`. Nothing is stored.",
        MatchSerializer,
        request_example={
            "text": "You know Python. Retrieval-augmented generation is a plus.",
            "role": "ai-engineer",
            "levels": {"python": 3},
        },
        example={
            "matches": [
                {"skill": "python", "text": "Python", "start": 9, "end": 15, "cue": None},
                {
                    "skill": "retrieval-augmented-generation",
                    "text": "Retrieval-augmented generation",
                    "start": 17,
                    "end": 47,
                    "cue": "nice",
                },
            ],
            "skills": [
                {"skill": "python", "name": "Python", "mentions": 1, "cue": None},
                {
                    "skill": "retrieval-augmented-generation",
                    "name": "Retrieval-augmented generation",
                    "mentions": 1,
                    "cue": "nice",
                },
            ],
            "gap": [{"skill": "retrieval-augmented-generation", "level": 0, "target": 2, "hours": 24.0}],
            "gap_hours": 24.0,
        },
        wrong=("text", "Ensure this field has no more than 100000 characters."),
    )
)
class MatchView(CalculationView):
    parser_classes = (TextParser,)
    request_serializer = MatchRequestSerializer

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        return calculate_match(snapshot, validated)
