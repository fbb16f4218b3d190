"""How we know each level of a skill. Pure.

A skill at level 3 has three slices, and each has the strongest source that it was given since it was last cut: a project is
stronger than a check, and a check is stronger than the learner's word. A lower level cuts the slices above it.

A check and a project show a level at least. Only the learner's own word says that there is no more: a level without it does
not hold down what other levels imply.
"""

from dataclasses import dataclass, replace
from typing import Protocol

SELF, CV, CHECK, PROJECT = "self", "cv", "check", "project"  # as in `Assessment.Source`
IMPLIED = "implied"  # how we know a level that another one rests on
WORDS = frozenset({SELF, CV})  # what the learner says
PROOFS = frozenset({CHECK, PROJECT})
SOURCES = (SELF, CV, CHECK, PROJECT, IMPLIED)
SHOWN_SOURCES = (PROJECT, CHECK, SELF, IMPLIED)  # as pages tell them apart, the strongest first


def as_shown(source: str) -> str:
    """Whether the learner said a level or their CV did is the same."""
    return SELF if source in WORDS else source


@dataclass(frozen=True, slots=True)
class KnownLevel:
    """A level of a skill and how we know it."""

    level: int = 0
    source: str = SELF  # of the level itself, which is its highest slice; at 0, of the last statement
    checked_to: int = 0  # a check was passed up to this level
    shown_to: int = 0  # a project shows it up to this level
    stated: bool = False  # whether the learner said something of it, 0 among it

    @property
    def slices(self) -> tuple[str, ...]:
        """The source of level 1, 2 and so on."""
        return tuple(self._source(level) for level in range(1, self.level + 1))

    @property
    def proved(self) -> int:
        """Up to which level it was checked or shown."""
        return max(self.checked_to, self.shown_to)

    def _source(self, level: int) -> str:
        if level <= self.shown_to:
            return PROJECT
        return CHECK if level <= self.checked_to else self.source


NOTHING = KnownLevel()


class Statement(Protocol):
    """An assessment, as far as it says what is known."""

    level: int
    kind: str
    up_to: int | None


def after(known: KnownLevel, statement: Statement) -> KnownLevel:
    """What is known after one more assessment."""
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
    """Whether it proves all of the level that is proved once it is known."""
    up_to = statement.level if statement.up_to is None else statement.up_to
    return statement.kind in PROOFS and up_to >= known.proved


def merged(first: KnownLevel, second: KnownLevel) -> KnownLevel:
    """Of two skills that became one: the higher level, and for each slice the stronger source."""
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
