"""What pages of a learner say of steps, levels and changes, as filters on the domain's own objects."""

from collections.abc import Mapping

from django import template

from guidance.catalog import wording as catalogue_wording
from guidance.catalog.snapshot import Record, Snapshot
from guidance.progress import steps, wording
from guidance.progress.news import News

register = template.Library()

for say in (
    steps.step_name,
    wording.move_words,
    wording.news_words,
    wording.notice_words,
    wording.number,
    wording.review_words,
    wording.signed,
    wording.step_dates,
    wording.step_words,
):
    register.filter(say)
register.filter("short_day", catalogue_wording.short)


@register.filter
def among[R](slug: str, records: Mapping[str, R]) -> R:
    """The record with this slug."""
    return records[slug]


@register.filter
def record(news: News, snapshot: Snapshot) -> Record | None:
    """The record that changed; None where it no longer exists."""
    return snapshot.of_kind(news.kind).get(news.slug)


@register.filter
def plain(value: float) -> str:
    """7.5 as “7.5”, 5.0 as “5”."""
    return f"{value:g}"
