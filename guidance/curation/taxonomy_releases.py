"""Replaces a classification with a new release: the common part of `import_esco` and `import_onet`."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from guidance.curation import esco, mappings, onet
from guidance.curation.models import Rating, Source, TaxonomyEntry, TaxonomyLink, TaxonomyName
from guidance.curation.similar_names import spelling_keys
from guidance.curation.taxonomy_files import Entry, TableError

LINE_EVERY = 5_000  # number of entries between progress lines if no one is watching


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import of a folder did or, in a dry run, would do."""

    report: "ImportReport"
    left_out: Mapping[str, int]
    suggested: int | None  # number of suggested mappings; None in a dry run

    def lines(self) -> Iterator[str]:
        """Yields the lines to print; the last one is the report."""
        for what, count in sorted(self.left_out.items()):
            yield f"left out: {count} {what}"
        if self.suggested is not None:
            yield f"suggested mappings: {self.suggested} new"
        yield str(self.report)


class NotImported(Exception):
    """Raised if nothing was written; the message gives the reason."""


def import_folder(
    source: str, folder: Path, *, release: str, dry_run: bool, progress: Callable[[int], None]
) -> ImportOutcome:
    """Makes the classification match the files of the folder, and suggests mappings to it. Raises NotImported."""
    reader = READERS[source]
    left_out: Counter[str] = Counter()
    try:
        report = load(
            source=source,
            release=release,
            entries=reader.read(folder, left_out),
            now=timezone.now(),
            dry_run=dry_run,
            progress=progress,
        )
    except (TableError, EmptyRelease) as error:
        raise NotImported(f"{error}; nothing was written.") from error
    except AlreadyRunning as error:
        raise NotImported("Another import is running; nothing was written.") from error
    except DatabaseError as error:
        raise NotImported(f"The database rejected it; nothing was written: {str(error).splitlines()[0]}") from error
    return ImportOutcome(report, left_out, None if dry_run else mappings.suggest(source))


READERS: Mapping[str, Any] = {Source.ESCO: esco, Source.ONET: onet}


class ImportCommand(BaseCommand):
    source: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with the unpacked files")
        parser.add_argument("--dry-run", action="store_true", help="only report what would change")
        parser.add_argument("--release", help="the release, if the folder does not state it", default="")

    def handle(self, *args: Any, folder: Path, dry_run: bool, release: str, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder.")
        shown = release or READERS[self.source].release_of(folder)
        self.stdout.write(f"release {shown or 'not known'}")
        try:
            outcome = import_folder(self.source, folder, release=shown, dry_run=dry_run, progress=self.progress)
        except NotImported as error:
            raise CommandError(str(error)) from error
        if self.stderr.isatty():
            self.stderr.write("")
        for line in outcome.lines():
            self.stdout.write(line)

    def progress(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} entries", ending="")
        elif done % LINE_EVERY == 0:
            self.stderr.write(f"{done} entries")


BATCH = 1_000
WRITTEN = ("kind", "label", "alternative_labels", "description", "texts", "release", "removed_at", "digest")


class AlreadyRunning(Exception):
    """Raised if another import is writing at this moment."""


class EmptyRelease(Exception):
    """Raised if the files have no entries, or none of a kind that the classification has: the release was not packed
    correctly."""


@dataclass(slots=True)
class ImportReport:
    """Numbers of entries. An entry whose links or ratings differ counts as changed; an entry that returns after a release without
    it counts as added."""

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
) -> ImportReport:
    """Makes the classification match `entries`, in one transaction; with `dry_run`, it only reports what would change.

    The entries are read once, in batches; `progress` is called with the number of entries done. Entries that are missing are kept
    as removed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('taxonomies'))")
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
    stored = list(
        TaxonomyEntry.objects.filter(source=source).values_list("identifier", "pk", "digest", "removed_at", "kind")
    )
    before = {identifier: (pk, digest, removed_at is None) for identifier, pk, digest, removed_at, _kind in stored}
    lost = {kind for _identifier, _pk, _digest, removed_at, kind in stored if removed_at is None}
    ids = {identifier: pk for identifier, (pk, _, _) in before.items()}
    gone = {identifier for identifier, (_, _, there) in before.items() if there}
    report, done = ImportReport(), 0
    linked: list[Entry] = []  # entries whose links and ratings are written once everything they refer to exists
    for batch in batched(entries, BATCH):
        touched = []
        for entry in batch:
            gone.discard(entry.identifier)
            lost.discard(entry.kind)
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
    if not done:
        raise EmptyRelease("There is no entry in these files")
    if lost:
        names = ", ".join(str(TaxonomyEntry.EntryKind(kind).label) for kind in sorted(lost))
        raise EmptyRelease(f"These files have no entries of a kind that the last release had: {names}")
    report.removed = len(gone)
    if dry_run:
        return report
    for part in batched(linked, BATCH):
        _connect(part, ids)
    TaxonomyEntry.objects.filter(pk__in=[ids[identifier] for identifier in gone]).update(removed_at=now)
    TaxonomyEntry.objects.current().filter(source=source).exclude(release=release).update(release=release)
    return report


def _write(source: str, release: str, touched: Sequence[tuple[Entry, str]]) -> dict[str, int]:
    """Writes the rows of the entries and their names. Returns {identifier: primary key}."""
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
        preferred = spelling_keys(row.label)
        others = {key for label in row.alternative_labels for key in spelling_keys(label)} - preferred
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
