from datetime import date

import pytest

from guidance.catalog import snapshot
from guidance.progress.learner_rows import Goal, SkillState
from guidance.progress.learner_state import LearnerState
from guidance.progress.plan import Step, StepReasons
from guidance.progress.step_advice import project_for, reasons, resource_for, step_name, worth_checking
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


def step(skill="git", level=2) -> Step:
    return Step(None, skill, level - 1, level, None, 12, TODAY, TODAY, 50.0, StepReasons((skill,), ()))


def ranked(step: Step) -> list[str]:
    """All recommended resources, each after those before it are ticked."""
    found: list[str] = []
    while resource := resource_for(step, snapshot.current(), found):
        found.append(resource.slug)
    return found


def test_resources_have_one_ranking():
    """Level 2 of Git takes 12 hours. Resources whose hours are out of proportion to that are not recommended at all."""
    euros = {"amount": 20, "currency": "EUR"}
    resources = {
        "course": {"type": "course", "hours": 12},
        "course-from-zero": {"type": "course", "hours": 12, "skills": {"git": [0, 2]}},
        "course-twice-as-long": {"type": "course", "hours": 24},
        "course-short": {"type": "course", "hours": 5},
        "book-paid": {"type": "book", "hours": 15, "cost": euros},
        "book-unknown": {"type": "book", "hours": 6, "cost": None},
        "documentation": {"hours": 24},
        "documentation-long": {"hours": 40},
        "paper": {"type": "paper", "hours": 3},
        "far-too-short": {"type": "article", "hours": 1},
        "documentation-far-too-short": {"hours": 1},
        "community": {"type": "community", "hours": 1},
        "course-affiliate": {"type": "course", "hours": 12, "affiliate": True},
    }
    others = {
        "too-long": {"type": "course", "hours": 25},
        "paid-too-long": {"type": "book", "hours": 16, "cost": euros},
        "unknown-too-long": {"type": "documentation", "hours": 16, "cost": None},
        "affiliate-too-long": {"type": "course", "hours": 16, "affiliate": True},
        "before": {"skills": {"git": [0, 1]}},
        "after": {"skills": {"git": [2, 4]}},
        "other": {"skills": {"sql": [0, 4]}},
    }
    factories.publish(
        *(
            factories.resource_document(slug, **{"skills": {"git": [1, 2]}} | fields)
            for slug, fields in (resources | others).items()
        )
    )
    assert ranked(step()) == list(resources)


def test_resources_in_another_programming_language_are_left_out():
    """Resources in the language being learned are not left out."""
    factories.publish(
        *(
            factories.resource_document(slug, programming_language=language, skills={"git": [0, 2], "java": [0, 2]})
            for slug, language in (
                ("a-java", "java"),
                ("python", "python"),
                ("typescript", "typescript"),
                ("z-any", ""),
            )
        )
    )
    assert ranked(step()) == ["python", "z-any"]
    assert ranked(step("java")) == ["a-java", "python", "z-any"]


def test_resources_that_the_units_name_come_first_in_their_order():
    factories.publish(
        factories.skill_document(
            "git",
            effort=[4, 3, 30, 60],
            units={
                1: [{"id": "earlier", "read": "course", "minutes": 240}],
                2: [
                    {"id": "read-it", "read": "reference", "part": "Part 1", "minutes": 60},
                    {"id": "do-it", "do": "Merge. Done when it is merged.", "minutes": 120},
                    {"id": "read-more", "read": "nearer", "part": "Part 2", "minutes": 60},
                    {"id": "read-again", "read": "reference", "part": "Part 3", "minutes": 60},
                ],
            },
        ),
        factories.resource_document("course", type="course", hours=3, skills={"git": [0, 2]}),
        factories.resource_document("reference", hours=20, skills={"git": [2, 4]}),
        factories.resource_document("nearer", type="course", hours=5, skills={"git": [1, 2]}),
    )
    assert ranked(step()) == ["reference", "nearer", "course"]


def test_projects_have_one_ranking():
    factories.publish(
        factories.industry_document("healthcare"),
        factories.project_document("short", hours=2, proves={"git": 2}),
        factories.project_document("clinic", hours=20, proves={"git": 2}, industries=["healthcare"]),
        factories.project_document("hard", hours=1, proves={"git": 3}),
    )
    assert project_for(step(), state(goals=())).slug == "short"
    assert project_for(step(), state()).slug == "clinic"
    assert project_for(step(level=1), state()) is None


def test_a_project_beside_a_step_asks_for_nothing_else_that_is_still_to_learn():
    factories.publish(
        factories.skill_document("docker"),
        factories.project_document("boxes", proves={"git": 2, "docker": 1}),
    )
    assert project_for(step(), state(goals=())) is None
    assert (
        project_for(step(), state(goals=(), skills={"docker": SkillState(1, True, "self", TODAY, 0, 0, TODAY)})).slug
        == "boxes"
    )


def state(**changes) -> LearnerState:
    goal = Goal("ai-engineer", "healthcare", 7, (1, 2, 3, 4, 5, 6, 7), None, 420, TODAY)
    fields = {"goals": (goal,), "skills": {}, "days_off": frozenset(), "pin": (), "skip": (), "later": ()}
    return LearnerState(today=TODAY, version=1, snapshot=snapshot.current(), **fields | changes)


@pytest.fixture
def catalogue():
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("rag", name="RAG", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (1, 5), "rag": (1, 3), "sql": (2, 1)}),
        factories.industry_document("healthcare", emphases={"rag": 1.0}),
    )


def reasons_of(state: LearnerState) -> dict[tuple[str, int], list[str]]:
    goal_state = state.goal_state
    steps = [(step.skill, step.to_level) for step in goal_state.plan.steps]
    return dict(zip(steps, reasons(goal_state, state), strict=True))


def test_reasons_say_what_asks_for_a_step_and_what_it_opens(catalogue):
    assert reasons_of(state()) == {
        ("sql", 1): ["Required for AI engineer: level 2, importance 1 of 5.", "It leads to Python and RAG."],
        ("rag", 1): [
            "Required for AI engineer: level 1, importance 3 of 5.",
            "Healthcare gives it extra weight: It matters more here.",
        ],
        ("python", 1): ["Required for AI engineer: level 1, importance 5 of 5."],
        ("sql", 2): ["Required for AI engineer: level 2, importance 1 of 5."],
    }


def test_reasons_of_a_prerequisite_name_what_needs_it():
    factories.publish(
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("rag", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (1, 5), "rag": (1, 3)}),
        factories.industry_document("healthcare", emphases={"sql": 1.0}),
    )
    assert reasons_of(state())["sql", 1] == [
        "Python and Rag, required for AI engineer, need this first.",
        "It leads to Python and Rag.",
    ]
    assert reasons_of(state(skip=("rag",)))["sql", 1][0] == "Python, required for AI engineer, needs this first."


def test_reasons_name_the_industry_where_only_it_requires_what_needs_the_step():
    factories.publish(
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("rag", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (1, 5)}),
        factories.industry_document("healthcare", emphases={}, requirements={"rag": {"level": 1, "importance": 3}}),
    )
    found = reasons_of(state())
    assert found["sql", 1] == [
        "Python, required for AI engineer, needs this first.",
        "Rag, required for Healthcare, needs this first.",
        "It leads to Python and Rag.",
    ]
    assert found["rag", 1] == ["Required for Healthcare: level 1, importance 3 of 5."]


def test_reasons_say_what_was_put_first_and_what_only_comes_with_it(catalogue):
    found = reasons_of(state(pin=("python",)))
    assert {step: texts[0] for step, texts in found.items()} == {
        ("sql", 1): "You pinned Python, which needs it.",
        ("python", 1): "You pinned it.",
        ("rag", 1): "Required for AI engineer: level 1, importance 3 of 5.",
        ("sql", 2): "Required for AI engineer: level 2, importance 1 of 5.",  # Python needs only level 1
    }


def test_reasons_of_a_choice_of_a_project_and_of_what_it_needs():
    factories.publish(
        factories.skill_document("aws", name="AWS", prerequisites={"sql": 1}),
        factories.skill_document("sql", name="SQL"),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (1, 1)},
            choices={"cloud": {"name": "a cloud platform", "one_of": {"aws": 1, "azure": 1}, "importance": 5}},
            milestones=["ship-it"],
        ),
        factories.milestone_document("ship-it", steps=[("aws", 1), ("azure", 1), ("python", 1)], projects=["service"]),
        factories.project_document("service", proves={"aws": 1}),
        factories.industry_document("healthcare", emphases={}),
    )
    goal_state = state().goal_state
    found = dict(
        zip(
            [step_name(step, snapshot.current()) for step in goal_state.plan.steps],
            reasons(goal_state, state()),
            strict=True,
        )
    )
    assert found == {
        "SQL, level 1": [
            "The milestone’s project, Service, needs it.",
            "AWS, required for AI engineer, needs this first.",
            "It leads to AWS.",
        ],
        "AWS, level 1": [
            "The milestone’s project, Service, needs it.",
            "Required for AI engineer: a cloud platform at level 1, importance 5 of 5.",
        ],
        "Python, level 1": ["Required for AI engineer: level 1, importance 1 of 5."],
        "Project: Service": ["It completes “Ship it” and shows AWS 1."],
    }


def test_worth_checking_are_levels_that_are_only_said_most_points_first():
    needs = {"git": (2, 5), "python": (3, 3), "sql": (1, 5), "docker": (1, 2), "rust": (2, 1)}
    skills = [factories.skill_document(slug) for slug in (*needs, "linux")]
    skills[4] = factories.skill_document("rust", prerequisites={"linux": 1})
    items = [factories.choice_item(1, number) for number in range(1, 10)]
    factories.publish(
        *skills,
        *(factories.check_document(slug) for slug in ("git", "python", "docker", "linux")),
        factories.check_document("sql", items=items),  # nine are too few
        factories.role_document("ai-engineer", requirements={**needs, "linux": (1, 3)}),
    )
    known = {
        "git": SkillState(2, True, "self", TODAY, 0, 0, TODAY, checked_to=1),
        "python": SkillState(4, True, "cv", TODAY, 0, 0, TODAY),
        "sql": SkillState(1, True, "self", TODAY, 0, 0, TODAY),
        "docker": SkillState(1, False, "project", TODAY, 0, 0, TODAY, shown_to=1),
        "rust": SkillState(1, True, "self", TODAY, 0, 0, TODAY),
    }
    found = state(goals=(Goal("ai-engineer", None, 7, (1,), None, 420, TODAY),), skills=known)
    checks = worth_checking(found.goal_state, found)
    # Of 19: Git 2 is half of 5, two levels of Python are two thirds of 3. Linux is implied, and Rust has no questions.
    assert [(item.skill.slug, item.level) for item in checks] == [("git", 2), ("python", 2)]
    assert [item.points for item in checks] == pytest.approx([100 * 2.5 / 19, 100 * 2 / 19])
