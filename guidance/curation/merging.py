"""Merging, renaming and retiring records: what it would do, doing it, and taking it back.

Everything is worked out on the documents of the whole catalogue, the same way for every kind of record: `plan` reads and
writes nothing, `apply` does what was planned, `undo` puts back the documents as they were. What learners did stays where it
is and counts for the record that took in the other (decision 0009), so that nothing of theirs has to be moved or moved
back.

Why something cannot be done are the problems that the catalogue would have and does not have now.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import record_store, references, writing
from guidance.catalog.documents import Document, checked, parse, remembering, render
from guidance.catalog.fields import is_slug
from guidance.catalog.models import (
    RECORD_MODELS,
    Change,
    Kind,
    Record,
    Redirect,
    Revision,
    Status,
    Version,
)
from guidance.catalog.names import alias_name
from guidance.catalog.pack import Pack, validate
from guidance.catalog.search import normalise
from guidance.curation import impact, record_documents
from guidance.curation.differences import Difference, differences
from guidance.curation.impact import Reach
from guidance.curation.models import Operation, Proposal
from guidance.progress import services

MERGE, RENAME, RETIRE = Operation.What.MERGE, Operation.What.RENAME, Operation.What.RETIRE
SETTLING = timedelta(minutes=5)
LONGEST_SLUG, LONGEST_NAME, LONGEST_ALIAS = 80, 200, 100

type Key = tuple[str, str]  # kind and slug


class Refused(Exception):
    """It cannot be done, or not any more; `objections` say why. Nothing was written."""

    def __init__(self, objections: Sequence[str]) -> None:
        self.objections = list(objections)
        super().__init__("\n".join(self.objections))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do with a record."""

    what: str
    kind: str
    slug: str
    into: str = ""  # the slug of the record that takes this one in, or the new slug of this one
    name: str = ""  # the new one
    keep_name: bool = True  # as an alias, of a skill that is renamed


@dataclass(frozen=True, slots=True)
class Touched:
    """A record as it is and as it would be."""

    record_id: int
    before: Document
    after: Document

    @property
    def differences(self) -> list[Difference]:
        return differences(self.before, self.after)

    @property
    def name(self) -> str:
        return str(self.before.data.get("name", self.before.slug))


@dataclass(frozen=True)
class Plan:
    """What a wish would do."""

    wish: Wish
    touched: Sequence[Touched]  # the record itself first, then what takes it in
    reach: Reach  # of the record among learners
    waiting: Sequence[Proposal]  # changes of what is touched, whose authors would have to look at them again
    objections: Sequence[str]  # why it cannot be done
    mended: Sequence[str] = ()  # what is wrong with the catalogue now and would not be

    @cached_property
    def digest(self) -> str:
        """Names exactly this plan: what is done is what was shown."""
        rows = [[one.record_id, render(one.before), one.after.slug, render(one.after)] for one in self.touched]
        return hashlib.sha256(json.dumps([asdict(self.wish), rows]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Found:
    record_id: int
    document: Document


# What it would do


def plan_merge(kind: str, slug: str, into: str) -> Plan:
    """Of `slug` with `into`, which takes over its names, its addresses and whatever names it."""
    return plan(Wish(MERGE, kind, slug, into))


def plan_rename(kind: str, slug: str, new_slug: str, name: str, *, keep_name: bool = True) -> Plan:
    return plan(Wish(RENAME, kind, slug, new_slug, name, keep_name))


def plan_retire(kind: str, slug: str, successor: str = "") -> Plan:
    """Without a successor it is taken out of all that names it, and what is about nothing else retires with it."""
    return plan_merge(kind, slug, successor) if successor else plan(Wish(RETIRE, kind, slug))


def plan(wish: Wish) -> Plan:
    """Reads the catalogue as the database has it at this moment. The number of statements depends on nothing."""
    there = _catalogue()
    me = there.get((wish.kind, wish.slug))
    objections = list(_unfit(wish, there))
    if me is None or objections:
        return Plan(wish, (), Reach(()), (), objections)
    work_out = {MERGE: _merged, RENAME: _renamed, RETIRE: _retired}[Operation.What(wish.what)]
    after = {key: _canonical(document) for key, document in work_out(wish, there).items()}
    before = {key: found.document for key, found in there.items()}
    # What becomes part of another record is no record of an export any more.
    gone = {(wish.kind, wish.slug)} if wish.what == MERGE else set()
    objections, mended = _compared(before, after, gone)
    touched = [Touched(there[key].record_id, there[key].document, document) for key, document in after.items()]
    first = [(wish.kind, wish.slug), (wish.kind, wish.into)]
    touched.sort(key=lambda one: first.index(_key(one.before)) if _key(one.before) in first else len(first))
    return Plan(wish, touched, _reach(wish, there), _waiting(touched), objections, mended)


def _catalogue() -> dict[Key, _Found]:
    """All records but those that are part of another one: as an export has them."""
    redirected = set(Redirect.objects.values_list("kind", "slug"))
    found: dict[Key, _Found] = {}
    for kind, model in RECORD_MODELS.items():
        records = [record for record in model.objects.order_by("pk") if (kind, record.slug) not in redirected]
        for record, document in zip(records, record_store.documents_of(kind, records), strict=True):
            found[kind, record.slug] = _Found(record.pk, replace(document, file=f"{kind} {record.slug}"))
    return found


def _unfit(wish: Wish, there: Mapping[Key, _Found]) -> Iterator[str]:
    """Why the wish makes no sense, whatever the rest of the catalogue is like."""
    me = there.get((wish.kind, wish.slug))
    if me is None:
        yield _("“{slug}” is part of another record already, or there is no such record.").format(slug=wish.slug)
        return
    if wish.what == RENAME:
        yield from _unfit_name(wish, me, there)
        return
    if not me.document.published:
        yield _("“{slug}” is not published.").format(slug=wish.slug)
    if Proposal.objects.open().filter(kind=wish.kind, record_id=me.record_id).exists():
        yield _("A change of “{slug}” is waiting. Publish, refuse or withdraw it first.").format(slug=wish.slug)
    if wish.what == MERGE:
        other = there.get((wish.kind, wish.into))
        if wish.into == wish.slug:
            yield _("A record cannot become part of itself.")
        elif other is None or not other.document.published:
            yield _("“{slug}” is not published.").format(slug=wish.into)


def _unfit_name(wish: Wish, me: _Found, there: Mapping[Key, _Found]) -> Iterator[str]:
    name = " ".join(wish.name.split())
    if me.document.status == Status.RETIRED:
        yield _("“{slug}” is retired.").format(slug=wish.slug)
    if not is_slug(wish.into):
        yield _("“{slug}” cannot be a slug: lower-case letters, digits and single hyphens.").format(slug=wish.into)
    if not 0 < len(name) <= LONGEST_NAME:
        yield _("A name has 1 to {most} characters.").format(most=LONGEST_NAME)
    if wish.into == wish.slug and name == me.document.data.get("name"):
        yield _("That is what it is called now.")
    if wish.into != wish.slug:
        if RECORD_MODELS[wish.kind].objects.filter(slug=wish.into).exists():
            yield _("“{slug}” is the slug of another record.").format(slug=wish.into)
        elif Redirect.objects.filter(kind=wish.kind, slug=wish.into).exclude(record_id=me.record_id).exists():
            yield _("“{slug}” leads to another record, which was called so once.").format(slug=wish.into)


def _merged(wish: Wish, there: Mapping[Key, _Found]) -> dict[Key, Document]:
    kind, old, new = wish.kind, wish.slug, wish.into
    me, other = there[kind, old].document, there[kind, new].document
    after = {
        key: references.repoint(found.document, kind, old, new)
        for key, found in there.items()
        if key != (kind, old) and references.names(found.document, kind, old)
    }
    data = dict(after.get((kind, new), other).data)
    if kind == Kind.SKILL:
        data["aliases"] = _names_of_both(me, other)
    identifiers = {
        name: list(dict.fromkeys([*other.data.get("external", {}).get(name, []), *values]))
        for name, values in me.data.get("external", {}).items()
    }
    data["external"] = other.data.get("external", {}) | identifiers
    data["formerly"] = sorted({*other.data.get("formerly", []), *me.data.get("formerly", []), old})
    after[kind, new] = replace(after.get((kind, new), other), data=data)
    # Its names and its addresses are the other's from now on.
    left = {key: value for key, value in me.data.items() if key not in {"aliases", "formerly"}}
    after[kind, old] = replace(me, data=left | {"status": str(Status.RETIRED)})
    return after


def _names_of_both(me: Document, other: Document) -> list[Any]:
    aliases = list(other.data.get("aliases", []))
    taken = {normalise(name) for name in (other.data["name"], *map(alias_name, aliases))}
    for alias in (me.data["name"], *me.data.get("aliases", [])):
        name = alias_name(alias)
        if normalise(name) not in taken and len(name) <= LONGEST_ALIAS:
            taken.add(normalise(name))
            aliases.append(alias)
    return aliases


def _renamed(wish: Wish, there: Mapping[Key, _Found]) -> dict[Key, Document]:
    kind, old, new = wish.kind, wish.slug, wish.into
    me = there[kind, old].document
    after: dict[Key, Document] = {}
    data = dict(me.data) | {"name": " ".join(wish.name.split())}
    if new != old:
        after = {
            key: references.repoint(found.document, kind, old, new)
            for key, found in there.items()
            if references.names(found.document, kind, old)
        }
        data["formerly"] = sorted({*me.data.get("formerly", []), old} - {new})
    if kind == Kind.SKILL:
        named = normalise(data["name"])
        aliases = [alias for alias in me.data.get("aliases", []) if normalise(alias_name(alias)) != named]
        known = {named, *(normalise(alias_name(alias)) for alias in aliases)}
        if wish.keep_name and normalise(me.data["name"]) not in known and len(me.data["name"]) <= LONGEST_ALIAS:
            aliases.append(me.data["name"])
        data["aliases"] = aliases
    body = after[kind, old].body if (kind, old) in after else me.body
    after[kind, old] = replace(me, slug=new, data=data, body=body)
    return after


def _retired(wish: Wish, there: Mapping[Key, _Found]) -> dict[Key, Document]:
    kind, slug = wish.kind, wish.slug
    after: dict[Key, Document] = {}
    for key, found in there.items():
        document = found.document
        if key == (kind, slug) or document.status == Status.RETIRED:
            continue
        without = references.leave_out(document, kind, slug)
        subject = references.SUBJECT.get(document.kind)
        if document.published and subject in document.data and subject not in without.data:
            without = _as_retired(document)
        if without != document:
            after[key] = without
    after[kind, slug] = _as_retired(there[kind, slug].document)
    return after


def _as_retired(document: Document) -> Document:
    return replace(document, data=document.data | {"status": str(Status.RETIRED)})


def _canonical(document: Document) -> Document:
    """With its keys in their order and without those that say nothing."""
    given = {key: value for key, value in document.data.items() if value not in (None, "", [], {})}
    return replace(document, data=checked(document.kind, given)[0])


def _compared(
    before: Mapping[Key, Document], after: Mapping[Key, Document], gone: Iterable[Key]
) -> tuple[list[str], list[str]]:
    """What would be wrong with the catalogue and is not now, and what is wrong now and would not be. `after` has the
    documents that change."""
    removed = set(gone)
    then = [after.get(key, document) for key, document in before.items() if key not in removed]
    then += [document for key, document in after.items() if key not in before]
    changing = [document for key, document in before.items() if key in after]
    now_wrong = Counter(_problems(list(before.values()), changing))
    then_wrong = Counter(_problems(then, [document for key, document in after.items() if key not in removed]))
    return list((then_wrong - now_wrong).elements()), list((now_wrong - then_wrong).elements())


def _problems(documents: Sequence[Document], closely: Iterable[Document]) -> list[str]:
    """Of the catalogue as a whole, and of some documents by themselves."""
    contents = {(document.kind, document.slug): "" for document in documents}
    found = [(problem.file, problem.message) for problem in validate(Pack(Path(), documents, contents, []))]
    for document in closely:
        found += [(document.file, message) for _where, message in checked(document.kind, document.data)[1]]
    return [f"{file}: {message}" for file, message in found]


def _key(document: Document) -> Key:
    return document.kind, document.slug


def _waiting(touched: Sequence[Touched]) -> list[Proposal]:
    keys = {(one.before.kind, one.record_id) for one in touched}
    waiting = Proposal.objects.open().select_related("author").order_by("pk")
    return [proposal for proposal in waiting if (proposal.kind, proposal.record_id) in keys]


def _reach(wish: Wish, there: Mapping[Key, _Found]) -> Reach:
    me = there[wish.kind, wish.slug]
    other = there.get((wish.kind, wish.into)) if wish.what == MERGE else None
    published = [found.document for found in there.values() if found.document.published]
    needs = {d.slug: d.data.get("prerequisites", {}) for d in published if d.kind == Kind.SKILL}
    roles = {d.slug: d.data.get("requirements", {}) for d in published if d.kind == Kind.ROLE}
    return impact.of(
        wish.kind,
        [me.record_id],
        [other.record_id] if other else (),
        roles=impact.roles_on_the_way(wish.slug, needs, roles) if wish.kind == Kind.SKILL else (),
    )


# Doing it


def apply(wish: Wish, digest: str, *, by: User, now: datetime, note: str = "") -> Operation:
    """Do what the plan with this digest said, and nothing else: raises Refused when there are objections, or when the
    catalogue is not what it was when the plan was made."""
    with remembering():
        state, fresh = record_documents.state(), plan(wish)  # before the lock: it reads the whole catalogue
        with transaction.atomic():
            record_store.lock()
            if record_documents.state() != state:
                fresh = plan(wish)
            return _apply(wish, fresh, digest, by=by, now=now, note=note)


def _apply(wish: Wish, fresh: Plan, digest: str, *, by: User, now: datetime, note: str) -> Operation:
    if fresh.objections:
        raise Refused(fresh.objections)
    if fresh.digest != digest:
        raise Refused([_("The catalogue has changed since this was shown. Look at it again.")])
    me = fresh.touched[0]
    redirects: list[str] = []
    if wish.what == MERGE:
        into = next(one.record_id for one in fresh.touched if _key(one.before) == (wish.kind, wish.into))
        moved = Redirect.objects.filter(kind=wish.kind, record_id=me.record_id)
        redirects = sorted(moved.values_list("slug", flat=True))
        moved.update(record_id=into)
        Redirect.objects.update_or_create(kind=wish.kind, slug=wish.slug, defaults={"record_id": into})
    renamed = {(one.after.kind, one.after.slug): one.before.slug for one in fresh.touched}
    records = writing.write([one.after for one in fresh.touched], renamed)
    merged = {(wish.kind, wish.slug): wish.into} if wish.what == MERGE else {}
    revision = record_store.commit(records, source=Version.VersionSource.CURATOR, author=by, merged=merged)
    if revision is not None:
        _keep_quiet(revision, wish, [one.before for one in fresh.touched])
    newest = _newest((one.before.kind, one.record_id) for one in fresh.touched)
    return Operation.objects.create(
        what=wish.what,
        kind=wish.kind,
        record_id=me.record_id,
        slug=wish.slug,
        name=me.name,
        into=wish.into,
        touched=[
            {
                "kind": str(one.before.kind),
                "record": one.record_id,
                "name": one.name,
                "slugs": [one.before.slug, one.after.slug],
                "documents": [render(one.before), newest[one.before.kind, one.record_id].document],
                "version": newest[one.before.kind, one.record_id].number,
            }
            for one in fresh.touched
        ],
        redirects=redirects,
        mended=list(fresh.mended),
        revision=revision.number if revision else None,
        by=by,
        at=now,
        note=note,
    )


def _keep_quiet(revision: Revision, wish: Wish | Operation, before: Iterable[Document]) -> None:
    """What only calls the record by its other name is the same as ever: nobody is told of it beside of the record."""
    if wish.what == RETIRE:
        return
    own = {(wish.kind, wish.slug), (wish.kind, wish.into)}
    same = Q()
    for document in before:
        both = wish.what == MERGE and references.names(document, wish.kind, wish.into)
        if _key(document) not in own and not both:
            same |= Q(kind=document.kind, slug=document.slug)
    if same:
        revision.changes.filter(same).update(matters=False)


def _newest(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Version]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, record_id in records:
        by_kind[str(kind)].append(record_id)
    found: dict[tuple[str, int], Version] = {}
    for kind, ids in by_kind.items():
        found |= record_store.latest(kind, ids)
    return found


# Taking it back


def objections_to_undo(operation: Operation) -> list[str]:
    """Why it cannot be taken back any more: everything that it touched and somebody changed since, or else what would be
    wrong with the catalogue."""
    if operation.undone_at is not None:
        return [_("This is undone already.")]
    newest = _newest((item["kind"], item["record"]) for item in operation.touched)
    changed = []
    for item in operation.touched:
        version = newest.get((item["kind"], item["record"]))
        called = f"{Kind(item['kind']).label} {item['slugs'][1]}"
        if version is None:
            changed.append(_("{record} is deleted.").format(record=called))
        elif version.number != item["version"]:
            changed.append(
                _("{record} was changed since: version {number} came after {known}.").format(
                    record=called, number=version.number, known=item["version"]
                )
            )
    if changed:
        return changed
    before = {key: found.document for key, found in _catalogue().items()}
    after = {(document.kind, document.slug): document for document in _as_they_were(operation)}
    gone = {(item["kind"], item["slugs"][1]) for item in operation.touched} - after.keys()
    wrong, _mended = _compared(before, after, gone)
    # What was wrong before will be again: that is as it was.
    return list((Counter(wrong) - Counter(operation.mended)).elements())


def _as_they_were(operation: Operation) -> list[Document]:
    documents = []
    for item in operation.touched:
        kind, slug = item["kind"], item["slugs"][0]
        document, _problems = parse(item["documents"][0], kind=kind, slug=slug, file=f"{kind} {slug}")
        assert document is not None  # it was rendered
        documents.append(document)
    return documents


@transaction.atomic
def undo(operation: Operation, *, by: User, now: datetime) -> Operation:
    """Everything as it was, word for word. Raises Refused with the list of what was changed since.

    What learners wrote meanwhile stays with the record on which they wrote it.
    """
    record_store.lock()
    operation = Operation.objects.select_for_update().get(pk=operation.pk)
    if objections := objections_to_undo(operation):
        raise Refused(objections)
    documents = _as_they_were(operation)
    if operation.what == MERGE:
        Redirect.objects.filter(kind=operation.kind, slug=operation.slug).delete()
        moved = Redirect.objects.filter(kind=operation.kind, slug__in=operation.redirects)
        moved.update(record_id=operation.record_id)
    renamed = {(item["kind"], item["slugs"][0]): item["slugs"][1] for item in operation.touched}
    records = writing.write(documents, renamed)
    revision = record_store.commit(records, source=Version.VersionSource.CURATOR, author=by)
    if revision is not None:
        _keep_quiet(revision, operation, documents)
        _say_what_is_back(revision, operation, records)
    _part(operation)
    operation.undone_by, operation.undone_at = by, now
    operation.undone_revision = revision.number if revision else None
    operation.save(update_fields=["undone_by", "undone_at", "undone_revision"])
    return operation


@transaction.atomic
def settle(*, now: datetime) -> int:
    """After an undoing, for the learners who wrote in the second or two in which their process still knew the catalogue as
    it was: they stand on each skill by itself too. Any number of times. Returns how many there were."""
    record_store.lock()
    fresh = Operation.objects.filter(what=MERGE, kind=Kind.SKILL, undone_at__gt=now - SETTLING)
    apart = set(RECORD_MODELS[Kind.SKILL].objects.published().values_list("pk", flat=True))
    return sum(_part(operation) for operation in fresh if operation.record_id in apart)


def _part(operation: Operation) -> int:
    if operation.what != MERGE or operation.kind != Kind.SKILL:
        return 0
    into = next(
        item["record"]
        for item in operation.touched
        if item["kind"] == operation.kind and item["slugs"][0] == operation.into
    )
    return services.split_skills(_with_merged(operation.record_id), _with_merged(into))


def _say_what_is_back(revision: Revision, operation: Operation, records: Sequence[Record]) -> None:
    """It is not new, and whoever had it in a plan or knows it will want to be told."""
    names = {(record.KIND, record.slug): record.name for record in records}
    text = "{} stands by itself again." if operation.what == MERGE else "{} is part of the catalogue again."
    for change in revision.changes.filter(change=Change.ChangeType.PUBLISHED):
        change.summary = text.format(names[Kind(change.kind), change.slug])[:300]
        change.matters = True
        change.save(update_fields=["summary", "matters"])


def _with_merged(skill: int) -> set[int]:
    """The skill and those that were merged into it, directly or through others."""
    retired = RECORD_MODELS[Kind.SKILL].objects.filter(status=Status.RETIRED).values_list("slug", "pk")
    into = dict(Redirect.objects.filter(kind=Kind.SKILL).values_list("slug", "record_id"))
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for slug, pk in retired:
        if slug in into:
            parts[into[slug]].add(pk)
    found, waiting = {skill}, [skill]
    while waiting:
        new = parts[waiting.pop()] - found
        found |= new
        waiting += new
    return found
