"""Today, in a browser: half a year of study, and nothing at all."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Industry, Role, Skill
from guidance.progress import services
from tests.factories import make_catalogue, publish, skill_document

DAY = timedelta(days=1)


@pytest.fixture
def learner(transactional_db) -> User:
    """Late, with levels that moved, a level to be asked about, skills that are due and news."""
    make_catalogue(60)
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
    for number in range(99):
        log(learner, skills[f"skill-00{number % 5}"], 15 * (number % 9), number)
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


def enter(page: Page, site: str, learner: User) -> Page:
    client = Client()
    client.force_login(learner)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    page.goto(f"{site}/dashboard/")
    return page


@pytest.mark.parametrize("who", ["learner", "newcomer"])
def test_dashboard_pleases_axe_fits_a_phone_and_asks_nobody_else(request, page: Page, site, watched, findings, who):
    enter(page, site, request.getfixturevalue(who))
    problems = []
    for opened in (False, True):
        page.evaluate("opened => document.querySelectorAll('main details').forEach(item => item.open = opened)", opened)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            found = findings(page)
            page.emulate_media(color_scheme="dark")  # only colours depend on it
            found += [f"dark {finding}" for finding in findings(page, "color-contrast")]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("scrolls sideways")
            problems += [f"{width}, opened: {opened}: {finding}" for finding in found]
    assert problems == []
    assert watched.elsewhere == []
    assert watched.complaints == []


def test_one_click_logs_half_an_hour_in_place(page: Page, site, watched, learner):
    enter(page, site, learner)
    page.evaluate("window.kept = true")
    done, arrival = page.locator(".week figcaption b"), page.locator(".pacel b")
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
    enter(page, site, learner)
    page.evaluate("window.kept = true")
    page.get_by_text("Another amount").click()
    page.get_by_label("Minutes").fill("45")
    page.get_by_label("Day").fill((learner.local_date(timezone.now()) - DAY).isoformat())
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text(re.compile("^45 min on Skill .* logged for "))
    assert page.evaluate("window.kept")


def test_more_than_fits_into_the_day_is_said_where_it_was_typed(page: Page, site, learner):
    enter(page, site, learner)
    page.get_by_text("Another amount").click()
    page.get_by_label("Minutes").fill("900")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message.error")).to_have_text("A day has 24 hours, and 900 minutes of this one are logged already.")
    expect(page).to_have_url(f"{site}/dashboard/")
    expect(page.locator("#log-usual")).to_be_visible()
    expect(page.get_by_label("Minutes")).to_be_visible()
    expect(page.get_by_label("Minutes")).to_have_value("900")
    page.get_by_label("Minutes").fill("45")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message")).to_contain_text(re.compile("^45 min on Skill .* logged."))


def test_a_level_is_reached_in_place_and_moves_readiness(page: Page, site, learner):
    enter(page, site, learner)
    page.evaluate("window.kept = true")
    ready = page.locator(".rnum")
    before = float(ready.inner_text())
    name = "Skill 004 2"
    page.get_by_text(f"Not yet: {name}").click()
    expect(page.get_by_text("Then it stays in your plan with")).to_be_visible()
    page.get_by_role("button", name=f"Yes, it is: {name}").click()
    expect(page.locator(".message")).to_contain_text("Skill 004: level 2, working.")
    assert float(ready.inner_text()) > before
    expect(page.locator(".moves")).to_contain_text("Skill 004 from level 0 to 2")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name=f"Yes, it is: {name}")).to_be_visible()
    assert float(ready.inner_text()) == before
    assert page.evaluate("window.kept")


def test_everything_works_without_javascript(without_javascript: Page, site, learner):
    page = enter(without_javascript, site, learner)
    page.get_by_role("button", name="Log 30 minutes").click()
    expect(page).to_have_url(f"{site}/dashboard/")
    expect(page.locator(".message")).to_contain_text("30 min on Skill ")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("Removed: 30 min on Skill ")
    page.get_by_text("Another amount").click()
    page.get_by_label("Minutes").fill("45")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".message")).to_contain_text("45 min on Skill ")
    page.get_by_role("button", name="Yes, it is: Skill 004 2").click()
    expect(page.locator(".message")).to_contain_text("Skill 004: level 2, working.")
    page.get_by_text("How pace and forecast are counted").click()
    expect(page.get_by_text("Weeks that the forecast rests on")).to_be_visible()
