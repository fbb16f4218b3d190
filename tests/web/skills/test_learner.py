import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.web import cache
from guidance.web.skills.learner import LearnerSkillPage, learner_skill_page
from guidance.web.skills.page import skill_page
from tests.factories import (
    make_industry,
    make_project,
    make_resource,
    make_role,
    make_skill,
    retire,
)
from tests.web.learners import set_goal

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> User:
    return User.objects.create_user("noor@waymark.example")


@pytest.fixture
def skills():
    """linux 1 ← docker 2 ← kubernetes 1 ← operators; each level of docker 4, 12, 30 and 60 h."""
    made = {
        "linux": make_skill("linux"),
        "docker": make_skill("docker", prerequisites={"linux": 1}),
        "kubernetes": make_skill("kubernetes", prerequisites={"docker": 2}),
        "operators": make_skill("operators", prerequisites={"kubernetes": 1}),
    }
    return made | {"role": make_role("mlops-engineer", requirements={"kubernetes": (2, 4), "docker": (2, 2)})}


def own(learner, slug) -> LearnerSkillPage:
    catalogue = snapshot.current()
    skill = catalogue.skills[slug]
    return learner_skill_page(
        learner,
        skill,
        skill_page(skill, catalogue),
        learner_state(learner, snapshot=catalogue, now=timezone.now()),
    )


def facts(learner, slug) -> dict[str, tuple[str, str]]:
    return {fact.term: (fact.value, fact.note) for fact in own(learner, slug).facts}


def assess(learner, skill, level, **more) -> None:
    services.assess(learner=learner, skill=skill, level=level, now=timezone.now(), **more)


def study(learner, skill, minutes) -> None:
    now = timezone.now()
    services.log_study(learner=learner, skill=skill, minutes=minutes, on=learner.local_date(now), now=now)


def test_the_page_of_a_skill_has_forms_of_its_own_each_time_and_what_was_written_since(learner, skills):
    signed_in = Client()
    signed_in.force_login(learner)
    set_goal(learner, "mlops-engineer")
    pages = [signed_in.get("/skills/docker/").text for _twice in range(2)]
    ids = [UUID(value) for text in pages for value in re.findall(r'name="event_id" value="([^"]+)"', text)]
    assert len(ids) == len(set(ids)) == 8  # forms for time, a level, evidence and a certificate each have their own
    for text in pages:
        assert cache.CSRF_TOKEN not in text
    services.write_note(learner=learner, skill=skills["docker"], text="Layers are cached from the top.")
    assert "Layers are cached from the top." in signed_in.get("/skills/docker/").text


def test_own_skill_of_a_goal_says_where_it_stands(learner, skills):
    set_goal(learner, "mlops-engineer")
    assess(learner, skills["docker"], 1)
    study(learner, skills["docker"], 450)
    assert facts(learner, "docker") == {
        "you are at": ("1", "aware, not checked"),
        "required for Mlops engineer": ("2", "importance 2 of 5"),
        "left to level 2": ("4 h 30 min", "7 h 30 min of 12 h logged"),
        "adds": ("16.7 points", "you have 16.7 of 100"),
    }
    page = own(learner, "docker")
    assert (page.level, page.target, page.target_tag) == (1, 2, "your target")
    assert page.total_hours == 7.5


def test_own_skill_says_nothing_of_points_that_round_to_none(learner, skills):
    role = make_role("wide", requirements={"docker": (4, 1), **{f"x{n}": (1, 5) for n in range(110)}})
    set_goal(learner, role.slug)
    assert facts(learner, "docker")["adds"] == ("0 points", "you have 0.0 of 100")


def test_own_skill_on_the_way_says_what_it_leads_to(learner, skills):
    set_goal(learner, "mlops-engineer")
    assert facts(learner, "linux") == {
        "you are at": ("0", "none yet"),
        "required for Mlops engineer": ("nothing", "but level 1 as a prerequisite"),
        "left to level 1": ("4 h", ""),
        "leads to": ("2 skills", "required for Mlops engineer"),
    }
    assert (own(learner, "linux").target, own(learner, "linux").target_tag) == (1, "needed for other skills")


def test_own_skill_without_a_goal_leaves_the_goal_out(learner, skills):
    study(learner, skills["docker"], 30)
    assert facts(learner, "docker") == {
        "you are at": ("0", "none yet"),
        "left to level 1": ("3 h 30 min", "30 min of 4 h logged"),
        "total time logged": ("30 min", ""),
        "required by": ("1 role", ""),
    }
    page = own(learner, "docker")
    assert (page.target, page.place, page.steps, page.trail.onward) == (0, "", [], None)


def test_own_skill_of_a_goal_whose_role_is_no_more_leaves_the_goal_out(learner, skills):
    set_goal(learner, "mlops-engineer")
    retire(skills["role"])
    assert own(learner, "docker").place == ""


def test_own_skill_at_the_highest_level_has_nothing_left(learner, skills):
    set_goal(learner, "mlops-engineer")
    assess(learner, skills["docker"], 4)
    assert facts(learner, "docker") == {
        "you are at": ("4", "expert, not checked"),
        "required for Mlops engineer": ("2", "importance 2 of 5"),
        "total time logged": ("none yet", ""),
        "adds": ("0 points", "you have 33.3 of 100"),
    }
    assert own(learner, "docker").estimate == ""
    assert own(learner, "docker").next == []


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (0, "12 h is the estimate for level 2. Hours never raise a level by themselves."),
        (
            450,
            "12 h is the estimate for level 2; you have logged 7 h 30 min on it. Hours never raise a level by themselves.",
        ),
        (
            720,
            "You have logged 12 h, and 12 h is the estimate for level 2. If that level describes you, choose it.",
        ),
    ],
)
def test_own_skill_sets_the_hours_beside_the_estimate(learner, skills, minutes, says):
    assess(learner, skills["docker"], 1)
    if minutes:
        study(learner, skills["docker"], minutes)
    assert own(learner, "docker").estimate == says


def test_own_skill_says_since_when_and_how_we_know(learner, skills):
    project = make_project("cluster", proves={"docker": 2})
    assert own(learner, "docker").since == "you"
    assess(learner, skills["docker"], 2, source="project", project=project)
    assert own(learner, "docker").since.startswith("you, since ")
    assert own(learner, "docker").facts[0].note == "working, shown by a project"
    assess(learner, skills["linux"], 1, source="cv")
    assert own(learner, "linux").facts[0].note == "aware, from your CV"


def test_own_skill_says_how_each_level_is_known(learner, skills):
    assess(learner, skills["docker"], 3)
    services.pass_check(learner=learner, skill=skills["docker"], level=2, now=timezone.now())
    page = own(learner, "docker")
    assert page.facts[0].sources == ("check", "check", "self")
    assert page.facts[0].note == "proficient: levels 1 and 2 checked, level 3 not checked"
    assert [(line.number, line.source) for line in page.lines[:5]] == [
        (0, ""),
        (1, "check"),
        (2, "check"),
        (3, "self"),
        (4, ""),
    ]


def test_own_skill_says_what_implies_more_than_was_checked(learner, skills):
    services.pass_check(learner=learner, skill=skills["docker"], level=1, now=timezone.now())
    assess(learner, skills["kubernetes"], 1)
    note = own(learner, "docker").facts[0].note
    assert note == "working: level 1 checked, level 2 implied by Kubernetes"


def place(learner, slug) -> str:
    return own(learner, slug).place


def test_own_skill_says_what_it_is_to_the_goal(learner, skills):
    make_skill("rust")
    set_goal(learner, "mlops-engineer", industry=make_industry("healthcare", emphases={"fhir": 1.0}))
    assert place(learner, "docker") == "The role “Mlops engineer” requires level 2."
    assert place(learner, "linux") == "The role “Mlops engineer” doesn’t list this skill, but needs it for others."
    assert place(learner, "fhir") == "Employers in Healthcare also ask for it. That isn’t scored."
    assert place(learner, "rust").startswith("The role “Mlops engineer” doesn’t need this skill.")
    assess(learner, skills["linux"], 1)
    assert place(learner, "linux") == "You’ve reached level 1, which you need for the role “Mlops engineer”."
    services.override(learner=learner, kinds={skills["docker"].pk: "skip"}, now=timezone.now())
    assert place(learner, "docker").startswith("You skip it, so your plan has no steps for it.")
    assert place(learner, "kubernetes") == "You can’t start it without Docker, which you skip."
    assess(learner, skills["docker"], 2)
    assert place(learner, "docker") == "You’ve reached level 2, which the role “Mlops engineer” requires."


def test_own_skill_says_that_the_industry_requires_what_the_role_does_not(learner, skills):
    healthcare = make_industry("healthcare", emphases={}, requirements={"operators": {"level": 1, "importance": 3}})
    set_goal(learner, "mlops-engineer", industry=healthcare)
    assert place(learner, "operators") == "Your industry, Healthcare, requires level 1."
    assert facts(learner, "operators")["required for Healthcare"] == ("1", "importance 3 of 5")
    assert facts(learner, "linux")["leads to"] == ("3 skills", "required for Mlops engineer and Healthcare")


def test_own_skill_lists_its_steps_of_the_plan(learner, skills):
    set_goal(learner, "mlops-engineer")
    steps = own(learner, "docker").steps
    assert [step.level for step in steps] == [1, 2]
    assert [skill.slug for skill in steps[0].opens] == []
    assert [skill.slug for skill in steps[1].opens] == ["kubernetes"]
    assert [skill.slug for skill in steps[0].towards] == ["kubernetes"]
    assert steps[0].start <= steps[0].end <= steps[1].start


def test_own_skill_lists_what_is_missing_before_it(learner, skills):
    assert [(item.record.slug, item.note) for item in own(learner, "kubernetes").missing] == [
        ("linux", "level 1, 4 h"),
        ("docker", "level 2, 16 h"),
    ]
    assess(learner, skills["docker"], 1)
    page = own(learner, "kubernetes")
    assert [(item.record.slug, item.note) for item in page.missing] == [("docker", "level 2, 12 h")]
    assert page.missing_hours == 12
    assess(learner, skills["kubernetes"], 1)
    assert own(learner, "kubernetes").missing == []  # once the skill is started, nothing is missing


def test_own_skill_parts_resources_by_the_next_level(learner, skills):
    for slug, levels in (("first", [0, 1]), ("second", [1, 2]), ("long", [0, 3]), ("last", [2, 4])):
        make_resource(slug, skills={"docker": levels})

    def slugs(items) -> list[str]:
        return [item.use.resource.slug for item in items]

    assert slugs(own(learner, "docker").next) == ["first", "long"]
    assess(learner, skills["docker"], 1)
    page = own(learner, "docker")
    assert (slugs(page.next), slugs(page.others)) == (["long", "second"], ["first", "last"])


def test_own_skill_counts_lines_of_projects(learner, skills):
    project = make_project("cluster", proves={"docker": 2})
    make_project("small", proves={"docker": 1}, hours=3)
    services.save_project_work(learner=learner, project=project, ticked=["Check 1.", "Check 3."], now=timezone.now())
    assert [(item.record.slug, item.note) for item in own(learner, "docker").projects] == [
        ("small", "proves level 1, 3 h"),
        ("cluster", "proves level 2, 12 h · 2 of 4 lines ticked"),
    ]


def test_own_skill_goes_on_with_the_plan_and_draws_that_first(learner, skills):
    for number in range(8):
        make_skill(f"aside-{number}", prerequisites={"docker": 1})
    set_goal(learner, "mlops-engineer")
    assess(learner, skills["linux"], 1)
    trail = own(learner, "docker").trail
    assert trail.onward is not None
    assert trail.onward.slug == "kubernetes"
    assert "Kubernetes" in trail.drawing
    assert 'class="plan-case"' in trail.drawing
    assert "and 3 more in the list" in trail.drawing
    assert [(item.skill.slug, item.relation, item.level) for item in trail.neighbours[:2]] == [
        ("linux", "needed at 1", 1),
        ("kubernetes", "possible from 2", 0),
    ]


def test_own_skill_puts_the_role_and_industry_of_the_goal_first(learner, skills):
    make_role("data-engineer", order=0, requirements={"docker": (3, 5)})
    for slug in ("finance", "healthcare"):
        make_industry(slug, emphases={"docker": 1.0})
    before = own(learner, "docker")
    assert [role.slug for role, _requirement in before.roles] == ["data-engineer", "mlops-engineer"]
    healthcare = make_industry("healthcare", emphases={"docker": 1.0})
    set_goal(learner, "mlops-engineer", industry=healthcare)
    after = own(learner, "docker")
    assert [role.slug for role, _requirement in after.roles] == ["mlops-engineer", "data-engineer"]
    assert [industry.slug for industry, _emphasis in after.industries] == ["healthcare", "finance"]


def test_own_skill_shows_the_last_sessions_only(learner, skills):
    now = timezone.now()
    for number in range(12):
        services.log_study(
            learner=learner,
            skill=skills["docker"],
            minutes=10,
            on=date(2026, 1, 1) + timedelta(days=number),
            now=now,
        )
    page = own(learner, "docker")
    assert [session.on.day for session in page.sessions] == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
    assert page.total_hours == 2
