"""Entries in the official classifications that may be the same as our skills and roles: suggested by name, decided by a curator.

An accepted mapping is in the record, in `esco` or `onet`, and so in its pack document; the row of the mapping follows the record.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.models import Alias, Revision, Role, Skill, Status, Version
from guidance.curation import permissions
from guidance.curation.models import Mapping, Source, TaxonomyEntry
from guidance.curation.similar_names import spelling_keys

# Names with a lower similarity (the share of trigrams in common) are not suggested. Below this, two names share a word such as "data", and
# little else.
MIN_SIMILARITY = 0.6
# Maximum number of suggestions for one record in one classification. Entries as similar as the last one are suggested too: a
# label may have two meanings, and the curator should see both.
MAX_SUGGESTIONS = 5
# A match with an alias counts slightly less.
OTHER_NAME = 0.95
# The same trigrams in another order, "testing software", are not the same name.
ALMOST = 0.99
BATCH = 100

Kind = TaxonomyEntry.EntryKind
KINDS: tuple[tuple[type[Skill | Role], tuple[str, ...]], ...] = (
    (Skill, (Kind.SKILL, Kind.ELEMENT, Kind.TECHNOLOGY)),
    (Role, (Kind.OCCUPATION,)),
)

type Pair = tuple[int, int]  # primary keys of one of our records and of an entry


@transaction.atomic
def suggest(source: str) -> int:
    """Updates the mappings of a classification to match current names and identifiers. Returns the number of new suggestions.
    Rejected ones stay rejected; identifiers in a record are accepted, no matter who wrote them."""
    scores = [
        (model, _scores(source, kinds, list(model.objects.exclude(status=Status.RETIRED)), model))
        for model, kinds in KINDS
    ]
    record_store.lock()  # decisions that curators made while the names were compared take precedence
    return sum(_suggest(source, model, found) for model, found in scores)


def _suggest(source: str, model: type[Skill | Role], scores: dict[Pair, float]) -> int:
    ours = str(model.KIND)
    records: list[Any] = list(model.objects.exclude(status=Status.RETIRED))
    by_identifier = dict(TaxonomyEntry.objects.filter(source=source).values_list("identifier", "pk"))
    accepted: set[Pair] = {
        (record.pk, by_identifier[identifier])
        for record in records
        for identifier in getattr(record, source)
        if identifier in by_identifier
    }
    wanted = accepted | _best(scores)
    there = {
        (getattr(mapping, f"{ours}_id"), mapping.entry_id): mapping
        for mapping in Mapping.objects.filter(entry__source=source, **{f"{ours}__isnull": False}).select_for_update()
    }
    new, changed, over = [], [], []
    for pair in wanted - there.keys():
        status = Mapping.MappingStatus.ACCEPTED if pair in accepted else Mapping.MappingStatus.SUGGESTED
        new.append(Mapping(**{f"{ours}_id": pair[0]}, entry_id=pair[1], status=status, score=scores.get(pair, 0)))
    for pair, mapping in there.items():
        before = (mapping.status, mapping.score)
        if pair in accepted:
            mapping.status = Mapping.MappingStatus.ACCEPTED
        elif mapping.status not in (Mapping.MappingStatus.REFUSED, Mapping.MappingStatus.PROPOSED):
            if pair not in wanted:
                over.append(mapping.pk)
                continue
            mapping.status, mapping.decided_at, mapping.proposed_by = Mapping.MappingStatus.SUGGESTED, None, None
        mapping.score = scores.get(pair, 0)
        if (mapping.status, mapping.score) != before:
            changed.append(mapping)
    Mapping.objects.bulk_create(new)
    Mapping.objects.bulk_update(changed, ["status", "score", "decided_at", "proposed_by"], batch_size=500)
    Mapping.objects.filter(pk__in=over).delete()
    return sum(mapping.status == Mapping.MappingStatus.SUGGESTED for mapping in new)


# Each lookup uses the trigram index, whatever the planner estimates for a table that was just filled: otherwise two thousand names and a
# hundred thousand names make two hundred million comparisons.
_SIMILAR = """
WITH hit AS MATERIALIZED (
    SELECT ours.record, ours.weight, ours.name AS ours, found.*
    FROM unnest(%(records)s::bigint[], %(names)s::text[], %(weights)s::float8[]) AS ours (record, name, weight)
    CROSS JOIN LATERAL (
        SELECT entry_id, name, preferred FROM curation_taxonomyname AS name WHERE name.name %% ours.name OFFSET 0
    ) AS found
)
SELECT record, entry_id, max(
    weight * CASE WHEN preferred THEN 1 ELSE %(other)s END
    * CASE WHEN hit.name = ours THEN 1 ELSE least(similarity(hit.name, ours), %(almost)s) END
)
FROM hit JOIN curation_taxonomyentry AS entry ON entry.id = entry_id
WHERE entry.source = %(source)s AND entry.kind = ANY (%(kinds)s) AND entry.removed_at IS NULL
      AND length(entry.identifier) <= %(longest)s
GROUP BY record, entry_id
"""


def _scores(
    source: str, kinds: Collection[str], records: Sequence[Skill | Role], model: type[Skill | Role]
) -> dict[Pair, float]:
    """Returns, for each pair with similar names, the score of the two most similar names."""
    names = [(record.pk, name, 1.0) for record in records for name in spelling_keys(record.name)]
    if model is Skill:
        aliases = Alias.objects.filter(skill__in=[record.pk for record in records]).values_list("skill_id", "name")
        names += [(pk, name, OTHER_NAME) for pk, alias in aliases for name in spelling_keys(alias)]
    with connection.cursor() as cursor:
        # Rows from a recent import are in a pending list that every lookup would scan completely.
        cursor.execute("SELECT gin_clean_pending_list('taxonomyname_trigrams')")
    return _similar(source, kinds, names, model)


def _similar(
    source: str, kinds: Collection[str], names: Sequence[tuple[int, str, float]], model: type[Skill | Role]
) -> dict[Pair, float]:
    """Compares names, each with its owner and weight. Runs in the caller's transaction."""
    longest = model._meta.get_field(source).base_field.max_length  # type: ignore[union-attr]  # lists of texts, both
    scores: dict[Pair, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {MIN_SIMILARITY}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        for part in batched(names, BATCH):
            pks, texts, weights = zip(*part, strict=True)
            values = {
                "records": list(pks),
                "names": list(texts),
                "weights": list(weights),
                "source": source,
                "kinds": list(kinds),
                "longest": longest,
                "other": OTHER_NAME,
                "almost": ALMOST,
            }
            cursor.execute(_SIMILAR, values)
            for record, entry, score in cursor.fetchall():
                scores[record, entry] = max(round(score, 3), scores.get((record, entry), 0))
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return scores


@transaction.atomic
def similar_entries(
    model: type[Skill | Role], name: str, other_names: Iterable[str] = ()
) -> list[tuple[TaxonomyEntry, float]]:
    """Returns the entries of both classifications with the most similar names, most similar first: for a record that is being written and
    has no mappings yet."""
    names = [(0, key, 1.0) for key in spelling_keys(name)]
    names += [(0, key, OTHER_NAME) for other in other_names for key in spelling_keys(other)]
    kinds = dict(KINDS)[model]
    scores = {source: _similar(source, kinds, names, model) for source in Source.values} if names else {}
    best = {pair: found[pair] for found in scores.values() for pair in _best(found)}
    entries = TaxonomyEntry.objects.in_bulk([entry for _record, entry in best])
    ranked = sorted(best.items(), key=lambda item: (-item[1], entries[item[0][1]].label))
    return [(entries[entry], score) for (_record, entry), score in ranked]


def _best(scores: dict[Pair, float]) -> set[Pair]:
    by_record: defaultdict[int, list[tuple[float, Pair]]] = defaultdict(list)
    for pair, score in scores.items():
        by_record[pair[0]].append((score, pair))
    best: set[Pair] = set()
    for found in by_record.values():
        least = sorted((score for score, _ in found), reverse=True)[:MAX_SUGGESTIONS][-1]
        best |= {pair for score, pair in found if score >= least}
    return best


# --- Decisions


@dataclass(frozen=True, slots=True)
class MappingDecision:
    decided: int
    waiting: int = 0  # number of mappings that need a second person
    revision: Revision | None = None  # set if something public changed


def accept(*, mappings: Iterable[Mapping], by: User, now: datetime) -> MappingDecision:
    """Writes the identifiers of the entries into our records if someone else has already accepted them or no one else could; the
    other mappings need a second person. Undone by `refuse`. Raises ValidationError if a record could not be saved with them;
    nothing is written then."""
    return _decide(mappings, Mapping.MappingStatus.ACCEPTED, by, now)


def refuse(*, mappings: Iterable[Mapping], by: User, now: datetime) -> MappingDecision:
    """Removes the identifiers from our records if they are there, and does not suggest them again. Undone by `suggest_again`."""
    return _decide(mappings, Mapping.MappingStatus.REFUSED, by, now)


@transaction.atomic
def suggest_again(*, mappings: Iterable[Mapping], by: User) -> int:
    """Turns mappings that only this user has accepted, and rejected ones, into suggestions again. Returns their number."""
    record_store.lock()  # a second person may be about to decide
    rights = MappingRights(by)
    rows = Mapping.objects.filter(pk__in=[mapping.pk for mapping in mappings]).select_for_update()
    chosen = [row.pk for row in rows if rights.may_undo(row)]
    undecided = {"status": Mapping.MappingStatus.SUGGESTED, "decided_at": None, "proposed_by": None}
    return Mapping.objects.filter(pk__in=chosen).update(**undecided)


@dataclass(frozen=True)
class MappingRights:
    """What a user may do with mappings. Changing a published record takes two people, and the second has to be a reviewer; any
    curator may reject a suggestion."""

    user: User

    @property
    def proposes(self) -> bool:
        """Returns whether the user can be the first of the two people."""
        return self.user.has_perms(["catalog.change_skill", "catalog.change_role"])

    @property
    def decides(self) -> bool:
        """Returns whether the user can be the second person, and can remove an accepted mapping from a record."""
        return self.proposes and self.user.has_perm(permissions.DECIDE_MAPPINGS)

    @cached_property
    def alone(self) -> bool:
        """Returns whether no one else could be the second person."""
        return self.decides and permissions.is_only_holder(self.user, permissions.DECIDE_MAPPINGS)

    def may_accept(self, mapping: Mapping) -> bool:
        if mapping.status == Mapping.MappingStatus.PROPOSED:
            return self.decides and (not self.is_own(mapping) or self.alone)
        return self.proposes and mapping.status != Mapping.MappingStatus.ACCEPTED

    def may_refuse(self, mapping: Mapping) -> bool:
        if mapping.status == Mapping.MappingStatus.SUGGESTED:
            return self.proposes
        return self.decides and mapping.status != Mapping.MappingStatus.REFUSED

    def may_take_back(self, mapping: Mapping) -> bool:
        """Returns whether only this user has accepted the mapping."""
        return self.proposes and mapping.status == Mapping.MappingStatus.PROPOSED and self.is_own(mapping)

    def may_suggest_again(self, mapping: Mapping) -> bool:
        return self.proposes and mapping.status == Mapping.MappingStatus.REFUSED

    def may_undo(self, mapping: Mapping) -> bool:
        """Returns whether the user may turn the mapping into a suggestion again, which undoes the decision."""
        return self.may_take_back(mapping) or self.may_suggest_again(mapping)

    def is_own(self, mapping: Mapping) -> bool:
        return mapping.proposed_by_id == self.user.pk


def waiting_for(user: User) -> QuerySet[Mapping]:
    """Returns the mappings that this user could be the second person to accept."""
    if not user.has_perm(permissions.DECIDE_MAPPINGS):
        return Mapping.objects.none()
    return Mapping.objects.filter(status=Mapping.MappingStatus.PROPOSED).exclude(proposed_by=user)


@transaction.atomic
def _decide(mappings: Iterable[Mapping], status: str, by: User, now: datetime) -> MappingDecision:
    record_store.lock()  # no one else can save these records in the meantime
    chosen = Mapping.objects.filter(pk__in=[mapping.pk for mapping in mappings]).exclude(status=status)
    rows = list(chosen.select_related("entry", "skill", "role").select_for_update(of=("self",)).order_by("pk"))
    rights, waiting = MappingRights(by), list[Mapping]()
    if status == Mapping.MappingStatus.ACCEPTED:
        waiting = _for_a_second_person(rows, rights)
        later = set(waiting)
        rows = [mapping for mapping in rows if mapping not in later]
    else:
        rows = [mapping for mapping in rows if rights.may_refuse(mapping)]
    records: dict[tuple[str, int], Skill | Role] = {}
    for mapping in rows:
        record = records.setdefault((mapping.record.KIND, mapping.record.pk), mapping.record)
        before = getattr(record, mapping.entry.source)
        others = [identifier for identifier in before if identifier != mapping.entry.identifier]
        after = [*others, mapping.entry.identifier] if status == Mapping.MappingStatus.ACCEPTED else others
        setattr(record, mapping.entry.source, after)
        mapping.status, mapping.decided_at = status, now
    for record in records.values():
        record.save(update_fields=["esco", "onet"])
        if record.status == Status.PUBLISHED and (objections := record_store.problems(record)):
            raise ValidationError([f"{record}: {objection}" for objection in objections])
    Mapping.objects.bulk_update([*rows, *waiting], ["status", "decided_at", "proposed_by"])
    revision = record_store.commit(list(records.values()), source=Version.VersionSource.CURATOR, author=by)
    return MappingDecision(len(rows), len(waiting), revision)


def _for_a_second_person(rows: Iterable[Mapping], rights: MappingRights) -> list[Mapping]:
    """Returns the mappings that this person would be the first to accept, if someone else could be the second."""
    if rights.alone:
        return []
    waiting = []
    for mapping in rows:
        is_second = mapping.status == Mapping.MappingStatus.PROPOSED and not rights.is_own(mapping)
        if is_second and rights.decides:
            continue
        if not is_second:
            mapping.status, mapping.decided_at, mapping.proposed_by = Mapping.MappingStatus.PROPOSED, None, rights.user
        waiting.append(mapping)
    return waiting
