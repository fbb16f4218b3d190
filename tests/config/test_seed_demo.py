from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Revision, Skill
from guidance.catalog.snapshot import current
from guidance.curation import permissions
from guidance.curation.models import Proposal, ReaderReport
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import StudySession
from guidance.reminders.audit import Audit
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind
from tests import factories
from tests.accounts.conftest import hashes, is_logged_in, log_in  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db

NAMES = ["admin", "curator", "learner"]


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True


def test_seed_demo_makes_three_accounts_that_can_log_in():
    assert seed() == "Demo accounts: 3 made, 0 there already.\n"
    for name in NAMES:
        client = Client()
        log_in(client, f"{name}@waymark.example", "waymark-demo")
        assert is_logged_in(client)


def test_seed_demo_is_quick_when_nothing_is_missing(hashes):  # noqa: F811
    seed()
    hashes.clear()
    before = list(User.objects.order_by("email").values())
    assert seed() == "Demo accounts: 0 made, 3 there already.\n"
    assert hashes == []
    assert list(User.objects.order_by("email").values()) == before
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 3


def test_seed_demo_gives_least_rights():
    seed()
    rights = {user.email.partition("@")[0]: (user.is_staff, user.is_superuser) for user in User.objects.all()}
    assert rights == {"learner": (False, False), "curator": (True, False), "admin": (True, True)}
    curator = User.objects.get(email="curator@waymark.example")
    held = curator.get_all_permissions()
    assert "catalog.change_skill" in held
    assert held == permissions.RIGHTS[permissions.CURATOR]


def test_seed_demo_keeps_a_changed_password():
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    learner.set_password("changed since")
    learner.save()
    seed()
    learner.refresh_from_db()
    assert learner.check_password("changed since")


def test_seed_demo_refuses_outside_of_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        seed()
    assert User.objects.count() == 0


@pytest.fixture
def catalogue(db) -> None:
    """A catalogue with what the demo needs for an AI engineer in healthcare; a project proves Python."""
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("pytorch", effort=[300, 300, 300, 300]),
        factories.resource_document("book", cost=0, skills={"python": [1, 2], "sql": [1, 2]}),
        factories.project_document("report", proves={"python": 2}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "sql": (3, 3), "pytorch": (2, 1)}),
        factories.industry_document("healthcare", emphases={"sql": 1.0}),
        factories.starting_point_document("backend-developer", levels={"sql": 1}),
    )


def test_seed_demo_gives_the_learner_half_a_year(catalogue):
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    today = learner.local_date(timezone.now())
    days = list(learner.studydays.values_list("on", flat=True))
    assert today - timedelta(weeks=26) <= days[0] < days[-1] < today
    assert 60 <= len(days) <= 140
    assert set(learner.assessments.values_list("kind", flat=True)) == {"self", "project"}
    assert learner.evidences.count() == learner.projectworks.count() == 1
    found = learner_state(learner, snapshot=current(), now=timezone.now())
    assert [goal.hours_per_week for goal in found.goals] == [7, 8, 8]
    assert found.goal_state.readiness.readiness > 0
    assert found.goal_state.readiness.evidenced > 0
    assert found.goal_state.plan.on_time is False
    for known in found.skills.values():
        assert known.minutes <= known.total_minutes


@pytest.mark.parametrize("day", [29, 30])
def test_seed_demo_checks_some_of_the_levels(catalogue, time_machine, day):
    """The days of study depend on the weekday, so on some days SQL 2 is reached before the check of SQL 1 was to come."""
    time_machine.move_to(datetime(2026, 11, day, 12, tzinfo=UTC), tick=False)
    factories.publish(factories.check_document("sql"), factories.check_document("python"))
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    checks = learner.assessments.filter(kind="check")
    assert {"sql", "python"} >= set(checks.values_list("skill__slug", flat=True)) != set()
    assert all(check.up_to == check.level and check.on < learner.local_date(timezone.now()) for check in checks)
    moments = list(learner.assessments.values_list("at", flat=True))
    assert moments == sorted(moments)
    found = learner_state(learner, snapshot=current(), now=timezone.now()).goal_state.readiness.by_source
    assert found["check"] > 0


def test_seed_demo_leaves_reviews_that_can_be_done(catalogue):
    """Only skills that no other skill needs are due for review; the others count as used."""
    slugs = [f"tool-{number:02}" for number in range(30)]
    factories.publish(
        *(factories.skill_document(slug) for slug in slugs),
        *(factories.check_document(slug) for slug in slugs),
        factories.starting_point_document("backend-developer", levels={"sql": 1} | dict.fromkeys(slugs, 2)),
    )
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    now = timezone.now()
    today = learner.local_date(now)
    done = learner.quickchecks.filter(purpose="review")
    assert set(done.values_list("passed", flat=True)) == {True, False}
    assert all(check.finished_on <= today - timedelta(weeks=4) for check in done)
    state = learner_state(learner, snapshot=current(), now=now)
    assert any(review.worth_refresh for review in state.due_reviews)
    monday = today - timedelta(days=today.weekday())
    this_week = [item for item in state.goal_state.reviews if item.on < monday + timedelta(weeks=1)]
    assert 5 * len(this_week) <= 8 * 60 / 5
    for review in state.due_reviews:
        begun = services.begin_review(learner=learner, skill=Skill.objects.get(slug=review.skill), now=now)
        assert len(begun.items) == 3


def test_seed_demo_adds_no_second_history(catalogue):
    seed()
    before = list(StudySession.objects.values())
    seed()
    assert list(StudySession.objects.values()) == before


def test_seed_demo_gives_the_learner_weeks_of_reminders(catalogue):
    seed()
    now = timezone.now()
    learner = User.objects.get(email="learner@waymark.example")
    assert {schedule.kind for schedule in learner.schedules.filter(is_on=True)} == set(ReminderKind)
    assert all(schedule.next_at > now for schedule in learner.schedules.all())
    rows = list(learner.deliveries.order_by("due_at"))
    assert timedelta(weeks=5) < now - rows[0].due_at < timedelta(weeks=6) + timedelta(days=1)
    sent = [row for row in rows if row.state == Delivery.State.SENT]
    assert {row.kind for row in sent} == set(ReminderKind)
    assert {row.reason for row in rows if row.state == Delivery.State.CANCELLED} == {"paused", "outranked", "nothing"}
    assert len(sent) > len(rows) / 2
    assert max(row.attempts for row in sent) == 2
    version = learner_state(learner, snapshot=current(), now=now).version
    assert all(1 <= row.version < version for row in sent)  # the learner did something after each of them
    versions = [row.version for row in sent]
    assert versions == sorted(versions)
    Heartbeat.objects.create(name="tick", at=now)
    assert list(Audit(now, 60).findings()) == []


def test_seed_demo_leaves_reminders_as_somebody_set_them(catalogue):
    seed()
    learner = User.objects.get(email="learner@waymark.example")
    learner.schedules.update(is_on=False, next_at=None, next_on=None)
    before = list(learner.schedules.values()), list(learner.deliveries.values())
    seed()
    assert (list(learner.schedules.values()), list(learner.deliveries.values())) == before


def test_seed_demo_shows_proposals_in_every_state_and_adds_none_twice(catalogue):
    factories.publish(
        factories.skill_document("kubernetes"),
        factories.resource_document("ai-index-report", skills={"python": [0, 2]}),
        factories.guide_document("staying-current"),
    )
    revisions = Revision.objects.count()
    seed()
    states = dict(Proposal.objects.values_list("slug", "state"))
    assert states == {
        "do-you-need-a-cloud-certificate": "in-review",
        "ai-engineer": "draft",
        "ai-index-report": "in-review",
        "kubernetes": "scheduled",
        "staying-current": "refused",
    }
    assert Revision.objects.count() == revisions
    Proposal.objects.filter(slug="kubernetes").delete()
    seed()
    assert Proposal.objects.count() == 4


def test_seed_demo_has_reports_of_readers_and_adds_none_twice(catalogue):
    factories.publish(factories.resource_document("book", skills={"python": [0, 2]}), factories.skill_document("sql"))
    seed()
    seed()
    topics = ReaderReport.objects.filter(duplicate_of=None).order_by("pk").values_list("topic", flat=True)
    assert list(topics) == ["dead-link", "unclear", "wrong", "idea"]
    assert ReaderReport.objects.get(topic="wrong").learner.email == "learner@waymark.example"
