"""The whole journey: a visitor makes a plan, signs up, learns, exports everything and deletes the account. With and without JavaScript."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core import mail
from django.core.cache import cache
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from accounts import outbox
from accounts.models import User
from tests.e2e.conftest import Watched
from tests.factories import make_catalogue

ADDRESS, PASSWORD = "lena@example.org", "four words nobody guesses"
DAY = timedelta(days=1)


@pytest.fixture
def catalogue(transactional_db) -> None:
    cache.clear()  # which counts the emails to an address
    make_catalogue(60)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_whole_way(browser: Browser, site: str, catalogue, javascript: bool):
    context = browser.new_context(base_url=site, java_script_enabled=javascript)
    page = context.new_page()
    watched = Watched(page, site)

    @contextmanager
    def changed_in_place() -> Iterator[None]:
        """With JavaScript the page stays, and with it the live region. Without JavaScript another page is loaded."""
        page.wait_for_load_state()  # until the scripts have run, the form loads another page
        status = page.get_by_role("status")
        status.evaluate("region => { region.kept = true }")
        yield
        assert bool(status.evaluate("region => region.kept")) == javascript

    # A visitor makes a plan with half an hour a day, so that a session of half an hour is one day.
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Start").click()
    page.get_by_label("In", exact=True).select_option("healthcare")
    page.get_by_role("button", name="Backend developer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer in healthcare")
    page.get_by_label("Hours a week").fill("3.5")
    page.get_by_label("Hours a week").press("Enter")
    expect(page.get_by_role("heading", level=2, name="At 3 h 30 min a week")).to_be_visible()
    before = day_in(page.locator("#arrival").inner_text())
    first = page.get_by_role("heading", level=3).first.inner_text()

    # Signs up and opens the email.
    page.get_by_role("button", name="Sign up to save this plan").click()
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    outbox.drain()
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    page.goto(re.search(r"https?://\S+/accounts/confirm-email/\S+", str(message.body))[0])
    page.get_by_role("main").get_by_role("button").click()

    # Finds the plan on the dashboard.
    expect(page).to_have_url(f"{site}/dashboard/")
    expect(page.get_by_role("main")).to_contain_text("Day one · AI engineer in healthcare")
    expect(page.get_by_role("region", name=first)).to_contain_text("Start here")
    expect(page.get_by_role("region", name="Your first week")).to_contain_text(first)

    # Logs the half hour planned for today: the page of the first day now shows what is done, and the finish stays.
    pace, done = (page.get_by_role("region", name=name) for name in ("Your pace", "What you have done"))
    button = page.get_by_role("button", name="Log 30 minutes")
    with changed_in_place():
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(re.compile(r"30 min on Skill \d+ logged\."))
    expect(page).to_have_url(f"{site}/dashboard/")
    if javascript:
        expect(button).to_be_focused()
    expect(pace).to_contain_text("you planned 30 min and logged 30 min")
    expect(done).to_contain_text("30 min of your target")
    assert day_in(pace.inner_text()) == before

    # Sets a level: readiness changes.
    ready = page.get_by_role("region", name="How ready you are")
    score = float(re.search(r"([\d.]+)\s+of 100", ready.inner_text())[1])
    ready.locator("ol.gains").get_by_role("link").first.click()
    known = page.get_by_role("heading", level=1).inner_text()[2:]  # without the letter of its area
    with changed_in_place():
        page.get_by_role("radio", name="3 proficient").check()
        page.get_by_role("button", name="Save level").click()
        expect(page.get_by_role("status")).to_contain_text(f"{known}: level 3, proficient.")
    page.get_by_role("link", name="Today").click()
    expect(ready).to_contain_text(f"{known} from level 0 to 3")
    assert float(re.search(r"([\d.]+)\s+of 100", ready.inner_text())[1]) > score

    # Skips a step: the plan leaves it out and ends earlier. This can be undone.
    page.get_by_role("link", name="Plan", exact=True).click()
    arrival = page.locator("#arrival")
    before = day_in(arrival.inner_text())
    page.locator(".milestone-steps summary:visible", has_text="See why, or change it").last.click()
    skip = page.get_by_role("button", name=re.compile("^Skip ")).last
    skipped = skip.text_content().removeprefix("Skip ")
    with changed_in_place():
        skip.click()
        expect(page.get_by_role("status")).to_contain_text(f"Skipped: {skipped}.")
    expect(page.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator("button[name=skip]", has_text=re.compile(f"^Skip {skipped}$"))).to_have_count(0)
    assert day_in(arrival.inner_text()) < before

    # Subscribes to the plan in a program that knows only the URL.
    page.goto("/plan/?all=1")
    steps = [title.strip() for title in page.locator(".milestone-steps > li[id] h3").all_inner_texts()]
    end = day_in(arrival.inner_text())
    address = make_calendar_address(page)
    events = Calendar.from_ical(urlopen(address).read()).events
    assert [str(event["summary"]) for event in events] == steps
    assert events[0].start == date.today() + DAY  # the half hour of today is logged
    assert events[-1].end == end + DAY
    page.get_by_role("button", name="Turn off the address").click()
    expect(page.get_by_role("status").get_by_role("paragraph")).to_have_text("The address no longer works.")
    assert status_of(address) == HTTPStatus.NOT_FOUND
    address = make_calendar_address(page)
    assert status_of(address) == HTTPStatus.OK

    # Exports everything, after entering the password.
    open_data(page)
    page.get_by_role("link", name="One JSON file").click()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Confirm").click()
    everything = json.loads(Path(downloaded.value.path()).read_bytes())
    (session,) = everything["study_sessions"]
    assert (session["minutes"], session["skill_slug"]) == (30, slug_of(first.partition(",")[0]))
    assert (everything["assessments"][-1]["skill_slug"], everything["assessments"][-1]["level"]) == (slug_of(known), 3)
    assert [change["skill_slug"] for change in everything["plan_changes"]] == [slug_of(skipped)]
    page.goto("/settings/data/")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV files in a ZIP").click()
    with zipfile.ZipFile(downloaded.value.path()) as archive:
        assert {f"{name}.csv" for name, rows in everything.items() if isinstance(rows, list)} == set(archive.namelist())
        (row,) = csv.DictReader(io.StringIO(archive.read("study_sessions.csv").decode("utf-8-sig")))
    assert (row["minutes"], row["skill_slug"]) == ("30", session["skill_slug"])

    # Deletes the account.
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Yes, delete my account").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("status").get_by_role("paragraph")).to_have_text(
        "Your account and everything in it has been deleted."
    )
    expect(page.get_by_role("banner").get_by_text("Account")).to_have_count(0)
    assert status_of(address) == HTTPStatus.NOT_FOUND
    assert not User.objects.exists()
    page.goto("/dashboard/")
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert watched.elsewhere == []
    assert [text for text in watched.complaints if "422" not in text] == []
    context.close()


def day_in(text: str) -> date:
    return datetime.strptime(re.search(r"\d+ [A-Z]\w+ \d{4}", text)[0], "%d %B %Y").date()


def slug_of(name: str) -> str:
    return name.lower().replace(" ", "-")


def make_calendar_address(page: Page) -> str:
    page.goto("/plan/")
    page.get_by_role("link", name=re.compile("calendar address", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("^Make a")).click()
    return page.get_by_label("Your calendar address").input_value()


def open_data(page: Page) -> None:
    page.get_by_role("banner").get_by_text("Account", exact=True).click()
    page.get_by_role("link", name="Your data").click()


def status_of(address: str) -> int:
    try:
        return urlopen(address).status
    except HTTPError as error:
        return error.code
