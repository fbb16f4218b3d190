"""The dashboard in a browser: with half a year of study, and with none at all."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Industry, Role, Skill
from guidance.catalog.text import hours
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from tests.e2e.conftest import enter
from tests.factories import make_catalogue, make_check, make_skill, publish, skill_document
from tests.web.learners import set_goal

DAY = timedelta(days=1)


@pytest.fixture
def learner(transactional_db) -> User:
    """A learner behind schedule, with changed levels, levels to confirm, a due review and news."""
    make_catalogue(60)
    make_check(make_skill("rust").slug)
    learner, now = User.objects.create_user("noor@waymark.example", name="Noor Example"), timezone.now()
    today, begin = learner.local_date(now), now - 100 * DAY
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    services.assess_all(learner=learner, levels={skills["skill-000"].pk: 2, skills["skill-001"].pk: 2}, now=begin)
    services.set_goal(
        learner=learner,
        role=Role.objects.get(slug="ai-engineer"),
        industry=Industry.objects.get(slug="healthcare"),
        hours_per_week=7,
        weekdays=range(1, 8),
        deadline=today + 60 * DAY,
        days_off=[begin.date() + number * DAY for number in range(20, 28)],
        now=begin,
    )
    services.pass_check(learner=learner, skill=skills["rust"], level=2, now=now - 90 * DAY)
    studied = ("skill-000", "skill-002", "skill-003", "skill-004")
    for number in range(99):
        log(learner, skills[studied[number % 4]], 15 * (number % 9), number)
    services.assess(learner=learner, skill=skills["skill-004"], level=1, now=now - 3 * DAY)
    log(learner, skills["skill-004"], 900, 0)
    publish(skill_document("skill-004", area="maths-and-statistics", demand=9))
    return learner


def log(learner: User, skill: Skill, minutes: int, days_ago: int) -> None:
    if minutes:
        now = timezone.now()
        on = learner.local_date(now) - days_ago * DAY
        services.log_study(learner=learner, skill=skill, minutes=minutes, on=on, now=now - days_ago * DAY)


@pytest.fixture
def newcomer(transactional_db) -> User:
    return User.objects.create_user("new@waymark.example")


@pytest.fixture
def beginner(transactional_db) -> User:
    """A learner who set a goal today and has done nothing yet."""
    make_catalogue(60)
    learner = User.objects.create_user("ada@waymark.example")
    set_goal(learner)
    return learner


@pytest.fixture
def arrived(beginner) -> User:
    """A learner for whom every skill of the role is at its target."""
    levels = dict.fromkeys(Skill.objects.values_list("pk", flat=True), 4)
    services.assess_all(learner=beginner, levels=levels, now=timezone.now())
    return beginner


def open_today(page: Page, site: str, learner: User) -> Page:
    enter(page, site, learner).goto(f"{site}/dashboard/")
    return page


def headings(page: Page) -> list[str]:
    return page.get_by_role("main").get_by_role("heading", level=2).all_inner_texts()


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.parametrize("who", ["learner", "newcomer", "beginner", "arrived"])
def test_dashboard_pleases_axe_fits_a_phone_and_asks_nobody_else(request, page: Page, site, watched, flaws, who):
    open_today(page, site, request.getfixturevalue(who))
    assert flaws(page) == []
    assert watched.elsewhere == []
    assert watched.complaints == []


# What it shows, and in which order


def test_sections_stand_in_the_order_of_the_questions(page: Page, site, learner):
    open_today(page, site, learner)
    step, changed, question, *answers = headings(page)
    expect(section(page, step)).to_contain_text("Next, from")  # today’s hours are logged
    assert changed == "What changed since you last looked"
    assert question == "Have you reached these levels?"
    assert answers == [
        "Shall we remind you?",
        "How ready you are",
        "What comes next",
        "Your pace",
        "What is new in your field",
        "What you have done",
    ]


def test_without_a_goal_it_says_how_to_set_one(page: Page, site, newcomer):
    open_today(page, site, newcomer)
    assert headings(page) == ["Set a goal", "What you will find here"]
    section(page, "Set a goal").get_by_role("link", name="Start").click()
    expect(page).to_have_url(f"{site}/start/")


def test_with_a_goal_and_nothing_done_it_says_where_to_begin(page: Page, site, beginner):
    open_today(page, site, beginner)
    step, *others = headings(page)
    expect(section(page, step)).to_contain_text("Start here")
    expect(section(page, step).get_by_role("button", name="Log 30 minutes")).to_be_visible()
    assert others == ["Your first week", "Shall we remind you?", "What you will be able to do"]
    expect(section(page, "Your first week").get_by_role("listitem").first).to_contain_text("Today")
    expect(page.locator("main figure")).to_have_count(0)


def test_first_day_ends_in_place_with_the_first_half_hour(page: Page, site, beginner, watched):
    open_today(page, site, beginner)
    page.evaluate("window.kept = true")
    page.get_by_role("button", name="Log 30 minutes").press("Enter")
    expect(page.locator(".message")).to_contain_text(re.compile("^30 min on Skill .* logged."))
    expect(page.get_by_role("button", name="Log 30 minutes")).to_be_focused()
    expect(section(page, "How ready you are")).to_contain_text("Nothing in the last four weeks.")
    expect(section(page, "Your pace")).to_contain_text("We can forecast once you’ve logged study in three weeks.")
    expect(section(page, "What is new in your field")).to_contain_text("Nothing new yet.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("Removed: 30 min on Skill ")
    expect(section(page, "Your first week")).to_be_visible()
    assert page.evaluate("window.kept")
    assert watched.complaints == []


def test_with_everything_reached_it_asks_for_the_next_goal(page: Page, site, arrived):
    open_today(page, site, arrived)
    assert headings(page)[:2] == ["You’ve reached your goal", "Shall we remind you?"]
    assert headings(page)[2:4] == ["How ready you are", "Your pace"]
    assert "What comes next" not in headings(page)
    expect(page.get_by_role("button", name="Log 30 minutes")).to_have_count(0)
    expect(page.locator(".ring-number")).to_have_text("100.0")
    expect(section(page, "Your pace")).to_contain_text("Nothing is left in the plan.")
    section(page, "You’ve reached your goal").get_by_role("link", name="Choose the next goal").click()
    expect(page).to_have_url(f"{site}/plan/goal/")


# Every number opens to its explanation


def unfolded(page: Page, name: str, summary: str) -> Locator:
    """Open an explanation by its summary, and return it."""
    folded = section(page, name).locator("details").filter(has=page.get_by_text(summary, exact=True)).last
    expect(folded.locator(":scope > :not(summary)").first).to_be_hidden()
    folded.get_by_text(summary, exact=True).click()
    expect(folded.locator(":scope > :not(summary)").first).to_be_visible()
    return folded


def column(table: Locator, number: int) -> list[str]:
    return table.locator(f"tbody tr > :nth-child({number})").all_inner_texts()


def test_numbers_of_the_step_open(page: Page, site, learner):
    open_today(page, site, learner)
    step = section(page, headings(page)[0])
    shown = [name.capitalize() for name in step.get_by_role("term").all_inner_texts()]
    assert shown[0] == "Left in this step"
    page.get_by_text("How we work this out").click()
    explained = page.locator(".how")
    assert explained.get_by_role("term").all_inner_texts() == [*shown, "Why it comes first"]
    assert all(explained.get_by_role("definition").all_inner_texts())


def test_readiness_opens_to_all_its_terms(page: Page, site, learner):
    open_today(page, site, learner)
    ready = section(page, "How ready you are")
    score = float(ready.locator(".ring-number").text_content())
    terms = unfolded(page, "How ready you are", "The score, term by term").get_by_role("table")
    assert terms.locator("tbody tr").count() == len(Role.objects.get(slug="ai-engineer").requirements.all())
    assert sum(map(float, column(terms, 5))) == pytest.approx(score, abs=0.05 * (1 + terms.locator("tbody tr").count()))
    assert sum(map(float, column(terms, 6))) == pytest.approx(100, abs=0.05 * terms.locator("tbody tr").count())
    areas = unfolded(page, "How ready you are", "By area").get_by_role("table")
    assert areas.locator("tfoot td").all_inner_texts()[:2] == [f"{score:.1f}", "100.0"]
    expect(unfolded(page, "How ready you are", "How gains are calculated")).to_contain_text(
        "Each line is one level of one skill"
    )


def test_pace_opens_to_what_it_rests_on(page: Page, site, learner):
    open_today(page, site, learner)
    goal_state = learner_state(learner, snapshot=snapshot.current(), now=timezone.now()).goal_state
    left = hours(goal_state.plan.total_hours)
    numbers = unfolded(page, "Your pace", "How pace and forecast are calculated").get_by_role("table")
    assert numbers.get_by_role("row").first.inner_text().split("\t") == ["Left in the plan", left]
    months = unfolded(page, "Your pace", "Numbers by month").get_by_role("table")
    expect(months.locator("tfoot")).to_contain_text("Forecast, at the earliest")


def test_what_was_done_opens_to_days_and_rules(page: Page, site, learner):
    open_today(page, site, learner)
    days = unfolded(page, "What you have done", "Numbers by week").get_by_role("table")
    minutes = sum(int(text) for row in days.locator("tbody tr").all() for text in digits(row.locator("td").all()[:-1]))
    assert minutes == sum(session.minutes for session in learner.studysessions.all())
    expect(unfolded(page, "What you have done", "How weeks are counted")).to_contain_text("never visits")
    expect(unfolded(page, "What you have done", "How areas are counted")).to_contain_text("the area of its skill")


def digits(cells: list[Locator]) -> Iterator[str]:
    return (text for cell in cells if (text := cell.inner_text().strip()).isdigit())


def test_what_comes_opens_to_how_it_is_counted(page: Page, site, learner):
    open_today(page, site, learner)
    expect(unfolded(page, "What comes next", "How dates are calculated")).to_contain_text("spread evenly")
    expect(unfolded(page, "How ready you are", "When a skill is due")).to_contain_text("after about 6.5 months")


# Actions on it


def test_a_review_that_is_due_is_begun_and_goes_when_it_is_done(page: Page, site, learner):
    open_today(page, site, learner)
    section(page, "How ready you are").get_by_role("link", name=re.compile("5 min.*review Rust")).click()
    page.get_by_role("button", name="Start the review").click()
    expect(page).to_have_url(re.compile("/checks/"))
    begun = learner.quickchecks.get()
    assert (begun.purpose, len(begun.items)) == ("review", 3)
    services.finish_review(learner=learner, skill=begun.skill, passed=True, now=timezone.now())
    page.goto(f"{site}/dashboard/")
    expect(page.get_by_text("Due for review")).to_have_count(0)


def test_one_click_logs_half_an_hour_in_place(page: Page, site, watched, learner):
    open_today(page, site, learner)
    page.evaluate("window.kept = true")
    done, arrival = page.locator(".week figcaption b"), page.locator(".pace-lines .muted")
    before = done.inner_text(), arrival.inner_text()
    button = page.get_by_role("button", name="Log 30 minutes")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text(re.compile("^30 min on Skill .* logged."))
    expect(button).to_be_focused()
    assert done.inner_text() != before[0]
    assert arrival.inner_text() != before[1]
    assert learner.studysessions.filter(minutes=30).latest("id").on == learner.local_date(timezone.now())

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("Removed: 30 min on Skill ")
    assert (done.inner_text(), arrival.inner_text()) == before
    assert page.evaluate("window.kept")
    assert watched.complaints == []


def test_another_amount_is_logged_in_place(page: Page, site, learner):
    open_today(page, site, learner)
    page.evaluate("window.kept = true")
    page.get_by_text("Another amount").click()
    page.get_by_label("Minutes", exact=True).fill("45")
    page.get_by_label("Day", exact=True).fill((learner.local_date(timezone.now()) - DAY).isoformat())
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text(re.compile("^45 min on Skill .* logged for "))
    assert page.evaluate("window.kept")


def test_more_than_fits_into_the_day_is_said_where_it_was_typed(page: Page, site, learner):
    open_today(page, site, learner)
    page.get_by_text("Another amount").click()
    minutes = page.get_by_role("spinbutton", name="Minutes")
    minutes.fill("900")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message.error p")).to_have_text(
        "A day has 24 hours, and 900 minutes of this day are already logged."
    )
    expect(page).to_have_url(f"{site}/dashboard/")
    expect(page.get_by_role("button", name="Log 30 minutes")).to_be_visible()
    page.get_by_text("Another amount").click()
    expect(minutes).to_have_value("900")
    minutes.fill("45")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message")).to_contain_text(re.compile("^45 min on Skill .* logged."))


def test_a_level_is_reached_in_place_and_moves_readiness(page: Page, site, learner):
    open_today(page, site, learner)
    page.evaluate("window.kept = true")
    ready = page.locator(".ring-number")
    before = float(ready.text_content())
    question = (
        section(page, "Have you reached these levels?").get_by_role("listitem").filter(has_text="Skill 004, level 2")
    )
    yes = question.get_by_role("button", name=re.compile("^Yes, I have.*Skill 004 2$"))
    question.get_by_text("Not yet").click()
    expect(question.get_by_text("It stays in your plan with")).to_be_visible()
    yes.click()
    expect(page.locator(".message")).to_contain_text("Skill 004: level 2, working.")
    assert float(ready.text_content()) > before
    expect(section(page, "How ready you are").locator(".moves")).to_contain_text("Skill 004 from level 0 to 2")
    page.get_by_role("button", name="Undo").click()
    expect(yes).to_be_visible()
    assert float(ready.text_content()) == before
    assert page.evaluate("window.kept")


def test_everything_works_without_javascript(without_javascript: Page, site, learner):
    page = open_today(without_javascript, site, learner)
    page.get_by_role("button", name="Log 30 minutes").click()
    expect(page).to_have_url(f"{site}/dashboard/")
    expect(page.locator(".message")).to_contain_text("30 min on Skill ")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("Removed: 30 min on Skill ")
    page.get_by_text("Another amount").click()
    page.get_by_label("Minutes", exact=True).fill("45")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message")).to_contain_text("45 min on Skill ")
    page.get_by_role("button", name=re.compile("^Yes, I have.*Skill 004 2$")).click()
    expect(page.locator(".message")).to_contain_text("Skill 004: level 2, working.")
    page.get_by_text("How pace and forecast are calculated").click()
    expect(page.get_by_text("Weeks that the forecast uses")).to_be_visible()
