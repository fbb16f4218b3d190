import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.catalog import graph as prerequisites
from guidance.progress.curriculum import Curriculum, Target, chosen, targets
from guidance.progress.path import PlanError, UnreachableSkill, Wishes, complete, path, possible_order, taught
from tests.progress.givens import AnyOf, Brief, Need, Stone

GRAPH = {
    "python": {},
    "git": {},
    "http": {},
    "llm": {"python": 2, "http": 1},
    "rag": {"llm": 1, "git": 1},
    "docker": {"git": 1},
    "aws": {"docker": 1},
    "azure": {"docker": 1},
    "sql": {},
}
MILESTONES = (
    Stone("programs", (("python", 1), ("git", 1), ("python", 2)), ("tool",)),
    Stone("models", (("http", 1), ("llm", 1), ("sql", 1)), ("first-call",)),
    Stone("answers", (("rag", 1), ("rag", 2), ("llm", 2)), ("laws", "records")),
    Stone("ship", (("docker", 1), ("aws", 1), ("azure", 1), ("python", 3)), ("service",)),
)
PROJECTS = {
    "tool": Brief({"python": 2}),
    "first-call": Brief({"llm": 1}),
    "laws": Brief({"rag": 2}),
    "records": Brief({"rag": 2}, industries=("healthcare",)),
    "service": Brief({"docker": 1}),
}
ROLE = {"python": Need(3, 5), "llm": Need(2, 5), "rag": Need(2, 5), "docker": Need(1, 3), "sql": Need(1, 2)}
CLOUD = {"cloud": AnyOf({"aws": 1, "azure": 1}, 4)}


def goal(**changes):
    given_ = {"graph": GRAPH, "targets": targets(ROLE, CLOUD), "milestones": MILESTONES, "projects": PROJECTS}
    return Curriculum(**{**given_, **changes})


def walked(levels=None, curriculum=None, proved=(), begun=(), **wishes):
    return path(curriculum or goal(), levels or {}, wishes=Wishes(**wishes), proved=proved, begun=begun)


def named(found):
    return [step.project or f"{step.skill} {step.level}" for step in found.steps]


def of(found, milestone):
    return [step.project or f"{step.skill} {step.level}" for step in found.steps if step.milestone == milestone]


def refused(field_, code, call, message):
    with pytest.raises(PlanError) as error:
        call()
    assert (error.value.field, error.value.code, str(error.value)) == (field_, code, message)


# What the goal requires


def test_where_role_and_industry_ask_for_a_skill_the_higher_of_both_counts():
    found = targets({"python": Need(2, 5)}, None, {"python": Need(3, 1), "audit": Need(1, 4)}, {"audit": 0.5})
    assert found == {"python": Target({"python": 3}, 5), "audit": Target({"audit": 1}, 4, 0.5)}
    assert found["audit"].weight == 6.0


def test_a_choice_has_the_emphasis_of_the_member_that_is_emphasised_most():
    found = targets({}, CLOUD, emphases={"azure": 1.0, "aws": 0.5})
    assert found == {"cloud": Target({"aws": 1, "azure": 1}, 4, 1.0, "cloud")}


def test_a_plan_teaches_the_pick_then_what_is_known_best_or_begun_then_the_industrys_then_what_most_ads_name():
    def cloud(**known):
        asked = targets({}, {"cloud": AnyOf({"aws": 2, "azure": 2, "google": 2}, 5)})
        return Curriculum(graph={}, targets=asked, **known)

    assert taught(cloud(), {}) == {"cloud": "aws"}
    assert taught(cloud(demand={"google": 32, "azure": 36}), {}) == {"cloud": "azure"}
    assert taught(cloud(demand={"azure": 36}, industry_skills={"google"}), {}) == {"cloud": "google"}
    assert taught(cloud(demand={"azure": 36}, industry_skills={"google"}), {"aws": 1}) == {"cloud": "aws"}
    assert taught(cloud(industry_skills={"google"}), {}, logged={"azure"}) == {"cloud": "azure"}
    assert taught(cloud(), {"aws": 1}, logged={"azure"}) == {"cloud": "aws"}
    assert taught(cloud(), {"aws": 1}, {"cloud": "google"}, logged={"azure"}) == {"cloud": "google"}
    assert taught(cloud(), {"aws": 1}, picked={"cloud": "google"}) == {"cloud": "google"}
    refused("choices", "member", lambda: taught(cloud(), {}, picked={"cloud": "python"}), "python is not one of cloud.")


def test_a_choice_says_what_decided():
    one_of = {"aws": 2, "azure": 2, "google": 2}

    def because(levels=None, logged=(), **known):
        found = chosen(one_of, Curriculum(graph={}, targets={}, **known), levels or {}, logged)
        return found.skill, found.because

    assert because() == ("aws", "first")
    assert because(demand={"google": 32, "azure": 36}) == ("azure", "demand")
    assert because(demand={"azure": 36}, industry_skills={"google"}) == ("google", "industry")
    # The industry names both, so the demand in ads decides.
    assert because(demand={"azure": 36}, industry_skills={"google", "azure"}) == ("azure", "demand")
    assert because(industry_skills={"google"}, logged={"azure"}) == ("azure", "logged")
    assert because({"aws": 1}, logged={"azure"}) == ("aws", "known")


# The order


def test_a_path_follows_the_milestones_with_what_is_missing_just_before_it():
    found = walked()
    assert of(found, "programs") == ["python 1", "git 1", "python 2", "tool"]
    assert of(found, "models") == ["http 1", "llm 1", "sql 1", "first-call"]
    assert of(found, "answers") == ["rag 1", "rag 2", "llm 2", "laws"]
    assert of(found, "ship") == ["docker 1", "aws 1", "python 3", "service"]
    assert [step.milestone for step in found.steps] == ["programs"] * 4 + ["models"] * 4 + ["answers"] * 4 + [
        "ship"
    ] * 4
    assert found.taught == {slug: slug for slug in ROLE} | {"cloud": "aws"}


def test_a_prerequisite_that_no_milestone_lists_comes_just_before_its_skill_depth_first():
    bare = (Stone("all", (("rag", 1),)),)
    found = walked(curriculum=goal(milestones=bare, targets=targets({"rag": Need(1, 1)})))
    assert named(found) == ["python 1", "python 2", "http 1", "llm 1", "git 1", "rag 1"]


def test_a_skill_already_begun_waits_for_nothing():
    assert of(walked({"rag": 1}), "answers")[0] == "rag 2"
    assert "git 1" in of(walked({"rag": 1}), "programs")  # Docker needs it


def test_a_step_that_neither_goal_nor_project_needs_is_left_out():
    found = walked(curriculum=goal(targets=targets({"python": Need(1, 1), "docker": Need(1, 1)})))
    # The project of the first milestone needs Python 2, and that of the third RAG 2.
    assert "sql 1" not in named(found)
    assert "llm 2" not in named(found)
    assert "python 3" not in named(found)


def test_a_project_brings_what_it_needs_and_its_milestone_does_not_teach():
    curriculum = goal(projects=PROJECTS | {"tool": Brief({"python": 1, "sql": 2})})
    assert of(walked(curriculum=curriculum), "programs") == ["python 1", "git 1", "python 2", "sql 1", "sql 2", "tool"]


def test_the_project_is_the_learners_else_of_the_industry_else_the_first():
    assert walked().projects["answers"] == "laws"
    healthcare = goal(industry="healthcare")
    assert walked(curriculum=healthcare).projects["answers"] == "records"
    assert walked(curriculum=healthcare, projects={"answers": "laws"}).projects["answers"] == "laws"
    assert walked(projects={"answers": "tool"}).projects["answers"] == "laws"  # it is not a project of this milestone


def test_a_project_that_two_milestones_end_in_is_planned_once():
    twice = (MILESTONES[0], Stone("again", (("python", 3),), ("tool",)))
    found = walked(curriculum=goal(milestones=twice))
    assert named(found).count("tool") == 1
    assert found.projects == {"programs": "tool"}


def test_the_project_of_a_proved_milestone_is_not_planned():
    found = walked(proved={"programs", "answers"})
    assert of(found, "programs") == ["python 1", "git 1", "python 2"]
    assert set(found.projects) == {"models", "ship"}


def test_finishing_the_steps_does_not_make_the_project_vanish():
    levels = {"python": 2, "git": 1}
    assert of(walked(levels), "programs") == ["tool"]
    assert complete(goal(), levels) == {"programs"}
    assert of(walked(levels, proved=complete(goal(), levels)), "programs") == []


def test_a_milestone_whose_steps_earlier_ones_teach_is_still_to_do():
    earlier = (*MILESTONES, Stone("again", (("rag", 1), ("docker", 1)), ("records",)))
    curriculum = goal(milestones=earlier)
    assert complete(curriculum, {}) == frozenset()
    last = walked({}, curriculum, proved=complete(curriculum, {})).steps[-1]
    assert (last.milestone, last.project) == ("again", "records")


def test_what_no_milestone_teaches_comes_in_the_last_one_heaviest_first():
    short = (Stone("programs", (("python", 1),)),)
    found = walked(
        curriculum=goal(milestones=short, targets=targets({"python": Need(1, 1), "sql": Need(1, 2), "git": Need(1, 5)}))
    )
    assert [(step.milestone, step.skill) for step in found.steps] == [
        ("programs", "python"),
        ("programs", "git"),
        ("programs", "sql"),
    ]
    none = walked(curriculum=goal(milestones=()))
    assert {step.milestone for step in none.steps} == {None}
    assert named(none)[:2] == ["python 1", "python 2"]


# Wishes


def test_the_members_that_were_not_picked_are_left_out():
    found = walked(picked={"cloud": "azure"})
    assert of(found, "ship") == ["docker 1", "azure 1", "python 3", "service"]
    assert "aws 1" not in named(found)


def test_a_pin_comes_to_the_front_of_the_current_milestone_with_what_it_needs():
    found = walked(pin=["docker", "sql"])
    assert named(found)[:4] == ["git 1", "docker 1", "sql 1", "python 1"]
    assert {step.milestone for step in found.steps[:4]} == {"programs"}
    later = walked({"python": 2, "git": 1}, pin=["docker"], proved={"programs"})
    assert (later.steps[0].milestone, named(later)[0]) == ("models", "docker 1")


def test_what_is_begun_goes_on_first_in_the_current_milestone_and_changes_nothing_else():
    found = walked({"git": 1}, begun=["docker"])
    assert (found.steps[0].milestone, named(found)[0]) == ("programs", "docker 1")
    assert named(found)[1:] == [name for name in named(walked({"git": 1})) if name != "docker 1"]
    # First one level of it, whatever the role requires, then the usual path.
    assert named(walked({"python": 2, "git": 1}, begun=["python"]))[:2] == ["python 3", "tool"]


def test_what_is_begun_comes_after_what_is_pinned():
    assert named(walked({"git": 1}, begun=["docker"], pin=["sql"]))[:2] == ["sql 1", "docker 1"]
    assert named(walked({"git": 1}, begun=["docker"], pin=["docker"])) == named(walked({"git": 1}, pin=["docker"]))


@pytest.mark.parametrize(
    ("begun", "wishes"),
    [
        (["rag"], {}),  # comes after what it needs
        (["rust"], {}),  # not in the path
        (["sql"], {"later": ["sql"]}),
        (["sql"], {"skip": ["sql"]}),
    ],
)
def test_what_is_begun_moves_nothing_where_it_cannot_go_on(begun, wishes):
    curriculum = goal(graph={**GRAPH, "rust": {}})
    assert walked(begun=begun, curriculum=curriculum, **wishes) == walked(curriculum=curriculum, **wishes)
    assert named(walked(begun=[*begun, "http"], curriculum=curriculum, **wishes))[0] == "http 1"


def test_later_comes_after_everything_that_does_not_depend_on_it():
    found = walked(later=["llm"])
    behind = named(found).index("service")
    assert named(found)[behind + 1 :] == ["llm 1", "first-call", "rag 1", "rag 2", "llm 2", "laws"]
    assert len(found.steps) == len(walked().steps)


def test_a_pinned_skill_brings_what_was_put_off():
    found = walked(later=["http"], pin=["llm"])
    assert named(found)[:4] == ["python 1", "python 2", "http 1", "llm 1"]


def test_skip_leaves_out_what_cannot_be_begun_without_it_and_its_projects():
    found = walked(skip=["http"])
    assert found.unreachable == (UnreachableSkill("llm", "http"), UnreachableSkill("rag", "http"))
    assert found.left_out == {"models": ("http", "llm"), "answers": ("rag", "llm")}
    assert found.projects == {"programs": "tool", "ship": "service"}
    assert of(found, "models") == ["sql 1"]


def test_a_skill_skipped_at_the_level_needed_leaves_nothing_unreachable():
    found = walked({"http": 1}, skip=["http"])
    assert (found.unreachable, found.left_out) == ((), {})


def test_a_milestone_misses_no_skill_that_the_goal_would_not_need():
    assert walked(skip=["azure"]).left_out == {}
    assert walked(skip=["aws"], picked={"cloud": "aws"}).left_out == {"ship": ("aws",)}


def test_what_is_missing_before_applying_is_what_the_goal_requires_by_then():
    curriculum = goal(apply_after="answers")
    assert walked(curriculum=curriculum).missing == ()
    assert walked(curriculum=curriculum, skip=["http"]).missing == ("llm", "rag")
    assert walked({"llm": 2}, curriculum=curriculum, skip=["http"]).missing == ()
    assert walked(curriculum=curriculum, skip=["docker"]).missing == ()  # taught after that
    assert walked(curriculum=curriculum, skip_milestones={"answers"}).missing == ("llm", "rag")
    assert walked(skip=["http"]).missing == ()  # the goal does not say when to apply


def test_another_project_is_planned_where_the_first_cannot_be_done():
    projects = PROJECTS | {"laws": Brief({"sql": 1})}
    found = walked(curriculum=goal(projects=projects), skip=["sql"])
    assert found.projects["answers"] == "records"


def test_a_skipped_milestone_is_taught_only_as_far_as_others_need_it():
    found = walked(skip_milestones={"models"})
    assert found.milestones == ("programs", "answers", "ship")
    assert of(found, "answers")[:3] == ["http 1", "llm 1", "rag 1"]
    assert "sql 1" not in named(found)
    assert "first-call" not in named(found)


def test_milestones_can_be_moved_as_far_as_prerequisites_allow():
    assert walked(order=["ship", "answers"]).milestones == ("programs", "models", "ship", "answers")
    refused(
        "milestone_order",
        "before",
        lambda: walked(order=["models", "programs"]),
        "models needs python, which programs teaches first.",
    )
    assert possible_order(goal(), {}, ("models", "programs")) == ()
    assert possible_order(goal(), {"python": 2}, ("models", "programs")) == ("models", "programs")


def test_a_milestone_moves_into_the_place_of_the_other_one_named():
    free = goal(milestones=(Stone("a", (("git", 1),)), Stone("b", (("http", 1),)), Stone("c", (("sql", 1),))))
    assert walked(curriculum=free, order=["c", "a"]).milestones == ("c", "b", "a")


def test_a_milestone_can_be_moved_before_another_that_teaches_one_of_its_own_steps():
    shared = goal(
        milestones=(Stone("a", (("git", 1), ("sql", 1))), Stone("b", (("git", 1), ("docker", 1)))), projects={}
    )
    assert walked(curriculum=shared, order=["b", "a"]).milestones == ("b", "a")
    apart = goal(milestones=(Stone("a", (("git", 1), ("sql", 1))), Stone("b", (("docker", 1),))), projects={})
    refused(
        "milestone_order",
        "before",
        lambda: walked(curriculum=apart, order=["b", "a"]),
        "b needs git, which a teaches first.",
    )


# Any goal


SKILLS = "abcdefgh"


@st.composite
def worlds(draw):
    """A curriculum, levels and wishes over an acyclic graph."""
    order = draw(st.permutations(SKILLS))
    graph = {
        slug: draw(st.dictionaries(st.sampled_from(order[:at]), st.integers(1, 2), max_size=2)) if at else {}
        for at, slug in enumerate(order)
    }
    some, level = st.sampled_from(SKILLS), st.integers(1, 3)
    steps = st.lists(st.tuples(some, level), max_size=5).map(tuple)
    projects = draw(st.dictionaries(st.sampled_from("xyz"), st.builds(Brief, st.dictionaries(some, level, max_size=2))))
    stones = tuple(
        Stone(slug, draw(steps), tuple(draw(st.lists(st.sampled_from("xyz"), unique=True, max_size=2))))
        for slug in draw(st.sampled_from(["", "m", "mn", "mno"]))
    )
    requirements = draw(st.dictionaries(some, st.builds(Need, level, st.integers(1, 5)), min_size=1, max_size=5))
    any_of = st.builds(AnyOf, st.dictionaries(some, level, min_size=2, max_size=3), st.integers(1, 5))
    choices = draw(st.dictionaries(st.just("choice"), any_of))
    kinds = draw(st.dictionaries(some, st.sampled_from(["pin", "later", "skip"]), max_size=3))
    wishes = Wishes(**{kind: [slug for slug in kinds if kinds[slug] == kind] for kind in ("pin", "later", "skip")})
    curriculum = Curriculum(graph=graph, targets=targets(requirements, choices), milestones=stones, projects=projects)
    return curriculum, draw(st.dictionaries(some, st.integers(0, 3), max_size=4)), wishes


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_a_path_is_feasible_and_whole(world):
    curriculum, levels, wishes = world
    found = path(curriculum, levels, wishes=wishes)
    known, done = dict(levels), set()
    for step in found.steps:
        if step.skill is None:
            assert step.project not in done
            done.add(step.project)
            assert all(known.get(skill, 0) >= at for skill, at in curriculum.projects[step.project].proves.items())
            continue
        assert step.skill not in wishes.skip
        assert known.get(step.skill, 0) == step.level - 1
        if step.level == 1:
            assert all(known.get(need, 0) >= at for need, at in curriculum.graph[step.skill].items())
        known[step.skill] = step.level
    assert done == set(found.projects.values())
    cut_off = {item.skill for item in found.unreachable} | set(wishes.skip)
    for slug, skill in found.taught.items():
        assert known.get(skill, 0) >= curriculum.targets[slug].one_of[skill] or skill in cut_off
    if not wishes.skip:
        wanted: dict = {}
        for slug, skill in found.taught.items():
            wanted[skill] = max(curriculum.targets[slug].one_of[skill], wanted.get(skill, 0))
        for project in found.projects.values():
            for skill, at in curriculum.projects[project].proves.items():
                wanted[skill] = max(at, wanted.get(skill, 0))
        needed = prerequisites.closure(curriculum.graph, wanted, levels)
        assert {step.skill: known[step.skill] for step in found.steps if step.skill} == needed
