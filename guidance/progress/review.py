"""Which skills are due for a review, and on which days of a plan. Pure: takes levels and dates, returns dataclasses and never
reads the clock.

Skills fade without use: half of what was gained by training is lost after 6.5 months, measured by accuracy (Tatel & Ackerman
2023, doi 10.1037/bul0000481; 1,344 effect sizes of procedural skills, the closest research to our case). So a level has a
half-life: HALF_LIFE at first, doubled by each passed review, MAX_HALF_LIFE at most. It decays exponentially, and a review is due
on the first day on which less than MIN_LEFT of it is expected to be left.

The clock restarts on the day on which the level was proved (by a check, a project or a review) and on each day of study on the
skill or on a skill that needs it. A failed review changes no level: the skill is worth a refresh until it is studied or a review
is passed, and the next review is due after REFRESH_DAYS.

Only levels that a check or a project proves are reviewed. For levels that are only stated, we offer a check instead. A skill
without enough check items up to its level is never due, because there is nothing to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log2

from guidance.catalog.graph import Graph
from guidance.progress.checks import REVIEW
from guidance.progress.plan import Calendar

HALF_LIFE = 198  # days: 6.5 months
MAX_HALF_LIFE = 730  # days: two years
MIN_LEFT = 0.8
REFRESH_DAYS = 14  # after a failed review
SHARE = 5  # reviews take at most a fifth of a week's hours
TELL_AGAIN = timedelta(weeks=4)  # how often we remind the learner of a due review
HORIZON = timedelta(weeks=4)  # how far ahead reviews are planned; later ones depend on study until then
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProvedSkill:
    """What is known about a skill that was checked or shown."""

    level: int  # up to which it was checked or shown
    proved_on: date  # last day of a check, a project or a passed review
    passed: int = 0  # number of passed reviews of this level
    reviewed_on: date | None = None  # day of the last review, passed or not
    failed: bool = False  # whether that review failed and nothing was studied since


@dataclass(frozen=True, slots=True)
class Review:
    """The next review of a skill."""

    skill: str
    level: int
    asked: int  # the level of its questions, which is lower if `level` has too few
    since: date  # when the clock started
    half_life: int  # days
    due: date
    worth_refresh: bool  # the last review failed and the skill was not used since
    passed: int
    proved_on: date
    reviewed_on: date | None

    def left(self, today: date) -> float:
        """Returns the share of the level that is expected to be left."""
        return float(0.5 ** (max((today - self.since).days, 0) / self.half_life))


@dataclass(frozen=True, slots=True)
class PlannedReview:
    review: Review
    on: date


def half_life(passed: int) -> int:
    """Returns the half-life in days after this many passed reviews."""
    return int(min(HALF_LIFE * 2 ** min(passed, 10), MAX_HALF_LIFE))


def days_until_due(passed: int) -> int:
    """Returns the smallest number of days after which less than MIN_LEFT is left."""
    exact = half_life(passed) * -log2(MIN_LEFT)
    return ceil(exact) if exact != int(exact) else int(exact) + 1


def reviews(
    proved: Mapping[str, ProvedSkill],
    studied: Mapping[str, date],
    questions: Mapping[tuple[str, int], int],
    graph: Graph,
) -> tuple[Review, ...]:
    """Returns the next review of every skill that has one, sorted by due date and slug. `studied` is the last day of study on
    each skill, proved or not; `questions` is the number of check items by skill and level."""
    used = _last_used(studied, graph)
    found = []
    for slug, known in proved.items():
        if asked := _level_to_ask(slug, known.level, questions):
            found.append(_review(slug, known, asked, used.get(slug)))
    return tuple(sorted(found, key=lambda review: (review.due, review.skill)))


def _level_to_ask(slug: str, level: int, questions: Mapping[tuple[str, int], int]) -> int:
    """Returns the highest level up to this one that has enough questions together with the level below; 0 if there is
    none."""
    for asked in range(level, 0, -1):
        if questions.get((slug, asked), 0) + questions.get((slug, asked - 1), 0) >= REVIEW.items:
            return asked
    return 0


def _last_used(studied: Mapping[str, date], graph: Graph) -> dict[str, date]:
    """Returns the last day of study on each skill or on a skill that needs it, directly or indirectly."""
    used: dict[str, date] = {}
    for slug, day in sorted(studied.items(), key=lambda item: item[1], reverse=True):
        stack = [slug]
        while stack:
            skill = stack.pop()
            if skill not in used:  # a skill in `used` was used later than this, and so were its prerequisites
                used[skill] = day
                stack.extend(graph.get(skill, ()))
    return used


def _review(slug: str, known: ProvedSkill, asked: int, used: date | None) -> Review:
    since = max(known.proved_on, used or known.proved_on)
    # Logging study on the skill itself clears `failed`. For study on another skill, only the day is known.
    failed = known.failed and known.reviewed_on is not None and since <= known.reviewed_on
    wait = REFRESH_DAYS if failed else days_until_due(known.passed)
    begin = known.reviewed_on if failed and known.reviewed_on else since
    return Review(
        skill=slug,
        level=known.level,
        asked=asked,
        since=since,
        half_life=half_life(known.passed),
        due=begin + wait * DAY,
        worth_refresh=failed,
        passed=known.passed,
        proved_on=known.proved_on,
        reviewed_on=known.reviewed_on,
    )


def is_news(due: Sequence[Review], on: date, told: date | None) -> bool:
    """Returns whether to tell the learner about these reviews: true if one has become due since they were last told, or if they
    were last told at least TELL_AGAIN ago."""
    if told is None:
        return bool(due)
    return any(review.due > told for review in due) or (bool(due) and on - told >= TELL_AGAIN)


# On the days of a plan


def plan_reviews(
    found: Iterable[Review], calendar: Calendar, weights: Mapping[str, float], done: int = 0
) -> tuple[PlannedReview, ...]:
    """Returns the reviews that are due within HORIZON, each on the first study day that has room for it: sorted by due date,
    then by the weight of the skill, largest first.

    Each study day adds a fifth of its hours to the time for reviews in its week, Monday to Sunday. On one day they take at
    most half of the hours, but one review always fits. `done` is the number of reviews already done in the week in which the
    calendar starts.
    """
    coming = sorted(
        (review for review in found if review.due <= calendar.start + HORIZON),
        key=lambda review: (review.due, -weights.get(review.skill, 0.0), review.skill),
    )
    days, planned = _ReviewDays(calendar, done), []
    for review in coming:
        planned.append(PlannedReview(review, days.take(review.due)))
    return tuple(planned)


class _ReviewDays:
    """Finds study days with room for a review, in order."""

    def __init__(self, calendar: Calendar, done: int) -> None:
        self.calendar = calendar
        self.number = 0  # number of the study day of the last review
        self.on_day = 0  # reviews on that day
        self.monday = calendar.start - calendar.start.weekday() * DAY
        self.in_week = done
        self.before = -calendar.earlier  # study days before the week

    def take(self, due: date) -> date:
        """Returns the day for the next review, which is not before `due`."""
        number = max(self.number, self.calendar.study_days_until(due - DAY) + 1, 1)
        while True:
            number = max(number, self._first_with_share(number))
            if number > self.number:
                self.number, self.on_day = number, 0
            elif self.on_day >= self._most_of_a_day:
                number += 1
                continue
            self.on_day += 1
            self.in_week += 1
            return self.calendar.study_day(number)

    @property
    def _most_of_a_day(self) -> int:
        return max(1, self.calendar.week // (2 * 60 * REVIEW.minutes * len(self.calendar.offsets)))

    def _first_with_share(self, number: int) -> int:
        """Returns the first study day, from this one on, whose week has time left for a review."""
        while True:
            on = self.calendar.study_day(number)
            monday = on - on.weekday() * DAY
            if monday != self.monday:
                self.monday, self.in_week = monday, 0
                self.before = self.calendar.study_days_until(monday - DAY)
            # The number of study days whose share of the hours is enough for one more review.
            seconds = (self.in_week + 1) * 60 * REVIEW.minutes * SHARE
            needed = self.before - (-seconds * len(self.calendar.offsets) // self.calendar.week)
            if needed <= self.calendar.study_days_until(monday + 6 * DAY):
                return max(number, needed)
            number = self.calendar.study_days_until(monday + 6 * DAY) + 1
