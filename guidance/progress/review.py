"""Which skills want a look again. Pure: levels and dates in, dataclasses out, and no look at the clock.

A skill at level 2 or higher is due when it has been untouched for 30 days, again at 90, at 180 and then every 180 days. It is
touched by a change of level or a study session, and after a touch the count begins again. Level 1 says that one has heard
of something; there is nothing to practise.

The distances grow because of two memories of the same strength the older one fades more slowly (Jost 1897) and practice
keeps best when it is spread (Cepeda et al. 2006), and so that a skill that a learner is done with is asked about less and less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MIN_LEVEL = 2
STAGES = (30, 90, 180)  # days; from there on in steps of the last one


@dataclass(frozen=True, slots=True)
class Review:
    skill: str
    level: int
    touched: date
    untouched: int  # days
    stage: int  # how often it has become due since it was touched; 0 when it has not
    since: date | None  # when it became due at this stage
    next: date  # when it becomes due at the next one


def reviews(skills: Mapping[str, tuple[int, date]], today: date) -> tuple[Review, ...]:
    """Every skill that can become due, the longest untouched first, then by slug.

    `skills`: {slug: (level, the day of its last change of level or session, whichever is later)}.
    """
    result = []
    for slug, (level, touched) in skills.items():
        if level >= MIN_LEVEL:
            untouched = max((today - touched).days, 0)
            stage = stage_of(untouched)
            since = touched + timedelta(days=days_to(stage)) if stage else None
            result.append(
                Review(slug, level, touched, untouched, stage, since, touched + timedelta(days=days_to(stage + 1)))
            )
    return tuple(sorted(result, key=lambda item: (-item.untouched, item.skill)))


def due(skills: Mapping[str, tuple[int, date]], today: date, told: date | None = None) -> tuple[Review, ...]:
    """Those that are due. `told`: only those that have become due, or due at a further stage, after that day."""
    return tuple(
        item for item in reviews(skills, today) if item.since is not None and (told is None or item.since > told)
    )


def stage_of(untouched: int) -> int:
    """How many stages so many days without a touch have passed."""
    return sum(untouched >= days for days in STAGES[:-1]) + untouched // STAGES[-1]


def days_to(stage: int) -> int:
    """After how many days without a touch the nth stage comes, the first one being 1."""
    return STAGES[stage - 1] if stage < len(STAGES) else STAGES[-1] * (stage - len(STAGES) + 1)
