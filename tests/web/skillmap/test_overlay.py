import pytest

from guidance.web.skillmap.overlay import MapState, counts

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
