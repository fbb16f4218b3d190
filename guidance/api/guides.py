"""Guides: what to read first."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.listing import ItemView, ListQuery, ListView, SparseQuery
from guidance.api.shapes import MARKDOWN, FactSerializer, RecordSerializer, facts, record
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Guide, Snapshot


class GuideSerializer(RecordSerializer):
    tldr = serializers.CharField(help_text="The guide in a few sentences.")


def guide(snapshot: Snapshot, source: Guide) -> dict[str, Any]:
    return {**record(source), "tldr": source.tldr}


class GuideDetailSerializer(GuideSerializer):
    takeaways = serializers.ListField(child=serializers.CharField())
    body = serializers.CharField(help_text=MARKDOWN)
    facts = FactSerializer(many=True, help_text="The figures it uses, with their sources.")


def guide_detail(snapshot: Snapshot, source: Guide) -> dict[str, Any]:
    return {
        **guide(snapshot, source),
        "takeaways": list(source.takeaways),
        "body": source.body,
        "facts": facts(snapshot, source.facts),
    }


class GuideQuery(ListQuery):
    shape = GuideSerializer


class GuideDetailQuery(SparseQuery):
    shape = GuideDetailSerializer


GUIDE_EXAMPLE = {
    "slug": "what-ai-engineers-do",
    "name": "What AI engineers do all day",
    "summary": "Less model training than most people expect, and more measuring.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/guides/what-ai-engineers-do/",
    "tldr": "An AI engineer makes models useful: chooses them, feeds them, measures them and runs them.",
}


@described(
    "list_guides",
    "List guides",
    "All published guides, in the order in which they are best read.",
    listed(GuideSerializer),
    example=page_of(GUIDE_EXAMPLE),
)
class GuideList(ListView):
    kind = Kind.GUIDE
    query = GuideQuery
    build = staticmethod(guide)


@described(
    "read_guide",
    "Read a guide",
    "The whole text as Markdown, with its key takeaways and the sources of its figures.",
    GuideDetailSerializer,
    example={
        **GUIDE_EXAMPLE,
        "takeaways": ["Most of the work is around the model.", "What is not measured does not improve."],
        "body": "## A day\n\nIt begins with yesterday's evaluation …",
        "facts": [],
    },
    call="what-ai-engineers-do",
)
class GuideItem(ItemView):
    kind = Kind.GUIDE
    query = GuideDetailQuery
    build = staticmethod(guide_detail)
