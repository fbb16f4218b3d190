from datetime import date

import pytest

from guidance.web.catalogue.resources import PAGE_SIZE, first_sentence, highlighter
from tests.factories import make_catalogue, make_guide, make_question, make_resource, make_role, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def resources():
    make_skill("sql", area="data-engineering")
    make_resource(
        "book",
        type="book",
        cost={"amount": 60, "currency": "USD"},
        affiliate=True,
        skills={"python": [1, 3]},
        year=2025,
    )
    make_resource("kurs", type="course", language="de", skills={"sql": [0, 1]}, author="Volkshochschule")
    make_resource(
        "manual",
        skills={"python": [0, 2], "sql": [2, 4]},
        checked_on=date(2026, 11, 3),
        body="Chapters 1 to 3, the *reference*.\n",
    )


def slugs(response) -> list[str]:
    return [line.resource.slug for line in response.context["lines"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["book", "kurs", "manual"]),
        ("type=book", ["book"]),
        ("cost=free", ["kurs", "manual"]),
        ("skill=python", ["manual", "book"]),  # in the order in which to use them
        ("skill=sql&level=1", ["kurs"]),
        ("area=data-engineering", ["kurs", "manual"]),
        ("language=de", ["kurs"]),
        ("level=4", ["manual"]),
        ("level=3", ["book", "manual"]),
        ("skill=python&level=3", ["book"]),
        ("skill=python&area=data-engineering", []),
        ("q=volkshoch", ["kurs"]),
        ("q=REFERENCE manual", ["manual"]),
        ("q=nothing", []),
        ("other=1&type=", ["book", "kurs", "manual"]),
    ],
)
def test_resources_filter(client, resources, query, expected):
    response = client.get(f"/resources/?{query}")
    assert response.status_code == 200
    assert slugs(response) == expected


@pytest.mark.parametrize(
    "query",
    [
        "type=poem",
        "cost=cheap",
        "skill=astronautics",
        "area=space",
        "language=tlh",
        "level=0",
        "level=5",
        "level=x",
        "page=0",
        "page=x",
    ],
)
def test_resources_say_what_is_wrong_with_a_filter(client, resources, query):
    response = client.get(f"/resources/?{query}")
    assert response.status_code == 400
    assert "is not a" in response.text
    assert len(slugs(response)) == 3


def test_resources_show_hours_cost_levels_and_the_day_of_the_check(client, resources):
    text = " ".join(client.get("/resources/").text.split())
    for expected in (
        "Volkshochschule · course · free · German · not checked yet",
        "Its authors, 2025 · book · about 60 USD · not checked yet",
        "checked 3 November 2026",
        "1 to 3",
        "4 h",
        'hreflang="de"',
        "Chapters 1 to 3, the <em>reference</em>.",
    ):
        assert expected in text, expected


def test_resources_say_paid_where_the_price_is_not_known(client):
    make_resource("book", type="book", cost="paid", skills={"python": [0, 1]})
    assert "book · paid ·" in " ".join(client.get("/resources/").text.split())
    assert slugs(client.get("/resources/?cost=free")) == []


def test_resources_go_out_through_our_own_address(client, resources):
    for line in client.get("/resources/").context["lines"]:
        assert line.resource.url == f"/out/{line.resource.id}/"


def test_resources_disclose_affiliate_links_beside_them_and_at_the_top(client, resources):
    text = client.get("/resources/?type=book").text
    assert 'rel="sponsored noopener">Book</a>' in text
    assert "(affiliate link)" in text
    assert "We earn a commission on a qualifying purchase; your price stays the same." in text
    assert "Links marked “affiliate link”" in text


def test_resources_without_affiliate_links_say_nothing_of_them(client, resources):
    text = client.get("/resources/?cost=free").text
    assert "affiliate link”" not in text
    assert "sponsored" not in text


def test_resources_teach_when_none_fits_and_when_there_is_none(client, resources):
    assert "No resources match these filters." in client.get("/resources/?type=event").text


def test_resources_without_any_teach(client):
    assert "No resource is published yet." in client.get("/resources/").text


def test_resources_have_pages(client):
    make_catalogue(100)
    first, last = client.get("/resources/"), client.get("/resources/?page=3")
    assert [len(slugs(first)), len(slugs(last))] == [PAGE_SIZE, 100 - 2 * PAGE_SIZE]
    assert 'href="?page=2" rel="next"' in first.text
    assert 'rel="prev"' not in first.text
    assert f'<ol class="rule resource-list gap-small" start="{2 * PAGE_SIZE + 1}">' in last.text
    assert 'rel="canonical" href="http://testserver/resources/?page=3"' in last.text
    assert client.get("/resources/?page=4").status_code == 400


def test_resources_keep_the_filters_from_page_to_page(client):
    make_catalogue(100)
    text = client.get("/resources/?cost=free&level=2").text
    assert 'href="?level=2&amp;cost=free&amp;page=2"' in text or 'href="?cost=free&amp;level=2&amp;page=2"' in text


def test_filtered_resources_are_not_for_search_engines(client, resources):
    assert '<meta name="robots" content="noindex, follow">' in client.get("/resources/?type=book").text
    assert 'name="robots"' not in client.get("/resources/").text


def test_resources_for_htmx_are_the_results_only(client, resources):
    text = client.get("/resources/?type=book", headers={"HX-Request": "true"}).text
    assert text.strip().startswith('<div id="results">')


def test_resources_show_what_was_typed_as_text(client, resources):
    text = client.get("/resources/", {"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


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
