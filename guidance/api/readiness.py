"""The readiness for a role without an account, calculated from the levels in the request."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from guidance.api.fields import IgnoredSlugs, JsonSlug, LevelsField
from guidance.api.schema import Operation, describe
from guidance.api.views import CalculationView
from guidance.catalog import graph
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import readiness as scores
from guidance.progress.curriculum import Curriculum
from guidance.progress.learner_state import role_curriculum
from guidance.progress.path import taught
from guidance.progress.sources import IMPLIED


@extend_schema_serializer(component_name="ReadinessQuestion")
class ReadinessRequestSerializer(serializers.Serializer[Any]):
    role = JsonSlug(Kind.ROLE, help_text="Slug of the role.")
    industry = JsonSlug(Kind.INDUSTRY, required=False, help_text="Slug of the industry, which changes the weights.")
    levels = LevelsField(
        required=False,
        help_text="Your level of each skill, by slug. A skill that you leave out is at the level that the other "
        "skills imply, or otherwise at 0.",
    )


class TermSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug of the skill; for a choice, slug of the member that covers most.")
    choice = serializers.CharField(allow_null=True, help_text="Slug of the choice; null for a single skill.")
    level = serializers.IntegerField(min_value=0, max_value=4)
    target = serializers.IntegerField(min_value=1, max_value=4)
    importance = serializers.IntegerField(min_value=1, max_value=5)
    emphasis = serializers.FloatField(
        min_value=0, max_value=2, help_text="Emphasis of the industry; 0 if there is none."
    )
    weight = serializers.FloatField(help_text="importance × (1 + emphasis)")
    coverage = serializers.FloatField(min_value=0, max_value=1, help_text="level ÷ target, at most 1")
    points = serializers.FloatField(help_text="100 × weight × coverage ÷ the sum of the weights")
    source = serializers.CharField(  # type: ignore[assignment] # declared fields are no attributes
        allow_null=True,
        help_text="How we know the level: implied, self, cv, check or project. Null at level 0 and for levels you "
        "sent.",
    )
    sources = serializers.ListField(
        child=serializers.CharField(),
        help_text="How we know each level from 1 up to `level`. Empty at level 0 and for levels you sent.",
    )


class GainSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField()
    to_level = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="Hours to that level, including the prerequisites you lack.")
    points = serializers.FloatField(help_text="Points that the level adds.")
    points_per_hour = serializers.FloatField()


class BySourceSerializer(serializers.Serializer[Any]):
    """The points of the readiness, by how we know the levels. Each level up to a target adds the same share of its points."""

    self = serializers.FloatField(help_text="Points from your own word, or from levels you sent.")
    cv = serializers.FloatField(help_text="Points from your CV.")
    check = serializers.FloatField(help_text="Points from checks you passed.")
    project = serializers.FloatField(help_text="Points from projects.")
    implied = serializers.FloatField(help_text="Points from levels that other levels imply.")


class ReadinessSerializer(serializers.Serializer[Any]):
    readiness = serializers.FloatField(help_text="From 0 to 100: the sum of the points of all terms.")
    evidenced = serializers.FloatField(
        help_text="The part of the readiness that projects prove; 0 for levels you sent."
    )
    by_source = BySourceSerializer(help_text="The readiness, by how we know the levels.")
    terms = TermSerializer(many=True, help_text="One term for each requirement, highest weight first.")
    gains = GainSerializer(
        many=True, help_text="The next level of each skill below its target, most points per hour first."
    )
    also_asked_for = serializers.ListField(
        child=serializers.CharField(),
        help_text="Slugs of skills that the industry emphasises and the role does not require.",
    )
    ignored = IgnoredSlugs()


def curriculum_for(snapshot: Snapshot, validated: Mapping[str, Any]) -> Curriculum:
    industry = snapshot.industries[validated["industry"]] if "industry" in validated else None
    return role_curriculum(snapshot, snapshot.roles[validated["role"]], industry)


def calculate_readiness(snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
    goal, stated = curriculum_for(snapshot, validated), validated.get("levels", {})
    levels = graph.with_implied(snapshot.graph, stated)
    slices = {slug: (IMPLIED,) * level for slug, level in levels.items() if slug not in stated}
    members = taught(goal, levels)
    emphases = snapshot.industries[validated["industry"]].weights if "industry" in validated else None
    readiness = scores.readiness(goal.targets, levels, slices, emphases)
    gains = scores.gains(snapshot.graph, snapshot.effort_for(levels), goal.targets, members, levels)
    return readiness_as_json(readiness, gains)


def readiness_as_json(readiness: scores.Readiness, gains: Iterable[scores.Gain]) -> dict[str, Any]:
    return {
        "readiness": readiness.readiness,
        "evidenced": readiness.evidenced,
        "by_source": readiness.by_source,
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
                "sources": list(term.slices),
            }
            for term in readiness.terms
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
        "also_asked_for": list(readiness.also_asked_for),
    }


READINESS_QUESTION = {"role": "ai-engineer", "industry": "healthcare", "levels": {"python": 3}}
READINESS_EXAMPLE = {
    "readiness": 62.5,
    "evidenced": 0.0,
    "by_source": {"self": 62.5, "cv": 0.0, "check": 0.0, "project": 0.0, "implied": 0.0},
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
            "sources": [],
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
            "sources": [],
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
}


@describe(
    post=Operation(
        "readiness",
        "Score readiness",
        "How ready someone with these levels is for a role, with every term of the score and the levels that raise it "
        "most. Nothing is stored.",
        ReadinessSerializer,
        request_example=READINESS_QUESTION,
        example=READINESS_EXAMPLE,
        wrong=("role", "No role has this slug."),
    )
)
class ReadinessView(CalculationView):
    request_serializer = ReadinessRequestSerializer

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        return calculate_readiness(snapshot, validated)
