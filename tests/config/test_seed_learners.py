from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import LearnerSkill, StudyDay, StudySession
from guidance.reminders import ledger
from guidance.reminders.context import cancel_reason, load
from guidance.reminders.models import Delivery, Schedule
from tests import factories

pytestmark = pytest.mark.django_db


def seed(*args) -> str:
    out = StringIO()
    call_command("seed_learners", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_seed_learners_makes_learners_with_a_plan_and_a_history():
    factories.make_catalogue(20)
    assert seed("3", "--sessions", "7") == "added 3, changed 0, removed 0\n"
    assert seed("2", "--sessions", "0") == "added 2, changed 0, removed 0\n"
    assert User.objects.count() == 5
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert StudySession.objects.count() == 21
    for user in User.objects.all():
        assert learner_state(user, snapshot=current(), now=timezone.now()).goal_state.plan.steps
        assert user.studydays.aggregate(n=Sum("minutes")) == user.studysessions.aggregate(n=Sum("minutes"))


def test_seed_learners_are_not_reminded_unless_asked_for():
    factories.make_catalogue(20)
    seed("2", "--sessions", "1")
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("now", ["2026-11-25T12:34:56Z", "2026-10-25T01:30:20Z", "2026-03-29T01:30:20Z"])
def test_seed_learners_makes_reminders_that_are_due_now(now):
    """They are due even when the clocks change."""
    factories.make_catalogue(20)
    with time_machine.travel(now, tick=False):
        seed("10", "--sessions", "5", "--due-now")
        now = timezone.now()
        assert ledger.plan_due(now=now) == 10
        rows = Delivery.objects.values_list("pk", flat=True)
        contexts = load(rows, snapshot=current(), now=now)
        assert [cancel_reason(context) for context in contexts] == [None] * 10
        for context in contexts:
            assert context.delivery.on == context.learner.local_date(now)
            assert context.delivery.expires_at > now


def test_seed_learners_writes_the_sums_that_the_services_would():
    factories.make_catalogue(20)
    seed("2", "--sessions", "30")
    fields = ("learner", "skill", "level", "kind", "minutes", "total_minutes", "touched_on", "since_on")
    before = list(LearnerSkill.objects.order_by("learner", "skill").values(*fields))
    for row in LearnerSkill.objects.select_related("learner", "skill"):
        services.recompute_skill(learner=row.learner, skill=row.skill)
    assert list(LearnerSkill.objects.order_by("learner", "skill").values(*fields)) == before
    assert StudyDay.objects.filter(minutes__lte=0).count() == 0


def test_seed_learners_counts_on_where_some_were_deleted():
    factories.make_catalogue(20)
    seed("3", "--sessions", "1")
    User.objects.earliest("pk").delete()
    seed("1", "--sessions", "1")
    assert list(User.objects.order_by("pk").values_list("name", flat=True)) == ["Learner 2", "Learner 3", "Learner 4"]


def test_seed_learners_refuses_what_makes_no_sense():
    with pytest.raises(CommandError, match="catalogue is empty"):
        seed("1")
    with pytest.raises(CommandError, match="to 1 or more"):
        seed("0")
