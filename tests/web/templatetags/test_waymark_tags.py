import pytest

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
