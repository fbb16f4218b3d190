"""A job ad and a CV in a browser: what is found pleases axe, and everything works without JavaScript."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from tests.e2e.conftest import enter
from tests.factories import publish, role_document, skill_document
from tests.matching.papers import docx

AD = "What you bring\nPython and Kafka\n\nNice to have\nSpark"
CV = ["WORK EXPERIENCE", "Built pipelines with Kafka.", "SKILLS", "Python (6 years), Spark"]


@pytest.fixture
def catalogue(transactional_db) -> None:
    publish(
        skill_document("python", kind="tool"),
        skill_document("kafka", kind="tool", prerequisites={"python": 1}),
        skill_document("spark", kind="tool"),
        role_document("ai-engineer", requirements={"kafka": (2, 5), "python": (2, 3)}),
    )


@pytest.fixture
def learner(catalogue) -> User:
    learner, now = User.objects.create_user("noor@waymark.example"), timezone.now()
    role = Role.objects.get()
    services.set_goal(learner=learner, role=role, hours_per_week=5, weekdays=[1], now=now)
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=1, now=now)
    return learner


def test_job_ad_of_a_visitor_pleases_axe(page: Page, site, catalogue, flaws, watched):
    page.goto(f"{site}/match/")
    page.get_by_label("Paste the text").fill(AD)
    page.get_by_role("button", name="Find the skills").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the job ad asks for")
    assert flaws(page) == []
    page.get_by_role("link", name="Draw my plan").click()
    expect(page).to_have_url(re.compile(r"/start/\?role=ai-engineer$"))
    assert watched.complaints == []
    assert watched.elsewhere == []


def test_missing_skills_go_into_the_plan_and_out_again(without_javascript: Page, site, learner):
    page = enter(without_javascript, site, learner)
    page.goto("/match/")
    page.get_by_label("Paste the text").fill(AD)
    page.get_by_role("button", name="Find the skills").click()
    page.get_by_role("checkbox", name="first Python").uncheck()
    page.get_by_role("button", name="Add to my plan").click()
    expect(page).to_have_url(re.compile("/plan/$"))
    assert list(learner.planoverrides.values_list("skill__slug", "kind")) == [("kafka", "pin")]
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile("/plan/$"))
    assert not learner.planoverrides.exists()


def test_levels_of_an_uploaded_cv_are_confirmed_by_keyboard(page: Page, site, learner, flaws):
    enter(page, site, learner)
    page.goto(f"{site}/match/?about=cv")
    page.get_by_label("or choose a file").set_input_files(
        {"name": "cv.docx", "mimeType": "application/octet-stream", "buffer": docx(*CV)}
    )
    page.get_by_role("button", name="Find the skills").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What your CV says")
    assert flaws(page) == []
    page.get_by_role("group", name="Spark").get_by_role("radio", name="1 aware").press("ArrowLeft")
    page.get_by_role("button", name="These levels are right").press("Enter")
    expect(page).to_have_url(re.compile("/dashboard/$"))
    levels = dict(learner.learnerskills.values_list("skill__slug", "level"))
    assert levels == {"kafka": 2, "python": 3}
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Taken back: Kafka and Python.")).to_be_visible()
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"python": 1}


def test_file_that_cannot_be_read_says_why(without_javascript: Page, catalogue):
    page = without_javascript
    page.goto("/match/")
    page.get_by_label("or choose a file").set_input_files(
        {"name": "cv.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    page.get_by_role("button", name="Find the skills").click()
    expect(page.get_by_role("listitem").filter(has_text="We cannot read files of this kind.").last).to_be_visible()
    expect(page.get_by_label("or choose a file")).to_have_attribute("aria-invalid", "true")
