import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from guidance.catalog.models import Industry, Role, Skill
from guidance.catalog.snapshot import current
from guidance.matching.matcher import Matcher
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.placement import Answer
from guidance.web.onboarding.cv import CvSkill
from guidance.web.onboarding.drafts import CV, ZERO, Draft, read, save
from tests.factories import (
    industry_document,
    milestone_document,
    project_document,
    publish,
    rename,
    retire,
    role_document,
    skill_document,
    starting_point_document,
)
from tests.progress.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _catalogue(db):
    publish(
        skill_document("sql"),
        skill_document("python"),
        skill_document("git"),
        role_document("ai-engineer", requirements={"python": (3, 5), "sql": (2, 3)}),
        industry_document("healthcare"),
        starting_point_document("backend-developer", levels={"python": 2, "sql": 1}),
    )


def whole():
    return Draft(
        role="ai-engineer",
        industry="healthcare",
        hours_per_week=6.5,
        weekdays=(2, 6),
        deadline=date(2027, 8, 31),
        days_off=(date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)),
        begin=CV,
        levels={"python": 2, "sql": 0, "git": 1},
        found={"python": CvSkill(2, "Python", 1, 3), "git": CvSkill(2, "git", 4, 1)},
        answers=(Answer("python", 2, "yes"), Answer("sql", 1, "no")),
        placed=("sql",),
        skip=("git",),
        time_zone="Europe/Zurich",
    )


def stored(draft):
    return json.loads(json.dumps(draft.to_json()))


def test_a_draft_comes_back_as_it_was_kept():
    assert read(stored(whole()), current(), NOW) == (whole(), [])
    assert read(stored(Draft()), current(), NOW) == (Draft(), [])
    none_off = replace(whole(), days_off=())  # explicitly none, which differs from not given
    assert read(stored(none_off), current(), NOW) == (none_off, [])


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["python", "2027-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["python", "sql", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_whatever_the_session_has_is_read():
    snapshot = current()

    @given(json_values | st.fixed_dictionaries({}, optional=dict.fromkeys(whole().to_json(), json_values)))
    @settings(max_examples=300, deadline=None)
    def check(data):
        draft, _notes = read(data, snapshot, NOW)
        assert read(stored(draft), snapshot, NOW) == (draft, [])
        draft.state(snapshot, draft.today(NOW))

    check()


def test_what_is_gone_is_dropped_and_told():
    data = stored(whole())
    retire(Role.objects.get(slug="ai-engineer"))
    retire(Industry.objects.get(slug="healthcare"))
    retire(Skill.objects.get(slug="git"))
    draft, notes = read(data, current(), NOW)
    assert (draft.role, draft.industry) == (None, None)
    assert (draft.levels, draft.found.keys(), draft.skip) == ({"python": 2, "sql": 0}, {"python"}, ())
    assert notes == [
        "The role you chose has been retired. Choose another.",
        "The industry you chose has been retired.",
        "1 skill you had is no longer in the catalogue and was left out.",
    ]


def test_what_was_renamed_is_followed():
    data = stored(whole())
    rename(Skill.objects.get(slug="python"), "python-3")
    draft, notes = read(data, current(), NOW)
    assert (draft.levels["python-3"], draft.found["python-3"].level, notes) == (2, 2, [])


def test_answers_that_are_none_are_dropped_and_the_first_to_a_level_counts():
    data = stored(whole()) | {
        "answers": [["sql", 1, "no"], ["sql", 1, "yes"], ["sql", 9, "yes"], ["cobol", 1, "yes"], ["git", 1, "maybe"], 5]
    }
    assert read(data, current(), NOW)[0].answers == (Answer("sql", 1, "no"),)
    data["answers"] = [["python", level, "yes"] for level in range(1, 5)] * 9 + [["sql", 1, "no"]]
    assert len(read(data, current(), NOW)[0].answers) == 5


def test_what_a_placement_found_replaces_what_an_earlier_one_did_and_nothing_else():
    draft = replace(whole(), levels={"python": 2, "sql": 3}, placed=("sql",))
    assert draft.with_placed({"python": 1, "git": 1}).levels == {"python": 2, "git": 1}
    assert draft.with_placed({"python": 3, "git": 0}).placed == ("git", "python")


def test_of_two_skills_that_became_one_the_higher_level_counts():
    data = stored(whole()) | {"levels": {"python-2": 3, "python": 1, "python-4": 2}}
    snapshot = replace(current(), redirects={("skill", "python-2"): "python", ("skill", "python-4"): "python"})
    assert read(data, snapshot, NOW)[0].levels == {"python": 3}


def test_a_deadline_that_has_passed_is_told():
    draft, notes = read(stored(whole()), current(), NOW + timedelta(days=300))
    assert (draft.deadline, draft.days_off) == (None, ())
    assert notes == ["Your deadline has passed, so the plan continues without it."]


def test_another_beginning_brings_its_levels_and_the_same_one_changes_nothing():
    draft = whole().with_background("backend-developer", current())
    assert (draft.levels, draft.found) == ({"python": 2, "sql": 1}, {})
    assert draft.answers == draft.placed == ()
    assert (draft.role, draft.deadline) == ("ai-engineer", date(2027, 8, 31))
    changed = replace(draft, levels={"python": 4})
    assert changed.with_background("backend-developer", current()) is changed
    assert changed.with_background(ZERO, current()).levels == {}


def test_a_cv_is_kept_as_what_it_names():
    draft = whole().with_cv("Wrote\nSQL and  Python.\nPython!", current())
    assert (draft.begin, draft.levels, draft.answers, draft.placed) == (CV, {}, (), ())
    assert {slug: (find.words, find.line, find.times) for slug, find in draft.found.items()} == {
        "sql": ("SQL", 2, 1),
        "python": ("Python", 2, 2),
    }
    assert draft.to_confirm == {slug: find.level for slug, find in draft.found.items()}
    with pytest.raises(ValueError):
        whole().with_cv("x" * 100_001, current())


def test_five_years_of_a_skill_show_the_skills_below_it_and_a_language_the_basics():
    publish(
        skill_document("programming-basics"),
        skill_document("java", kind="tool", prerequisites={"programming-basics": 1}),
        skill_document("spring", kind="tool", prerequisites={"java": 1, "http": 1}),
        skill_document("http"),
    )

    def levels(cv):
        return {slug: find.level for slug, find in Draft().with_cv(cv, current()).found.items()}

    assert levels("Spring (7 years), Java") == {"spring": 3, "java": 2, "http": 2, "programming-basics": 2}
    assert levels("Java developer with seven years of experience") == {"java": 3, "programming-basics": 2}
    assert levels("Built a shop in Java") == {"java": 2, "programming-basics": 2}
    assert levels("Spring (2 years)") == {"spring": 2, "programming-basics": 2}  # its other prerequisites are implied
    assert levels("Skills: Java") == {"java": 1}
    find = Draft().with_cv("A shop.\nSpring (7 years)", current()).found["http"]
    assert (find.words, find.line) == ("Spring", 2)


def test_a_cv_is_searched_once(monkeypatch):
    searched = []
    find = Matcher.find
    monkeypatch.setattr(Matcher, "find", lambda matcher, *given: searched.append(given[0]) or find(matcher, *given))
    assert whole().with_cv("Python", current()).found
    assert searched == ["Python"]


def test_a_level_comes_from_the_cv_as_long_as_it_is_the_one_found_there():
    draft = whole()
    assert (draft.kind("python"), draft.kind("git"), draft.kind("sql")) == ("cv", "self", "self")


# The account


@pytest.fixture
def learner():
    return User.objects.create_user("learner@example.com", time_zone="Europe/Zurich")


def levels_of(learner):
    return {row.skill.slug: (row.level, row.kind) for row in learner.learnerskills.select_related("skill")}


def test_saving_gives_the_account_all_of_it(learner):
    save(whole(), learner, current(), NOW)
    goal = learner.goals.get()
    assert (goal.role.slug, goal.industry.slug, goal.hours_per_week) == ("ai-engineer", "healthcare", 6.5)
    assert (goal.weekdays, goal.deadline, goal.weekly_target) == ([2, 6], date(2027, 8, 31), 390)
    assert tuple(learner.dayoffs.values_list("day", flat=True)) == whole().days_off
    assert levels_of(learner) == {"python": (2, "cv"), "git": (1, "self")}
    assert list(learner.planoverrides.values_list("skill__slug", "kind")) == [("git", "skip")]


@pytest.mark.parametrize("days_off", [None, (), whole().days_off])
def test_what_follows_is_what_the_draft_showed(learner, days_off):
    yesterday = NOW - timedelta(days=1)
    services.set_days_off(learner=learner, days=[yesterday.date(), date(2026, 12, 1)], now=yesterday)
    services.assess(learner=learner, skill=Skill.objects.get(slug="sql"), level=2, now=NOW)
    services.override(learner=learner, kinds={Skill.objects.get(slug="git").pk: "pin"}, now=NOW)
    before = learner_state(learner, snapshot=current(), now=NOW)
    draft = replace(whole(), days_off=days_off)
    shown = draft.state(current(), TODAY, before)
    save(draft, learner, current(), NOW)
    after = learner_state(learner, snapshot=current(), now=NOW)
    assert after.levels == shown.levels == {"python": 2, "sql": 2, "git": 1}
    assert after.goal == shown.goal
    assert (after.days_off, after.pin, after.skip) == (shown.days_off, shown.pin, shown.skip)
    assert after.goal_state.plan == shown.goal_state.plan


@pytest.mark.parametrize("has_goal", [False, True])
def test_milestones_that_the_draft_completes_are_credited_as_it_showed(learner, has_goal):
    publish(
        milestone_document("first-program", steps=[("python", 1), ("python", 2)], projects=["script"]),
        milestone_document("data", steps=[("sql", 1), ("sql", 2)], projects=["report"]),
        project_document("script", proves={"python": 2}),
        project_document("report", proves={"sql": 2}),
        role_document(
            "ai-engineer", requirements={"python": (2, 5), "sql": (2, 3)}, milestones=["first-program", "data"]
        ),
    )
    draft = replace(whole(), levels={"python": 2})
    if has_goal:
        save(replace(whole(), levels={}), learner, current(), NOW)
        # Learned in the meantime, so its project is still to do.
        services.assess(learner=learner, skill=Skill.objects.get(slug="sql"), level=2, now=NOW)
    shown = draft.state(current(), TODAY, learner_state(learner, snapshot=current(), now=NOW))
    save(draft, learner, current(), NOW)
    after = learner_state(learner, snapshot=current(), now=NOW)
    assert after.goal_state.plan == shown.goal_state.plan
    assert [stage.milestone for stage in after.goal_state.plan.stages if stage.done] == ["first-program"]
    assert [step.project for step in after.goal_state.plan.steps if step.project] == ["report"]


def test_saving_lowers_nothing_and_takes_nothing_away(learner):
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=4, source="project", now=NOW)
    services.set_days_off(learner=learner, days=[TODAY], now=NOW)
    save(replace(whole(), days_off=None), learner, current(), NOW)
    assert levels_of(learner)["python"] == (4, "project")
    assert learner.dayoffs.count() == 1


def test_saving_the_same_again_adds_nothing(learner):
    for _ in range(2):
        save(whole(), learner, current(), NOW)
    assert (learner.goals.count(), learner.assessments.count(), learner.planoverrides.count()) == (1, 2, 1)


def test_saving_without_a_role_keeps_the_levels(learner):
    save(replace(whole(), role=None), learner, current(), NOW)
    assert not learner.goals.exists()
    assert levels_of(learner) == {"python": (2, "cv"), "git": (1, "self")}


def test_saving_leaves_a_deadline_out_that_is_over_where_the_account_is(learner):
    learner.time_zone = "Pacific/Kiritimati"
    save(replace(whole(), deadline=TODAY), learner, current(), NOW.replace(hour=23))
    assert learner.goals.get().deadline is None
