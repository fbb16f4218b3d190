"""Starting points: backgrounds with the levels they bring."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.fields import SlugOf
from guidance.api.listing import ListQuery, ListView
from guidance.api.shapes import MARKDOWN, RecordSerializer, SkillLevelSerializer, record, skill_levels
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot, StartingPoint


class StartingPointSerializer(RecordSerializer):
    body = serializers.CharField(help_text=MARKDOWN)
    levels = SkillLevelSerializer(many=True, help_text="What such a person can usually do already.")


def starting_point(snapshot: Snapshot, source: StartingPoint) -> dict[str, Any]:
    return {**record(source), "body": source.body, "levels": skill_levels(snapshot, source.levels)}


class StartingPointQuery(ListQuery):
    shape = StartingPointSerializer

    skill = SlugOf(Kind.SKILL, required=False, help_text="Only starting points that bring a level of this skill.")


@described(
    "list_starting_points",
    "List starting points",
    "Backgrounds to start from, with the levels they bring.",
    listed(StartingPointSerializer),
    example=page_of(
        {
            "slug": "backend-developer",
            "name": "Backend developer",
            "summary": "You write services for a living.",
            "updated_at": "2026-11-24T09:30:00Z",
            "url": "https://waymark.example/",
            "body": "",
            "levels": [{"slug": "python", "name": "Python", "level": 3}],
        }
    ),
    call="?skill=python",
)
class StartingPointList(ListView):
    kind = Kind.STARTING_POINT
    query = StartingPointQuery
    build = staticmethod(starting_point)
    filters = {"skill": lambda snapshot, point, skill: skill in point.levels}
