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
from tests import factories
from tests.e2e.conftest import enter
from tests.factories import make_catalogue

PATHS = ("/plan/", "/plan/?hours_per_week=12&all=1", "/plan/?hours_per_week=200", "/plan/goal/", "/plan/calendar/")


@pytest.fixture
def learner(transactional_db) -> User:
    """A learner behind schedule with pinned, postponed, skipped and unreachable skills, and days off."""
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


# The positions of the visible steps, by id.
PLACES = """() => Object.fromEntries(
  [...document.querySelectorAll(".milestone-steps > li[id]")]
    .map(step => [step.id, step.getBoundingClientRect().top])
    .filter(([, top]) => top > 0 && top < innerHeight)
)"""


def step(page: Page, number: int):
    return page.locator(".milestone-steps > li[id]").nth(number)


def unneeded(page: Page):
    """The first step with a note on what the plan would be without it."""
    return page.locator(".milestone-steps > li[id]").filter(has=page.locator(".note", has_text="Your plan would")).first


def name_of(row) -> str:
    return row.get_by_role("link").first.inner_text()


def change(row, button: str) -> None:
    row.locator("summary").click()
    row.get_by_role("button", name=button).click()


def skip(row) -> None:
    """Skip a step; the page first shows what that would do."""
    row.locator("summary").click()
    expect(row.locator(".note")).to_contain_text("Your plan would")
    row.get_by_role("button", name="Skip").click()


def test_pin_skip_and_undo_in_place(inside: Page, site, watched):
    inside.goto(f"{site}/plan/")
    inside.evaluate("window.kept = true")
    title = step(inside, 1).get_by_role("heading").inner_text()
    name = name_of(step(inside, 1))
    change(step(inside, 1), "Pin")
    expect(inside.locator(".message")).to_contain_text(f"Pinned: {name}, prerequisites included.")
    expect(inside.locator("#changed").get_by_role("button", name=f"Unpin {name}", exact=True)).to_be_visible()
    inside.get_by_role("button", name="Undo", exact=True).click()
    expect(inside.locator(".message")).to_contain_text(f"Back in its usual place: {name}.")
    expect(step(inside, 1).get_by_role("heading")).to_have_text(title)

    title = unneeded(inside).get_by_role("heading").inner_text()
    name = name_of(unneeded(inside))
    unneeded(inside).scroll_into_view_if_needed()
    before = inside.evaluate(PLACES)
    skip(unneeded(inside))
    expect(inside.locator(".message")).to_contain_text(f"Skipped: {name}.")
    expect(inside.locator(".milestone-steps button[name=skip]", has_text=re.compile(f"^Skip {name}$"))).to_have_count(0)
    expect(inside.get_by_role("button", name="Undo", exact=True)).to_be_in_viewport()
    after = inside.evaluate(PLACES)  # steps above and below may disappear with it
    assert min(abs(after[step] - before[step]) for step in before.keys() & after.keys()) < 200
    inside.get_by_role("button", name="Undo", exact=True).click()
    expect(unneeded(inside).get_by_role("heading")).to_have_text(title)
    assert inside.evaluate("window.kept")
    assert watched.complaints == []


def test_pin_skip_and_undo_without_javascript(plain: Page):
    plain.goto("/plan/")
    title = step(plain, 1).get_by_role("heading").inner_text()
    name, skipped = name_of(step(plain, 1)), name_of(unneeded(plain))
    skip(unneeded(plain))
    expect(plain).to_have_url(re.compile("/plan/#m-steps$"))
    expect(plain.locator(".message")).to_contain_text(f"Skipped: {skipped}.")
    plain.get_by_role("button", name="Undo", exact=True).click()
    expect(unneeded(plain).get_by_role("link").first).to_have_text(skipped)
    change(step(plain, 1), "Pin")
    plain.locator("#changed").get_by_role("button", name=f"Unpin {name}", exact=True).click()
    expect(step(plain, 1).get_by_role("heading")).to_have_text(title)


@pytest.fixture
def path(learner) -> None:
    """A path of three milestones, the last one with a choice and two projects."""
    cloud = {"name": "A cloud platform", "one_of": {"aws": 1, "azure": 1}, "importance": 3}
    factories.publish(
        factories.skill_document("python"),
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("aws", name="AWS"),
        factories.skill_document("azure", name="Azure"),
        factories.project_document("tool", name="A small tool", proves={"sql": 1}),
        factories.project_document("report", name="A report", proves={"sql": 1}),
        factories.milestone_document("programs", name="Programs", steps=[("python", 1)]),
        factories.milestone_document("data", name="Data", steps=[("sql", 1)], projects=["tool", "report"]),
        factories.milestone_document("clouds", name="Clouds", steps=[("aws", 1), ("azure", 1)]),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (1, 5), "sql": (1, 4)},
            choices={"cloud": cloud},
            milestones=["programs", "data", "clouds"],
            apply_after="programs",
        ),
    )
    services.set_goal(
        learner=learner,
        role=Role.objects.get(slug="ai-engineer"),
        hours_per_week=8,
        weekdays=range(1, 8),  # so that the first milestone ends after the days off, on any day of the week
        deadline=learner.local_date(timezone.now()) + timedelta(days=10),
        now=timezone.now(),
    )


def milestones(page: Page) -> list[str]:
    return page.locator(".path-list .milestone-head h2 > a").all_inner_texts()


def section(page: Page, slug: str):
    return page.locator(f"#m-{slug}")


def test_a_path_with_everything_on_it_pleases_axe(inside: Page, site, path, flaws):
    inside.goto(f"{site}/plan/")
    for text in (
        "You can start applying from here",
        "Start applying by then",
        "Start applying later",
        "A cloud platform: AWS",
    ):
        expect(inside.get_by_text(text).first).to_be_visible()
    assert flaws(inside) == []


@pytest.mark.parametrize("how", ["inside", "plain"])
def test_milestones_are_moved_and_skipped_and_both_undone(request, how, site, path):
    page = request.getfixturevalue(how)
    page.goto(f"{site}/plan/")
    usual = ["Programs", "Data", "Clouds"]
    section(page, "data").locator("summary", has_text="Move or skip").click()
    section(page, "data").get_by_role("button", name="Move up").click()
    expect(page.locator(".message")).to_contain_text("“Data” now comes before “Programs”.")
    assert milestones(page) == ["Data", "Programs", "Clouds"]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator(".message")).to_contain_text("Your milestones are back as they were.")
    assert milestones(page) == usual
    section(page, "clouds").locator("summary", has_text="Move or skip").click()
    expect(section(page, "clouds")).to_contain_text("Your plan would end at 75 of 100")
    section(page, "clouds").get_by_role("button", name="Skip “Clouds”").click()
    expect(page.locator(".message")).to_contain_text("Skipped: “Clouds”. Your plan now ends at 75 of 100")
    section(page, "clouds").get_by_role("button", name="Put it back in the plan").click()
    expect(page.locator(".message")).to_contain_text("“Clouds” is in your plan again.")
    assert milestones(page) == usual


def test_a_folded_milestone_changes_and_stays_open(inside: Page, site, path):
    inside.goto(f"{site}/plan/")
    section(inside, "data").locator("summary", has_text="2 steps").click()
    change(section(inside, "data").locator("#sql-1"), "Do last")
    expect(inside.locator(".message")).to_contain_text("Moved to the end: SQL.")
    expect(inside.locator("#in-m-data")).to_have_attribute("open", "")
    inside.get_by_role("button", name="Undo", exact=True).click()
    section(inside, "data").locator("summary", has_text="2 steps").click()
    change(section(inside, "data").locator("#sql-1"), "Pin")
    expect(inside.locator(".message")).to_contain_text("Pinned: SQL")


@pytest.mark.parametrize("how", ["inside", "plain"])
def test_a_choice_and_a_project_are_changed_where_they_are(request, how, site, path):
    page = request.getfixturevalue(how)
    page.goto(f"{site}/plan/")
    page.locator("#choice-cloud > summary").click()
    page.get_by_role("radio", name="Azure").check()
    page.get_by_role("button", name="Use this one").click()
    expect(page.locator(".message")).to_contain_text("Azure is in your plan for")
    expect(page.locator("#choice-cloud > summary")).to_contain_text("A cloud platform: Azure")
    section(page, "data").locator("summary", has_text="2 steps").click()
    section(page, "data").locator("#project-tool summary").click()
    section(page, "data").get_by_role("button", name="Do this one").click()
    expect(page.locator(".message")).to_contain_text("“Data” now ends with “A report”.")


def test_a_way_to_be_on_time_is_one_click(inside: Page, site):
    inside.goto(f"{site}/plan/")
    before = inside.locator("#date-h").inner_text()
    inside.get_by_role("button", name=re.compile("^Study ")).click()
    expect(inside.locator(".met")).to_contain_text("You’ll meet your deadline")
    inside.get_by_role("button", name="Undo", exact=True).click()
    expect(inside.locator("#date-h")).to_have_text(before)


HOURS = "What if you had more or fewer hours a week?"


def test_hours_are_looked_at_in_place_before_they_are_saved(inside: Page, site, watched, learner):
    inside.goto(f"{site}/plan/")
    before = inside.locator("#arrival").inner_text()
    field = inside.get_by_role("region", name=HOURS).get_by_label("Hours a week")
    field.fill("20")
    expect(inside.locator("#arrival")).to_contain_text("At 20 h a week you would finish on ")
    expect(field).to_be_focused()
    expect(inside).to_have_url(f"{site}/plan/?hours_per_week=20")
    inside.get_by_role("link", name="+ 1 h").click()
    expect(inside.locator("#arrival")).to_contain_text("At 21 h a week you would finish on ")
    inside.get_by_role("link", name="Back to 8 h").click()
    expect(inside.locator("#arrival")).to_have_text(before)
    assert watched.complaints == []
    field.fill("200")
    expect(inside.locator(".errorlist")).to_have_text("Between half an hour and 80 hours a week.")
    field.fill("30")
    inside.get_by_role("button", name="Save 30 h a week").click()
    expect(inside.locator(".message")).to_contain_text("At 30 h a week you’ll finish on ")
    assert learner.goals.last().hours_per_week == 30


def test_hours_are_looked_at_without_javascript(plain: Page, learner):
    plain.goto("/plan/")
    plain.get_by_role("region", name=HOURS).get_by_label("Hours a week").fill("20")
    plain.get_by_role("button", name="Recalculate").click()
    expect(plain.locator("#arrival")).to_contain_text("At 20 h a week you would finish on ")
    assert learner.goals.last().hours_per_week == 8
    plain.get_by_role("button", name="Save 20 h a week").click()
    expect(plain.locator("#arrival")).to_contain_text("At 20 h a week you’ll finish on ")


def test_goal_shows_the_date_while_it_is_filled_in(inside: Page, site, watched, learner):
    inside.goto(f"{site}/plan/goal/")
    inside.get_by_label("Hours a week", exact=True).fill("20")
    expect(inside.locator("#outlook .verdict")).to_contain_text("At 20 h a week you would finish on ")
    expect(inside.get_by_label("Hours a week", exact=True)).to_be_focused()
    inside.get_by_label("You want to be").select_option("data-scientist")
    expect(inside.locator("#outlook h2")).to_have_text("Data scientist in healthcare")
    assert watched.complaints == []
    inside.get_by_role("button", name="Save the goal").click()
    expect(inside.get_by_role("heading", level=1)).to_have_text("Your path to Data scientist in healthcare")
    assert learner.goals.last().hours_per_week == 20


def test_goal_shows_the_date_without_javascript(plain: Page, learner):
    plain.goto("/plan/")
    plain.get_by_role("link", name="Change the goal").click()
    plain.get_by_label("Hours a week", exact=True).fill("20")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("#outlook .verdict")).to_contain_text("At 20 h a week you would finish on ")
    assert learner.goals.last().hours_per_week == 8
    plain.get_by_label("Hours a week", exact=True).fill("200")
    plain.get_by_role("button", name="Save the goal").click()
    expect(plain.locator("form .errorlist")).to_have_text("Between half an hour and 80 hours a week.")
    expect(plain.get_by_label("Hours a week", exact=True)).to_have_value("200")


def test_calendar_address_works_until_it_is_ended(inside: Page, site, watched):
    inside.goto(f"{site}/plan/")
    inside.get_by_role("link", name="Calendar address").click()
    inside.get_by_role("button", name="Make a new address").click()
    address = inside.get_by_label("Your calendar address.").input_value()
    assert address.startswith(f"{site}/plan/calendar/")
    inside.reload()
    expect(inside.get_by_text("We store only a hash of it")).to_be_visible()
    assert address not in inside.content()
    response = inside.request.get(address)
    assert len(Calendar.from_ical(response.body()).events) > 10
    inside.get_by_role("button", name="Turn off the address").click()
    expect(inside.locator(".message p")).to_have_text("The address no longer works.")
    assert inside.request.get(address).status == 404
    assert watched.complaints == []
