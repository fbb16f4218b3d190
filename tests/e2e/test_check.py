"""A quick check in a browser: by keyboard, without JavaScript, on a phone, and accessible."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from tests.e2e.conftest import Watched, enter
from tests.factories import make_check, make_role, make_skill
from tests.web.skills.test_checks import EVERY_KIND, UNITS

ORDER = {option["text"]: str(place) for place, option in enumerate(EVERY_KIND[2]["options"], 1)}


@pytest.fixture
def learner(transactional_db) -> User:
    make_skill("python", units=UNITS)
    make_check("python", items=EVERY_KIND)
    make_role("ai-engineer", requirements={"python": (2, 5)})
    user = User.objects.create_user("noor@waymark.example")
    services.set_goal(
        learner=user,
        role=Role.objects.get(),
        hours_per_week=5,
        weekdays=[1, 3, 6],
        now=timezone.now() - timedelta(days=1),
    )
    services.assess(learner=user, skill=Skill.objects.get(), level=1, now=timezone.now() - timedelta(days=1))
    return user


def answer(page: Page, *, right: bool) -> None:
    """Answer the question on the page."""
    question = page.locator(".scene").inner_text()
    item = next(item for item in EVERY_KIND if item["question"] == question)
    if item["kind"] in ("number", "output"):
        page.get_by_role("textbox").fill(str(item["answer"]) if right else "99")
    elif item["kind"] == "order":
        for label, place in ORDER.items():
            wanted = place if right else str(len(ORDER) + 1 - int(place))
            page.get_by_role("combobox", name=label).select_option(wanted)
    else:
        chosen = [option["text"] for option in item["options"] if bool(option.get("right")) is right]
        for label in chosen if item["kind"] == "several" else chosen[:1]:
            page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("status").last).to_contain_text("Right." if right else "Not this time.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_check_from_the_skill_to_its_result(browser: Browser, site, learner, javascript: bool):
    context = browser.new_context(base_url=site, java_script_enabled=javascript)
    page = enter(context.new_page(), site, learner)
    watched = Watched(page, site)
    page.goto("/skills/python/check/")
    page.get_by_role("button", name="Check level 1").click()
    answer(page, right=False)
    # Leaves, and continues at the same question.
    page.goto("/skills/python/")
    page.goto("/skills/python/check/")
    expect(page.get_by_text("Question 2 of 5")).to_be_visible()
    for _number in range(2, 6):
        answer(page, right=True)
        page.get_by_role("link", name=re.compile("Next question|See the result")).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("4 of 5: Python level 1 is now checked")
    expect(page.get_by_text("Your readiness stays at 50.0.")).to_be_visible()
    expect(page.get_by_text("50.0 checked")).to_be_visible()
    assert (watched.complaints, watched.elsewhere) == ([], [])


def test_a_check_can_be_taken_with_the_keyboard_alone(page: Page, site, learner):
    enter(page, site, learner).goto(f"{site}/skills/python/check/")
    page.get_by_role("button", name="Check level 1").focus()
    page.keyboard.press("Enter")
    for number in range(1, 6):
        expect(page.get_by_text(f"Question {number} of 5")).to_be_visible()
        fields = page.locator(".answers :is(input, select), #answer")
        fields.first.focus()
        match fields.first.evaluate("field => field.type"):
            case "radio" | "checkbox":
                page.keyboard.press("Space")
            case "select-one":
                for place in "123":
                    page.keyboard.type(place)
                    page.keyboard.press("Tab")
            case _:
                page.keyboard.type("1")
        page.get_by_role("button", name="Answer", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").last).to_contain_text(f"of {number} right so far")
        page.get_by_role("link", name=re.compile("Next question|See the result")).focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_contain_text("of 5")


def test_the_pages_of_a_check_have_no_flaw(page: Page, site, learner, flaws):
    enter(page, site, learner).goto(f"{site}/skills/python/check/")
    found = flaws(page)
    page.get_by_role("button", name="Check level 1").click()
    for number in range(1, 6):
        found += flaws(page)
        answer(page, right=number > 3)
        found += flaws(page)
        page.get_by_role("link", name=re.compile("Next question|See the result")).click()
    found += flaws(page)
    page.goto(f"{site}/skills/python/check/")
    found += flaws(page)
    assert found == []
