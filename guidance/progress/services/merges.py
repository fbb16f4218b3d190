"""Skills that were one for a while and part again."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress.models import (
    Assessment,
    LearnerSkill,
    StudySession,
)
from guidance.progress.services.base import lock_and_bump
from guidance.progress.services.levels import recount


@transaction.atomic
def recompute_skill(*, learner: User, skill: Skill) -> None:
    """Where the learner stands on this skill alone, from what happened on it: for skills that part again."""
    lock_and_bump(learner)
    recount(learner, skill.pk, [skill.pk])


@transaction.atomic
def split_skills(*sides: Collection[int]) -> int:
    """Let everybody stand on each of these groups of skills by itself again, which were one for a while. Whoever wrote
    nothing in that time does so already, and nothing of theirs is touched. Returns how many others there were."""
    found: dict[int, User] = {}
    for skills in sides:
        own = {"learner": OuterRef("pk"), "skill__in": list(skills)}
        state = Assessment.objects.filter(**own, undoes__isnull=True, undone_by__isnull=True)
        happened = Exists(state) | Exists(StudySession.objects.filter(**own))
        lost = User.objects.filter(happened, ~Exists(LearnerSkill.objects.filter(**own))).order_by("pk")
        found |= {learner.pk: learner for learner in lost}
    for _pk, learner in sorted(found.items()):
        lock_and_bump(learner)
        for skill in (skill for skills in sides for skill in skills):
            recount(learner, skill, [skill])
    return len(found)
