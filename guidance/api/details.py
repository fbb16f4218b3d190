"""Single records, each at its own URL, of kinds whose lists already contain whole records; and facts, which are also part of
other records."""

from typing import Any

from rest_framework import serializers

from guidance.api import catalogue, resources
from guidance.api.described import KindSerializer
from guidance.api.schema import Operation, describe
from guidance.api.shapes import FactSerializer, facts, moment
from guidance.api.views import ItemView, ListQuery, ListView
from guidance.catalog.kinds import Fact
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot


@describe(
    get=Operation(
        "read_area",
        "Read an area",
        "A group of skills.",
        example=catalogue.AREA_EXAMPLE,
        call="retrieval-and-rag",
    )
)
class AreaItem(ItemView):
    kind = Kind.AREA
    shape = catalogue.AreaSerializer
    build = staticmethod(catalogue.area)


@describe(
    get=Operation(
        "read_question",
        "Read a question",
        "A question with its answer.",
        example=catalogue.QUESTION_EXAMPLE,
        call="do-i-need-a-degree",
    )
)
class QuestionItem(ItemView):
    kind = Kind.QUESTION
    shape = catalogue.QuestionSerializer
    build = staticmethod(catalogue.question)


@describe(
    get=Operation(
        "read_starting_point",
        "Read a starting point",
        "A background that people come from, with the levels they usually have.",
        example=catalogue.STARTING_POINT_EXAMPLE,
        call="backend-developer",
    )
)
class StartingPointItem(ItemView):
    kind = Kind.STARTING_POINT
    shape = catalogue.StartingPointSerializer
    build = staticmethod(catalogue.starting_point)


@describe(
    get=Operation(
        "read_resource",
        "Read a resource",
        "What the resource teaches, and what it costs in hours and money.",
        example=resources.RESOURCE_EXAMPLE,
        call="rag-paper",
    )
)
class ResourceItem(ItemView):
    kind = Kind.RESOURCE
    shape = resources.ResourceSerializer
    build = staticmethod(resources.resource)


class FactDetailSerializer(KindSerializer, FactSerializer):
    record_kind = Kind.FACT

    name = serializers.CharField(help_text="What the figure measures.")
    updated_at = serializers.DateTimeField()


def fact(snapshot: Snapshot, source: Fact) -> dict[str, Any]:
    (values,) = facts(snapshot, [source.slug])
    return {**values, "name": source.name, "updated_at": moment(source.updated_at)}


class FactQuery(ListQuery):
    orderable = ("name", "slug", "year", "updated_at")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        del fields["q"]  # search finds facts through the records that contain them
        return fields


FACT_EXAMPLE = {
    "slug": "computer-research-scientists-growth",
    "statement": "Employment is projected to grow by 20% from 2024 to 2034.",
    "source": "US Bureau of Labor Statistics",
    "url": "https://www.bls.gov/ooh/computer-and-information-technology/computer-and-information-research-scientists.htm",
    "year": 2024,
    "secondary": False,
    "caveat": "AI engineers are not counted separately; the figure is for computer and information research "
    "scientists.",
    "name": "Growth of computer and information research scientists",
    "updated_at": "2026-11-24T09:30:00Z",
}


@describe(
    get=Operation(
        "list_facts",
        "List facts",
        "Dated figures with their sources, as roles, industries and guides use them.",
        example=FACT_EXAMPLE,
        call="?ordering=-year",
    )
)
class FactList(ListView):
    kind = Kind.FACT
    shape = FactDetailSerializer
    query = FactQuery
    build = staticmethod(fact)


@describe(
    get=Operation(
        "read_fact",
        "Read a fact",
        "A dated figure with its source.",
        example=FACT_EXAMPLE,
        call="computer-research-scientists-growth",
    )
)
class FactItem(ItemView):
    kind = Kind.FACT
    shape = FactDetailSerializer
    build = staticmethod(fact)
