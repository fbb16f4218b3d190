"""What the page of a project says to a learner: how far the work is, and what it shows of what they can do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Project, Skill
from guidance.progress.standing import Standing


@dataclass(frozen=True, slots=True)
class Proof:
    """One skill that the project proves."""

    skill: Skill
    level: int
    text: str  # what a person at that level can do
    open: bool  # to be confirmed
    shown: bool  # at this level or a higher one, by this project or another
    yours: str  # where the learner stands


@dataclass(frozen=True, slots=True)
class Need:
    """A level to have before starting."""

    skill: Skill
    level: int
    yours: int


def is_open(slug: str, level: int, standing: Standing) -> bool:
    """Whether confirming the level would say more than is known. It never takes a higher one away."""
    yours = standing.levels.get(slug, 0)
    return yours < level or (yours == level and slug not in standing.evidenced)


def proofs(project: Project, standing: Standing) -> list[Proof]:
    found = []
    for slug, level in project.proves.items():
        skill, yours = standing.snapshot.skills[slug], standing.levels.get(slug, 0)
        shown = yours >= level and slug in standing.evidenced
        text = _("shown at level {level}") if shown else _("you are at {level}")
        found.append(
            Proof(
                skill=skill,
                level=level,
                text=skill.level_texts[level - 1],
                open=is_open(slug, level, standing),
                shown=shown,
                yours=text.format(level=yours),
            )
        )
    return found


def needs(before: Mapping[str, int], standing: Standing) -> list[Need]:
    skills = standing.snapshot.skills
    return [Need(skills[slug], level, standing.levels.get(slug, 0)) for slug, level in before.items()]
