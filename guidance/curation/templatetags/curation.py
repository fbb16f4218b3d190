"""What the page of a record shows beside its form: open reports of readers, and where learners stall."""

from collections.abc import Sequence

from django import template

from guidance.catalog.models import Record
from guidance.curation import inbox
from guidance.curation.models import ReaderReport

register = template.Library()


@register.simple_tag
def reports_of(record: Record | None) -> Sequence[ReaderReport]:
    """The open reports about a record, the latest first. One query."""
    return list(inbox.of_record(record.KIND, record.pk)) if record is not None else []
