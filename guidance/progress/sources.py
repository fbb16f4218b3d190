"""How we know each level of a skill. Pure.

A skill at level 3 has three slices. Each has the strongest source that it got since it was last removed: a project is stronger
than a check, and a check is stronger than the learner's statement. Setting a lower level removes the slices above it.

A check or a project shows a minimum level. Only the learner's own statement can mean that a level is not higher: without it,
other levels can imply a higher one.
"""

from dataclasses import dataclass, replace
from typing import Protocol

SELF, CV, CHECK, PROJECT = "self", "cv", "check", "project"  # as in `Assessment.Source`
IMPLIED = "implied"  # the source of a level that another skill needs
WORDS = frozenset({SELF, CV})  # sources of stated levels
PROOFS = frozenset({CHECK, PROJECT})
SOURCES = (SELF, CV, CHECK, PROJECT, IMPLIED)
SHOWN_SOURCES = (PROJECT, CHECK, SELF, IMPLIED)  # as shown on pages, strongest first


def as_shown(source: str) -> str:
    """Returns the source as shown on pages, which do not distinguish the learner's own statement from their CV."""
    return SELF if source in WORDS else source


@dataclass(frozen=True, slots=True)
class KnownLevel:
    """A level of a skill and how we know it."""

    level: int = 0
    source: str = SELF  # of the highest slice; at level 0, of the last statement
    checked_to: int = 0  # the level up to which a check was passed
    shown_to: int = 0  # the level up to which a project shows it
    stated: bool = False  # whether the learner stated a level, including 0

    @property
    def slices(self) -> tuple[str, ...]:
        """The source of level 1, 2 and so on."""
        return tuple(self._source(level) for level in range(1, self.level + 1))

    @property
    def proved(self) -> int:
        """The level up to which the skill was checked or shown."""
        return max(self.checked_to, self.shown_to)

    def _source(self, level: int) -> str:
        if level <= self.shown_to:
            return PROJECT
        return CHECK if level <= self.checked_to else self.source


NOTHING = KnownLevel()


class Statement(Protocol):
    """The fields of an assessment that this module needs."""

    level: int
    kind: str
    up_to: int | None


def after(known: KnownLevel, statement: Statement) -> KnownLevel:
    """Returns what is known about the level after one more assessment."""
    level, source = statement.level, statement.kind
    up_to = level if statement.up_to is None else statement.up_to
    checked_to, shown_to = min(known.checked_to, level), min(known.shown_to, level)
    if source == CHECK:
        checked_to = max(checked_to, up_to)
    if source == PROJECT:
        shown_to = max(shown_to, up_to)
    word = next((word for word in (source, known.source) if word in WORDS), SELF)
    return KnownLevel(
        level=level,
        source=_source_of_level(level, word, checked_to, shown_to),
        checked_to=checked_to,
        shown_to=shown_to,
        stated=known.stated or source in WORDS,
    )


def is_proof(statement: Statement, known: KnownLevel) -> bool:
    """Returns whether the statement by itself proves the highest level that is proved after it. `known` already includes the
    statement."""
    up_to = statement.level if statement.up_to is None else statement.up_to
    return statement.kind in PROOFS and up_to >= known.proved


def merged(first: KnownLevel, second: KnownLevel) -> KnownLevel:
    """Returns what is known about two merged skills: the higher level, and the stronger source for each slice."""
    higher = max(first, second, key=lambda known: (known.level, known.source == PROJECT))
    checked_to, shown_to = max(first.checked_to, second.checked_to), max(first.shown_to, second.shown_to)
    return replace(
        higher,
        source=_source_of_level(higher.level, higher.source, checked_to, shown_to),
        checked_to=checked_to,
        shown_to=shown_to,
        stated=first.stated or second.stated,
    )


def _source_of_level(level: int, word: str, checked_to: int, shown_to: int) -> str:
    if level and shown_to == level:
        return PROJECT
    return CHECK if level and checked_to == level else word
