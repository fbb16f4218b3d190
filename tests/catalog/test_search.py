import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.catalog import loading, record_store, search
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
        ("learn Kubernetes", "kubernetes"),  # words around a name
        ("a good course on k8s for beginners", "kubernetes"),
        ("deploying to Kubernetes clusters in production", "kubernetes"),  # no record has all of these words
        ("retrieval augmented chat", "retrieval-augmented-generation"),
    ],
)
def test_search_finds_first(loaded, query, slug):
    assert first(query) == slug


def test_search_prefers_a_name_to_a_mention(loaded):
    hits = search.search("kubernetes")
    assert [hit.slug for hit in hits if hit.kind == Kind.SKILL] == ["kubernetes", "python"]
    assert (hits[0].by, hits[1].by) == ("name", "words")


def test_search_puts_a_name_before_a_name_that_begins_so_before_a_mention(loaded):
    loaded.edit("skills/celery.md", "name: Celery", "name: Kubernetes operators")
    loading.load(loaded.root)
    hits = search.search("Kubernetes", kinds=frozenset({Kind.SKILL}))
    assert [hit.slug for hit in hits] == ["kubernetes", "celery", "python"]


def test_search_puts_the_beginning_of_a_name_before_a_name_that_is_half_of_the_query(loaded):
    loaded.edit("skills/celery.md", "name: Celery", "name: Retrieval")
    loading.load(loaded.root)
    hits = search.search("retrieval augmented", kinds=frozenset({Kind.SKILL}))
    assert [hit.slug for hit in hits][:2] == ["retrieval-augmented-generation", "celery"]


def test_search_finds_a_name_with_hyphens_inside_a_query_without_them(loaded):
    loaded.edit("skills/celery.md", "name: Celery", "name: Text-to-SQL")
    loaded.edit("skills/python.md", "retrieval.", "retrieval. The text of an agent is no SQL.")
    loaded.edit("skills/retrieval-augmented-generation.md", "name: Retrieval-augmented generation", "name: SQL")
    loading.load(loaded.root)
    assert first("text to sql agent") == "celery"


def test_of_two_names_in_a_query_the_one_with_more_of_its_words_comes_first(loaded):
    loaded.edit("skills/celery.md", "name: Celery", "name: Compliance")
    loaded.edit("skills/kubernetes.md", "- k8s", "- EU AI Act")
    loading.load(loaded.root)
    hits = search.search("EU AI Act compliance", kinds=frozenset({Kind.SKILL}))
    assert [hit.slug for hit in hits][:2] == ["kubernetes", "celery"]


def test_a_whole_sentence_is_rather_asked_of_a_question_than_of_a_skill(loaded):
    loaded.edit("skills/celery.md", "name: Celery", "name: Queue")
    loaded.edit("questions/what-is-it.md", "name: What is it?", "name: How does a queue differ from a table of rows?")
    loaded.edit("questions/what-is-it.md", "It is a thing.", "The difference between them is the order.")
    loading.load(loaded.root)
    assert first("queue") == "celery"
    assert first("difference between a queue and a table of rows") == "what-is-it"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("do I need kubernetes", "what-is-it"),  # all words of a title
        ("celery or kubernetes", "what-is-it"),  # a comparison
        ("celery vs kubernetes", "what-is-it"),
        ("do I need celery in production", "celery"),  # no title has all of these words
        ("what is kubernetes", "kubernetes"),  # an exact name
        ("kubernetes need", "kubernetes"),  # no question
    ],
)
def test_a_question_finds_the_article_with_its_words_in_the_title(loaded, query, slug):
    loaded.edit("questions/what-is-it.md", "name: What is it?", "name: Do you need Celery or Kubernetes?")
    loading.load(loaded.root)
    assert first(query) == slug


def test_search_for_a_name_with_a_typing_error_prefers_it_to_texts_that_have_its_stem(loaded):
    loaded.edit("skills/python.md", "retrieval.", "retrieval. Kubernetes, kubernetes, kubernetes.")
    loading.load(loaded.root)
    assert search.search("kubernets", kinds=frozenset({Kind.SKILL}))[0].slug == "kubernetes"


@pytest.mark.parametrize(
    ("query", "text"), [("top-p", "retrieval, with top-p."), ("job ad", "retrieval, as in an ad.")]
)
def test_one_or_two_letters_are_words_and_no_beginnings(loaded, query, text):
    loaded.edit("skills/python.md", "retrieval.", text)
    loaded.edit("skills/celery.md", "name: Celery", "name: Administration")
    loading.load(loaded.root)
    assert [hit.slug for hit in search.search(query)] == ["python"]


@pytest.mark.parametrize("query", ["%%", "__", "k%s", "_ython"])
def test_signs_of_a_pattern_are_no_wildcards(loaded, query):
    assert not [hit for hit in search.search(query) if hit.by != "similarity"]


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
    record_store.commit([skill], source=Version.VersionSource.CURATOR)
    assert "kubernetes" not in [hit.slug for hit in search.search("k8s")]


def test_index_holds_one_entry_for_each_published_record_but_facts(loaded):
    assert SearchEntry.objects.count() == 13
    assert first("k8s") == "kubernetes"
