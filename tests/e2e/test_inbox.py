"""A reader's report in a browser, from the page to the answer, without JavaScript; and the curators' pages for it."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import OutgoingMail, User
from guidance.catalog.models import Skill
from guidance.curation import stalls
from guidance.curation.models import ReaderReport
from tests.curation.answers import learners
from tests.curation.people import person
from tests.curation.test_stalls import UNITS, has, tick
from tests.e2e.conftest import Watched, enter
from tests.factories import publish, resource_document, skill_document

WORD = "a-name-that-is-longer-than-a-phone-is-wide-and-does-not-break-by-itself"


@pytest.fixture
def carl(transactional_db, settings) -> User:
    settings.DEMO = True  # where staff need no second factor
    cache.clear()
    stalls.forget()
    publish(
        skill_document("python", units={1: UNITS}),
        resource_document("book", skills={"python": [0, 2]}, name="A book about Python"),
    )
    return person("carl")


def test_reader_reports_and_a_curator_answers_without_javascript(without_javascript: Page, site: str, carl):
    page = without_javascript
    page.goto(f"{site}/skills/python/")
    page.get_by_role("link", name="Something wrong here? Suggest a correction").click()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Choose what kind of report it is.").first).to_be_visible()
    page.get_by_label("What is it about?").select_option("A book about Python")
    page.get_by_label("A link doesn’t work").check()
    page.get_by_label("Your email address").fill("ada@example.com")
    page.wait_for_timeout(2_000)  # no person is faster than this
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    assert page.url == f"{site}/skills/python/"
    enter(page, site, carl).goto(f"{site}/admin/")
    page.get_by_role("link", name="A link doesn’t work").first.click()
    page.get_by_label("To the reader").fill("It works again.")
    page.get_by_role("button", name="Send answer and close").click()
    expect(page.get_by_text("Your answer will be sent to 1 reader.")).to_be_visible()
    assert OutgoingMail.objects.get().address == "ada@example.com"


def test_pages_please_axe_and_fit_a_phone(page: Page, site: str, carl, flaws):
    python, people = Skill.objects.get(), learners(12)
    tick(people, python, "one", minutes=120)
    tick(people[:6], python, "three")
    has(people, python, 0)
    values = {"kind": "skill", "record_id": python.pk, "topic": "wrong"}
    first = ReaderReport.objects.create(text=f"{WORD} {WORD}", email="ada@example.com", **values)
    ReaderReport.objects.create(text=f"{WORD} {WORD}", duplicate_of=first, **values)
    other = ReaderReport.objects.create(text="Another.", taken_by=carl, state="held", **values)
    page.goto(f"{site}/report/skill/python/")
    page.get_by_role("button", name="Send report").click()
    assert flaws(page) == []
    seen = Watched(enter(page, site, carl), site)
    record = f"/admin/catalog/skill/{python.pk}/change/"
    addresses = ["reports/", "reports/?state=held", f"reports/{first.pk}/", f"reports/{other.pk}/", "stalls/"]
    for address in (*(f"/admin/curation/{one}" for one in addresses), record):
        page.goto(f"{site}{address}")
        assert flaws(page) == []
    assert (seen.complaints, seen.elsewhere) == ([], [])
    page.goto(f"{site}/skills/python/")
    expect(page.get_by_role("link", name="Edit this page")).to_have_attribute("href", record)
