"""The page of a CV: levels to confirm, also from a JSON Resume."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guidance.catalog import snapshot
from guidance.progress.models import Assessment, Progress
from guidance.web.onboarding.cv import CvSkill
from guidance.web.onboarding.drafts import KEY
from guidance.web.onboarding.packing import packed_skill, unpacked_skills
from tests.factories import milestone_document, project_document, publish, role_document
from tests.web.learners import messages_of, set_goal
from tests.web.match.readings import levels_of, named, problems, read, read_cv, result_of, set_level

pytestmark = pytest.mark.django_db


def test_cv_proposes_levels_and_stores_none(signed_in, noor, problems_of):
    set_level(noor, "spark", 2)
    before = Progress.objects.get().version
    response = read_cv(signed_in)
    page = response.context["cv"]
    [group] = page.groups
    assert [(row.skill.slug, row.field.initial, row.why) for row in group.rows] == [
        ("kafka", 2, "“Kafka” in line 2"),
        ("python", 3, "“Python” in line 4"),
    ]  # SQL, which Kafka needs, is implied by Spark
    assert page.higher == 1
    assert [row.role.slug for row in page.roles] == ["analyst", "data-engineer"]  # Spark needs SQL 2
    assert (levels_of(noor), Progress.objects.get().version) == ({"spark": 2}, before)
    assert problems_of(response.text) == []
    assert "asked for" not in response.text


def test_cv_is_readiest_for_roles_by_what_it_rests_on_too(client):
    [row] = read_cv(client, cv="WORK EXPERIENCE\nBuilt pipelines with Kafka.").context["cv"].roles[:1]
    assert row.role.slug == "analyst"  # Kafka needs SQL
    assert not read_cv(client, cv="SKILLS\nSpark").context["cv"].roles  # only mentioned


def sent_on(response, **levels):
    return {"found": response.context["cv"].found} | {f"level-{slug}": level for slug, level in levels.items()}


def test_confirmed_levels_are_stored_and_can_be_taken_back(signed_in, noor):
    set_goal(noor, "data-engineer")
    set_level(noor, "python", 1)
    page = read_cv(signed_in)
    assert [row.skill.slug for row in page.context["cv"].groups[1].rows] == ["sql"]
    response = signed_in.post("/match/levels/", sent_on(page, python=3, kafka=1, spark=0, sql=1))
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    assert levels_of(noor) == {"python": 3, "kafka": 1, "sql": 1}
    kinds = dict(noor.learnerskills.values_list("skill__slug", "kind"))
    assert kinds == {"python": Assessment.Source.CV, "kafka": Assessment.Source.SELF, "sql": Assessment.Source.SELF}
    [(text, undo)] = messages_of(response)
    assert text.startswith("3 levels confirmed: Kafka, SQL and Python. Readiness ")
    response = signed_in.post(undo)
    assert {slug for slug, level in levels_of(noor).items() if level} == {"python"}
    assert signed_in.post(undo).status_code == 303  # a second time has no effect


@pytest.mark.parametrize(
    ("sent", "stored"), [({}, {}), ({"sql": 2}, {}), ({"sql": 0}, {"sql": 0}), ({"sql": 3}, {"sql": 3})]
)
def test_what_the_cv_rests_on_is_implied_and_stored_only_when_it_is_changed(signed_in, noor, sent, stored):
    page = read_cv(signed_in)
    signed_in.post("/match/levels/", sent_on(page, **sent))
    assert levels_of(noor) == {"python": 3, "kafka": 2, "spark": 1} | stored


def test_a_milestone_that_the_cv_completes_is_credited_until_it_is_taken_back(signed_in, noor):
    publish(
        milestone_document("programs", steps=[("python", 1)], projects=["script"]),
        project_document("script", proves={"python": 1}),
        role_document("data-engineer", requirements={"kafka": (3, 5), "python": (1, 3)}, milestones=["programs"]),
    )
    set_goal(noor, "data-engineer")
    response = signed_in.post("/match/levels/", sent_on(read_cv(signed_in)))
    assert [row.milestone.slug for row in noor.completedmilestones.all()] == ["programs"]
    [(_text, undo)] = messages_of(response)
    signed_in.post(undo)
    assert not noor.completedmilestones.exists()


def test_no_level_goes_down(signed_in, noor):
    set_level(noor, "python", 2)
    page = read_cv(signed_in)
    response = signed_in.post("/match/levels/", sent_on(page, python=1, kafka=0, spark=0))
    assert levels_of(noor) == {"python": 2}
    assert messages_of(response) == [("Nothing changed: none of these levels is above the one you have.", "")]


def test_confirming_twice_is_confirming_once(signed_in, noor):
    page = read_cv(signed_in)
    for _ in range(2):
        signed_in.post("/match/levels/", sent_on(page, python=3))
    assert noor.assessments.count() == 3


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"found": ["", "python", "python 9 1 1 x", "astronaut 1 1 1 x", "python 2 ² 1 x", "python 2 1 99999999 x"]},
        {"found": ["python 2 1 1 Python"], "level-python": "7"},
    ],
)
def test_what_nobody_found_is_refused(signed_in, noor, sent):
    response = signed_in.post("/match/levels/", sent)
    assert (response.status_code, response["Location"]) == (303, "/match/")
    assert levels_of(noor) == {}


def test_visitor_takes_the_cv_along_to_the_start(client):
    page = read_cv(client)
    assert "session" not in client.cookies
    response = client.post("/match/levels/", sent_on(page))
    assert (response.status_code, response["Location"]) == (303, "/start/levels/")
    assert client.session[KEY]["found"] == {
        "kafka": [2, "Kafka", 2, 1],
        "python": [3, "Python", 4, 1],
        "spark": [1, "Spark", 4, 1],
    }
    assert client.session[KEY]["levels"] == {}
    assert "“Kafka” in line 2" in client.get("/start/levels/").text


def test_a_find_comes_back_as_it_was_packed():
    find = CvSkill(2, "Python 3: Expert", 12, 4)
    assert unpacked_skills([packed_skill("python", find)], snapshot.current()) == {"python": find}


# JSON Resume

RESUME = {
    "basics": {"name": "Lena Example", "label": "Data engineer"},
    "work": [{"company": "Acme", "position": "Engineer", "highlights": ["Built pipelines with Kafka"]}],
    "skills": [{"name": "Languages", "level": "Expert", "keywords": ["Python", "Cobol"]}],
    "hobbies": [],
}


def test_json_resume_is_a_cv_whatever_was_chosen(signed_in, problems_of):
    file = SimpleUploadedFile("resume.json", json.dumps(RESUME).encode())
    response = read(signed_in, text="", file=file)
    page = response.context["cv"]
    assert [(row.skill.slug, row.field.initial, row.why) for row in page.groups[0].rows] == [
        ("kafka", 2, "“Kafka” in line 6"),
        ("python", 3, "“Python: Expert” in line 9"),
    ]
    assert page.unknown == ("Cobol", "hobbies")
    assert "Lena" not in response.text
    assert problems_of(response.text) == []


def test_json_resume_may_be_pasted_and_leads_to_the_start(client):
    page = read(client, text=json.dumps(RESUME))
    client.post("/match/levels/", sent_on(page))
    assert client.session[KEY]["found"]["python"] == [3, "Python: Expert", 9, 1]


def test_json_that_is_no_resume_is_refused(client):
    assert list(problems(read(client, text='{"a": 1}'))) == ["text"]
    assert read(client, text='{"python": ' * 2_000).status_code == 200  # invalid JSON is treated as text
    assert named(result_of(read(client, text="{ Python }")).asked.rows) == ["python"]
