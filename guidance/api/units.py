"""Units: the pieces of work that lead to one level of a skill, as the catalogue and a plan have them."""

from typing import Any

from rest_framework import serializers

from guidance.api.public import Query
from guidance.catalog.models import MAX_UNIT_MINUTES, MIN_UNIT_MINUTES
from guidance.catalog.models import Unit as Model
from guidance.progress.units import LevelUnits, UnitState


class UnitSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Unique among the units of its level.")
    type = serializers.ChoiceField(Model.Type.choices)
    text = serializers.CharField(help_text="What to do or build; of something to read, its name.")
    resource = serializers.CharField(allow_null=True, help_text="Slug of the resource to read; null for other types.")
    part = serializers.CharField(help_text="Of the resource; empty for all of it.")
    minutes = serializers.IntegerField(min_value=MIN_UNIT_MINUTES, max_value=MAX_UNIT_MINUTES)
    untried = serializers.BooleanField(help_text="It needs an outside service, so we have not run it ourselves.")


class StepUnitSerializer(UnitSerializer):
    done = serializers.BooleanField(help_text="Ticked; always false in a plan for nobody in particular.")


class PlanQuery(Query):
    units = serializers.ChoiceField(
        ["first", "all"], default="first", help_text="Which steps have their `units`: the first one, or all."
    )


def unit(source: UnitState) -> dict[str, Any]:
    return {
        "id": source.key,
        "type": source.type,
        "text": source.text,
        "resource": source.resource.slug if source.resource else None,
        "part": source.part,
        "minutes": source.minutes,
        "untried": source.is_untried,
    }


def step_units(source: LevelUnits | None) -> list[dict[str, Any]]:
    return [unit(state) | {"done": state.is_done} for state in source.units] if source else []


UNIT_EXAMPLE = {
    "id": "ten-questions",
    "type": "do",
    "text": "Ask a model ten questions about a manual you own. Mark each answer right, wrong or unsupported.",
    "resource": None,
    "part": "",
    "minutes": 60,
    "untried": False,
}
