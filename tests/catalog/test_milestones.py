"""Each rule of milestones: a small pack that follows all of them, and the problem that one change to it causes."""

from pathlib import Path

import pytest

from guidance.catalog import health, milestones
from guidance.catalog.documents import Document
from guidance.catalog.pack import Pack
from tests import factories

WORDS = "word " * 80
S00 = {"s00": {"level": 1, "importance": 3}}


def any_of(slug: str, **levels: int) -> dict[str, object]:
    return {slug: {"name": "Any of them", "one_of": levels, "importance": 2}}


def documents(**changes: dict[str, object]) -> list[Document]:
    """Fifteen skills, each a requirement, in five milestones of three with a project each, and an industry with its own."""
    slugs = [f"s{number:02}" for number in range(15)]
    skills = {slug: factories.skill_document(slug, effort=[5, 5, 5, 5]) for slug in slugs}
    groups = {f"m{at}": slugs[3 * at : 3 * at + 3] for at in range(5)}
    found = [*skills.values()]
    for slug, group in groups.items():
        proves = dict.fromkeys(group[:2], 1)
        found.append(factories.project_document(f"p-{slug}", hours=4, proves=proves))
        steps = [(skill, 1) for skill in group]
        found.append(factories.milestone_document(slug, body=WORDS, steps=steps, projects=[f"p-{slug}"]))
    found.append(factories.milestone_document("own", body=WORDS, steps=[("s00", 2), ("s01", 2), ("s02", 2)]))
    found.append(
        factories.role_document(requirements=dict.fromkeys(slugs, (1, 3)), milestones=list(groups), apply_after="m3")
    )
    asked = {slug: {"level": 2, "importance": 3} for slug in slugs[:3]}
    found.append(factories.industry_document("health", requirements=asked, milestone="own"))
    return [
        Document(one.kind, one.slug, one.data | changes.get(one.slug.replace("-", "_"), {}), one.body, one.slug)
        for one in found
    ]


def pack_of(found: list[Document]) -> Pack:
    return Pack(Path(), found, {}, [])


def problems(**changes: dict[str, object]) -> list[tuple[str, str]]:
    return [(one.file, one.message) for one in milestones.problems(pack_of(documents(**changes)))]


def findings(**changes: dict[str, object]) -> list[tuple[str, str]]:
    found = list(milestones.findings(pack_of(documents(**changes))))
    assert all(one.style for one in found)
    return [(one.file, one.message) for one in found]


def test_a_pack_that_keeps_the_rules_has_nothing_said_of_it():
    assert problems() == []
    assert findings() == []


@pytest.mark.parametrize(
    ("changes", "file", "message"),
    [
        ({"m1": {"steps": [{"s03": 1}, {"s04": 1}]}}, "ai-engineer", "s05: no milestone reaches level 1"),
        ({"ai_engineer": {"apply_after": "own"}}, "ai-engineer", "apply_after: own is not one of the milestones"),
        (
            {"ai_engineer": {"requirements": S00, "choices": any_of("s00", s01=1, s02=1)}},
            "ai-engineer",
            "choices, s00: a requirement has this slug",
        ),
        (
            {"ai_engineer": {"requirements": S00, "choices": any_of("any", s00=1, s02=1)}},
            "ai-engineer",
            "choices, any: s00 is already a requirement by itself",
        ),
        (
            {"ai_engineer": {"requirements": S00, "choices": any_of("any", s01=1, s02=3)}},
            "ai-engineer",
            "s02: no milestone reaches level 3",
        ),
        (
            {"p_m0": {"proves": {"s00": 1, "s14": 1}}},
            "ai-engineer",
            "m0: its project p-m0 needs s14 1, which comes later",
        ),
        ({"own": {"steps": [{"s00": 2}, {"s01": 2}]}}, "health", "s02: the milestone own does not reach level 2"),
    ],
)
def test_what_must_hold_is_refused(changes, file, message):
    assert problems(**changes) == [(file, message)]


def test_what_a_milestone_teaches_on_the_way_is_there_for_its_project():
    assert problems(p_m0={"proves": {"s00": 1, "s14": 1}}, s02={"prerequisites": {"s14": 1}}) == []


@pytest.mark.parametrize(
    ("changes", "file", "message"),
    [
        ({"ai_engineer": {"milestones": []}}, "ai-engineer", "has 0 milestones; it should have 5 to 10"),
        ({"ai_engineer": {"requirements": {}}}, "ai-engineer", "has 0 terms; it should have 15 to 25"),
        ({"health": {"requirements": {}}}, "health", "has 0 requirements; it should have 3 to 8"),
        ({"s00": {"effort": [80, 5, 5, 5]}}, "ai-engineer", "m0 takes 94 hours; it should take at most 80"),
        ({"s03": {"effort": [160, 5, 5, 5]}}, "ai-engineer", "m1 takes 174 hours; it should take at most 160"),
        (
            {"m1": {"projects": []}},
            "ai-engineer",
            "m1 does not end in a project",
        ),
        (
            {"p_m1": {"proves": {"s03": 1, "s00": 1}}},
            "ai-engineer",
            "m1: its project p-m1 proves fewer than 2 of its steps",
        ),
        (
            {"s00": {"units": {1: [{"id": "a", "do": "It.", "minutes": 90}]}}},
            "s00",
            "the first unit of level 1 takes more than 60 minutes",
        ),
        (
            {"s00": {"units": {1: [{"id": "a", "do": "It.", "minutes": 60}, {"id": "b", "read": "r", "minutes": 90}]}}},
            "s00",
            "less than half of the minutes of level 1 are do or build",
        ),
        (
            {"s00": {"units": {1: [{"id": "a", "do": f"{'x' * 110}. Then more.", "minutes": 60}]}}},
            "s00",
            "the first sentence has 111 characters; it is the title and should have at most 110",
        ),
        (
            {"s00": {"units": {1: [{"id": "a", "build": f"Do {'x ' * 149}x.", "minutes": 60}]}}},
            "s00",
            "the text has 151 words outside code; it should have at most 150",
        ),
    ],
)
def test_what_should_hold_is_found(changes, file, message):
    assert (file, message) in findings(**changes)


@pytest.mark.parametrize("text", [f"{'x' * 109}. Then more.", f"Do. {'X ' * 149}\n\n```\n{'code ' * 99}\n```"])
def test_a_title_and_a_text_may_be_as_long_as_the_limits_say(text):
    assert findings(s00={"units": {1: [{"id": "a", "build": text, "minutes": 60}]}}) == []


def test_the_first_milestone_needs_to_show_one_of_its_steps_only():
    assert findings(p_m0={"proves": {"s00": 1}}) == []


def test_a_long_path_to_applying_says_why():
    long = {f"s{number:02}": {"effort": [80, 5, 5, 5]} for number in range(3, 12)}
    said = ("ai-engineer", "applying takes 751 hours, more than 700, and long_because does not explain why")
    assert said in findings(**long)
    assert said not in findings(**long, ai_engineer={"long_because": "Research takes long."})


def test_rules_pass_over_what_is_wrong_otherwise():
    """`validate` reports a cycle and a step of an unknown skill."""
    cycle = {"s00": {"prerequisites": {"s01": 1}}, "s01": {"prerequisites": {"s00": 1}}}
    assert (problems(**cycle), findings(**cycle)) == ([], [])
    assert findings(m0={"steps": [{"s00": 1}, {"s01": 1}, {"s02": 1}, {"nowhere": 1}]}) == []


@pytest.mark.parametrize("count", [59, 60, 120, 121])
def test_the_body_of_a_milestone_has_60_to_120_words(count):
    found = health.findings(pack_of([factories.milestone_document("m", body="word " * count)]))
    said = f"has {count} words of body; it should have 60 to 120"
    assert (said in [one.message for one in found]) is (count in (59, 121))
