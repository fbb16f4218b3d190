import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Assessment, Evidence, ProjectWork
from guidance.web.projects.views import PAGE_SIZE, levels_before
from tests.factories import (
    make_industry,
    make_milestone,
    make_project,
    make_role,
    make_skill,
    project_document,
    publish,
    rename,
    retire,
)
from tests.web.learners import merge, messages_of, queries_of

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


def test_projects_for_a_role_follow_its_path_and_then_their_hours(client, project):
    make_skill("sql")
    make_project("long", hours=40, proves={"python": 3})
    make_project("query", hours=2, proves={"sql": 1})
    make_project("first-steps", hours=5, proves={"sql": 1})
    make_milestone("begin", steps=[("python", 1)], projects=["first-steps", "handbook-search"])
    make_milestone("search", steps=[("vector-search", 1)], projects=["handbook-search"])
    make_role("searcher", requirements={"python": (2, 5)}, milestones=["begin", "search"])
    response = client.get("/projects/?role=searcher")
    assert slugs(response) == ["first-steps", "handbook-search", "short", "long"]
    assert [card.milestone and card.milestone.slug for card in response.context["cards"]] == [
        "begin",
        "begin",
        None,
        None,
    ]
    assert "Completes the milestone" in response.text
    assert slugs(client.get("/projects/?role=searcher&hours=10")) == ["first-steps", "short"]
    assert "Completes the milestone" not in client.get("/projects/").text


def test_projects_say_how_many_fit_and_teach_when_none_does(client, project):
    text = client.get("/projects/?hours=10&industry=healthcare").text
    assert "0 of 2 projects" in text
    assert "No projects match these filters." in text


def test_projects_have_pages_that_keep_the_filters(client, project):
    for number in range(2 * PAGE_SIZE):
        make_project(f"tool-{number}", hours=5, proves={"python": 1})
    first, last = client.get("/projects/?hours=10"), client.get("/projects/?hours=10&page=3")
    assert [len(slugs(first)), len(slugs(last))] == [PAGE_SIZE, 1]
    assert f"{2 * PAGE_SIZE + 1} of {2 * PAGE_SIZE + 2} projects" in first.text
    assert f"1 to {PAGE_SIZE} on this page" in first.text
    assert 'href="?hours=10&amp;page=2" rel="next"' in first.text
    assert 'rel="canonical" href="http://testserver/projects/?page=2"' in client.get("/projects/?page=2").text
    assert client.get("/projects/?page=4").status_code == 400


def test_projects_without_any_teach(client):
    assert "No project is published yet." in client.get("/projects/").text


@pytest.mark.parametrize(
    "query", ["role=astronautics", "skill=astronautics", "industry=astronautics", "hours=9", "hours=-1"]
)
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
    # The project proves vector search 1, which needs Python 2. It also proves Python 2, for which Python 1 would be enough.
    assert levels_before(catalogue.projects["handbook-search"], catalogue) == {"python": 2}
    assert levels_before(catalogue.projects["short"], catalogue) == {}


def test_project_counts_the_hours_before_it(client, project):
    assert "From zero, that is 3 h" in client.get("/projects/handbook-search/").text


def test_project_says_what_is_learned_first_or_during_it(client, project):
    """Vector search needs Python 2 from the start, so that level is not learned during the project."""
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
        "You can confirm these levels once every line is ticked.",
        "you are at 0",
        '<button class="button-sign">Save your work</button>',
        "With your levels, that is 3 h",
    ):
        assert expected in text, expected
    assert 'name="skill"' not in text


def test_project_of_a_learner_who_is_done_offers_the_levels(signed_in, learner, project):
    services.save_project_work(learner=learner, project=project, ticked=LINES, now=timezone.now())
    services.assess(learner=learner, skill=make_skill("python"), level=3, now=timezone.now())
    text = shown(signed_in.get("/projects/handbook-search/"))
    assert 'name="skill" value="vector-search" aria-describedby="proof-vector-search" checked' in text
    assert 'name="skill" value="python"' in text  # the higher level stays, and part of it is then shown
    assert "you are at 3" in text
    assert "You have all of these levels." in text
    assert text.count("button-sign") == 1


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
    assert "You have all of these levels." in text


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


@pytest.fixture
def report():
    make_skill("sql")
    return make_project("report", proves={"python": 2, "sql": 1})


def work(learner, project, ticked=LINES, url="https://git.example/noor") -> ProjectWork:
    return services.save_project_work(learner=learner, project=project, ticked=ticked, url=url, now=timezone.now())


def known(learner) -> dict[str, tuple[int, str]]:
    stand = learner_state(learner, snapshot=snapshot.current(), now=timezone.now())
    return {slug: (item.level, item.source) for slug, item in stand.skills.items()}


def test_save_work_keeps_lines_and_link(signed_in, learner, report):
    response = signed_in.post("/projects/report/work/", {"ticked": LINES[1:3], "url": "git.example/noor"})
    row = ProjectWork.objects.get()
    assert (row.learner, row.project, row.ticked, row.url) == (
        learner,
        report,
        ["Check 2.", "Check 3."],
        "https://git.example/noor",
    )
    assert (response.status_code, response["Location"]) == (303, "/projects/report/")
    assert messages_of(response)[0][0] == "Your work on this project is saved: 2 of 4 lines ticked."


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"ticked": ["Check 1."], "url": "javascript:alert(1)"}, "This is not a web address."),
        ({"ticked": ["Check 1.", "Check 9."], "url": "git.example"}, "This line has changed: “Check 9.”."),
    ],
)
def test_save_work_sends_bad_input_back_with_all_that_was_typed(signed_in, learner, report, sent, says):
    response = signed_in.post("/projects/report/work/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert 'value="Check 1." checked' in response.text
    assert 'value="Check 2." checked' not in response.text
    assert f'value="{sent["url"]}"' in response.text
    assert not ProjectWork.objects.exists()


def test_save_work_finds_a_renamed_project_and_no_other(signed_in, learner, report):
    rename(report, "reports")
    assert signed_in.post("/projects/report/work/", {})["Location"] == "/projects/reports/"
    assert signed_in.post("/projects/astronautics/work/", {}).status_code == 404
    retire(report)
    assert signed_in.post("/projects/reports/work/", {}).status_code == 404


def test_prove_confirms_levels_with_the_link_as_evidence(signed_in, learner, report):
    work(learner, report)
    response = signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert (response.status_code, response["Location"]) == (303, "/projects/report/")
    [(text, undo)] = messages_of(response)
    assert text == "Confirmed: Python at level 2, Sql at level 1."
    assert undo.startswith("/projects/report/disprove/?made=")
    assert known(learner) == {"python": (2, "project"), "sql": (1, "project")}
    assert {item.project for item in Assessment.objects.all()} == {report}
    assert sorted((item.skill.slug, item.url) for item in Evidence.objects.all()) == [
        ("python", "https://git.example/noor"),
        ("sql", "https://git.example/noor"),
    ]


def test_prove_of_one_level_can_be_taken_back_at_once(signed_in, learner, report):
    work(learner, report, url="")
    response = signed_in.post("/projects/report/prove/", {"skill": "sql"})
    made = Assessment.objects.get()
    assert messages_of(response) == [("Confirmed: Sql at level 1.", f"/projects/report/disprove/?made={made.pk}")]
    assert known(learner) == {"sql": (1, "project")}
    assert not Evidence.objects.exists()


def test_prove_is_taken_back_as_a_whole(signed_in, learner, report):
    work(learner, report)
    services.assess(learner=learner, skill=make_skill("python"), level=1, now=timezone.now())
    [(_, undo)] = messages_of(signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]}))
    assert messages_of(signed_in.post(undo))[-1][0] == "Undone: Python at level 2, Sql at level 1."
    assert known(learner) == {"python": (1, "self")}
    assert not Evidence.objects.exists()
    assert "Undone" in messages_of(signed_in.post(undo))[-1][0]  # the undo is sent twice
    assert known(learner) == {"python": (1, "self")}


def test_prove_is_not_taken_back_in_part(signed_in, learner, report):
    work(learner, report)
    [(_, undo)] = messages_of(signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]}))
    services.assess(learner=learner, skill=make_skill("sql"), level=3, now=timezone.now())
    assert "You have changed this level since" in messages_of(signed_in.post(undo))[-1][0]
    assert known(learner) == {"python": (2, "project"), "sql": (3, "self")}


def test_disprove_of_what_is_not_there(signed_in, learner, report):
    for asked in ("", "?made=1", "?made=x", f"?made={10**30}"):
        assert signed_in.post(f"/projects/report/disprove/{asked}").status_code == 404


def test_prove_needs_as_many_statements_for_many_levels(signed_in, learner):
    counts = []
    for size in (1, 6):
        proves = {f"skill-{size}-{number}": 1 for number in range(size)}
        for slug in proves:
            make_skill(slug)
        work(learner, make_project(f"work-{size}", proves=proves))
        with CaptureQueriesContext(connection) as found:
            signed_in.post(f"/projects/work-{size}/prove/", {"skill": list(proves)})
        counts.append(len(found))
    assert counts[0] == counts[1] <= 30


def test_prove_asks_for_every_line_first(signed_in, learner, report):
    work(learner, report, LINES[:3])
    response = signed_in.post("/projects/report/prove/", {"skill": "sql"})
    assert response.status_code == 422
    assert "Tick every line of the checklist and save it first." in response.text
    assert known(learner) == {}


def test_prove_asks_again_when_the_checklist_has_changed(signed_in, learner, report):
    work(learner, report)
    publish(project_document("report", proves={"python": 2}, checklist=[*LINES, "Check 5."]))
    assert signed_in.post("/projects/report/prove/", {"skill": "python"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose at least one level"),
        ({"skill": ["python", "rust"]}, "The project does not prove this skill: rust."),
    ],
)
def test_prove_sends_bad_input_back(signed_in, learner, report, sent, says):
    make_skill("rust")
    work(learner, report)
    response = signed_in.post("/projects/report/prove/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert re.findall(r'name="skill" value="(\w+)"[^>]*checked', response.text) == (["python"] if sent else [])
    assert known(learner) == {}


def test_prove_never_takes_a_higher_level_away(signed_in, learner, report):
    work(learner, report)
    services.assess(learner=learner, skill=make_skill("python"), level=3, now=timezone.now())
    signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert known(learner) == {"python": (3, "self"), "sql": (1, "project")}


def test_prove_again_changes_nothing(signed_in, learner, report):
    work(learner, report)
    for _ in range(2):
        response = signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert messages_of(response)[-1][0] == "You already have these levels."
    assert (Assessment.objects.count(), Evidence.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_prove_twice_at_once_confirms_once():
    make_skill("sql")
    project = make_project("report", proves={"python": 2, "sql": 1})
    learner = User.objects.create_user("noor@waymark.example")
    work(learner, project)
    client = Client()
    client.force_login(learner)
    barrier, statuses = threading.Barrier(4), []

    def submit() -> None:
        try:
            mine = Client()
            mine.cookies = client.cookies
            barrier.wait()
            statuses.append(mine.post("/projects/report/prove/", {"skill": ["python", "sql"]}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4
    assert (Assessment.objects.count(), Evidence.objects.count()) == (2, 2)


def test_work_on_merged_projects_is_one(signed_in, learner, report):
    old = make_project("old", proves={"python": 2})
    work(learner, old, LINES[:2])
    work(learner, report, LINES[2:], url="")
    merge(old, report)
    shown = signed_in.get("/projects/report/").context["work"]
    assert (sorted(shown.ticked), shown.url, shown.complete) == (LINES, "https://git.example/noor", True)


def test_actions_of_projects_by_their_address_lead_to_the_page(signed_in, learner, report, client):
    for path in ("/projects/report/work/", "/projects/report/prove/"):
        response = signed_in.get(path)
        assert (response.status_code, response["Location"]) == (302, "/projects/report/")
        assert client.post(path)["Location"] == f"/accounts/login/?next={path}"
