"""The skills that a job ad or a CV names, and what the learner lacks for them. The text is neither stored nor logged."""

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
from guidance.matching.service import MAX_TEXT, JobAd
from guidance.progress import readiness as gaps
from guidance.progress.models import SavedAd

MAX_ESCAPE_BYTES = 12  # longest JSON escape of one code point: two surrogates, "\ud83d\ude80"
CUES = ["must", "nice"]


class _LongJSON(BoundedJSONParser):
    max_bytes = MAX_BYTES + MAX_ESCAPE_BYTES * MAX_TEXT


class TextParser(BaseParser):
    """Accepts the longest text, however it is escaped. Not a subclass of `JSONParser`: for a subclass, Django REST framework
    first reads the whole body through Django, whose own limit is lower."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return _LongJSON().parse(stream, media_type, parser_context)


class MatchText(JsonText):
    """A text that is not trimmed, because offsets count its code points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TEXT, **options)
        self._spectacular_annotation = {"field": text_schema(MAX_TEXT)}


@extend_schema_serializer(component_name="MatchQuestion")
class MatchRequestSerializer(serializers.Serializer[Any]):
    text = MatchText(help_text="The job ad or CV as plain text, with at most 100,000 code points.")
    levels = LevelsField(
        required=False, help_text="Your level of each skill, by slug. Skills that you leave out are at level 0."
    )
    role = JsonSlug(Kind.ROLE, required=False, help_text="Slug of the role whose levels are the targets.")


def _cue(**options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=CUES, allow_null=True, **options)


class FoundSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    text = serializers.CharField(help_text="As written in the text.")
    start = serializers.IntegerField(min_value=0, help_text="Offset of its start, in code points.")
    end = serializers.IntegerField(min_value=1, help_text="Offset of its end, in code points.")
    cue = _cue(help_text="Whether the text requires or welcomes the skill; null if it does not say.")


class MentionedSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    name = serializers.CharField()
    mentions = serializers.IntegerField(min_value=1)
    cue = _cue(help_text="The strongest cue among the mentions.")


class MissingSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    level = serializers.IntegerField(min_value=0, max_value=3)
    target = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="Hours to the target level, including the prerequisites you lack.")


class RoleGuessSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(help_text="Slug of the role.")
    name = serializers.CharField()
    why = serializers.ChoiceField(choices=["title", "skills"], help_text="What the guess is based on.")


class SenioritySerializer(serializers.Serializer[Any]):
    rank = serializers.ChoiceField(choices=SavedAd.Seniority.choices)
    text = serializers.CharField(help_text="As written in the text.")
    in_title = serializers.BooleanField(help_text="Whether the title states it.")


class YearsSerializer(serializers.Serializer[Any]):
    minimum = serializers.FloatField(allow_null=True, min_value=0)
    maximum = serializers.FloatField(allow_null=True, min_value=0)
    of = serializers.CharField(
        allow_blank=True, help_text="What the years refer to, in the words of the text; may be empty."
    )
    skill = serializers.CharField(allow_null=True, help_text="Slug of the skill, if the years refer to one.")
    cue = serializers.ChoiceField(choices=CUES, help_text="Whether these years are required or welcome.")
    start = serializers.IntegerField(min_value=0, help_text="Offset of their start, in code points.")
    end = serializers.IntegerField(min_value=1, help_text="Offset of their end, in code points.")


class DegreeSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="As written in the text.")
    cue = serializers.ChoiceField(choices=CUES, help_text="Whether the degree is required or welcome.")


class MatchSerializer(serializers.Serializer[Any]):
    matches = FoundSerializer(
        many=True, help_text="In the order of the text, without overlaps and without skills that the text rules out."
    )
    skills = MentionedSerializer(many=True, help_text="In the order in which the text first mentions them.")
    title = serializers.CharField(allow_null=True, help_text="Title of the job; null if none was recognised.")
    employer = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    language = serializers.CharField(
        help_text="ISO 639 code, or `und` if it is unknown. Cues, years and degrees are recognised in `en` and `de`."
    )
    roles = RoleGuessSerializer(
        many=True, help_text="Roles that the ad is about, best match first; empty if it is about none of our roles."
    )
    seniority = SenioritySerializer(allow_null=True)
    years = YearsSerializer(many=True, help_text="Years of experience, in the order of the text.")
    degree = DegreeSerializer(allow_null=True)
    choices = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2),
        help_text="Slugs of skills that are alternatives: the text requires any one of them.",
    )
    gap = MissingSerializer(
        many=True,
        required=False,
        help_text="If you send `levels` or `role`: the skills below their target, in the order of `skills`.",
    )
    gap_hours = serializers.FloatField(
        required=False,
        help_text="Hours for the whole gap: less than the sum if skills share a prerequisite that you lack.",
    )
    ignored = IgnoredSlugs()


def _facts(ad: JobAd, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "title": ad.title,
        "employer": ad.employer,
        "place": ad.place,
        "language": ad.language,
        "roles": [
            {"role": guess.role, "name": snapshot.roles[guess.role].name, "why": guess.why} for guess in ad.roles
        ],
        "seniority": ad.seniority
        and {"rank": ad.seniority.rank, "text": ad.seniority.words, "in_title": ad.seniority.in_title},
        "years": [
            {
                "minimum": years.minimum,
                "maximum": years.maximum,
                "of": years.of,
                "skill": years.skill,
                "cue": "must" if years.required else "nice",
                "start": years.start,
                "end": years.end,
            }
            for years in ad.years
        ],
        "degree": ad.degree and {"text": ad.degree.words, "cue": "must" if ad.degree.required else "nice"},
        "choices": [list(slugs) for slugs in ad.choices],
    }


def calculate_match(snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
    text = validated["text"]
    ad = matching.read_ad(text, snapshot)
    response: dict[str, Any] = {
        "matches": [
            {
                "skill": match.skill,
                "text": text[match.start : match.end],
                "start": match.start,
                "end": match.end,
                "cue": match.cue,
            }
            for match in ad.found.matches
        ],
        "skills": [
            {
                "skill": item.skill,
                "name": snapshot.skills[item.skill].name,
                "mentions": item.mentions,
                "cue": item.cue,
            }
            for item in ad.found.skills
        ],
        **_facts(ad, snapshot),
    }
    if "levels" in validated or "role" in validated:
        requirements = snapshot.roles[validated["role"]].skills if "role" in validated else gaps.NO_REQUIREMENTS
        targets = matching.targets(ad, requirements)
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
        "The skills that a text names, where it names them, and whether it requires them; what else a job ad says "
        "(title, roles, seniority, years, degree, choices); and, with your levels or a role, what you lack and how "
        "many hours that takes. The target of a skill is the level that the role requires, or 2 if the role does not "
        "require it or you send no role. Years stated for a skill override that (five or more: 3, one to four: 2). An "
        "ad for juniors lowers the target by one; an ad for seniors raises the role's most important skills by one, "
        "up to 3. The hours of a skill include the prerequisites you lack, as in the `gains` of your readiness; "
        "`gap_hours` counts a shared prerequisite only once. Nothing is stored.",
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
            "title": None,
            "employer": None,
            "place": None,
            "language": "und",
            "roles": [],
            "seniority": None,
            "years": [],
            "degree": None,
            "choices": [],
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
