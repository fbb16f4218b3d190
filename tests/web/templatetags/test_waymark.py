import pytest

from guidance.web.templatetags import waymark
from guidance.web.templatetags.waymark import unbroken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what a permission such as rwxr-x--- allows", ["rwxr-x---"]),
        ("read it with stat -c %A until you see -rwxr-x---, then stop", ["-c", "-rwxr-x---"]),
        ("run pytest --maxfail=1", ["--maxfail"]),
        ("a well-known text – with <b>dashes</b>", []),
    ],
)
def test_no_line_ends_inside_code(text, code):
    html = unbroken(text)
    assert [part.partition("</span>")[0] for part in html.split('<span class="number">')[1:]] == code
    assert "<b>" not in html


def test_level_bar_shows_reached_to_go_and_beyond():
    assert waymark.level_bar(1, 3) == (
        '<span class="level" aria-hidden="true"><i class="on"></i><i class="go"></i><i class="go"></i><i class=""></i></span>'
    )
    assert waymark.level_bar(3, 1).count('class="on"') == 3
    assert waymark.level_bar(3, 1).count('class="go"') == 0


@pytest.mark.parametrize("level", range(5))
def test_bars_always_have_four_boxes(level):
    assert waymark.asked_bar(level).count("<i ") == waymark.level_bar(level, 4).count("<i ") == 4


def test_importance_has_five_dots():
    assert (waymark.importance_dots(2).count('"on"'), waymark.importance_dots(2).count("<i ")) == (2, 5)
