import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import StudyDay, StudySession
from tests import factories
from tests.progress.services.rows import code_of, current_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


def at_once(times, **session) -> list[int]:
    barrier, pks = threading.Barrier(times), []

    def submit():
        try:
            barrier.wait()
            pks.append(services.log_study(**session).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pks


def test_log_study_adds_to_day_and_skill(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now)
    services.log_study(learner=learner, skill=python, minutes=45, on=TODAY, now=now)
    assert list(StudyDay.objects.values_list("on", "minutes")) == [(TODAY, 75)]
    assert current_of(learner, python) == (0, "self", 75, 75)


def test_log_study_of_a_day_before_the_level_does_not_count_towards_the_next(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.log_study(
        learner=learner, skill=python, minutes=30, on=TODAY - timedelta(days=1), now=now + timedelta(hours=1)
    )
    assert current_of(learner, python) == (1, "self", 0, 30)


def test_log_study_of_an_earlier_day_leaves_the_day_on_which_the_skill_was_last_touched(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now)
    services.log_study(learner=learner, skill=python, minutes=45, on=TODAY - timedelta(days=3), now=now)
    row = learner.learnerskills.get()
    assert (row.touched_on, row.studied_on) == (TODAY, TODAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"skill": None}, "skill"),
    ],
)
def test_log_study_names_the_field_that_is_wrong_and_writes_nothing(learner, python, now, changes, field):
    with pytest.raises(ValidationError) as error:
        services.log_study(**{"learner": learner, "skill": python, "minutes": 30, "on": TODAY, "now": now} | changes)
    assert list(error.value.error_dict) == [field]
    assert not StudySession.objects.exists()
    assert not StudyDay.objects.exists()


def test_log_study_never_fills_a_day_beyond_its_end(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=1440, on=TODAY, now=now)
    with pytest.raises(ValidationError) as error:
        services.log_study(learner=learner, skill=python, minutes=1, on=TODAY, now=now)
    assert code_of(error.value, "minutes") == "day_full"
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyDay.objects.update(minutes=1441)


def test_remove_session_is_as_if_it_had_never_been(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    session = services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now + timedelta(minutes=1))
    services.remove_session(learner=learner, session=session)
    services.remove_session(learner=learner, session=session)
    assert current_of(learner, python) == (1, "self", 0, 0)
    assert not StudyDay.objects.exists()


def test_remove_session_touches_nobody_elses(learner, python, now):
    other = User.objects.create_user("other@example.com")
    session = services.log_study(learner=other, skill=python, minutes=30, on=TODAY, now=now)
    services.remove_session(learner=learner, session=session)
    assert StudySession.objects.get() == session


@pytest.mark.django_db(transaction=True)
def test_identical_submissions_at_once_make_one_row(django_user_model, now):
    learner = django_user_model.objects.create_user("parallel@example.com")
    skill = factories.make_skill("python")
    for _ in range(5):
        pks = at_once(8, learner=learner, skill=skill, minutes=30, on=TODAY, now=now, event_id=uuid.uuid4())
        assert len(pks) == 8
        assert len(set(pks)) == 1
    assert StudySession.objects.count() == 5
    assert StudyDay.objects.get().minutes == 150
