"""From a placement to a proof page that a stranger reads: place, plan, study, check, review, show, revoke. With and without
JavaScript."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import outbox
from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress import checks
from guidance.progress.models import QuickCheck
from guidance.progress.services import check_state
from tests.e2e.conftest import Watched, enter
from tests.factories import make_check, make_role, make_skill

ADDRESS, PASSWORD = "lena@example.org", "four words nobody guesses"
PYTHON = "You can write a script that reads a file."
UNIT = {"id": "loop", "do": "Write a loop over a list. Done when it prints each line.", "minutes": 60}


@pytest.fixture
def catalogue(transactional_db) -> None:
    cache.clear()  # which counts the emails to an address
    levels = {level: f"You can do the work of level {level}." for level in range(1, 5)}
    make_skill("python", levels={**levels, 1: PYTHON}, units={1: [UNIT], 2: [{**UNIT, "id": "module"}]})
    make_skill("sql")
    make_skill("rag", prerequisites={"python": 1}, levels={**levels, 1: "You can answer from documents."})
    make_check("python")
    make_role("ai-engineer", requirements={"python": (2, 5), "sql": (2, 3), "rag": (2, 4)})


def answer(page: Page, *, right: bool) -> None:
    """Answer the question on the page, in the only open check."""
    found = QuickCheck.objects.get(finished_at=None)
    item = check_state(found.learner, found, snapshot.current()).current
    assert item is not None
    chosen = next(option for option in item.options if option.right is right)
    assert checks.option_id(chosen)
    page.get_by_label(chosen.label, exact=True).check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("link", name=re.compile("Next question|See the result")).click()


@contextmanager
def later(days: float, page: Page, site: str) -> Iterator[None]:
    """Travels this many days ahead and logs in again, because no session lasts that long."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        enter(page, site, User.objects.get())
        yield


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_a_placement_to_a_page_that_a_stranger_reads(browser: Browser, site, catalogue, javascript: bool):
    context = browser.new_context(base_url=site, java_script_enabled=javascript)
    page = context.new_page()
    watched = Watched(page, site)

    # Placement: the answers shorten the plan.
    page.goto("/start/")
    page.get_by_role("button", name="Answer a few questions").click()
    while page.get_by_text(re.compile(r"Question \d+ of at most")).count():
        known = page.get_by_text("Python, level 1").count()
        page.get_by_role("button", name="Yes" if known else "No").first.click()
        page.wait_for_load_state()
    folded = page.locator("summary", has_text="Look through")
    if folded.count():
        folded.click()
    page.get_by_role("checkbox", name=re.compile("Python 1")).check()
    page.get_by_role("button", name="Draw my plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan: AI engineer")
    expect(page.get_by_role("main")).to_contain_text("Python, level 2")
    expect(page.get_by_role("main")).not_to_contain_text("Python, level 1")

    # Signs up.
    page.get_by_role("button", name="Sign up to save this plan").click()
    page.get_by_label("Email address").first.fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    outbox.drain()
    page.goto(re.search(r"https?://\S+/accounts/confirm-email/\S+", str(mail.outbox[0].body))[0])
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(f"{site}/dashboard/")

    # Does a unit of the next level.
    page.goto("/skills/python/")
    page.get_by_role("checkbox", name=re.compile("Done: Write a loop over a list")).first.click()
    expect(page.get_by_role("status")).to_contain_text("Done: Write a loop over a list.")

    # Passes a check: the level stays the same, but its source changes.
    page.goto("/skills/python/check/")
    page.get_by_role("button", name="Check level 1").click()
    for number in range(1, 6):
        answer(page, right=number > 1)
    expect(page.get_by_role("heading", level=2)).to_have_text("4 of 5: Python level 1 is now checked")
    expect(page.get_by_role("main")).to_contain_text("Your readiness stays at")
    page.goto("/dashboard/")
    expect(page.get_by_role("region", name="How ready you are")).to_contain_text("checked")

    # A review is due when less than four fifths is expected to be left: first failed, then passed.
    with later(100, page, site):
        page.goto("/dashboard/")
        page.get_by_role("link", name=re.compile("review Python")).click()
        page.get_by_role("button", name="Start the review").click()
        for _number in range(3):
            answer(page, right=False)
        expect(page.get_by_role("heading", level=2)).to_contain_text("0 of 3")
        page.goto("/dashboard/")
        expect(page.get_by_role("link", name=re.compile("review Python"))).to_have_count(0)
    with later(120, page, site):
        page.goto("/dashboard/")
        page.get_by_role("link", name=re.compile("review Python")).click()
        page.get_by_role("button", name="Start the review").click()
        for _number in range(3):
            answer(page, right=True)
        expect(page.get_by_role("heading", level=2)).to_have_text("3 of 3: you still have Python level 1")

        # Shows the page to a stranger, and turns it off again.
        page.goto("/settings/proof-page/")
        page.get_by_label("Your name on the page").fill("Lena Example")
        page.get_by_label("Name in the address").fill("lena-example")
        page.get_by_role("button", name="Turn the page on").click()
        strange = browser.new_context(base_url=site)
        stranger = strange.new_page()
        assert stranger.goto("/p/lena-example/").status == 200
        expect(stranger.get_by_role("heading", level=1)).to_have_text("Lena Example")
        expect(stranger.get_by_role("main")).to_contain_text("Python")
        expect(stranger.get_by_role("main")).to_contain_text("Checked with five questions")
        assert ADDRESS not in stranger.content()
        page.get_by_role("button", name="Turn it off").click()
        expect(page.get_by_role("button", name="Turn the page on")).to_be_visible()  # it is off now
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        assert stranger.goto("/p/lena-example/").status == 404
        strange.close()
    assert (watched.complaints, watched.elsewhere) == ([], [])
