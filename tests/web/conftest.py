from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import User
from guidance.web import cache


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    for shelf in (cache.pages, cache.free_text_pages):
        shelf.clear()
    return


@pytest.fixture
def signed_in(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("noor@waymark.example", name="Noor Example"))
    return client


@pytest.fixture
def queries(django_assert_max_num_queries) -> Callable:
    """A context manager that allows at most this many queries."""
    return django_assert_max_num_queries


class Markup(HTMLParser):
    """Collects what a strict CSP would block, and what an HTML checker would report about nesting and ids."""

    VOID = frozenset(
        {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.ids: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        for name in values:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"{name}= on <{tag}>")
        if tag == "style":
            self.problems.append("<style>")
        if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
            self.problems.append("inline <script>")
        for name in ("src", "href", "action"):
            value = values.get(name) or ""
            if (
                tag in {"script", "link", "img", "use", "image", "form"}
                and value.startswith(("//", "http"))
                and values.get("rel") != "canonical"
            ):
                self.problems.append(f"another host: {value}")
        if values.get("id"):
            if values["id"] in self.ids:
                self.problems.append(f"id {values['id']} twice")
            self.ids.add(values["id"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.open.pop()


@pytest.fixture
def problems_of() -> Callable[[str], list[str]]:
    def check(html: str) -> list[str]:
        markup = Markup()
        markup.feed(html)
        markup.close()
        return markup.problems + [f"<{tag}> stays open" for tag in markup.open]

    return check
