"""A thousand attempts to run a script, in every field that is shown as Markdown or as text: nothing
runs, with the content security policy of the pages and without it."""

from dataclasses import replace

import nh3
import pytest
from playwright.sync_api import Browser, Page

from guidance.web.markdown import ATTRIBUTES, SCHEMES, TAGS, render
from tests.e2e.conftest import Watched
from tests.factories import (
    industry_document,
    make_guide,
    make_project,
    make_question,
    make_resource,
    make_role,
    make_skill,
    publish,
)
from tests.payloads import payloads

PAYLOADS = payloads()
TEXT = "\n\n".join(PAYLOADS)
LISTENS = """
window.hits = [];
window.hit = number => window.hits.push(String(number));
window.alert = window.prompt = window.confirm = () => window.hits.push("dialog");
"""
# What is in the text, and what would run only after a click or another event.
FOUND = """selector => {
  const parts = [...document.querySelectorAll(selector)];
  const inside = parts.flatMap(part => [...part.querySelectorAll("*")]);
  for (const one of inside) {
    for (const name of ["mouseover", "focus", "pointerenter", "toggle", "animationstart"]) one.dispatchEvent(new Event(name));
  }
  return {
    parts: parts.length,
    tags: [...new Set(inside.map(one => one.localName))],
    handlers: inside.filter(one => [...one.attributes].some(({ name }) => name.startsWith("on") || name === "style")).length,
    schemes: [...new Set(inside.filter(one => one.localName === "a").map(one => one.protocol))],
    hits: window.hits,
  };
}"""
PAGES = {
    "/skills/python/": ".prose",
    "/roles/ai-engineer/": ".prose",
    "/industries/healthcare/": ".prose",
    "/projects/report/": ".prose",
    "/guides/daily-work/": ".prose",
    "/questions/": ".prose",
    "/resources/": ".resource-list div.small",
}


@pytest.fixture
def hostile(transactional_db) -> None:
    plain = " ".join(TEXT.split())
    short = PAYLOADS[3].replace("\n", " ")[:150]
    make_skill("python", body=TEXT, summary=short, levels=dict.fromkeys(range(1, 5), plain))
    make_role("ai-engineer", body=TEXT, summary=short, requirements={"python": (2, 5)})
    industry = industry_document("healthcare", summary=short, use_cases=[{"name": short[:100], "text": plain}])
    publish(replace(industry, body=TEXT))
    make_project("report", body=TEXT, summary=short, checklist=[plain], proves={"python": 1})
    make_guide("daily-work", body=TEXT, tldr=plain, takeaways=[plain])
    make_question("what-do-they-do", body=TEXT)
    make_resource("documentation", body=TEXT, name=short, author=short, skills={"python": [0, 2]})


def test_payloads_are_as_many_as_they_say_and_run_where_nothing_is_in_their_way(page: Page):
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 1_000
    page.add_init_script(LISTENS)
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html>"))  # images are not loaded either
    page.goto("http://nothing.example/")
    page.route("**/*", lambda route: route.fulfill(status=204))  # a 204 makes the browser stay on the page
    ran: set[str] = set()
    for start in range(
        0, len(PAYLOADS), 20
    ):  # in small groups, because an open textarea swallows the payloads after it
        page.evaluate("html => document.body.innerHTML = html", "\n".join(PAYLOADS[start : start + 20]))
        page.wait_for_timeout(20)
        ran |= set(page.evaluate(FOUND, "body")["hits"])
    assert len(ran) > 100


def test_what_is_sanitised_twice_is_what_is_sanitised_once():
    for text in [*PAYLOADS, TEXT]:
        once = str(render(text))
        again = nh3.clean(once, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
        assert again == once


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without it"])
def test_nothing_runs_in_any_field(browser: Browser, site, hostile, policy):
    context = browser.new_context(bypass_csp=not policy)
    page = context.new_page()
    page.add_init_script(LISTENS)
    watched = Watched(page, site)
    for path, selector in PAGES.items():
        assert page.goto(site + path).status == 200
        found = page.evaluate(FOUND, selector)
        assert found["parts"] > 0, path
        assert found["hits"] == [], path
        assert set(found["tags"]) <= TAGS | {"tbody"}, path
        assert found["handlers"] == 0, path
        assert set(found["schemes"]) <= {"http:", "https:", "mailto:", ":"}, (
            path
        )  # ":" is that of a link that leads nowhere
        whole = page.evaluate(FOUND, "main")
        assert whole["hits"] == [], path
        assert page.url == site + path
    assert watched.complaints == []
    assert watched.elsewhere == []
    context.close()
