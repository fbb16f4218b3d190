"""From a pasted ad to a dated plan for it, and back, in a browser: with few clicks, without JavaScript, and with no axe violations."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Role
from guidance.progress import services
from guidance.progress.learner_rows import AdSkill
from tests.e2e.conftest import enter
from tests.factories import milestone_document, publish, role_document, skill_document

AD = "AI engineer\n\nWhat you bring\n- Python and Kafka\n\nNice to have\n- Spark"


@pytest.fixture
def learner(transactional_db) -> User:
    publish(
        *(skill_document(slug, kind="tool") for slug in ("python", "spark", "java", "rust")),
        skill_document("kafka", kind="tool", prerequisites={"python": 1}),
        milestone_document("programs", name="Write programs", steps=[("python", 1), ("python", 2)]),
        role_document(
            "ai-engineer",
            name="AI engineer",
            titles={"names": ["AI engineer"]},
            requirements={"python": (2, 5), "java": (1, 1)},
            milestones=["programs"],
        ),
        role_document("data-engineer", name="Data engineer", requirements={"kafka": (2, 5)}),
    )
    learner, now = User.objects.create_user("noor@waymark.example"), timezone.now()
    role = Role.objects.get(slug="data-engineer")
    services.set_goal(learner=learner, role=role, hours_per_week=5, weekdays=[1], now=now)
    return learner


def save(learner: User, title: str, *skills: AdSkill, role: str | None = "ai-engineer") -> None:
    planned_by = Role.objects.get(slug=role) if role else None
    text = "We need you.\n" * 40
    services.save_ad(learner=learner, title=title, skills=skills, role=planned_by, text=text, now=timezone.now())


def test_from_a_pasted_ad_to_its_dated_plan_and_back(without_javascript: Page, site, learner):
    page = enter(without_javascript, site, learner)
    page.goto("/match/")
    page.get_by_label("The job ad").fill(AD)
    page.get_by_role("button", name="Read it").click()  # 1
    page.get_by_role("button", name="Make this ad my goal").click()  # 2
    expect(page).to_have_url(re.compile("/plan/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your path to AI engineer")
    expect(page.get_by_role("heading", name="Asked for by this ad")).to_be_visible()
    expect(page.get_by_text(re.compile(r"you’ll finish on \w+ \d+ \w+ \d{4}")).first).to_be_visible()
    assert learner.savedads.get().text == ""
    page.get_by_role("button", name="Back to Data engineer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your path to Data engineer")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your path to AI engineer")


def test_saved_ads_are_compared_edited_and_deleted(without_javascript: Page, site, learner):
    save(learner, "Far", AdSkill("kafka", 3, "must"), AdSkill("spark", 3, "must"))
    save(learner, "Near", AdSkill("python", 1, "must"))
    page = enter(without_javascript, site, learner)
    page.goto("/ads/")
    expect(page.get_by_role("heading", level=1)).to_have_text("“Near” is the closest of your saved ads")
    page.get_by_role("link", name="Far").click()
    page.get_by_role("checkbox", name="Spark").uncheck()
    page.get_by_label("asks Kafka").select_option("1")
    page.get_by_role("button", name="Save the skills").click()
    expect(page.get_by_text("You have 0 of the 1 skill this ad names.")).to_be_visible()
    page.get_by_label("Title").fill("Streams")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Streams")
    page.get_by_role("button", name="Delete this ad").click()
    expect(page.get_by_text("Deleted: Streams")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Streams")).to_be_visible()


def test_pages_of_ads_please_axe(page: Page, site, learner, flaws, watched):
    enter(page, site, learner)
    page.goto(f"{site}/ads/")
    assert flaws(page) == []
    long = "Senior engineer for the assistants of claims handlers, retrieval and everything around it"
    save(
        learner,
        long,
        AdSkill("kafka", 3, "must", 1),
        AdSkill("spark", 3, "must", 1),
        AdSkill("java", 1, "", is_out=True),
    )
    save(learner, "Poet", AdSkill("python", 1, "must"), role=None)
    ad = learner.savedads.get(title=long)
    services.make_ad_goal(learner=learner, ad=ad, now=timezone.now())
    for path in ("/ads/", f"/ads/{ad.pk}/", "/plan/goal/", "/plan/"):
        page.goto(f"{site}{path}")
        assert flaws(page) == [], path
    assert watched.complaints == []
    assert watched.elsewhere == []
