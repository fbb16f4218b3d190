"""Curriculum health: each fault is found in a catalogue that has it, and not in one without it."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog import snapshot
from guidance.catalog.documents import Document
from guidance.catalog.models import Kind, Resource, Skill, Version
from guidance.catalog.pack import Pack
from guidance.curation import health
from guidance.curation.health import Fault, of_pack, out_of_line
from guidance.curation.models import LinkCheck
from tests.curation.people import person
from tests.factories import make_catalogue, make_project, make_resource, make_role, make_skill


@pytest.fixture(autouse=True)
def _fresh():
    health.forget()
    yield
    health.forget()


def skill(slug: str, **data: object) -> Document:
    fields = {
        "name": slug.capitalize(),
        "area": "area",
        "kind": "tool",
        "horizon": "core",
        "summary": "S.",
        "effort": [5, 10, 20, 40],
        "levels": {level: f"You can do {level}." for level in range(1, 5)},
    }
    return Document(Kind.SKILL, slug, fields | data, "word " * 100, f"skills/{slug}.md")


def role(**requirements: tuple[int, int]) -> Document:
    asked = {slug: {"level": level, "importance": weight} for slug, (level, weight) in requirements.items()}
    data = {"name": "Role", "summary": "R.", "requirements": asked}
    return Document(Kind.ROLE, "role", data, "Text.\n", "roles/role.md")


def faults(*documents: Document) -> dict[Fault, list[tuple[str, str]]]:
    found: dict[Fault, list[tuple[str, str]]] = {}
    for fault, document, text, _need in of_pack(Pack(Path(), documents, {}, [])):
        found.setdefault(fault, []).append((document.slug, text))
    return found


def test_cycle_is_spelled_out_and_does_not_hide_the_rest():
    found = faults(skill("a", prerequisites={"b": 1}), skill("b", prerequisites={"a": 1}), skill("c"))
    assert found[Fault.CYCLES] == [("a", "Needs itself: A → B → A.")]
    assert Fault.REDUNDANT not in found
    assert ("c", "has 0 resources; it should have 3") in found[Fault.RESOURCES]


def test_orphan_and_redundant_prerequisite():
    found = faults(
        skill("a"),
        skill("b", prerequisites={"a": 1}),
        skill("c", prerequisites={"a": 1, "b": 1}),
        skill("d"),
        role(c=(2, 5)),
    )
    assert [slug for slug, _text in found[Fault.ORPHANS]] == ["d"]
    assert "has 1 term; it should have 15 to 25" in [text for _slug, text in found[Fault.MILESTONES]]
    assert found[Fault.REDUNDANT] == [("c", "“A” is implied by another prerequisite.")]


def test_requirement_with_something_unpublished_before_it_cannot_be_reached():
    found = faults(
        skill("a", prerequisites={"hidden": 1}), skill("b", prerequisites={"a": 1}), role(b=(2, 5), a=(1, 1))
    )
    assert found[Fault.UNREACHABLE] == [
        ("role", "B cannot be reached: hidden is not published."),
        ("role", "A cannot be reached: hidden is not published."),
    ]


def test_demand_that_no_role_asks_for_or_no_project_proves():
    project = Document(
        Kind.PROJECT, "p", {"name": "P", "summary": "P.", "hours": 1, "proves": {"b": 1}}, "Text.\n", "p"
    )
    asking = role(b=(1, 1), c=(1, 1))
    asking.data["choices"] = {"any": {"name": "Any", "one_of": {"c": 1, "d": 1}, "importance": 1}}
    found = faults(
        skill("a", demand=1),
        skill("b", demand=30),
        skill("c", demand=30),
        skill("d", demand=4),
        asking,
        project,
    )
    assert found[Fault.DEMAND] == [
        ("c", "30% of the ads name it, but no project proves it."),
        ("a", "1% of the ads name it, but no role lists it."),
    ]  # skills that most ads name come first


def test_hours_far_from_those_of_the_neighbours_are_out_of_line():
    like = [skill(f"s{number}", effort=[4, 8, 16 + number, 32]) for number in range(8)]
    found = faults(*like, skill("huge", effort=[100, 200, 300, 400]), skill("tiny", effort=[0.5, 1, 1, 1]))
    assert sorted(slug for slug, _text in found[Fault.HOURS]) == ["huge", "tiny"]
    assert dict(found[Fault.HOURS])["huge"] == "1000 h in all; tools in its area take about 63 h."
    few = [skill(f"s{number}", area=f"area-{number}") for number in range(3)]
    assert Fault.HOURS not in faults(*few, skill("huge", effort=[100, 200, 300, 400]))


@given(st.lists(st.floats(0.1, 10), min_size=5), st.floats(-5, 5))
def test_out_of_line_depends_on_distances_only(group, shift):
    moved = [value + shift for value in group]
    for value in (0.1, 5, 10, 1000):
        near = abs(out_of_line(value, group) - out_of_line(value + shift, moved))
        assert near == 0 or min(abs(value - one) for one in group) < 100  # rounding exactly at the limit
    assert not out_of_line(sorted(group)[len(group) // 2], group)


pytest_db = pytest.mark.django_db


@pytest_db
def test_names_that_are_almost_the_same():
    make_skill("graph-databases", name="Graph databases")
    make_skill("graph-database", name="Graph database")
    make_skill("ml", name="ML")
    make_skill("machine-learning", name="Machine learning", aliases=["ml"])
    make_skill("c", name="C")
    make_skill("c-plus-plus", name="C++")
    found = health.current(now=timezone.now()).findings
    like = {(one.slug, one.text) for one in found if one.fault == Fault.DUPLICATES}
    assert ("ml", "Has almost the same name as “Machine learning”.") in like
    assert next(one.other for one in found if one.slug == "ml" and one.other)[1] == "machine-learning"
    assert {slug for slug, _text in like} & {"graph-database", "graph-databases"}
    assert not {slug for slug, _text in like} & {"c", "c-plus-plus"}


@pytest_db
def test_stale_is_what_nobody_has_changed_or_found_right_for_ninety_days():
    now = timezone.now()
    python = make_skill("python")
    Version.objects.update(at=now - timedelta(days=89))
    assert health.current(now=now).counts[Fault.STALE] == 0
    Version.objects.filter(slug="python").update(at=now - timedelta(days=91))
    stale = [one for one in health.current(now=now).findings if one.fault == Fault.STALE]
    assert [(one.slug, one.text) for one in stale] == [("python", "Last reviewed 91 days ago.")]
    versions, curator = Version.objects.count(), person("carl")
    health.mark_reviewed(python, by=curator, now=now - timedelta(days=1))
    health.mark_reviewed(python, by=curator, now=now)
    assert health.current(now=now).counts[Fault.STALE] == 0
    assert Version.objects.count() == versions
    assert health.last_reviewed()[Kind.SKILL, python.pk] == now
    assert health.current(now=now + timedelta(days=91)).counts[Fault.STALE] > 0


@pytest_db
def test_dead_link_is_a_finding_of_its_resource():
    now = timezone.now()
    resource = make_resource("docs", skills={"python": [0, 2]})
    LinkCheck.objects.create(
        resource=resource,
        address=resource.url,
        host="docs.example.org",
        outcome=LinkCheck.LinkOutcome.DEAD,
        checked_at=now,
        failures=3,
        failed_on=now.date(),
        since=now,
        due_at=now,
        status_code=404,
    )
    Resource.objects.update(dead_address=resource.url)
    dead = [one for one in health.current(now=now).findings if one.fault == Fault.DEAD]
    assert [(one.kind, one.slug) for one in dead] == [("resource", "docs")]
    assert resource.url in dead[0].text


@pytest_db
def test_documents_are_read_once_per_revision():
    make_skill("python")
    now = timezone.now()
    health.current(now=now)
    with CaptureQueriesContext(connection) as queries:
        health.current(now=now)
    assert len(queries) <= 6  # revision, dead links, versions and looks, names; whether the snapshot is the newest
    assert not any("document" in query["sql"] for query in queries)
    make_skill("orphan-skill")
    assert "orphan-skill" in {one.slug for one in health.current(now=now).findings}


@pytest_db
def test_number_of_queries_does_not_grow_with_the_catalogue():
    make_catalogue(60)
    snapshot.current()
    with CaptureQueriesContext(connection) as queries:
        found = health.current(now=timezone.now())
    assert len(queries) <= 14  # six of them where learners stall
    assert found.findings


@pytest_db
def test_command_prints_what_the_page_shows():
    make_skill("python")
    make_role("engineer", requirements={"python": (2, 5)})
    make_project("report", proves={"python": 1})
    out = StringIO()
    call_command("curriculum_health", stdout=out)
    assert "resources: skill/python: Has " in out.getvalue()
    assert "revision 3: cycles 0, unreachable 0," in out.getvalue()
    out = StringIO()
    call_command("curriculum_health", "--fault", "orphans", stdout=out)
    assert out.getvalue() == "revision 3: orphans 0\n"
    assert Skill.objects.count() == 1


@pytest_db
def test_empty_catalogue_has_no_findings():
    assert health.current(now=timezone.now()).findings == []
