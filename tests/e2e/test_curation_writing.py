"""A form in a browser: input is checked at its field, previewed, and never lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.curation import permissions
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import person
from tests.e2e.conftest import enter


@pytest.fixture
def carl(transactional_db, settings) -> User:
    settings.DEMO = True  # where staff need no second factor
    factories.publish(factories.skill_document("python"), factories.skill_document("a-python-tool"))
    return person("carl", permissions.CURATOR)


def form_of(page: Page, site: str, skill: Skill) -> None:
    page.goto(f"{site}/admin/catalog/skill/{skill.pk}/change/")
    page.wait_for_load_state("networkidle")


def test_what_is_typed_is_checked_and_shown_and_survives_the_end_of_the_session(
    browser: Browser, page: Page, site: str, carl
):
    python = Skill.objects.get(slug="python")
    enter(page, site, carl)
    form_of(page, site, python)

    # Checks at the field, the count in the tab and the preview follow the input
    page.locator("#id_level_texts_1").fill("Know it.")
    expect(page.locator('[data-field~="levels.2"] .field-check')).to_contain_text("Level 2 must begin with “You can”")
    expect(page.locator('.section-tabs a[href="#section-levels"]')).to_contain_text("1")
    page.locator("#id_summary").fill("Typed a moment ago.")
    expect(page.frame_locator(".preview-frame").get_by_text("Typed a moment ago.")).to_be_visible()

    # The session ends, the form is sent, and after the next login the text can be restored
    Session.objects.all().delete()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_load_state()
    assert not Proposal.objects.exists()
    enter(page, site, carl)
    form_of(page, site, python)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_summary")).to_have_value("Typed a moment ago.")

    # Another tab offers it too, until it is saved
    other = page.context.new_page()
    form_of(other, site, python)
    expect(other.get_by_text("You typed something here that wasn’t saved")).to_be_visible()
    other.get_by_role("button", name="Delete it").click()
    expect(other.get_by_text("You typed something here that wasn’t saved")).to_have_count(0)
    other.get_by_role("button", name="Undo").click()
    other.reload()
    expect(other.get_by_text("You typed something here that wasn’t saved")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Proposal for “Python” saved.")).to_be_visible()
    assert Proposal.objects.get().proposed.data["summary"] == "Typed a moment ago."
    form_of(other, site, python)
    expect(other.get_by_text("You typed something here that wasn’t saved")).to_have_count(0)


def test_text_that_was_not_saved_is_compared_with_a_record_that_has_changed(page: Page, site: str, carl):
    python = Skill.objects.get(slug="python")
    enter(page, site, carl)
    page.goto(f"{site}/admin/catalog/skill/add/")
    preview = page.locator("#form-preview")
    expect(preview).to_contain_text("It appears here as you write.")
    expect(preview.locator("iframe")).to_be_hidden()
    form_of(page, site, python)
    page.locator("#id_summary").fill("Typed a moment ago.")
    page.locator("#id_horizon").select_option("emerging")
    expect(page.locator("[data-saved]")).to_contain_text("saved in this browser")
    factories.publish(factories.skill_document("python", summary="Published meanwhile."))
    form_of(page, site, python)
    rows = page.locator(".unsaved-text tbody tr")
    expect(rows.filter(has_text="Summary")).to_contain_text("Typed a moment ago.")
    expect(rows.filter(has_text="Summary")).to_contain_text("Published meanwhile.")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_summary")).to_have_value("Typed a moment ago.")
    expect(page.locator(".unsaved-text")).to_have_count(0)


def test_a_skill_is_added_and_submitted_in_few_steps(page: Page, site: str, carl):
    """Apart from texts, twelve clicks and fields: three choices, four numbers, two for a prerequisite, three for a unit; and one
    to submit."""
    enter(page, site, carl)
    page.goto(f"{site}/admin/catalog/skill/add/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_name").fill("Snake charming")
    page.locator("#id_summary").fill("Charm them.")
    page.locator("#id_area").select_option(label="Programming")
    page.locator("#id_kind").select_option("practice")
    page.locator("#id_horizon").select_option("emerging")
    for number in range(4):
        page.locator(f"#id_level_texts_{number}").fill(f"You can charm {number + 1} of them.")
        page.locator(f"#id_effort_{number}").fill(str(10 + number))
    page.locator("#id_prerequisites-0-requires + .select2").click()
    page.locator(".select2-search__field").fill("python")
    expect(page.locator(".select2-results__option").first).to_have_text("Python")
    page.locator(".select2-results__option").first.click()
    page.locator("#id_units-0-text").fill("Play a tune to a basket.")
    page.locator("#id_units-0-level").select_option("1")
    page.locator("#id_units-0-type").select_option("do")
    page.locator("#id_units-0-minutes").fill("45")
    page.locator("#id_note").fill("Readers asked.")
    page.get_by_role("button", name="Save and submit for review").first.click()
    expect(page.get_by_text("This draft has been proposed for publication.")).to_be_visible()
    skill = Skill.objects.get(slug="snake-charming")
    assert (skill.status, Proposal.objects.get().state) == ("in-review", "in-review")
    assert [need.requires.slug for need in skill.prerequisites.all()] == ["python"]
    assert skill.units.get().key == "play-a-tune-to-a"
