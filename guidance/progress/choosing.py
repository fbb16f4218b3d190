"""Which skill of a choice a plan teaches where the learner picked none, and why that one. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guidance.progress.path import Curriculum, Levels

# Why, in the order in which it counts
KNOWN, LOGGED, INDUSTRY, DEMAND, FIRST = "known", "logged", "industry", "demand", "first"
REASONS = (KNOWN, LOGGED, INDUSTRY, DEMAND)


@dataclass(frozen=True, slots=True)
class ChosenSkill:
    skill: str
    because: str  # what the nearest of the others has less of; FIRST where nothing tells them apart


def chosen(
    one_of: Mapping[str, int], curriculum: "Curriculum", levels: "Levels", logged: Collection[str] = ()
) -> ChosenSkill:
    """The member that the learner knows most of, else one on which they `logged` work, else one that the industry names, else
    the one in most job ads, else the first."""

    def rank(skill: str) -> tuple[float, bool, bool, float]:
        return (
            min(levels.get(skill, 0) / one_of[skill], 1.0),
            skill in logged,
            skill in curriculum.industry_skills,
            curriculum.demand.get(skill, 0.0),
        )

    best = max(one_of, key=rank)
    nearest = max((rank(skill) for skill in one_of if skill != best), default=rank(best))
    differing = (reason for reason, own, other in zip(REASONS, rank(best), nearest, strict=True) if own != other)
    return ChosenSkill(best, next(differing, FIRST))
