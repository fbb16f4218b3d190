"""Areas: the groups of skills."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.listing import ListQuery, ListView
from guidance.api.shapes import MARKDOWN, RecordSerializer, record
from guidance.catalog.models import Area as Model
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Area, Snapshot


class AreaSerializer(RecordSerializer):
    letter = serializers.CharField(help_text="The area's sign on the skill map, from A to Z.")
    family = serializers.ChoiceField(Model.Family.choices)
    body = serializers.CharField(help_text=MARKDOWN)
    skill_count = serializers.IntegerField(min_value=0)


def area(snapshot: Snapshot, source: Area) -> dict[str, Any]:
    return {
        **record(source),
        "letter": source.letter,
        "family": source.family,
        "body": source.body,
        "skill_count": len(snapshot.skills_of_area[source.slug]),
    }


class AreaQuery(ListQuery):
    shape = AreaSerializer
    orderable = ("letter", "name", "slug", "updated_at")


@described(
    "list_areas",
    "List areas",
    "The groups of skills, in the order of the skill map. Every skill is in exactly one.",
    listed(AreaSerializer),
    example=page_of(
        {
            "slug": "retrieval-and-rag",
            "name": "Retrieval and RAG",
            "summary": "Give a model the documents it needs.",
            "updated_at": "2026-11-24T09:30:00Z",
            "url": "https://waymark.example/skills/?area=retrieval-and-rag",
            "letter": "R",
            "family": "models",
            "body": "",
            "skill_count": 12,
        }
    ),
)
class AreaList(ListView):
    kind = Kind.AREA
    query = AreaQuery
    build = staticmethod(area)
