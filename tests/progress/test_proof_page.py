from datetime import UTC, date, datetime, timedelta

import pytest
from jsonschema import Draft7Validator, FormatChecker

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Project, Skill
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import ProofPage
from guidance.progress.proof_page import LastReview, ProvenSkill, PublicProof, as_resume, public_proof
from guidance.web.templatetags.proof import source_sentence
from tests import factories
from tests.matching.test_jsonresume import SCHEMA
from tests.web.learners import merge, set_goal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
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


def shown(learner: User, *, now: datetime = NOW, **settings) -> PublicProof:
    page = ProofPage(learner=learner, **{"skills": "all"} | settings)
    return public_proof(page, learner_state(learner, snapshot=snapshot.current(), now=now))


def skills(items) -> dict[str, tuple[str, ...]]:
    return {item.skill.slug: item.sources for item in items}


def test_each_level_has_its_source_and_the_split_sums_to_the_readiness(lena):
    proof = shown(lena)
    assert skills(proof.required) == {"git": ("project",), "python": ("self", "self"), "sql": ("implied",)}
    assert list(skills(proof.required)) == ["git", "python", "sql"]  # the best proven skills come first
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


def check(learner: User, slug: str, level: int, on: datetime) -> None:
    services.pass_check(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=on)


def review(learner: User, slug: str, *, passed: bool, on: datetime) -> None:
    services.finish_review(learner=learner, skill=Skill.objects.get(slug=slug), passed=passed, now=on)


def of(proof: PublicProof, slug: str) -> ProvenSkill:
    return next(item for item in (*proof.required, *proof.others) if item.skill.slug == slug)


def parts(item: ProvenSkill) -> list[tuple[str, int, int, date | None]]:
    return [(part.source, part.first, part.last, part.on) for part in item.parts]


def test_day_is_that_on_which_a_level_was_said_checked_or_shown(lena):
    check(lena, "python", 1, NOW + 3 * DAY)
    proof = shown(lena, now=NOW + 9 * DAY)
    assert parts(of(proof, "python")) == [("check", 1, 1, date(2026, 11, 28)), ("self", 2, 2, date(2026, 11, 25))]
    assert parts(of(proof, "git")) == [("project", 1, 1, date(2026, 11, 25))]
    assert parts(of(proof, "sql")) == [("implied", 1, 1, None)]
    said = source_sentence(of(proof, "python"))
    assert said == (
        "Level 1 checked with five questions on 28 November 2026, level 2 not checked (set on 25 November 2026)"
    )
    check(lena, "python", 2, NOW + 5 * DAY)
    assert parts(of(shown(lena), "python")) == [("check", 1, 2, date(2026, 11, 30))]


def test_check_stays_when_a_project_shows_the_level(lena):
    check(lena, "docker", 1, NOW + DAY)
    services.prove_by_project(
        learner=lena,
        project=Project.objects.get(),
        levels={Skill.objects.get(slug="docker").pk: 2},
        url=WORK,
        now=NOW + 2 * DAY,
    )
    proof = shown(lena, skills="proved", shows_readiness=False)
    assert proof.sources == ["project", "check"]
    assert of(proof, "docker").sources == ("project", "project")
    assert source_sentence(of(proof, "docker")) == (
        "Levels 1–2 shown by a project on 27 November 2026, level 1 checked with five questions on 26 November 2026"
    )
    resume = as_resume(proof, url="https://waymark.example/p/lena/", now=NOW)
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(resume)
    [sources] = [entry["sources"] for entry in resume["skills"] if entry["name"] == "Docker"]
    assert sources == [
        {"levels": [1, 2], "source": "shown by a project", "date": "2026-11-27"},
        {"levels": [1], "source": "checked with five questions", "date": "2026-11-26"},
    ]
    check(lena, "git", 1, NOW + 3 * DAY)
    said = source_sentence(of(shown(lena), "git"))
    assert said == "Checked with five questions on 28 November 2026 and shown by a project on 25 November 2026"


def test_check_after_a_review_replaces_it_even_if_a_project_shows_the_level(lena):
    review(lena, "git", passed=False, on=NOW + 90 * DAY)
    assert of(shown(lena), "git").review is not None
    check(lena, "git", 1, NOW + 100 * DAY)
    assert of(shown(lena), "git").review is None


def test_undone_check_gives_no_day(lena):
    check(lena, "docker", 1, NOW + DAY)
    check(lena, "docker", 1, NOW + 2 * DAY)
    services.undo_assessment(learner=lena, assessment=lena.assessments.last(), now=NOW + 2 * DAY)
    assert parts(of(shown(lena), "docker")) == [("check", 1, 1, date(2026, 11, 26))]


def test_review_leaves_the_day_of_the_check_and_is_told_until_the_next_check(lena):
    check(lena, "python", 2, NOW)
    assert of(shown(lena), "python").review is None
    review(lena, "python", passed=True, on=NOW + 90 * DAY)
    item = of(shown(lena), "python")
    assert parts(item) == [("check", 1, 2, date(2026, 11, 25))]
    assert item.review == LastReview(date(2027, 2, 23), passed=True)
    review(lena, "python", passed=False, on=NOW + 200 * DAY)
    failed = LastReview(date(2027, 6, 13), passed=False)
    assert of(shown(lena), "python").review == failed
    services.log_study(
        learner=lena, skill=Skill.objects.get(slug="python"), minutes=30, on=date(2027, 6, 14), now=NOW + 201 * DAY
    )
    assert of(shown(lena, now=NOW + 201 * DAY), "python").review == failed  # study does not pass the review
    resume = as_resume(shown(lena), url="https://waymark.example/p/lena/", now=NOW)
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(resume)
    assert {"date": "2027-06-13", "passed": False} in [entry.get("review") for entry in resume["skills"]]
    check(lena, "python", 2, NOW + 210 * DAY)
    assert of(shown(lena), "python").review is None


def test_says_how_much_of_what_the_role_asks_for_is_there_and_what_is_missing(lena):
    asked = shown(lena).asked
    assert (asked.count, asked.reached, asked.proved, asked.below, asked.missing) == (3, 2, 0, 1, ())
    assert [(item.skill.slug, item.level, item.asked) for item in shown(lena).required] == [
        ("git", 1, 2),
        ("python", 2, 2),
        ("sql", 1, 1),
    ]
    proved = shown(lena, skills="proved").asked
    assert (proved.count, proved.reached, proved.below, proved.missing) == (3, 0, 1, ("Python", "Sql"))
    check(lena, "python", 2, NOW)
    asked = shown(lena).asked
    assert (asked.reached, asked.proved) == (2, 1)
    assert shown(lena, skills="none").asked is None
    assert shown(lena, shows_role=False).asked is None


def test_choice_counts_as_one_skill(lena):
    def ask(*skills: str) -> None:
        choice = {"name": "Tool", "one_of": dict.fromkeys(skills, 2), "importance": 3}
        factories.publish(factories.role_document("tester", requirements={"python": (2, 5)}, choices={"tool": choice}))

    ask("docker", "git")
    set_goal(lena, "tester", now=NOW)
    proof = shown(lena)
    assert (proof.asked.count, proof.asked.reached, proof.asked.below) == (2, 1, 1)
    assert skills(proof.required).keys() == {"python", "docker"}
    proved = shown(lena, skills="proved")
    assert skills(proved.required).keys() == {"git"}  # the member of the choice that a project shows
    assert proved.asked.missing == ("Python",)
    services.assess(learner=lena, skill=Skill.objects.get(slug="docker"), level=0, now=NOW)
    services.assess(learner=lena, skill=Skill.objects.get(slug="git"), level=0, now=NOW)
    assert shown(lena).asked.missing == ("Docker or Git",)


def test_readiness_says_that_it_counts_what_is_not_listed(lena):
    assert not shown(lena).hides_said
    assert shown(lena, skills="proved").hides_said
    assert shown(lena, skills="none").hides_said
    assert not shown(lena, skills="proved", shows_readiness=False).hides_said


def test_new_page_shows_what_a_check_or_a_project_shows(lena):
    assert ProofPage(learner=lena).skills == "proved"


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


def test_takes_three_queries_however_much_there_is(lena, django_assert_num_queries):
    for slug in ("sql", "git", "docker"):
        certify(lena, slug)
    page = ProofPage(learner=lena)
    state = learner_state(lena, snapshot=snapshot.current(), now=NOW)
    with django_assert_num_queries(3):
        public_proof(page, state)


def test_resume_is_valid_and_says_how_each_level_is_known(lena):
    resume = as_resume(shown(lena, display_name="Lena"), url="https://waymark.example/p/lena/", now=NOW)
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(resume)
    assert resume["basics"] == {
        "name": "Lena",
        "label": "Learning to become AI engineer",
        "url": "https://waymark.example/p/lena/",
    }
    shown_by_project = {"levels": [1], "source": "shown by a project", "date": "2026-11-25"}
    assert {"name": "Git", "level": "Aware", "sources": [shown_by_project]} in resume["skills"]
    assert {"name": "Sql", "level": "Aware", "sources": [{"levels": [1], "source": "implied"}]} in resume["skills"]
    assert resume["certificates"] == [
        {"name": "Programmer", "issuer": "Example Institute", "date": "2026-05-31", "url": "https://example.com/42"}
    ]
    assert "lena@" not in str(resume)
