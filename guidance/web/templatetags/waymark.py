"""Filters and tags: how pages show levels, importance, hours, steps and changes, given domain objects.

Graphics are next to the same number in words; screen readers get only the words.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import template
from django.forms import BaseForm
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidance.catalog import text, unit_text
from guidance.catalog.kinds import MAX_IMPORTANCE, MAX_LEVEL, Area, Record, Skill
from guidance.catalog.models import RECORD_MODELS
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import names, stretch
from guidance.markup import trusted
from guidance.progress import step_advice
from guidance.progress import text as progress_text
from guidance.progress.catalogue_changes import CatalogueNews
from guidance.progress.units import short_title
from guidance.web import charts, code
from guidance.web import markdown as markdown_module
from guidance.web.forms import Summary, summary_of

register = template.Library()

UNBROKEN = 24  # number of characters up to which code is not split across lines

for say in (text.hours, text.day, text.inside, text.level_name, text.cost):
    register.filter(say)


@register.filter
def minutes(value: int) -> str:
    """Formats minutes as hours and minutes."""
    return text.hours(value / 60) if value else _("0 min")


@register.filter
def markdown(text: str) -> SafeString:
    return markdown_module.render(text)


@register.filter
@lru_cache(maxsize=4096)
def with_code(text: str) -> SafeString:
    """Returns plain text in which code is marked up as code. Short code, and a negative number, is not split across lines."""
    return trusted("".join(_code(part) if at % 2 else escape(part) for at, part in enumerate(code.split(text))))


@register.filter
def blocks(text: str, lead: str = "") -> SafeString:
    """Returns the text of a unit as paragraphs, lists and code. It begins with the words of `lead`, in bold."""
    return _blocks(text, str(lead), get_language())


@lru_cache(maxsize=4096)
def _blocks(text: str, lead: str, _language: str | None) -> SafeString:
    found = unit_text.blocks(text)
    marked = [_block(block) for block in found]
    if lead:
        lead = format_html("<b>{}</b>", lead)
        if found and found[0].kind == "paragraph":
            marked[0] = f"<p>{lead} {marked[0].removeprefix('<p>')}"
        else:
            marked.insert(0, f"<p>{lead}</p>")
    return trusted(*marked)


def _block(block: unit_text.Block) -> str:
    if block.kind == "code":
        return format_html(
            '<div class="to-copy"><pre class="code" tabindex="0"><code>{}</code></pre>'
            '<button type="button" class="button mini copy" data-name="{name}" data-done="{}" aria-live="polite" hidden>{name}</button></div>',
            "\n".join(block.lines),
            _("Copied"),
            name=_("Copy"),
        )
    if block.kind == "list":
        return f'<ul class="bulleted">{"".join(f"<li>{with_code(line)}</li>" for line in block.lines)}</ul>'
    return f"<p>{with_code(block.lines[0])}</p>"


def _code(text: str) -> str:
    if text.removeprefix("-").replace(".", "", 1).isdigit():
        return f'<span class="number">{text}</span>'
    return format_html('<code class="number">{}</code>' if len(text) <= UNBROKEN else "<code>{}</code>", text)


@register.filter
def area_code(area: Area) -> SafeString:
    """Returns the area's letter on its colour and shape. Decorative: the name has to be next to it."""
    return _area_code(area.letter, area.family, area.name)


@lru_cache(maxsize=64)
def _area_code(letter: str, family: str, name: str) -> SafeString:
    return format_html(
        '<span class="area-sign a-{0} {1}" title="{2}" aria-hidden="true">{0}</span>', letter, family, name
    )


@register.filter
def level_text(skill: Skill, level: int) -> str:
    """Returns what someone at this level of the skill can do."""
    return skill.level_texts[level - 1]


@register.filter
def link(record: Record) -> SafeString:
    """Returns the record's name as a link to its page."""
    return _link(record.url, record.name)


@lru_cache(maxsize=4096)
def _link(url: str, name: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, name)


@register.filter
def identifier(uri: str) -> str:
    """Returns the beginning of the last part of an ESCO URL: enough to distinguish two links."""
    return uri.rstrip("/").rpartition("/")[2][:8]


@register.filter
def state_class(state: str) -> str:
    """Returns the CSS class of a milestone in this state: completed, current or skipped; none if it is still to come."""
    return {"done": "completed", "current": "current", "skipped": "skipped"}.get(state, "")


@register.filter
def errors_by_field(form: BaseForm) -> Summary | None:
    return summary_of(form)


register.filter(names)
register.filter(stretch)


@register.simple_tag
@lru_cache(maxsize=64)
def level_bar(now: int, to: int) -> SafeString:
    """Draws the levels reached, the levels to go and the levels beyond."""
    kinds = ["on"] * now + ["go"] * max(to - now, 0)
    return _boxes("level", (*kinds, *[""] * (MAX_LEVEL - len(kinds))))


@register.simple_tag
@lru_cache(maxsize=64)
def asked_bar(level: int) -> SafeString:
    """Draws a required level, independent of the reader's own."""
    return _boxes("level", ("ask",) * level + ("",) * (MAX_LEVEL - level))


@register.simple_tag
@lru_cache(maxsize=64)
def importance_dots(importance: int) -> SafeString:
    return _boxes("dots", ("on",) * importance + ("",) * (MAX_IMPORTANCE - importance))


@register.simple_tag
@lru_cache(maxsize=16)
def source_sign(source: str) -> SafeString:
    """Draws how we know a level: outlined, hatched, half filled or filled. The words have to be next to it."""
    return format_html('<span class="proof-source {}" aria-hidden="true"></span>', source)


@register.simple_tag
@lru_cache(maxsize=256)
def source_bar(sources: tuple[str, ...]) -> SafeString:
    """Draws the sign of each level reached, starting at the first, and the levels that are not reached."""
    kinds = (*sources, *("none",) * (MAX_LEVEL - len(sources)))
    boxes = format_html_join("", '<span class="proof-source {}"></span>', ((kind,) for kind in kinds))
    return format_html('<span class="source-bar" aria-hidden="true">{}</span>', boxes)


register.simple_tag(charts.ladder)
register.simple_tag(charts.bar, name="share_bar")


def _boxes(name: str, kinds: Sequence[str]) -> SafeString:
    boxes = format_html_join("", '<i class="{}"></i>', ((kind,) for kind in kinds))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', name, boxes)


# A learner's steps, levels and changes


for words in (
    step_advice.step_name,
    progress_text.describe_move,
    progress_text.describe_shares,
    progress_text.describe_news,
    progress_text.describe_notice,
    progress_text.number,
    progress_text.describe_review,
    progress_text.signed,
    progress_text.step_dates,
    progress_text.describe_step,
):
    register.filter(words)
register.filter("short_day", text.short)
register.filter("unit_title", short_title)


@register.filter
def among[R](slug: str, records: Mapping[str, R]) -> R:
    """Returns the record with this slug."""
    return records[slug]


@register.filter
def record(news: CatalogueNews, snapshot: Snapshot) -> Record | None:
    """Returns the record that changed; None if it no longer exists."""
    return snapshot.of_kind(news.kind).get(news.slug)


@register.filter
def host(address: str) -> str:
    """Returns the host of a URL, such as “docs.python.org”."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.filter
def plain(value: float) -> str:
    """Formats 7.5 as “7.5” and 5.0 as “5”."""
    return f"{value:g}"


@register.inclusion_tag("web/parts/correction.html", takes_context=True)
def correction(context: dict[str, Any], subject: Record | str) -> dict[str, str]:
    """Returns the links below a catalogue page: one for reporting something and, for curators, one for editing the record.
    `subject`: the record, or the name of a page that shows several. A preview has none."""
    if getattr(context.get("request"), "preview", False):
        return {}
    kind, slug = ("page", subject) if isinstance(subject, str) else (subject.KIND, subject.slug)
    report_url = f"{reverse('web:correction', args=[kind, slug])}?{urlencode({'next': context['here']})}"
    return {"report_url": report_url, "edit_url": "" if isinstance(subject, str) else edit_url(context, subject)}


@register.simple_tag(takes_context=True)
def edit_url(context: dict[str, Any], record: Record) -> str:
    """Returns the URL where a curator edits the record; empty for everyone else. Takes no query for anonymous visitors."""
    if not context.get("signed_in"):
        return ""
    model, user = RECORD_MODELS[record.KIND]._meta.model_name, context["request"].user
    if not (user.is_staff and user.has_perm(f"catalog.change_{model}")):
        return ""
    return reverse(f"admin:catalog_{model}_change", args=[record.id])
