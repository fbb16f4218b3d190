"""Template tags for what the page of a record shows beside its form: open reports by readers, and where learners stall."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.catalog.models import Record, Status
from guidance.curation import inbox, stalls
from guidance.curation.admin.http import record_url
from guidance.curation.models import ReaderReport
from guidance.curation.stalls import Stall

register = template.Library()
register.simple_tag(record_url)


@register.simple_tag(takes_context=True)
def reports_of(context: Mapping[str, Any], record: Record | None) -> Sequence[ReaderReport]:
    """Returns the open reports about a record, latest first; `is_ticked` is whether the submitted form answers the report. Takes
    one query."""
    reports: list[Any] = list(inbox.of_record(record.KIND, record.pk)) if record is not None else []
    ticked = set(context["request"].POST.getlist("answers_report"))
    for report in reports:
        report.is_ticked = str(report.pk) in ticked
    return reports


@register.simple_tag
def stalls_of(record: Record | None) -> Sequence[Stall]:
    """Returns the parts of a published record that enough learners have started, sorted by how much a change would help."""
    if record is None or record.status != Status.PUBLISHED:
        return []
    return stalls.of_record(snapshot.current(), record.KIND, record.slug, now=timezone.now())
