"""Search over everything that is published. Hits come in this order: exact names, articles whose titles have all words of a
question, names that begin with the query, full text with weights and prefixes, records with some of the words, and trigrams for
misspellings.

The index is two tables (`SearchEntry`, `SearchName`), written by `index` and `forget` in the transaction that publishes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import F
from psycopg import sql

from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Resource, SearchEntry

MAX_QUERY = 200
# If fewer records than this match all words, records with some of the words and names similar to the query are added.
FEW = 3
# At this similarity or more, the name is more likely to be what people mean than a record with some of the words.
LIKELY = 0.6
# If several kinds match a query equally well, people want a skill or a role rather than an article about it.
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
# Filler words around the subject of a query. They are ignored unless the query consists of them or a name contains them.
_FILLERS = """
a advanced an and are at basic basics be become becoming begin beginner beginners best build building can
course courses create creating do docs documentation example examples for free from fundamentals get getting
good guide how i in intermediate intro introduction is it job jobs know learn level lesson lessons make making
me my of on online or path project projects resource resources roadmap role roles should skill skills start
started study the to tutorial tutorials understand use using versus video videos vs want what when where which why with
you your
"""
FILLERS = frozenset(_FILLERS.split())
# A query that begins with one of these words or compares two things is a question, which a guide or a question of ours may answer.
_ASKING = """
are can do does how is should what when where which who why will
"""
ASKING = frozenset(_ASKING.split())
COMPARING = frozenset({"vs", "versus", "or"})
ARTICLES: frozenset[str] = frozenset({Kind.GUIDE, Kind.QUESTION})
MAX_WORDS = 8  # number of words of a query that are searched for names
# Minimum length of a name in a query, and of a prefix: “go” occurs in many sentences, and “ad” begins many words.
MIN_PART = 3
SENTENCE = 5  # with this many words or more, a query is more likely a question than a name
MAX_SHORT = 3  # words up to this length resemble too many others
BY_NAME = 2.0  # hits with this score or more were found by their names


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    slug: str
    score: float  # higher is better; comparable only within one result
    by: str  # "name" (exactly), "words" or "similarity"

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.slug


# All scores of one step are higher than those of the next: 10 for an exact name, 5 to 6 for an article whose title has all words of
# a question, 4 to 5 for the beginning of a name, more than 3 for a name that makes up much of the query, 0.5 to 1 for all words or
# a name that is a small part of the query, and at most 0.2 for some of the words.
_BY_WORDS = """
WITH names AS (
    SELECT entry_id, 10.0 AS score, 'name' AS by FROM catalog_searchname WHERE name = ANY(%(names)s)
    UNION ALL
    SELECT entry_id, CASE WHEN share < 0.4 THEN 0.5 ELSE 3 END + share, 'words'
    FROM unnest(%(parts)s::text[], %(shares)s::float8[]) AS part (name, share) JOIN catalog_searchname USING (name)
    UNION ALL
    SELECT entry_id, 4.0 + %(length)s / length(name)::float8, 'words' FROM catalog_searchname
    WHERE name LIKE ANY(%(beginnings)s)
), titles AS (
    SELECT id, 5.0 + similarity(name, %(name)s)::float8, 'words'
    FROM catalog_searchentry, (SELECT to_tsquery('english', %(question)s) || to_tsquery('simple', %(question)s) AS query) AS asked
    WHERE %(question)s <> '' AND kind = ANY(%(articles)s) AND vector @@ query
), words AS (
    SELECT id AS entry_id, 0.5 + ts_rank(vector, query)::float8 / 2 AS score, 'words' AS by
    FROM catalog_searchentry, (SELECT to_tsquery('english', %(words)s) || to_tsquery('simple', %(words)s) AS query) AS asked
    WHERE %(words)s <> '' AND vector @@ query
)
SELECT entry.kind, entry.slug, max(hit.score) AS score, min(hit.by) AS by
FROM (SELECT * FROM names UNION ALL SELECT * FROM titles UNION ALL SELECT * FROM words) AS hit
JOIN catalog_searchentry AS entry ON entry.id = hit.entry_id
GROUP BY entry.kind, entry.slug, entry.name
"""

_BY_SOME = """
WITH partly AS (
    SELECT entry.id AS entry_id, (sum(ts_rank(vector, query)) / cardinality(%(some)s::text[]) / 5)::float8 AS score, 'words' AS by
    FROM catalog_searchentry AS entry, (
        SELECT to_tsquery('english', word) || to_tsquery('simple', word) AS query FROM unnest(%(some)s::text[]) AS word
    ) AS asked
    WHERE vector @@ query
    GROUP BY entry.id
), alike AS (
    SELECT entry_id, max(similarity(name, wanted))::float8 AS score, 'similarity' AS by
    FROM catalog_searchname, unnest(%(names)s::text[]) AS wanted
    WHERE name %% wanted
    GROUP BY entry_id
)
SELECT entry.kind, entry.slug, hit.score, hit.by
FROM (SELECT * FROM partly UNION ALL SELECT * FROM alike) AS hit JOIN catalog_searchentry AS entry ON entry.id = hit.entry_id
ORDER BY hit.score DESC
LIMIT %(limit)s
"""


def normalise(name: str) -> str:
    """Returns a name in the form used for comparisons: case-folded, with single spaces."""
    return " ".join(name.casefold().split())


def search(query: str, *, kinds: frozenset[str] | None = None, limit: int = 50) -> list[Hit]:
    """Returns the best hits for a query that a person typed, best first. An empty or unreadable query has no hits. Runs at most
    two statements."""
    name = normalise(query.replace("\0", ""))[:MAX_QUERY]
    if not name:
        return []
    typed = re.findall(r"\w+", name)
    words = [word for word in typed if word not in FILLERS] or typed
    subject = name if words == typed else " ".join(words)
    spellings = sorted({subject, subject.replace(" ", "-"), subject.replace("-", " ")})
    # One or two letters are a whole word (“top-p”, “job ad”), not a prefix: too many words begin with them.
    marks = ["*" if len(word) >= MIN_PART else "" for word in words]
    prefixes = [_lexeme(word, mark) for word, mark in zip(words, marks, strict=True)]
    is_question = len(typed) > 1 and (typed[0] in ASKING or not COMPARING.isdisjoint(typed))
    in_name = [_lexeme(word, f"{mark}AB") for word, mark in zip(words, marks, strict=True)]
    parts = _parts(name, len(words) or 1)
    shortest = 2 if words == typed else MIN_PART  # “go” typed alone begins names, “ad” of “job ad” does not
    asked: dict[str, str | int | list[str] | list[float]] = {
        "names": [name, *spellings],
        "parts": [*parts],
        "shares": [*parts.values()],
        "length": len(subject),
        "beginnings": [
            re.sub(r"([\\%_])", r"\\\1", spelling) + "%" for spelling in spellings if len(spelling) >= shortest
        ],
        "words": " & ".join(prefixes),
        "name": name,
        "question": " & ".join(in_name) if is_question else "",
        "articles": sorted(ARTICLES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_WORDS, asked)
        hits = {hit.key: hit for row in cursor.fetchall() if (hit := Hit(*row))}
        few = len(hits) < FEW and not any(hit.by == "name" for hit in hits.values())
        if few or all(hit.score < BY_NAME for hit in hits.values()):
            alike = [subject, *(word for word in words if few and len(word) > MAX_SHORT)]
            asked = {"some": prefixes if few else [], "names": alike, "limit": 2 * limit}
            cursor.execute(_BY_SOME, asked)
            for row in cursor.fetchall():
                hit = Hit(*row)
                there = hits.get(hit.key)
                if there is None:
                    hits[hit.key] = hit
                elif "similarity" in {
                    hit.by,
                    there.by,
                }:  # the record has the words, and its name is similar to the query
                    hits[hit.key] = replace(hit, score=there.score + hit.score, by="words")

    asked_of = ARTICLES if is_question or len(words) >= SENTENCE else frozenset()

    def rank(hit: Hit) -> tuple[bool, float, str]:
        weight = 1.0 if hit.kind in asked_of else KIND_WEIGHT.get(hit.kind, 0.5)
        return hit.by == "similarity" and hit.score < LIKELY, -hit.score * weight, hit.slug

    return sorted((hit for hit in hits.values() if kinds is None or hit.kind in kinds), key=rank)[:limit]


def _lexeme(word: str, mark: str) -> str:
    """Returns a word for `to_tsquery`; the mark says whether it is a prefix and with which weights it counts."""
    return f"'{word}':{mark}" if mark else f"'{word}'"


def _parts(name: str, count: int) -> dict[str, float]:
    """Returns the parts of a query that could be a name, each with its share of the `count` significant words. Every run of
    words is a part, with and without hyphens, unless it is a filler or too short to be a name by itself."""
    words = name.split()[:MAX_WORDS]
    parts = {}
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            run = " ".join(words[first:last])
            if run not in FILLERS and len(run) >= MIN_PART:
                share = sum(word not in FILLERS for word in re.findall(r"\w+", run)) / count
                parts[run] = parts[run.replace(" ", "-")] = share
    return parts


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
    """Updates the search entries of published records of one kind to match their rows; entries that already match are not
    written. `called` maps each primary key to the name of the record followed by its aliases."""
    if kind == Kind.RESOURCE:
        dead = set(Resource.objects.filter(pk__in=called, dead_address=F("url")).values_list("pk", flat=True))
        forget(kind, [*dead])
        called = {pk: names for pk, names in called.items() if pk not in dead}
    if kind == Kind.FACT or not KINDS[kind].PUBLIC or not called:
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
    """Removes records from the search index."""
    if record_ids:
        SearchEntry.objects.filter(kind=kind, record_id__in=record_ids).delete()
