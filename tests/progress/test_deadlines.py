from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.curriculum import Curriculum, targets
from guidance.progress.deadlines import MIN_GAIN, ReachedByDeadline
from guidance.progress.path import Wishes
from guidance.progress.plan import Calendar, plan
from tests.progress.givens import Brief, Need, Stone, goals

MONDAY = date(2026, 11, 30)


GRAPH = {slug: {} for slug in ("base", "long", "heavy", "light", "deep")} | {"deep": {"light": 1}}
EFFORT = dict.fromkeys(GRAPH, (5.0, 5.0, 5.0, 5.0)) | {"long": (60.0, 60.0, 60.0, 60.0)}
ROLE = {"base": Need(1, 1), "long": Need(1, 1), "heavy": Need(2, 5), "deep": Need(1, 2), "light": Need(1, 1)}
STONES = (
    Stone("first", (("base", 1),), ("tool",)),
    Stone("second", (("long", 1),), ("essay",)),
    Stone("third", (("heavy", 1), ("heavy", 2)), ("service",)),
    Stone("last", (("light", 1), ("deep", 1))),
)
BRIEFS = {"tool": Brief({"base": 1}, 3.0), "essay": Brief({"long": 1}, 9.0), "service": Brief({"heavy": 1}, 4.0)}


def planned(days, *, role=ROLE, stones=STONES, apply_after=None, **changes):
    goal = Curriculum(graph=GRAPH, targets=targets(role), milestones=stones, apply_after=apply_after, projects=BRIEFS)
    return plan(goal, EFFORT, calendar=Calendar(MONDAY, 7), deadline=MONDAY + timedelta(days=days - 1), **changes)


def named(steps):
    return [step.project or f"{step.skill} {getattr(step, 'level', None) or step.to_level}" for step in steps]


def test_following_the_path_says_the_last_milestone_complete_by_then_and_the_readiness():
    # 5 + 3 hours, then 60 + 9, then 10 + 4.
    assert planned(8).by_deadline.path == ReachedByDeadline("first", 10.0)
    assert planned(7).by_deadline.path == ReachedByDeadline(None, 10.0)
    assert planned(68).by_deadline.path == ReachedByDeadline("first", 20.0)
    assert planned(77).by_deadline.path == ReachedByDeadline("second", 20.0)


def test_a_shorter_way_keeps_the_current_milestone_and_takes_whole_targets_with_their_projects():
    found = planned(30)
    # 8 hours for the first milestone and its project, 10 for heavy 2, and 4 for the project of its milestone.
    assert named(found.by_deadline.shorter.steps) == ["base 1", "tool", "heavy 1", "heavy 2", "service", "light 1"]
    assert found.by_deadline.shorter.readiness == 70.0
    assert found.by_deadline.path.readiness == 10.0


def test_what_a_target_needs_comes_with_it():
    assert named(planned(32).by_deadline.shorter.steps)[-2:] == ["light 1", "deep 1"]


def test_nothing_is_thrown_away_by_the_shorter_way():
    usual, shorter = planned(30), planned(30, shorter=True)
    assert sorted(named(shorter.steps)) == sorted(named(usual.steps))
    assert named(shorter.steps)[:6] == named(usual.by_deadline.shorter.steps)
    by_then = [step for step in shorter.steps if step.end <= MONDAY + timedelta(days=29)]
    assert by_then[-1].readiness_after == usual.by_deadline.shorter.readiness
    assert shorter.readiness_at_end == usual.readiness_at_end == 100.0


def test_none_is_offered_where_the_current_milestone_alone_takes_longer():
    assert planned(7).by_deadline.shorter is None


def test_none_is_offered_for_less_than_a_point():
    same = {"base": Need(1, 1), "long": Need(1, 1)}
    assert planned(20, role=same).by_deadline.shorter is None


def test_what_comes_before_applying_stays_whole_where_it_fits():
    first, second, third, last = STONES
    found = planned(91, stones=(first, second, last, third), apply_after="second")
    assert named(found.by_deadline.shorter.steps) == [
        "base 1",
        "tool",
        "long 1",
        "essay",
        "heavy 1",
        "heavy 2",
        "service",
    ]


def test_what_comes_before_applying_changes_places_where_it_does_not_fit():
    found = planned(30, apply_after="third")
    # Without the next milestone, although there would be time for it.
    assert named(found.by_deadline.shorter.steps) == ["base 1", "tool", "heavy 1", "heavy 2", "service"]
    taken = planned(30, apply_after="third", shorter=True)
    assert taken.applying == found.applying
    assert found.applying.end == MONDAY + timedelta(days=90)


def test_applying_says_what_it_takes_by_the_deadline():
    by = planned(30, apply_after="third")
    assert (by.applying.hours, by.applying.hours_per_week_needed, by.hours_per_week_needed) == (91, 21.25, 23.75)
    assert planned(91, apply_after="third").applying.hours_per_week_needed is None
    assert planned(30).applying is None
    without = planned(30, apply_after="third", wishes=Wishes(skip=["heavy"]))
    assert (without.applying, without.missing) == (None, ("heavy",))
    done = {"base": 1, "long": 1}
    assert planned(30, apply_after="second", levels=done, proved=["first", "second"]).applying is None


def test_no_deadline_or_one_that_is_met_needs_no_answer():
    assert planned(200).by_deadline is None
    assert planned(200, shorter=True).steps == planned(200).steps


@settings(max_examples=200, deadline=None)
@given(goals(), st.integers(1, 60), st.integers(1, 4), st.integers(0, 4))
def test_a_shorter_way_that_is_offered_leads_further_within_the_time(goal, days, cut, apply):
    skills = sorted(goal["requirements"])
    steps = [(slug, level) for slug in skills for level in range(1, goal["requirements"][slug].level + 1)]
    stones = tuple(Stone(f"m{at}", tuple(steps[at::cut])) for at in range(cut))
    curriculum = Curriculum(
        graph=goal["graph"], targets=targets(goal["requirements"]), milestones=stones, apply_after=f"m{apply}"
    )
    calendar, deadline = Calendar(MONDAY, 14), MONDAY + timedelta(days=days)
    given_ = {"calendar": calendar, "levels": goal["levels"], "deadline": deadline}
    usual = plan(curriculum, goal["effort"], **given_)
    if usual.by_deadline is None or usual.by_deadline.shorter is None:
        return
    answer, current = usual.by_deadline, usual.steps[0].milestone
    assert answer.shorter.readiness >= answer.path.readiness + MIN_GAIN
    taken = plan(curriculum, goal["effort"], **given_, shorter=True)
    assert sorted(map(repr, named(taken.steps))) == sorted(map(repr, named(usual.steps)))
    assert (taken.applying is None) == (usual.applying is None)
    assert taken.applying is None or taken.applying.end <= usual.applying.end
    by_then = [step for step in taken.steps if step.end <= deadline]
    chosen = len(answer.shorter.steps)
    assert sorted(named(by_then[:chosen])) == sorted(named(answer.shorter.steps))
    # The remaining time goes to the other steps, so the promised readiness is that at the deadline, not at the last chosen step.
    assert by_then[-1].readiness_after >= answer.shorter.readiness - 1e-9
    assert {step.milestone for step in taken.steps[len(answer.shorter.steps) :]}.isdisjoint({current})
