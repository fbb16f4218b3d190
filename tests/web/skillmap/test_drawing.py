import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog import snapshot
from guidance.web.skillmap.drawing import BREAK, MAX_LINES, Drawing, width, wrap
from guidance.web.skillmap.layout import CELL
from guidance.web.skillmap.overlay import MapState
from guidance.web.skillmap.selection import map_selection
from tests.factories import make_catalogue, make_skill
from tests.web.drawings import covered, parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> snapshot.Snapshot:
    make_catalogue(60)
    return snapshot.current()


def svg_of(drawing: Drawing, state: MapState | None = None) -> ET.Element:
    (svg,) = parse(drawing.svg(state or MapState()))
    return svg


def stations(svg: ET.Element) -> dict[str, ET.Element]:
    """The links to skills, by URL."""
    return {link.get("href"): link for link in svg.iter("a") if "station" in link.get("class").split()}


def classes(link: ET.Element) -> list[str]:
    return link.get("class").split()


def test_drawing_has_a_station_for_every_skill_and_a_way_for_every_need(catalogue):
    svg = svg_of(Drawing(map_selection(catalogue)))
    links = stations(svg)
    assert sorted(links) == sorted(skill.url for skill in catalogue.skills.values())
    slug_of = {links[skill.url].get("id")[1:]: slug for slug, skill in catalogue.skills.items()}
    edges = [path.get("id")[1:].split("-") for path in svg.iter("path") if path.get("id")]
    assert sorted((slug_of[start], slug_of[end]) for start, end in edges) == sorted(
        (need, slug) for slug, skill in catalogue.skills.items() for need in skill.prerequisites
    )
    for slug, skill in catalogue.skills.items():
        listed = [item.split(".") for item in links[skill.url].get("data-n", "").split()]
        assert {slug_of[number]: int(level) for number, level in listed} == dict(skill.prerequisites), slug


def test_drawing_of_an_area_shows_where_it_comes_from_and_leads(catalogue):
    area = catalogue.areas["machine-learning"]
    found = map_selection(catalogue, area)
    svg = svg_of(Drawing(found))
    assert len(stations(svg)) == len(found.skills) + len(found.entries)
    exits = [link for link in svg.iter("a") if "exit" in classes(link)]
    assert found.exits
    assert sorted(link.get("href") for link in exits) == sorted(f"?area={slug}" for slug in found.exits)
    headings = [text.text for text in svg.iter("text") if text.get("class") == "heading"]
    assert headings == ["From other areas", "Machine learning", "Leads to"]


def test_drawing_names_stations_in_full(catalogue):
    make_skill("long", name='Asynchronous & "concurrent" <programming>')
    link = stations(svg_of(Drawing(map_selection(snapshot.current()))))["/skills/long/"]
    assert link.get("aria-label") == 'Asynchronous & "concurrent" <programming>'
    lines = "".join(link.find("text").itertext()).split(BREAK)
    assert " ".join(lines) == 'Asynchronous & "concurrent" <programming>'
    assert len(lines) == 3


def test_drawing_keeps_labels_within_their_column(catalogue):
    for text in (
        text for link in stations(svg_of(Drawing(map_selection(catalogue)))).values() for text in link.iter("text")
    ):
        text.set("text-anchor", "middle")
        text.set("x", "0")
        left, _, right, _ = covered(text)
        assert right - left <= CELL


def test_drawing_shows_the_state_of_every_station(catalogue):
    state = MapState(
        levels={"skill-000": 2, "skill-001": 1},
        targets={"skill-000": 2, "skill-001": 2, "skill-002": 1},
        next_steps=("skill-002", "skill-001"),
        also_asked_for={"skill-003"},
    )
    svg = svg_of(Drawing(map_selection(catalogue)), state)
    links = stations(svg)

    def station(number: int) -> ET.Element:
        return links[f"/skills/skill-00{number}/"]

    shown = {"at": 0, "begun": 1, "none": 2, "off": 3, "aside": 4}
    for kind, number in shown.items():
        assert kind in classes(station(number))
    assert [path.get("class") for path in station(0).iter("path")] == ["tick"]
    assert [path.get("class") for path in station(1).iter("path")] == ["half", "flag"]
    assert sorted(text.text for text in svg.iter("text") if text.get("class") == "flag-number") == ["1", "2"]
    assert station(1).get("aria-label") == "Skill 001, 1 of 2 · 2nd next"
    assert "next-step" in classes(station(1))
    assert "next-step" not in classes(station(0))


def test_drawing_highlights_the_ways_from_what_is_known_to_the_next_steps(catalogue):
    """skill-001 needs skill-000, skill-003 needs 001 and 002, of which 002 is neither known nor next."""
    drawing = Drawing(map_selection(catalogue))
    state = MapState(levels={"skill-000": 1}, targets={"skill-003": 1}, next_steps=("skill-001", "skill-003"))
    svg = svg_of(drawing, state)
    ids = {slug: stations(svg)[f"/skills/{slug}/"].get("id")[1:] for slug in ("skill-000", "skill-001", "skill-003")}
    paths = {path.get("id"): path.get("d") for path in svg.iter("path") if path.get("id")}
    expected = {
        paths[f"w{ids['skill-000']}-{ids['skill-001']}"],
        paths[f"w{ids['skill-001']}-{ids['skill-003']}"],
    }
    for name in ("plan-case", "plan"):
        (group,) = (group for group in svg.iter("g") if group.get("class") == name)
        assert {path.get("d") for path in group} == expected
    assert svg_of(drawing).find(".//g[@class='plan']") is None


def test_list_says_the_same_as_the_map(catalogue):
    state = MapState(levels={"skill-000": 1}, targets={"skill-000": 2}, next_steps=("skill-000",))
    for chosen in (None, catalogue.areas["machine-learning"]):
        drawing = Drawing(map_selection(catalogue, chosen))
        svg, listed = svg_of(drawing, state), parse(drawing.listing(state))
        drawn = [link.get("href") for link in svg.iter("a") if "area-title" not in classes(link)]
        items = [item for item in listed.iter("li") if item.find("h3") is None]
        assert sorted(drawn) == sorted(item.find("a").get("href") for item in items)
    whole = Drawing(map_selection(catalogue))
    text = re.sub(r"<[^>]+>", " ", whole.listing(state))
    assert "Skill 000 1 of 2 · 1st next" in " ".join(text.split())
    assert "Skill 003 not needed after Skill 001, Skill 002" in " ".join(text.split())


def test_links_to_areas_take_the_query_along(catalogue):
    drawing = Drawing(map_selection(catalogue))
    links = [link.get("href") for link in svg_of(drawing).iter("a") if "area-title" in classes(link)]
    assert sorted(links) == sorted(f"?area={slug}" for slug in catalogue.areas)
    for markup in (drawing.svg(MapState(), "role=x&from=y"), drawing.listing(MapState(), "role=x&from=y")):
        links = [link.get("href") for link in parse(markup).iter("a") if link.get("href").startswith("?")]
        assert sorted(links) == sorted(f"?role=x&from=y&area={slug}" for slug in catalogue.areas)


def test_larger_names_for_a_small_scale_keep_clear_of_each_other(catalogue):
    links = stations(svg_of(Drawing(map_selection(catalogue))))
    big = [link for link in links.values() if "big" in classes(link)]
    assert 5 < len(big) < len(links)
    assert "big" in classes(links["/skills/skill-000/"]) or "big" in classes(links["/skills/skill-001/"])


def test_weight_is_about_what_a_drawing_takes(catalogue):
    drawing = Drawing(map_selection(catalogue))
    state = MapState()
    shown = len(drawing.svg(state)) + len(drawing.listing(state))
    assert shown < drawing.weight < 2 * shown


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SQL", ("SQL",)),
        ("Data structures and algorithms", ("Data structures", "and algorithms")),
        ("Asynchronous and concurrent programming", ("Asynchronous", "and concurrent", "programming")),
        ("Donaudampfschifffahrtsgesellschaft", ("Donaudampfschifffahrtsgesellschaft",)),
        ("", ("",)),
    ],
)
def test_wrap_takes_as_few_lines_as_fit(name, lines):
    assert wrap(name, 116) == lines


@given(st.text(alphabet="abij mwAM ", min_size=1, max_size=80), st.integers(20, 200))
def test_wrap_keeps_the_words_and_the_room(name, room):
    lines = wrap(name, room)
    assert " ".join(lines).split() == name.split()
    assert len(lines) <= MAX_LINES
    too_wide = [line for line in lines if width(line) > room]
    assert not too_wide or len(lines) == min(MAX_LINES, len(name.split()) or 1)
