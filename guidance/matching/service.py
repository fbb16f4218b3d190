"""Which skills of the catalogue a job ad or a CV names, and what a CV suggests of their levels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guidance.catalog import models
from guidance.catalog.kinds import Skill
from guidance.catalog.snapshot import Snapshot
from guidance.lru import RevisionCache
from guidance.matching import levels, matcher
from guidance.matching.matcher import MAX_TEXT, Cue, Match, Matcher, Name

__all__ = ["MAX_TEXT", "FoundSkill", "Match", "Mentioned", "match", "named", "proposed_levels", "summed_up"]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A skill of the text: how often it is named, and the strongest cue of its mentions."""

    skill: str
    mentions: int
    cue: Cue | None


@dataclass(frozen=True, slots=True)
class FoundSkill:
    matches: tuple[Match, ...]  # in the order of the text, not overlapping
    skills: tuple[Mentioned, ...]  # in the order of their first mention


def match(text: str, snapshot: Snapshot) -> FoundSkill:
    """The skills that `text` names, without those it says are not wanted.

    ValueError for more than MAX_TEXT code points.
    """
    return summed_up(tuple(found for found in _matcher(snapshot).find(text) if not found.negated))


def summed_up(matches: tuple[Match, ...]) -> FoundSkill:
    """Matches that are not negated, and the skills that they name."""
    by_skill: dict[str, list[Match]] = {}
    for found in matches:
        by_skill.setdefault(found.skill, []).append(found)
    return FoundSkill(
        matches,
        tuple(Mentioned(skill, len(mentions), _strongest(mentions)) for skill, mentions in by_skill.items()),
    )


def named(text: str, snapshot: Snapshot) -> str | None:
    """Slug of the skill that is called just so; none if `text` is anything else."""
    return _matcher(snapshot).named(text)


def proposed_levels(text: str, matches: Iterable[Match]) -> dict[str, int]:
    """Levels that a CV suggests where it `match`es, {slug: level from 1 to 3}, by the rules of `levels.py`: a proposal for its
    writer to confirm."""
    return levels.proposed(text, matches)


def names(skills: Iterable[Skill]) -> Iterator[Name]:
    """What the skills are called. A tool's name, and an alias with a capital in it, is the proper name of a technology."""
    for skill in skills:
        yield Name(skill.slug, skill.name, technology=skill.kind == models.Skill.SkillKind.TOOL)
        for alias in skill.aliases:
            proper = alias.name != alias.name.lower()
            yield Name(skill.slug, alias.name, alias.ambiguous, alias.context, technology=proper)


def _strongest(mentions: Iterable[Match]) -> Cue | None:
    cues = {found.cue for found in mentions}
    return "must" if "must" in cues else "nice" if "nice" in cues else None


_matchers = RevisionCache[str, Matcher](1)


def _matcher(snapshot: Snapshot) -> Matcher:
    """The matcher of this revision, made once."""
    return _matchers.of(snapshot.key).memoize("skills", lambda: matcher.compile(names(snapshot.skills.values())))
