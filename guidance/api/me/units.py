"""Units that the learner has ticked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.idempotency import Unprocessable
from guidance.api.me.base import OwnListView, OwnView, PlaceQuery, published, respond, row_of
from guidance.api.planning import Whole
from guidance.api.schema import SLUG_SCHEMA, Operation, own, own_list, slug
from guidance.api.shapes import moment
from guidance.catalog.models import MAX_LEVEL, Kind
from guidance.catalog.models import Unit as Model
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.models import MINUTES_OF_A_DAY, UnitTick

UNKNOWN = "No unit of this level has this id."
TOO_HIGH = "You are at level 0 of RAG. Do the units of level 1 first."


class UnitTickSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    id = serializers.CharField(help_text="Of the unit. The catalogue may no longer have it.")
    type = serializers.ChoiceField(Model.UnitType.choices)
    text = serializers.CharField(help_text="What the unit said when you ticked it.")
    minutes = serializers.IntegerField(
        min_value=0, max_value=MINUTES_OF_A_DAY, help_text="Logged with it; 0 for nothing."
    )
    session = serializers.IntegerField(
        allow_null=True, help_text="Id of the study session that logged them; null without one, or once it is removed."
    )
    on = serializers.DateField(help_text="The day, by your calendar.")
    at = serializers.DateTimeField()


class UnitTickQuestionSerializer(serializers.Serializer[Any]):
    minutes = Whole(
        min_value=0,
        max_value=MINUTES_OF_A_DAY,
        required=False,
        help_text="To log in place of what is left of the unit; 0 logs nothing.",
    )


def tick(snapshot: Snapshot, row: UnitTick) -> dict[str, Any]:
    """`row`: with `skill`. A merged skill is called what it became, a retired one what it was."""
    return {
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug),
        "level": row.level,
        "id": row.key,
        "type": row.type,
        "text": row.text,
        "minutes": row.minutes,
        "session": row.session_id,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


EXAMPLE = {
    "skill": "retrieval-augmented-generation",
    "level": 1,
    "id": "ten-questions",
    "type": "do",
    "text": "Ask a model ten questions about a manual you own. Mark each answer right, wrong or unsupported.",
    "minutes": 60,
    "session": 4711,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}
PATH = "units/retrieval-augmented-generation/1/ten-questions/"
NAMES = (
    slug("skill", "skill"),
    OpenApiParameter(
        "level",
        {"type": "integer", "minimum": 1, "maximum": MAX_LEVEL},
        OpenApiParameter.PATH,
        description="The level that the unit leads to.",
    ),
    OpenApiParameter("id", SLUG_SCHEMA, OpenApiParameter.PATH, description="Its id, as `units` of the skill has it."),
)


@own(
    get=Operation(
        "list_units",
        "List ticked units",
        "The latest first.",
        own_list(UnitTickSerializer),
        {"next": None, "results": [EXAMPLE]},
        path="units/",
        query=PlaceQuery,
    )
)
class UnitList(OwnListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.unitticks.select_related("skill").order_by("-on", "-id")
        return self.page(rows, lambda row: tick(self.snapshot, row))


@own(
    put=Operation(
        "tick_unit",
        "Tick a unit",
        "You have done it. Its minutes are logged on the skill, less what you logged there without a unit and what counts for it; "
        "or those that are sent. The unit has to be of the level after "
        "yours or of one below. Ticked again, it stays as it is and nothing more is logged.",
        UnitTickSerializer,
        EXAMPLE,
        path=PATH,
        asks=UnitTickQuestionSerializer,
        question={"minutes": 60},
        wrong=("minutes", "A day has 24 hours, and 1400 minutes of this one are logged already."),
        names=NAMES,
        refuses={404: UNKNOWN, 422: TOO_HIGH},
    ),
    delete=Operation(
        "untick_unit",
        "Untick a unit",
        "As if you had never ticked it: the session that it logged goes too. Without a tick nothing happens.",
        None,
        path=PATH,
        names=NAMES,
    ),
)
class UnitItem(OwnView):
    def put(self, request: Request, skill: str, level: int, id: str) -> HttpResponse:  # noqa: A002
        row = row_of(self.snapshot, Kind.SKILL, published(self.snapshot, Kind.SKILL, skill).slug)
        minutes = self.asked(UnitTickQuestionSerializer).get("minutes")
        try:
            made = services.tick_unit(
                learner=self.learner, skill=row, level=level, key=id, minutes=minutes, now=timezone.now()
            )
        except ValidationError as error:
            if "unit" in error.error_dict:
                raise exceptions.NotFound(UNKNOWN) from error
            if "level" in error.error_dict:
                raise Unprocessable(" ".join(error.messages)) from error
            raise
        return respond(tick(self.snapshot, made))

    def delete(self, request: Request, skill: str, level: int, id: str) -> HttpResponse:  # noqa: A002
        row = row_of(self.snapshot, Kind.SKILL, published(self.snapshot, Kind.SKILL, skill).slug)
        services.untick_unit(learner=self.learner, skill=row, level=level, key=id)
        return HttpResponse(status=204)
