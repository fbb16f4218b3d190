"""The frame of the admin in a browser: the home page, lists and long content, on a phone and a desktop, in light and dark."""

from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Skill, Version
from guidance.curation import health
from tests import factories
from tests.e2e.conftest import TOO_WIDE, enter

MAX_HEIGHT = 6_000


def test_pages_of_the_frame_fit_and_have_no_findings(page: Page, site: str, transactional_db, settings, findings):
    settings.DEMO = True  # where staff need no second factor
    health.forget()
    revision = factories.publish(*(factories.skill_document(f"skill-{number}") for number in range(70)))
    factories.publish(factories.skill_document("skill-0", summary="Another summary of it."))
    version = Version.objects.get(slug="skill-0", number=2)
    lena = User.objects.create_user("lena@example.org", name="Lena")
    ada = enter(page, site, User.objects.create_superuser("admin@example.org", name="Ada"))
    for address in (
        "",
        "catalog/skill/",
        "catalog/version/",
        "curation/health/",
        "curation/reports/",
        f"catalog/revision/{revision.number}/change/",
        "curation/classificationimport/add/",
        f"catalog/version/{version.pk}/change/",
        f"catalog/skill/{version.record_id}/history/",
        f"accounts/user/{lena.pk}/delete/",
    ):
        ada.goto(f"{site}/admin/{address}")
        for width in (360, 1280):
            ada.set_viewport_size({"width": width, "height": 900})
            ada.emulate_media(color_scheme="light")
            assert findings(ada) == [], (address, width)
            ada.emulate_media(color_scheme="dark")
            assert findings(ada, "color-contrast") == [], (address, width)
            assert not ada.evaluate(TOO_WIDE), (address, width)
            assert ada.evaluate("document.documentElement.scrollHeight") <= MAX_HEIGHT, (address, width)
    ada.set_viewport_size({"width": 360, "height": 900})
    ada.goto(f"{site}/admin/catalog/skill/")
    card = ada.locator("#result_list tbody tr").first
    assert card.evaluate("row => row.scrollWidth <= row.clientWidth")
    expect(card.locator(".field-status")).to_have_attribute("data-label", "Status")
    expect(ada.locator("#sidebar .strip")).to_have_class("strip goes-on")  # and shows that it can be scrolled
    expect(ada.get_by_placeholder("Go to a record")).to_be_in_viewport(ratio=1)
    expect(ada.get_by_role("link", name="View site")).to_be_in_viewport(ratio=1)
    expect(ada.locator("#changelist .goes-on")).to_have_count(0)
    ada.set_viewport_size({"width": 280, "height": 900})  # the links of the header need a second line, so it grows
    assert ada.locator("#header").evaluate("header => header.scrollHeight <= header.clientHeight")
    ada.set_viewport_size({"width": 360, "height": 900})
    current = ada.locator("#sidebar [aria-current]")
    assert current.evaluate("link => link.getBoundingClientRect().right <= innerWidth")  # the strip is scrolled to it
    ada.locator("#changelist-filter summary").first.click()
    expect(ada.locator("#changelist-filter details[open]")).to_have_count(1)
    ada.keyboard.press("Escape")
    expect(ada.locator("#changelist-filter details[open]")).to_have_count(0)
    field = ada.get_by_placeholder("Go to a record")
    field.press_sequentially("skill-6")
    options = ada.locator("#go-found [role=option]")
    expect(options.first).to_contain_text("Skill 6")
    assert findings(ada) == []
    for key in ("ArrowDown", "ArrowDown"):
        ada.keyboard.press(key)
    expect(options.and_(ada.locator("[aria-selected=true]"))).to_have_id("go-found-1")
    expect(field).to_have_attribute("aria-activedescendant", "go-found-1")
    ada.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    field.fill("")
    field.press_sequentially("skill-69")
    expect(options).to_have_count(1)
    ada.keyboard.press("ArrowDown")
    ada.keyboard.press("Enter")
    expect(ada).to_have_url(f"{site}/admin/catalog/skill/{Skill.objects.get(slug='skill-69').pk}/change/")
    ada.get_by_placeholder("Go to a record").fill("skill-7")
    ada.keyboard.press("Enter")
    expect(ada).to_have_url(f"{site}/admin/catalog/skill/{Skill.objects.get(slug='skill-7').pk}/change/")
