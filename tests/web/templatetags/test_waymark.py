import re
from html import unescape

import pytest

from guidance.web.templatetags import waymark
from guidance.web.templatetags.waymark import blocks, with_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what a permission such as rwxr-x--- allows", ["rwxr-x---"]),
        ("read it with stat -c %A until you see -rwxr-x---, then stop", ["-c", "-rwxr-x---"]),
        ("run pytest --maxfail=1, then ls -l.", ["pytest --maxfail=1", "ls -l"]),
        ("Run git init, git add . and git commit -m with a message", ["git init", "git add .", "git commit -m"]),
        (
            "On a Mac xcode-select --install, or sudo apt install git.",
            ["xcode-select --install", "sudo apt install git"],
        ),
        ("pip install flask rich in a new folder", ["pip install flask rich"]),
        ("Then pip install flask rich: npm run test:e2e", ["pip install flask rich", "npm run test:e2e"]),
        ("type `read -rs TOKEN`, `x` or y.z(), then `go`", ["read -rs TOKEN", "x", "y.z()", "go"]),
        ("a ` alone, and y.z()", ["y.z()"]),
        ("Go back, go on, npm runs it, kill it; pip and git with curl, nginx 1.28, python or node.", []),
        ("Take np.clip(x, 0, 1), then len(encode(text)).", ["np.clip(x, 0, 1)", "len(encode(text))"]),
        ('open("a.txt").read() fails with FileNotFoundError (no file)', ['open("a.txt").read()', "FileNotFoundError"]),
        ("Set max_retries, stop=True and requests.txt.", ["max_retries", "stop=True", "requests.txt"]),
        ("a well-known text – with <b>dashes</b>, e.g. Node.js from nodejs.org and file(s) (like this)", []),
    ],
)
def test_code_in_a_sentence_is_code_and_short_code_is_not_split(text, code):
    html = with_code(text)
    parts = [unescape(part.partition("</code>")[0]) for part in html.split('<code class="number">')[1:]]
    assert (parts, "<b>" in html) == (code, False)


def test_long_code_may_be_split_and_a_negative_number_is_no_code():
    assert (
        with_code("make_regression(n_samples=100, noise=1)") == "<code>make_regression(n_samples=100, noise=1)</code>"
    )
    assert with_code("at -5 degrees") == 'at <span class="number">-5</span> degrees'
    assert with_code("about -0.55, or") == 'about <span class="number">-0.55</span>, or'
    assert with_code("data.europa.eu, docs.python.org") == "data.europa.eu, docs.python.org"


def test_blocks_are_paragraphs_lists_and_code_that_keeps_its_lines():
    text = "Run x.y() <here>.\n\n```python\nif a < b:\n    x.y()\n```\n\n- with x.y()\n- without"
    pre = '<div class="to-copy"><pre class="code" tabindex="0"><code>if a &lt; b:\n    x.y()</code></pre><button></div>'
    code = '<code class="number">x.y()</code>'
    items = f'<ul class="bulleted"><li>with {code}</li><li>without</li></ul>'
    assert re.sub("<button.*</button>", "<button>", blocks(text)) == f"<p>Run {code} &lt;here&gt;.</p>{pre}{items}"
    assert blocks("a & b", "Do:") == "<p><b>Do:</b> a &amp; b</p>"
    assert blocks("```\na\n```", "A < B").startswith("<p><b>A &lt; B</b></p><div")
    assert blocks("", "Do") == "<p><b>Do</b></p>"


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
