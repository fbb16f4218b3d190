"""Tags and filters of the proof page: how a level is known, for somebody who has never seen Waymark."""

from django import template
from django.utils.translation import gettext as _

from guidance.progress.proof_page import SOURCE_MEANING, SOURCE_WORDS, ProvenSkill

register = template.Library()


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
