"""Exporting and importing a learner's data, in a browser."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.progress import services
from tests.accounts.conftest import PASSWORD
from tests.e2e.conftest import enter
from tests.factories import make_skill


@pytest.fixture
def learner(transactional_db) -> User:
    learner, now = User.objects.create_user("noor@waymark.example", PASSWORD), timezone.now()
    on = learner.local_date(now)
    services.log_study(learner=learner, skill=make_skill("python"), minutes=45, on=on, now=now)
    return learner


@pytest.mark.parametrize("javascript", [True, False])
def test_download_asks_for_the_password_and_then_brings_the_data(request, site, learner, javascript):
    page: Page = request.getfixturevalue("page" if javascript else "without_javascript")
    enter(page, site, learner)
    page.goto(f"{site}/settings/data/")
    page.get_by_role("link", name="One JSON file").click()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as download:
        page.locator("main form").get_by_role("button").click()
    assert download.value.suggested_filename.endswith(".json")
    expect(page.get_by_text("Your download is starting.")).to_be_visible()
    data = json.loads(Path(download.value.path()).read_text())
    assert [(row["skill_slug"], row["minutes"]) for row in data["study_sessions"]] == [("python", 45)]

    page.goto(f"{site}/settings/data/")
    with page.expect_download() as download:  # the password was entered a moment ago
        page.get_by_role("link", name="CSV files in a ZIP").click()
    expect(page).to_have_url(f"{site}/settings/data/?download=zip")
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert b"python" in archive.read("study_sessions.csv")


@pytest.mark.parametrize("javascript", [True, False])
def test_login_on_another_browser_is_ended(request, browser, site, learner, javascript):
    page: Page = request.getfixturevalue("page" if javascript else "without_javascript")
    contexts = [browser.new_context() for _ in range(2)]
    for one in (page, *(others := [context.new_page() for context in contexts])):
        enter(one, site, learner)
    page.goto(f"{site}/settings/")
    page.get_by_role("link", name="Where you’re logged in").click()
    expect(page.locator("main").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("listitem").filter(has_text="this browser")).to_have_count(1)
    page.get_by_role("button", name="Log out there").first.click()
    expect(page.get_by_text("You’re logged out there.")).to_be_visible()
    expect(page.locator("main").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Log out everywhere else").click()
    expect(page.locator("main").get_by_role("listitem")).to_have_count(1)
    for other in others:
        other.goto(f"{site}/settings/")
        expect(other.get_by_label("Password")).to_be_visible()
    for context in contexts:
        context.close()
