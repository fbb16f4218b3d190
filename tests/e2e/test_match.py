"""A job ad and a CV in a browser: no axe violations, and everything works without JavaScript and by keyboard."""

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

AD = "AI engineer\n\nWhat you bring\n- Python and Kafka\n- SQL, Java or Rust\n\nNice to have\n- Spark"
CV = ["WORK EXPERIENCE", "Built pipelines with Kafka.", "SKILLS", "Python (6 years), Spark"]


@pytest.fixture
def catalogue(transactional_db) -> None:
    publish(
        *(skill_document(slug, kind="tool") for slug in ("python", "spark", "java", "rust")),
        skill_document("sql", name="SQL", kind="tool"),
        skill_document("kafka", kind="tool", prerequisites={"python": 1}),
        role_document(
            "ai-engineer",
            name="AI engineer",
            titles={"names": ["AI engineer"]},
            requirements={"kafka": (2, 5), "python": (2, 3)},
        ),
    )


@pytest.fixture
def learner(catalogue) -> User:
    learner, now = User.objects.create_user("noor@waymark.example"), timezone.now()
    role = Role.objects.get()
    services.set_goal(learner=learner, role=role, hours_per_week=5, weekdays=[1], now=now)
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=1, now=now)
    return learner


def read(page: Page, *, ad: str = "", cv: str = "") -> None:
    if ad:
        page.get_by_label("The job ad").fill(ad)
    if cv:
        page.get_by_label("Your CV").fill(cv)
    page.get_by_role("button", name="Read it").click()


def rows(page: Page, name: str) -> list[str]:
    """The skills of a section."""
    section = page.get_by_role("region", name=re.compile(f"^{name}"))
    return [link.text_content() or "" for link in section.locator("li a").all()]


def test_the_whole_page_of_a_visitor_works_in_place(page: Page, site, catalogue, flaws, watched):
    page.goto(f"{site}/match/")
    assert flaws(page) == []
    read(page, ad=AD)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(
        re.compile(r"^This ad names 4 skills; .* from zero to (all of them|the \w+ that it requires)\.$")
    )
    assert flaws(page) == []
    page.get_by_role("button", name="I know this Kafka").click()
    expect(heading).to_have_text(re.compile(r"^You have 1 of the 4 skills this ad names"))
    expect(page.get_by_role("button", name="I know this Python")).to_be_focused()  # the focus moves on
    page.get_by_role("button", name="I know Rust").click()
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 4"))
    page.get_by_role("button", name="Not in this ad Spark").click()
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 3"))
    page.get_by_text("Something is wrong").click()
    page.get_by_label("Skills we missed").fill("Java script")
    page.get_by_label("Skills we missed").press("Enter")  # submits the correction, not an undo button
    expect(page.get_by_text("We don’t know a skill with this name: Java script.")).to_be_visible()
    assert flaws(page) == []
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 3"))
    page.get_by_role("button", name="Put back Spark").click()
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 4"))
    assert rows(page, "You have") == ["Kafka", "Rust"]
    page.get_by_role("button", name="Draw my plan for it").click()
    expect(page).to_have_url(re.compile(r"/start/plan/$"))
    assert watched.complaints == []
    assert watched.elsewhere == []


def test_the_whole_page_of_a_visitor_works_without_javascript(without_javascript: Page, catalogue):
    page = without_javascript
    page.goto("/match/")
    read(page, ad=AD, cv="\n".join(CV))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 4 skills this ad names"))
    assert rows(page, "You have") == ["Kafka", "Python"]
    page.get_by_role("button", name="Not in this ad SQL").click()
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 3"))
    page.get_by_role("button", name="I know this Spark").click()
    expect(heading).to_have_text("You have all 3 skills this ad names.")
    next_button = page.locator("[autofocus]")  # the page scrolls there: a click before that may miss
    page.get_by_role("button", name="Put back SQL, Java or Rust").click()
    expect(heading).to_have_text(re.compile(r"^You have 3 of the 4"))
    expect(next_button).to_be_focused()
    page.get_by_role("button", name="Undo Spark").click()
    expect(heading).to_have_text(re.compile(r"^You have 2 of the 4"))
    expect(next_button).to_be_focused()
    page.get_by_text("Something is wrong").click()
    page.get_by_label("Title").fill("Poet")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("definition").filter(has_text="Poet")).to_be_visible()


def test_missing_skills_go_into_the_plan_and_out_again(without_javascript: Page, site, learner):
    page = enter(without_javascript, site, learner)
    page.goto("/match/")
    read(page, ad=AD)
    page.get_by_role("button", name="Move Kafka and Python to the front of my plan").click()
    expect(page).to_have_url(re.compile("/plan/$"))
    pins = learner.planoverrides.order_by("skill__slug").values_list("skill__slug", "kind")
    assert list(pins) == [("kafka", "pin"), ("python", "pin")]
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile("/plan/$"))
    assert not learner.planoverrides.exists()


def test_a_pasted_ad_is_a_dated_plan_after_two_clicks(without_javascript: Page, site, learner):
    page = enter(without_javascript, site, learner)
    page.goto("/match/")
    read(page, ad=AD)
    page.get_by_role("button", name="Make this ad my goal").click()
    expect(page).to_have_url(re.compile("/plan/$"))
    expect(
        page.get_by_text(re.compile(r"The job ad “AI engineer” is your goal\. At 5 h a week you’ll finish on \w+ \d"))
    ).to_be_visible()


def test_what_a_learner_knows_is_saved_and_undone_in_place(page: Page, site, learner):
    enter(page, site, learner)
    page.goto(f"{site}/match/")
    read(page, ad=AD)
    page.get_by_role("button", name="I know this Kafka").press("Enter")
    expect(page.get_by_text("Kafka: level 2 saved.")).to_be_visible()
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"kafka": 2, "python": 1}
    page.get_by_role("status").get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Kafka: back at its previous level.")).to_be_visible()
    assert {slug for slug, level in learner.learnerskills.values_list("skill__slug", "level") if level} == {"python"}


def test_levels_of_an_uploaded_cv_are_confirmed_by_keyboard(page: Page, site, learner, flaws):
    enter(page, site, learner)
    page.goto(f"{site}/match/?about=cv")
    page.get_by_label("or choose a file").set_input_files(
        {
            "name": "cv.docx",
            "mimeType": "application/octet-stream",
            "buffer": docx("Noor", "noor@waymark.example", "EDUCATION", "2014 - 2018 BSc", *CV),
        }
    )
    page.get_by_role("button", name="Read it").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your CV names 3 skills; there are 3 levels to confirm.")
    assert flaws(page) == []
    page.get_by_role("group", name="Spark").get_by_role("radio", name="1 aware").press("ArrowLeft")
    page.get_by_role("button", name="These levels are right").press("Enter")
    expect(page).to_have_url(re.compile("/dashboard/$"))
    levels = dict(learner.learnerskills.values_list("skill__slug", "level"))
    assert levels == {"kafka": 2, "python": 3}
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone: Kafka and Python.")).to_be_visible()
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"python": 1}


def test_what_cannot_be_read_says_why_and_what_to_do(without_javascript: Page, catalogue):
    page = without_javascript
    page.goto("/match/")
    page.get_by_label("or choose a file").set_input_files(
        {"name": "cv.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("listitem").filter(has_text="We can’t read this kind of file.").last).to_be_visible()
    expect(page.get_by_label("or choose a file")).to_have_attribute("aria-invalid", "true")
    page.goto("/match/")
    read(page, ad="\n".join(["noor@waymark.example", "2014 - 2018 BSc", "EDUCATION", *CV]))
    page.get_by_role("button", name="Read it as my CV").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your CV names 3 skills; there are 3 levels to confirm.")
