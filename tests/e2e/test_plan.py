"""The plan, its goal and its calendar, in a browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Industry, Role, Skill
from guidance.progress import services
from tests.e2e.conftest import enter
from tests.factories import make_catalogue

PATHS = ("/plan/", "/plan/?hours_per_week=12&all=1", "/plan/?hours_per_week=200", "/plan/goal/", "/plan/calendar/")


@pytest.fixture
def learner(transactional_db) -> User:
    """Late, with something pinned, put off, skipped and out of reach, and days off on the way."""
    make_catalogue(60)
    learner, now = User.objects.create_user("noor@waymark.example", name="Noor Example"), timezone.now()
    today = learner.local_date(now)
    services.set_goal(
        learner=learner,
        role=Role.objects.get(slug="ai-engineer"),
        industry=Industry.objects.get(slug="healthcare"),
        hours_per_week=8,
        weekdays=[1, 2, 4, 6],
        deadline=today + timedelta(days=300),
        days_off=[today + timedelta(days=number) for number in range(3, 12)],
        now=now,
    )
    for slug, kind in (("skill-010", "pin"), ("skill-020", "later"), ("skill-013", "skip")):
        services.override(learner=learner, kinds={Skill.objects.get(slug=slug).pk: kind}, now=now)
    services.make_calendar_address(learner=learner, now=now)
    return learner


@pytest.fixture
def inside(page: Page, site, learner) -> Page:
    return enter(page, site, learner)


@pytest.fixture
def plain(without_javascript: Page, site, learner) -> Page:
    return enter(without_javascript, site, learner)


def test_pages_please_axe_fit_a_phone_and_ask_nobody_else(inside: Page, site, watched, flaws):
    found = []
    for path in PATHS:
        inside.goto(site + path)
        found += flaws(inside)
    assert found == []
    assert watched.elsewhere == []
    assert [text for text in watched.complaints if "400 (Bad Request)" not in text] == []


# Where the steps stand that can be seen, by their ids.
PLACES = """() => Object.fromEntries(
  [...document.querySelectorAll(".steps > li[id]")]
    .map(step => [step.id, step.getBoundingClientRect().top])
    .filter(([, top]) => top > 0 && top < innerHeight)
)"""


def second(page: Page):
    return page.locator(".steps > li:not(.stage)").nth(1)


def unneeded(page: Page):
    """The first step that something is left in the plan without."""
    return page.locator(".steps > li:not(.stage)").filter(has=page.locator(".note", has_text="Your plan would")).first


def skip(row) -> None:
    """Says first what it would do."""
    row.locator("summary", has_text="Skip").click()
    expect(row.locator(".note")).to_contain_text("Your plan would")
    row.get_by_role("button", name="Skip").click()


def test_pin_skip_and_undo_in_place(inside: Page, site, watched):
    inside.goto(f"{site}/plan/")
    inside.evaluate("window.kept = true")
    title = second(inside).get_by_role("heading").inner_text()
    name = second(inside).get_by_role("link").first.inner_text()
    second(inside).get_by_role("button", name="Pin").click()
    expect(inside.locator(".message")).to_contain_text(f"Pinned: {name}, prerequisites included.")
    expect(inside.locator("#beside").get_by_role("button", name=f"Unpin {name}", exact=True)).to_be_visible()
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator(".message")).to_contain_text(f"Back in its usual place: {name}.")
    expect(second(inside).get_by_role("heading")).to_have_text(title)

    title = unneeded(inside).get_by_role("heading").inner_text()
    name = unneeded(inside).get_by_role("link").first.inner_text()
    unneeded(inside).scroll_into_view_if_needed()
    before = inside.evaluate(PLACES)
    skip(unneeded(inside))
    expect(inside.locator(".message")).to_contain_text(f"Skipped: {name}.")
    expect(inside.locator(".steps button[name=skip]", has_text=re.compile(f"^Skip {name}$"))).to_have_count(0)
    expect(inside.get_by_role("button", name="Undo")).to_be_in_viewport()
    after = inside.evaluate(PLACES)  # steps above and below may be gone with it
    assert min(abs(after[step] - before[step]) for step in before.keys() & after.keys()) < 200
    inside.get_by_role("button", name="Undo").click()
    expect(unneeded(inside).get_by_role("heading")).to_have_text(title)
    assert inside.evaluate("window.kept")
    assert watched.complaints == []


def test_folded_steps_change_and_stay_unfolded(inside: Page, site):
    inside.goto(f"{site}/plan/")
    inside.locator("#rest > summary").click()
    row = inside.locator("#rest .steps > li:not(.stage)").nth(2)
    name = row.get_by_role("link").first.inner_text()
    row.get_by_role("button", name="Later").click()
    expect(inside.locator(".message")).to_contain_text(f"Put off: {name}.")
    expect(inside.locator("#rest")).to_have_attribute("open", "")


def test_pin_skip_and_undo_without_javascript(plain: Page):
    plain.goto("/plan/")
    title = second(plain).get_by_role("heading").inner_text()
    name = second(plain).get_by_role("link").first.inner_text()
    skipped = unneeded(plain).get_by_role("link").first.inner_text()
    skip(unneeded(plain))
    expect(plain).to_have_url(re.compile("/plan/$"))
    expect(plain.locator(".message")).to_contain_text(f"Skipped: {skipped}.")
    plain.get_by_role("button", name="Undo").click()
    expect(unneeded(plain).get_by_role("link").first).to_have_text(skipped)
    second(plain).get_by_role("button", name="Pin").click()
    plain.locator("#beside").get_by_role("button", name=f"Unpin {name}", exact=True).click()
    expect(second(plain).get_by_role("heading")).to_have_text(title)


def test_a_way_to_be_on_time_is_one_click(inside: Page, site):
    inside.goto(f"{site}/plan/")
    expect(inside.locator(".verdict.late")).to_be_visible()
    before = inside.locator("#arrival").inner_text()
    inside.get_by_role("button", name=re.compile("^Use ")).click()
    expect(inside.locator(".verdict.good")).to_be_visible()
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator("#arrival")).to_have_text(before)


def test_hours_are_looked_at_in_place_before_they_are_saved(inside: Page, site, watched, learner):
    inside.goto(f"{site}/plan/")
    before = inside.locator("#arrival").inner_text()
    field = inside.get_by_label("What if you had other hours a week?")
    field.fill("20")
    expect(inside.locator("#arrival")).to_contain_text("At 20 h a week you would arrive on ")
    expect(field).to_be_focused()
    expect(inside).to_have_url(f"{site}/plan/?hours_per_week=20")
    inside.get_by_role("link", name="+ 1 h").click()
    expect(inside.locator("#arrival")).to_contain_text("At 21 h a week you would arrive on ")
    inside.get_by_role("link", name="Back to 8 h").click()
    expect(inside.locator("#arrival")).to_have_text(before)
    assert watched.complaints == []
    field.fill("200")
    expect(inside.locator(".errorlist")).to_have_text("Between half an hour and 80 hours a week.")
    field.fill("30")
    inside.get_by_role("button", name="Save 30 h a week").click()
    expect(inside.locator(".message")).to_contain_text("At 30 h a week you arrive on ")
    assert learner.goals.last().hours_per_week == 30


def test_hours_are_looked_at_without_javascript(plain: Page, learner):
    plain.goto("/plan/")
    plain.get_by_label("What if you had other hours a week?").fill("20")
    plain.get_by_role("button", name="See the date").click()
    expect(plain.locator("#arrival")).to_contain_text("At 20 h a week you would arrive on ")
    assert learner.goals.last().hours_per_week == 8
    plain.get_by_role("button", name="Save 20 h a week").click()
    expect(plain.locator("#arrival")).to_contain_text("At 20 h a week you arrive on ")


def test_goal_shows_the_date_while_it_is_filled_in(inside: Page, site, watched, learner):
    inside.goto(f"{site}/plan/goal/")
    inside.get_by_label("Hours a week", exact=True).fill("20")
    expect(inside.locator("#outlook .verdict")).to_contain_text("At 20 h a week you would arrive on ")
    expect(inside.get_by_label("Hours a week", exact=True)).to_be_focused()
    inside.get_by_label("You want to be").select_option("data-scientist")
    expect(inside.locator("#outlook h2")).to_have_text("Data scientist in healthcare")
    assert watched.complaints == []
    inside.get_by_role("button", name="Save the goal").click()
    expect(inside.get_by_role("heading", level=1)).to_have_text("Your plan: Data scientist in healthcare")
    assert learner.goals.last().hours_per_week == 20


def test_goal_shows_the_date_without_javascript(plain: Page, learner):
    plain.goto("/plan/")
    plain.get_by_role("link", name="Change the goal").click()
    plain.get_by_label("Hours a week", exact=True).fill("20")
    plain.get_by_role("button", name="See what follows").click()
    expect(plain.locator("#outlook .verdict")).to_contain_text("At 20 h a week you would arrive on ")
    assert learner.goals.last().hours_per_week == 8
    plain.get_by_label("Hours a week", exact=True).fill("200")
    plain.get_by_role("button", name="Save the goal").click()
    expect(plain.locator("form .errorlist")).to_have_text("Between half an hour and 80 hours a week.")
    expect(plain.get_by_label("Hours a week", exact=True)).to_have_value("200")


def test_calendar_address_works_until_it_is_ended(inside: Page, site, watched):
    inside.goto(f"{site}/plan/")
    inside.get_by_role("link", name="Calendar address").click()
    inside.get_by_role("button", name="Make a new address").click()
    address = inside.get_by_label("Your address.").input_value()
    assert address.startswith(f"{site}/plan/calendar/")
    inside.reload()
    expect(inside.get_by_text("It was shown then")).to_be_visible()
    assert address not in inside.content()
    response = inside.request.get(address)
    assert len(Calendar.from_ical(response.body()).events) > 10
    inside.get_by_role("button", name="End the address").click()
    expect(inside.locator(".message")).to_have_text("The address does not work any more.")
    assert inside.request.get(address).status == 404
    assert watched.complaints == []
