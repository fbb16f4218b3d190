"""Writing a release of a classification over the one that is there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import connection, transaction

from guidance.curation.models import Rating, TaxonomyEntry, TaxonomyLink, TaxonomyName
from guidance.curation.spelling import keys
from guidance.curation.taxonomy import Entry

BATCH = 1_000
WRITTEN = ("kind", "label", "alternative_labels", "description", "texts", "release", "removed_at", "digest")


class AlreadyRunning(Exception):
    """Another import writes at this moment."""


@dataclass(slots=True)
class Report:
    """In entries; one whose links or ratings differ has changed. One that comes back after a release without it is added."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __str__(self) -> str:
        return f"added {self.added}, changed {self.changed}, removed {self.removed}"


@transaction.atomic
def load(
    *,
    source: str,
    release: str,
    entries: Iterable[Entry],
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Make the classification what `entries` say, in one transaction; with `dry_run` say only what would change.

    The entries are read once, in batches; `progress` is told how many are done. What is not among them is kept as removed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('taxonomies'))")
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
    before = {
        identifier: (pk, digest, removed_at is None)
        for identifier, pk, digest, removed_at in TaxonomyEntry.objects.filter(source=source).values_list(
            "identifier", "pk", "digest", "removed_at"
        )
    }
    ids = {identifier: pk for identifier, (pk, _, _) in before.items()}
    gone = {identifier for identifier, (_, _, there) in before.items() if there}
    report, done = Report(), 0
    linked: list[Entry] = []  # what links and ratings are written of, when all they point to is there
    for batch in batched(entries, BATCH):
        touched = []
        for entry in batch:
            gone.discard(entry.identifier)
            digest = entry.digest()
            old = before.get(entry.identifier)
            if old is None or not old[2]:
                report.added += 1
            elif old[1] != digest:
                report.changed += 1
            else:
                continue
            touched.append((entry, digest))
        if touched and not dry_run:
            ids |= _write(source, release, touched)
            linked += [entry for entry, _ in touched]
        done += len(batch)
        progress(done)
    report.removed = len(gone)
    if dry_run:
        return report
    for part in batched(linked, BATCH):
        _connect(part, ids)
    TaxonomyEntry.objects.filter(pk__in=[ids[identifier] for identifier in gone]).update(removed_at=now)
    TaxonomyEntry.objects.current().filter(source=source).exclude(release=release).update(release=release)
    return report


def _write(source: str, release: str, touched: Sequence[tuple[Entry, str]]) -> dict[str, int]:
    """The entries' own rows and their names. Returns {identifier: primary key}."""
    rows = TaxonomyEntry.objects.bulk_create(
        [
            TaxonomyEntry(
                source=source,
                kind=entry.kind,
                identifier=entry.identifier,
                label=entry.label,
                alternative_labels=list(entry.alternative_labels),
                description=entry.description,
                texts=dict(entry.texts),
                release=release,
                removed_at=None,
                digest=digest,
            )
            for entry, digest in touched
        ],
        update_conflicts=True,
        unique_fields=["source", "identifier"],
        update_fields=WRITTEN,
    )
    TaxonomyName.objects.filter(entry__in=[row.pk for row in rows]).delete()
    names = []
    for row in rows:
        preferred = keys(row.label)
        others = {key for label in row.alternative_labels for key in keys(label)} - preferred
        names += [TaxonomyName(entry=row, name=key, preferred=True) for key in sorted(preferred)]
        names += [TaxonomyName(entry=row, name=key, preferred=False) for key in sorted(others)]
    TaxonomyName.objects.bulk_create(names, batch_size=5 * BATCH)
    return {row.identifier: row.pk for row in rows}


def _connect(entries: Sequence[Entry], ids: dict[str, int]) -> None:
    keys_of_entries = [ids[entry.identifier] for entry in entries]
    TaxonomyLink.objects.filter(entry__in=keys_of_entries).delete()
    Rating.objects.filter(occupation__in=keys_of_entries).delete()
    TaxonomyLink.objects.bulk_create(
        (
            TaxonomyLink(entry_id=ids[entry.identifier], other_id=ids[link.identifier], kind=link.kind)
            for entry in entries
            for link in entry.links
        ),
        batch_size=5 * BATCH,
    )
    Rating.objects.bulk_create(
        (
            Rating(
                occupation_id=ids[entry.identifier],
                element_id=ids[rating.element],
                scale=rating.scale,
                value=rating.value,
                suppress=rating.suppress,
                not_relevant=rating.not_relevant,
            )
            for entry in entries
            for rating in entry.ratings
        ),
        batch_size=5 * BATCH,
    )
