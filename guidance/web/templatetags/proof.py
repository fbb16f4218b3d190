"""Tags and filters of the proof page, which explain to people who have never seen Waymark how we know a level."""

from django import template
from django.utils.translation import gettext as _

from guidance.catalog.text import day, listed
from guidance.progress.proof_page import SOURCE_MEANING, SOURCE_WORDS, ProvenSkill, SourceLevels
from guidance.progress.sources import SELF

register = template.Library()


@register.filter
def source_words(source: str) -> str:
    return str(SOURCE_WORDS[source])


@register.filter
def source_meaning(source: str) -> str:
    return str(SOURCE_MEANING[source])


@register.filter
def proved_text(item: ProvenSkill) -> str:
    """Returns the text of the highest proven level as a quotation, because it addresses the learner and not the reader of the page.
    Names the level if the skill has a higher one. Empty if no level is proven."""
    if not item.proved:
        return ""
    said = _("“{text}”").format(text=item.skill.level_texts[item.proved - 1])
    return said if item.proved == item.level else _("Level {level}: {text}").format(level=item.proved, text=said)


@register.filter
def source_sentence(item: ProvenSkill) -> str:
    """Returns “Checked with five questions on … and shown by a project on …”, or, if levels differ, “Level 1 shown by a project on …,
    levels 2–3 not checked (set on …)”."""
    parts = item.parts
    if all((part.first, part.last) == (1, item.level) for part in parts):
        text = listed([_known(part) for part in reversed(parts)])
    else:
        said = []
        for part in parts:
            one = part.first == part.last
            levels = _("level {first}") if one else _("levels {first}–{last}")
            said.append(f"{levels.format(first=part.first, last=part.last)} {_known(part)}")
        text = ", ".join(said)
    return text[:1].upper() + text[1:]


def _known(part: SourceLevels) -> str:
    """Returns words such as “checked with five questions on 1 May 2026”."""
    words = source_words(part.source)
    if part.on is None:
        return words
    text = _("{known} (set on {day})") if part.source == SELF else _("{known} on {day}")
    return text.format(known=words, day=day(part.on))
