"""What all writes have in common, and rows that no service writes and the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guidance.progress import services
from guidance.progress.models import Assessment, Evidence, LearnerSkill, Note, Progress

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


def test_writes_count_the_version_up(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now)
    assert Progress.objects.get().version == 2


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (LearnerSkill, {"since_on": None}),
        (LearnerSkill, {"since": None}),
        (LearnerSkill, {"minutes": 1}),
        (Assessment, {"kind": "guess"}),
        (Assessment, {"up_to": 1}),  # for a self-stated level
        (Assessment, {"kind": "check", "up_to": 2}),
        (Assessment, {"kind": "check", "up_to": 0}),
        (Note, {"text": ""}),
        (Note, {"text": "x" * 20_001}),
        (Evidence, {"text": "x" * 2_001}),
        (Evidence, {"text": "", "url": ""}),
    ],
)
def test_database_refuses_what_no_service_would_write(learner, python, now, model, changes):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.write_note(learner=learner, skill=python, text="x" * 20_000)
    services.add_evidence(learner=learner, skill=python, text="x" * 2_000, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**changes)
