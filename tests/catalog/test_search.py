import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.catalog import loading, search, versions
from guidance.catalog.models import Kind, SearchEntry, Skill, Status, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(pack_folder):
    pack_folder.edit("skills/kubernetes.md", "- kubernetes language", "- k8s")
    pack_folder.skill("retrieval-augmented-generation", "Retrieval-augmented generation")
    pack_folder.edit(
        "resources/documentation.md", "kubernetes: [0, 2]", "kubernetes: [0, 2], retrieval-augmented-generation: [0, 2]"
    )
    pack_folder.edit("skills/python.md", "in a few words.", "also reaches a kubernetes cluster and retrieval.")
    loading.load(pack_folder.root)
    return pack_folder


def first(query: str) -> str:
    return search.search(query)[0].slug


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("k8s", "kubernetes"),
        ("K8S ", "kubernetes"),
        ("kubernetes", "kubernetes"),
        ("kuberntes", "kubernetes"),
        ("kubernets", "kubernetes"),
        ("kube", "kubernetes"),
        ("retrieval augmented", "retrieval-augmented-generation"),
        ("augmented retr", "retrieval-augmented-generation"),
        ("xpython", "python"),
        ("healthcare", "healthcare"),
        ("web devel", "web-developer"),
    ],
)
def test_search_finds_first(loaded, query, slug):
    assert first(query) == slug


def test_search_prefers_a_name_to_a_mention(loaded):
    hits = search.search("kubernetes")
    assert [hit.slug for hit in hits if hit.kind == Kind.SKILL] == ["kubernetes", "python"]
    assert (hits[0].by, hits[1].by) == ("name", "words")


def test_search_of_one_kind(loaded):
    assert {hit.kind for hit in search.search("web", kinds=frozenset({Kind.ROLE}))} == {Kind.ROLE}


@pytest.mark.parametrize(
    "query", ["", "   ", "\0", "zzzzqqq", "' OR 1=1 --", "a & b | !c", "((((", ":*", "\\", "%", "ß" * 500]
)
def test_search_of_nothing_findable_is_empty_or_harmless(loaded, query):
    assert isinstance(search.search(query), list)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_search_never_fails(loaded, query):
    search.search(query)


def test_search_asks_at_most_two_statements(loaded):
    with CaptureQueriesContext(connection) as queries:
        search.search("kuberntes")
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        search.search("k8s")
    assert len(queries) == 1


def test_search_forgets_what_is_no_longer_public(loaded):
    skill = Skill.objects.get(slug="kubernetes")
    skill.status = Status.DRAFT
    skill.save()
    versions.commit([skill], source=Version.Source.CURATOR)
    assert "kubernetes" not in [hit.slug for hit in search.search("k8s")]


def test_index_holds_one_entry_for_each_published_record_but_facts(loaded):
    assert SearchEntry.objects.count() == 13
    assert first("k8s") == "kubernetes"
