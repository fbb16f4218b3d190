import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Assessment, Evidence, ProjectWork
from tests.factories import make_project, make_skill, project_document, publish, rename, retire
from tests.web.learners import merge, messages_of

pytestmark = pytest.mark.django_db
LINES = ["Check 1.", "Check 2.", "Check 3.", "Check 4."]


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def project():
    make_skill("sql")
    return make_project("report", proves={"python": 2, "sql": 1})


def work(learner, project, ticked=LINES, url="https://git.example/noor") -> ProjectWork:
    return services.save_project_work(learner=learner, project=project, ticked=ticked, url=url, now=timezone.now())


def known(learner) -> dict[str, tuple[int, str]]:
    stand = learner_state(learner, snapshot=snapshot.current(), now=timezone.now())
    return {slug: (item.level, item.kind) for slug, item in stand.skills.items()}


def test_save_work_keeps_lines_and_link(signed_in, learner, project):
    response = signed_in.post("/projects/report/work/", {"ticked": LINES[1:3], "url": "git.example/noor"})
    row = ProjectWork.objects.get()
    assert (row.learner, row.project, row.ticked, row.url) == (
        learner,
        project,
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
def test_save_work_sends_bad_input_back_with_all_that_was_typed(signed_in, learner, project, sent, says):
    response = signed_in.post("/projects/report/work/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert 'value="Check 1." checked' in response.text
    assert 'value="Check 2." checked' not in response.text
    assert f'value="{sent["url"]}"' in response.text
    assert not ProjectWork.objects.exists()


def test_save_work_finds_a_renamed_project_and_no_other(signed_in, learner, project):
    rename(project, "reports")
    assert signed_in.post("/projects/report/work/", {})["Location"] == "/projects/reports/"
    assert signed_in.post("/projects/astronautics/work/", {}).status_code == 404
    retire(project)
    assert signed_in.post("/projects/reports/work/", {}).status_code == 404


def test_prove_confirms_levels_with_the_link_as_evidence(signed_in, learner, project):
    work(learner, project)
    response = signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert (response.status_code, response["Location"]) == (303, "/projects/report/")
    [(text, undo)] = messages_of(response)
    assert text == "Confirmed: Python at level 2, Sql at level 1."
    assert undo.startswith("/projects/report/disprove/?made=")
    assert known(learner) == {"python": (2, "project"), "sql": (1, "project")}
    assert {item.project for item in Assessment.objects.all()} == {project}
    assert sorted((item.skill.slug, item.url) for item in Evidence.objects.all()) == [
        ("python", "https://git.example/noor"),
        ("sql", "https://git.example/noor"),
    ]


def test_prove_of_one_level_can_be_taken_back_at_once(signed_in, learner, project):
    work(learner, project, url="")
    response = signed_in.post("/projects/report/prove/", {"skill": "sql"})
    made = Assessment.objects.get()
    assert messages_of(response) == [("Confirmed: Sql at level 1.", f"/projects/report/disprove/?made={made.pk}")]
    assert known(learner) == {"sql": (1, "project")}
    assert not Evidence.objects.exists()


def test_prove_is_taken_back_as_a_whole(signed_in, learner, project):
    work(learner, project)
    services.assess(learner=learner, skill=make_skill("python"), level=1, now=timezone.now())
    [(_, undo)] = messages_of(signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]}))
    assert messages_of(signed_in.post(undo))[-1][0] == "Taken back: Python at level 2, Sql at level 1."
    assert known(learner) == {"python": (1, "self")}
    assert not Evidence.objects.exists()
    assert "Taken back" in messages_of(signed_in.post(undo))[-1][0]  # sent twice
    assert known(learner) == {"python": (1, "self")}


def test_prove_is_not_taken_back_in_part(signed_in, learner, project):
    work(learner, project)
    [(_, undo)] = messages_of(signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]}))
    services.assess(learner=learner, skill=make_skill("sql"), level=3, now=timezone.now())
    assert "A later answer stands on this one" in messages_of(signed_in.post(undo))[-1][0]
    assert known(learner) == {"python": (2, "project"), "sql": (3, "self")}


def test_disprove_of_what_is_not_there(signed_in, learner, project):
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


def test_prove_asks_for_every_line_first(signed_in, learner, project):
    work(learner, project, LINES[:3])
    response = signed_in.post("/projects/report/prove/", {"skill": "sql"})
    assert response.status_code == 422
    assert "Tick every line of the checklist and save it first." in response.text
    assert known(learner) == {}


def test_prove_asks_again_when_the_checklist_has_changed(signed_in, learner, project):
    work(learner, project)
    publish(project_document("report", proves={"python": 2}, checklist=[*LINES, "Check 5."]))
    assert signed_in.post("/projects/report/prove/", {"skill": "python"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose at least one level"),
        ({"skill": ["python", "rust"]}, "The project does not prove this skill: rust."),
    ],
)
def test_prove_sends_bad_input_back(signed_in, learner, project, sent, says):
    make_skill("rust")
    work(learner, project)
    response = signed_in.post("/projects/report/prove/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert re.findall(r'name="skill" value="(\w+)"[^>]*checked', response.text) == (["python"] if sent else [])
    assert known(learner) == {}


def test_prove_never_takes_a_higher_level_away(signed_in, learner, project):
    work(learner, project)
    services.assess(learner=learner, skill=make_skill("python"), level=3, now=timezone.now())
    signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert known(learner) == {"python": (3, "self"), "sql": (1, "project")}


def test_prove_again_changes_nothing(signed_in, learner, project):
    work(learner, project)
    for _ in range(2):
        response = signed_in.post("/projects/report/prove/", {"skill": ["python", "sql"]})
    assert messages_of(response)[-1][0] == "These levels are yours already."
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


def test_work_on_merged_projects_is_one(signed_in, learner, project):
    old = make_project("old", proves={"python": 2})
    work(learner, old, LINES[:2])
    work(learner, project, LINES[2:], url="")
    merge(old, project)
    shown = signed_in.get("/projects/report/").context["work"]
    assert (sorted(shown.ticked), shown.url, shown.complete) == (LINES, "https://git.example/noor", True)


def test_actions_of_projects_by_their_address_lead_to_the_page(signed_in, learner, project, client):
    for path in ("/projects/report/work/", "/projects/report/prove/"):
        response = signed_in.get(path)
        assert (response.status_code, response["Location"]) == (302, "/projects/report/")
        assert client.post(path)["Location"] == f"/accounts/login/?next={path}"
