"""The history of the records: versions, revisions with their changes, and redirects; and the lock that protects writes.

Every writer (the loader of packs, the admin, an import) ends its transaction with `commit`. That stores a version of each changed record
and, if published content changed, one revision with its changes, and updates the search index.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from guidance.catalog import redirects, references, search
from guidance.catalog.documents import Document, caching_documents, canonical, parse, render
from guidance.catalog.kinds import fields_of
from guidance.catalog.models import (
    RECORD_MODELS,
    Change,
    Kind,
    Record,
    Redirect,
    Resource,
    Revision,
    Status,
    Version,
)
from guidance.catalog.rows import Ids, Owned, Slugs, columns_of, copy_in, data_of, links_of, stored_rows

# What readers see as the name of a changed field, if its key is not clear.
TOLD = {
    "apply_after": "when to apply",
    "external": "identifiers",
    "long_because": "why it is long",
    "proves": "proven levels",
    "tldr": "summary in short",
    "url": "address",
}
ATTEMPTS = 3  # number of attempts to read the catalogue without the lock


def lock() -> None:
    """Locks the catalogue against other writers until this transaction ends. Every writer calls this first; a second call does
    no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog'))")


def look_then_write[Found, Done](
    look: Callable[[], Found], write: Callable[[Found], Done], state: Callable[[], object]
) -> Done:
    """Writes what `look` found, and returns what `write` returns. Only `write` holds the lock, and only if `state` is the same as before
    `look`. If someone else changes the catalogue during every attempt, the last `look` runs under the lock."""
    with caching_documents():
        for _attempt in range(ATTEMPTS):
            seen = state()
            found = look()
            with transaction.atomic():
                lock()
                if state() == seen:
                    return write(found)
        with transaction.atomic():
            lock()
            return write(look())


def state() -> tuple[int, ...]:
    """Returns a value that changes with every version and every revision: it shows whether data that was read without the lock
    is still valid."""
    found = Version.objects.aggregate(newest=models.Max("pk"), count=models.Count("pk"))
    return found["newest"] or 0, found["count"], _newest_revision()


def all_ids() -> dict[tuple[str, str], int]:
    rows = [
        model.objects.order_by().values_list(models.Value(str(kind)), "slug", "pk")
        for kind, model in RECORD_MODELS.items()
    ]
    return {(kind, slug): pk for kind, slug, pk in rows[0].union(*rows[1:], all=True).order_by()}


# --- Documents


def documents_of(kind: str, records: Sequence[Record], slugs: Slugs | None = None) -> list[Document]:
    """Returns the documents of records of one kind, in their order. `slugs` has the slugs of all records, if they were already
    read."""
    keys = [record.pk for record in records]
    old_slugs: defaultdict[int, list[str]] = defaultdict(list)
    for slug, pk in Redirect.objects.filter(kind=kind, record_id__in=keys).values_list("slug", "record_id"):
        old_slugs[pk].append(slug)
    owned = stored_rows(kind, keys)
    slugs = slugs_of(all_ids()) if slugs is None else slugs
    return [as_document(record, owned, slugs, old_slugs[record.pk]) for record in records]


def slugs_of(ids: Ids) -> Slugs:
    return {(kind, pk): slug for (kind, slug), pk in ids.items()}


def as_document(record: Record, owned: Owned, slugs: Slugs, old_slugs: Iterable[str]) -> Document:
    """Returns the document of a record that exists or is to be created, from its row and the rows that belong to it."""
    data = data_of(record, owned, slugs)
    if record.status != Status.PUBLISHED:
        data["status"] = str(record.status)
    if former := sorted(old_slugs):
        data["formerly"] = former
    body = record.body.replace("\r\n", "\n").strip("\n")
    return Document(record.KIND, record.slug, canonical(record.KIND, data), body + "\n" if body else "")


# --- Versions, revisions, redirects


def latest(kind: str | None = None, record_ids: Iterable[int] | None = None) -> dict[tuple[str, int], Version]:
    """Returns the newest version of each record; with arguments, only for one kind or for these records."""
    versions = Version.objects.order_by("kind", "record_id", "-number").distinct("kind", "record_id")
    if kind is not None:
        versions = versions.filter(kind=kind)
    if record_ids is not None:
        versions = versions.filter(record_id__in=list(record_ids))
    return {(version.kind, version.record_id): version for version in versions}


def version_numbers(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Returns the number of the newest version of each of these records (kind, primary key), with one statement for each kind."""
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in records:
        by_kind[kind].append(pk)
    return {
        (kind, pk): number
        for kind, keys in by_kind.items()
        for pk, number in Version.objects.filter(kind=kind, record_id__in=keys)
        .order_by("record_id")
        .values_list("record_id")
        .annotate(models.Max("number"))
    }


def problems(record: Record) -> list[str]:
    """Returns the reasons why the record's current rows may not be saved with its status; empty if they may."""
    if record.status == Status.PUBLISHED:
        _, problems = parse(render(documents_of(record.KIND, [record])[0]), kind=record.KIND, slug=record.slug)
        return [problem.message for problem in problems]
    return [f"{owner} needs it and is published" for owner in users(record, public=True)]


def users(record: Record, *, public: bool = False) -> list[Record]:
    """Returns the records whose rows refer to this one; with `public`, only published records that need it or say something
    about it."""
    users: dict[tuple[str, int], Record] = {}
    for kind, model in RECORD_MODELS.items():
        for stored in columns_of(kind):
            if stored.kinds == (record.KIND,) and (stored.field.required or not public):
                among = model.objects.published() if public else model.objects.all()
                for user in among.filter(**{stored.names[0]: record.pk}):
                    users[kind, user.pk] = user
        for link in links_of(kind):
            for name, named in zip(link.names, link.kinds, strict=True):
                if named == record.KIND:
                    rows = link.model._default_manager.filter(**{name: record.pk})
                    if public:
                        rows = rows.filter(**{f"{link.owner}__status": Status.PUBLISHED})
                    for row in rows.select_related(link.owner):
                        user = getattr(row, link.owner)
                        users[kind, user.pk] = user
    return list(users.values())


def diff(before: str, after: str) -> str:
    """Returns what changed between two documents, as a unified diff without its header."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(list(lines)[2:])


@dataclass
class WriteResult:
    """What a write adds to the rows of records: versions, changes to published content, and names for the search."""

    versions: list[Version] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # By kind: the names by which each record is found, the record's own name first, and the records that are no longer found.
    shown: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    hidden: dict[str, list[int]] = field(default_factory=dict)

    def add(self, record: Record, document: Document, old: Version | None, **about: Any) -> bool:
        """Adds the record if it differs from its newest version, and returns whether it does. `about` has fields of the new
        version."""
        content = render(document)
        if old is not None and old.document == content and old.slug == record.slug:
            return False
        self.versions.append(
            Version(
                kind=record.KIND,
                record_id=record.pk,
                slug=record.slug,
                number=old.number + 1 if old else 1,
                document=content,
                **about,
            )
        )
        previous = parse(old.document, kind=old.kind, slug=old.slug)[0] if old else None
        change = _change(record, document, previous)
        if change is not None:
            self.changes.append(change)
        if document.published:
            aliases = [references.alias_name(alias) for alias in document.data.get("aliases", [])]
            self.shown.setdefault(record.KIND, {})[record.pk] = [record.name, *aliases]
        else:
            self.hidden.setdefault(record.KIND, []).append(record.pk)
        return True

    def merge(self, kind: str, slug: str, into: str, called: Mapping[tuple[str, str], str]) -> None:
        """Lists the record as merged into another one; `called` has the names by kind and slug."""
        self.changes = [change for change in self.changes if (change.kind, change.slug) != (kind, slug)]
        summary = f"{called[kind, slug]} is now part of {called[kind, into]}."[:300]
        self.changes.append(
            Change(kind=kind, slug=slug, change=Change.ChangeType.MERGED, into=into, summary=summary, matters=True)
        )


def save_result(result: WriteResult) -> Revision | None:
    """Writes the versions, changes and names. Returns the new revision, or None if nothing that is or was public changed."""
    copy_in(result.versions)
    for kind, shown in result.shown.items():
        search.index(kind, shown)
    for kind, hidden in result.hidden.items():
        search.forget(kind, hidden)
    return _revise(result.changes) if result.changes else None


@transaction.atomic
def commit(
    records: Sequence[Record],
    *,
    source: str,
    author: User | None = None,
    merged: Mapping[tuple[str, str], str] = MappingProxyType({}),
    followers: Collection[tuple[str, int]] = (),
) -> Revision | None:
    """Stores a version of every record that differs from its newest one, and publishes public changes.

    `followers` (kind and key) are records that no one edited; they only show another record's new name. `merged` maps (kind,
    slug that no longer exists) to the slug it was merged into. Returns the new revision, or None if nothing that is or was
    public changed. Must run in the transaction that changed the records.
    """
    by_kind: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.KIND].append(record)
    now = timezone.now()
    result = WriteResult()
    for kind, group in by_kind.items():
        before = latest(kind, [record.pk for record in group])
        old_slugs = redirects.stored(kind)
        redirects.save(old_slugs, redirects.after(old_slugs, group, before))
        touched = [
            record.pk
            for record, document in zip(group, documents_of(kind, group), strict=True)
            if result.add(
                record,
                document,
                before.get((kind, record.pk)),
                source=Version.VersionSource.FOLLOWS if (kind, record.pk) in followers else source,
                author=author,
                at=now,
            )
        ]
        RECORD_MODELS[kind].objects.filter(pk__in=touched).update(updated_at=now)
    called = {(str(record.KIND), record.slug): record.name for record in records}
    for (kind, slug), into in merged.items():
        result.merge(kind, slug, into, called)
    return save_result(result)


@transaction.atomic
def set_dead(*, resource: int, address: str, dead: bool) -> Revision | None:
    """Hides a resource with a dead link from the public, or shows it again. Its status and document do not change, so no
    version is stored. Does nothing if someone has since entered another address. Returns the revision, or None if nothing
    public changed."""
    lock()
    record = Resource.objects.select_for_update().get(pk=resource)
    if record.url != address or record.is_dead == dead:
        return None
    record.dead_address, record.updated_at = address if dead else "", timezone.now()
    record.save(update_fields=["dead_address", "updated_at"])
    if record.status != Status.PUBLISHED:
        return None
    search.index(Kind.RESOURCE, {record.pk: [record.name]})
    change = Change(kind=Kind.RESOURCE, slug=record.slug)
    if dead:
        change.change, summary = (
            Change.ChangeType.RETIRED,
            f"{record.name}: its link is dead; it will be shown again when the link works.",
        )
    else:
        change.change, summary = Change.ChangeType.PUBLISHED, f"{record.name}: its link works again."
    change.summary = summary[:300]
    return _revise([change])


def _revise(changes: list[Change]) -> Revision:
    lock()  # no one else numbers a revision until this transaction ends, so numbers become visible in order
    revision = Revision.objects.create(number=_newest_revision() + 1)
    for change in changes:
        change.revision = revision
    copy_in(changes)
    return revision


def _newest_revision() -> int:
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _change(record: Record, document: Document, previous: Document | None) -> Change | None:
    was_public = previous is not None and previous.published
    if not was_public and not document.published:
        return None
    change = Change(kind=record.KIND, slug=record.slug)
    if not was_public:
        change.change, change.summary = Change.ChangeType.PUBLISHED, f"New: {record.name}."
    elif not document.published:
        change.change, change.summary = Change.ChangeType.RETIRED, f"{record.name} is no longer part of the catalogue."
        change.matters = True
    else:
        assert previous is not None
        keys = [key for key in {**previous.data, **document.data} if previous.data.get(key) != document.data.get(key)]
        if previous.body != document.body:
            keys.append("text")
        words = ", ".join(TOLD.get(key, key.replace("_", " ")) for key in keys if key != "formerly") or "address"
        change.change, change.summary = Change.ChangeType.UPDATED, f"{record.name}: {words} changed."
        fields = fields_of(record.KIND)
        change.matters = any(fields[key].in_plans for key in keys if key in fields)
    change.summary = change.summary[:300]
    return change
