"""What changed in the catalogue since a revision, for programs that keep a copy."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from rest_framework import serializers

from guidance.api.documentation import described
from guidance.api.editions import Edition, dumps
from guidance.api.fields import WholeNumber
from guidance.api.public import PublicView, Query
from guidance.api.shapes import moment
from guidance.catalog.models import Change, Kind

DEFAULT_LIMIT = 500
MAX_LIMIT = 1000
MAX_REVISION = 2**63 - 1  # of the column


class ChangeSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(Kind.choices)
    slug = serializers.CharField()
    change = serializers.ChoiceField(Change.What.choices)
    into = serializers.CharField(required=False, help_text="With `merged`: the slug of the record that took it in.")
    summary = serializers.CharField(help_text="May be empty.")


class ChangesSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        min_value=0, help_text="The newest revision. When `next` is null you know all up to it: ask again `since` it."
    )
    next = serializers.URLField(allow_null=True, help_text="Address of the changes that follow; null after the last.")
    results = ChangeSerializer(many=True, help_text="Oldest first.")


class ChangesQuery(Query):
    since = WholeNumber(
        min_value=0, max_value=MAX_REVISION, default=0, help_text="Only changes of revisions after this one."
    )
    limit = WholeNumber(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="Changes in an answer.")
    cursor = serializers.RegexField(
        r"^[0-9]{1,18}-[0-9]{1,18}$", required=False, help_text="Where an answer goes on; taken from `next`."
    )


@described(
    "list_changes",
    "List changes",
    "What has been published, updated, retired and merged after a revision, oldest first. To keep a copy of the "
    "catalogue: read it once, remember its `revision`, later ask for the changes since then, and follow `next` until "
    "it is null. A `since` beyond the newest revision has no changes. A resource whose address is dead is `retired`, and "
    "`published` again when it works.",
    ChangesSerializer,
    example={
        "revision": 42,
        "next": None,
        "results": [
            {
                "revision": 41,
                "at": "2026-11-24T09:30:00Z",
                "kind": "skill",
                "slug": "vector-search",
                "change": "updated",
                "summary": "body",
            },
            {
                "revision": 42,
                "at": "2026-11-24T10:00:00Z",
                "kind": "skill",
                "slug": "rag",
                "change": "merged",
                "into": "retrieval-augmented-generation",
                "summary": "",
            },
        ],
    },
    call="?since=40",
)
class ChangeList(PublicView):
    query = ChangesQuery

    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        newest, limit = edition.snapshot.revision, wanted["limit"]
        # Nothing after the snapshot, so that the answer belongs to its revision and may be kept with it.
        changes = Change.objects.filter(revision__gt=wanted["since"], revision__lte=newest)
        if "cursor" in wanted:
            revision, last = wanted["cursor"].split("-")
            later = Q(revision=revision, id__gt=last) | Q(revision__gt=revision)
            changes = changes.filter(later, revision__gte=revision)
        rows = list(
            changes.order_by("revision_id", "id").values_list(
                "id", "revision_id", "revision__at", "kind", "slug", "change", "into", "summary"
            )[: limit + 1]
        )
        shown = rows[:limit]
        following = None
        if len(rows) > limit:
            cursor = f"{shown[-1][1]}-{shown[-1][0]}"
            following = f"{settings.SITE_URL}{self.request.path}?{urlencode({**sent, 'cursor': cursor})}"
        results = [
            {"revision": revision, "at": moment(at), "kind": kind, "slug": slug, "change": change}
            | ({"into": into} if into else {})
            | {"summary": summary}
            for _, revision, at, kind, slug, change, into, summary in shown
        ]
        return dumps({"revision": newest, "next": following, "results": results})
