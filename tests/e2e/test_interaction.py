"""Feedback that learners see: messages, errors, the menu, and no layout shifts under the pointer."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.e2e.conftest import enter
from tests.factories import make_catalogue, make_project, make_resource
from tests.web.learners import set_goal

PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
SKILL, PROJECT = "/skills/skill-001/", "/projects/triage-report/"
# Layout shifts that a learner sees, including those just after a click, which browsers do not count.
WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: "layout-shift", buffered: false });
}"""
SHIFTED = "new Promise((done) => setTimeout(() => done(window.shifts.reduce((sum, one) => sum + one, 0)), 300))"


@pytest.fixture
def learner(transactional_db) -> User:
    make_catalogue(30)
    make_resource("evals", skills={"skill-001": [0, 2]})
    make_project("triage-report", proves={"skill-001": 2}, body="A paragraph of a long brief.\n\n" * 30)
    learner = User.objects.create_user("noor@waymark.example", name="Noor Example")
    set_goal(learner)
    return learner


@pytest.fixture
def inside(page: Page, site, learner) -> Page:
    page.set_viewport_size(PHONE)
    return enter(page, site, learner)


@pytest.fixture
def plain(without_javascript: Page, site, learner) -> Page:
    without_javascript.set_viewport_size(PHONE)
    return enter(without_javascript, site, learner)


def add_evidence(page: Page) -> None:
    page.get_by_label("What it shows").fill("Fifty cases.")
    page.get_by_role("button", name="Add evidence").click()


def save_level(page: Page) -> None:
    page.get_by_role("radio", name=re.compile("^2")).check()
    page.get_by_role("button", name="Save level").click()


def save_note(page: Page) -> None:
    page.get_by_label("Your note").fill("Ask Ada.")
    page.get_by_role("button", name="Save note").click()


def save_work(page: Page) -> None:
    page.get_by_label("Check 1.").click()  # a tick is saved at once


@pytest.mark.parametrize(
    ("path", "save"), [(SKILL, save_level), (SKILL, add_evidence), (SKILL, save_note), (PROJECT, save_work)]
)
def test_what_was_saved_is_told_in_sight(inside: Page, site, path, save):
    for size in (PHONE, DESK):
        inside.set_viewport_size(size)
        inside.goto(site + path)
        save(inside)
        expect(inside.locator(".message")).to_be_in_viewport(ratio=1)
        if save is save_level:
            expect(inside.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)


def test_no_answer_is_told_and_what_was_typed_stays(inside: Page, site):
    inside.goto(site + SKILL)
    inside.context.set_offline(True)
    save_note(inside)
    expect(inside.locator(".message")).to_contain_text("Your last change may not be saved.")
    expect(inside.locator(".message")).to_be_in_viewport(ratio=1)
    expect(inside.get_by_label("Your note")).to_have_value("Ask Ada.")
    inside.context.set_offline(False)
    inside.get_by_role("button", name="Save note").click()
    expect(inside.locator(".message")).to_have_count(1)
    expect(inside.locator(".message")).to_contain_text("Note saved")


def test_no_answer_to_a_filter_is_told_until_one_comes(inside: Page, site):
    inside.goto(f"{site}/skills/")
    inside.context.set_offline(True)
    inside.get_by_role("main").get_by_role("searchbox").fill("Skill 00")
    expect(inside.locator(".message")).to_contain_text("Waymark didn’t answer.")
    expect(inside.locator(".message")).not_to_contain_text("saved")
    inside.context.set_offline(False)
    inside.get_by_role("main").get_by_role("searchbox").fill("Skill 001")
    expect(inside.locator(".message")).to_have_count(0)


def test_warning_of_what_may_not_be_saved_outlasts_another_answer(inside: Page, site):
    inside.goto(f"{site}/log/?skill=skill-001")
    inside.context.set_offline(True)
    inside.get_by_label("Minutes").fill("45")
    inside.get_by_role("button", name="Log it").click()
    expect(inside.locator(".message")).to_contain_text("may not be saved")
    inside.context.set_offline(False)
    inside.get_by_label("Skill", exact=True).select_option("skill-002")
    expect(inside.locator("#with")).to_contain_text("Resource 002")  # the other answer
    expect(inside.locator(".message")).to_contain_text("may not be saved")
    inside.get_by_role("button", name="Log it").click()
    expect(inside.locator(".message")).to_have_text(re.compile("logged"))


def test_what_was_saved_is_told_in_sight_without_javascript(plain: Page):
    plain.goto(SKILL)
    save_level(plain)
    expect(plain.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)
    plain.get_by_role("button", name="Undo").click()
    expect(plain.get_by_role("button", name="Undo")).to_have_count(0)


@pytest.mark.parametrize("path", ["/dashboard/", SKILL])
def test_logging_moves_nothing(inside: Page, site, path):
    inside.goto(site + path)
    button = inside.get_by_role("button", name="Log 30 minutes")
    before = button.bounding_box()
    inside.evaluate(WATCH_SHIFTS)
    button.click()
    expect(inside.locator(".message")).to_be_in_viewport(ratio=1)
    assert button.bounding_box() == before
    assert inside.evaluate(SHIFTED) <= 0.02


def test_no_link_of_the_menu_is_alone_in_its_row(inside: Page, site):
    links = inside.get_by_role("navigation", name="Main").get_by_role("link")
    for width in (360, 390, 412, 600):
        inside.set_viewport_size({"width": width, "height": 800})
        inside.goto(f"{site}/dashboard/")
        tops = [round(link.bounding_box()["y"]) for link in links.all()]
        assert min(tops.count(top) for top in tops) > 1, (width, tops)


def test_two_roles_are_compared_on_a_phone_without_scrolling(inside: Page, site):
    inside.goto(f"{site}/roles/compare/?role=ai-engineer&role=data-scientist")
    heads = inside.locator("table.sides thead th")
    expect(heads).to_have_count(4)
    right = heads.last.bounding_box()
    assert right["x"] + right["width"] <= 360


def test_account_menu_closes_on_escape_and_on_a_click_elsewhere(inside: Page, site, watched):
    inside.goto(f"{site}/settings/")
    menu, button = inside.locator("details.menu"), inside.locator("details.menu > summary")
    button.click()
    menu.get_by_role("link", name="Reminders").focus()
    inside.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(button).to_be_focused()
    button.click()
    menu.get_by_role("link", name="History").click(trial=True)
    expect(menu).to_have_attribute("open", "")
    inside.mouse.click(20, 780)
    expect(menu).not_to_have_attribute("open", "")
    button.click()
    inside.keyboard.press("Shift+Tab")
    expect(menu).not_to_have_attribute("open", "")
    assert watched.complaints == []


def test_account_menu_opens_and_closes_without_javascript(plain: Page):
    plain.goto("/settings/")
    button, link = (
        plain.locator("details.menu > summary"),
        plain.locator("details.menu").get_by_role("link", name="History"),
    )
    button.click()
    expect(link).to_be_visible()
    button.click()
    expect(link).to_be_hidden()


def wrong_link(page: Page) -> None:
    page.get_by_label("Link to something you made").fill("nothing")
    page.get_by_role("button", name="Add evidence").click()


def summary_leads_to(page: Page, label: str) -> None:
    """Check that the summary has the focus and its link leads to the field, which is marked as wrong and says why."""
    summary, field = page.locator(".summary"), page.get_by_label(label, exact=True)
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link", name=re.compile(f"^{label}")).click()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = [
        page.locator(f"[id='{name}']").inner_text() for name in field.get_attribute("aria-describedby").split()
    ]
    assert any(text in summary.inner_text() for text in described)


def test_errors_are_summed_up_in_place(inside: Page, site):
    inside.goto(site + SKILL)
    wrong_link(inside)
    summary_leads_to(inside, "Link to something you made")
    # Again, while the summary is already shown.
    wrong_link(inside)
    expect(inside.locator(".summary")).to_be_focused()


def test_errors_are_summed_up_on_a_page(plain: Page):
    plain.goto(SKILL)
    wrong_link(plain)
    expect(plain.locator(".summary")).to_be_focused()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_errors_of_account_forms_are_summed_up(page: Page, site, transactional_db, path):
    page.goto(site + path)
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.locator("main .button-sign").click()
    summary_leads_to(page, "Email address")


def test_errors_of_settings_forms_are_summed_up(inside: Page, site):
    inside.goto(f"{site}/settings/reminders/")
    inside.locator("details summary", has_text="Quiet hours").click()
    inside.get_by_label("Quiet from").fill("22:00")
    inside.get_by_role("button", name="Save", exact=True).click()
    summary_leads_to(inside, "until")
    inside.goto(f"{site}/plan/goal/")
    inside.get_by_label("Hours a week", exact=True).fill("200")
    inside.get_by_role("button", name="Save the goal").click()
    summary_leads_to(inside, "Hours a week")
