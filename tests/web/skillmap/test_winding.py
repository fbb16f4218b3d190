import re
from dataclasses import replace

import pytest

from guidance.catalog import snapshot
from guidance.web.skillmap.drawing import width
from guidance.web.skillmap.overlay import MapMilestone, Stop
from guidance.web.skillmap.winding import MAX_STOPS, note, target, winding
from tests.factories import make_milestone, publish, skill_document
from tests.web.drawings import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def stretch() -> MapMilestone:
    publish(*(skill_document(f"skill-{number:02}") for number in range(MAX_STOPS + 2)))
    make_milestone("first-program", steps=[("skill-00", 1)])
    catalogue = snapshot.current()
    return MapMilestone(
        milestone=catalogue.milestones["first-program"],
        number=1,
        state="current",
        hours=30,
        stops=tuple(
            Stop(catalogue.skills[f"skill-{number:02}"], 1, "at" if number < 2 else "none", is_here=number == 2)
            for number in range(4)
        ),
        also=(),
        project=None,
        is_own=False,
    )


def paths(drawing: str, kind: str) -> str:
    found = re.search(rf'<g class="{kind}"><path(?: class="case")? d="([^"]*)"', drawing)
    return found.group(1) if found else ""


def test_trail_is_walked_to_where_the_learner_is_and_yellow_from_there(stretch):
    drawing = winding([stretch, replace(stretch, number=2, state="later", stops=stretch.stops[3:])])
    parse(drawing)
    (here,) = re.findall(r'translate\((\S+) 84\)" class="station a-\w none"><circle class="halo"', drawing)
    assert paths(drawing, "walked") == f"M64 84H{here}"
    assert paths(drawing, "now") == f"M{here} 84H1120"
    assert paths(drawing, "later").endswith("H64")
    assert drawing.count("you are here") == 1


def test_trail_of_someone_who_begins_is_not_walked(stretch):
    stops = tuple(replace(stop, kind="none", is_here=at == 0) for at, stop in enumerate(stretch.stops))
    drawing = winding([replace(stretch, stops=stops)])
    assert paths(drawing, "walked") == ""
    assert paths(drawing, "now").startswith("M64 84H")


def test_plates_are_green_yellow_and_plain(stretch):
    drawing = winding(
        [replace(stretch, number=number, state=state) for number, state in enumerate(("done", "current", "later"), 1)]
    )
    assert re.findall(r'class="milestone-sign (\w*)"', drawing) == ["completed", "current", ""]


def test_many_stops_take_two_rows_and_none_is_lost(stretch):
    catalogue = snapshot.current()
    many = tuple(Stop(skill, 1, "at") for skill in catalogue.skills.values())
    drawing = winding([replace(stretch, state="done", stops=many)])
    parse(drawing)
    assert drawing.count('class="station ') == MAX_STOPS + 2
    assert len(set(re.findall(r'translate\(\S+ (\d+)\)" class="station', drawing))) == 2
    assert drawing.count('class="milestone-sign ') == 1


def test_milestone_without_stops_is_drawn(stretch):
    parse(winding([replace(stretch, state="blocked", stops=())]))


def test_drawing_is_passed_over_by_the_keyboard(stretch):
    drawing = winding([stretch])
    assert 'aria-hidden="true"' in drawing
    assert drawing.count("<a ") == drawing.count('tabindex="-1"') == 5


def test_station_leads_to_the_milestone_or_to_its_section_of_the_own_plan(stretch):
    assert target(stretch) == "/milestones/first-program/"
    assert target(replace(stretch, is_own=True)) == "/plan/?open=first-program#m-first-program"


def test_note_names_what_is_needed_first_as_far_as_there_is_room(stretch):
    also = replace(stretch, also=[stop.skill for stop in stretch.stops])
    assert note(also, 1000) == "30 h left · first: Skill 00, Skill 01, Skill 02, Skill 03"
    short = note(also, 260)
    assert short == "30 h left · first: Skill 00 and 3 more"
    assert width(short) <= 260
    assert note(also, 20) == "30 h left"
    assert note(replace(also, state="done"), 1000) == "done"
    assert note(replace(also, state="blocked"), 1000) == "left out"
