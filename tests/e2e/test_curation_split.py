"""A reviewer splits a skill in two, a learner is told about it, and the split is undone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.curation.permissions import REVIEWER
from guidance.progress import services
from tests.curation.merges import NOW
from tests.curation.people import person
from tests.curation.splits import publish_containers
from tests.e2e.conftest import TOO_WIDE, enter


@pytest.fixture
def reviewer(transactional_db, settings) -> User:
    settings.DEMO = True  # where staff need no second factor
    publish_containers()
    return person("rita", REVIEWER)


@pytest.fixture
def learner(reviewer) -> User:
    learner, skill = User.objects.create_user("lena@example.org"), Skill.objects.get(slug="containers")
    services.assess(learner=learner, skill=skill, level=2, now=NOW - timedelta(days=1))
    services.tick_unit(learner=learner, skill=skill, level=2, key="a-stack", now=NOW, minutes=30)
    return learner


def test_split_of_a_skill_and_its_undo(browser, page: Page, site, reviewer, learner, findings, watched):
    def look() -> None:
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == [], page.url
            assert not page.evaluate(TOO_WIDE), page.url
            assert page.evaluate("document.documentElement.scrollHeight") < 6_000, page.url
        page.set_viewport_size({"width": 1280, "height": 900})

    # From the record to the form, which reports what is missing
    enter(page, site, reviewer)
    page.goto(f"{site}/admin/catalog/skill/{Skill.objects.get(slug='containers').pk}/change/")
    page.get_by_role("link", name="Merge, split, rename, retire…").click()
    page.get_by_role("link", name="Split", exact=True).click()
    look()
    page.get_by_label("Name:", exact=True).fill("Container stacks")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Enter its hours: no unit of level 1 goes to it.")).to_be_visible()
    look()
    page.get_by_label("Summary:").fill("Run several containers as one system.")
    page.get_by_label("Text:").fill("Several containers as one system.")
    for level in (1, 2, 3, 4):
        page.get_by_label(f"Level {level}: you can …").fill(f"Run stacks, {level}.")
    page.get_by_role("checkbox", name="Compose docs").check()
    page.get_by_label("A stack of three services").check()
    for level in (3, 4):
        page.get_by_label(f"New skill, level {level}").fill("20")
    page.get_by_text("Skills that need it").click()
    page.get_by_label("Helm:").select_option("goes to the new skill")
    for details in page.locator("fieldset details").all():
        details.evaluate("one => one.open = true")
    assert findings(page) == []
    page.get_by_role("button", name="Show what would change").click()

    # The dry run, and back to the form, which still has everything that was chosen
    expect(page.get_by_text("1 learner with a level")).to_be_visible()
    look()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("A stack of three services")).to_be_checked()
    expect(page.get_by_label("Name:", exact=True)).to_have_value("Container stacks")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Split").click()
    expect(page.get_by_text("Published as revision").first).to_be_visible()
    look()
    snapshot.forget()

    # The learner has both levels, is told once, and old URLs redirect
    theirs = browser.new_context(java_script_enabled=False, base_url=site).new_page()
    enter(theirs, site, learner)
    theirs.goto("/dashboard/")
    text = "Containers was split: Container stacks is now a skill of its own. Levels count for both."
    expect(theirs.get_by_text(text)).to_have_count(1)
    theirs.goto("/skills/container-stacks/")
    expect(theirs.get_by_role("heading", level=1, name="Container stacks")).to_be_visible()

    # Undone
    page.get_by_role("link", name="Undo").first.click()
    look()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("stays in the list as a retired skill")).to_be_visible()
    snapshot.forget()
    theirs.goto("/skills/container-stacks/")
    expect(theirs.get_by_role("heading", level=1, name="Containers")).to_be_visible()
    theirs.context.close()
    assert (watched.complaints, watched.elsewhere) == ([], [])
