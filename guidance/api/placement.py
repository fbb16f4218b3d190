"""Placement without an account: takes the answers so far, returns the next question and the result. Stateless."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from guidance.api.fields import IgnoredSlugs, JsonInteger, JsonSlug, LevelsField
from guidance.api.schema import Operation, describe
from guidance.api.views import CalculationView
from guidance.catalog import graph
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import can_you
from guidance.progress.placement import ANSWERS, MAX_QUESTIONS, Answer, hours_to_study
from guidance.progress.populations import population_of


class AnswerSerializer(serializers.Serializer[Any]):
    skill = JsonSlug(Kind.SKILL, help_text="Slug of the skill that the question is about.")
    level = JsonInteger(min_value=1, max_value=MAX_LEVEL, help_text="Level that the question is about.")
    answer = serializers.ChoiceField(choices=ANSWERS, help_text="Whether the learner can do what the question asks.")


@extend_schema_serializer(component_name="PlacementQuestion")
class PlacementRequestSerializer(serializers.Serializer[Any]):
    role = JsonSlug(Kind.ROLE, help_text="Slug of the role.")
    industry = JsonSlug(Kind.INDUSTRY, required=False, help_text="Slug of the industry.")
    levels = LevelsField(
        required=False,
        help_text="Levels that you already know, by slug of the skill. There are no questions about them or their "
        "prerequisites.",
    )
    answers = serializers.ListField(
        child=AnswerSerializer(),
        required=False,
        max_length=MAX_QUESTIONS,
        help_text="The answers so far, in any order. An answer about a level that the goal does not need changes "
        "nothing.",
    )

    def validate_answers(self, answers: list[dict[str, Any]]) -> list[Answer]:
        found = [Answer(**answer) for answer in answers]
        if len({(answer.skill, answer.level) for answer in found}) < len(found):
            raise serializers.ValidationError("Send one answer for each level.", code="repeated")
        return found


class NextQuestionSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    text = serializers.CharField(help_text="The description of the level as a question.")
    number = serializers.IntegerField(
        min_value=1, max_value=MAX_QUESTIONS, help_text="Number of the question, starting at 1."
    )
    of = serializers.IntegerField(help_text="Maximum number of questions; there may be fewer.")


class DoubtSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    probability = serializers.FloatField(
        min_value=0, max_value=1, help_text="The probability that the learner has this level, in thousandths."
    )


class PlacementSerializer(serializers.Serializer[Any]):
    question = NextQuestionSerializer(
        allow_null=True,
        help_text="The next question; null after the last question, or when there is little left to find out.",
    )
    levels = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Levels that the learner answered with `yes`, or has with a probability of 0.85 or more if no answer "
        "speaks against it, by slug of the skill. Levels you sent are left out.",
    )
    unsure = DoubtSerializer(many=True, help_text="Levels to ask the learner about directly, by slug of the skill.")
    hours_from_nothing = serializers.FloatField(help_text="Hours of the plan for someone who starts from zero.")
    hours_left = serializers.FloatField(help_text="Hours of the plan with `levels` and the levels you sent.")
    ignored = IgnoredSlugs()


def calculate_placement(snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
    industry = snapshot.industries[validated["industry"]] if "industry" in validated else None
    population = population_of(snapshot, snapshot.roles[validated["role"]], industry)
    known = graph.with_implied(snapshot.graph, validated.get("levels", {}))
    answers: list[Answer] = validated.get("answers", [])
    following = population.next_question(answers, known)
    found = population.place(answers, known)
    there = {**known, **found.sure}
    question = None
    if following is not None:
        skill, level = following
        question = {
            "skill": skill,
            "level": level,
            "text": can_you(snapshot.skills[skill].level_texts[level - 1]),
            "number": len(answers) + 1,
            "of": MAX_QUESTIONS,
        }
    return {
        "question": question,
        "levels": dict(found.sure),
        "unsure": [
            {"skill": skill, "level": level, "probability": round(found.probabilities[skill, level], 3)}
            for skill, level in found.doubts
        ],
        "hours_from_nothing": hours_to_study(population.curriculum, snapshot.effort, {}),
        "hours_left": hours_to_study(population.curriculum, snapshot.effort_for(there), there),
    }


@describe(
    post=Operation(
        "placement",
        "Place a learner",
        "What someone probably knows for a role, from at most 12 answers to “Can you …?”: the next question, the "
        "levels that are almost certain, and the levels to ask about directly. The same answers always give the same "
        "response. Nothing is stored.",
        PlacementSerializer,
        request_example={
            "role": "ai-engineer",
            "levels": {"git": 2},
            "answers": [{"skill": "python", "level": 2, "answer": "yes"}],
        },
        example={
            "question": {
                "skill": "docker",
                "level": 1,
                "text": "Can you run an image and publish a port?",
                "number": 2,
                "of": 12,
            },
            "levels": {"python": 2},
            "unsure": [{"skill": "docker", "level": 1, "probability": 0.52}],
            "hours_from_nothing": 1036.0,
            "hours_left": 941.5,
        },
        wrong=("role", "No role has this slug."),
    )
)
class PlacementView(CalculationView):
    request_serializer = PlacementRequestSerializer

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        return calculate_placement(snapshot, validated)
