"""Markdown to safe HTML: CommonMark and tables, raw HTML shown as text, then cleaned with an allowlist."""

import re
from functools import lru_cache
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from guidance.markup import trusted

TAGS = {"a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"}
TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


# The key is the text itself, so the cache is never stale; it helps logged-in visitors, whose pages are not cached.
@lru_cache(maxsize=1024)
def render(text: str) -> SafeString:
    tokens = _parser.parse(text)
    for heading, title in _headings(tokens):
        heading.attrSet("id", _anchor(title))
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)
    html = _parser.renderer.render(tokens, _parser.options, {})
    # A wide table or a long line of code scrolls on its own, with the keyboard too, instead of making the page wider.
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", f'<div class="scroll" tabindex="0" role="region" aria-label="{_("Table")}"><table>')
    html = html.replace("</table>", "</table></div>")
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return trusted(clean)


@lru_cache(maxsize=256)
def headings(text: str) -> tuple[tuple[str, str], ...]:
    """Returns (anchor, title) for each section of a text, with the anchors that `render` sets."""
    return tuple((_anchor(title), title) for token, title in _headings(_parser.parse(text)) if token.tag == "h2")


def words(text: str) -> int:
    return len(re.findall(r"\w+(?:[’'-]\w+)*", text))


def _headings(tokens: list[Token]) -> list[tuple[Token, str]]:
    return [
        (token, "".join(child.content for child in following.children or ()))
        for token, following in pairwise(tokens)
        if token.type == "heading_open" and token.tag in {"h2", "h3"}
    ]


def _anchor(title: str) -> str:
    return slugify(title) or "section"
