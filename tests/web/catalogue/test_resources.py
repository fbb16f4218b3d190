from datetime import date

import pytest

from guidance.web.catalogue.resources import PAGE_SIZE
from tests.factories import make_catalogue, make_resource, make_skill

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
    assert "We earn on a qualifying purchase; your price stays the same." in text
    assert "Links marked “affiliate link”" in text


def test_resources_without_affiliate_links_say_nothing_of_them(client, resources):
    text = client.get("/resources/?cost=free").text
    assert "affiliate link”" not in text
    assert "sponsored" not in text


def test_resources_teach_when_none_fits_and_when_there_is_none(client, resources):
    assert "No resource fits all of this." in client.get("/resources/?type=event").text


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
