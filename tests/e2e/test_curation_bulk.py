"""Import, export, edits of several records, curriculum health and the graph editor in Chromium, with axe on each page."""

from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from guidance.catalog.models import Skill, Version
from guidance.curation import health, permissions
from guidance.curation.admin import bulk
from tests.curation.people import person
from tests.e2e.conftest import TOO_WIDE, enter
from tests.factories import make_catalogue


@pytest.fixture
def curator(page: Page, site: str, transactional_db) -> Page:
    make_catalogue(40)
    health.forget()
    with override_settings(DEMO=True):  # staff without a second factor
        yield enter(page, site, person("carl"))
    health.forget()


@pytest.fixture
def sound(findings):
    """Checks that a page has no findings at the two widths for which it is made."""

    def check(page: Page) -> None:
        for width in (1280, 768):
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == [], (page.url, width)
            assert not page.evaluate(TOO_WIDE), (page.url, width)
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.getAnimations().forEach(one => one.finish())")
        assert findings(page, "color-contrast") == [], (page.url, "dark")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})

    return check


def test_large_import_tells_its_steps_and_ends_with_its_result(
    curator: Page, site: str, watched, sound, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(bulk, "LARGE", 0)
    page, file = curator, tmp_path / "skills.csv"
    file.write_text("slug,summary\nskill-001,Words of the import.\n")
    page.goto(f"{site}/admin/curation/import/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Checking 1 record and its changes.")).to_be_visible()
    expect(page.locator("ins", has_text="import")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Propose these changes").click()
    expect(page.get_by_text("1 record was imported.")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_role("heading", name="Import of skills.csv")).to_be_visible()


def test_import_is_looked_at_confirmed_published_by_another_and_undone(
    curator: Page, site: str, watched, sound, tmp_path: Path, browser
):
    page = curator
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Import and export").click()
    page.get_by_role("navigation", name="Import and export").get_by_role("link", name="Export").click()
    sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="skills as CSV").click()
    file = tmp_path / "skills.csv"
    download.value.save_as(file)
    page.get_by_role("main").get_by_role("link", name="Import").click()
    sound(page)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Nothing changes: the catalogue already has all these values.")).to_be_visible()
    sound(page)
    old = Skill.objects.get(slug="skill-001").summary
    file.write_bytes(file.read_bytes().replace(old.encode(), b"Words of the import.", 1))
    page.get_by_role("link", name="Choose another file").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("ins", has_text="import")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Propose these changes").click()
    expect(page.get_by_text("1 record was imported.")).to_be_visible()
    sound(page)
    address = page.url

    context = browser.new_context()
    theirs = enter(context.new_page(), site, person("rita", permissions.REVIEWER))
    theirs.goto(address)
    theirs.get_by_role("link", name="Publish all").click()
    sound(theirs)
    theirs.get_by_role("button", name="Publish all").click()
    expect(theirs.get_by_text("Published as revision")).to_be_visible()
    assert Skill.objects.get(slug="skill-001").summary == "Words of the import."
    theirs.get_by_role("link", name="Undo").click()
    sound(theirs)
    theirs.get_by_role("button", name="Undo").click()
    expect(theirs.get_by_text("Everything is as it was before.")).to_be_visible()
    assert Skill.objects.get(slug="skill-001").summary == old
    context.close()

    page.goto(f"{site}/admin/curation/import/")
    file.write_bytes(b"slug,demand\r\nskill-001,500\r\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("column demand: must be a whole number from 1 to 100")).to_be_visible()
    sound(page)
    assert watched.complaints == []
    assert watched.elsewhere == []


def test_several_skills_are_edited_from_their_list(curator: Page, site: str, watched, sound):
    page = curator
    page.goto(f"{site}/admin/catalog/skill/")
    sound(page)
    boxes = page.locator("input.action-select")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("select[name=action]").select_option("edit_several")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Edit 2 records")).to_be_visible()
    sound(page)
    page.get_by_label("Horizon").select_option("emerging")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator(".counts")).to_contain_text("changed")
    sound(page)
    page.get_by_role("button", name="Edit the changes").click()
    expect(page.get_by_label("Horizon")).to_have_value("emerging")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Propose these changes").click()
    expect(page.get_by_text("2 records were imported.")).to_be_visible()
    page.goto(f"{site}/admin/curation/bulkedit/")
    sound(page)
    assert watched.complaints == []


def test_health_leads_to_the_fix_and_takes_a_look(curator: Page, site: str, watched, sound):
    page = curator
    Version.objects.filter(slug="skill-001").update(at=timezone.now() - timezone.timedelta(days=100))
    page.goto(f"{site}/admin/")
    sound(page)
    page.get_by_role("navigation", name="Administration").get_by_role("link", name="Health").click()
    sound(page)
    page.get_by_label("Problem", exact=True).select_option("stale")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 finding", exact=True)).to_be_visible()
    page.get_by_role("button", name="still correct").click()
    expect(page.get_by_text("Marked as reviewed today:")).to_be_visible()
    expect(page.get_by_text("No problems found.")).to_be_visible()
    sound(page)
    assert watched.complaints == []


def test_graph_is_edited_by_keyboard_without_javascript(
    curator: Page, site: str, sound, watched, without_javascript: Page
):
    page = curator
    skill = Skill.objects.filter(prerequisites__isnull=False, required_by__isnull=False).distinct()[0]
    need = skill.prerequisites.first().requires
    page.goto(f"{site}/admin/curation/graph/{skill.slug}/")
    sound(page)
    plain = enter(without_javascript, site, person("pia"))
    plain.goto(f"{site}/admin/curation/graph/{need.slug}/")
    rows = plain.locator("table.needs tbody tr")
    new = rows.nth(rows.count() - 3).get_by_role("combobox").first
    new.focus()
    plain.keyboard.type(skill.name)
    plain.keyboard.press("Enter")
    expect(plain.get_by_text("This would make a cycle:")).to_be_visible()
    row = page.locator("table.needs tbody tr").first
    row.get_by_label("Level of").select_option("4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as a proposal")).to_be_visible()
    expect(row.get_by_label("Level of")).to_have_value("4")
    sound(page)
    assert watched.complaints == []
