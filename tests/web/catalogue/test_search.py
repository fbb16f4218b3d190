import pytest

from guidance.web.catalogue.resources import first_sentence, highlighter
from tests.factories import make_catalogue, make_guide, make_question, make_resource, make_role, make_skill

pytestmark = pytest.mark.django_db


def first(response) -> str:
    return response.context["groups"][0].found[0].url


@pytest.fixture
def catalogue():
    make_skill("kubernetes", aliases=["k8s", "kube"])
    make_skill("docker", body="Containers, later on Kubernetes.\n")
    make_skill("retrieval-augmented-generation", name="Retrieval-augmented generation", aliases=["RAG"])
    make_skill("vector-search", summary="Find augmented neighbours for retrieval.")
    make_role("mlops-engineer", body="Runs models on Kubernetes.\n")
    make_question("do-i-need-kubernetes", body="Not at first. Later, yes.\n")
    make_guide("daily-work")
    make_resource("kubernetes-documentation", affiliate=True, skills={"kubernetes": [0, 2]})


FIRST = {
    "kuberntes": "/skills/kubernetes/",
    "kubernetes": "/skills/kubernetes/",
    "k8s": "/skills/kubernetes/",
    "K8S ": "/skills/kubernetes/",
    "retrieval augmented": "/skills/retrieval-augmented-generation/",
    "rag": "/skills/retrieval-augmented-generation/",
    "mlops": "/roles/mlops-engineer/",
    "daily": "/guides/daily-work/",
}


def test_search_puts_the_right_page_first(client, catalogue):
    found = {query: first(client.get("/search/", {"q": query})) for query in FIRST}
    assert found == FIRST


def test_search_groups_by_kind_and_counts(client, catalogue):
    response = client.get("/search/?q=kubernetes")
    assert str(response.context["groups"][0].heading) == "Skills"
    assert {str(group.heading) for group in response.context["groups"]} == {"Skills", "Roles", "Questions", "Resources"}
    assert "5 hits for “kubernetes”" in response.text
    assert 'rel="sponsored noopener"' in response.text
    assert "(affiliate link)" in response.text


def test_search_admits_when_it_guesses(client, catalogue):
    assert "Did you mean one of these?" in client.get("/search/?q=kuberntes").text
    assert "Did you mean" not in client.get("/search/?q=k8s").text


def test_search_without_hits_or_words_teaches(client, catalogue):
    assert "Nothing found for “zzzz”" in client.get("/search/?q=zzzz").text
    assert "Type what you are looking for" in client.get("/search/").text
    assert client.get("/search/?q=%20").status_code == 200


ODD = ("'", "&|!():*", "\\", "%00", "a" * 5000, "<script>", "漢字", "o'neill & co", "%FF%FE", "-", "🙂", "'a':* & 'b'")


def test_search_survives_any_text(client, catalogue, problems_of):
    for query in ODD:
        response = client.get(f"/search/?q={query}")
        assert response.status_code == 200, query
        assert problems_of(response.text) == [], query


def test_search_is_not_for_search_engines(client, catalogue):
    assert '<meta name="robots" content="noindex">' in client.get("/search/?q=k8s").text


def test_highlighter_marks_beginnings_of_words_and_escapes():
    assert (
        highlighter("retr <b>")("Retrieval of <b> & trees")
        == "<mark>Retrieval</mark> of &lt;<mark>b</mark>&gt; &amp; trees"
    )
    assert highlighter("")("a <b>") == "a &lt;b&gt;"
    assert highlighter("c++")("C++ and Cython") == "<mark>C</mark>++ and <mark>Cython</mark>"


def test_first_sentence_is_plain():
    assert first_sentence("They **build** [things](/skills/x/). Then more.\n\nAnd more.") == "They build things."


def test_search_takes_two_queries(client, queries):
    make_catalogue(60)
    client.get("/search/")
    with queries(2):
        client.get("/search/?q=skil-01x")
