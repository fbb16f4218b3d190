"""What pages of a learner say of steps, levels and changes, as filters on the domain's own objects."""

from collections.abc import Mapping

from django import template

from guidance.catalog import text as catalogue_wording
from guidance.catalog.snapshot import Record, Snapshot
from guidance.progress import advice, text
from guidance.progress.catalogue_changes import CatalogueNews

register = template.Library()

for say in (
    advice.step_name,
    text.describe_move,
    text.describe_news,
    text.describe_notice,
    text.number,
    text.describe_review,
    text.signed,
    text.step_dates,
    text.describe_step,
):
    register.filter(say)
register.filter("short_day", catalogue_wording.short)


@register.filter
def among[R](slug: str, records: Mapping[str, R]) -> R:
    """The record with this slug."""
    return records[slug]


@register.filter
def record(news: CatalogueNews, snapshot: Snapshot) -> Record | None:
    """The record that changed; None where it no longer exists."""
    return snapshot.of_kind(news.kind).get(news.slug)


@register.filter
def plain(value: float) -> str:
    """7.5 as “7.5”, 5.0 as “5”."""
    return f"{value:g}"
