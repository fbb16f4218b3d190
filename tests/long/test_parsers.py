"""Parsers of foreign texts accept any text: EXAMPLES (10,000) for each parser, made of words that it treats specially."""

import os

import nh3
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import time_zones, validate_time_zone, zone_of
from guidance.catalog.documents import parse
from guidance.catalog.models import Kind
from guidance.curation import record_files
from guidance.reminders import tokens
from guidance.web.markdown import ATTRIBUTES, SCHEMES, TAGS, render

long = settings(max_examples=int(os.environ.get("EXAMPLES", "10000")), deadline=None, database=None)


def made_of(*words: str) -> st.SearchStrategy[str]:
    """Text with so many of these words that it is almost valid."""
    return st.lists(st.sampled_from(words) | st.text(max_size=5), max_size=40).map("".join)


MARKDOWN = made_of(
    "<", ">", "</", "&", "&#x", '"', "'", "`", "[", "](", ")", "![", "**", "_", "#", "\n", "\n\n", "    ", "|", "---", "- ", "> ",
    "<script>", "<svg onload=", "<img src=x onerror=", "<style>", "<!--", "-->", "<a href=", "javascript:", "data:", "https://", "\0",
)  # fmt: skip
FRONT_MATTER = made_of(
    "name", "summary", "aliases", "levels", ": ", "- ", "\n", "\n  ", "[", "]", "{", "}", "&a ", "*a", "!!python/object:", "|\n", ">",
    '"', "'", "#", "1", "-1", "1e400", "2026-02-30", "null", "true", "~", "? ", "%", "@", "\t", "\0", "---\n",
)  # fmt: skip
TABLE = made_of(
    "slug",
    "name",
    "year",
    "body",
    ",",
    ";",
    "\t",
    '"',
    '""',
    "'",
    "\n",
    "\r\n",
    "=",
    "+",
    "-",
    "@",
    "sep=;",
    "\ufeff",
    "[",
    "{",
    "&a",
    "*a",
)
TOKEN = tokens.for_unsubscribing(1, "study")


@long
@given(MARKDOWN)
def test_markdown_is_read_whatever_it_says(text):
    once = str(render(text))
    again = nh3.clean(once, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    assert again == once


@long
@given(st.sampled_from(Kind.values), FRONT_MATTER, MARKDOWN)
def test_document_is_read_or_refused(kind, head, body):
    document, problems = parse(f"---\n{head}\n---\n{body}", kind=kind, slug="some", file="some.md")
    assert document is not None or problems


@long
@given(st.sampled_from(Kind.values), TABLE.map(str.encode) | st.binary(max_size=200))
def test_table_is_read_or_refused(kind, content):
    documents, problems = record_files.read_csv(kind, content, {}, file="some.csv")
    assert isinstance(documents, list)
    assert isinstance(problems, list)


@long
@given(st.integers(0, len(TOKEN)), st.integers(0, len(TOKEN)), st.text(max_size=5))
def test_altered_token_is_read_or_refused(start, end, text):
    token = TOKEN[:start] + text + TOKEN[end:]
    assert (tokens.subscription(token) is None) == (token != TOKEN)
    assert tokens.delivery(token) is None


@long
@given(made_of(*sorted(time_zones())[::20], "/", "..", "\0", "Etc", "+1"))
def test_zone_is_one_or_refused(text):
    assert zone_of(text).key in time_zones()
    try:
        validate_time_zone(text)
    except ValidationError:
        assert text not in time_zones()
