from types import SimpleNamespace

import pytest

from guidance.web.templatetags import trail


def test_level_bar_shows_reached_to_go_and_beyond():
    assert trail.level_bar(1, 3) == (
        '<span class="lv" aria-hidden="true"><i class="on"></i><i class="go"></i><i class="go"></i><i class=""></i></span>'
    )
    assert trail.level_bar(3, 1).count('class="on"') == 3
    assert trail.level_bar(3, 1).count('class="go"') == 0


@pytest.mark.parametrize("level", range(5))
def test_bars_always_have_four_boxes(level):
    assert trail.asked_bar(level).count("<i ") == trail.level_bar(level, 4).count("<i ") == 4


def test_importance_has_five_dots():
    assert (trail.importance_dots(2).count('"on"'), trail.importance_dots(2).count("<i ")) == (2, 5)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, ""), (1, "A"), (2, "A and B"), (3, "A, B and C"), (4, "A, B, C and 1 more"), (5, "A, B, C and 2 more")],
)
def test_names_are_a_sentence(count, expected):
    assert trail.names([SimpleNamespace(name=letter) for letter in "ABCDE"[:count]]) == expected


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (1, ""),
        (6, ""),
        (9, "about 2 months"),
        (52, "about 12 months"),
        (78, "about 1½ years"),
        (104, "about 2 years"),
        (140, "about 2½ years"),
    ],
)
def test_stretch_says_what_weeks_mean(weeks, expected):
    assert trail.stretch(weeks) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "0 days"), (1, "1 day"), (48, "48 days"), (49, "about 2 months"), (280, "about 9 months")],
)
def test_lapse_counts_days_as_long_as_they_say_more(days, expected):
    assert trail.lapse(days) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, ""), (1, "A"), (2, "A and B"), (5, "A, B, C, D and E")])
def test_listed_names_them_all(count, expected):
    assert trail.listed("ABCDE"[:count]) == expected
