from datetime import date, timedelta
from time import monotonic

import pytest

from accounts.models import User
from guidance import lru
from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import learner_state as learner_states
from guidance.progress import services
from guidance.progress.learner_rows import SkillState
from guidance.progress.learner_state import learner_state
from guidance.progress.plan import PlanError
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture
def goal(learner, now):
    """A goal of AI engineer, who needs Python 2 and SQL 2. Python needs SQL 1."""
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "sql": (2, 3)}),
        factories.industry_document("healthcare", emphases={"sql": 1.0}),
    )
    return services.set_goal(learner=learner, role=role("ai-engineer"), hours_per_week=7, weekdays=range(1, 8), now=now)


def role(slug):

    return Role.objects.get(slug=slug)


def skill(slug):

    return Skill.objects.get(slug=slug)


def look(learner, now):
    return learner_state(learner, snapshot=current(), now=now)


def test_standing_of_somebody_new_is_empty(learner, now, django_assert_num_queries):
    current()
    with django_assert_num_queries(1):
        found = look(learner, now)
    assert (found.goal, found.levels, found.goal_state, found.today) == (None, {}, None, TODAY)


def test_standing_says_what_is_known(learner, goal, now):
    services.assess(learner=learner, skill=skill("sql"), level=2, source="project", now=now)
    services.log_study(learner=learner, skill=skill("python"), minutes=90, on=TODAY, now=now)
    services.set_days_off(learner=learner, days=[TODAY + timedelta(days=1)], now=now)
    services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=now)
    found = look(learner, now)
    assert found.skills == {
        "sql": SkillState(2, False, "project", TODAY, 0, 0, TODAY, shown_to=2, proved_on=TODAY),
        "python": SkillState(0, False, "self", None, 90, 90, TODAY, studied_on=TODAY),
    }
    assert found.levels == {"sql": 2}
    assert (found.sources, found.slices) == ({"sql": "project"}, {"sql": ("project", "project")})
    assert found.logged == {"python": 1.5}
    assert found.days_off == {TODAY + timedelta(days=1)}
    assert (found.pin, found.skip, found.later) == (("python",), (), ())
    assert (found.goal.role, found.goal.weekdays, found.goal.on) == ("ai-engineer", (1, 2, 3, 4, 5, 6, 7), TODAY)


def test_a_stated_level_implies_what_it_rests_on_and_a_stated_one_always_wins(learner, goal, now):
    services.assess(learner=learner, skill=skill("python"), level=2, now=now)
    found = look(learner, now)
    assert (found.stated, found.levels) == ({"python": 2}, {"python": 2, "sql": 1})
    assert found.sources == {"python": "self", "sql": "implied"}
    assert [(step.skill, step.to_level) for step in found.goal_state.plan.steps] == [("sql", 2)]
    services.assess(learner=learner, skill=skill("sql"), level=0, now=now)
    assert look(learner, now).levels == {"python": 2}


def test_a_check_shows_a_level_at_least_and_other_levels_may_imply_more(learner, goal, now):
    factories.publish(
        factories.skill_document("git"),
        factories.skill_document("sql", prerequisites={"git": 1}),
        factories.skill_document("python", prerequisites={"sql": 2}),
    )
    services.pass_check(learner=learner, skill=skill("sql"), level=1, now=now)
    found = look(learner, now)
    assert (found.stated, found.own) == ({}, {"sql": 1})
    assert found.slices == {"sql": ("check",), "git": ("implied",)}
    services.assess(learner=learner, skill=skill("python"), level=1, now=now)
    found = look(learner, now)
    assert found.slices == {"python": ("self",), "sql": ("check", "implied"), "git": ("implied",)}
    assert found.goal_state.readiness.by_source == pytest.approx(
        {"self": 31.25, "cv": 0, "check": 18.75, "project": 0, "implied": 18.75}
    )
    services.assess(learner=learner, skill=skill("sql"), level=1, now=now)
    assert look(learner, now).slices == {"python": ("self",), "sql": ("check",), "git": ("implied",)}


def test_time_alone_and_an_answer_that_was_undone_state_nothing(learner, goal, now):
    services.assess(learner=learner, skill=skill("python"), level=2, now=now)
    services.log_study(learner=learner, skill=skill("sql"), minutes=30, on=TODAY, now=now)
    assert look(learner, now).levels == {"python": 2, "sql": 1}
    said = services.assess(learner=learner, skill=skill("sql"), level=0, now=now)
    services.undo_assessment(learner=learner, assessment=said, now=now)
    assert look(learner, now).levels == {"python": 2, "sql": 1}


def test_standing_leads_to_readiness_and_a_plan(learner, goal, now):
    goal_state = look(learner, now).goal_state
    assert goal_state.readiness.readiness == 0
    assert [(step.skill, step.to_level) for step in goal_state.plan.steps][:2] == [("sql", 1), ("python", 1)]
    services.assess(learner=learner, skill=skill("sql"), level=2, now=now)
    goal_state = look(learner, now).goal_state
    assert goal_state.readiness.readiness == pytest.approx(37.5)
    assert [(step.skill, step.to_level) for step in goal_state.plan.steps] == [("python", 1), ("python", 2)]


def test_standing_is_kept_until_something_changes(learner, goal, now, django_assert_num_queries):
    current()
    first = look(learner, now)
    with django_assert_num_queries(1):
        assert look(learner, now) is first
    assert look(learner, now + timedelta(hours=12)).today == TODAY + timedelta(days=1)
    services.write_note(learner=learner, skill=skill("sql"), text="x")
    assert look(learner, now) is not first
    again = look(learner, now)
    factories.make_skill("git")
    assert look(learner, now).snapshot is not again.snapshot


def test_standing_of_one_is_not_anothers(learner, goal, now):
    other = User.objects.create_user("other@example.com")
    services.assess(learner=other, skill=skill("sql"), level=1, now=now)
    assert look(learner, now).levels == {}
    assert look(other, now).levels == {"sql": 1}
    assert look(other, now).goal is None


def test_standing_with_a_retired_role_has_no_aim(learner, goal, now):
    factories.retire(role("ai-engineer"))
    found = look(learner, now)
    assert found.goal.role is None
    assert found.goal_state is None


def test_standing_leaves_retired_skills_out(learner, now):
    git = factories.make_skill("git")
    services.assess(learner=learner, skill=git, level=2, now=now)
    factories.retire(git)
    assert look(learner, now).skills == {}


def test_standing_with_a_deadline_gone_plans_without_it(learner, goal, now):
    services.set_goal(learner=learner, role=goal.role, hours_per_week=7, weekdays=[1], deadline=TODAY, now=now)
    assert look(learner, now).goal_state.deadline_passed is False
    goal_state = look(learner, now + timedelta(days=1)).goal_state
    assert goal_state.deadline_passed
    assert goal_state.plan.on_time is None


def test_standing_passes_over_changes_of_the_plan_that_another_goal_had(learner, goal, now):
    git = factories.make_skill("git")
    services.override(learner=learner, kinds={git.pk: "pin"}, now=now)
    found = look(learner, now)
    assert found.pin == ("git",)
    assert found.goal_state.plan.steps


def test_aim_at_answers_what_if_and_changes_nothing(learner, goal, now):
    found = look(learner, now)
    goal_state = found.goal_state_for(found.goal, skip=("sql",))
    assert goal_state.plan.steps == ()
    assert [item.skill for item in goal_state.plan.unreachable] == ["python"]
    assert found.goal_state.plan.steps
    with pytest.raises(PlanError):
        found.goal_state_for(found.goal, skip=("sql",), pin=("sql",))


def test_standing_of_a_deleted_account_is_let_go(learner, goal, now):
    look(learner, now)
    assert [pk for pk, _found in learner_states._learner_states.latest.items()] == [learner.pk]
    ghost = User.objects.get(pk=learner.pk)
    learner.delete()
    look(ghost, now)
    assert not learner_states._learner_states.latest


def test_standing_is_let_go_after_a_while(learner, goal, now, monkeypatch):
    kept = look(learner, now)
    assert look(learner, now) is kept
    later = monotonic() + learner_states.MAX_SECONDS + 1
    monkeypatch.setattr(lru, "monotonic", lambda: later)
    assert look(learner, now) is not kept


def test_standing_of_another_revision_is_let_go(learner, goal, now):
    look(learner, now)
    factories.publish(factories.skill_document("rust"))
    snapshot.forget()
    other = User.objects.create_user("somebody.else@example.com")
    look(other, now)
    assert not learner_states._learner_states.latest


def test_standing_keeps_a_bounded_number_of_things(learner, goal, now):
    found = look(learner, now)
    made = [found.memoize(f"thing {number}", lambda number=number: number) for number in range(100)]
    assert made == list(range(100))
    assert len(found._values) == learner_states.MAX_VALUES
    assert found.memoize("thing 99", lambda: "made again") == 99
    assert found.memoize("thing 0", lambda: "made again") == "made again"
