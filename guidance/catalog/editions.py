"""Editions: everything that each revision published. All processes serve the same edition, and it stays readable for a while
after the next one is created.

The first process that sees a new revision creates its edition. It compares a digest (a mark) of each API response with the
previous edition's. If the response for a record differs, the record gets the time of the revision, and is added to the changes
unless it is listed there. That happens, for example, if the response contains the name of a renamed record, or if a slug now
leads elsewhere. So the changes between two editions are all the differences between them, whatever caused them (decision 45).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from guidance.catalog import contents
from guidance.catalog.contents import Content
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import Change, Edition
from guidance.catalog.redirects import Key

KEPT = timedelta(hours=1)  # minimum time after an edition has been replaced
LEADS_TO = ">"  # first character of the mark of a slug that leads to another slug, which follows

type Marks = Mapping[Key, str]  # for every URL of the API: a digest of its response, or where it redirects to
type Published = tuple[int, datetime | None, Content]  # revision, its time, and what it published


def find(revision: int) -> Published | None:
    """Returns the edition of a revision; None if there is none yet, or if it has been deleted."""
    row = Edition.objects.filter(revision=revision).values_list("revision__at", "content").first()
    return (revision, row[0], contents.decode(bytes(row[1]))) if row else None


def newest(marks_of: Callable[[int, datetime, Content], Marks]) -> Published:
    """Returns the edition of the newest revision, creating it if needed. An empty catalogue has no revision and is not stored."""
    revision, at = contents.latest()
    return (at and find(revision)) or _make(marks_of)


@transaction.atomic
def _make(marks_of: Callable[[int, datetime, Content], Marks]) -> Published:
    with (
        connection.cursor() as cursor
    ):  # only processes that want to create the edition wait for this lock; writers do not
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('edition'))")
    revision, at = contents.latest()
    if at and (made := find(revision)):  # another process created it while this one was waiting
        return made
    revision, at, content = contents.read()
    if at is None:
        return revision, at, content
    marks = marks_of(revision, at, content)
    before = Edition.objects.order_by("-revision_id").values_list("revision_id", "marks").first()
    if before is None:
        dates = {key: content.kinds[key[0]][key[1]].updated_at for key, mark in marks.items() if not _leads(mark)}
    else:
        known = {(kind, slug): (mark, date) for kind, slug, mark, date in contents.unpack(bytes(before[1]))}
        dates = {
            key: datetime.fromisoformat(known[key][1]) if known.get(key, ("",))[0] == mark else at
            for key, mark in marks.items()
            if not _leads(mark)
        }
        _list_what_follows((before[0], {key: mark for key, (mark, _date) in known.items()}), (revision, marks), content)
    content = content.with_dates(dates)
    Edition.objects.filter(replaced_at=None).update(replaced_at=timezone.now())
    Edition.objects.filter(replaced_at__lt=timezone.now() - KEPT).delete()
    Edition.objects.create(
        revision_id=revision,
        content=contents.encode(content),
        marks=contents.pack(
            [[*key, mark, dates[key].isoformat() if key in dates else ""] for key, mark in marks.items()]
        ),
    )
    return revision, at, content


def _leads(mark: str) -> bool:
    return mark.startswith(LEADS_TO)


def _list_what_follows(before: tuple[int, Marks], now: tuple[int, Marks], content: Content) -> None:
    """Adds to the revision's changes any difference from the previous edition that is not listed, and corrects changes with the
    wrong type, such as an edit of a record that is hidden."""
    revision = now[0]
    changes = Change.objects.filter(revision__gt=before[0], revision__lte=revision).order_by("revision_id", "pk")
    listed = {(change.kind, change.slug): change for change in changes if KINDS[change.kind].PUBLIC}
    added, corrected = [], []
    for key, kind_of_change, into in _outcomes(before[1], now[1], listed):
        last = listed.get(key)
        if last is not None and _says(last, kind_of_change, into):
            continue
        if last is not None and last.revision_id == revision:
            last.change, last.into = kind_of_change, into
            corrected.append(last)
        else:
            summary = _summary(key, kind_of_change, into, content)
            added.append(
                Change(
                    revision_id=revision,
                    kind=key[0],
                    slug=key[1],
                    change=kind_of_change,
                    into=into,
                    summary=summary[:300],
                    derived=True,
                )
            )
    Change.objects.bulk_create(added)
    Change.objects.bulk_update(corrected, ["change", "into"])


def _outcomes(before: Marks, now: Marks, listed: Collection[Key]) -> Iterator[tuple[Key, str, str]]:
    """For each URL whose response differs, and each listed change, yields the record, what happened to it, and where it
    leads."""
    for key in sorted({*before, *now, *listed}):
        old, new = before.get(key), now.get(key)
        if old == new and key not in listed:
            continue
        if new is None:
            yield key, Change.ChangeType.RETIRED, ""
        elif _leads(new):
            yield key, Change.ChangeType.MERGED, new.removeprefix(LEADS_TO)
        elif old is None or _leads(old):
            yield key, Change.ChangeType.PUBLISHED, ""
        else:
            yield key, Change.ChangeType.UPDATED, ""


def _says(change: Change, kind_of_change: str, into: str) -> bool:
    """Returns whether a mirror that follows the listed change ends in the right state, even if the type of change differs."""
    there = {Change.ChangeType.PUBLISHED, Change.ChangeType.UPDATED}
    return (change.change, change.into) == (kind_of_change, into) or (
        change.change in there and kind_of_change in there
    )


def _summary(key: Key, kind_of_change: str, into: str, content: Content) -> str:
    kind, slug = key
    if kind_of_change == Change.ChangeType.RETIRED:
        return f"{slug} is no longer part of the catalogue."
    name = content.kinds[kind][into or slug].data["name"]
    if kind_of_change == Change.ChangeType.MERGED:
        return f"{slug} now leads to {name}."
    if kind_of_change == Change.ChangeType.PUBLISHED:
        return f"{name} is now part of the catalogue."
    return f"{name}: changed because it shows content of another record that changed."
