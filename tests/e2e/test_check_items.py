"""The curators' pages of check items in a browser: misleading items, learners' reports and a withdrawal, also without JavaScript."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.catalog.models import Check, Skill
from guidance.curation import item_statistics, permissions
from guidance.progress.models import ItemReport
from tests.curation.answers import answered, give, learners
from tests.curation.people import person
from tests.e2e.conftest import Watched, enter
from tests.factories import check_document, choice_item, publish, skill_document

ITEMS, REPORTS = "/admin/curation/items/", "/admin/curation/item-reports/"
WORD = "a-name-that-is-longer-than-a-phone-is-wide-and-does-not-break-by-itself"
OTHERS = [
    {
        "id": "steps",
        "level": 1,
        "kind": "order",
        "question": "In which order?",
        "why": "You read before you change.",
        "options": [{"text": text} for text in ("Read", "Find", "Change")],
    },
    {
        "id": "share",
        "level": 2,
        "kind": "number",
        "question": "Which share?",
        "answer": 0.75,
        "tolerance": 0.005,
        "unit": "of all",
        "why": "Three of four.",
    },
    {
        "id": "printed",
        "level": 2,
        "kind": "output",
        "question": "What does it print?",
        "code": f"print(<b>)  # {WORD}\nprint(2)",
        "answer": "[1, 2]",
        "why": "A list.",
    },
]


@pytest.fixture
def rita(transactional_db, settings) -> User:
    settings.DEMO = True  # where staff need no second factor
    item_statistics.forget()
    items = [choice_item(1, number) for number in range(1, 5)]
    items[0] |= {"source": f"https://docs.example/{WORD}", "question": f"What does “{WORD}” mean?"}
    publish(skill_document("python"), check_document("python", items=[*items, *OTHERS]))
    python, now = Skill.objects.get(), timezone.now()
    for number, learner in enumerate(learners(36)):
        right = [(number * 7 + item * 5) % 36 < number for item in range(7)]
        right[0] = not right[1]
        given = {f"item-1-{item}": answered(right[item - 1], item) for item in range(1, 5)}
        given["steps"] = (right[4], ["Read", "Find", "Change"] if right[4] else ["Find", "Read", "Change"])
        given["share"] = (right[5], ["0.75" if right[5] else "3/4"])
        given["printed"] = (right[6], ["[1, 2]" if right[6] else WORD[:60]])
        give(learner, python, given, at=now)
        if number < 3:
            text = f"Two options fit.\n{WORD} {WORD}"
            ItemReport.objects.create(learner=learner, skill=python, item="item-1-1", text=text)
    return person("rita", permissions.REVIEWER)


def shoot(page: Page, name: str) -> None:
    """Save a screenshot, for people who change the pages, if `SHOTS` names a folder."""
    if folder := os.environ.get("SHOTS"):
        for width in (360, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


def test_pages_please_axe_and_fit_a_phone(page: Page, site: str, rita, flaws):
    seen = Watched(enter(page, site, rita), site)
    form = f"/admin/catalog/check/{Check.objects.get().pk}/change/#question-printed"
    for name, address in (("items", ITEMS), ("reports", REPORTS)):
        page.goto(f"{site}{address}")
        shoot(page, name)
        assert flaws(page) == []
    page.goto(f"{site}{form}")
    expect(page.locator("#question-printed")).to_be_in_viewport()  # the URL unfolds it
    shoot(page, "form")
    page.goto(f"{site}/admin/curation/health/")
    shoot(page, "health")
    assert flaws(page) == []
    assert (seen.complaints, seen.elsewhere) == ([], [])


def test_question_shows_the_fields_of_its_kind_alone(page: Page, site: str, rita):
    """This is so even after the checks have reported what else is missing, and after the kind was changed."""
    enter(page, site, rita)
    page.goto(f"{site}/admin/catalog/check/{Check.objects.get().pk}/change/")
    page.get_by_text("Add a question").first.click()
    row = page.locator("details.item-row[open]")
    options, answer = row.get_by_label("Option", exact=False), row.get_by_label("Answer")
    for kind, count in (("choice", 4), ("order", 5), ("number", 0), ("choice", 4)):
        with page.expect_response("**/checks/"):
            row.get_by_label("Kind").select_option(kind)
        expect(row.locator(".field-check").first).to_be_visible()
        expect(row.locator(".item-option > input[name$=text]:visible")).to_have_count(count)
        expect(row.get_by_label("Tolerance")).to_be_visible(visible=kind == "number")
        expect(row.get_by_label("Unit")).to_be_visible(visible=kind == "number")
        expect(row.locator(".item-why")).to_be_visible(visible=kind != "choice")
    with page.expect_response("**/checks/"):
        row.get_by_label("Kind").select_option("number")
        answer.fill("7")
    with page.expect_response("**/checks/"):
        row.get_by_label("Kind").select_option("choice")
    expect(answer).to_be_visible()  # input does not disappear unnoticed
    expect(row.locator(".item-answer")).to_contain_text("“Answer” is only for a number or an output. Leave it empty.")
    expect(options.last).to_be_hidden()
    answer.fill("")
    row.get_by_label("Question", exact=True).focus()
    expect(answer).to_be_hidden()


def test_question_is_withdrawn_from_a_report_without_javascript(without_javascript: Page, site: str, rita):
    page = enter(without_javascript, site, rita)
    page.goto(f"{site}{REPORTS}")
    expect(page.get_by_text("3 learners reported this question.")).to_be_visible()
    page.get_by_text("Stop asking this question…").click()
    page.get_by_role("button", name="Withdraw item-1-1").click()
    expect(page.get_by_text("Question item-1-1 withdrawn.")).to_be_visible()
    page.get_by_role("button", name="Mark as dealt with: item-1-1").click()
    expect(page.get_by_text("No open reports.")).to_be_visible()
    page.goto(f"{site}{ITEMS}")
    page.get_by_role("link", name="1 Withdrawn").click()
    page.get_by_role("button", name="Put back item-1-1").click()
    expect(page.get_by_text("No question is withdrawn.")).to_be_visible()
    assert not any(item.get("withdrawn") for item in Check.objects.get().data["items"])
