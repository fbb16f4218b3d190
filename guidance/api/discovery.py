"""Endpoints for all kinds of records: search, the prerequisite graph, and the changes since a revision."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from rest_framework import serializers

from guidance.api import linked
from guidance.api.answers import must_restart, state
from guidance.api.cached import RevisionResponses, dumps
from guidance.api.fields import QueryInteger, SearchText
from guidance.api.schema import Operation, describe
from guidance.api.shapes import address, moment
from guidance.api.views import PublicView, Query, RevisionQuery, SinceQuery, newest_for
from guidance.catalog import search
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import Change, Kind
from guidance.catalog.models import Skill as Model
from guidance.catalog.snapshot import Snapshot

DEFAULT_HITS = 20
MAX_HITS = 50
PUBLIC_KINDS = [(kind.value, kind.label) for kind in Kind if KINDS[kind].PUBLIC]
SEARCHED_KINDS = [(value, label) for value, label in PUBLIC_KINDS if value != Kind.FACT]


class HitSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(SEARCHED_KINDS)
    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(help_text="May be empty.")
    url = serializers.URLField(help_text="URL of the record's page.")
    score = serializers.FloatField(help_text="Higher is better. Only comparable within one response.")
    by = serializers.ChoiceField(
        [("name", "its name"), ("words", "its words"), ("similarity", "a similar name")],
        help_text="What matched: the exact name, words in the text, or a similar name.",
    )


class HitsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0, help_text="Number of hits in `results`.")
    results = HitSerializer(many=True, help_text="Best first.")


def hits(snapshot: Snapshot, ranked: list[search.Hit]) -> dict[str, Any]:
    # The index is current, but the snapshot may be up to a second older: records that are in only one of them are left out.
    published = [(hit, record) for hit in ranked if (record := snapshot.of_kind(hit.kind).get(hit.slug))]
    return {
        "count": len(published),
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
            for hit, record in published
        ],
    }


class SearchQuery(Query):
    q = SearchText(help_text="What to search for. Misspellings are tolerated.")
    kind = serializers.ChoiceField(SEARCHED_KINDS, required=False, help_text="Only records of this kind.")
    limit = QueryInteger(min_value=1, max_value=MAX_HITS, default=DEFAULT_HITS, help_text="Maximum number of hits.")


@describe(
    get=Operation(
        "search",
        "Search",
        "Hits among all kinds of records, best first: matching names and words and, if there are few, similar names.",
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
)
class SearchView(PublicView):
    query = SearchQuery

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        kinds = frozenset({query["kind"]}) if "kind" in query else None
        ranked = search.search(query["q"], kinds=kinds, limit=query["limit"])
        return dumps(hits(responses.snapshot, ranked))


class NodeSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField(help_text="Slug of the skill's area.")
    kind = serializers.ChoiceField(Model.SkillKind.choices)
    horizon = serializers.ChoiceField(Model.Horizon.choices)
    effort = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4.",
    )


class EdgeSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug of a skill.")
    requires = serializers.CharField(help_text="Slug of a prerequisite: a skill to learn before this one.")
    level = serializers.IntegerField(min_value=1, max_value=4, help_text="The required level of the prerequisite.")


class GraphSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0)
    nodes = NodeSerializer(many=True, help_text="All published skills, prerequisites first.")
    edges = EdgeSerializer(many=True, help_text="The edges contain no cycle.")


def graph(snapshot: Snapshot) -> dict[str, Any]:
    skills = [snapshot.skills[slug] for slug in snapshot.order]
    return {
        "revision": snapshot.revision,
        "nodes": [
            {
                "slug": skill.slug,
                "name": skill.name,
                "area": skill.area.slug,
                "kind": skill.kind,
                "horizon": skill.horizon,
                "effort": list(skill.effort),
            }
            for skill in skills
        ],
        "edges": [
            {"skill": skill.slug, "requires": slug, "level": level}
            for skill in skills
            for slug, level in skill.prerequisites.items()
        ],
    }


@describe(
    get=Operation(
        "read_graph",
        "Read the graph",
        "All skills and their prerequisites, in one response. The graph has no cycle. " + linked.HELP,
        GraphSerializer,
        example={
            "revision": 42,
            "nodes": [
                {
                    "slug": "vector-search",
                    "name": "Vector search",
                    "area": "retrieval-and-rag",
                    "kind": "concept",
                    "horizon": "core",
                    "effort": [4.0, 12.0, 30.0, 60.0],
                },
                {
                    "slug": "retrieval-augmented-generation",
                    "name": "Retrieval-augmented generation",
                    "area": "retrieval-and-rag",
                    "kind": "practice",
                    "horizon": "core",
                    "effort": [6.0, 20.0, 40.0, 80.0],
                },
            ],
            "edges": [{"skill": "retrieval-augmented-generation", "requires": "vector-search", "level": 2}],
        },
    )
)
class GraphView(PublicView):
    query = RevisionQuery
    linked = staticmethod(linked.graph)

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        return dumps(graph(responses.snapshot))


DEFAULT_LIMIT = 500
MAX_LIMIT = 1000


class ChangeSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(PUBLIC_KINDS)
    slug = serializers.CharField()
    change = serializers.ChoiceField(Change.ChangeType.choices)
    into = serializers.CharField(
        required=False, help_text="With `merged`: the slug of the record that it was merged into."
    )
    summary = serializers.CharField(help_text="May be empty.")


class ChangesSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        min_value=0,
        help_text="The newest revision. When `next` is null, you have all changes up to this revision; send it as "
        "`since` next time.",
    )
    state = serializers.CharField(
        help_text="Identifies this installation's responses at that revision. Send it together with the next `since`."
    )
    restart = serializers.BooleanField(
        help_text="True if your copy cannot be brought up to date: the revision `since` does not exist yet, or "
        "`state` does not belong to it because the installation was restored or upgraded. Read the whole catalogue "
        "again."
    )
    next = serializers.URLField(allow_null=True, help_text="URL of the next page of changes; null on the last page.")
    results = ChangeSerializer(many=True, help_text="Oldest first.")


class ChangesQuery(SinceQuery):
    limit = QueryInteger(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="Number of changes per page."
    )
    cursor = serializers.RegexField(
        r"^[0-9]{1,18}-[0-9]{1,18}$", required=False, help_text="Where to continue the list; copy this from `next`."
    )


@describe(
    get=Operation(
        "list_changes",
        "List changes",
        "What was published, updated, retired or merged after a revision, oldest first. A record is listed whenever "
        "the response at its URL differs from before, even if only the name of another record in it has changed. A "
        "slug that redirects, because its record was renamed or merged, is listed as `merged`. To keep a copy of the "
        "catalogue, read the dump once and remember its `revision` and `state`. Later, ask for the changes since then "
        "and follow `next` until it is null. If `since` is beyond the newest revision, there are no changes and "
        "`restart` is true. A resource whose link is dead is listed as `retired`, and as `published` when the link "
        "works again.",
        ChangesSerializer,
        example={
            "revision": 42,
            "state": "42-19ab5e2f1c0-6d1e09f2",
            "restart": False,
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
)
class ChangeList(PublicView):
    query = ChangesQuery

    @classmethod
    def responses(cls, parameters: Mapping[str, Any]) -> RevisionResponses:
        return newest_for(parameters)

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        newest, limit = responses.snapshot.revision, query["limit"]
        # Leaves out changes after the snapshot, so that the response belongs to its revision and can be cached with it.
        changes = Change.objects.filter(
            revision__gt=query["since"], revision__lte=newest, kind__in=[kind for kind, _label in PUBLIC_KINDS]
        )
        if "cursor" in query:
            revision, last = query["cursor"].split("-")
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
        return dumps(
            {
                "revision": newest,
                "state": state(responses.snapshot),
                "restart": must_restart(responses.snapshot, query["since"], query.get("state")),
                "next": following,
                "results": results,
            }
        )
