import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from guidance.catalog.snapshot import Area, Skill
from guidance.web import charts

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def a_skill(name: str = "Python", family: str = "models") -> Skill:
    common = {"id": 1, "summary": "", "body": "", "updated_at": NOW}
    area = Area(slug="area", name="Area", url="/skills/?area=area", letter="G", family=family, **common)
    return Skill(
        slug="x",
        name=name,
        url="/skills/x/",
        area=area,
        kind="tool",
        horizon="core",
        effort=(1, 2, 3, 4),
        demand=None,
        level_texts=("", "", "", ""),
        aliases=(),
        esco=(),
        onet=(),
        prerequisites={},
        **common,
    )


def stations(count: int) -> list[charts.Station]:
    return [charts.Station(a_skill(f"Skill {number}"), "at level 1") for number in range(count)]


def drawings(markup: str) -> ET.Element:
    return ET.fromstring(f"<r>{markup}</r>")  # noqa: S314 - our own


@pytest.mark.parametrize("needs", [0, 1, 3, 8])
@pytest.mark.parametrize("opens", [0, 1, 6, 7, 40])
def test_trail_is_well_formed_and_inside_its_box(needs, opens):
    wide, narrow = drawings(charts.trail(a_skill(), stations(needs), stations(opens)))
    for svg in (wide, narrow):
        _, _, width, height = map(float, svg.get("viewBox").split())
        for text in svg.iter("text"):
            assert 0 <= float(text.get("x")) <= width
            assert 8 <= float(text.get("y")) <= height
        assert len(svg.findall("a")) == needs + min(opens, charts.DRAWN)
        assert all(link.get("tabindex") == "-1" for link in svg.findall("a"))
        assert svg.get("aria-hidden") == "true"


def test_trail_says_how_many_more_there_are():
    assert charts.trail(a_skill(), [], stations(9)).count("and 3 more in the list") == 2
    assert "more in the list" not in charts.trail(a_skill(), [], stations(6))


def test_trail_draws_the_shape_of_the_family():
    for family, shape in (("models", "circle"), ("foundations", "rect"), ("running", "polygon")):
        assert f'<{shape} class="full"' in charts.trail(a_skill(family=family), [], [])


def test_trail_escapes_names():
    assert "<b>" not in charts.trail(a_skill('<b>"&'), stations(1), [])


def test_climb_goes_from_start_to_end():
    points = [charts.Point(a_skill(), 10, 40), charts.Point(a_skill(), 20, 100)]
    wide, narrow = drawings(charts.climb(20, points, 1))
    line = wide.find("path[@class='trail']").get("d")
    assert line == "M34 151.6L269 117.2L504 14"
    assert len(wide.findall("g/circle")) == len(narrow.findall("g/circle")) == 1
