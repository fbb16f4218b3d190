import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import ladder
from tests.web.drawings import check, parse


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
