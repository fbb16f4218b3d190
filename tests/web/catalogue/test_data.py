from html import unescape

import pytest

from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from tests.factories import make, make_catalogue, make_resource, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(client) -> str:
    make(Kind.FACT, "pay-2024", statement="Half earned more.", caveat="In one country.")
    make(Kind.FACT, "trust-2025", source="A survey", year=2025, secondary=True)
    make_resource("book", type="book", affiliate=True, cost={"amount": 60, "currency": "USD"})
    make_skill("git", demand=12)
    return " ".join(unescape(client.get("/about-the-data/").text).split())


def test_about_the_data_carries_the_attributions_word_for_word(text):
    assert "This service uses the ESCO classification of the European Commission." in text
    assert (
        "by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the <a "
        'href="https://creativecommons.org/licenses/by/4.0/" rel="noopener license">CC BY 4.0</a> license. '
        "O*NET® is a trademark of USDOL/ETA." in text
    )


def test_about_the_data_says_how_demand_effort_and_readiness_are_counted(text):
    for expected in (
        "1,720 job ads for AI engineers from January and February 2026",
        "rounded to whole per cents",
        "Some names are broad words: machine learning,",
        "Alexey Grigorev collected them for the",
        "1 skill carries a share.",
        "at 8 hours a week, rounded up",
        "importance × (1 + emphasis)",
        "your level divided by the target, at most 1",
    ):
        assert expected in text, expected


def test_about_the_data_lists_every_fact_under_its_anchor(text):
    assert '<li id="pay-2024"' in text
    assert '<li id="trust-2025"' in text
    for expected in (
        "Half earned more.",
        "In one country.",
        'href="https://bureau.example/"',
        '<span class="tag">secondary</span>',
    ):
        assert expected in text, expected
    assert text.count('<span class="tag">secondary</span>') == 1


def test_about_the_data_says_what_is_affiliate_and_what_is_not_checked(text):
    assert "At the moment 1 resource is linked this way." in text
    assert "Of 1 resources 1 hasn’t been opened by a person at its address" in text


def test_about_the_data_says_how_resources_were_chosen_and_who_checks_their_links(text):
    assert "by searching stored copies of public pages" in text
    assert "Where this site has a network, a program tries every link" in text


def test_about_the_data_names_the_revision_and_counts(client):
    make_catalogue(60)
    text = client.get("/about-the-data/").text
    assert f"revision <b>{snapshot.current().revision}</b>" in text
    assert "<dt>skills</dt><dd>60</dd>" in text


def test_about_the_data_of_an_empty_catalogue_teaches(client):
    text = client.get("/about-the-data/").text
    assert "Nothing has been published yet." in text
    assert "No figure is published yet." in text
