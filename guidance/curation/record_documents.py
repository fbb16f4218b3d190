"""The documents of records and of their versions, and writing documents to the rows of records."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from guidance.catalog import record_store
from guidance.catalog.documents import Document, canonical, parse
from guidance.catalog.models import RECORD_MODELS, Record, Status, Version
from guidance.catalog.writing import Writing
from guidance.curation import naming
from guidance.curation.models import Proposal
from guidance.curation.naming import RecordNames, record_names, slug_taken, unknown_references

NEVER_PUBLIC = (Status.DRAFT, Status.IN_REVIEW)

type PlacedDocuments = Sequence[tuple[int, Document]]  # with primary keys, 0 for a new record


def document_of(record: Record) -> Document:
    return record_store.documents_of(record.KIND, [record])[0]


def as_public(document: Document) -> Document:
    """Returns the document without the status of a draft."""
    data = {key: value for key, value in document.data.items() if key != "status" or value not in NEVER_PUBLIC}
    return Document(document.kind, document.slug, data, document.body)


def as_draft(document: Document, status: str = Status.DRAFT) -> Document:
    data = canonical(document.kind, {**document.data, "status": str(status)})
    return Document(document.kind, document.slug, data, document.body)


def with_former_slugs(document: Document, record: Document) -> Document:
    """Returns the document with the former slugs that the catalogue has, regardless of those in the document."""
    data = {key: value for key, value in document.data.items() if key != "formerly"}
    if old := [slug for slug in record.data.get("formerly", []) if slug != document.slug]:
        data["formerly"] = old
    return Document(document.kind, document.slug, canonical(document.kind, data), document.body)


def record_of(proposal: Proposal) -> Record | None:
    return RECORD_MODELS[proposal.kind].objects.filter(pk=proposal.record_id).first()


def newest_version(kind: str, record_id: int) -> Version | None:
    return Version.objects.filter(kind=kind, record_id=record_id).order_by("-number").first()


def document_of_version(version: Version) -> Document:
    document, _problems = parse(version.document, kind=version.kind, slug=version.slug)
    assert document is not None  # parsing what was rendered cannot fail
    return document


def base_document(proposal: Proposal) -> Document | None:
    return base_documents([proposal]).get(proposal.pk)


def base_documents(proposals: Sequence[Proposal]) -> dict[int, Document]:
    """Returns, by the proposal's primary key, the record as it was when the proposal was started, if there was one. Takes one
    statement."""
    records, numbers = {row.record_id for row in proposals}, {row.base for row in proposals}
    found = {
        (version.kind, version.record_id, version.number): version
        for version in Version.objects.filter(record_id__in=records, number__in=numbers)
    }
    began = {row.pk: found.get((row.kind, row.record_id, row.base)) for row in proposals}
    return {key: document_of_version(version) for key, version in began.items() if version is not None}


def state() -> tuple[object, ...]:
    """Returns a value that changes whenever a record or an open proposal changes: it shows whether data read without the lock is
    still valid."""
    found = Proposal.objects.open().aggregate(newest=Max("pk"), count=Count("pk"), changed=Max("changed_at"))
    return record_store.state(), *found.values()


def prepare_writing(documents: PlacedDocuments, names: RecordNames) -> Writing:
    renamed = {
        (document.kind, document.slug): names.slugs[document.kind, pk]
        for pk, document in documents
        if names.slugs.get((document.kind, pk), document.slug) != document.slug
    }
    return Writing([document for _, document in documents], renamed, names.old)


@contextmanager
def explaining(documents: PlacedDocuments) -> Iterator[None]:
    """Turns an IntegrityError that these documents cause into a ValidationError that explains which database constraint is
    violated."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rows = [((document.kind, pk), document) for pk, document in documents]
        taken = [reason for found in naming.taken(rows).values() for reason in found]
        raise ValidationError([*taken] or constraint_message(error)) from error


def write_documents(documents: PlacedDocuments, names: RecordNames) -> list[Record]:
    """Writes the documents to the rows of these primary keys."""
    with explaining(documents):
        rows = prepare_writing(documents, names)
        rows.make_ready()
        rows.execute()
        return rows.records


def constraint_message(error: IntegrityError) -> str:
    """Returns the message of the violated database constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    for model in apps.get_app_config("catalog").get_models():
        for constraint in model._meta.constraints:
            if diagnosis is not None and constraint.name == diagnosis.constraint_name:
                return str(constraint.get_violation_error_message())
    return str(diagnosis.message_primary) if diagnosis is not None else str(error)


@contextmanager
def applied(kind: str, record_id: int, document: Document) -> Iterator[Record]:
    """Inside the block, the record is as in the document; afterwards everything is rolled back. Raises ValidationError if that is
    impossible."""
    with transaction.atomic():
        record_store.lock()
        names = record_names()
        if problems := unknown_references(document, names):
            raise ValidationError(problems)
        if taken := slug_taken(kind, record_id, document.slug, names):
            raise ValidationError(taken)
        write_documents([(record_id, document)], names)
        yield RECORD_MODELS[kind].objects.get(pk=record_id)
        transaction.set_rollback(True)
