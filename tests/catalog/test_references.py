from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog.documents import Document, checked
from guidance.catalog.models import Kind
from guidance.catalog.references import leave_out, names, repoint
from tests.factories import (
    guide_document,
    industry_document,
    milestone_document,
    project_document,
    resource_document,
    role_document,
    skill_document,
    starting_point_document,
)

SLUGS = ("a", "b", "c", "d")
some = st.sampled_from(SLUGS)
level = st.integers(1, 4)
ranges = st.tuples(st.integers(0, 3), st.integers(1, 4)).filter(lambda pair: pair[0] < pair[1]).map(list)
links = st.lists(some, max_size=3).map(lambda slugs: "".join(f"See [{s}](/skills/{s}/?x=1#levels).\n" for s in slugs))


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(some, values, max_size=4)


documents = st.one_of(
    st.builds(lambda body, needs: skill_document("z", body, prerequisites=needs), links, tables(level)),
    st.builds(lambda skills: resource_document("z", skills=skills), tables(ranges)),
    st.builds(lambda wanted: role_document("z", requirements=wanted), tables(st.tuples(level, st.integers(1, 5)))),
    st.builds(lambda weights: industry_document("z", emphases=weights), tables(st.sampled_from([0.5, 1, 2]))),
    st.builds(lambda proves: project_document("z", proves=proves), tables(level)),
    st.builds(lambda levels: starting_point_document("z", levels=levels), tables(level)),
)


def named(document: Document) -> set[str]:
    return {slug for _path, kind, slug in document.references() if kind == Kind.SKILL} | {
        link.split("/")[2] for _line, link in document.links()
    }


def said(document: Document) -> dict[str, Any]:
    """What the document says about each skill it refers to, by skill."""
    key = {
        Kind.SKILL: "prerequisites",
        Kind.RESOURCE: "skills",
        Kind.ROLE: "requirements",
        Kind.PROJECT: "proves",
        Kind.STARTING_POINT: "levels",
    }.get(Kind(document.kind))
    if key is not None:
        return dict(document.data.get(key, {}))
    return {item["skill"]: item["weight"] for item in document.data.get("emphases", [])}


def most(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {key: max(one[key], other[key]) for key in one}
    if isinstance(one, list):
        return [min(one[0], other[0]), max(one[1], other[1])]
    return max(one, other)


@given(documents)
def test_repoint_names_the_other_alone_says_the_most_and_leaves_the_rest(document):
    after = repoint(document, Kind.SKILL, "a", "b")
    assert named(after) == {"b" if slug == "a" else slug for slug in named(document)}
    before, now = said(document), said(after)
    assert {slug: now[slug] for slug in now if slug != "b"} == {s: v for s, v in before.items() if s not in "ab"}
    both = [before[slug] for slug in "ab" if slug in before]
    assert now.get("b") == (most(*both) if len(both) == 2 else both[0] if both else None)
    rest = [slug for slug in before if slug not in "ab"]
    assert [slug for slug in now if slug != "b"] == rest  # in the same order
    assert checked(after.kind, after.data)[1] == checked(document.kind, document.data)[1]


@given(documents)
def test_repoint_is_done_once_and_touches_only_what_names_it(document):
    after = repoint(document, Kind.SKILL, "a", "b")
    assert repoint(after, Kind.SKILL, "a", "b") == after
    assert names(document, Kind.SKILL, "a") == ("a" in named(document)) == (after != document)
    assert repoint(document, Kind.ROLE, "a", "b") == document
    assert not names(after, Kind.SKILL, "a")


@given(documents)
def test_repoint_to_a_new_name_and_back_is_the_same(document):
    there = repoint(document, Kind.SKILL, "a", "new-one")
    assert repoint(there, Kind.SKILL, "new-one", "a") == document


@given(documents)
def test_leave_out_leaves_links_and_the_rest(document):
    after = leave_out(document, Kind.SKILL, "a")
    assert said(after) == {slug: value for slug, value in said(document).items() if slug != "a"}
    assert after.body == document.body


def test_record_never_names_itself():
    document = skill_document("b", prerequisites={"a": 1, "c": 2})
    assert repoint(document, Kind.SKILL, "a", "b").data["prerequisites"] == {"c": 2}
    alone = skill_document("b", prerequisites={"a": 1})
    assert "prerequisites" not in repoint(alone, Kind.SKILL, "a", "b").data


def test_heavier_emphasis_keeps_its_reason_and_the_one_that_stays_where_they_weigh_the_same():
    def why(old: float, new: float) -> str:
        emphases = [{"skill": "a", "weight": old, "why": "Of a."}, {"skill": "b", "weight": new, "why": "Of b."}]
        document = industry_document("z", emphases={})
        document.data["emphases"] = emphases
        [entry] = repoint(document, Kind.SKILL, "a", "b").data["emphases"]
        assert entry["skill"] == "b"
        return entry["why"]

    assert (why(2, 1), why(1, 2), why(1, 1)) == ("Of a.", "Of b.", "Of b.")


@pytest.mark.parametrize(
    ("link", "becomes"),
    [
        ("/skills/s/", "/skills/b/"),
        ("/skills/s", "/skills/b"),
        ("/skills/s#levels", "/skills/b#levels"),
        ("/skills/s/?a=/skills/s/", "/skills/b/?a=/skills/s/"),
        ("/skills/skills/", "/skills/skills/"),
        ("/roles/s/", "/roles/s/"),
        ("/skills/s/x/", "/skills/s/x/"),
        ("/skills/", "/skills/"),
        ("/", "/"),
    ],
)
def test_links_are_followed(link, becomes):
    document = guide_document(body=f"A [link]({link}) here.\n")
    assert repoint(document, Kind.SKILL, "s", "b").body == f"A [link]({becomes}) here.\n"


def choice(**levels: int) -> dict[str, Any]:
    return {"cloud": {"name": "A cloud", "one_of": levels, "importance": 3}}


def test_steps_choices_and_units_follow_a_record_that_is_renamed_or_merged():
    milestone = milestone_document("z", steps=[("a", 1), ("b", 1), ("a", 2)])
    assert repoint(milestone, Kind.SKILL, "a", "b").data["steps"] == [{"b": 1}, {"b": 2}]
    role = role_document("z", choices=choice(a=2, b=1, c=1), milestones=["first"], apply_after="first")
    assert repoint(role, Kind.SKILL, "a", "b").data["choices"] == choice(b=2, c=1)
    moved = repoint(role, Kind.MILESTONE, "first", "second").data
    assert (moved["milestones"], moved["apply_after"]) == (["second"], "second")
    skill = skill_document("z", units={1: [{"id": "read-it", "read": "guide", "minutes": 30}]})
    assert repoint(skill, Kind.RESOURCE, "guide", "book").data["units"][1][0]["read"] == "book"


def test_steps_choices_and_units_leave_out_a_record_that_is_retired():
    milestone = milestone_document("z", steps=[("a", 1), ("b", 1)], projects=["tool"])
    assert leave_out(milestone, Kind.SKILL, "a").data["steps"] == [{"b": 1}]
    assert "projects" not in leave_out(milestone, Kind.PROJECT, "tool").data
    role = role_document("z", choices=choice(a=2, b=1, c=1), milestones=["first"], apply_after="first")
    assert leave_out(role, Kind.SKILL, "a").data["choices"] == choice(b=1, c=1)
    assert leave_out(role, Kind.MILESTONE, "first").data.keys().isdisjoint({"milestones", "apply_after"})
    units = {1: [{"id": "read-it", "read": "guide", "minutes": 30}, {"id": "try-it", "do": "Try it.", "minutes": 30}]}
    left = leave_out(skill_document("z", units=units), Kind.RESOURCE, "guide").data["units"]
    assert [unit["id"] for unit in left[1]] == ["try-it"]
