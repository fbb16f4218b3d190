"""Search over all kinds of record."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described
from guidance.api.editions import Edition, dumps
from guidance.api.fields import WholeNumber, Words
from guidance.api.public import PublicView, Query
from guidance.api.shapes import address
from guidance.catalog import search
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot

DEFAULT_HITS = 20
MOST_HITS = 50
FOUND = [(kind.value, kind.label) for kind in Kind if kind is not Kind.FACT]


class HitSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(FOUND)
    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(help_text="May be empty.")
    url = serializers.URLField(help_text="The page about it.")
    score = serializers.FloatField(help_text="Higher is better. Comparable within one answer only.")
    by = serializers.ChoiceField(
        [("name", "its name"), ("words", "its words"), ("similarity", "a similar name")],
        help_text="What was found: the name exactly, words of it, or a name that looks like it.",
    )


class HitsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0, help_text="Hits in `results`.")
    results = HitSerializer(many=True, help_text="Best first.")


def hits(snapshot: Snapshot, found: list[search.Hit]) -> dict[str, Any]:
    # The index is of this moment and the snapshot up to a second older: what only one of them knows is left out.
    known = [(hit, record) for hit in found if (record := snapshot.of_kind(hit.kind).get(hit.slug))]
    return {
        "count": len(known),
        "results": [
            {
                "kind": hit.kind,
                "slug": hit.slug,
                "name": record.name,
                "summary": record.summary,
                "url": address(record.url),
                "score": round(hit.score, 4),
                "by": hit.by,
            }
            for hit, record in known
        ],
    }


class SearchQuery(Query):
    q = Words(help_text="What to look for; tolerant of typing errors.")
    kind = serializers.ChoiceField(FOUND, required=False, help_text="Only records of this kind.")
    limit = WholeNumber(min_value=1, max_value=MOST_HITS, default=DEFAULT_HITS, help_text="Hits at most.")


@described(
    "search",
    "Search",
    "Ranked hits over all kinds of record, by name, by words and, when there are few of these, by similar names.",
    HitsSerializer,
    example={
        "count": 1,
        "results": [
            {
                "kind": "skill",
                "slug": "kubernetes",
                "name": "Kubernetes",
                "summary": "Run containers on many machines and keep them running.",
                "url": "https://waymark.example/skills/kubernetes/",
                "score": 10.0,
                "by": "name",
            }
        ],
    },
    call="?q=k8s",
)
class SearchView(PublicView):
    query = SearchQuery

    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        kinds = frozenset({wanted["kind"]}) if "kind" in wanted else None
        found = search.search(wanted["q"], kinds=kinds, limit=wanted["limit"])
        return dumps(hits(edition.snapshot, found))
