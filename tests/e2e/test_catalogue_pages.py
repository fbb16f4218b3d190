"""Roles, industries, projects, guides, resources, questions and the page about the data, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_catalogue, make_question, make_resource


@pytest.fixture
def catalogue(transactional_db) -> None:
    make_catalogue(60)
    make_question("how-long", name="How long does it take?")
    make_resource(
        "book", type="book", affiliate=True, cost={"amount": 60, "currency": "USD"}, skills={"skill-001": [0, 2]}
    )


def test_structured_data_stands_under_the_policy_and_does_not_run(page: Page, site, catalogue, watched):
    response = page.goto(f"{site}/roles/ai-engineer/")
    assert response.headers["content-security-policy"].count("script-src 'self'") == 1
    data = page.locator('script[type="application/ld+json"]').text_content()
    assert '"@type":"Occupation"' in data
    assert watched.complaints == []


def test_role_changes_in_place(page: Page, site, catalogue):
    page.goto(f"{site}/roles/ai-engineer/")
    page.evaluate("window.kept = true")
    total = page.locator("#journey .facts dd").first
    before = total.inner_text()
    page.get_by_label("You are").focus()
    page.get_by_label("You are").select_option("backend-developer")
    expect(total).to_contain_text("less study than from zero")
    assert total.inner_text() != before
    expect(page).to_have_url(f"{site}/roles/ai-engineer/?from=backend-developer")
    expect(page.get_by_label("You are")).to_be_focused()
    page.get_by_label("You want to work in").select_option("healthcare")
    expect(page.get_by_role("heading", name="What matters more in Healthcare")).to_be_visible()
    assert page.evaluate("window.kept")
    page.go_back()
    expect(page.get_by_label("You want to work in")).to_have_value("")
    expect(page.get_by_label("You are")).to_have_value("backend-developer")


def test_role_works_without_javascript(without_javascript: Page, catalogue):
    page = without_javascript
    page.goto("/roles/ai-engineer/")
    page.get_by_label("You are").select_option("backend-developer")
    page.get_by_role("button", name="Show the path").click()
    expect(page.locator("#journey")).to_contain_text("less study than from zero")


def test_comparison_changes_in_place_and_its_table_scrolls_by_keyboard(page: Page, site, catalogue):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site}/roles/compare/")
    rows = page.locator("table.sides tbody tr")
    all_rows = rows.count()
    page.get_by_label("only differences").check()
    expect(page).to_have_url(re.compile("show=differences"))
    expect(rows.first).to_be_visible()
    assert 0 < rows.count() <= all_rows
    box = page.locator(".scroll.sticky-first")
    box.focus()
    expect(box).to_be_focused()
    first = page.locator("table.sides tbody th").first
    left = first.bounding_box()["x"]
    box.evaluate("element => element.scrollLeft = 100")
    assert first.bounding_box()["x"] == left


def test_comparison_works_without_javascript(without_javascript: Page, catalogue):
    page = without_javascript
    page.goto("/roles/compare/")
    page.get_by_label("Role 3 (optional)").select_option("")
    page.get_by_label("sorted by area instead of difference").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("table.sides thead th")).to_have_count(3)
    expect(page.locator("table.sides tr.group-row").first).to_be_visible()


def test_resources_filter_in_place_and_without_javascript(page: Page, site, catalogue, without_javascript: Page):
    page.goto(f"{site}/resources/")
    page.get_by_label("Type").select_option("book")
    expect(page.get_by_text("1 of 61 resources")).to_be_visible()
    expect(page.locator(".resource-list li").filter(has_text="Book")).to_contain_text("affiliate link")
    plain = without_javascript
    plain.goto("/resources/")
    plain.get_by_label("Contains the words").fill("book")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_text("1 of 61 resources")).to_be_visible()


def test_questions_can_be_linked_to(page: Page, site, catalogue):
    page.goto(f"{site}/questions/#how-long")
    expect(page.get_by_role("heading", name="How long does it take?")).to_be_in_viewport()
