"""Which roles of the catalogue a job ad describes. Pure.

The title says it, in the words that each role lists; where it does not, the skills do.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from guidance.matching.words import Words


class RequirementLike(Protocol):
    @property
    def level(self) -> int: ...
    @property
    def importance(self) -> int: ...


class RoleLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def skills(self) -> Mapping[str, RequirementLike]: ...


@dataclass(frozen=True, slots=True)
class RoleGuess:
    role: str  # slug
    why: Literal["title", "skills"]


LEAST_NAMED = 4  # skills of a role that a text must name to be taken for it
LEAST_SCORE = 0.25
MAX_ROLES = 3


def guesses(title: str | None, skills: Collection[str], roles: Mapping[str, RoleLike]) -> tuple[RoleGuess, ...]:
    """Best first; empty for none of these."""
    scores = fits(skills, roles)
    in_title = [slug for slug, role in roles.items() if title and _names(title, role.name)]
    in_title.sort(key=lambda slug: (-len(roles[slug].name), -scores.get(slug, 0.0)))
    by_skills = [slug for slug, score in scores.items() if score >= LEAST_SCORE and slug not in in_title]
    return (
        *(RoleGuess(slug, "title") for slug in in_title),
        *(RoleGuess(slug, "skills") for slug in by_skills[: MAX_ROLES - len(in_title)]),
    )


def fits(skills: Collection[str], roles: Mapping[str, RoleLike]) -> dict[str, float]:
    """How well they are about the same, best first: the harmonic mean of the share of the skills that the role requires and the
    share of its weight that they name."""
    found = {}
    for slug, role in roles.items():
        named = role.skills.keys() & set(skills)
        if len(named) < LEAST_NAMED:
            continue
        covered = _weight(role, named) / _weight(role, role.skills)
        share = len(named) / len(skills)
        found[slug] = 2 * covered * share / (covered + share)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _weight(role: RoleLike, skills: Iterable[str]) -> int:
    return sum(role.skills[slug].importance for slug in skills)


def _names(title: str, name: str) -> bool:
    return f" {' '.join(Words(name).keys)} " in f" {' '.join(Words(title).keys)} "
