import pytest

from guidance.catalog.search import MAX_QUERY
from tests.factories import make_guide, make_role, make_skill

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
