"""How each version of a record was created: by a proposal, a merge or split, an import, the content pack, or undoing one of these."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.models import Record, Version
from guidance.curation.models import BulkEdit, Operation, Proposal
from guidance.curation.record_documents import document_of_version

Source = Version.VersionSource
STATUS = re.compile(r"^status: (draft|in-review)$", re.MULTILINE)  # status of a record that was never public


@dataclass(frozen=True, slots=True)
class VersionOrigin:
    text: str
    address: str = ""  # URL of the page that shows it


def origins_of(record: Record, versions: Sequence[Version], proposals: Iterable[Proposal]) -> dict[int, VersionOrigin]:
    """Returns the origins by version number. `versions` and `proposals` belong to the record, latest first. Takes two queries."""
    found = {number: origin for edit in _bulk_edits(record) for number, origin in _of_bulk_edit(edit, record)}
    found |= {row.version: _of_proposal(row) for row in proposals if row.version is not None}
    found |= {number: origin for row in _operations(record) for number, origin in _of_operation(row, record)}
    before: list[Version | None] = [*versions[1:], None]
    for version, previous in zip(versions, before, strict=True):
        if version.number not in found:
            found[version.number] = VersionOrigin(_saved(version, previous))
    return found


def _page(row: Model) -> str:
    return reverse(f"admin:curation_{row._meta.model_name}_change", args=[row.pk])


def _of_proposal(proposal: Proposal) -> VersionOrigin:
    if proposal.restores is not None:
        what = _("Version {number} restored").format(number=proposal.restores)
    else:
        what = _("Proposal by {author}").format(author=proposal.author or "–")
    reviewed = _("published without a second person") if proposal.alone else ""
    if proposal.reviewer and not proposal.alone:
        reviewed = _("reviewed by {reviewer}").format(reviewer=proposal.reviewer)
    return VersionOrigin(", ".join(filter(None, [what, reviewed])), _page(proposal))


def _operations(record: Record) -> Iterable[Operation]:
    touched = [{"kind": str(record.KIND), "record": record.pk}]
    return Operation.objects.filter(touched__contains=touched).select_related("asked_by").order_by("pk")


def _of_operation(operation: Operation, record: Record) -> Iterator[tuple[int, VersionOrigin]]:
    """Yields the versions that an operation and its undo wrote. An operation can only be undone while nothing comes after it, so
    its undo wrote the next version."""
    words = {
        "merge": _("Merge of {name} into {into}"),
        "split": _("Split of {name} into two skills"),
        "rename": _("Renaming of {name}"),
        "retire": _("Retirement of {name}"),
    }
    names = {item["slugs"][1]: item["name"] for item in operation.touched if item["kind"] == operation.kind}
    into = names.get(operation.into, operation.into)
    text = words[operation.what].format(name=operation.name, into=into)
    asked = _("requested by {name}").format(name=operation.asked_by) if operation.asked_by else ""
    for item in operation.touched:
        if (item["kind"], item["record"]) != (record.KIND, record.pk):
            continue
        yield item["version"], VersionOrigin(", ".join(filter(None, [text, asked])), _page(operation))
        if operation.undone_at is not None:
            yield item["version"] + 1, VersionOrigin(_("Undone: {what}").format(what=text), _page(operation))


def _bulk_edits(record: Record) -> Iterable[BulkEdit]:
    return BulkEdit.objects.filter(items__contains=[{"kind": str(record.KIND), "record_id": record.pk}]).order_by("pk")


def _of_bulk_edit(edit: BulkEdit, record: Record) -> Iterator[tuple[int, VersionOrigin]]:
    """Yields the versions that a bulk edit wrote directly; its proposals are listed like any others."""
    for item in edit.items:
        if (item["kind"], item["record_id"]) != (record.KIND, record.pk) or item["before"] == item["after"]:
            continue
        yield item["after"], VersionOrigin(edit.title, _page(edit))
        if edit.undone_at is not None:
            yield item["after"] + 1, VersionOrigin(_("Undone: {what}").format(what=edit.title), _page(edit))


def _saved(version: Version, previous: Version | None) -> str:
    """Describes a version that no proposal, operation or import wrote."""
    if version.source == Source.PACK:
        return _("Loaded with the content pack")
    if version.source == Source.FOLLOWS:
        return _("Follows another record, which has a new name or address")
    if (status := STATUS.search(version.document)) is not None:
        return _("Draft saved") if status[1] == "draft" else _("Draft saved, in review")
    if previous is not None:
        before, after = ({**document_of_version(row).data, "external": None} for row in (previous, version))
        if before == after:
            return _("Mapping to ESCO or O*NET accepted or removed")
    return _("Changed directly")
