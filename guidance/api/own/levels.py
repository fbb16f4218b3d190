"""Where the learner stands on each skill."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.fields import WholeNumber
from guidance.api.listing import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from guidance.api.own.base import OwnListView, OwnView, published, respond
from guidance.api.own.documentation import Operation, own, own_list, slug
from guidance.api.planning import Whole
from guidance.api.public import Query
from guidance.catalog.models import MAX_LEVEL, SLUG_PATTERN, Kind
from guidance.progress import services
from guidance.progress.models import Assessment
from guidance.progress.standing import Standing


class OwnLevelSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL)
    kind = serializers.ChoiceField(Assessment.How.choices, help_text="How we know: own judgement, CV or project.")
    since = serializers.DateField(allow_null=True, help_text="When the level last changed; null: never.")
    minutes = serializers.IntegerField(min_value=0, help_text="Studied since then.")
    total_minutes = serializers.IntegerField(min_value=0, help_text="Studied in all.")
    touched_on = serializers.DateField(
        allow_null=True, help_text="The later of the last assessment and the last session; null: neither."
    )


class LevelQuestionSerializer(serializers.Serializer[Any]):
    level = Whole(min_value=0, max_value=MAX_LEVEL, help_text="What you can do, by your own judgement.")


class LevelQuery(Query):
    cursor = serializers.RegexField(
        SLUG_PATTERN, max_length=80, required=False, help_text="Where the list goes on; taken from `next`."
    )
    page_size = WholeNumber(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Skills on a page."
    )


def level(standing: Standing, skill: str) -> dict[str, Any]:
    known = standing.skills.get(skill)
    if known is None:
        nothing = {"level": 0, "kind": Assessment.How.SELF.value, "since": None, "minutes": 0, "total_minutes": 0}
        return {"skill": skill, **nothing, "touched_on": None}
    return {
        "skill": skill,
        "level": known.level,
        "kind": known.kind,
        "since": known.since.isoformat() if known.since else None,
        "minutes": known.minutes,
        "total_minutes": known.total_minutes,
        "touched_on": known.touched_on.isoformat(),
    }


LEVEL_EXAMPLE = {
    "skill": "python",
    "level": 3,
    "kind": "self",
    "since": "2026-11-25",
    "minutes": 90,
    "total_minutes": 1_440,
    "touched_on": "2026-11-25",
}


@own(
    get=Operation(
        "list_levels",
        "List levels",
        "Every skill that you have assessed or studied, by slug. All others are at level 0.",
        own_list(OwnLevelSerializer),
        {"next": None, "results": [LEVEL_EXAMPLE]},
        path="levels/",
        query=LevelQuery,
    )
)
class LevelList(OwnListView):
    query = LevelQuery

    def get(self, request: Request) -> HttpResponse:
        wanted, standing = self.wanted(), self.standing()
        size, after = wanted["page_size"], wanted.get("cursor", "")
        slugs = [skill for skill in sorted(standing.skills) if skill > after]
        shown = slugs[:size]
        return self.listed([level(standing, skill) for skill in shown], shown[-1] if slugs[size:] else None, size)


@own(
    put=Operation(
        "set_level",
        "Set a level",
        "From now on, by your own judgement. Saying again what is known changes nothing, and what a project has shown stays "
        "shown.",
        OwnLevelSerializer,
        LEVEL_EXAMPLE,
        path="levels/python/",
        asks=LevelQuestionSerializer,
        question={"level": 3},
        wrong=("level", "Ensure this value is less than or equal to 4."),
        names=(slug("skill", "skill"),),
    )
)
class LevelItem(OwnView):
    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        sent = self.asked(LevelQuestionSerializer)
        services.assess_all(learner=self.learner, levels={record.id: sent["level"]}, now=timezone.now())
        return respond(level(self.standing(), record.slug))
