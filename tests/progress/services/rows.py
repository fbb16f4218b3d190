"""What the tests of the services read from rows and errors."""

from django.core.exceptions import ValidationError

from guidance.progress.models import LearnerSkill
from guidance.progress.sources import KnownLevel


def code_of(error: ValidationError, field: str) -> str:
    return error.error_dict[field][0].code


def current_of(learner, skill) -> tuple[int, str, int, int]:
    row = LearnerSkill.objects.get(learner=learner, skill=skill)
    return row.level, row.kind, row.minutes, row.total_minutes


def slices_of(learner, skill) -> tuple[str, ...]:
    """The source of each level, from the row."""
    row = LearnerSkill.objects.get(learner=learner, skill=skill)
    return KnownLevel(row.level, row.kind, row.checked_to, row.shown_to).slices
