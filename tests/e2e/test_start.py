"""From a visitor to an account with a plan, in a browser, with and without JavaScript."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts import outbox
from accounts.models import User
from tests.factories import (
    make_catalogue,
    make_starting_point,
    milestone_document,
    publish,
    role_document,
    skill_document,
)

PASSWORD = "four words nobody guesses"
ADDRESS = "lena@example.org"


@pytest.fixture
def catalogue(transactional_db) -> None:
    cache.clear()  # which counts the emails to an address
    make_catalogue(60)
    make_starting_point("complete-beginner", levels={}, order=0)


def link_in_mail() -> str:
    outbox.drain()
    return re.search(r"https?://\S+/accounts/confirm-email/\S+", str(mail.outbox[-1].body))[0]


def sign_up_and_confirm(page: Page) -> None:
    page.get_by_role("button", name="Sign up to save this plan").click()
    expect(page.get_by_text("We’ll save your plan to your account")).to_be_visible()
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    assert User.objects.get().goals.exists()  # even before the address is confirmed
    page.goto(link_in_mail())
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(re.compile("/dashboard/$"))


def test_from_the_first_page_to_an_account(page: Page, site, catalogue, watched):
    page.goto(site)
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer")
    page.wait_for_load_state()  # until the scripts have run, a form loads another page
    arrival = page.locator("#arrival")
    before = arrival.inner_text()
    page.evaluate("window.kept = true")
    page.get_by_role("button", name="+ 1 h").click()
    expect(arrival).to_contain_text("At 9 h a week")
    assert arrival.inner_text() != before
    page.get_by_label("Hours a week").fill("12")
    page.get_by_label("Hours a week").press("Enter")
    expect(arrival).to_contain_text("At 12 h a week")
    expect(page).to_have_url(f"{site}/start/plan/")
    page.get_by_label("Hours a week").fill("200")
    page.get_by_label("Hours a week").press("Enter")
    expect(page.get_by_text("Between half an hour and 80 hours a week.", exact=True)).to_be_visible()
    expect(page.get_by_label("Hours a week")).to_have_value("200")
    assert page.evaluate("window.kept")
    page.reload()
    expect(arrival).to_contain_text("At 12 h a week")
    sign_up_and_confirm(page)
    learner = User.objects.get()
    assert learner.goals.get().hours_per_week == 12
    assert learner.time_zone == page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    page.goto(f"{site}/plan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your path to AI engineer")
    assert [text for text in watched.complaints if "422" not in text] == []
    assert watched.elsewhere == []


def test_from_questions_to_an_account_without_javascript(without_javascript: Page, site, catalogue):
    page = without_javascript
    page.goto("/start/")
    page.get_by_label("In", exact=True).select_option("healthcare")
    page.get_by_role("button", name="Answer a few questions").click()
    expect(page.get_by_text("Question 1 of at most 12")).to_be_visible()
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="No I have not done it.").click()
    expect(page.get_by_text("Question 2 of at most 12")).to_be_visible()
    page.get_by_role("link", name="Back to the previous question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.get_by_role("button", name="Yes").click()
    for _ in range(11):
        if "/questions/" not in page.url:
            break
        page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You don’t need to study")
    page.get_by_role("region", name="What you said you can do").get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer in healthcare")
    page.get_by_role("link", name="Role, days and deadline").click()
    page.get_by_label("Ready by").fill("2020-01-01")
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_text("This day has passed. Choose a later one.", exact=True)).to_be_visible()
    expect(page.get_by_label("Ready by")).to_have_value("2020-01-01")
    page.get_by_label("Ready by").fill("")
    page.get_by_role("button", name="Draw my plan").click()
    sign_up_and_confirm(page)
    learner = User.objects.get()
    assert learner.goals.get().industry.slug == "healthcare"
    assert learner.time_zone == "UTC"
    assert learner.assessments.count() > 1


def test_what_was_chosen_on_the_first_page_goes_with_the_questions(without_javascript: Page, site, catalogue):
    page = without_javascript
    page.goto("/")
    page.get_by_label("You are").select_option("backend-developer")
    page.get_by_label("In", exact=True).select_option("healthcare")
    page.get_by_label("Hours a week").fill("12")
    page.get_by_role("button", name="answer a few questions").click()
    expect(page.get_by_text("Question 1 of at most 12")).to_be_visible()
    page.get_by_role("link", name="That is enough, show my plan").click()
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer in healthcare")
    expect(page.get_by_text("From Backend developer.")).to_be_visible()
    expect(page.get_by_label("Hours a week")).to_have_value("12")


LONGEST_MONTHS = """() => [...document.querySelectorAll(".dates dd")].map((figure) => {
  const text = figure.firstChild;
  text.data = "September 2027";
  const line = document.createRange();
  line.setStart(text, 0);
  line.setEnd(text, "September".length);
  return line.getClientRects().length;
})"""


def test_no_month_is_broken_on_a_narrow_screen(page: Page, site, transactional_db):
    publish(
        *(skill_document(slug, effort=[40, 80, 160, 320]) for slug in ("python", "sql")),
        milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        milestone_document("data", steps=[("sql", 1), ("sql", 2)]),
        role_document(
            requirements={"python": (2, 5), "sql": (2, 3)}, milestones=["programs", "data"], apply_after="data"
        ),
    )
    for width in (320, 360, 480, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site}/start/plan/?from=zero&role=ai-engineer")
        assert page.evaluate(LONGEST_MONTHS) == [1, 1], width


def test_a_cv_is_confirmed_line_by_line(page: Page, site, catalogue):
    page.goto(f"{site}/start/")
    page.get_by_role("button", name="Paste your CV").click()
    page.get_by_label("Your CV").fill("Ten years of Skill 005.\nSome Skill 000.")
    page.get_by_role("button", name="Find my skills").click()
    # Ten years of a skill imply the skills it needs, with the same quotation.
    expect(page.get_by_role("group", name="Skill 005").get_by_text("“Skill 005” in line 1.")).to_be_visible()
    page.get_by_role("group", name="Skill 005").get_by_role("radio", name="3 proficient").check(force=True)
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer")
    page.go_back()
    expect(page.get_by_role("group", name="Skill 005").get_by_role("radio", name="3 proficient")).to_be_checked()


def test_zero_is_one_click_away(page: Page, site, catalogue):
    page.goto(f"{site}/start/")
    page.get_by_role("button", name="Complete beginner").click()
    expect(page.get_by_text("Nothing is counted as known.")).to_be_visible()


def test_pages_of_a_begun_plan_please_axe(page: Page, site, catalogue, flaws, watched):
    page.goto(f"{site}/start/goal/?from=backend-developer&role=ai-engineer&industry=healthcare")
    page.get_by_label("Ready by").fill("2090-01-01")
    page.get_by_text("Days off").first.click()
    page.get_by_label("First day 1").fill("2089-12-24")
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer in healthcare")
    found = flaws(page)
    for path in ("/start/", "/start/goal/", "/start/levels/", "/accounts/signup/"):
        page.goto(site + path)
        found += flaws(page)
    assert found == []
    assert watched.complaints == []


def test_a_late_plan_shows_its_ways_out_and_pleases_axe(page: Page, site, catalogue, flaws):
    page.goto(f"{site}/start/goal/?role=ai-engineer")
    page.get_by_label("Ready by").fill(page.evaluate("new Date(Date.now() + 4e9).toISOString().slice(0, 10)"))
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.locator(".ways")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("button", name="Remove the deadline").click()
    expect(page.locator(".ways")).to_have_count(0)
