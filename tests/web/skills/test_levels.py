import pytest

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import Progress
from tests.factories import make_role, make_skill
from tests.web.learners import messages_of, queries_of, set_goal
from tests.web.match.readings import levels_of, set_level

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def skills(learner) -> None:
    make_skill("python")
    make_skill("django", prerequisites={"python": 2})
    make_skill("sql")
    make_role("developer", requirements={"django": (2, 5)})


def sent(response, **levels: int) -> dict[str, str | int]:
    """What the page sends: all levels that it shows, and the changed ones."""
    rows = [row for group in response.context["groups"] for row in group.rows]
    before = {row.field.html_initial_name: row.level for row in rows}
    now = {f"level-{row.skill.slug}": levels.get(row.skill.slug, row.level) for row in rows}
    return {**before, **now}


def rows_of(response) -> dict[str, dict[str, tuple[int, str]]]:
    groups = response.context["groups"]
    return {group.title: {row.skill.slug: (row.level, row.why) for row in group.rows} for group in groups}


def test_levels_of_the_goal_come_first_with_what_they_rest_on(signed_in, learner, skills, problems_of):
    set_goal(learner, "developer")
    set_level(learner, "django", 1)
    set_level(learner, "sql", 1)
    response = signed_in.get("/levels/")
    assert rows_of(response) == {
        "What counts for your goal": {"django": (1, ""), "python": (2, "it follows from your other levels")},
        "Your other skills": {"sql": (1, "")},
    }
    assert problems_of(response.text) == []


def test_proven_levels_say_so(signed_in, learner, skills):
    services.pass_check(learner=learner, skill=make_skill("git"), level=1, now=learner.date_joined)
    set_level(learner, "git", 2)
    assert rows_of(signed_in.get("/levels/")) == {"Your skills": {"git": (2, "proven up to level 1")}}


def test_without_levels_and_goal_the_page_leads_to_a_goal(signed_in, learner):
    assert "Choose a goal" in signed_in.get("/levels/").text


def test_changed_levels_are_saved_and_undone_together(signed_in, learner, skills):
    set_goal(learner, "developer")
    set_level(learner, "sql", 3)
    page = signed_in.get("/levels/")
    response = signed_in.post("/levels/", sent(page, django=2, sql=1))
    assert (response.status_code, response["Location"]) == (303, "/levels/")
    assert levels_of(learner) == {"django": 2, "sql": 1}
    [(text, undo)] = messages_of(response)
    assert text == "2 levels changed: Django and Sql. Readiness 100.0."
    assert messages_of(signed_in.post("/levels/", sent(page, django=2, sql=1)))[-1] == ("Nothing changed.", "")
    signed_in.post(undo)
    assert {slug: level for slug, level in levels_of(learner).items() if level} == {"sql": 3}


def test_an_implied_level_can_be_denied(signed_in, learner, skills):
    set_level(learner, "django", 1)
    signed_in.post("/levels/", sent(signed_in.get("/levels/"), python=0))
    assert levels_of(learner) == {"django": 1, "python": 0}


def test_what_was_changed_elsewhere_meanwhile_stays(signed_in, learner, skills):
    set_level(learner, "django", 1)
    set_level(learner, "sql", 1)
    page = signed_in.get("/levels/")
    set_level(learner, "sql", 3)
    signed_in.post("/levels/", sent(page, django=2))
    assert levels_of(learner) == {"django": 2, "sql": 3}


def test_nothing_changed_writes_nothing(signed_in, learner, skills):
    set_level(learner, "django", 1)
    before = Progress.objects.get(learner=learner).version
    response = signed_in.post("/levels/", sent(signed_in.get("/levels/")))
    assert messages_of(response) == [("Nothing changed.", "")]
    assert Progress.objects.get(learner=learner).version == before


def test_a_wrong_level_is_sent_back_with_everything_that_was_chosen(signed_in, learner, skills, problems_of):
    set_level(learner, "django", 1)
    set_level(learner, "sql", 1)
    response = signed_in.post("/levels/", sent(signed_in.get("/levels/"), django=7, sql=2))
    assert response.status_code == 422
    assert "A level is a number from 0 to 4." in response.text
    assert response.context["form"]["sql"].value() == "2"
    assert levels_of(learner) == {"django": 1, "sql": 1}
    assert problems_of(response.text) == []


def test_queries_do_not_grow_with_the_skills(signed_in, learner, skills):
    set_level(learner, "sql", 1)
    few = queries_of(signed_in, "/levels/")
    for number in range(10):
        make_skill(f"more-{number}")
        set_level(learner, f"more-{number}", 1)
    signed_in.get("/levels/")  # reads the catalogue
    assert queries_of(signed_in, "/levels/") <= few


def test_undo_touches_only_what_is_ones_own(signed_in, learner, client, skills):
    other = User.objects.create_user("other@waymark.example")
    set_level(other, "python", 2)
    made = other.assessments.get()
    assert signed_in.post(f"/levels/undo/?made={made.pk}").status_code == 404
    assert signed_in.post("/levels/undo/?made=x&made=99999999999999999999").status_code == 404
    assert client.post("/levels/undo/?made=1").status_code == 302
    assert levels_of(other) == {"python": 2}
