"""Tags and filters of the proof page: how a level is known, for somebody who has never seen Waymark."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import MAX_LEVEL
from guidance.progress.proof_page import SOURCE_MEANING, SOURCE_WORDS, ProvenSkill

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=16)
def source_sign(source: str) -> SafeString:
    """How a level is known: outlined, hatched, half filled or filled. The words have to stand nearby."""
    return format_html('<span class="proof-source {}" aria-hidden="true"></span>', source)


@register.simple_tag
@lru_cache(maxsize=256)
def source_bar(sources: tuple[str, ...]) -> SafeString:
    """The sign of each level, from the first one on, and levels that are not reached."""
    kinds = (*sources, *("none",) * (MAX_LEVEL - len(sources)))
    boxes = format_html_join("", '<span class="proof-source {}"></span>', ((kind,) for kind in kinds))
    return format_html('<span class="source-bar" aria-hidden="true">{}</span>', boxes)


@register.filter
def source_words(source: str) -> str:
    return str(SOURCE_WORDS[source])


@register.filter
def source_meaning(source: str) -> str:
    return str(SOURCE_MEANING[source])


@register.filter
def source_sentence(item: ProvenSkill) -> str:
    """“Shown by a project”, or with several sources “Level 1 shown by a project, levels 2–3 said by the learner”."""
    parts = item.parts
    if len(parts) == 1:
        text = source_words(parts[0].source)
    else:
        said = []
        for part in parts:
            one = part.first == part.last
            levels = _("level {first}") if one else _("levels {first}–{last}")
            said.append(f"{levels.format(first=part.first, last=part.last)} {source_words(part.source)}")
        text = ", ".join(said)
    return text[:1].upper() + text[1:]
