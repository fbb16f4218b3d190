"""Search over everything published: full text with weights and prefixes, then trigrams for typing errors.

The index is two tables (`SearchEntry`, `SearchName`) written by `index` and `forget` in the transaction that publishes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F
from psycopg import sql

from guidance.catalog.models import RECORD_MODELS, Kind, Resource, SearchEntry

MAX_QUERY = 200
# Below this many hits by words the query may be misspelt, and names that look like it are added.
FEW = 3
# Of the kinds that a query fits equally well, people look for a skill or a role before an article about it.
KIND_WEIGHT: Mapping[str, float] = {
    Kind.SKILL: 1.0,
    Kind.ROLE: 0.95,
    Kind.AREA: 0.8,
    Kind.INDUSTRY: 0.8,
    Kind.MILESTONE: 0.8,
    Kind.GUIDE: 0.7,
    Kind.PROJECT: 0.7,
    Kind.QUESTION: 0.6,
    Kind.RESOURCE: 0.5,
}


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    slug: str
    score: float  # higher is better; comparable within one answer only
    by: str  # "name" (exactly), "words" or "similarity"


_BY_WORDS = """
WITH names AS (
    SELECT entry_id, 10.0 AS score, 'name' AS by FROM catalog_searchname WHERE name = %(name)s
), words AS (
    SELECT id AS entry_id, ts_rank(vector, query)::float8 AS score, 'words' AS by
    FROM catalog_searchentry, (SELECT to_tsquery('english', %(words)s) || to_tsquery('simple', %(words)s) AS query) AS asked
    WHERE %(words)s <> '' AND vector @@ query
)
SELECT entry.kind, entry.slug, max(hit.score) AS score, min(hit.by) AS by
FROM (SELECT * FROM names UNION ALL SELECT * FROM words) AS hit JOIN catalog_searchentry AS entry ON entry.id = hit.entry_id
GROUP BY entry.kind, entry.slug, entry.name
"""

_BY_SIMILARITY = """
SELECT entry.kind, entry.slug, max(similarity(names.name, %(name)s))::float8 AS score, 'similarity' AS by
FROM catalog_searchname AS names JOIN catalog_searchentry AS entry ON entry.id = names.entry_id
WHERE names.name %% %(name)s
GROUP BY entry.kind, entry.slug
ORDER BY score DESC
LIMIT %(limit)s
"""


def normalise(name: str) -> str:
    """Names are compared without case, with single spaces."""
    return " ".join(name.casefold().split())


def search(query: str, *, kinds: frozenset[str] | None = None, limit: int = 50) -> list[Hit]:
    """The best hits for what a person typed, best first. An empty or unreadable query has none. At most two statements."""
    name = normalise(query.replace("\0", ""))[:MAX_QUERY]
    if not name:
        return []
    words = re.findall(r"\w+", name)
    prefixes = " & ".join(f"'{word}':*" for word in words)
    with connection.cursor() as cursor:
        cursor.execute(_BY_WORDS, {"name": name, "words": prefixes})
        hits = [Hit(*row) for row in cursor.fetchall()]
        if len(hits) < FEW and not any(hit.by == "name" for hit in hits):
            cursor.execute(_BY_SIMILARITY, {"name": name, "limit": limit})
            found = {(hit.kind, hit.slug) for hit in hits}
            hits += [hit for row in cursor.fetchall() if ((hit := Hit(*row)).kind, hit.slug) not in found]
    if kinds is not None:
        hits = [hit for hit in hits if hit.kind in kinds]

    def rank(hit: Hit) -> tuple[int, float, str]:
        return ({"name": 0, "words": 1, "similarity": 2}[hit.by], -hit.score * KIND_WEIGHT.get(hit.kind, 0.5), hit.slug)

    return sorted(hits, key=rank)[:limit]


_INDEX = sql.SQL("""
INSERT INTO catalog_searchentry AS entry (kind, record_id, slug, name, aliases, summary, body)
SELECT %(kind)s, record.id, record.slug, record.name, shown.aliases, {summary}, record.body
FROM {table} AS record JOIN unnest(%(keys)s::bigint[], %(aliases)s::text[]) AS shown (id, aliases) USING (id)
ON CONFLICT (kind, record_id) DO UPDATE SET
    slug = excluded.slug, name = excluded.name, aliases = excluded.aliases, summary = excluded.summary, body = excluded.body
WHERE (entry.slug, entry.name, entry.aliases, entry.summary, entry.body)
    IS DISTINCT FROM (excluded.slug, excluded.name, excluded.aliases, excluded.summary, excluded.body)
""")
_NAME = """
WITH wanted AS (
    SELECT entry.id AS entry_id, called.name
    FROM unnest(%(keys)s::bigint[], %(names)s::text[]) AS called (record_id, name)
    JOIN catalog_searchentry AS entry ON entry.kind = %(kind)s AND entry.record_id = called.record_id
), gone AS (
    DELETE FROM catalog_searchname AS there USING catalog_searchentry AS entry
    WHERE entry.id = there.entry_id AND entry.kind = %(kind)s AND entry.record_id = ANY(%(keys)s::bigint[])
        AND NOT EXISTS (SELECT FROM wanted WHERE wanted.entry_id = there.entry_id AND wanted.name = there.name)
)
INSERT INTO catalog_searchname (entry_id, name)
SELECT entry_id, name FROM wanted
WHERE NOT EXISTS (SELECT FROM catalog_searchname AS there WHERE there.entry_id = wanted.entry_id AND there.name = wanted.name)
"""


def index(kind: str, called: Mapping[int, Sequence[str]]) -> None:
    """Bring the search entries of published records of one kind up to date, as their rows are. What is right is not written.
    `called` has, by primary key, the name of the record and then its aliases."""
    if kind == Kind.RESOURCE:
        dead = set(Resource.objects.filter(pk__in=called, dead_address=F("url")).values_list("pk", flat=True))
        forget(kind, [*dead])
        called = {pk: names for pk, names in called.items() if pk not in dead}
    if kind == Kind.FACT or not called:
        return
    statement = _INDEX.format(
        summary=sql.SQL(
            "coalesce(nullif(record.summary, ''), record.tldr)" if kind == Kind.GUIDE else "record.summary"
        ),
        table=sql.Identifier(RECORD_MODELS[kind]._meta.db_table),
    )
    aliases = ["\n".join(names[1:]) for names in called.values()]
    pairs = sorted({(pk, normalise(name)) for pk, names in called.items() for name in names})
    with connection.cursor() as cursor:
        cursor.execute(statement, {"kind": kind, "keys": [*called], "aliases": aliases})
        keys, names = zip(*pairs, strict=True)
        cursor.execute(_NAME, {"kind": kind, "keys": [*keys], "names": [*names]})


def forget(kind: str, record_ids: list[int]) -> None:
    """Take records out of the search."""
    if record_ids:
        SearchEntry.objects.filter(kind=kind, record_id__in=record_ids).delete()
