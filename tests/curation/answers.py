"""Learners who have answered check items, made directly in the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress.models import CheckAnswer, QuickCheck

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def learners(count: int) -> list[User]:
    return User.objects.bulk_create(User(email=f"learner-{number}@example.org") for number in range(count))


def give(
    learner: User,
    skill: Skill,
    answers: Mapping[str, tuple[bool, Sequence[str]]],
    *,
    level: int = 1,
    purpose: str = "check",
    at: datetime = NOW,
    finished: bool = True,
) -> QuickCheck:
    """A check with answers by item: whether the answer is right, and what was chosen."""
    end = {"finished_at": at, "finished_on": at.date(), "passed": False} if finished else {}
    check = QuickCheck.objects.create(
        learner=learner,
        skill=skill,
        level=level,
        purpose=purpose,
        items=[*answers],
        needed=1,
        at=at - timedelta(minutes=4),
        on=at.date(),
        **end,
    )
    CheckAnswer.objects.bulk_create(
        CheckAnswer(learner=learner, quick_check=check, skill=skill, item=item, right=right, answer=[*answer], at=at)
        for item, (right, answer) in answers.items()
    )
    return check


def answered(right: bool, number: int = 1) -> tuple[bool, list[str]]:
    """An answer to the choice item with this number (`choice_item`); a wrong answer is always the same option."""
    return right, [f"Answer {number % 4 if right else (number + 1) % 4}"]
