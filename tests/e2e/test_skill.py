"""The pages of a skill and a project, and the log, in a browser after login."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import Assessment, Evidence, Note, ResourceState, StudySession
from tests.e2e.conftest import enter
from tests.factories import make_industry, make_project, make_resource, make_role, make_skill
from tests.web.learners import set_goal

SKILL, PROJECT = "/skills/llm-evaluation/", "/projects/triage-report/"


@pytest.fixture
def learner(transactional_db) -> User:
    make_skill("prompting", area="generative-ai")
    make_skill("llm-evaluation", area="generative-ai", prerequisites={"prompting": 1}, demand=12)
    make_skill("guardrails", area="security-and-privacy", prerequisites={"llm-evaluation": 2})
    make_role("ai-engineer", requirements={"llm-evaluation": (2, 5), "guardrails": (2, 3)})
    industry = make_industry("healthcare", emphases={"llm-evaluation": 1.0})
    make_resource("evals", skills={"llm-evaluation": [0, 2]})
    book = {"type": "book", "affiliate": True, "cost": {"amount": 60, "currency": "USD"}}
    make_resource("judging", skills={"llm-evaluation": [1, 3]}, **book)
    make_project("triage-report", proves={"llm-evaluation": 2, "prompting": 1}, industries=["healthcare"])
    learner = User.objects.create_user("noor@waymark.example", name="Noor Example")
    set_goal(learner, industry=industry)
    return learner


@pytest.fixture
def much(learner) -> None:
    """Gives the learner some of everything, and many hours."""
    now, skill = timezone.now(), make_skill("llm-evaluation")
    services.assess(learner=learner, skill=skill, level=1, now=now - timedelta(days=50))
    for number in range(60):
        on = learner.local_date(now) - timedelta(days=number)
        services.log_study(learner=learner, skill=skill, minutes=25 + number, on=on, now=now)
    link = "https://git.example/" + "a-long-address-" * 12
    services.add_evidence(learner=learner, skill=skill, url=link, text="Fifty cases.\n\nA rubric.", now=now)
    services.write_note(learner=learner, skill=skill, text="Ask Ada.")
    services.tick_resource(learner=learner, resource=make_resource("evals"), done=True, now=now)


@pytest.fixture
def inside(page: Page, site, learner) -> Page:
    return enter(page, site, learner)


@pytest.fixture
def plain(without_javascript: Page, site, learner) -> Page:
    return enter(without_javascript, site, learner)


def test_pages_with_little_please_axe_and_fit_a_phone(inside: Page, site, flaws, watched):
    found = []
    for path in (SKILL, "/skills/guardrails/", "/log/", PROJECT):
        inside.goto(site + path)
        found += flaws(inside)
    assert found == []
    assert watched.elsewhere == []
    assert watched.complaints == []


def test_pages_with_much_please_axe_and_fit_a_phone(inside: Page, site, learner, much, flaws, watched):
    project, ticked = make_project("triage-report"), [f"Check {number}." for number in range(1, 5)]
    services.save_project_work(learner=learner, project=project, ticked=ticked, now=timezone.now())
    found = []
    for path in (SKILL, "/log/?skill=llm-evaluation", PROJECT):
        inside.goto(site + path)
        found += flaws(inside)
    assert found == []
    assert watched.complaints == []


def test_pages_with_errors_please_axe(inside: Page, site, flaws):
    inside.goto(site + SKILL)
    inside.get_by_label("Link to something you made").fill("nothing")
    inside.get_by_role("button", name="Add evidence").click()
    expect(inside.locator(".errorlist", has_text="This is not a web address.")).to_be_visible()
    found = flaws(inside)
    inside.goto(f"{site}/log/?skill=llm-evaluation")
    inside.get_by_label("Minutes").fill("1440")
    inside.get_by_role("button", name="Log it").click()
    expect(inside.get_by_text("24 h on Llm evaluation logged.")).to_be_visible()
    inside.get_by_label("Skill", exact=True).select_option("llm-evaluation")
    inside.get_by_role("button", name="Log it").click()
    expect(inside.locator(".errorlist", has_text="1440 minutes of this day are already logged")).to_be_visible()
    found += flaws(inside)
    assert found == []


def test_thirty_minutes_are_one_click_and_can_be_taken_back(inside: Page, site):
    inside.goto(site + SKILL)
    inside.evaluate("window.kept = true")
    button = inside.get_by_role("button", name="Log 30 minutes")
    button.focus()
    inside.keyboard.press("Enter")
    expect(inside.get_by_text("30 min on Llm evaluation logged.")).to_be_visible()
    expect(inside.locator(".facts")).to_contain_text("30 min of 4 h logged")
    expect(button).to_be_focused()
    inside.keyboard.press("Enter")
    expect(inside.locator(".facts")).to_contain_text("1 h of 4 h logged")
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator(".messages")).to_contain_text("Removed: 30 min on Llm evaluation")
    expect(inside.locator(".facts")).to_contain_text("30 min of 4 h logged")
    assert inside.evaluate("window.kept")
    assert StudySession.objects.count() == 1


def test_forms_in_place_leave_the_way_back(inside: Page, site):
    inside.goto(f"{site}/plan/")
    inside.goto(site + SKILL)
    before = inside.evaluate("history.length")
    for _ in range(3):
        inside.get_by_role("button", name="Log 30 minutes").click()
        expect(inside.get_by_text("30 min on Llm evaluation logged.")).to_be_visible()
        inside.get_by_role("button", name="Undo").click()
        expect(inside.get_by_text("Removed: 30 min on Llm evaluation")).to_be_visible()
    assert inside.evaluate("history.length") == before
    inside.go_back()
    expect(inside).to_have_url(f"{site}/plan/")


def test_removed_session_is_put_back(inside: Page, site, learner, much):
    inside.goto(f"{site}/log/")
    inside.evaluate("window.kept = true")
    entries = inside.locator(".entries > li")
    was = entries.all_inner_texts()
    entries.nth(2).get_by_role("button", name="Remove").click()
    expect(inside.locator(".messages")).to_contain_text("Removed: 27 min on Llm evaluation")
    assert StudySession.objects.count() == 59
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator(".messages")).to_contain_text("In your log again: 27 min on Llm evaluation")
    assert entries.all_inner_texts() == was
    assert inside.evaluate("window.kept")


def test_log_leads_back_to_the_page_it_was_opened_from(inside: Page, site):
    inside.goto(f"{site}/dashboard/")
    inside.get_by_role("link", name="Log something else").click()
    inside.get_by_label("Skill", exact=True).select_option("guardrails")
    inside.get_by_role("button", name="Log it").click()
    expect(inside).to_have_url(f"{site}/dashboard/")
    expect(inside.get_by_text("30 min on Guardrails logged.")).to_be_visible()


def test_level_is_chosen_by_keyboard_and_taken_back(inside: Page, site):
    inside.goto(site + SKILL)
    inside.evaluate("window.kept = true")
    inside.get_by_role("radio", name=re.compile("0 None")).focus()
    for _ in range(2):
        inside.keyboard.press("ArrowDown")
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("button", name="Save level")).to_be_focused()
    inside.keyboard.press("Enter")
    expect(inside.locator(".messages")).to_contain_text("Llm evaluation: level 2, working. Readiness")
    expect(inside.get_by_role("button", name="Save level")).to_be_focused()
    expect(inside.get_by_role("radio", name=re.compile("2 Working"))).to_be_checked()
    expect(inside.locator(".choose .current")).to_contain_text("you, since")
    inside.get_by_role("radio", name=re.compile("1 Aware")).check()
    inside.get_by_role("button", name="Save level").click()
    expect(inside.locator(".messages")).to_contain_text("level 1, aware.")
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator(".messages")).to_contain_text("is back at level 2, working.")
    expect(inside.get_by_role("radio", name=re.compile("2 Working"))).to_be_checked()
    assert inside.evaluate("window.kept")


def test_all_levels_are_changed_on_one_page_and_undone_together(inside: Page, site):
    inside.goto(f"{site}/dashboard/")
    inside.get_by_role("link", name=re.compile("your levels")).first.click()
    evaluation, rails = (inside.get_by_role("group", name=name) for name in ("Llm evaluation", "Guardrails"))
    evaluation.get_by_role("radio", name=re.compile("^0")).focus()
    inside.keyboard.press("ArrowRight")
    rails.get_by_role("radio", name=re.compile("^1")).check()
    inside.get_by_role("button", name="Save levels").click()
    expect(inside.locator(".messages")).to_contain_text("2 levels changed: Llm evaluation and Guardrails. Readiness")
    expect(evaluation.get_by_role("radio", name=re.compile("^1"))).to_be_checked()
    inside.get_by_role("button", name="Undo").click()
    expect(inside.locator(".messages")).to_contain_text("Undone:")
    expect(evaluation.get_by_role("radio", name=re.compile("^0"))).to_be_checked()


def test_resource_is_ticked_where_it_stands(inside: Page, site):
    inside.goto(site + SKILL)
    inside.evaluate("window.kept = true")
    box = inside.get_by_role("checkbox", name="Done with Evals")
    box.scroll_into_view_if_needed()
    top = inside.evaluate("scrollY")
    box.focus()
    inside.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert inside.evaluate("scrollY") == top
    box.click()
    expect(box).not_to_be_checked()
    assert inside.evaluate("window.kept")
    assert not ResourceState.objects.exists()


def test_evidence_and_note_are_kept_in_place(inside: Page, site):
    inside.goto(site + SKILL)
    inside.evaluate("window.kept = true")
    link, text = inside.get_by_label("Link to something you made"), inside.get_by_label("What it shows")
    inside.get_by_label("Your note").fill("Not saved yet.")
    link.fill("git example")
    text.fill("<b>Fifty cases.</b>")
    inside.get_by_role("button", name="Add evidence").click()
    expect(inside.locator(".errorlist", has_text="This is not a web address.")).to_be_visible()
    expect(link).to_have_value("git example")
    expect(text).to_have_value("<b>Fifty cases.</b>")
    link.fill("git.example/noor")
    inside.get_by_role("button", name="Add evidence").click()
    item = inside.locator(".evidence > li")
    expect(item).to_contain_text("<b>Fifty cases.</b>")
    expect(item.get_by_role("link").first).to_have_attribute("href", "https://git.example/noor")
    expect(link).to_have_value("")
    expect(text).to_have_value("")
    note = inside.get_by_label("Your note")
    expect(note).to_have_value("Not saved yet.")
    inside.get_by_role("button", name="Save note").click()
    expect(inside.get_by_text("Note saved.")).to_be_visible()
    assert Note.objects.get().text == "Not saved yet."
    item.get_by_text("Remove").first.click()
    item.get_by_role("button", name="Remove permanently").click()
    expect(item).to_have_count(0)
    assert inside.evaluate("window.kept")
    assert not Evidence.objects.exists()


def test_log_offers_the_resources_of_the_skill(inside: Page, site):
    inside.goto(f"{site}/log/")
    inside.get_by_label("Minutes").fill("45")
    expect(inside.get_by_label("Resource (optional)")).to_have_count(0)
    inside.get_by_label("Skill", exact=True).select_option("llm-evaluation")
    resource = inside.get_by_label("Resource (optional)")
    expect(resource).to_be_visible()
    expect(inside.get_by_label("Minutes")).to_have_value("45")
    resource.select_option("Evals")
    inside.get_by_role("button", name="Log it").click()
    expect(inside.get_by_text("45 min on Llm evaluation logged.")).to_be_visible()
    expect(inside.locator(".entries > li")).to_contain_text("Evals")
    expect(inside.get_by_label("Minutes")).to_have_value("30")
    expect(inside.get_by_label("Skill", exact=True)).to_have_value("")
    inside.locator(".entries").get_by_role("button", name="Remove").click()
    expect(inside.get_by_text("Nothing is logged yet.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_time_on_a_resource_alone_is_logged(request, site, learner, javascript):
    page = request.getfixturevalue("inside" if javascript else "plain")
    page.goto(f"{site}/log/?skill=llm-evaluation")
    page.get_by_label("Log it for the resource").check()
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".errorlist", has_text="Choose the resource you studied.")).to_be_visible()
    expect(page.get_by_label("Log it for the resource")).to_be_checked()
    page.get_by_label("Resource (optional)").select_option("Evals")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("30 min on Evals logged.")).to_be_visible()
    assert [(row.skill, str(row.resource)) for row in StudySession.objects.all()] == [(None, "Evals")]


def test_project_is_ticked_and_proves_levels(inside: Page, site, learner):
    inside.goto(site + PROJECT)
    inside.evaluate("window.kept = true")
    for number in range(1, 5):
        inside.get_by_label(f"Check {number}.").check()
    inside.get_by_label("Link to your work").fill("git.example/noor")
    inside.get_by_role("button", name="Save your work").click()
    expect(inside.get_by_text("4 of 4 lines ticked.")).to_be_visible()
    inside.get_by_role("checkbox", name="Prompting").uncheck()
    inside.get_by_role("button", name="Confirm these levels").click()
    expect(inside.locator(".messages")).to_contain_text("Confirmed: Llm evaluation at level 2.")
    expect(inside.get_by_text("shown at level 2")).to_be_visible()
    assert inside.evaluate("window.kept")
    assert [item.kind for item in Assessment.objects.all()] == ["project"]


LATE_ANSWERS = """() => {
  const fetch = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetch(...request);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return answer;
  };
}"""


def test_tick_of_a_project_is_saved_in_place(inside: Page, site, learner):
    inside.goto(site + PROJECT)
    inside.evaluate("window.kept = true")
    inside.get_by_label("Check 2.").check()
    expect(inside.get_by_text("1 of 4 lines ticked", exact=True)).to_be_visible()
    inside.evaluate(LATE_ANSWERS)
    inside.get_by_label("Check 3.").check()
    inside.get_by_label("Check 4.").check()  # while the other is still being saved
    expect(inside.get_by_text("3 of 4 lines ticked", exact=True)).to_be_visible()
    inside.get_by_label("Check 2.").uncheck()
    expect(inside.get_by_text("2 of 4 lines ticked", exact=True)).to_be_visible()
    assert inside.evaluate("window.kept")
    inside.goto(site + PROJECT)
    ticked = [inside.get_by_label(f"Check {number}.").is_checked() for number in range(1, 5)]
    assert ticked == [False, False, True, True]


def test_units_of_a_printed_plan_have_room_and_boxes_to_tick(inside: Page, site):
    make_skill("prompting", area="generative-ai", units={1: [{"id": "ask", "do": "Ask ten questions.", "minutes": 60}]})
    inside.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
    inside.goto(f"{site}/plan/")
    inside.emulate_media(media="print")
    unit = inside.locator(".units > li").first
    expect(unit.locator(".tick-box")).to_be_visible()
    expect(unit.get_by_text("Open the step")).to_be_hidden()
    assert unit.locator(".what").bounding_box()["width"] > unit.bounding_box()["width"] / 2


def test_everything_works_without_javascript(plain: Page, learner):
    plain.goto(SKILL)
    plain.get_by_role("button", name="Log 30 minutes").click()
    expect(plain).to_have_url(re.compile(f"{SKILL}$"))
    expect(plain.get_by_text("30 min on Llm evaluation logged.")).to_be_visible()
    plain.get_by_role("link", name="Another amount").click()
    expect(plain.get_by_label("Skill", exact=True)).to_have_value("llm-evaluation")
    plain.get_by_label("Resource (optional)").select_option("Evals")
    plain.get_by_label("Minutes").fill("2000")
    plain.locator("form").filter(has=plain.get_by_label("Minutes")).evaluate("form => form.noValidate = true")
    plain.get_by_role("button", name="Log it").click()
    expect(plain.locator(".errorlist", has_text="A day has 24 hours")).to_be_visible()
    expect(plain.get_by_label("Minutes")).to_have_value("2000")
    plain.get_by_label("Minutes").fill("90")
    plain.get_by_role("button", name="Log it").click()
    expect(plain).to_have_url(re.compile(f"{SKILL}$"))
    expect(plain.locator(".facts")).to_contain_text("2 h of 4 h logged")

    plain.get_by_role("radio", name=re.compile("1 Aware")).check()
    plain.get_by_role("button", name="Save level").click()
    expect(plain.locator(".messages")).to_contain_text("level 1, aware.")
    plain.get_by_role("checkbox", name="Done with Evals").click()
    expect(plain).to_have_url(re.compile(r"#r\d+$"))
    expect(plain.get_by_role("checkbox", name="Done with Evals")).to_be_checked()
    plain.get_by_label("What it shows").fill("Fifty cases.")
    plain.get_by_role("button", name="Add evidence").click()
    expect(plain.locator(".evidence")).to_contain_text("Fifty cases.")
    plain.get_by_label("Your note").fill("Ask Ada.")
    plain.get_by_role("button", name="Save note").click()
    expect(plain.get_by_label("Your note")).to_have_value("Ask Ada.")

    plain.goto(PROJECT)
    for number in range(1, 5):
        plain.get_by_label(f"Check {number}.").check()
    plain.get_by_role("button", name="Save your work").click()
    plain.get_by_role("button", name="Confirm these levels").click()
    expect(plain.locator(".messages")).to_contain_text("Confirmed:")
    assert Assessment.objects.filter(kind="project").count() == 2


CODE = "Count to three. Run this:\n\n```python\nfor n in range(3):\n    print(n)\n```\n\nDone when it has printed 0, 1 and 2."


def test_code_of_a_unit_is_copied_with_its_lines(page: Page, site):
    make_skill("counting", units={1: [{"id": "count", "do": CODE, "minutes": 30}]})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/skills/counting/")
    page.get_by_text("Count to three.", exact=True).click()
    button = page.get_by_role("button", name="Copy")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "for n in range(3):\n    print(n)"
    expect(button).to_be_visible()  # and can be pressed again


def test_code_of_a_unit_has_no_button_without_javascript(without_javascript: Page, site):
    make_skill("counting", units={1: [{"id": "count", "do": CODE, "minutes": 30}]})
    without_javascript.goto(f"{site}/skills/counting/")
    without_javascript.get_by_text("Count to three.", exact=True).click()
    expect(without_javascript.get_by_text("for n in range(3):")).to_be_visible()
    expect(without_javascript.get_by_role("button", name="Copy")).to_have_count(0)
