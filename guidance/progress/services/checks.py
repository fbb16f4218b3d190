"""Writes quick checks and reviews (begin, answer, finish) and reports about questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import SystemRandom

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.kinds import MAX_LEVEL, CheckItem
from guidance.catalog.models import Kind, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day
from guidance.progress import checks
from guidance.progress.checks import CHECK, REVIEW, Answered, InvalidAnswer
from guidance.progress.learner_state import learner_states
from guidance.progress.models import CheckAnswer, ItemReport, QuickCheck
from guidance.progress.services.base import clean, lock_and_bump, merged_ids
from guidance.progress.services.levels import pass_check
from guidance.progress.services.reviews import finish_review


@dataclass(frozen=True, slots=True)
class Pool:
    """The items of a level and of the level below, with the learner's last answer to each."""

    own: tuple[CheckItem, ...]
    lower: tuple[CheckItem, ...]
    answered: dict[str, Answered]

    @property
    def items(self) -> dict[str, CheckItem]:
        return {item.key: item for item in (*self.lower, *self.own)}


def pool_of(learner: User, slug: str, level: int, catalogue: Snapshot) -> Pool:
    """Returns the pool of a level, with one query."""
    return Pool(
        own=catalogue.items_of.get((slug, level), ()),
        lower=catalogue.items_of.get((slug, level - 1), ()),
        answered=_answered(learner, catalogue.ids[Kind.SKILL, slug]),
    )


def _answered(learner: User, skills: Sequence[int]) -> dict[str, Answered]:
    rows = learner.checkanswers.filter(skill__in=skills).order_by("id")
    return {
        item: Answered(learner.local_date(at), right) for item, right, at in rows.values_list("item", "right", "at")
    }


def check_days(learner: User, slug: str, today: date, catalogue: Snapshot) -> dict[int, date]:
    """Returns the first day on which the learner can begin a check, for each level that has enough items. Takes two queries."""
    ids = catalogue.ids[Kind.SKILL, slug]
    answered = _answered(learner, ids)
    last = learner.quickchecks.filter(skill__in=ids, purpose=QuickCheck.Purpose.CHECK).order_by("-id").first()
    earliest = today
    if last is not None:
        earliest = max(today, (last.finished_on or last.on) + timedelta(days=checks.DAYS_BETWEEN))
    days = {}
    for level in range(1, MAX_LEVEL + 1):
        own, lower = (catalogue.items_of.get((slug, number), ()) for number in (level, level - 1))
        if checks.can_check(own, lower):
            days[level] = checks.next_check(own, lower, answered, earliest)
    return days


@transaction.atomic
def begin_check(*, learner: User, skill: Skill, level: int, now: datetime) -> QuickCheck:
    """Returns the open check or review of the skill, or begins a check of the level. Raises ValidationError."""
    lock_and_bump(learner)
    catalogue, today = snapshot.current(), learner.local_date(now)
    slug = catalogue.slugs[Kind.SKILL, skill.pk]
    if going := open_check(learner, slug, catalogue):
        return going
    first = check_days(learner, slug, today, catalogue).get(level)
    if first is None:
        raise ValidationError(_("There are no questions for this level."), code="no_items")
    if first > today:
        raise ValidationError(
            _("You can take the next check of this skill on {day}.").format(day=day(first)), code="too_early"
        )
    pool = pool_of(learner, slug, level, catalogue)
    drawn = checks.draw(pool.own, pool.lower, pool.answered, today, SystemRandom())
    assert drawn is not None
    return QuickCheck.objects.create(
        learner=learner,
        skill=skill,
        level=level,
        items=[item.key for item in drawn],
        needed=CHECK.needed,
        at=now,
        on=today,
    )


@transaction.atomic
def begin_review(*, learner: User, skill: Skill, now: datetime) -> QuickCheck:
    """Returns the open check or review of the skill, or begins its review if that is due. Raises ValidationError."""
    lock_and_bump(learner)
    catalogue, today = snapshot.current(), learner.local_date(now)
    slug = catalogue.slugs[Kind.SKILL, skill.pk]
    if going := open_check(learner, slug, catalogue):
        return going
    review = learner_states([learner], snapshot=catalogue, now=now)[learner.pk].review_of(slug)
    if review is None:
        message = _(
            "Reviews are only for levels that you checked or showed with a project and that have enough questions."
        )
        raise ValidationError(message, code="no_review")
    if review.due > today:
        text = _("The next review of this skill is due on {day}.").format(day=day(review.due))
        raise ValidationError(text, code="too_early")
    pool = pool_of(learner, slug, review.asked, catalogue)
    drawn = checks.draw_review(pool.own, pool.lower, pool.answered, SystemRandom())
    return QuickCheck.objects.create(
        learner=learner,
        skill=skill,
        level=review.asked,
        purpose=QuickCheck.Purpose.REVIEW,
        items=[item.key for item in drawn],
        needed=REVIEW.needed,
        at=now,
        on=today,
    )


def open_check(learner: User, slug: str, catalogue: Snapshot) -> QuickCheck | None:
    rows = learner.quickchecks.filter(skill__in=catalogue.ids[Kind.SKILL, slug], finished_at=None)
    return rows.order_by("-id").first()


@dataclass(frozen=True, slots=True)
class CheckState:
    """The progress of a check: its current items and its answers. Withdrawn items without an answer are replaced. If there is
    no replacement, they are left out and one right answer fewer is needed."""

    check: QuickCheck
    slug: str  # of the skill
    items: tuple[CheckItem, ...]
    answers: tuple[CheckAnswer, ...]
    needed: int

    @property
    def current(self) -> CheckItem | None:
        """The item to answer next; None after the last one."""
        given = {answer.item for answer in self.answers}
        return next((item for item in self.items if item.key not in given), None)

    @property
    def right(self) -> int:
        return sum(answer.right for answer in self.answers)

    def answer_to(self, key: str) -> CheckAnswer | None:
        return next((answer for answer in self.answers if answer.item == key), None)


def check_state(learner: User, check: QuickCheck, catalogue: Snapshot) -> CheckState:
    """Returns the progress of a check, with two queries. Raises KeyError if the skill is retired."""
    slug = catalogue.slugs[Kind.SKILL, check.skill_id]
    pool = pool_of(learner, slug, check.level, catalogue)
    every = {item.key: item for item in _with_withdrawn(catalogue, slug)}
    answers = tuple(check.answers.order_by("id"))
    given = {answer.item for answer in answers}
    found, taken, lost = list[CheckItem](), set(check.items), 0
    for key in check.items:
        item = every.get(key) if key in given or check.finished_at else pool.items.get(key)
        if item is None and not check.finished_at:
            item = checks.substitute((*pool.own, *pool.lower), taken, pool.answered, check.on)
            lost += item is None
        if item is not None:
            taken.add(item.key)
            found.append(item)
    needed = check.needed if check.finished_at else max(check.needed - lost, 1)
    return CheckState(check, slug, tuple(found), answers, needed)


def _with_withdrawn(catalogue: Snapshot, slug: str) -> Sequence[CheckItem]:
    return [item for check in catalogue.checks.values() if check.skill == slug for item in check.items]


@transaction.atomic
def answer_item(*, learner: User, check: QuickCheck, item: str, given: Sequence[str], now: datetime) -> CheckState:
    """Marks and stores an answer to the current question; the last answer finishes the check. Raises ValidationError with the
    code `finished`, `answered`, `not_asked`, `withdrawn` or `invalid`; nothing is stored in that case."""
    lock_and_bump(learner)
    check = QuickCheck.objects.select_for_update().get(pk=check.pk, learner=learner)
    state = check_state(learner, check, snapshot.current())
    asked = _asked(state, item)
    try:
        answer = checks.read_answer(asked, given)
    except InvalidAnswer as error:
        raise ValidationError(_wrong_answer(asked, str(error)), code="invalid") from None
    made = CheckAnswer.objects.create(
        learner=learner,
        quick_check=check,
        skill_id=check.skill_id,
        item=item,
        answer=answer,
        right=checks.is_right(asked, answer),
        at=now,
    )
    check.items, check.needed = [found.key for found in state.items], state.needed
    state = CheckState(check, state.slug, state.items, (*state.answers, made), state.needed)
    if state.current is None:
        _finish(learner, state, now)
    check.save()
    return state


def _asked(state: CheckState, key: str) -> CheckItem:
    """Returns the current item if `key` is its key; raises ValidationError otherwise."""
    if state.answer_to(key):
        raise ValidationError(_("You have answered this question already."), code="answered")
    if state.check.finished_at:
        raise ValidationError(_("This check is finished."), code="finished")
    current = state.current
    if current is None or key != current.key:
        if key in state.check.items and key not in {item.key for item in state.items}:
            raise ValidationError(
                _("This question was withdrawn in the meantime. Here is another one."), code="withdrawn"
            )
        raise ValidationError(_("This question was not asked."), code="not_asked")
    return current


def _wrong_answer(item: CheckItem, problem: str) -> str:
    if problem == "number":
        return _("Give a number, such as 12 or 0.75.")
    if problem == "each":
        return _("Give each line a different place.")
    if problem == "unknown":
        return _("This is not one of the options.")
    return _("Type your answer.") if checks.is_typed(item) else _("Choose an answer.")


@transaction.atomic
def finish_check(*, learner: User, check: QuickCheck, now: datetime) -> CheckState:
    """Finishes a check that has no questions left because the remaining items were withdrawn."""
    lock_and_bump(learner)
    check = QuickCheck.objects.select_for_update().get(pk=check.pk, learner=learner)
    state = check_state(learner, check, snapshot.current())
    if state.current is None and check.finished_at is None:
        check.items, check.needed = [found.key for found in state.items], min(state.needed, len(state.items))
        _finish(learner, state, now)
        check.save()
    return state


def _finish(learner: User, state: CheckState, now: datetime) -> None:
    check = state.check
    check.finished_at, check.finished_on = now, learner.local_date(now)
    check.passed = state.right >= state.needed
    if check.purpose == QuickCheck.Purpose.REVIEW:
        finish_review(learner=learner, skill=check.skill, passed=check.passed, now=now)
    elif check.passed:
        pass_check(learner=learner, skill=check.skill, level=check.level, now=now)


@transaction.atomic
def report_item(*, learner: User, skill: Skill, item: str, text: str, now: datetime) -> ItemReport:
    """Reports that a question is wrong. A second open report about the same question replaces the text of the first. Raises
    ValidationError by field, and for an item that the learner has not answered."""
    ids = merged_ids(Kind.SKILL, skill.pk)
    if not learner.checkanswers.filter(skill__in=ids, item=item).exists():
        raise ValidationError(_("This question was not asked."), code="not_asked")
    report = learner.itemreports.filter(skill__in=ids, item=item, done_at=None).first()
    report = report or ItemReport(learner=learner, skill=skill, item=item)
    report.text, report.at = text.strip(), now
    clean(report)
    report.save()
    return report


# Called by curators. Reports do not affect the state of a learner, so no version is incremented.


def close_reports(*, skill: int, item: str, until: datetime, now: datetime) -> int:
    """Marks the open reports about an item as dealt with, except those written or changed after `until`. Returns how many."""
    return ItemReport.objects.filter(skill=skill, item=item, done_at=None, at__lte=until).update(done_at=now)


@transaction.atomic
def reopen_reports(*, skill: int, item: str, done_at: datetime) -> int:
    """Reopens the reports that `close_reports` closed at that moment, except those of learners who have reported the item again
    since. Returns how many."""
    reports = ItemReport.objects.filter(skill=skill, item=item)
    again = reports.filter(done_at=None).values("learner")
    return reports.filter(done_at=done_at).exclude(learner__in=again).update(done_at=None)
