"""From where a learner is to a role, as dated steps. Pure: values in, dataclasses out, and no look at the clock.

A step is one skill by one level. In the plan are the missing levels of every requirement, and for every skill that has to
be begun its prerequisites up to the level needed, and theirs (`graph.closure`). The order keeps levels in order and
prerequisites before the first step of a skill, and raises readiness as early as it can (`sequencing`). The same input
gives the same plan everywhere, whatever the order of its mappings and sets: all reckoning is in whole seconds and whole
parts of a weight, and ties go by slug.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph
from guidance.progress import orders
from guidance.progress.readiness import Effort, Emphases, Levels, Requirements, remaining, weights
from guidance.progress.sequencing import Jobs, bits, served

LEAST_HOURS, MOST_HOURS = 0.5, 80.0  # a week
SECONDS = 3600
OFFERED = 360  # hours per week are offered in tenths of an hour
# A weight in parts that stay whole when they are divided by a target from 1 to 4.
PARTS = 12 * 10**6


class PlanError(ValueError):
    """There is no such plan; `field` names what is wrong with the input, `code` in one word how."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Because:
    required_by: tuple[str, ...]  # requirements of the role that the step is for, heaviest first; the skill itself too
    unlocks: tuple[str, ...]  # skills of the plan that need exactly this level before they are begun


@dataclass(frozen=True, slots=True)
class Step:
    skill: str
    from_level: int
    to_level: int
    hours: float
    start: date
    end: date
    readiness_after: float
    because: Because


@dataclass(frozen=True, slots=True)
class Unreachable:
    skill: str
    because: str  # a skipped skill without which it cannot be begun, the first one by slug


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    total_hours: float
    readiness: float  # at the start
    finish: date | None  # the last day of the last step; None when there is nothing to do
    on_time: bool | None  # None without a deadline
    hours_per_week_needed: float | None  # that would meet the deadline; None when it is met, or 80 hours would not do
    drop_to_meet_deadline: tuple[str, ...] | None  # skills whose skipping would; None when it is met
    unreachable: tuple[Unreachable, ...]  # by slug


class Calendar:
    """The study days from `start` on. Weekdays are those of ISO 8601: 1 is Monday."""

    def __init__(
        self,
        start: date,
        hours_per_week: float,
        weekdays: Collection[int] = (1, 2, 3, 4, 5, 6, 7),
        days_off: Iterable[date] = (),
    ) -> None:
        if not LEAST_HOURS <= hours_per_week <= MOST_HOURS:
            raise PlanError("hours_per_week", "range", f"Between {LEAST_HOURS:g} and {MOST_HOURS:g} hours a week.")
        if not weekdays or not set(weekdays) <= set(range(1, 8)):
            raise PlanError("weekdays", "range", "At least one weekday, from 1 for Monday to 7 for Sunday.")
        self.start = start
        self.week = round(hours_per_week * SECONDS)
        self.offsets = sorted((day - start.isoweekday()) % 7 for day in set(weekdays))
        off = sorted({day for day in days_off if day >= start and (day - start).days % 7 in self.offsets})
        # Free weekdays up to the nth study day: as many as there are numbers ≤ n here.
        self.off = [self._weekdays_until(day) - number for number, day in enumerate(off)]
        self.off_days = off

    def _weekdays_until(self, day: date) -> int:
        weeks, rest = divmod((day - self.start).days, 7)
        return weeks * len(self.offsets) + bisect_right(self.offsets, rest)

    def study_days_until(self, day: date) -> int:
        """Study days from the start to this day, both counted."""
        return self._weekdays_until(day) - bisect_right(self.off_days, day)

    def study_day(self, number: int) -> date:
        """The nth study day, the first one being 1."""
        weeks, rest = divmod(number + bisect_right(self.off, number) - 1, len(self.offsets))
        try:
            return self.start + timedelta(weeks=weeks, days=self.offsets[rest])
        except OverflowError:
            raise PlanError("hours_per_week", "endless", "The plan would not end before the year 10000.") from None

    def days_for(self, seconds: int) -> int:
        """How many study days so much work takes, the last one perhaps in part."""
        return -(-seconds * len(self.offsets) // self.week)

    def begin(self, seconds: int) -> date:
        """The day on which the work begins that follows so much other work."""
        return self.study_day(seconds * len(self.offsets) // self.week + 1)

    def end(self, seconds: int) -> date:
        return self.study_day(self.days_for(seconds))


def plan(
    *,
    graph: Graph,
    effort: Effort,
    requirements: Requirements,
    calendar: Calendar,
    emphases: Emphases | None = None,
    levels: Levels | None = None,
    logged: Mapping[str, float] | None = None,
    deadline: date | None = None,
    skip: Sequence[str] = (),
    pin: Sequence[str] = (),
    later: Sequence[str] = (),
) -> Plan:
    """`logged`: hours on a skill since its last change of level.

    - `skip`: no step of these. What cannot be begun without them is left out too and listed as unreachable.
    - `pin`: what is missing of each, prerequisites included, comes first, in this order.
    - `later`: after everything that does not depend on them, unless something pinned needs them.

    They may name any skill of the goal, which is the requirements and all their prerequisites; where nothing is missing
    of a skill they change nothing. Raises PlanError.
    """
    if deadline is not None and deadline < calendar.start:
        raise PlanError("deadline", "past", "The deadline is before the start.")
    if skip or pin or later:
        _check_overrides(graph, requirements, {"skip": skip, "pin": pin, "later": later})
    work = _Work(graph, effort, requirements, emphases or {}, levels or {}, logged or {}, frozenset(skip))
    order = work.ordered(pin, frozenset(later))
    seconds = sum(work.jobs.hours)
    on_time = hours = drop = None
    if deadline is not None:
        days = calendar.study_days_until(deadline)
        on_time = calendar.days_for(seconds) <= days
        if not on_time:
            hours = _hours_needed(seconds, days, len(calendar.offsets))
            drop = work.to_drop(days * calendar.week // len(calendar.offsets))
    steps = work.dated(order, calendar)
    return Plan(
        steps=steps,
        total_hours=seconds / SECONDS,
        readiness=work.readiness(work.reached),
        finish=steps[-1].end if steps else None,
        on_time=on_time,
        hours_per_week_needed=hours,
        drop_to_meet_deadline=drop,
        unreachable=work.unreachable,
    )


def _check_overrides(graph: Graph, requirements: Requirements, overrides: Mapping[str, Sequence[str]]) -> None:
    goal = prerequisites.ancestors(graph, requirements)
    seen: dict[str, str] = {}
    for field, slugs in overrides.items():
        for slug in slugs:
            if slug not in goal:
                raise PlanError(field, "outside", f"{slug} is not part of the goal.")
            if seen.setdefault(slug, field) != field:
                raise PlanError(field, "twice", f"{slug} is in {seen[slug]} as well.")


def _hours_needed(seconds: int, days: int, days_per_week: int) -> float | None:
    """The least hours per week, in tenths, with which so many study days are enough."""
    if days == 0:
        return None
    tenths = -(-seconds * days_per_week // (days * OFFERED))
    hours = tenths * OFFERED / SECONDS
    return hours if hours <= MOST_HOURS else None


class _Work:
    """The steps as numbered jobs: by skill, prerequisites first and otherwise by slug, and by level."""

    def __init__(
        self,
        graph: Graph,
        effort: Effort,
        requirements: Requirements,
        emphases: Emphases,
        levels: Levels,
        logged: Mapping[str, float],
        skip: frozenset[str],
    ) -> None:
        self.graph, self.levels = graph, levels
        weight = {slug: round(value * 10**6) * 12 for slug, value in weights(requirements, emphases).items()}
        self.total = sum(weight.values())
        self.reached = sum(
            weight[slug] * min(levels.get(slug, 0), item.level) // item.level for slug, item in requirements.items()
        )
        self.unreachable = _unreachable(graph, requirements, levels, skip)
        left_out = skip | {item.skill for item in self.unreachable}
        self.needed = prerequisites.closure(
            graph, {slug: item.level for slug, item in requirements.items() if slug not in left_out}, levels
        )
        # A skill already begun waits for nothing.
        self.waits = {slug: {} if levels.get(slug, 0) else graph[slug] for slug in self.needed}
        self.steps: list[tuple[str, int]] = []  # (skill, level reached)
        self.number: dict[tuple[str, int], int] = {}
        hours: list[int] = []
        weights_: list[int] = []
        needs: list[list[int]] = []
        for slug in prerequisites.order(self.waits):
            first = levels.get(slug, 0) + 1
            target = requirements[slug].level if slug in requirements else 0
            for level in range(first, self.needed[slug] + 1):
                self.number[slug, level] = len(self.steps)
                self.steps.append((slug, level))
                done = logged.get(slug, 0.0) if level == first else 0.0
                hours.append(max(1, round(remaining(effort[slug][level - 1], done) * SECONDS)))
                weights_.append(weight[slug] // target if level <= target else 0)
                if level == first:
                    needs.append([self.number[need] for need in self.waits[slug].items() if need in self.number])
                else:
                    needs.append([len(self.steps) - 2])
        self.jobs = Jobs(hours, weights_, needs)
        self.heaviest = sorted(requirements, key=lambda slug: (-weight[slug], slug))

    def ordered(self, pin: Sequence[str], later: frozenset[str]) -> list[int]:
        order: list[int] = []
        placed: set[int] = set()
        for slug in pin:
            if slug in self.needed:
                closure = prerequisites.closure(self.graph, {slug: self.needed[slug]}, self.levels)
                first = [
                    job
                    for job, (skill, level) in enumerate(self.steps)
                    if job not in placed and level <= closure.get(skill, 0)
                ]
                order += self._sequence(first)
                placed.update(first)
        last: set[int] = set()
        for job, (skill, _) in enumerate(self.steps):
            if job not in placed and (skill in later or not last.isdisjoint(self.jobs.needs[job])):
                last.add(job)
        order += self._sequence([job for job in range(len(self.steps)) if job not in placed and job not in last])
        order += self._sequence(sorted(last))
        return order

    def _sequence(self, chosen: Sequence[int]) -> list[int]:
        """An order of some of the jobs, when those before them are done."""
        number = {job: index for index, job in enumerate(chosen)}
        jobs = Jobs(
            [self.jobs.hours[job] for job in chosen],
            [self.jobs.weights[job] for job in chosen],
            [[number[need] for need in self.jobs.needs[job] if need in number] for job in chosen],
        )
        return [chosen[index] for index in orders.kept.order(jobs)]

    def readiness(self, reached: int) -> float:
        return 100 * reached / self.total if self.total else 0.0

    def dated(self, order: Sequence[int], calendar: Calendar) -> tuple[Step, ...]:
        unlocks: dict[tuple[str, int], list[str]] = {}
        for slug in sorted(self.waits):
            for need in self.waits[slug].items():
                unlocks.setdefault(need, []).append(slug)
        required_by = self._required_by()
        result = []
        now, reached = 0, self.reached
        for job in order:
            slug, level = self.steps[job]
            then = now + self.jobs.hours[job]
            reached += self.jobs.weights[job]
            result.append(
                Step(
                    skill=slug,
                    from_level=level - 1,
                    to_level=level,
                    hours=self.jobs.hours[job] / SECONDS,
                    start=calendar.begin(now),
                    end=calendar.end(then),
                    readiness_after=self.readiness(reached),
                    because=Because(required_by[job], tuple(unlocks.get((slug, level), ()))),
                )
            )
            now = then
        return tuple(result)

    def _required_by(self) -> list[tuple[str, ...]]:
        """For each job, the requirements that it is for."""
        place = {slug: number for number, slug in enumerate(self.heaviest)}
        masks = [
            1 << place[slug] if weight else 0 for (slug, _), weight in zip(self.steps, self.jobs.weights, strict=True)
        ]
        for job in range(len(masks) - 1, -1, -1):
            for need in self.jobs.needs[job]:
                masks[need] |= masks[job]
        names = {mask: tuple(self.heaviest[number] for number in bits(mask)) for mask in set(masks)}
        return [names[mask] for mask in masks]

    def to_drop(self, seconds: int) -> tuple[str, ...]:
        """Requirements without which no more than `seconds` of work are left, least value per hour first, none of them
        superfluous: each time the one goes that takes least value with it for the hours it saves, with all that cannot be
        done without it; then those come back, dearest first, that need not have gone."""
        serves = served(self.jobs)
        spans: dict[int, int] = {}
        for mask, hours in zip(serves, self.jobs.hours, strict=True):
            spans[mask] = spans.get(mask, 0) + hours
        takes = {}  # of each requirement: the weighty jobs that go with it
        for slug in self.heaviest:
            if slug in self.needed:
                takes[slug] = serves[self.number[slug, self.levels.get(slug, 0) + 1]]

        def left(jobs: int) -> int:
            return sum(hours for mask, hours in spans.items() if mask & jobs)

        def without(slugs: Iterable[str]) -> int:
            gone = 0
            for slug in slugs:
                gone |= takes[slug]
            return everything & ~gone

        everything = alive = sum(1 << job for job, weight in enumerate(self.jobs.weights) if weight)
        dropped: list[str] = []
        while (now := left(alive)) > seconds:
            best, least, saves = "", 0, 0
            for slug in sorted(takes):
                gone = takes[slug] & alive
                if gone:
                    value = sum(self.jobs.weights[job] for job in bits(gone))
                    saved = now - left(alive & ~gone)
                    if not best or (value * saves, value) < (least * saved, least):
                        best, least, saves = slug, value, saved
            dropped.append(best)
            alive &= ~takes[best]
        for slug in reversed(tuple(dropped)):
            others = [other for other in dropped if other != slug]
            if left(without(others)) <= seconds:
                dropped = others
        return tuple(dropped)


def _unreachable(
    graph: Graph, requirements: Requirements, levels: Levels, skip: frozenset[str]
) -> tuple[Unreachable, ...]:
    """What the requirements need, themselves included, and cannot be begun because of what is skipped."""
    if not skip:
        return ()
    targets = {slug: item.level for slug, item in requirements.items() if slug not in skip}
    # What only a skipped skill needs is not looked for.
    open_ = {slug: {} if slug in skip else needs for slug, needs in graph.items()}
    wanted = prerequisites.closure(open_, targets, levels)
    waits = {slug: {} if levels.get(slug, 0) or slug in skip else graph[slug] for slug in wanted}
    blocked: dict[str, str] = {}
    for slug in prerequisites.order(waits):
        if slug not in skip:
            reasons = [
                need if need in skip else blocked[need]
                for need, level in waits[slug].items()
                if levels.get(need, 0) < level and (need in skip or need in blocked)
            ]
            if reasons:
                blocked[slug] = min(reasons)
    return tuple(Unreachable(slug, blocked[slug]) for slug in sorted(blocked))
