"""Search, the graph, and the changes since a revision."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from guidance.api.answers import state
from guidance.catalog import record_store, snapshot, writing
from guidance.catalog.models import Change, Redirect, Revision
from guidance.catalog.search import MAX_QUERY
from tests.factories import (
    fact_document,
    make_catalogue,
    make_guide,
    make_role,
    make_skill,
    publish,
    rename,
    resource_document,
    retire,
    role_document,
    skill_document,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    make_skill("kubernetes", name="Kubernetes", aliases=["k8s"])
    make_skill("retrieval-augmented-generation", name="Retrieval-augmented generation", aliases=["RAG"])
    make_role("ai-engineer", requirements={"kubernetes": (2, 3)})
    make_guide("daily-work", name="Daily work with Kubernetes")


def test_hits_have_the_shape_of_the_contract(get, catalogue):
    found = get("search/?q=k8s")
    assert (found["count"], len(found["results"])) == (1, 1)
    assert found["results"][0] == {
        "kind": "skill",
        "slug": "kubernetes",
        "name": "Kubernetes",
        "summary": "Do useful work with Kubernetes.",
        "url": "http://localhost:8000/skills/kubernetes/",
        "score": 10.0,
        "by": "name",
    }


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("kuberntes", "kubernetes"),
        ("k8s", "kubernetes"),
        ("retrieval augmented", "retrieval-augmented-generation"),
        ("RAG", "retrieval-augmented-generation"),
    ],
)
def test_the_right_skill_is_first(get, catalogue, q, first):
    assert get("search/", q=q)["results"][0]["slug"] == first


def test_hits_are_limited_to_a_kind_and_a_number(get, catalogue):
    assert {hit["kind"] for hit in get("search/", q="kubernetes")["results"]} == {"skill", "guide"}
    assert {hit["kind"] for hit in get("search/", q="kubernetes", kind="guide")["results"]} == {"guide"}
    assert get("search/", q="kubernetes", limit=1)["count"] == 1


@pytest.mark.parametrize("q", ["", "   ", "!!!", "'\"\\", "& | ! :*", "%", "\U0001f600", "�"])
def test_a_query_without_words_finds_nothing(get, catalogue, q):
    assert get("search/", q=q) == {"count": 0, "results": []}


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({}, "q"),
        ({"q": "x" * (MAX_QUERY + 1)}, "q"),
        ({"q": "a\0b"}, "q"),
        ({"q": "x", "kind": "fact"}, "kind"),
        ({"q": "x", "limit": "0"}, "limit"),
        ({"q": "x", "limit": "51"}, "limit"),
    ],
)
def test_a_wrong_value_is_refused(get, parameters, name):
    assert set(get("search/", 400, **parameters)["errors"]) == {name}


def test_what_the_snapshot_does_not_know_is_left_out(client, catalogue):
    from guidance.catalog import search, snapshot
    from guidance.catalog.models import Skill

    snapshot.current()
    skill = Skill.objects.create(slug="helm", name="Helm", area_id=Skill.objects.first().area_id, kind="tool")
    search.index("skill", {skill.pk: ["Helm"]})
    assert client.get("/api/v1/search/?q=helm").json() == {"count": 0, "results": []}


def test_the_graph_has_the_shape_of_the_contract(get):
    make_skill("python", kind="tool")
    make_skill("agents", area="generative-ai", horizon="emerging", prerequisites={"rag": 3, "python": 2})
    assert get("graph/") == {
        "revision": snapshot.current().revision,
        "nodes": [
            {
                "slug": "python",
                "name": "Python",
                "area": "programming",
                "kind": "tool",
                "horizon": "core",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
            {
                "slug": "rag",
                "name": "Rag",
                "area": "programming",
                "kind": "concept",
                "horizon": "core",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
            {
                "slug": "agents",
                "name": "Agents",
                "area": "generative-ai",
                "kind": "concept",
                "horizon": "emerging",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
        ],
        "edges": [
            {"skill": "agents", "requires": "rag", "level": 3},
            {"skill": "agents", "requires": "python", "level": 2},
        ],
    }


def test_an_empty_catalogue_has_an_empty_graph(get):
    assert get("graph/") == {"revision": 0, "nodes": [], "edges": []}


def publish_unseen(document):
    """Publish without telling this process, as another process does."""
    with transaction.atomic():
        record_store.commit(writing.write([document], {}), source="pack")


def moments():
    return {
        number: at.isoformat().replace("+00:00", "Z") for number, at in Revision.objects.values_list("number", "at")
    }


def test_changes_have_the_shape_of_the_contract(get):
    Redirect.objects.create(kind="skill", slug="k8s", record_id=make_skill("kubernetes").pk)
    start = snapshot.current().revision
    rag = make_skill("rag")
    retire(rag)
    merged = Revision.objects.create(number=start + 3)
    Change.objects.create(revision=merged, kind="skill", slug="k8s", change="merged", into="kubernetes", summary="same")
    snapshot.forget()
    at = moments()
    found = get("changes/", since=start)
    summaries = list(
        Change.objects.filter(revision__gt=start).order_by("revision_id").values_list("summary", flat=True)
    )
    assert found == {
        "revision": start + 3,
        "state": state(snapshot.current()),
        "restart": False,
        "next": None,
        "results": [
            {
                "revision": start + 1,
                "at": at[start + 1],
                "kind": "skill",
                "slug": "rag",
                "change": "published",
                "summary": summaries[0],
            },
            {
                "revision": start + 2,
                "at": at[start + 2],
                "kind": "skill",
                "slug": "rag",
                "change": "retired",
                "summary": summaries[1],
            },
            {
                "revision": start + 3,
                "at": at[start + 3],
                "kind": "skill",
                "slug": "k8s",
                "change": "merged",
                "into": "kubernetes",
                "summary": "same",
            },
        ],
    }


def test_everything_is_told_from_the_start(get):
    make_catalogue(12)
    found = get("changes/")
    assert len(found["results"]) == Change.objects.count()
    assert found["revision"] == snapshot.current().revision == get("graph/")["revision"]


def test_what_goes_on_is_followed_to_the_end(get):
    make_catalogue(12)
    make_skill("late")
    whole = get("changes/")["results"]
    path, told, answers = "changes/?limit=7", [], 0
    while path:
        answer = get(path)
        assert len(answer["results"]) <= 7
        told += answer["results"]
        answers += 1
        path = answer["next"] and answer["next"].removeprefix("http://localhost:8000/api/v1/")
    assert told == whole
    assert answers == -(-len(whole) // 7)


@pytest.mark.parametrize("ahead", [0, 1, 10**6, 2**63 - 1])
def test_nothing_comes_after_the_newest_revision_and_one_from_the_future_is_told(get, ahead):
    make_skill("python")
    newest = snapshot.current()
    since = min(newest.revision + ahead, 2**63 - 1)
    assert get("changes/", since=since) == {
        "revision": newest.revision,
        "state": state(newest),
        "restart": ahead > 0,
        "next": None,
        "results": [],
    }


def test_a_copy_of_another_history_has_to_start_again(get):
    make_skill("python")
    first = snapshot.current()
    make_skill("sql")
    assert not get("changes/", since=first.revision, state=state(first))["restart"]
    assert get("changes/", since=first.revision, state=f"{first.key}-00000000")["restart"], "made by another release"
    Revision.objects.filter(number=first.revision).update(at=timezone.now())
    snapshot.forget()
    assert get("changes/", since=first.revision, state=state(first))["restart"], "the database was restored"


def test_a_process_that_lags_looks_again_when_it_is_asked_for_what_it_does_not_know(get):
    make_skill("python")
    old = snapshot.current()
    publish_unseen(skill_document("sql"))
    assert snapshot.current() is old
    assert not get("changes/", since=old.revision + 1)["restart"]
    assert snapshot.current().revision == old.revision + 1


def test_a_renamed_record_leaves_its_old_slug_behind(get):
    skill = make_skill("k8s", name="Kubernetes")
    start = snapshot.current().revision
    rename(skill, "kubernetes")
    found = {
        (change["slug"], change["change"], change.get("into")) for change in get("changes/", since=start)["results"]
    }
    assert found == {("k8s", "merged", "kubernetes"), ("kubernetes", "updated", None)}


def test_what_a_record_shows_of_others_counts_as_a_change_of_it(get):
    fact = fact_document("growth")
    publish(fact, role_document("ai-engineer", facts=["growth"]), resource_document("docs", skills={"python": [0, 2]}))
    make_skill("untouched")
    first = snapshot.current()
    before = {path: get(path)["updated_at"] for path in ("roles/ai-engineer/", "skills/python/", "skills/untouched/")}
    publish(replace(fact, data={**fact.data, "statement": "It grew."}))
    publish(resource_document("docs", name="The documentation", skills={"python": [0, 2]}))
    listed = [
        (change["kind"], change["slug"], change["change"])
        for change in get("changes/", since=first.revision)["results"]
    ]
    assert sorted(listed) == [
        ("fact", "growth", "updated"),
        ("resource", "docs", "updated"),
        ("role", "ai-engineer", "updated"),
        ("skill", "python", "updated"),
    ]
    after = {path: get(path)["updated_at"] for path in before}
    assert after["roles/ai-engineer/"] > before["roles/ai-engineer/"]
    assert after["skills/python/"] > before["skills/python/"]
    assert after["skills/untouched/"] == before["skills/untouched/"]
    assert [skill["slug"] for skill in get("skills/", updated_since=after["skills/python/"])["results"]] == ["python"]


def test_an_empty_catalogue_has_no_changes(get):
    found = get("changes/")
    assert (found["revision"], found["restart"], found["results"]) == (0, False, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "-1"),
        ("since", "yesterday"),
        ("since", ""),
        ("since", "NaN"),
        ("since", str(2**63)),
        ("since", "9" * 30),
        ("state", "a b"),
        ("limit", "0"),
        ("limit", "1001"),
        ("cursor", "1"),
        ("cursor", "1-2-3"),
        ("cursor", "2026-11-27_5"),
        ("cursor", "-1-2"),
        ("cursor", f"{2**64}-1"),
    ],
)
def test_a_wrong_parameter_of_changes_is_refused(get, name, value):
    assert set(get("changes/", 400, **{name: value})["errors"]) == {name}
