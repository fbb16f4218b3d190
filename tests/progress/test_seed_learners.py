from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.models import LearnerSkill, StudyDay, StudySession
from guidance.progress.standing import standing
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
        assert standing(user, snapshot=current(), now=timezone.now()).aim.plan.steps
        assert user.studydays.aggregate(n=Sum("minutes")) == user.studysessions.aggregate(n=Sum("minutes"))


def test_seed_learners_writes_the_sums_that_the_services_would():
    factories.make_catalogue(20)
    seed("2", "--sessions", "30")
    fields = ("learner", "skill", "level", "kind", "minutes", "total_minutes", "touched_on", "since_on")
    before = list(LearnerSkill.objects.order_by("learner", "skill").values(*fields))
    for row in LearnerSkill.objects.select_related("learner", "skill"):
        services.restand(learner=row.learner, skill=row.skill)
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
    with pytest.raises(CommandError, match="from 1 on"):
        seed("0")
