from datetime import date

import pytest

from guidance.catalog import snapshot
from guidance.progress import path, plan
from guidance.progress.learner_state import role_curriculum
from guidance.web.skillmap.overlay import MapMilestone, MapState, counts, map_milestones
from tests.factories import (
    make_role,
    milestone_document,
    project_document,
    publish,
    skill_document,
)

STATE = MapState(
    levels={"sql": 2, "git": 1, "rust": 3},
    targets={"sql": 2, "git": 2, "docker": 1, "aws": 2},
    next_steps=("docker", "git"),
    also_asked_for={"fhir", "rust"},
)


@pytest.mark.parametrize(
    ("slug", "kind", "words"),
    [
        ("sql", "at", "2 of 2"),
        ("git", "begun", "1 of 2 · 2nd next"),
        ("docker", "none", "0 of 1 · 1st next"),
        ("aws", "none", "0 of 2"),
        ("rust", "known", "level 3"),
        ("fhir", "off", "asked for, not scored"),
        ("go", "aside", "not needed"),
    ],
)
def test_state_of_a_goal_has_a_kind_and_words_for_every_skill(slug, kind, words):
    assert STATE.kind(slug) == kind
    assert STATE.words()(slug) == words


def test_state_of_what_is_known_and_not_part_of_the_goal_is_not_at_its_target():
    assert MapState({"rust": 3}, {"sql": 2}).kind("rust") == "known"


def test_state_without_a_goal_tells_levels_only():
    assert (MapState().kind("sql"), MapState().words()("sql")) == ("none", "")
    assert (MapState({"sql": 1}).kind("sql"), MapState({"sql": 1}).words()("sql")) == ("at", "level 1")


def test_counts_only_what_the_goal_asks_for():
    assert counts(STATE, ["sql", "git", "docker", "aws", "rust", "fhir", "go"]) == (1, 1, 2)
    assert counts(STATE, ["sql", "rust"]) == (1, 0, 0)


pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> snapshot.Snapshot:
    publish(
        skill_document("python"),
        skill_document("git"),
        skill_document("vectors"),
        skill_document("rag", prerequisites={"vectors": 1}),
        skill_document("docker"),
        project_document("tool", proves={"python": 1}),
        project_document("answers", proves={"rag": 1}),
        milestone_document("programs", steps=[("python", 1), ("git", 1), ("python", 2)], projects=["tool"]),
        milestone_document("documents", steps=[("python", 2), ("rag", 2)], projects=["answers"]),
        milestone_document("service", steps=[("docker", 1)], projects=["tool"]),
    )
    make_role(
        requirements={"python": (2, 5), "git": (1, 3), "rag": (2, 5), "docker": (1, 3)},
        milestones=["programs", "documents", "service"],
    )
    return snapshot.current()


def made(catalogue: snapshot.Snapshot, **levels: int) -> tuple[MapMilestone, ...]:
    asked = role_curriculum(catalogue, catalogue.roles["ai-engineer"])
    planned = plan.plan(
        asked,
        catalogue.effort,
        levels=levels,
        proved=path.complete(asked, levels),
        calendar=plan.Calendar(date(2026, 11, 26), 8),
    )
    return map_milestones(catalogue, planned, levels, is_own=False)


def stops(stretch: MapMilestone) -> list[tuple[str, int, str, bool]]:
    return [(stop.skill.slug, stop.level, stop.kind, stop.is_here) for stop in stretch.stops]


def test_milestones_are_done_current_and_later(catalogue):
    found = made(catalogue, python=2, git=1)
    assert [(item.number, item.milestone.slug, item.state) for item in found] == [
        (1, "programs", "done"),
        (2, "documents", "current"),
        (3, "service", "later"),
    ]
    assert (found[0].hours, found[0].reached) == (0, 2)
    assert found[1].project and found[1].project.slug == "answers"
    assert found[1].hours > 0


def test_a_skill_stops_once_at_its_highest_level_with_where_the_learner_stands(catalogue):
    programs, documents, _service = made(catalogue, python=1)
    assert stops(programs) == [("python", 2, "begun", False), ("git", 1, "none", True)]
    assert stops(documents) == [("python", 2, "begun", False), ("rag", 2, "none", False)]
    assert [skill.slug for skill in documents.also] == ["vectors"]


def test_the_step_of_today_is_a_stop_before_what_needs_it(catalogue):
    _programs, documents, _service = made(catalogue, python=2, git=1)
    assert stops(documents) == [("python", 2, "at", False), ("vectors", 1, "none", True), ("rag", 2, "none", False)]
    assert documents.here and documents.here.skill.slug == "vectors"
    assert documents.also == ()


def test_a_project_that_is_left_is_no_stop(catalogue):
    asked = role_curriculum(catalogue, catalogue.roles["ai-engineer"])
    levels = {"python": 2, "git": 1}
    planned = plan.plan(asked, catalogue.effort, levels=levels, calendar=plan.Calendar(date(2026, 11, 26), 8))
    programs = map_milestones(catalogue, planned, levels, is_own=True)[0]
    assert (programs.state, programs.here, programs.reached) == ("current", None, 2)
    assert programs.project and programs.project.slug == "tool"


def test_everything_done_has_no_current_milestone(catalogue):
    assert {item.state for item in made(catalogue, python=2, git=1, vectors=1, rag=2, docker=1)} == {"done"}
