from datetime import UTC, date, datetime

import pytest
from jsonschema import Draft7Validator, FormatChecker

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Project, Skill
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import ProofPage
from guidance.progress.proof_page import PublicProof, as_resume, public_proof
from tests import factories
from tests.matching.test_jsonresume import SCHEMA
from tests.web.learners import merge, set_goal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WORK = "https://example.com/report"


@pytest.fixture
def lena(db) -> User:
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("git"),
        factories.skill_document("docker"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.project_document("report", proves={"git": 1, "docker": 2}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "sql": (1, 1), "git": (2, 4)}),
    )
    learner = User.objects.create_user("lena@example.com", name="Lena")
    set_goal(learner, now=NOW)
    levels = {"python": 2, "docker": 1}
    for slug, level in levels.items():
        services.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=NOW)
    project = Project.objects.get()
    done = list(project.checklist.values_list("text", flat=True))
    services.save_project_work(learner=learner, project=project, ticked=done, url=WORK, now=NOW)
    services.prove_by_project(
        learner=learner, project=project, levels={Skill.objects.get(slug="git").pk: 1}, url=WORK, now=NOW
    )
    certify(learner, "python")
    return learner


def certify(learner: User, slug: str) -> None:
    services.add_certificate(
        learner=learner,
        skill=Skill.objects.get(slug=slug),
        name="Programmer",
        issuer="Example Institute",
        issued_on=date(2026, 5, 31),
        url="https://example.com/42",
        now=NOW,
    )


def shown(learner: User, **settings) -> PublicProof:
    page = ProofPage(learner=learner, **settings)
    return public_proof(page, learner_state(learner, snapshot=snapshot.current(), now=NOW))


def skills(items) -> dict[str, tuple[str, ...]]:
    return {item.skill.slug: item.sources for item in items}


def test_each_level_has_its_source_and_the_split_sums_to_the_readiness(lena):
    proof = shown(lena)
    assert skills(proof.required) == {"git": ("project",), "python": ("self", "self"), "sql": ("implied",)}
    assert list(skills(proof.required)) == ["git", "python", "sql"]  # best proven first
    assert skills(proof.others) == {"docker": ("self",)}
    points = {part.source: part.points for part in proof.split}
    assert points == pytest.approx({"project": 20, "self": 50, "implied": 10})
    assert sum(points.values()) == pytest.approx(proof.readiness) == pytest.approx(80)
    assert proof.sources == ["project", "self", "implied"]
    assert (proof.goal, proof.as_of) == ("AI engineer", date(2026, 11, 25))


def test_learner_chooses_what_is_shown(lena):
    proved = shown(lena, skills="proved")
    assert (skills(proved.required), skills(proved.others)) == ({"git": ("project",)}, {})
    little = shown(lena, skills="none", shows_readiness=False, shows_projects=False, shows_certificates=False)
    assert little.is_empty
    assert (little.goal, little.sources) == ("AI engineer", [])
    hidden = shown(lena, shows_role=False)
    assert (hidden.goal, hidden.readiness, hidden.split, hidden.required) == ("", None, (), ())
    assert skills(hidden.others).keys() == {"git", "python", "sql", "docker"}


def test_project_has_its_link_and_says_whether_it_is_finished(lena):
    [work] = shown(lena).projects
    assert (work.url, work.is_complete, [(skill.slug, level) for skill, level in work.shows]) == (
        WORK,
        True,
        [("git", 1)],
    )
    services.save_project_work(learner=lena, project=Project.objects.get(), ticked=[], url=WORK, now=NOW)
    assert not shown(lena).projects[0].is_complete
    services.save_project_work(learner=lena, project=Project.objects.get(), ticked=[], now=NOW)
    assert shown(lena).projects == ()


def test_certificate_for_several_skills_is_shown_once(lena):
    certify(lena, "sql")
    [certificate] = shown(lena).certificates
    assert [skill.slug for skill in certificate.skills] == ["python", "sql"]


def test_page_survives_what_curators_retire_and_merge(lena):
    merge(Skill.objects.get(slug="docker"), Skill.objects.get(slug="git"))
    assert skills(shown(lena).others) == {}
    factories.retire(Project.objects.get())
    factories.retire(Skill.objects.get(slug="python"))
    snapshot.forget()
    proof = shown(lena)
    assert proof.projects[0].name == "Report"
    assert proof.projects[0].project is None
    assert [(item.name, item.skills) for item in proof.certificates] == [("Programmer", ())]


def test_retired_role_leaves_no_readiness(lena):
    factories.retire(lena.goals.get().role)
    snapshot.forget()
    proof = shown(lena)
    assert (proof.goal, proof.readiness) == ("", None)
    assert skills(proof.others).keys() >= {"git", "python"}


def test_takes_two_queries_however_much_there_is(lena, django_assert_num_queries):
    for slug in ("sql", "git", "docker"):
        certify(lena, slug)
    page = ProofPage(learner=lena)
    state = learner_state(lena, snapshot=snapshot.current(), now=NOW)
    with django_assert_num_queries(2):
        public_proof(page, state)


def test_resume_is_valid_and_says_how_each_level_is_known(lena):
    resume = as_resume(shown(lena, display_name="Lena"), url="https://waymark.example/p/lena/", now=NOW)
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(resume)
    assert resume["basics"] == {"name": "Lena", "label": "AI engineer", "url": "https://waymark.example/p/lena/"}
    assert {"name": "Git", "level": "Aware", "sources": ["shown by a project"]} in resume["skills"]
    assert resume["certificates"] == [
        {"name": "Programmer", "issuer": "Example Institute", "date": "2026-05-31", "url": "https://example.com/42"}
    ]
    assert "lena@" not in str(resume)
