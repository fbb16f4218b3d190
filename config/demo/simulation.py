"""A learner who follows a plan, invented: for the demo and for measuring. Pure, and the same for the same seed."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MIN_SESSION, MAX_SESSION = 20, 150  # minutes of a session
QUARTER = 5  # sessions are logged in steps of so many minutes


@dataclass(frozen=True, slots=True)
class PlannedLevel:
    """A step of a plan: one skill by one level, and the minutes that it is said to take."""

    skill: str
    level: int
    minutes: int


@dataclass(frozen=True, slots=True)
class StudiedMinutes:
    on: date
    skill: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ReachedLevel:
    on: date
    skill: str
    level: int


type Happening = StudiedMinutes | ReachedLevel


def seeded(seed: int) -> random.Random:
    """Chance that is the same each time, for invented people. Nothing made with it is a secret."""
    return random.Random(seed)  # noqa: S311 - see above


def follow(
    plan: Sequence[PlannedLevel],
    *,
    start: date,
    until: date,
    hours_per_week: float,
    weekdays: Collection[int],
    days_off: Collection[date] = (),
    seed: int = 0,
) -> Iterator[Happening]:
    """What happens from `start` to `until`, both included, in order. Not every study day is used, and not every hour; a
    step takes somewhat more or less than it is said to."""
    chance = seeded(seed)
    usual = hours_per_week * 60 / len(set(weekdays))
    steps = iter(plan)
    step = next(steps, None)
    left = needed(step, chance)
    day = start
    while day <= until and step is not None:
        keen = chance.random()
        studies = day.isoweekday() in weekdays and keen < 0.88
        if day not in days_off and (studies or keen > 0.96):
            minutes = round(usual * chance.triangular(0.4, 1.6, 1.05) / QUARTER) * QUARTER
            minutes = min(max(minutes, MIN_SESSION), MAX_SESSION)
            while minutes > 0 and step is not None:
                spent = min(minutes, left) if left >= QUARTER else minutes
                yield StudiedMinutes(day, step.skill, spent)
                minutes, left = minutes - spent, left - spent
                if left <= 0:
                    yield ReachedLevel(day, step.skill, step.level)
                    step = next(steps, None)
                    left = needed(step, chance)
                if minutes < MIN_SESSION:
                    break
        day += timedelta(days=1)


def needed(step: PlannedLevel | None, chance: random.Random) -> int:
    """What the step takes this learner, in steps of a session."""
    if step is None:
        return 0
    return max(QUARTER, round(step.minutes * chance.uniform(0.8, 1.15) / QUARTER) * QUARTER)
