from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.plan import Calendar, plan
from guidance.progress.skipping import each_skipped, end
from tests.progress.givens import catalogue, goals

CALENDAR = Calendar(date(2026, 11, 26), 7.5, (1, 2, 4, 6), [date(2026, 12, 24)])


def compare(goal: dict, skip: tuple[str, ...] = ()) -> None:
    """What is read off the plan, against a plan that is made without the skill."""
    now = plan(calendar=CALENDAR, skip=skip, **goal)
    found = each_skipped(now, CALENDAR)
    assert found.keys() == {step.skill for step in now.steps}
    for slug, without in found.items():
        then = plan(calendar=CALENDAR, skip=(*skip, slug), **goal)
        assert without.lost == {item.skill for item in then.unreachable} - {item.skill for item in now.unreachable}
        assert without.end.readiness == pytest.approx(end(then).readiness)
        assert without.end.finish == end(then).finish


@settings(max_examples=200, deadline=None)
@given(goals(), st.data())
def test_each_skipped_is_what_a_plan_without_the_skill_would_be(goal, data):
    skills = sorted({step.skill for step in plan(calendar=CALENDAR, **goal).steps})
    skip = data.draw(st.lists(st.sampled_from(skills), max_size=2, unique=True)) if skills else []
    compare(goal, tuple(skip))


def test_each_skipped_knows_what_goes_with_a_skill_of_the_catalogue():
    known = catalogue()
    goal = {"graph": known.graph, "effort": known.effort, "requirements": known.roles["ai-engineer"]}
    found = each_skipped(plan(calendar=CALENDAR, **goal), CALENDAR)
    most = max(found.values(), key=lambda without: len(without.lost))
    assert len(most.lost) > 10
    assert most.end.readiness < 80
    compare(goal)
