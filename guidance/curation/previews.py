"""Previews of the public catalogue with a document that isn't public: calculated in memory, without writing a row or waiting for the
catalogue's lock."""

from collections.abc import Mapping
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from guidance.catalog import contents, editions, snapshot
from guidance.catalog.contents import RecordContent
from guidance.catalog.documents import Document, checked
from guidance.catalog.fields import Slug
from guidance.catalog.kinds import fields_of, in_words_of_form
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.catalog.snapshot import Snapshot


def catalogue_with(kind: str, record_id: int, document: Document) -> tuple[Snapshot, str]:
    """Returns the catalogue and the URL of the record's page in it; `record_id` is 0 for a new record. Raises ValidationError if
    no page can show the document."""
    if not document.published:
        raise ValidationError(gettext("It would be retired, so it has no page."))
    data, problems = checked(kind, document.data)
    if problems or not document.slug:
        said = [in_words_of_form(kind, message) for _key, message in problems] or [gettext("slug is missing")]
        raise ValidationError(gettext("There is no page to show yet: %s.") % ", ".join(said))
    revision, _at, content = editions.find(contents.latest()[0]) or contents.read()
    now = timezone.now()  # makes the snapshot's key unique, so no cached page of the real one is used
    record = RECORD_MODELS[kind](slug=document.slug)
    record.pk = record_id
    url = record.get_absolute_url()
    known = {key: data[key] for key, described in fields_of(kind).items() if described.attribute and key in data}
    for key, described in fields_of(kind).items():
        if isinstance(described, Slug) and described.required and data[key] not in content.kinds[described.kind]:
            raise ValidationError(gettext("There is no page until “%s” is published.") % data[key])
    others = {slug: entry for slug, entry in content.kinds[kind].items() if entry.id != record_id}
    entries = {**others, document.slug: RecordContent(record_id, url, now, document.body, known)}
    catalogue = snapshot.load(revision, now, replace(content, kinds={**content.kinds, kind: _in_order(kind, entries)}))
    return catalogue, url


def _in_order(kind: str, entries: Mapping[str, RecordContent]) -> Mapping[str, RecordContent]:
    if kind != Kind.SKILL:
        return entries
    return dict(sorted(entries.items(), key=lambda item: (str(item[1].data["name"]).casefold(), item[0])))
