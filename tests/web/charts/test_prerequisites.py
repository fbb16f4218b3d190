import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.web import charts
from guidance.web.charts import ladder
from tests.web.drawings import a_skill, check, parse


def stations(count: int) -> list[charts.Station]:
    return [charts.Station(a_skill(f"Skill {number}"), "at level 1") for number in range(count)]


@pytest.mark.parametrize("needs", [0, 1, 3, 8])
@pytest.mark.parametrize("opens", [0, 1, 6, 7, 40])
def test_trail_is_well_formed_and_inside_its_box(needs, opens):
    wide, narrow = parse(charts.trail(a_skill(), stations(needs), stations(opens)))
    for svg in (wide, narrow):
        check(svg)
        assert len(svg.findall("a")) == needs + min(opens, charts.MAX_DRAWN)
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


def test_trail_down_shows_how_far_a_learner_is():
    needs = [
        charts.Station(a_skill("SkillState"), "needs 1, you have 2", "at"),
        charts.Station(a_skill("Begun"), "needs 2, you have 1", "begun"),
    ]
    opens = [charts.Station(a_skill("Next"), "opens at level 2", "none", ahead=True)]
    (drawing,) = parse(charts.trail_down(charts.Station(a_skill(), "you are at 1", "begun"), needs, opens))
    assert [group.get("class") for group in drawing.iter("g") if "station" in group.get("class").split()] == [
        "station at",
        "station begun",
        "station none",
        "station begun",
    ]
    assert len(drawing.findall(".//path[@class='hook']")) == 1
    assert len(drawing.findall(".//path[@class='half']")) == 2
    assert [drawing[number].get("class") for number in range(3)] == ["plan-case", "plan-fill", "line-case"]
    assert "you are at 1" in [text.text for text in drawing.iter("text")]
    assert drawing.findall(".//text[@class='area-letter']") == []


def test_trail_down_without_a_plan_has_no_way_ahead():
    drawing = charts.trail_down(charts.Station(a_skill(), "", "none"), stations(2), stations(9))
    assert "plan-case" not in drawing
    assert "and 3 more in the list" in drawing


def one(markup):
    (svg,) = parse(markup)
    check(svg)
    return svg


def kinds(svg):
    return [rect.get("class") for rect in svg.findall("rect")]


@pytest.mark.parametrize(
    ("mine", "targets", "expected"),
    [
        (2, (3, 2), ["on", "on", "go", "rest"]),
        (0, (0, 0), ["rest", "rest", "rest", "rest"]),
        (4, (1, 2), ["on", "on", "on", "on"]),
        (1, (4,), ["on", "go", "go", "go"]),
        (0, (), ["rest", "rest", "rest", "rest"]),
    ],
)
def test_ladder_shows_what_is_reached_and_what_is_missing(mine, targets, expected):
    assert kinds(one(ladder(mine, targets))) == expected


def test_ladder_puts_the_letter_of_a_role_over_the_end_of_its_level():
    svg = one(ladder(1, (3, 2, 0, 3)))
    poles = {
        text.text: (text.get("x"), pole.get("d"))
        for text, pole in zip(svg.findall("text"), svg.findall("path"), strict=True)
    }
    ends = [float(rect.get("x")) + float(rect.get("width")) for rect in svg.findall("rect")]
    assert poles == {
        "B": (f"{ends[1] + 2.5:g}", f"M{ends[1] + 2.5:g} 13v17"),
        "A D": (f"{ends[2] + 2.5:g}", f"M{ends[2] + 2.5:g} 13v17"),
    }
    assert svg.get("aria-hidden") == "true"


@given(st.integers(0, 4), st.lists(st.integers(0, 4), max_size=4))
def test_ladder_stays_inside(mine, targets):
    svg = one(ladder(mine, tuple(targets)))
    assert len(svg.findall("rect")) == 4
    assert len(svg.findall("path")) == len({target for target in targets if target})
