"""The pages of onboarding. What the session keeps is tested in test_drafts.py, what a sign-up saves in test_receivers.py."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from guidance.web.onboarding.drafts import KEY
from tests.factories import (
    industry_document,
    make_catalogue,
    make_check,
    make_role,
    make_starting_point,
    milestone_document,
    publish,
    rename,
    retire,
    role_document,
    skill_document,
    starting_point_document,
)
from tests.progress.conftest import NOW
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def catalogue():
    """AI engineers need RAG, which needs Python and SQL; SQL needs nothing. 68 hours from zero."""
    publish(
        skill_document("sql", effort=[6, 12, 30, 60]),
        skill_document("python", effort=[4, 12, 30, 60]),
        skill_document("rag", name="RAG", effort=[10, 20, 45, 90], prerequisites={"python": 2, "sql": 1}),
        role_document("ai-engineer", requirements={"rag": (2, 5), "python": (3, 3)}),
        role_document("data-analyst", requirements={"sql": (2, 3)}),
        industry_document("healthcare", emphases={"rag": 1.0}),
        starting_point_document("beginner", levels={}),
        starting_point_document("backend-developer", levels={"python": 2, "sql": 1}),
    )


def draft(client):
    return client.session.get(KEY)


def see(client, path="/start/plan/", **query):
    return client.get(path, query)


def problems(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


# Background


def test_start_offers_every_beginning_zero_first(client, catalogue, problems_of):
    response = client.get("/start/")
    names = [item.name for item in response.context["beginnings"]]
    assert names == ["Beginner", "Backend developer"]
    assert problems_of(response.text) == []
    assert "Set-Cookie" not in response


def test_start_offers_zero_when_the_catalogue_has_no_name_for_it(client):
    make_role("ai-engineer")
    make_starting_point("backend-developer")
    values = [item.value for item in client.get("/start/").context["beginnings"]]
    assert values == ["zero", "backend-developer"]


def test_start_is_kept_like_any_public_page(client, catalogue, queries):
    first = client.get("/start/?role=data-analyst")
    assert "public" in first["Cache-Control"]
    with queries(0):
        assert client.get("/start/?role=data-analyst").content == first.content
    assert '<option value="data-analyst" selected>' in first.text


def test_start_tells_at_the_field_what_it_does_not_know(client, catalogue):
    response = see(client, "/start/", role="astronaut", industry="mining", **{"from": "nowhere"})
    assert response.status_code == 400
    unknown = ["We don’t recognise that. Choose from the list."]
    assert problems(response) == {"role": unknown, "industry": unknown, "from": unknown}


def test_start_says_that_a_plan_has_begun(client, catalogue):
    client.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "5"})
    response = client.get("/start/")
    assert "You’ve already started a plan: AI engineer, from Backend developer." in response.text
    assert [item.chosen for item in response.context["beginnings"]] == [False, True]


def test_start_of_an_empty_catalogue_says_so(client):
    assert "There is no role to plan for yet" in client.get("/start/").text
    assert client.get("/start/plan/?from=zero", follow=True).redirect_chain[-1] == ("/start/", 302)


# The plan


def test_a_known_skill_that_is_needed_only_on_the_way_adds_nothing_to_the_readiness(client, catalogue):
    client.post(
        "/start/levels/?from=backend-developer&role=ai-engineer",
        {"level-rag": "0", "level-python": "0", "level-sql": "1"},
    )
    page = see(client).context["page"]
    assert (page.known, page.ring.earned) == ("1 skill is counted as known. It doesn’t add to your readiness.", 0)


def test_plan_is_drawn_from_the_address_and_nothing_is_stored(client, catalogue, problems_of):
    response = see(client, **{"from": "backend-developer", "role": "ai-engineer", "industry": "healthcare"})
    plan = response.context["goal_state"].plan
    assert [(step.skill, step.to_level) for step in plan.steps] == [("rag", 1), ("rag", 2), ("python", 3)]
    assert response.context["page"].plan.title == "AI engineer in healthcare"
    assert response.context["page"].known == "2 skills are counted as known. 1 of them adds to your readiness."
    assert problems_of(response.text) == []
    assert draft(client) is None


def test_plan_from_zero_knows_nothing(client, catalogue):
    response = see(client, **{"from": "zero"})
    assert response.context["page"].known == "Nothing is counted as known."
    assert response.context["goal_state"].plan.total_hours == 6 + 46 + 30
    assert response.context["goal_state"].readiness.readiness == 0


def test_plan_without_anything_begins_at_the_start(client, catalogue):
    assert see(client)["Location"] == "/start/"


def test_plan_with_something_unknown_shows_the_choice_again(client, catalogue):
    response = see(client, **{"from": "backend-developer", "role": "astronaut"})
    assert response.status_code == 400
    assert problems(response) == {"role": ["We don’t recognise that. Choose from the list."]}
    assert [item.chosen for item in response.context["beginnings"]] == [False, True]


def test_plan_follows_renamed_slugs(client, catalogue):
    rename(Role.objects.get(slug="ai-engineer"), "engineer-for-ai")
    assert see(client, role="ai-engineer").context["goal_state"].role.slug == "engineer-for-ai"


@pytest.mark.parametrize("hours", ["0", "200", "nan", "many"])
def test_plan_with_bad_hours_tells_and_keeps_them(client, catalogue, hours):
    response = see(client, role="ai-engineer", hours_per_week=hours)
    assert response.status_code == 400
    assert list(problems(response)) == ["hours_per_week"]
    assert f'value="{hours}"' in response.text
    assert response.context["goal_state"].goal.hours_per_week == 8
    response = client.post("/start/plan/?role=ai-engineer", {"hours_per_week": hours})
    assert response.status_code == 422
    assert f'value="{hours}"' in response.text
    assert draft(client) is None


def test_other_hours_move_the_date(client, catalogue):
    before = see(client, role="ai-engineer").context["goal_state"].plan.finish
    response = client.post("/start/plan/?role=ai-engineer", {"hours_per_week": "16"})
    assert (response.status_code, response["Location"]) == (303, "/start/plan/")
    after = see(client).context["goal_state"]
    assert after.goal.hours_per_week == 16
    assert after.plan.finish < before


def test_each_way_to_meet_a_deadline_meets_it(client, catalogue):
    deadline = TODAY + timedelta(days=30)
    client.post("/start/plan/?role=ai-engineer", {"deadline": deadline.isoformat()})
    page = see(client).context["page"]
    assert page.state == page.plan.by_date.state == "late"
    assert len(page.plan.by_date.ways) == 2
    for way in page.plan.by_date.ways:
        other = Client()
        other.post("/start/plan/?role=ai-engineer", {"deadline": deadline.isoformat()})
        assert other.post("/start/plan/", dict([way.field])).status_code == 303
        assert see(other).context["goal_state"].plan.on_time is True


@pytest.fixture
def milestones(catalogue):
    """SQL up to level 2, which takes longest, comes before the skill with the largest weight."""
    publish(
        milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        milestone_document("data", steps=[("sql", 1), ("sql", 2), ("sql", 3)]),
        milestone_document("documents", steps=[("rag", 1)]),
        role_document(
            "ai-engineer",
            requirements={"python": (2, 3), "sql": (3, 1), "rag": (1, 5)},
            milestones=["programs", "data", "documents"],
        ),
    )


def test_the_shorter_way_is_taken_here_too_and_kept_with_the_plan(signed_in, milestones):
    usual = [("python", 1), ("python", 2), ("sql", 1), ("sql", 2), ("sql", 3), ("rag", 1)]
    shorter = [("python", 1), ("python", 2), ("sql", 1), ("rag", 1), ("sql", 2), ("sql", 3)]

    def order(response):
        return [(step.skill, step.to_level) for step in response.context["goal_state"].plan.steps]

    signed_in.post("/start/plan/?role=ai-engineer", {"deadline": (TODAY + timedelta(days=30)).isoformat()})
    response = see(signed_in)
    assert order(response) == usual
    ways = {way.title: way.field for way in response.context["page"].plan.by_date.ways}
    assert list(ways) == ["More hours", "The shorter path", "A later date"]
    signed_in.post("/start/plan/", dict([ways["The shorter path"]]))
    response = see(signed_in)
    assert order(response) == shorter
    back = {way.title: way.field for way in response.context["page"].plan.by_date.ways}["The usual order"]
    signed_in.post("/start/plan/", dict([back]))
    assert order(see(signed_in)) == usual
    signed_in.post("/start/plan/", {"shorter": "1"})
    signed_in.post("/start/keep/")
    assert order(signed_in.get("/plan/")) == shorter


def test_what_is_left_out_can_be_put_back(client, catalogue):
    client.post("/start/plan/?role=ai-engineer", {"skip": ["sql", "astronomy"]})
    response = see(client)
    assert [skill.slug for skill in response.context["page"].left_out] == ["sql"]
    assert response.context["page"].out_of_reach == ["You can’t start these without Sql: RAG."]
    client.post("/start/plan/", {"put_back": "sql"})
    assert see(client).context["page"].left_out == []


@pytest.mark.parametrize(
    ("deadline", "says"), [("soon", "This is not a date."), (f"{TODAY - timedelta(days=1)}", "This day has passed.")]
)
def test_a_bad_deadline_is_refused(client, catalogue, deadline, says):
    response = client.post("/start/plan/?role=ai-engineer", {"deadline": deadline})
    assert response.status_code == 422
    assert says in response.text
    assert draft(client) is None


def test_plan_shows_every_step_and_no_way_to_change_one(client):
    make_catalogue(60)
    response = see(client, role="ai-engineer")
    page, steps = response.context["page"], response.context["goal_state"].plan.steps
    assert [row.step for row in page.plan.rows] == list(steps)
    assert all(f'id="{row.id}"' in response.text for row in page.plan.rows)
    assert "/plan/overrides/" not in response.text


def test_plan_of_somebody_who_is_there_says_so(client, catalogue):
    make_starting_point("expert", levels={"rag": 2, "python": 3})
    response = see(client, **{"from": "expert", "role": "ai-engineer"})
    assert "You have nothing left to learn." in response.text
    assert response.context["page"].plan.rows == []


def test_plan_needs_few_queries(client, catalogue, queries):
    see(client, role="ai-engineer")
    with queries(0):
        see(client, role="ai-engineer")
    client.post("/start/plan/?role=ai-engineer", {"hours_per_week": "5"})
    with queries(1):  # the session
        see(client)


def test_levels_given_before_are_not_lost_by_another_address(client, catalogue):
    client.post("/start/levels/?from=backend-developer&role=ai-engineer", {"level-python": "3", "level-sql": "1"})
    response = see(client, **{"from": "beginner", "role": "ai-engineer"})
    assert "The levels you set before aren’t in this plan." in response.text
    assert see(client).context["goal_state"].readiness.terms[1].level == 3
    assert "The levels you set before" not in see(client).text


# Levels


def shown(response):
    return {group.id: {row.skill.slug: row.field.value() for row in group.rows} for group in response.context["groups"]}


def test_levels_of_a_starting_point_can_be_corrected(client, catalogue):
    response = see(client, "/start/levels/", **{"from": "backend-developer", "role": "ai-engineer"})
    assert shown(response) == {"said": {"python": 2, "sql": 1}, "others": {"rag": 0}}
    response = client.post(
        "/start/levels/?from=backend-developer&role=ai-engineer",
        {"level-python": "1", "level-sql": "0", "level-rag": "0"},
    )
    assert response["Location"] == "/start/plan/"
    assert draft(client)["levels"] == {"python": 1, "sql": 0}
    # going back does not lose input
    assert shown(see(client, "/start/levels/"))["said"] == {"python": 1, "sql": 0}
    assert shown(see(client, "/start/levels/", **{"from": "backend-developer"}))["said"] == {"python": 1, "sql": 0}


def test_a_claim_brings_its_prerequisites_to_confirm(client, catalogue):
    response = client.post("/start/levels/?role=ai-engineer", {"level-rag": "1", "level-python": "0", "level-sql": "0"})
    assert response["Location"] == "/start/levels/"
    known = see(client).context["page"].known
    assert known == "1 skill is counted as known. 2 more are implied. 2 of them add to your readiness."
    response = see(client, "/start/levels/")
    assert shown(response) == {"implied": {"python": 2, "sql": 1}, "said": {"rag": 1}}
    assert response.context["groups"][0].rows[0].why == "needed at level 2 before RAG"
    assert response.context["groups"][0].text.startswith("You need each of these before the skills named with it")
    response = client.post("/start/levels/", {"level-rag": "1", "level-python": "2", "level-sql": "0"})
    assert response["Location"] == "/start/plan/"
    assert draft(client)["levels"] == {"sql": 0, "rag": 1}  # a line left unchanged is implied
    # Stated levels win.
    assert see(client).context["page"].known == "1 skill is counted as known. 1 more is implied."


def test_levels_that_are_none_are_refused(client, catalogue):
    response = client.post("/start/levels/?role=ai-engineer", {"level-rag": "5", "level-python": "2"})
    assert response.status_code == 422
    assert problems(response) == {"rag": ["A level is a number from 0 to 4."]}
    rows = {row.skill.slug: row.field.value() for row in response.context["groups"][0].rows}
    assert rows["python"] == "2"


def test_more_questions_keep_the_levels_that_were_chosen(client, catalogue):
    path = "/start/levels/?from=backend-developer&role=ai-engineer"
    assert '<button class="button ghost" name="ask" value="1">' in client.get(path).text
    response = client.post(path, {"level-python": "3", "level-sql": "1", "level-rag": "0", "ask": "1"})
    assert (response.status_code, response["Location"]) == (303, "/start/questions/?skill=rag&level=1")
    assert draft(client)["levels"] == {"python": 3, "sql": 1}


def test_each_skill_says_what_every_level_means_and_marks_the_saved_one(client, catalogue):
    text = see(client, "/start/levels/", **{"from": "backend-developer", "role": "ai-engineer"}).text
    _before, _legend, row = text.partition("<span>Python</span></legend>")
    row = row.partition("</fieldset>")[0]
    assert '<li class="means-2 saved">You can use Python at level 2.</li>' in row
    assert all(row.count(f"You can use Python at level {level}.") == 2 for level in range(1, 5))
    assert '<li class="means-0 saved">' in text.partition("<span>RAG</span></legend>")[2]  # its level is unknown


def test_all_that_the_goal_asks_for_can_be_answered_the_heaviest_first(client):
    light = [f"skill-{number:02}" for number in range(15)]
    publish(
        *(skill_document(slug) for slug in [*light, "zig", "aws", "azure", "hipaa"]),
        role_document(
            "ai-engineer",
            requirements={**dict.fromkeys(light, (1, 1)), "zig": (2, 5)},
            choices={"cloud": {"name": "A cloud", "one_of": {"aws": 2, "azure": 2}, "importance": 4}},
        ),
        industry_document("healthcare", requirements={"hipaa": {"level": 1, "importance": 3}}),
    )
    response = see(client, "/start/levels/", **{"from": "zero", "role": "ai-engineer", "industry": "healthcare"})
    assert list(shown(response)["others"]) == ["zig", "aws", "azure", "hipaa", *light]
    rows = {row.skill.slug: row.why for row in response.context["groups"][0].rows}
    assert (rows["aws"], rows["zig"]) == ("any one of Aws or Azure is enough", "")
    client.post("/start/levels/?role=ai-engineer", {"level-azure": "1"})
    assert not {"aws", "azure"} & shown(see(client, "/start/levels/"))["others"].keys()


# CV


CV = "Built services in Python.\nSQL daily.\nPython teaching.\n"


def test_cv_is_read_and_not_kept(client, catalogue):
    response = client.post("/start/cv/?role=ai-engineer", {"cv": CV})
    assert (response.status_code, response["Location"]) == (303, "/start/levels/")
    stored = draft(client)
    assert {slug: find[1:] for slug, find in stored["found"].items()} == {
        "python": ["Python", 1, 2],
        "sql": ["SQL", 2, 1],
    }
    assert "services" not in str(stored)
    response = see(client, "/start/levels/")
    assert list(shown(response)) == ["found", "others"]
    rows = {row.skill.slug: row.why for row in response.context["groups"][0].rows}
    assert rows == {"python": "“Python” in line 1 and later, 2 times in all", "sql": "“SQL” in line 2"}


def test_what_a_cv_says_counts_once_it_is_confirmed(client, catalogue):
    client.post("/start/cv/?role=ai-engineer", {"cv": CV})
    page = see(client).context["page"]
    assert page.known == "Nothing is counted as known."
    assert page.to_confirm == "2 skills from your CV don’t count yet: you haven’t confirmed them."
    client.post("/start/levels/", {"level-python": "2", "level-sql": "0", "level-rag": "0"})
    page = see(client).context["page"]
    assert (page.known, page.to_confirm, page.begun) == ("1 skill is counted as known.", "", "your CV")
    rows = {row.skill.slug: row.why for row in see(client, "/start/levels/").context["groups"][0].rows}
    assert rows["python"] == "“Python” in line 1 and later, 2 times in all"  # still from the CV


def test_what_a_cv_does_not_name_is_implied_until_it_is_set_to_0(client, catalogue):
    client.post("/start/cv/?role=ai-engineer", {"cv": "Built RAG with SQL."})
    response = see(client, "/start/levels/")
    assert {key: shown(response)[key] for key in ("found", "implied")} == {
        "found": {"rag": 2, "sql": 2},
        "implied": {"python": 2},
    }
    assert response.context["groups"][1].rows[0].why == "needed at level 2 before RAG"
    client.post("/start/levels/", {"level-rag": "2", "level-sql": "2", "level-python": "2"})
    terms = see(client).context["goal_state"].readiness.terms
    assert {term.skill: (term.level, term.source) for term in terms} == {"rag": (2, "cv"), "python": (2, "implied")}
    client.post("/start/levels/", {"level-python": "0"})
    assert {term.skill: term.level for term in see(client).context["goal_state"].readiness.terms} == {
        "rag": 2,
        "python": 0,
    }


def test_what_a_cv_names_in_passing_implies_nothing_until_it_is_said(client, catalogue):
    client.post("/start/cv/?role=ai-engineer", {"cv": "Basic knowledge of RAG."})
    response = see(client, "/start/levels/")
    assert {key: shown(response)[key] for key in ("found", "asked")} == {
        "found": {"rag": 1},
        "asked": {"python": 0, "sql": 0},
    }
    assert "implied" not in shown(response)
    client.post("/start/levels/", {"level-rag": "1", "level-python": "0", "level-sql": "0"})
    terms = see(client).context["goal_state"].readiness.terms
    assert {term.skill: term.level for term in terms} == {"rag": 1, "python": 0}


def test_a_goal_that_is_changed_before_the_levels_are_confirmed_leads_back_to_them(client, catalogue):
    client.post("/start/cv/?role=ai-engineer", {"cv": CV})
    assert client.post("/start/goal/", GOAL)["Location"] == "/start/levels/"
    assert "found" in shown(see(client, "/start/levels/"))
    client.post("/start/levels/", {})
    assert client.post("/start/goal/", GOAL)["Location"] == "/start/plan/"


def test_saving_without_the_levels_of_the_cv_keeps_them_on_offer(signed_in, catalogue):
    signed_in.post("/start/cv/?role=ai-engineer", {"cv": CV})
    assert "confirm later" in see(signed_in).text
    signed_in.post("/start/keep/")
    assert "2 skills from your CV don’t count yet: you haven’t confirmed them." in signed_in.get("/dashboard/").text
    signed_in.post("/start/levels/", {})
    signed_in.post("/start/keep/")
    learner = User.objects.get()
    assert dict(learner.learnerskills.values_list("skill__slug", "kind")) == {"python": "cv", "sql": "cv"}
    assert "don’t count yet" not in signed_in.get("/dashboard/").text
    assert draft(signed_in) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste the text of your CV."),
        ("   \n", "Paste the text of your CV."),
        ("A gardener.", "This text names no skill that we know."),
        ("é" * 100_001, "This is 1 character over the limit of 100,000. Remove parts that don’t name skills."),
    ],
)
def test_cv_that_says_nothing_or_too_much_is_shown_again(client, catalogue, text, message):
    response = client.post("/start/cv/", {"cv": text})
    assert response.status_code == 422
    assert problems(response) == {"cv": [message]}
    assert text in response.text
    assert draft(client) is None


def test_cv_may_have_100_000_characters_however_lines_end(client, catalogue):
    text = "Python\r\n" + "x\r\n" * 49_996 + "x"
    assert len(text) > 100_000
    assert client.post("/start/cv/", {"cv": text}).status_code == 303


# Questions and their results


def answer(client, path, said):
    """Answer the question. Returns the level it was about, and the URL of the next page."""
    response = client.get(path, follow=True)
    page = response.context["page"]
    return (page.skill.slug, page.level), client.post(response.context["here"], {"answer": said})["Location"]


def test_questions_are_the_texts_of_levels_and_end_with_what_they_say(client, catalogue, problems_of):
    response = client.get("/start/questions/?role=ai-engineer&from=zero", follow=True)
    page = response.context["page"]
    assert page.text == f"Can you use {page.skill.name} at level {page.level}?"
    assert [option.value for option in page.options] == ["yes", "partly", "no", "unsure"]
    assert response.context["progress"] is None
    assert problems_of(response.text) == []
    then, asked = response.context["here"], []
    while then.startswith("/start/questions/"):
        level, then = answer(client, then, "yes")
        asked.append(level)
    assert then == "/start/placement/"
    assert 0 < len(asked) == len(set(asked)) <= 12
    assert [tuple(known) for known in draft(client)["answers"]] == [(*level, "yes") for level in asked]
    assert client.get("/start/questions/")["Location"] == "/start/placement/"


def test_what_is_ticked_becomes_levels_and_the_rest_does_not(client, catalogue, problems_of):
    then = "/start/questions/?role=ai-engineer&from=zero"
    while "/start/questions/" in then:
        _level, then = answer(client, then, "yes")
    response = see(client, "/start/placement/")
    page = response.context["page"]
    sure = {line.skill.slug: line.level for line in page.sure}
    assert sure["python"] >= 2
    assert all(line.ticked for line in page.sure)
    assert f'You don’t need to study <span class="saved-hours">{page.progress.saved:g} h</span>' in response.text
    assert page.progress.from_nothing == 6 + 4 + 12 + 30 + 10 + 20
    assert problems_of(response.text) == []
    lines = [line.value for line in page.sure if line.skill.slug != "python"]
    response = client.post("/start/placement/", {"line": [*lines, "cobol:1", "sql:9", ""]})
    assert response["Location"] == "/start/plan/"
    assert draft(client)["levels"] == sure | {"python": sure["python"] - 1}
    assert {term.source for term in see(client).context["page"].terms if term.level} <= {"self", "implied"}
    # Again, from the same answers: the earlier result does not count as known.
    assert {line.skill.slug: line.level for line in see(client, "/start/placement/").context["page"].sure} == sure


def test_what_was_said_is_shown_apart_from_what_is_inferred(client, catalogue):
    _level, _then = answer(client, "/start/questions/?role=ai-engineer&from=zero&skill=rag&level=1", "yes")
    response = see(client, "/start/placement/")
    page, text = response.context["page"], markup_of(response)
    assert [line.value for line in page.said] == ["rag:1"]
    assert page.inferred and {line.skill.slug for line in page.inferred} <= {"python", "sql"}
    assert (
        text.index("What you said you can do")
        < text.index('value="rag:1"')
        < text.index("What you can probably do too")
    )
    assert page.progress.before == 0 < page.progress.added
    assert f"With what is ticked below, it takes {page.progress.left} h." in text


def test_hours_that_come_from_the_starting_point_are_not_said_to_come_from_the_answers(client, catalogue):
    path = "/start/questions/?role=ai-engineer&from=backend-developer"
    _level, then = answer(client, path, "no")
    assert "<dt>Your answers save you</dt><dd>0 h</dd>" in markup_of(client.get(then, follow=True))
    while "/start/questions/" in then:
        _level, then = answer(client, then, "no")
    response = see(client, "/start/placement/")
    page, text = response.context["page"], markup_of(response)
    assert page.sure == [] and page.progress.added == 0 < page.progress.before
    assert "checked>" not in response.text
    assert (
        f"Your starting point saves you {page.progress.before} h, which leaves {page.progress.left} h. Your answers don"
        in text
    )
    assert "ticked below" not in text
    assert "The levels you started with already count and aren’t listed." in text
    assert '<a href="/start/levels/">Change them</a>' in text


def test_what_was_not_ticked_is_not_known_because_of_what_was(client, catalogue):
    """This is so even if a level that needs it is ticked, and after the plan is saved to an account."""
    page = see(client, "/start/placement/", role="ai-engineer", **{"from": "zero"}).context["page"]
    assert {"python:1", "sql:1", "rag:1"} <= {line.value for line in page.doubts}
    client.post("/start/placement/?role=ai-engineer&from=zero", {"line": ["rag:1", "sql:1"]})
    assert draft(client)["levels"] == {"rag": 1, "sql": 1, "python": 0}
    assert {term.skill: term.level for term in see(client).context["page"].terms} == {"rag": 1, "python": 0}
    learner = User.objects.create_user("mara@waymark.example")
    client.force_login(learner)
    client.post("/start/keep/")
    levels = {row.skill.slug: row.level for row in learner.learnerskills.select_related("skill")}
    assert levels == {"rag": 1, "sql": 1, "python": 0}


def test_claims_that_can_be_checked_are_named(client, catalogue):
    then = "/start/questions/?role=ai-engineer&from=zero"
    while "/start/questions/" in then:
        _level, then = answer(client, then, "yes")
    assert "five-question check" not in see(client, "/start/placement/").text
    make_check("sql")
    response = see(client, "/start/placement/")
    assert [line.skill.slug for line in response.context["page"].doubtful] == ["sql"]
    assert '<a href="/skills/sql/">' in markup_of(response)
    client.force_login(User.objects.create_user("mara@waymark.example"))
    assert '<a href="/skills/sql/check/">' in markup_of(see(client, "/start/placement/"))


def test_whoever_knows_nothing_is_told_no_hours(client, catalogue):
    then = "/start/questions/?role=ai-engineer&from=zero"
    while "/start/questions/" in then:
        _level, then = answer(client, then, "no")
    response = see(client, "/start/placement/")
    assert response.context["page"].sure == []
    assert "You don’t need to study" not in response.text
    client.post("/start/placement/")
    assert draft(client)["levels"] == {}
    assert see(client).context["page"].known == "Nothing is counted as known."


def test_enough_is_enough_after_any_question(client, catalogue):
    level, _then = answer(client, "/start/questions/?role=ai-engineer&from=zero", "yes")
    response = see(client, "/start/questions/", skill=level[0], level=str(level[1]))
    assert '<a class="reach" href="/start/placement/">That is enough, show my plan</a>' in response.text
    assert see(client, "/start/placement/").context["page"].answered == [level]


def test_going_back_shows_the_answer_and_changes_it(client, catalogue):
    first, then = answer(client, "/start/questions/?role=ai-engineer&from=zero", "yes")
    response = client.get(then)
    page = response.context["page"]
    assert (page.number, page.before, page.dots[:3]) == (2, first, ["on", "go", ""])
    back = response.context["before"]
    assert f'href="{back.replace("&", "&amp;")}"' in response.text
    page = client.get(back).context["page"]
    assert (page.number, page.before) == (1, None)
    assert [option.value for option in page.options if option.chosen] == ["yes"]
    client.post(back, {"answer": "no"})
    assert draft(client)["answers"] == [[*first, "no"]]


def test_an_answer_that_is_none_is_asked_again(client, catalogue):
    for said, problem in (("maybe", "Choose one of the four answers."), ("", "Choose an answer.")):
        response = client.post("/start/questions/?role=ai-engineer&skill=python&level=1", {"answer": said})
        assert response.status_code == 422
        assert problem in response.text
    assert draft(client) is None


@pytest.mark.parametrize("asked", ["skill=cobol&level=1", "skill=python&level=4", "skill=python&level=x", "skill=sql"])
def test_a_level_that_is_not_asked_about_takes_no_answer(client, catalogue, asked):
    response = client.post(f"/start/questions/?role=ai-engineer&{asked}", {"answer": "yes"})
    assert response["Location"].startswith("/start/questions/?role=ai-engineer&skill=")
    assert draft(client) is None


def test_twelve_answers_are_enough(client):
    make_role("ai-engineer", requirements={f"skill-{number}": (2, 3) for number in range(30)})
    then, asked = "/start/questions/?role=ai-engineer&from=zero", 0
    while "/start/questions/" in then:
        _, then = answer(client, then, ("yes", "no")[asked % 2])
        asked += 1
    assert asked == 12
    left = next(f"skill-{n}" for n in range(30) if [f"skill-{n}", 1] not in [a[:2] for a in draft(client)["answers"]])
    response = client.post(f"/start/questions/?skill={left}&level=1", {"answer": "yes"})
    assert (response["Location"], len(draft(client)["answers"])) == ("/start/placement/", 12)


def test_questions_are_about_what_the_background_does_not_say(client, catalogue):
    client.post("/start/levels/?from=backend-developer&role=ai-engineer", {"level-python": "3", "level-sql": "1"})
    assert client.get("/start/questions/", follow=True).context["page"].skill.slug == "rag"


def test_levels_of_an_account_are_not_listed_and_never_lowered(with_goal, catalogue):
    learner = User.objects.get()
    services.raise_levels(learner=learner, levels={"sql": (2, "self")}, now=NOW)
    then, asked = "/start/questions/?role=ai-engineer", []
    while "/start/questions/" in then:
        level, then = answer(with_goal, then, "no")
        asked.append(level)
    assert {skill for skill, _level in asked} <= {"rag"}
    response = see(with_goal, "/start/placement/")
    page = response.context["page"]
    assert {line.skill.slug for line in [*page.sure, *page.doubts, *page.rest]} == {"rag"}
    assert "2 skills in your account already count and aren’t listed." in response.text
    with_goal.post("/start/placement/", {"line": ["rag:1"]})
    with_goal.post("/start/keep/")
    levels = {row.skill.slug: row.level for row in learner.learnerskills.select_related("skill")}
    assert levels == {"python": 4, "sql": 2, "rag": 1}


def test_without_a_role_there_is_nothing_to_ask(client):
    assert client.get("/start/questions/")["Location"] == "/start/"
    assert client.get("/start/placement/")["Location"] == "/start/"


# Goal


GOAL = {
    "role": "ai-engineer",
    "industry": "healthcare",
    "hours_per_week": "6",
    "weekdays": ["1", "3"],
    "deadline": "2027-08-31",
    "days_off_first": "2026-12-24",
    "days_off_last": "2026-12-26",
}


def test_goal_is_kept_and_shown_again(client, catalogue):
    assert client.post("/start/goal/?from=backend-developer", GOAL)["Location"] == "/start/plan/"
    goal = see(client).context["goal_state"].goal
    assert (goal.role, goal.industry, goal.hours_per_week) == ("ai-engineer", "healthcare", 6)
    assert (goal.weekdays, goal.deadline) == ((1, 3), date(2027, 8, 31))
    assert draft(client)["days_off"] == [["2026-12-24", "2026-12-26"]]
    assert draft(client)["begin"] == "backend-developer"
    text = client.get("/start/goal/").text
    assert 'value="2027-08-31"' in text and 'value="2026-12-24"' in text and "weekly_target" not in text


def test_goal_with_mistakes_keeps_everything(client, catalogue):
    response = client.post("/start/goal/", GOAL | {"hours_per_week": "200", "deadline": "2026-11-24"})
    assert response.status_code == 422
    assert problems(response) == {
        "hours_per_week": ["Between half an hour and 80 hours a week."],
        "deadline": ["This day has passed. Choose a later one."],
    }
    assert all(f'value="{value}"' in response.text for value in ("200", "2026-11-24", "2026-12-26"))
    assert draft(client) is None


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("role", "astronaut", "We don’t recognise that. Choose from the list."),
        ("industry", "mining", "We don’t recognise that. Choose from the list."),
        ("hours_per_week", "0", "Between half an hour and 80 hours a week."),
        ("weekdays", [], "Choose at least one day."),
        ("days_off_first", "2026-12-27", "27 Dec 2026 to 26 Dec 2026: the last day is before the first."),
    ],
)
def test_goal_says_at_the_field_what_is_wrong(client, catalogue, field, value, says):
    response = client.post("/start/goal/", GOAL | {field: value})
    assert response.status_code == 422
    assert problems(response) == {"days_off" if field == "days_off_first" else field: [says]}
    assert 'value="2027-08-31"' in response.text
    assert draft(client) is None


def test_a_retired_role_is_asked_for_again(client, catalogue):
    client.post("/start/goal/?from=backend-developer", GOAL)
    retire(Role.objects.get(slug="ai-engineer"))
    response = client.get("/start/plan/", follow=True)
    assert response.redirect_chain == [("/start/goal/", 302)]
    assert "The role you chose has been retired. Choose another." in response.text
    assert problems(client.post("/start/goal/", GOAL)) == {"role": ["This one has been retired. Choose another."]}
    client.post("/start/goal/", GOAL | {"role": "data-analyst"})
    assert see(client).context["goal_state"].role.slug == "data-analyst"
    assert draft(client)["levels"] == {"python": 2, "sql": 1}


def test_the_browsers_day_counts(client, catalogue):
    client.post("/start/plan/?role=ai-engineer", {"hours_per_week": "8", "time_zone": "Pacific/Kiritimati"})
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        assert see(client).context["goal_state"].plan.steps[0].start == TODAY + timedelta(days=1)
    client.post("/start/plan/", {"hours_per_week": "8", "time_zone": "Mars/Olympus"})
    assert draft(client)["time_zone"] == "Pacific/Kiritimati"


# Saving


def test_keeping_leads_to_an_account(client, catalogue):
    response = client.post("/start/keep/?from=backend-developer&role=ai-engineer")
    assert (response.status_code, response["Location"]) == (303, "/accounts/signup/")
    assert draft(client)["begin"] == "backend-developer"
    assert "We’ll save your plan to your account: AI engineer, 8 h a week." in client.get("/accounts/signup/").text
    assert client.post("/start/keep/", {"how": "login"})["Location"] == "/accounts/login/?next=%2Fstart%2Fplan%2F"
    assert client.get("/start/keep/")["Location"] == "/start/plan/"


def test_sign_up_without_a_plan_says_nothing_of_one(client, catalogue):
    assert "your plan to your account" not in client.get("/accounts/signup/").text


def test_a_learner_without_a_goal_saves_at_once(signed_in, catalogue):
    response = signed_in.post("/start/keep/?from=backend-developer&role=ai-engineer")
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    learner = User.objects.get()
    assert learner.goals.get().role.slug == "ai-engineer"
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"python": 2, "sql": 1}
    assert draft(signed_in) is None
    assert signed_in.post("/start/keep/")["Location"] == "/dashboard/"
    assert learner.goals.count() == 1


@pytest.fixture
def with_goal(signed_in, catalogue):
    learner = User.objects.get()
    services.set_goal(
        learner=learner, role=Role.objects.get(slug="data-analyst"), hours_per_week=5, weekdays=[1], now=NOW
    )
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=4, now=NOW)
    return signed_in


def test_a_goal_is_replaced_only_when_told(with_goal):
    with_goal.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "8"})
    response = see(with_goal)
    assert "It replaces your current goal: Data analyst, 5 h a week, to" in response.text
    assert User.objects.get().goals.count() == 1
    with_goal.post("/start/keep/")
    learner = User.objects.get()
    assert learner.goals.last().role.slug == "ai-engineer"
    assert dict(learner.learnerskills.values_list("skill__slug", "level")) == {"python": 4, "sql": 1}


def test_a_plan_that_is_discarded_leaves_the_goal_alone(with_goal):
    with_goal.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "8"})
    assert with_goal.post("/start/discard/")["Location"] == "/dashboard/"
    assert draft(with_goal) is None
    assert User.objects.get().goals.count() == 1
    assert see(with_goal)["Location"] == "/plan/"


def test_what_the_account_skips_within_the_goal_is_said(with_goal):
    learner = User.objects.get()
    kinds = {Skill.objects.get(slug=slug).pk: "skip" for slug in ("sql", "python")}
    services.override(learner=learner, kinds=kinds, now=NOW)
    response = see(with_goal, role="ai-engineer")
    page = response.context["page"]
    assert ([skill.slug for skill in page.skipped], page.left_out) == (["sql", "python"], [])
    assert (
        'Skipped in your account: <a href="/skills/sql/">Sql</a>, <a href="/skills/python/">Python</a>.'
        in markup_of(response)
    )
    assert '<a href="/plan/">Put it back in your plan</a>' in response.text
    assert "You can’t start these without Sql: RAG." in response.text
    assert [skill.slug for skill in see(with_goal, role="data-analyst").context["page"].skipped] == ["sql"]
    with_goal.post("/start/plan/?role=ai-engineer", {"skip": "sql"})
    page = see(with_goal).context["page"]
    assert [[skill.slug for skill in skills] for skills in (page.left_out, page.skipped)] == [["sql"], ["python"]]


def test_levels_of_the_account_count_where_they_are_higher(with_goal):
    response = see(with_goal, **{"from": "backend-developer", "role": "ai-engineer"})
    assert {term.skill: term.level for term in response.context["goal_state"].readiness.terms} == {
        "rag": 0,
        "python": 4,
    }
    response = see(with_goal, "/start/levels/", **{"from": "backend-developer"})
    assert response.context["groups"][0].rows[0].why == "you keep level 4 from your account"


def test_a_learner_goes_on_from_the_goal_there_is(with_goal):
    form = with_goal.get("/start/goal/").context["form"]
    assert (form["role"].value(), form["hours_per_week"].value(), form["weekdays"].value()) == ("data-analyst", 5, (1,))


def away(days_off):
    return {name: [day.isoformat() for day in days_off] for name in ("days_off_first", "days_off_last")}


@pytest.mark.parametrize("days_off", [[], [TODAY], [TODAY, TODAY + timedelta(days=1)]])
def test_days_off_are_shown_previewed_and_saved_alike(with_goal, days_off):
    learner = User.objects.get()
    services.set_days_off(learner=learner, days=[TODAY], now=NOW)
    assert with_goal.get("/start/goal/").context["form"]["days_off"].initial == [TODAY]
    with_goal.post("/start/goal/", GOAL | away(days_off))
    assert with_goal.get("/start/goal/").context["form"]["days_off"].initial == days_off
    shown = see(with_goal).context["goal_state"]
    with_goal.post("/start/keep/")
    assert list(learner.dayoffs.values_list("day", flat=True)) == days_off
    assert with_goal.get("/plan/").context["goal_state"].plan == shown.plan


def test_days_off_that_nobody_speaks_of_stay(client, catalogue):
    """A visitor whose plan has no days off logs in to an account that has some."""
    learner = User.objects.create_user("noor@example.com")
    services.set_days_off(learner=learner, days=[TODAY], now=NOW)
    client.post("/start/goal/?from=beginner", GOAL | away([]))
    client.post("/start/keep/", {"how": "login"})
    client.force_login(learner)
    assert draft(client)
    assert client.get("/start/goal/").context["form"]["days_off"].initial == [TODAY]
    client.post("/start/keep/")
    assert learner.goals.exists()
    assert learner.dayoffs.count() == 1


def test_pages_of_a_learner_need_few_queries(with_goal, queries):
    with_goal.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "8"})
    for path in (
        "/start/",
        "/start/plan/",
        "/start/levels/",
        "/start/goal/",
        "/start/cv/",
        "/start/questions/?skill=rag&level=1",
        "/start/placement/",
    ):
        with queries(4):  # session, user, standing
            with_goal.get(path)


def test_discarding_without_a_plan_begins_again(client, catalogue):
    assert client.post("/start/discard/")["Location"] == "/start/"


def test_only_forms_write(client, catalogue):
    for path in (
        "/start/cv/",
        "/start/questions/?skill=rag&level=1",
        "/start/placement/",
        "/start/levels/",
        "/start/goal/",
        "/start/plan/?role=ai-engineer",
    ):
        assert client.put(path).status_code == 405
        assert client.get(path).status_code == 200
    assert draft(client) is None


def test_levels_of_a_cv_say_for_which_goal(client, catalogue):
    client.post("/start/cv/", {"cv": CV})
    text = see(client, "/start/levels/").text
    assert "For AI engineer at 8 h a week." in text
    assert '<a href="/start/goal/">Change role, hours or deadline</a>' in text


def test_each_level_has_its_name_beside_its_number(client, catalogue):
    text = markup_of(see(client, "/start/levels/", **{"from": "backend-developer"}))
    assert "<span>2<small> working</small></span>" in text
