"""Resources: material to learn a skill with."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from guidance.api.described import KindSerializer
from guidance.api.fields import SlugField
from guidance.api.schema import Operation, describe
from guidance.api.shapes import MARKDOWN, NamedSerializer, address, moment
from guidance.api.views import ListQuery, ListView, has_area, overlap
from guidance.catalog.kinds import Resource
from guidance.catalog.models import Kind
from guidance.catalog.models import Resource as Model
from guidance.catalog.snapshot import Snapshot


@extend_schema_field(
    {
        "description": "0 if the resource is free, null if the price is unknown.",
        "oneOf": [
            {
                "title": "Price",
                "type": "object",
                "properties": {
                    "amount": {"type": "number", "exclusiveMinimum": 0},
                    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                },
                "required": ["amount", "currency"],
            },
            {"type": "integer", "const": 0},
            {"type": "null"},
        ],
    }
)
class CostField(serializers.JSONField):
    pass


FREE = "False if the resource costs money, even if `cost` is null; null if unknown."


def cost(source: Resource) -> dict[str, Any] | int | None:
    if not source.cost:
        return None if source.cost is None else 0
    return {"amount": float(source.cost), "currency": source.currency}


def out(source: Resource) -> str:
    return address(source.url)


class ResourceSkillSerializer(NamedSerializer):
    from_level = serializers.IntegerField(min_value=0, max_value=3)
    to_level = serializers.IntegerField(min_value=1, max_value=4)


class ResourceSerializer(KindSerializer):
    record_kind = Kind.RESOURCE

    id = serializers.IntegerField(help_text="Id of the resource, as in `/me/resources/{id}/`.")
    slug = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(Model.ResourceType.choices)
    url = serializers.URLField(help_text="The URL of the resource.")
    out = serializers.URLField(help_text="The same URL as a redirect through Waymark, which tracks nothing.")
    author = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    hours = serializers.FloatField(help_text="Hours to work through the resource.")
    cost = CostField()
    free = serializers.BooleanField(allow_null=True, help_text=FREE)
    language = serializers.CharField(help_text="Language in which it is written or spoken, such as en.")
    programming_language = serializers.CharField(
        help_text="Programming language, such as python; empty if it does not matter."
    )
    affiliate = serializers.BooleanField(
        help_text="True if Waymark earns a commission when you buy after following `out`."
    )
    checked_on = serializers.DateField(
        allow_null=True, help_text="When someone last opened the URL; null if no one has."
    )
    skills = ResourceSkillSerializer(many=True, help_text="The skills it teaches, and the levels it leads from and to.")
    summary = serializers.CharField(help_text="May be empty.")
    body = serializers.CharField(help_text=MARKDOWN)
    updated_at = serializers.DateTimeField()


def resource(snapshot: Snapshot, source: Resource) -> dict[str, Any]:
    return {
        "id": source.id,
        "slug": source.slug,
        "name": source.name,
        "type": source.type,
        "url": source.address,
        "out": out(source),
        "author": source.author,
        "year": source.year,
        "hours": source.hours,
        "cost": cost(source),
        "free": source.free,
        "language": source.language,
        "programming_language": source.programming_language,
        "affiliate": source.affiliate,
        "checked_on": source.checked_on.isoformat() if source.checked_on else None,
        "skills": [
            {"slug": slug, "name": snapshot.skills[slug].name, "from_level": low, "to_level": high}
            for slug, (low, high) in source.skills.items()
        ],
        "summary": source.summary,
        "body": source.body,
        "updated_at": moment(source.updated_at),
    }


class ResourceQuery(ListQuery):
    orderable = ("name", "slug", "hours", "year", "checked_on", "updated_at")

    skill = SlugField(Kind.SKILL, required=False, help_text="Only resources for this skill.")
    area = SlugField(Kind.AREA, required=False, help_text="Only resources for a skill of this area.")
    role = SlugField(Kind.ROLE, required=False, help_text="Only resources for a skill that this role requires.")
    industry = SlugField(
        Kind.INDUSTRY, required=False, help_text="Only resources for a skill that this industry emphasises."
    )
    type = serializers.ChoiceField(Model.ResourceType.choices, required=False, help_text="Only resources of this type.")
    kind = serializers.ChoiceField(Model.ResourceType.choices, required=False, help_text="The same as `type`.")


RESOURCE_EXAMPLE = {
    "id": 7,
    "slug": "rag-paper",
    "name": "Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks",
    "type": "paper",
    "url": "https://arxiv.org/abs/2005.11401",
    "out": "https://waymark.example/out/7/",
    "author": "Patrick Lewis et al.",
    "year": 2020,
    "hours": 3.0,
    "cost": 0,
    "free": True,
    "language": "en",
    "programming_language": "",
    "affiliate": False,
    "checked_on": None,
    "skills": [
        {
            "slug": "retrieval-augmented-generation",
            "name": "Retrieval-augmented generation",
            "from_level": 1,
            "to_level": 2,
        }
    ],
    "summary": "",
    "body": "",
    "updated_at": "2026-11-24T09:30:00Z",
}


@describe(
    get=Operation(
        "list_resources",
        "List resources",
        "Courses, books, documentation, papers and more, with what they cost in hours and money.",
        example=RESOURCE_EXAMPLE,
        call="?skill=retrieval-augmented-generation&ordering=hours",
    )
)
class ResourceList(ListView):
    kind = Kind.RESOURCE
    shape = ResourceSerializer
    query = ResourceQuery
    build = staticmethod(resource)
    filters = {
        "skill": lambda snapshot, resource, skill: skill in resource.skills,
        "area": lambda snapshot, resource, area: has_area(snapshot, resource.skills, area),
        "role": lambda snapshot, resource, role: overlap(resource.skills, snapshot.roles[role].skills),
        "industry": lambda snapshot, resource, industry: overlap(
            resource.skills, snapshot.industries[industry].emphases
        ),
        "type": lambda snapshot, resource, kind: resource.type == kind,
        "kind": lambda snapshot, resource, kind: resource.type == kind,
    }
