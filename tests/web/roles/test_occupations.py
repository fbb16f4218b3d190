import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guidance.catalog import snapshot
from guidance.curation import taxonomies
from guidance.curation.tables import Entry, Rating
from guidance.web.roles import page as roles_page
from tests.factories import make_role

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")


@needs_data
def test_onet_titles_are_the_official_ones():
    with (DATA / "onet" / "Occupation Data.txt").open(newline="", encoding="utf-8") as file:
        official = {row["O*NET-SOC Code"]: row["Title"] for row in csv.DictReader(file, delimiter="\t")}
    assert {code: official.get(code) for code in roles_page.ONET_TITLES} == roles_page.ONET_TITLES


@needs_data
def test_esco_titles_are_the_official_ones():
    with (DATA / "esco" / "occupations_en.csv").open(newline="", encoding="utf-8") as file:
        official = {row["conceptUri"]: row["preferredLabel"] for row in csv.DictReader(file)}
    assert {uri: official.get(uri) for uri in roles_page.ESCO_TITLES} == roles_page.ESCO_TITLES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code", "same"),
    [
        ("Data scientist", "15-2051.00", True),
        ("AI engineer", "15-2051.00", False),
        ("AI engineer", "99-9999.00", False),
    ],
)
def test_occupation_knows_whether_it_has_the_name_of_the_role(name, code, same):
    make_role("any")
    role = replace(snapshot.current().roles["any"], name=name, onet=(code,))
    (found,) = roles_page.occupations(role)
    assert (found.same_name, found.url) == (same, f"https://www.onetonline.org/link/summary/{code}")


@pytest.mark.django_db
def test_occupation_of_esco_is_its_own_address():
    make_role("any")
    (uri,) = [uri for uri, title in roles_page.ESCO_TITLES.items() if title == "computer vision engineer"]
    role = replace(snapshot.current().roles["any"], name="Computer-vision engineer", esco=(uri,))
    (found,) = roles_page.occupations(role)
    assert (found.title, found.url, found.same_name) == ("computer vision engineer", uri, True)


@pytest.mark.django_db
def test_occupation_without_ratings_is_not_rated(client):
    make_role("any", external={"onet": ["15-2051.00", "15-1212.00", "15-1221.00"], "esco": ["http://example.org/x"]})
    rated = (Rating("2.B.3.e", "IM", 3.5, False, False),)
    entries = [
        Entry("element", "2.B.3.e", "Programming"),
        Entry("occupation", "15-2051.00", "Data Scientists"),
        Entry("occupation", "15-1212.00", "Information Security Analysts", ratings=rated),
    ]
    taxonomies.load(source="onet", release="29.2", entries=entries, now=datetime(2026, 11, 25, tzinfo=UTC))
    found = roles_page.occupations(snapshot.current().roles["any"])
    assert [(item.code, item.unrated) for item in found] == [
        ("15-2051.00", True),
        ("15-1212.00", False),
        ("15-1221.00", False),  # not imported: nothing is known of it
        ("x", False),
    ]
    assert client.get("/roles/any/").content.decode().count("not rated") == 1
