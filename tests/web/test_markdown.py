import pytest

from guidance.web.markdown import headings, render, words


def test_markdown_renders_what_the_pack_uses():
    html = render("## First part\n\nA *b* **c** `d` [e](/skills/sql/).\n\n- one\n- two\n\n```\ncode\n```\n")
    assert html == (
        '<h2 id="first-part">First part</h2>\n<p>A <em>b</em> <strong>c</strong> <code>d</code> '
        '<a href="/skills/sql/" rel="noopener">e</a>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<pre tabindex="0"><code>code\n</code></pre>\n'
    )


def test_markdown_tables_scroll_by_keyboard_and_carry_no_style():
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |\n")
    assert html.startswith('<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>')
    assert "style" not in html
    assert html.count('scope="col"') == 2


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        '[x](/a "t\\" onclick=\\"alert(1)")',
        "![x](https://elsewhere.example/pixel.png)",
        "<style>*{display:none}</style>",
        '<a href="/x" style="color:red" onclick="y">z</a>',
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_markdown_lets_nothing_dangerous_through(text, problems_of):
    html = render(text)
    assert problems_of(html) == []
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "").replace("[x]: javascript:alert(1)", "")
    assert "<img" not in html


def test_headings_match_the_rendered_anchors():
    text = "## What *they* do\n\nx\n\n### Detail\n\n## Why & how\n"
    assert headings(text) == (("what-they-do", "What they do"), ("why-how", "Why & how"))
    assert all(f'id="{anchor}"' in render(text) for anchor, _ in headings(text))


def test_words_are_counted_like_a_reader_would():
    assert words("It’s a well-known trick, isn't it?") == 6
