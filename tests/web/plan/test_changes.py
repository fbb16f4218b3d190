from datetime import date

import pytest
import time_machine

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from guidance.progress.learner_state import LearnerState, learner_state
from guidance.progress.plan import PlanOutcome
from guidance.web.plan.changes import milestone_skips, now_ends, overridden, skips, would_end
from tests import factories
from tests.web.plan.plans import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def learner() -> User:
    """A learner. Level 1 of a skill takes 4 hours, level 2 another 12. Two skills of the role need SQL; Git is independent of them."""
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("pandas", prerequisites={"python": 1}),
        factories.skill_document("git"),
        factories.role_document("ai-engineer", requirements={"pandas": (1, 3), "git": (1, 5), "sql": (1, 2)}),
    )
    learner = User.objects.create_user("noor@waymark.example")
    services.set_goal(
        learner=learner, role=Role.objects.get(slug="ai-engineer"), hours_per_week=7, weekdays=range(1, 8), now=NOW
    )
    return learner


def learner_state_of(learner) -> LearnerState:
    return learner_state(learner, snapshot=snapshot.current(), now=NOW)


def override(learner, **kinds) -> str:
    """Set overrides. Returns the text of the message."""
    before = learner_state_of(learner)
    ids = {Skill.objects.get(slug=slug).pk: None if kind == "none" else kind for slug, kind in kinds.items()}
    services.override(learner=learner, kinds=ids, now=NOW)
    return overridden(kinds, before, learner_state_of(learner))


def test_a_skip_says_only_what_changes():
    now = PlanOutcome(100.0, date(2028, 11, 29))
    assert would_end(PlanOutcome(97.6, date(2028, 11, 29)), now) == (
        "Your plan would end at 97.6 of 100 instead of 100, on the same day."
    )


def test_a_skip_says_which_project_replaces_one_that_needs_the_skill(learner):
    factories.publish(
        factories.project_document("notes", name="Notes", hours=3, proves={"git": 1}),
        factories.project_document("prices", name="Prices", hours=9, proves={"python": 1}),
        factories.milestone_document("first", steps=[("git", 1), ("python", 1)], projects=["notes", "prices"]),
        factories.role_document("ai-engineer", requirements={"python": (1, 5), "git": (1, 1)}, milestones=["first"]),
    )
    before = learner_state_of(learner)
    text = skips(before, before.goal_state)["git"]
    assert text.startswith(
        "The project “Notes” needs it, so “Prices” replaces it: 9 h instead of 3 h. Your plan would end"
    )
    assert skips(before, before.goal_state)["python"].startswith("Your plan would end")


def test_a_skip_names_all_projects_that_nothing_can_replace_in_one_sentence(learner):
    factories.publish(
        factories.project_document("notes", name="Notes", proves={"git": 1}),
        factories.project_document("report", name="Report", proves={"git": 1, "sql": 1}),
        factories.milestone_document("first", steps=[("git", 1)], projects=["notes"]),
        factories.milestone_document("second", steps=[("sql", 1)], projects=["report"]),
        factories.role_document(
            "ai-engineer", requirements={"git": (1, 5), "sql": (1, 1)}, milestones=["first", "second"]
        ),
    )
    before = learner_state_of(learner)
    found = skips(before, before.goal_state)
    assert "This also leaves out the projects “Notes” and “Report”." in found["git"]
    assert "This also leaves out the project “Report”." in found["sql"]


def test_skipping_a_milestone_whose_skills_are_needed_later_says_that_only_its_project_goes(learner):
    factories.publish(
        factories.project_document("notes", name="Notes", hours=3, proves={"git": 1}),
        factories.project_document("prices", name="Prices", hours=9, proves={"sql": 1}),
        factories.milestone_document("first", steps=[("git", 1)], projects=["notes"]),
        factories.milestone_document("second", steps=[("git", 1), ("sql", 1)], projects=["prices"]),
        factories.role_document(
            "ai-engineer", requirements={"git": (1, 5), "sql": (1, 1)}, milestones=["first", "second"]
        ),
    )
    before = learner_state_of(learner)
    found = milestone_skips(before, before.goal_state)
    assert found["first"].startswith(
        "This would only remove its project, since you need its skills later too. Your plan would still"
    )
    assert found["second"].startswith("Your plan would end at 83.3 of 100")


def test_a_skip_says_what_goes_with_it_and_where_the_plan_would_end(learner):
    goal_state = learner_state_of(learner).goal_state
    assert skips(learner_state_of(learner), goal_state) == {
        "git": "Your plan would end at 50 of 100 on 5 December 2026, instead of 100 on 9 December 2026.",
        "pandas": "Your plan would end at 70 of 100 on 1 December 2026, instead of 100 on 9 December 2026.",
        "python": "This also leaves out Pandas, which needs it. "
        "Your plan would end at 70 of 100 on 1 December 2026, instead of 100 on 9 December 2026.",
        "sql": "This also leaves out 2 skills that need it. "
        "Your plan would end at 50 of 100 on 27 November 2026, instead of 100 on 9 December 2026.",
    }
    assert override(learner, sql="skip") == (
        "Skipped: SQL. This also leaves out 2 skills that need it. "
        "Your plan now ends at 50 of 100 on 27 November 2026, instead of 100 on 9 December 2026."
    )
    assert override(learner, sql="none") == (
        "Back in its usual place: SQL. 2 more skills are in your plan again. "
        "Your plan now ends at 100 of 100 on 9 December 2026, instead of 50 on 27 November 2026."
    )


def test_a_pin_says_when_applying_makes_sense_instead(learner):
    factories.publish(
        factories.milestone_document("first", steps=[("git", 1)]),
        factories.milestone_document("second", steps=[("pandas", 1)]),
        factories.role_document(
            "ai-engineer",
            requirements={"pandas": (1, 3), "git": (1, 5)},
            milestones=["first", "second"],
            apply_after="first",
        ),
    )
    assert override(learner, pandas="pin") == (
        "Pinned: Pandas, prerequisites included. You can start applying on 9 December 2026 instead of 27 November 2026."
    )
    assert override(learner, pandas="none").endswith(
        "You can start applying on 27 November 2026 instead of 9 December 2026."
    )


def test_a_skip_of_all_that_is_left_says_where_the_learner_stays(learner):
    override(learner, sql="skip")
    goal_state = learner_state_of(learner).goal_state
    assert skips(learner_state_of(learner), goal_state) == {
        "git": "Nothing would be left in your plan, and you would stay at 0 of 100."
    }
    assert override(learner, git="skip") == "Skipped: Git. Nothing is left in your plan. You stay at 0 of 100."
    assert override(learner, git="none").endswith("Your plan now ends at 50 of 100 on 27 November 2026.")


def test_pinned_and_put_off_say_nothing_of_an_end_that_stays(learner):
    assert override(learner, git="pin") == "Pinned: Git, prerequisites included."
    assert override(learner, git="later") == "Moved to the end: Git."


def test_an_earlier_end_is_a_gain_only_where_the_readiness_is_the_same():
    spring, summer = date(2027, 4, 4), date(2028, 7, 1)
    assert (
        now_ends(PlanOutcome(100, spring), PlanOutcome(100, summer))
        == "You’ll finish on 4 April 2027, about 15 months earlier."
    )
    assert (
        would_end(PlanOutcome(100, spring), PlanOutcome(100, summer))
        == "Your plan would still end at 100 of 100, on 4 April 2027."
    )
    assert now_ends(PlanOutcome(49, spring), PlanOutcome(100, summer)) == (
        "Your plan now ends at 49 of 100 on 4 April 2027, instead of 100 on 1 July 2028."
    )
