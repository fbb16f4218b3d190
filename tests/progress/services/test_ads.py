from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from guidance.progress.ads import ASKED_MILESTONE, MAX_ADS, WELCOME_MILESTONE
from guidance.progress.learner_rows import AdSkill
from guidance.progress.learner_state import learner_state
from guidance.progress.models import AdMilestone, SavedAd
from tests import factories
from tests.web.learners import merge

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)
SKILLS = (AdSkill("python", 2, "must"), AdSkill("cobol", 1, "nice"))


@pytest.fixture(autouse=True)
def catalogue():
    """Python needs SQL. A role with two milestones, the first of which ends in a project. COBOL is in no milestone."""
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("git"),
        factories.skill_document("cobol"),
        factories.project_document("tool", proves={"python": 1}),
        factories.milestone_document("programs", steps=[("sql", 1), ("python", 1), ("python", 2)], projects=["tool"]),
        factories.milestone_document("teams", steps=[("git", 1)]),
        factories.role_document(
            "ai-engineer", requirements={"python": (2, 5), "git": (1, 1)}, milestones=["programs", "teams"]
        ),
    )


def save(learner, now, role="ai-engineer", **changes):
    values = {"title": "AI engineer, claims", "skills": SKILLS} | changes
    return services.save_ad(learner=learner, role=role and Role.objects.get(slug=role), now=now, **values)


def set_goal(learner, now, **changes):
    values = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 6, "weekdays": [1, 3]} | changes
    return services.set_goal(learner=learner, now=now, **values)


def state_of(learner, now):
    return learner_state(learner, snapshot=snapshot.current(), now=now)


def test_save_ad_keeps_what_it_asks_for_and_no_text_unless_given(learner, now):
    ad = save(learner, now, employer="Tarn & Vale", seniority="senior")
    assert (ad.title, ad.employer, ad.seniority, ad.text, ad.on) == (
        "AI engineer, claims",
        "Tarn & Vale",
        "senior",
        "",
        TODAY,
    )
    [saved] = state_of(learner, now).ads
    assert saved.skills == SKILLS


def test_save_ad_twice_with_an_event_is_one(learner, now):
    event = "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11"
    assert save(learner, now, event_id=event).pk == save(learner, now, event_id=event).pk
    assert learner.savedads.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"skills": ()}, "skills"),
        ({"seniority": "king"}, "seniority"),
    ],
)
def test_save_ad_refuses_what_is_no_ad(learner, now, changes, field):
    with pytest.raises(ValidationError) as refused:
        save(learner, now, **changes)
    assert field in refused.value.error_dict


def test_there_are_at_most_so_many_ads(learner, now):
    for number in range(MAX_ADS):
        last = save(learner, now, title=f"Ad {number}")
    with pytest.raises(ValidationError, match="20 saved ads"):
        save(learner, now)
    services.remove_ad(learner=learner, ad=last, now=now)
    save(learner, now)
    with pytest.raises(ValidationError, match="20 saved ads"):
        services.restore_ad(learner=learner, ad=last)


def test_an_ad_is_the_goal_with_its_own_targets_and_the_milestones_of_its_role(learner, now):
    services.make_ad_goal(learner=learner, ad=save(learner, now), now=now)
    goal_state = state_of(learner, now).goal_state
    assert goal_state.role.name == "AI engineer, claims"
    assert {slug: dict(target.one_of) for slug, target in goal_state.targets.items()} == {
        "python": {"python": 2},
        "cobol": {"cobol": 1},
    }
    assert [(stage.milestone, stage.project) for stage in goal_state.plan.stages] == [
        ("programs", "tool"),
        (WELCOME_MILESTONE, None),
    ]
    assert [(step.skill, step.project) for step in goal_state.plan.steps] == [
        ("sql", None),
        ("python", None),
        ("python", None),
        (None, "tool"),
        ("cobol", None),
    ]
    assert goal_state.plan.readiness_at_end == 100


def test_what_an_ad_asks_for_comes_before_what_it_welcomes(learner, now):
    skills = (
        AdSkill("git", 1, "nice"),
        AdSkill("sql", 2, "nice"),
        AdSkill("python", 2, ""),
        AdSkill("cobol", 1, "must"),
    )
    services.make_ad_goal(learner=learner, ad=save(learner, now, skills=skills), now=now)
    plan = state_of(learner, now).goal_state.plan
    assert [(stage.milestone, stage.project) for stage in plan.stages] == [
        ("programs", "tool"),
        (ASKED_MILESTONE, None),
        ("teams", None),
        (WELCOME_MILESTONE, None),
    ]
    assert [step.skill or step.project for step in plan.steps] == [
        "sql",
        "python",
        "python",
        "tool",
        "cobol",
        "git",
        "sql",
    ]


def test_going_to_an_ad_and_back_loses_nothing(learner, now):
    python = snapshot.current().skills["python"].id
    deadline = TODAY + timedelta(days=200)
    first = set_goal(learner, now - DAY, deadline=deadline, weekly_target=90)
    services.set_path(learner=learner, milestone_order=[1, 2])
    before = state_of(learner, now).goal_state
    services.make_ad_goal(learner=learner, ad=save(learner, now), now=now)
    # Levels reached by the steps of a milestone leave its project in both plans.
    services.assess_all(learner=learner, levels={python: 2}, source="self", now=now)
    assert (None, "tool") in {(step.skill, step.project) for step in state_of(learner, now).goal_state.plan.steps}
    assert services.leave_ad(learner=learner, now=now) == first
    services.undo_assessments(learner=learner, assessments=list(learner.assessments.all()), now=now)
    after = state_of(learner, now)
    assert (after.goal_state.goal, after.goal_state.plan) == (before.goal, before.plan)
    assert list(learner.goals.all()) == [first]


def test_going_back_on_another_day_keeps_deadline_and_project(learner, now):
    python = snapshot.current().skills["python"].id
    deadline = TODAY + timedelta(days=200)
    set_goal(learner, now, deadline=deadline)
    ad = save(learner, now)
    services.make_ad_goal(learner=learner, ad=ad, now=now + DAY)
    assert learner.goals.last().deadline == deadline
    services.assess_all(learner=learner, levels={python: 2}, source="self", now=now + DAY)
    back = services.leave_ad(learner=learner, now=now + 2 * DAY)
    assert (back.ad, back.deadline, back.hours_per_week, learner.goals.count()) == (None, deadline, 6, 3)
    assert "tool" in {step.project for step in state_of(learner, now + 2 * DAY).goal_state.plan.steps}
    services.make_ad_goal(learner=learner, ad=ad, now=now + 3 * DAY)
    assert "tool" in {step.project for step in state_of(learner, now + 3 * DAY).goal_state.plan.steps}


def test_milestones_that_levels_complete_are_credited_to_the_ad_and_not_to_the_role(learner, now):
    """Python 2 completes the part of the first milestone that the ad requires; SQL has not reached its level."""
    ids = {slug: record.id for slug, record in snapshot.current().skills.items()}
    services.assess_all(learner=learner, levels={ids["python"]: 2, ids["sql"]: 1}, source="self", now=now)
    services.make_ad_goal(learner=learner, ad=save(learner, now), now=now)
    assert list(AdMilestone.objects.values_list("milestone__slug", flat=True)) == ["programs"]
    assert not learner.completedmilestones.exists()
    assert [step.skill for step in state_of(learner, now).goal_state.plan.steps] == ["cobol"]


def test_levels_of_a_cv_credit_the_role_that_waits_behind_an_ad_too(learner, now):
    set_goal(learner, now - DAY)
    services.make_ad_goal(learner=learner, ad=save(learner, now), now=now)
    levels = {"python": (2, "cv"), "sql": (1, "cv")}
    services.raise_levels(learner=learner, levels=levels, now=now)
    assert list(learner.completedmilestones.values_list("milestone__slug", flat=True)) == ["programs"]
    assert list(AdMilestone.objects.values_list("milestone__slug", flat=True)) == ["programs"]


def test_an_ad_without_a_role_waits_for_one(learner, now):
    ad = save(learner, now, role=None)
    with pytest.raises(ValidationError) as refused:
        services.make_ad_goal(learner=learner, ad=ad, now=now)
    assert "role" in refused.value.error_dict
    services.change_ad(learner=learner, ad=ad, role=Role.objects.get(slug="ai-engineer"), now=now)
    services.make_ad_goal(learner=learner, ad=ad, now=now)
    with pytest.raises(ValidationError) as refused:
        services.change_ad(learner=learner, ad=SavedAd.objects.get(), role=None, now=now)
    assert "role" in refused.value.error_dict


def test_the_goal_follows_what_is_changed_in_its_ad(learner, now):
    ad = save(learner, now)
    services.make_ad_goal(learner=learner, ad=ad, now=now)
    services.set_ad_skills(learner=learner, ad=ad, levels={"python": 1}, out=["cobol"])
    services.change_ad(learner=learner, ad=ad, title="Claims", now=now)
    goal_state = state_of(learner, now).goal_state
    assert (goal_state.role.name, list(goal_state.targets)) == ("Claims", ["python"])
    assert [stage.milestone for stage in goal_state.plan.stages] == ["programs"]
    services.set_ad_skills(learner=learner, ad=ad, levels={}, out=[])
    assert list(state_of(learner, now).goal_state.targets) == ["python", "cobol"]


def test_a_deleted_ad_that_was_the_goal_leaves_the_role_before_it(learner, now):
    set_goal(learner, now - DAY)
    ad = save(learner, now)
    services.make_ad_goal(learner=learner, ad=ad, now=now)
    assert services.remove_ad(learner=learner, ad=ad, now=now)
    state = state_of(learner, now)
    assert (state.ads, state.goal.ad, state.goal.role) == ((), None, "ai-engineer")
    services.restore_ad(learner=learner, ad=ad)
    assert [item.id for item in state_of(learner, now).ads] == [ad.pk]


def test_a_deleted_ad_is_gone_after_a_day_and_the_history_of_goals_stays(learner, now):
    ad = save(learner, now)
    services.make_ad_goal(learner=learner, ad=ad, now=now)
    services.remove_ad(learner=learner, ad=ad, now=now + DAY)
    assert services.delete_removed(now=now + DAY) == 0
    assert services.delete_removed(now=now + 2 * DAY) == 1
    assert list(learner.goals.values_list("role__slug", "ad", "is_ad")) == [
        ("ai-engineer", None, True),
        ("ai-engineer", None, False),
    ]
    assert state_of(learner, now).role_goal is None


def test_skills_of_an_ad_follow_a_merge_and_leave_out_what_was_retired(learner, now):
    save(learner, now, skills=(AdSkill("python", 1, ""), AdSkill("sql", 3, "must"), AdSkill("git", 1, "")))
    rows = {slug: Skill.objects.get(slug=slug) for slug in ("sql", "python", "git")}
    merge(rows["sql"], rows["python"])
    factories.retire(rows["git"])
    [ad] = state_of(learner, now).ads
    assert ad.skills == (AdSkill("python", 3, "must"),)


def test_the_database_refuses_levels_and_cues_that_there_are_not(learner, now):
    row = save(learner, now).skills.first()
    for field, value in (("level", 5), ("cue", "may")):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**{field: value})
