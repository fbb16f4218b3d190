"""Simulates a learner who follows a plan, for the demo and for benchmarks. Pure; the same seed gives the same result."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MIN_SESSION, MAX_SESSION = 20, 150  # minutes of a session
QUARTER = 5  # minutes: sessions are logged in multiples of this


@dataclass(frozen=True, slots=True)
class PlannedLevel:
    """A step of a plan: one skill by one level, and its estimated minutes."""

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
    """Returns a repeatable random generator for invented people. Nothing generated with it is a secret."""
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
    """Yields what happens from `start` to `until`, both included, in order. Some study days and hours are not used; a step
    takes somewhat more or less time than its estimate."""
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
    """Returns the minutes this learner needs for the step, as a multiple of QUARTER."""
    if step is None:
        return 0
    return max(QUARTER, round(step.minutes * chance.uniform(0.8, 1.15) / QUARTER) * QUARTER)
