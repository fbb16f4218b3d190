import pytest
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.progress import services
from guidance.web.projects.views import levels_before
from tests.factories import make_industry, make_project, make_skill, rename, retire
from tests.web.learners import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    make_skill("python", effort=[1, 2, 4, 8])
    make_skill("vector-search", effort=[10, 20, 40, 80], prerequisites={"python": 2})
    make_industry("healthcare", emphases={})
    make_project("short", hours=8, proves={"python": 1})
    return make_project(
        "handbook-search",
        hours=30,
        proves={"vector-search": 1, "python": 2},
        industries=["healthcare"],
        body="Build a **search**.\n\n## Hand in\n\nA report.\n",
    )


def slugs(response) -> list[str]:
    return [card.project.slug for card in response.context["cards"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["handbook-search", "short"]),
        ("skill=python", ["handbook-search", "short"]),
        ("skill=vector-search", ["handbook-search"]),
        ("industry=healthcare", ["handbook-search"]),
        ("hours=10", ["short"]),
        ("hours=10&industry=healthcare", []),
        ("other=1", ["handbook-search", "short"]),
    ],
)
def test_projects_filter(client, project, query, expected):
    response = client.get(f"/projects/?{query}")
    assert response.status_code == 200
    assert slugs(response) == expected


def test_projects_say_how_many_fit_and_teach_when_none_does(client, project):
    text = client.get("/projects/?hours=10&industry=healthcare").text
    assert "0 of 2 projects" in text
    assert "No project fits all of this." in text


def test_projects_without_any_teach(client):
    assert "No project is published yet." in client.get("/projects/").text


@pytest.mark.parametrize("query", ["skill=astronautics", "industry=astronautics", "hours=9", "hours=-1"])
def test_projects_say_what_is_wrong_with_a_filter(client, project, query):
    response = client.get(f"/projects/?{query}")
    assert response.status_code == 400
    assert "is not a known value" in response.text
    assert len(slugs(response)) == 2


def test_projects_offer_a_skill_that_no_project_proves_when_asked_for_it(client, project):
    make_skill("sql")
    assert '<option value="sql" selected>' in client.get("/projects/?skill=sql").text
    assert '<option value="sql"' not in client.get("/projects/").text


def test_projects_for_htmx_are_the_results_only(client, project):
    text = client.get("/projects/?hours=10", headers={"HX-Request": "true"}).text
    assert text.strip().startswith('<div id="results">')


def test_project_shows_everything_about_it(client, project):
    text = " ".join(client.get("/projects/handbook-search/").text.split())
    for expected in (
        "Build a <strong>search</strong>.",
        '<h2 id="hand-in">Hand in</h2>',
        "4 lines that another person can tick",
        "Check 4.",
        "30 h",
        "You can use Vector search at level 1.",
        "level 2, working",
        'href="/industries/healthcare/"',
    ):
        assert expected in text, expected


def test_project_asks_for_one_level_below_and_for_prerequisites_where_that_is_none(project):
    catalogue = snapshot.current()
    # Vector search is proven at 1, so what it needs: Python at 2. Python is proven at 2, so 1 would do for that alone.
    assert levels_before(catalogue.projects["handbook-search"], catalogue) == {"python": 2}
    assert levels_before(catalogue.projects["short"], catalogue) == {}


def test_project_counts_the_hours_before_it(client, project):
    assert "From zero that is 3 h" in client.get("/projects/handbook-search/").text


def test_project_says_what_is_learned_first_or_during_it(client, project):
    """Python at 2 is needed to start with vector search, so that level alone is not learned during the project."""
    text = shown(client.get("/projects/handbook-search/"))
    assert "Learn first or during the project" in text
    assert "level 1, 10 h" in text
    assert "level 2, 2 h" not in text
    text = shown(client.get("/projects/short/"))
    assert "level 1, 1 h" in text
    assert "Nothing" not in text


def test_project_moved_gone_and_never_there(client, project):
    rename(project, "search")
    response = client.get("/projects/handbook-search/")
    assert (response.status_code, response["Location"]) == (301, "/projects/search/")
    retire(project)
    assert client.get("/projects/search/").status_code == 410
    assert client.get("/projects/astronautics/").status_code == 404


# Signed in

LINES = ["Check 1.", "Check 2.", "Check 3.", "Check 4."]


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


def shown(response) -> str:
    return " ".join(response.text.split())


def test_project_of_a_learner_has_a_checklist_to_tick_and_a_place_for_the_link(signed_in, learner, project):
    services.save_project_work(
        learner=learner, project=project, ticked=LINES[:3], url="https://git.example/noor", now=timezone.now()
    )
    text = shown(signed_in.get("/projects/handbook-search/"))
    for expected in (
        "3 of 4 lines ticked",
        'name="ticked" value="Check 3." checked',
        'name="ticked" value="Check 4."><span>',
        'value="https://git.example/noor"',
        "Yours to confirm once every line is ticked.",
        "you are at 0",
        '<button class="button-sign">Save your work</button>',
        "From where you are that is 3 h",
    ):
        assert expected in text, expected
    assert 'name="skill"' not in text


def test_project_of_a_learner_who_is_done_offers_the_levels(signed_in, learner, project):
    services.save_project_work(learner=learner, project=project, ticked=LINES, now=timezone.now())
    services.assess(learner=learner, skill=make_skill("python"), level=3, now=timezone.now())
    text = shown(signed_in.get("/projects/handbook-search/"))
    assert 'name="skill" value="vector-search" aria-describedby="proof-vector-search" checked' in text
    assert 'name="skill" value="python"' not in text  # a higher level is not taken away
    assert "you are at 3" in text
    assert "You have all of it." in text
    assert text.count("btn-sign") == 1


def test_project_of_a_learner_says_what_it_has_shown(signed_in, learner, project):
    services.save_project_work(learner=learner, project=project, ticked=LINES, now=timezone.now())
    levels = {skill.pk: level for skill, level in ((make_skill("python"), 2), (make_skill("vector-search"), 1))}
    services.prove_by_project(learner=learner, project=project, levels=levels, now=timezone.now())
    text = shown(signed_in.get("/projects/handbook-search/"))
    assert text.count('<span class="tag ok">shown at level') == 2
    assert "Confirm these levels" not in text


def test_project_of_a_learner_asks_only_for_what_they_do_not_have(signed_in, learner, project):
    assert "level 1, 1 h" in shown(signed_in.get("/projects/short/"))
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=1, now=timezone.now())
    text = shown(signed_in.get("/projects/short/"))
    assert "Learn first or during the project" not in text
    assert "You have all of it." in text


def test_project_of_a_visitor_has_nothing_of_a_learner(client, project):
    assert "csrfmiddlewaretoken" not in client.get("/projects/handbook-search/").text


def test_project_of_a_learner_moves_and_goes_as_for_everybody(signed_in, learner, project):
    rename(project, "search")
    assert signed_in.get("/projects/handbook-search/")["Location"] == "/projects/search/"
    retire(project)
    assert signed_in.get("/projects/search/").status_code == 410


def test_project_of_a_learner_takes_few_queries(signed_in, learner, project):
    signed_in.get("/projects/handbook-search/")
    services.save_project_work(learner=learner, project=project, ticked=LINES, now=timezone.now())
    signed_in.get("/projects/handbook-search/")
    assert queries_of(signed_in, "/projects/handbook-search/") <= 5


def test_project_of_a_learner_has_markup_that_a_strict_policy_lets_work(signed_in, learner, problems_of):
    odd = make_project("odd", name="<b>Odd</b>", checklist=['Say "<i>no</i>".', "B.", "C."], proves={"python": 1})
    services.save_project_work(
        learner=learner, project=odd, ticked=['Say "<i>no</i>".', "B.", "C."], now=timezone.now()
    )
    for response in (
        signed_in.get("/projects/odd/"),
        signed_in.post("/projects/odd/work/", {"url": '"><script>'}),
        signed_in.post("/projects/odd/prove/"),
    ):
        assert problems_of(response.text) == []
        assert "<i>no" not in response.text
