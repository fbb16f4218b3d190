from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import loading, record_store, snapshot
from guidance.catalog.documents import render
from guidance.catalog.models import RECORD_MODELS, Change, Revision, Role, Skill, Version
from guidance.curation import impact, operations, proposals
from guidance.curation.differences import differences
from guidance.curation.models import Operation
from guidance.curation.operations import OperationRejected, plan_merge
from guidance.progress import services
from guidance.progress.catalogue_changes import changes_for
from guidance.progress.history import page
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Assessment, LearnerSkill, UnitTick
from guidance.progress.services import BOTH, GOES, STAYS, SplitHistory
from guidance.progress.text import describe_notice
from tests.curation.merges import NOW, TODAY, do, exported, said, undo
from tests.curation.splits import SPLIT, plan_split, publish_containers, request_of
from tests.factories import make_skill, publish, resource_document, role_document, skill_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_user("reviewer@example.org", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    publish_containers()


def data(kind: str, slug: str) -> dict:
    return record_store.documents_of(kind, [RECORD_MODELS[kind].objects.get(slug=slug)])[0].data


def split(by: User, history: SplitHistory | None = None, **more) -> Operation:
    plan = plan_split(history, **more)
    assert plan.problems == []
    return do(plan, by)


# What a split does


def test_each_thing_goes_where_it_is_said(reviewer):
    split(reviewer)
    old, new = data("skill", "containers"), data("skill", "container-stacks")
    assert [[unit["id"] for unit in units] for units in old["units"].values()] == [["first-image"], ["small-image"]]
    assert [[unit["id"] for unit in units] for units in new["units"].values()] == [
        ["two-services"],
        ["volumes", "a-stack"],
    ]
    assert (old["effort"], new["effort"]) == ([1, 2, 10, 20], [1.5, 4, 20, 40])
    assert (old["aliases"], new["aliases"]) == (["Docker"], [{"name": "Compose", "needs": ["yaml"]}])
    assert (old["phrases"], new["phrases"]) == (["in containers"], ["many containers"])
    assert (old["external"], new["external"]) == ({"esco": ["e:1"]}, {"esco": ["e:2"]})
    assert (old["prerequisites"], new["prerequisites"]) == (
        {"linux": 1},
        {"containers": 1, "linux": 1, "networks": 2},
    )
    assert (new["name"], new["summary"], new["area"]) == ("Container stacks", SPLIT.summary, old["area"])
    assert [item["id"] for item in data("check", "containers")["items"]] == ["item-1-1", "item-2-2"]
    assert [item["id"] for item in data("check", "container-stacks")["items"]] == ["item-1-2", "item-2-1"]


def test_what_names_it_names_either_or_both(reviewer):
    split(reviewer)
    assert data("skill", "helm")["prerequisites"] == {"container-stacks": 1}
    assert data("skill", "kubernetes")["prerequisites"] == {"container-stacks": 2, "containers": 2}
    assert data("resource", "docs")["skills"] == {"container-stacks": [1, 2], "containers": [1, 2]}  # one unit each
    assert data("resource", "compose-docs")["skills"] == {"container-stacks": [0, 3]}
    assert data("resource", "course")["skills"] == {"containers": [0, 2]}
    assert data("project", "stack")["proves"] == {"container-stacks": 2}
    assert [entry["skill"] for entry in data("industry", "finance")["emphases"]] == ["containers"]
    role = data("role", "mlops-engineer")
    assert {"containers", "container-stacks"} <= role["requirements"].keys()
    assert role["choices"]["host"]["one_of"] == {"container-stacks": 2, "containers": 2, "linux": 3}
    assert data("milestone", "first-stack")["steps"] == [
        {"linux": 1},
        {"containers": 1},
        {"container-stacks": 1},
        {"containers": 2},
        {"container-stacks": 2},
    ]
    assert "(/skills/containers/#levels)" in Skill.objects.get(slug="kubernetes").body


def test_plan_says_what_is_written_word_for_word(reviewer):
    versions, plan = Version.objects.count(), plan_split()
    assert Version.objects.count() == versions
    do(plan, reviewer)
    for change in plan.changes:
        record = RECORD_MODELS[change.after.kind].objects.get(slug=change.after.slug)
        assert render(change.after) == render(record_store.documents_of(record.KIND, [record])[0])
        assert differences(change.before, change.after)


def test_single_check_item_goes_where_it_is_said(reviewer):
    split(reviewer, items={"item-1-2": STAYS, "item-2-2": GOES})
    assert [item["id"] for item in data("check", "container-stacks")["items"]] == ["item-2-1", "item-2-2"]


# What cannot be done


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"into": "linux"}, "“linux” is the slug of another record"),
        ({"into": "Not a slug"}, "cannot be a slug"),
        ({"name": " "}, "A name has 1 to 200"),
        ({"name": "LINUX"}, "'linux' is already the name of skill linux"),
        ({"name": "Docker"}, "'docker' is already the name of skill container"),
    ],
)
def test_split_to_what_is_taken_is_refused(more, says):
    assert any(says in problem for problem in operations.plan(request_of(**more)).problems)


def test_split_that_would_make_a_cycle_or_leaves_a_skill_without_a_resource_is_refused():
    around = plan_split(between="old-needs-new", named_by={"skill helm": "goes"}, prerequisites={"linux": "both"})
    assert around.problems == []
    publish(skill_document("networks", prerequisites={"containers": 1}), skill_document("containers"))
    looped = plan_split(units=(), between="", prerequisites={}, named_by={"skill networks": "goes"})
    assert "skill container-stacks: no resource names this skill" in looped.problems
    publish(skill_document("containers", prerequisites={"linux": 1}), skill_document("networks"))
    publish(skill_document("linux", prerequisites={"networks": 1}))
    cycle = plan_split(units=(), between="new-needs-old", named_by={"skill linux": "goes"}, prerequisites={})
    assert not any("cycle" in problem for problem in cycle.problems)


def test_split_waits_for_a_change_of_the_skill_that_is_under_way(reviewer):
    record = Skill.objects.get(slug="containers")
    document = record_store.documents_of("skill", [record])[0]
    proposals.propose([replace(document, data={**document.data, "summary": "New."})], author=reviewer)
    [problem] = plan_split().problems
    assert "has an open proposal" in problem


def test_same_split_twice_is_done_once(reviewer):
    plan = plan_split()
    do(plan, reviewer)
    with pytest.raises(OperationRejected, match="slug of another record"):
        do(plan, reviewer)
    assert Operation.objects.count() == 1


# Undo


def test_undo_puts_everything_back_and_the_address_leads_there(reviewer, tmp_path):
    before = exported(tmp_path / "before")
    operation = split(reviewer)
    assert exported(tmp_path / "split") != before
    undo(operation, reviewer)
    after = exported(tmp_path / "after")
    changed = {name for name in before.keys() | after.keys() if after.get(name) != before.get(name)}
    # The URL was public for a while, and a URL that was public redirects to its record permanently.
    assert changed == {"skills/containers.md", "checks/containers.md"}
    for name in changed:
        assert after[name].replace("formerly: [container-stacks]\n", "") == before[name]
    assert snapshot.build().redirects["skill", "container-stacks"] == "containers"
    change = Change.objects.get(revision=Revision.objects.first(), kind="skill", slug="container-stacks")
    assert (change.change, change.into, change.summary) == (
        "merged",
        "containers",
        "Container stacks is now part of Containers.",
    )


def test_undo_can_be_followed_by_the_same_split(reviewer, tmp_path):
    first = split(reviewer)
    done = exported(tmp_path / "split")
    undo(first, reviewer)
    split(reviewer)
    assert exported(tmp_path / "again") == done
    assert Skill.objects.filter(slug="container-stacks").count() == 1


def test_undo_is_refused_once_either_has_changed_or_is_named(reviewer):
    operation = split(reviewer)
    publish(resource_document("new-course", skills={"container-stacks": [0, 1]}))
    with pytest.raises(OperationRejected, match="there is no skill 'container-stacks'"):
        undo(operation, reviewer)
    document = record_store.documents_of("skill", [Skill.objects.get(slug="container-stacks")])[0]
    publish(replace(document, data={**document.data, "summary": "Another one."}))
    with pytest.raises(OperationRejected, match="skill container-stacks was changed since"):
        undo(operation, reviewer)


# Learners


def learner_named(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org")


@pytest.fixture
def learner() -> User:
    """A learner at level 2 with a check of level 1, two ticked units, an hour without a unit, and evidence."""
    learner, skill = learner_named("learner"), Skill.objects.get(slug="containers")
    services.assess(learner=learner, skill=skill, level=1, now=NOW - timedelta(days=9))
    services.pass_check(learner=learner, skill=skill, level=1, now=NOW - timedelta(days=8))
    services.assess(learner=learner, skill=skill, level=2, now=NOW - timedelta(days=7))
    day = {"on": TODAY, "now": NOW - timedelta(hours=5)}
    services.log_study(learner=learner, minutes=60, skill=skill, **day)
    for level, key in ((1, "first-image"), (2, "a-stack")):
        services.tick_unit(learner=learner, skill=skill, level=level, key=key, now=NOW - timedelta(hours=4), minutes=30)
    services.add_evidence(learner=learner, skill=skill, text="A stack.", url="", now=NOW - timedelta(hours=3))
    return learner


def standing(learner: User) -> dict[str, tuple]:
    skills = learner_state(learner, snapshot=snapshot.current(), now=NOW).skills
    return {slug: (known.level, known.checked_to, known.total_minutes) for slug, known in skills.items()}


@pytest.mark.parametrize(
    ("history", "old", "new"),
    [
        (SplitHistory(), (2, 1, 90), (2, 1, 30)),
        (SplitHistory(levels=STAYS), (2, 1, 90), (0, 0, 30)),
        (SplitHistory(levels=GOES), (0, 0, 90), (2, 1, 30)),
        (SplitHistory(levels=GOES, sessions=GOES, evidence=GOES), (0, 0, 30), (2, 1, 90)),
    ],
)
def test_levels_and_time_go_where_it_is_said_and_come_back(reviewer, learner, history, old, new):
    other, linux = learner_named("other"), Skill.objects.get(slug="linux")
    services.assess(learner=other, skill=linux, level=3, now=NOW)
    exports, before = (said(learner), said(other)), standing(learner)
    learner.progress.refresh_from_db()
    version = learner.progress.version
    operation = split(reviewer, history)
    assert standing(learner) == {"containers": old, "container-stacks": new}
    learner.progress.refresh_from_db()
    assert learner.progress.version == version + 1
    stacks = Skill.objects.get(slug="container-stacks")
    assert [tick.key for tick in learner.unitticks.filter(skill=stacks)] == ["a-stack"]
    assert learner.evidences.filter(skill=stacks).count() == (1 if history.evidence == GOES else 0)
    rows = list(LearnerSkill.objects.order_by("pk").values())
    for skill in Skill.objects.filter(slug__startswith="container"):
        services.recompute_skill(learner=learner, skill=skill)
    assert list(LearnerSkill.objects.order_by("pk").values()) == rows  # recomputing each skill alone gives the same
    undo(operation, reviewer)
    assert standing(learner) == before
    assert (said(learner), said(other)) == exports


def test_history_says_what_was_done_once(reviewer, learner):
    done = [len(day.assessments) for day in page(learner, snapshot=snapshot.current()).days]
    split(reviewer)
    assert [len(day.assessments) for day in page(learner, snapshot=snapshot.current()).days] == done
    assert Assessment.objects.filter(learner=learner).count() == 6


def test_what_was_done_since_stays_and_counts_after_the_undo(reviewer, learner):
    operation = split(reviewer, SplitHistory(levels=GOES))
    stacks = Skill.objects.get(slug="container-stacks")
    services.assess(learner=learner, skill=stacks, level=4, now=NOW + timedelta(hours=1))
    services.log_study(learner=learner, minutes=45, skill=stacks, on=TODAY, now=NOW + timedelta(hours=2))
    assert standing(learner)["container-stacks"] == (4, 1, 75)
    undo(operation, reviewer)
    assert standing(learner) == {"containers": (4, 1, 165)}
    assert learner.studysessions.get(minutes=45).skill == stacks


def test_copied_level_can_be_undone_by_the_learner(reviewer, learner):
    operation = split(reviewer)
    latest = learner.assessments.filter(skill__slug="container-stacks").latest("pk")
    services.undo_assessment(learner=learner, assessment=latest, now=NOW + timedelta(hours=1))
    assert standing(learner)["container-stacks"][:2] == (1, 1)
    undo(operation, reviewer)
    assert standing(learner) == {"containers": (2, 1, 120)}


def test_what_was_done_on_a_merged_skill_goes_too(reviewer, learner):
    make_skill("podman")
    podman = Skill.objects.get(slug="podman")
    services.assess(learner=learner, skill=podman, level=3, now=NOW)
    do(plan_merge("skill", "podman", "containers"), reviewer)
    before, export = standing(learner), said(learner)
    operation = split(reviewer, SplitHistory(levels=GOES))
    assert standing(learner) == {"containers": (0, 0, 90), "container-stacks": (3, 1, 30)}
    undo(operation, reviewer)
    assert (standing(learner), said(learner)) == (before, export)


def test_learner_is_told_once_and_not_of_what_was_undone(reviewer, learner):
    def told() -> list[str]:
        state = learner_state(learner, snapshot=snapshot.current(), now=NOW)
        return [describe_notice(notice, state) for notice in changes_for(learner, state).notices]

    services.mark_changes_seen(learner=learner, revision=snapshot.current().revision)
    operation = split(reviewer)
    assert told() == [
        "Containers was split: Container stacks is now a skill of its own. Levels count for both. You are at level 2 there."
    ]
    undo(operation, reviewer)
    assert told() == []


def test_goal_and_milestone_that_changed_and_are_back_are_not_told(reviewer, learner):
    publish(role_document("mlops-engineer", requirements={"containers": (3, 4)}, milestones=["first-stack"]))
    role = Role.objects.get(slug="mlops-engineer")
    services.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=range(1, 8), now=NOW)
    services.mark_changes_seen(learner=learner, revision=snapshot.current().revision)

    def told() -> list[str]:
        state = learner_state(learner, snapshot=snapshot.current(), now=NOW)
        return [notice.summary for notice in changes_for(learner, state).notices]

    operation = split(reviewer)
    assert any("now asks for Container stacks" in said for said in told())
    undo(operation, reviewer)
    assert told() == []


def test_learner_who_saw_the_split_is_told_of_the_undoing(reviewer, learner):
    operation = split(reviewer)
    services.mark_changes_seen(learner=learner, revision=snapshot.current().revision)
    undo(operation, reviewer)
    state = learner_state(learner, snapshot=snapshot.current(), now=NOW)
    [notice] = changes_for(learner, state).notices
    assert describe_notice(notice, state) == "Container stacks is now part of Containers. Your level 2 counts there."


def test_unit_ticked_by_a_process_that_did_not_know_of_the_split_yet_follows_it(reviewer, learner, monkeypatch):
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 3600)
    plan, containers = plan_split(), Skill.objects.get(slug="containers")
    snapshot.current()  # from before the split
    operations.apply(plan.request, plan.digest, by=reviewer, now=NOW)
    services.tick_unit(learner=learner, skill=containers, level=2, key="volumes", now=NOW, minutes=20)
    assert [impact.repair_learner_skills(now=NOW + timedelta(minutes=minutes)) for minutes in (9, 1, 2)] == [0, 1, 0]
    snapshot.forget()
    assert standing(learner) == {"containers": (2, 1, 90), "container-stacks": (2, 1, 50)}
    about = {"text": "Volumes.", "minutes": 0, "type": "read"}
    UnitTick.objects.create(
        learner=learner, skill=containers, level=2, key="volumes", at=NOW, on=TODAY, **about
    )  # once more
    assert impact.repair_learner_skills(now=NOW + timedelta(minutes=3)) == 0  # there is nothing to move


def test_statements_do_not_grow_with_learners(reviewer):
    def counted(act) -> tuple[int, Operation]:
        with CaptureQueriesContext(connection) as captured:
            operation = act()
        return len(captured), operation

    numbers = []
    for people in (["a"], ["b", "c", "d", "e"]):
        for name in people:
            learner, skill = learner_named(name), Skill.objects.get(slug="containers")
            services.assess(learner=learner, skill=skill, level=2, now=NOW)
            services.tick_unit(learner=learner, skill=skill, level=2, key="a-stack", now=NOW)
        plan = plan_split()
        applied, operation = counted(lambda plan=plan: do(plan, reviewer))
        undone, _ = counted(lambda operation=operation: undo(operation, reviewer))
        numbers.append((applied, undone))
    first, second = numbers
    assert second[0] - first[0] <= 4  # the skill exists already and was merged before
    assert second[1] == first[1]


def test_load_of_the_pack_leaves_a_split_alone(pack_folder, reviewer):
    loading.load(pack_folder.root)
    resource = next(r for r in snapshot.current().resources.values() if "kubernetes" in r.skills)
    said_of_it = replace(
        SPLIT, units=(), effort=[5, 5, 5, 5], names=(), named_by={f"resource {resource.slug}": BOTH}, between=""
    )
    request = replace(request_of(said_of_it), slug="kubernetes", into="clusters", name="Clusters")
    do(operations.plan(request), reviewer)
    report = loading.load(pack_folder.root)
    assert (report.added, report.changed, report.merged) == ([], [], [])
    assert snapshot.build().skills["clusters"].name == "Clusters"
