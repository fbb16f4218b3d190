import pytest

from guidance.catalog import snapshot
from guidance.web.skillmap.selection import exit_of, map_selection
from tests.factories import industry_document, publish, role_document, skill_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> snapshot.Snapshot:
    publish(
        skill_document("python", area="programming"),
        skill_document("git", area="programming"),
        skill_document("numpy", area="data-engineering", prerequisites={"python": 1}),
        skill_document("networks", area="deep-learning", prerequisites={"numpy": 2, "python": 2}),
        skill_document("pytorch", area="deep-learning", prerequisites={"networks": 1}),
        skill_document("prompts", area="generative-ai", prerequisites={"networks": 1}),
        skill_document("rag", area="generative-ai", prerequisites={"prompts": 2, "pytorch": 1}),
        role_document("researcher", requirements={"pytorch": (2, 3)}),
        industry_document("health", emphases={"git": 1.0, "pytorch": 2.0}),
    )
    return snapshot.current()


def test_sheet_of_everything_has_every_skill_and_way(catalogue):
    found = map_selection(catalogue)
    assert list(found.skills) == ["git", "python", "numpy", "networks", "pytorch", "prompts", "rag"]
    assert {name: set(needs) for name, needs in found.graph.needs.items()} == {
        slug: set(skill.prerequisites) for slug, skill in catalogue.skills.items()
    }
    assert (found.entries, found.exits) == ({}, {})
    assert {area.slug: [skill.slug for skill in skills] for area, skills in found.by_area.items()} == {
        "programming": ["git", "python"],
        "data-engineering": ["numpy"],
        "deep-learning": ["networks", "pytorch"],
        "generative-ai": ["prompts", "rag"],
    }


def test_sheet_of_a_role_has_what_comes_before_and_what_the_industry_asks_for(catalogue):
    role, industry = catalogue.roles["researcher"], catalogue.industries["health"]
    assert set(map_selection(catalogue, role=role).skills) == {"python", "numpy", "networks", "pytorch"}
    assert set(map_selection(catalogue, role=role, industry=industry).skills) == {
        "python",
        "numpy",
        "networks",
        "pytorch",
        "git",
    }


def test_sheet_of_an_area_has_what_lies_around_it_at_its_edges(catalogue):
    found = map_selection(catalogue, area=catalogue.areas["deep-learning"])
    assert list(found.skills) == ["networks", "pytorch"]
    assert list(found.entries) == ["python", "numpy"]
    assert {slug: count for slug, (_, count) in found.exits.items()} == {"generative-ai": 2}
    assert found.graph.needs[exit_of("generative-ai")] == ("networks", "pytorch")
    assert found.graph.entries == {"python", "numpy"}
    assert found.graph.exits == {exit_of("generative-ai")}


def test_sheet_of_an_area_on_the_way_to_a_role_leaves_out_what_is_not_on_it(catalogue):
    role = catalogue.roles["researcher"]
    found = map_selection(catalogue, catalogue.areas["deep-learning"], role)
    assert (list(found.skills), found.exits) == (["networks", "pytorch"], {})
    assert map_selection(catalogue, catalogue.areas["generative-ai"], role).skills == {}
