"""Search over everything published: full text with weights and prefixes, then trigrams for typing errors.

The index is two tables (`SearchEntry`, `SearchName`) written by `index` and `forget` in the transaction that publishes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from guidance.catalog.models import Alias, Guide, Kind, Record, Resource, SearchEntry, SearchName

MAX_QUERY = 200
# Below this many hits by words the query may be misspelt, and names that look like it are added.
FEW = 3
# Of the kinds that a query fits equally well, people look for a skill or a role before an article about it.
KIND_WEIGHT: Mapping[str, float] = {
    Kind.SKILL: 1.0,
    Kind.ROLE: 0.95,
    Kind.AREA: 0.8,
    Kind.INDUSTRY: 0.8,
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


def index(kind: str, records: list[Record]) -> None:
    """Write the search entries of published records of one kind, replacing what was there."""
    forget(kind, [record.pk for record in records])
    records = [record for record in records if not (isinstance(record, Resource) and record.is_dead)]
    if kind == Kind.FACT or not records:
        return
    aliases: dict[int, list[str]] = {record.pk: [] for record in records}
    if kind == Kind.SKILL:
        for skill_id, alias in Alias.objects.filter(skill__in=aliases).values_list("skill_id", "name"):
            aliases[skill_id].append(alias)
    entries = SearchEntry.objects.bulk_create(
        SearchEntry(
            kind=kind,
            record_id=record.pk,
            slug=record.slug,
            name=record.name,
            aliases="\n".join(aliases[record.pk]),
            summary=record.summary or (record.tldr if isinstance(record, Guide) else ""),
            body=record.body,
        )
        for record in records
    )
    SearchName.objects.bulk_create(
        SearchName(entry=entry, name=name)
        for entry in entries
        for name in sorted({normalise(entry.name), *(normalise(alias) for alias in aliases[entry.record_id])})
    )


def forget(kind: str, record_ids: list[int]) -> None:
    """Take records out of the search."""
    SearchEntry.objects.filter(kind=kind, record_id__in=record_ids).delete()
