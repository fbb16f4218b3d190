import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import loading, pack, record_store, snapshot
from guidance.catalog.documents import render
from guidance.catalog.models import RECORD_MODELS, Change, Redirect, Resource, Revision, Role, Skill, Version
from guidance.curation import impact, operations, proposals
from guidance.curation.differences import differences
from guidance.curation.models import Operation, Proposal
from guidance.curation.operations import OperationRejected, plan_merge, plan_rename, plan_retire
from guidance.progress import learner_state, services
from tests import factories
from tests.curation.merges import NOW, do, exported, many_learners, merge, publish_dockers, said, undo
from tests.factories import (
    guide_document,
    industry_document,
    project_document,
    publish,
    resource_document,
    role_document,
    skill_document,
    starting_point_document,
)

pytestmark = pytest.mark.django_db
LEARNERS = 1_000


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_user("reviewer@example.org", is_staff=True)


@pytest.fixture
def catalogue() -> None:
    publish_dockers()


def data(kind: str, slug: str) -> dict:
    return record_store.documents_of(kind, [RECORD_MODELS[kind].objects.get(slug=slug)])[0].data


# What a merge does


def test_plan_reads_only(catalogue):
    before = Version.objects.count(), Revision.objects.count()
    plan_merge("skill", "docker-compose", "docker")
    assert (Version.objects.count(), Revision.objects.count(), Operation.objects.count()) == (*before, 0)


def test_plan_says_what_is_written_word_for_word(catalogue, reviewer):
    plan = plan_merge("skill", "docker-compose", "docker")
    assert not plan.problems
    do(plan, reviewer)
    for one in plan.changes:
        record = RECORD_MODELS[one.after.kind].objects.get(pk=one.record_id)
        written = Version.objects.filter(kind=one.after.kind, record_id=one.record_id).latest("number").document
        assert render(one.after) == render(record_store.documents_of(record.KIND, [record])[0]) == written
        assert differences(one.before, one.after)


def test_merge_repoints_all_that_names_it_and_keeps_the_higher(catalogue, reviewer):
    merge(reviewer)
    assert data("skill", "kubernetes")["prerequisites"] == {"docker": 2}
    assert data("skill", "helm")["prerequisites"] == {"docker": 1, "kubernetes": 1}
    assert data("resource", "docs")["skills"] == {"docker": [0, 3]}
    assert data("resource", "course")["skills"] == {"docker": [0, 2]}
    assert data("role", "mlops-engineer")["requirements"] == {
        "docker": {"level": 3, "importance": 5},
        "linux": {"level": 2, "importance": 1},
        "kubernetes": {"level": 2, "importance": 3},
    }
    assert data("role", "data-engineer")["requirements"] == {"docker": {"level": 1, "importance": 4}}
    assert [(e["skill"], e["weight"]) for e in data("industry", "finance")["emphases"]] == [("docker", 1)]
    assert data("project", "stack")["proves"] == {"docker": 3}
    assert data("starting-point", "operator")["levels"] == {"docker": 2}
    kubernetes, guide = Skill.objects.get(slug="kubernetes"), RECORD_MODELS["guide"].objects.get(slug="daily-work")
    assert "(/skills/docker/#levels)" in kubernetes.body
    assert "[this](/skills/docker/) and [that](/skills/docker/)" in guide.body


def test_merge_takes_over_names_identifiers_and_addresses(catalogue, reviewer):
    merge(reviewer)
    docker = data("skill", "docker")
    assert docker["aliases"] == [
        "Moby",
        "Docker Compose",
        "Compose",
        {"name": "DC", "needs": ["container"]},
    ]
    assert docker["external"] == {"esco": ["e:1", "e:2"], "onet": ["o:1"]}
    assert docker["prerequisites"] == {"linux": 1}
    assert docker["formerly"] == ["docker-compose", "fig"]
    redirects = snapshot.build().redirects
    assert redirects["skill", "docker-compose"] == redirects["skill", "fig"] == "docker"
    assert Change.objects.get(slug="docker-compose", change="merged").summary == "Docker Compose is now part of Docker."
    assert data("skill", "docker-compose")["status"] == "retired"


def test_merge_is_news_for_what_named_both_and_not_for_what_named_one(catalogue, reviewer):
    operation = merge(reviewer)
    changes = Change.objects.filter(revision=operation.revision).exclude(slug__startswith="docker")
    told = set(changes.filter(matters=True).values_list("kind", "slug"))
    assert told == {
        ("skill", "kubernetes"),
        ("role", "mlops-engineer"),
        ("industry", "finance"),
        ("starting-point", "operator"),
    }
    assert {("skill", "helm"), ("role", "data-engineer")} <= set(changes.values_list("kind", "slug")) - told


def test_merge_leaves_no_link_to_itself_in_the_record_that_stays(catalogue, reviewer):
    body = "More than [Compose, in short](/skills/docker-compose/#levels), on [Linux](/skills/linux/).\n"
    publish(skill_document("docker", body, name="Docker", prerequisites={"linux": 1}))
    merge(reviewer)
    assert Skill.objects.get(slug="docker").body == "More than Compose, in short, on [Linux](/skills/linux/).\n"


def test_export_after_a_merge_is_a_pack_without_problems(catalogue, reviewer, tmp_path):
    merge(reviewer)
    exported(tmp_path / "pack")
    problems = {problem.message for problem in pack.validate(pack.read(tmp_path / "pack"))}
    assert problems <= {
        "no resource names this skill",
        "summary is missing",
    }  # the same as before, about what the test leaves out


def test_merge_is_in_the_records_history_with_its_author(catalogue, reviewer):
    operation = merge(reviewer)
    assert (operation.what, operation.slug, operation.into, operation.by) == (
        "merge",
        "docker-compose",
        "docker",
        reviewer,
    )
    assert operation.revision == Revision.objects.first().number
    version = Version.objects.filter(slug="kubernetes").latest("number")
    assert (version.source, version.author) == ("follows", reviewer)


@pytest.mark.parametrize(
    ("kind", "documents"),
    [
        (
            "resource",
            [resource_document("one"), resource_document("two", skills={"python": [1, 3]})],
        ),
        (
            "role",
            [
                role_document("one", neighbours=[{"role": "two", "difference": "Less."}]),
                role_document("two"),
                role_document(
                    "three", neighbours=[{"role": "one", "difference": "A."}, {"role": "two", "difference": "B."}]
                ),
            ],
        ),
        ("industry", [industry_document("one"), industry_document("two"), project_document(industries=["one", "two"])]),
        ("project", [project_document("one"), project_document("two"), guide_document(body="[One](/projects/one/)\n")]),
        (
            "area",
            [
                factories.area_document("one", letter="X"),
                factories.area_document("two", letter="Y"),
                skill_document("s", area="one"),
            ],
        ),
        (
            "fact",
            [factories.fact_document("one"), factories.fact_document("two"), guide_document(facts=["one", "two"])],
        ),
        ("guide", [guide_document("one"), guide_document("two", "[One](/guides/one/)\n")]),
        ("question", [factories.question_document("one"), factories.question_document("two")]),
        ("starting-point", [starting_point_document("one"), starting_point_document("two")]),
    ],
)
def test_merge_works_for_every_kind_and_back(kind, documents, reviewer, tmp_path):
    publish(*documents)
    before = exported(tmp_path / "before")
    operation = do(plan_merge(kind, "one", "two"), reviewer)
    catalogue = snapshot.build()
    assert catalogue.redirects[kind, "one"] == "two"
    assert not any((kind, "one") == (k, s) for d in everything() for _, k, s in d.references() if d.slug != "one")
    undo(operation, reviewer)
    assert exported(tmp_path / "after") == before


def everything():
    return [
        d for kind, model in RECORD_MODELS.items() for d in record_store.documents_of(kind, list(model.objects.all()))
    ]


def test_neighbour_keeps_what_was_said_of_the_one_that_stays(reviewer):
    publish(
        role_document("one"),
        role_document("two"),
        role_document("three", neighbours=[{"role": "one", "difference": "A."}, {"role": "two", "difference": "B."}]),
    )
    do(plan_merge("role", "one", "two"), reviewer)
    assert data("role", "three")["neighbours"] == [{"role": "two", "difference": "B."}]


# What cannot be done


def test_merge_that_would_make_a_cycle_is_refused_and_spelled_out(reviewer):
    publish(
        skill_document("a"),
        skill_document("b", prerequisites={"x": 1}),
        skill_document("x", prerequisites={"a": 1}),
    )
    plan = plan_merge("skill", "a", "b")
    assert plan.problems == ["skill b: a prerequisite cycle: b needs x needs b"]
    with pytest.raises(OperationRejected):
        do(plan, reviewer)
    assert snapshot.build().skills["x"].prerequisites == {"a": 1}


@pytest.mark.parametrize(
    ("slug", "into", "says"),
    [
        ("docker", "docker", "cannot be merged into itself"),
        ("docker", "nothing", "“nothing” is not published"),
        ("nothing", "docker", "does not exist"),
        ("docker", "unfinished", "“unfinished” is not published"),
        ("unfinished", "docker", "“unfinished” is not published"),
    ],
)
def test_merge_of_what_is_not_there_is_refused(catalogue, slug, into, says):
    factories.make_skill("unfinished", status="draft")
    [objection] = plan_merge("skill", slug, into).problems
    assert says in objection


def test_merge_waits_for_a_change_of_the_record_that_is_under_way(catalogue, reviewer):
    record = Skill.objects.get(slug="docker-compose")
    document = record_store.documents_of("skill", [record])[0]
    reviewer.is_superuser = True
    proposals.propose(
        [type(document)("skill", document.slug, {**document.data, "summary": "New."}, document.body)], author=reviewer
    )
    [objection] = plan_merge("skill", "docker-compose", "docker").problems
    assert "has an open proposal" in objection
    plan = plan_merge("skill", "docker", "docker-compose")
    assert [proposal.slug for proposal in plan.waiting] == ["docker-compose"]


def test_apply_refuses_what_was_not_shown(catalogue, reviewer):
    plan = plan_merge("skill", "docker-compose", "docker")
    publish(skill_document("helm", summary="Another one.", prerequisites={"docker-compose": 1, "kubernetes": 1}))
    with pytest.raises(OperationRejected, match="has changed since"):
        do(plan, reviewer)
    assert not Operation.objects.exists()


def test_same_merge_twice_is_done_once(catalogue, reviewer):
    plan = plan_merge("skill", "docker-compose", "docker")
    do(plan, reviewer)
    with pytest.raises(OperationRejected, match="already been merged into another record"):
        do(plan, reviewer)
    assert Operation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_merge_in_parallel_is_done_once(catalogue, reviewer):
    plan = plan_merge("skill", "docker-compose", "docker")
    done, refused = [], []
    barrier = threading.Barrier(4)

    def act() -> None:
        barrier.wait()
        try:
            done.append(operations.apply(plan.request, plan.digest, by=reviewer, now=NOW))
        except OperationRejected as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused), Operation.objects.count()) == (1, 3, 1)
    assert Change.objects.filter(change="merged").count() == 1


# Undo


def test_undo_puts_everything_back_byte_for_byte(catalogue, reviewer, tmp_path):
    before, slugs = exported(tmp_path / "before"), dict(snapshot.build().redirects)
    operation = merge(reviewer)
    assert exported(tmp_path / "merged") != before
    undone = undo(operation, reviewer)
    assert exported(tmp_path / "after") == before
    assert dict(snapshot.build().redirects) == slugs
    assert (undone.undone_by, undone.undone_at, undone.undone_revision) == (
        reviewer,
        NOW,
        Revision.objects.first().number,
    )
    change = Change.objects.get(revision=undone.undone_revision, slug="docker-compose")
    assert (change.change, change.summary) == ("published", "Docker Compose is a separate record again.")


def test_undo_leaves_the_former_slugs_of_other_kinds_alone(catalogue, reviewer):
    role = Role.objects.get(slug="mlops-engineer")
    Redirect.objects.create(kind="role", slug="fig", record_id=role.pk)  # also a former slug of Docker Compose
    undo(merge(reviewer), reviewer)
    assert Redirect.objects.get(kind="role", slug="fig").record_id == role.pk


def test_proposal_of_before_goes_on_after_the_undo_and_one_of_between_is_outdated(catalogue, reviewer):
    def proposed(slug: str) -> Proposal:
        skill = RECORD_MODELS["skill"].objects.get(slug=slug)
        document = record_store.documents_of("skill", [skill])[0]
        document = replace(document, data={**document.data, "summary": "Mine."})
        return proposals.propose([document], author=reviewer, submit=True)[0]

    def waiting() -> list[bool]:
        rows = Proposal.objects.with_newest().order_by("pk")
        return [proposals.is_outdated(row) for row in (*rows, *Proposal.objects.order_by("pk"))]

    proposed("helm")
    operation = merge(reviewer)
    assert waiting() == [True] * 2
    undo(operation, reviewer)
    assert waiting() == [False] * 2
    again = merge(reviewer)
    Proposal.objects.all().delete()
    proposed("helm")
    undo(again, reviewer)
    assert waiting() == [True] * 2


def test_undo_can_be_followed_by_the_same_merge(catalogue, reviewer, tmp_path):
    first = merge(reviewer)
    merged = exported(tmp_path / "merged")
    undo(first, reviewer)
    merge(reviewer)
    assert exported(tmp_path / "again") == merged


def test_undo_is_refused_with_the_list_of_what_changed_since(catalogue, reviewer):
    operation = merge(reviewer)
    publish(skill_document("helm", summary="Another one.", prerequisites={"docker": 1, "kubernetes": 1}))
    factories.rename(Role.objects.get(slug="data-engineer"), "data-plumber")
    with pytest.raises(OperationRejected) as refused:
        undo(operation, reviewer)
    assert refused.value.problems == [
        "skill helm was changed since: version 3 came after 2.",
        "role data-engineer was changed since: version 3 came after 2.",
    ]
    assert Operation.objects.get().undone_at is None


def test_undo_leaves_what_came_since_and_was_not_touched(catalogue, reviewer):
    operation = merge(reviewer)
    publish(skill_document("swarm", prerequisites={"helm": 1}), skill_document("linux", prerequisites={"yaml": 1}))
    undo(operation, reviewer)
    found = snapshot.current().skills
    assert (found["swarm"].prerequisites, found["linux"].prerequisites) == ({"helm": 1}, {"yaml": 1})
    assert found["helm"].prerequisites == {"docker-compose": 1, "kubernetes": 1}


def test_undo_is_refused_when_a_name_is_taken_by_now(reviewer):
    publish(skill_document("one", name="One"))
    operation = do(plan_retire("skill", "one"), reviewer)
    publish(skill_document("another", name="ONE"))
    with pytest.raises(OperationRejected, match="is already the name of skill one"):
        undo(operation, reviewer)


def test_undo_that_would_make_a_cycle_is_refused(reviewer):
    publish(
        skill_document("p"),
        skill_document("a", prerequisites={"p": 1}),
        skill_document("b"),
        skill_document("x", prerequisites={"a": 1}),
    )
    operation = do(plan_merge("skill", "a", "b"), reviewer)
    publish(skill_document("p", prerequisites={"x": 1}))
    with pytest.raises(OperationRejected, match="a prerequisite cycle"):
        undo(operation, reviewer)


def test_undo_twice_is_refused(catalogue, reviewer):
    operation = merge(reviewer)
    undo(operation, reviewer)
    with pytest.raises(OperationRejected, match="already undone"):
        undo(operation, reviewer)


# Rename and retire


def test_rename_follows_in_every_document_and_keeps_the_old_name(catalogue, reviewer, tmp_path):
    before = exported(tmp_path / "before")
    operation = do(plan_rename("skill", "docker-compose", "compose", "Compose file"), reviewer)
    assert data("skill", "compose") | {"name": "Compose file"} == data("skill", "compose")
    assert data("skill", "compose")["aliases"][-1] == "Docker Compose"
    assert data("skill", "compose")["formerly"] == ["docker-compose", "fig"]
    assert data("role", "data-engineer")["requirements"] == {"compose": {"level": 1, "importance": 4}}
    assert "(/skills/compose/#levels)" in Skill.objects.get(slug="kubernetes").body
    assert snapshot.build().redirects["skill", "docker-compose"] == "compose"
    newest = record_store.latest("role")[("role", Role.objects.get(slug="data-engineer").pk)]
    assert "compose: {" in newest.document
    assert [change.slug for change in Change.objects.filter(revision=operation.revision, matters=True)] == ["compose"]
    undo(operation, reviewer)
    after = exported(tmp_path / "after")
    # The URL was public for a while, and a URL that was public redirects to its record permanently.
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"skills/docker-compose.md"}
    name = "skills/docker-compose.md"
    assert after[name] == before[name].replace("formerly: [fig]", "formerly: [compose, fig]")


def test_rename_by_name_only_is_undone_byte_for_byte(catalogue, reviewer, tmp_path):
    before = exported(tmp_path / "before")
    operation = do(plan_rename("skill", "docker", "docker", "Docker Engine", keep_name=False), reviewer)
    assert (data("skill", "docker")["name"], data("skill", "docker")["aliases"]) == ("Docker Engine", ["Moby"])
    undo(operation, reviewer)
    assert exported(tmp_path / "after") == before


@pytest.mark.parametrize(
    ("slug", "name", "says"),
    [
        ("Docker", "Docker", "cannot be a slug"),
        ("map", "Docker", "cannot be a slug"),
        ("linux", "Docker", "slug of another record"),
        ("fig", "Docker", "is a former slug of another record"),
        ("docker", "Docker", "already its name"),
        ("docker", " ", "A name has"),
        ("docker", "Compose", "is already the name of skill docker"),
    ],
)
def test_rename_to_what_cannot_be_is_refused(catalogue, slug, name, says):
    assert any(says in objection for objection in plan_rename("skill", "docker", slug, name).problems)


def test_retire_takes_it_out_of_everything_and_what_is_only_about_it_with_it(catalogue, reviewer, tmp_path):
    publish(
        skill_document("kubernetes", prerequisites={"docker-compose": 2, "docker": 1}),
        guide_document("daily-work"),
        role_document("data-engineer", requirements={"docker-compose": (1, 4), "linux": (1, 1)}),
    )
    before = exported(tmp_path / "before")
    operation = do(plan_retire("skill", "docker-compose"), reviewer)
    catalogue = snapshot.build()
    assert ("skill", "docker-compose") in catalogue.gone
    assert catalogue.skills["kubernetes"].prerequisites == {"docker": 1}
    assert "course" not in catalogue.resources
    assert catalogue.resources["docs"].skills == {"docker": (1, 2)}
    assert list(catalogue.roles["data-engineer"].requirements) == ["linux"]
    undo(operation, reviewer)
    assert exported(tmp_path / "after") == before


def test_retire_is_refused_where_it_is_linked_or_all_that_there_is(catalogue):
    objections = plan_retire("skill", "docker-compose").problems
    assert "role data-engineer: requirements is missing" in objections
    assert "guide daily-work: the link /skills/docker-compose/ leads nowhere" in objections


def test_retire_with_a_successor_is_a_merge(catalogue):
    assert plan_retire("skill", "docker-compose", "docker") == plan_merge("skill", "docker-compose", "docker")


# Learners


def learner_state_of(user: User):
    return learner_state.learner_state(user, snapshot=snapshot.current(), now=NOW)


def test_thousand_learners_keep_levels_sessions_and_plans_and_have_them_back(catalogue, reviewer, tmp_path):
    users = many_learners(LEARNERS)
    sample = users[:: LEARNERS // 4]
    states = {user.pk: learner_state_of(user) for user in sample}
    plans = {user.pk: states[user.pk].goal_state.plan for user in sample}
    exports, before = {user.pk: said(user) for user in sample}, exported(tmp_path / "before")
    plan = plan_merge("skill", "docker-compose", "docker")
    assert dict(plan.impact.rows) == {
        "a level": LEARNERS,
        "a level in both": LEARNERS,
        "study sessions": LEARNERS,
        "it pinned, skipped or put off in the plan": LEARNERS,
        "a goal whose plan may include it": LEARNERS,
    }
    operation = do(plan, reviewer)
    for user in sample:
        known = learner_state_of(user).skills
        old = states[user.pk].skills
        assert "docker-compose" not in known
        assert known["docker"].level == max(old["docker"].level, old["docker-compose"].level)
        assert known["docker"].total_minutes == 60
        assert learner_state_of(user).pin == ("docker",)
        assert "docker-compose" not in {step.skill for step in learner_state_of(user).goal_state.plan.steps}
        assert said(user) == exports[user.pk]
    undo(operation, reviewer)
    assert exported(tmp_path / "after") == before
    for user in sample:
        assert said(user) == exports[user.pk]
        assert learner_state_of(user).skills == states[user.pk].skills
        assert learner_state_of(user).goal_state.plan == plans[user.pk]


def test_queries_do_not_grow_with_learners(catalogue, reviewer):
    def counted(act) -> tuple[int, object]:
        with CaptureQueriesContext(connection) as captured:
            result = act()
        return len(captured), result

    plan_merge("skill", "docker-compose", "docker")
    numbers = []
    for number in (1, 50):
        many_learners(number) if number == 1 else User.objects.all().delete()
        if number > 1:
            reviewer = User.objects.create_user("reviewer@example.org")
            many_learners(number)
        planned, plan = counted(lambda: plan_merge("skill", "docker-compose", "docker"))
        applied, operation = counted(lambda plan=plan, by=reviewer: do(plan, by))
        undone, _ = counted(lambda operation=operation, by=reviewer: undo(operation, by))
        numbers.append((planned, applied, undone))
    assert numbers[0] == numbers[1]


def test_learner_who_wrote_meanwhile_stands_on_each_by_itself_again(catalogue, reviewer):
    [learner, other] = many_learners(2)
    one, two = Skill.objects.get(slug="docker-compose"), Skill.objects.get(slug="docker")
    untouched = said(other)
    operation = merge(reviewer)
    services.assess(learner=learner, skill=two, level=4, now=NOW + timedelta(hours=2))
    assert [row.skill_id for row in learner.learnerskills.all()] == [two.pk]
    undo(operation, reviewer)
    rows = {row.skill_id: (row.level, row.minutes, row.total_minutes) for row in learner.learnerskills.all()}
    assert rows == {one.pk: (1, 30, 30), two.pk: (4, 0, 30)}
    assert learner.assessments.count() == 3
    assert said(other) == untouched


def test_learner_whose_process_did_not_know_of_the_undoing_yet_is_settled_later(catalogue, reviewer, monkeypatch):
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 3600)  # a busy machine takes longer than a second for this
    [learner] = many_learners(1)
    one, two = Skill.objects.get(slug="docker-compose"), Skill.objects.get(slug="docker")
    operation = merge(reviewer)
    snapshot.current()  # from before the undo
    operations.undo(operation, by=reviewer, now=NOW)
    services.assess(learner=learner, skill=two, level=4, now=NOW + timedelta(hours=2))
    assert [row.skill_id for row in learner.learnerskills.all()] == [two.pk]
    assert [impact.repair_learner_skills(now=NOW + timedelta(minutes=minutes)) for minutes in (9, 1, 2)] == [0, 1, 0]
    assert {row.skill_id: row.level for row in learner.learnerskills.all()} == {one.pk: 1, two.pk: 4}
    snapshot.forget()
    merge(reviewer)
    services.assess(learner=learner, skill=two, level=2, now=NOW + timedelta(hours=3))
    assert impact.repair_learner_skills(now=NOW + timedelta(minutes=3)) == 0  # merged again, and it stays so


def test_undo_keeps_apart_what_was_one_before(catalogue, reviewer):
    """Fig was part of Docker Compose before that became part of Docker."""
    fig = factories.make_skill("fig-tool")
    do(plan_merge("skill", "fig-tool", "docker-compose"), reviewer)
    [learner] = many_learners(1)
    services.assess(learner=learner, skill=fig, level=4, now=NOW + timedelta(hours=1))
    operation = merge(reviewer)
    assert learner_state_of(learner).levels["docker"] == 4
    undo(operation, reviewer)
    levels = {slug: known.level for slug, known in learner_state_of(learner).skills.items()}
    assert levels == {"docker-compose": 4, "docker": 1}


def test_load_of_the_pack_leaves_a_merge_alone(pack_folder, reviewer):
    loading.load(pack_folder.root)
    do(plan_merge("skill", "kubernetes", "celery"), reviewer)
    report = loading.load(pack_folder.root)
    assert (report.added, report.changed, report.merged) == ([], [], [])
    # Records that only refer to it by its other name were not edited by anyone.
    assert sorted(report.kept) == ["skill/celery", "skill/kubernetes"]


def test_pack_still_corrects_what_a_merge_or_a_renaming_only_touched(pack_folder, reviewer):
    loading.load(pack_folder.root)
    do(plan_merge("skill", "kubernetes", "celery"), reviewer)
    do(plan_rename("skill", "django", "django-web", "Django"), reviewer)
    pack_folder.edit("resources/documentation.md", "name: ", "name: New ")
    report = loading.load(pack_folder.root)
    assert (report.changed, report.held) == (["resource/documentation"], {})
    assert sorted(report.kept) == ["skill/celery", "skill/django", "skill/kubernetes"]
    resource = Resource.objects.get()
    assert resource.name.startswith("New ")
    assert set(resource.skills.values_list("slug", flat=True)) == {"python", "django-web", "celery"}


def test_what_a_curator_wrote_is_kept_although_the_record_follows_another_since(pack_folder, reviewer):
    loading.load(pack_folder.root)
    resource = Resource.objects.get()
    Resource.objects.update(name="By hand")
    resource.refresh_from_db()
    record_store.commit([resource], source="curator")
    do(plan_rename("skill", "django", "django-web", "Django"), reviewer)
    assert "resource/documentation" in loading.load(pack_folder.root).kept
    assert Resource.objects.get().name == "By hand"


def test_undone_merge_leaves_nothing_that_the_pack_cannot_correct(pack_folder, reviewer):
    loading.load(pack_folder.root)
    undo(do(plan_merge("skill", "kubernetes", "celery"), reviewer), reviewer)
    pack_folder.edit(
        "roles/web-developer.md", "kubernetes: {level: 1, importance: 2}", "kubernetes: {level: 2, importance: 2}"
    )
    assert loading.load(pack_folder.root).changed == ["role/web-developer"]


def test_resource_of_the_merged_one_stays_reachable(catalogue, reviewer):
    do(plan_merge("resource", "course", "docs"), reviewer)
    catalogue = snapshot.current()
    assert len(catalogue.ids["resource", "docs"]) == 2
    assert Resource.objects.get(slug="course").status == "retired"
