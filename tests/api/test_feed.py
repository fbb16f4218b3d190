from xml.etree import ElementTree

import pytest

from guidance.api.feed import ENTRIES
from guidance.catalog.models import Change
from tests.factories import make_catalogue, make_skill, publish, rename, retire, skill_document

pytestmark = pytest.mark.django_db
FEED = "/api/v1/changes/feed/"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    response = client.get(FEED, headers={"Accept": "application/atom+xml, */*;q=0.1"})
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    assert "CC BY 4.0" in feed.findtext(f"{ATOM}rights")
    found = []
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}id").startswith("tag:localhost,2026:change-")
        assert entry.findtext(f"{ATOM}updated")
        found.append((entry.findtext(f"{ATOM}title"), entry.find(f"{ATOM}link").get("href")))
    return found


def test_latest_changes_come_first_under_the_names_of_today(client):
    make_skill("sql")
    skill = make_skill("python", name="Python & more")
    publish(skill_document("python", name="Python & more", summary="Another one."))
    assert entries(client)[0] == ("Changed: Python & more", "http://localhost:8000/skills/python/")
    rename(skill, "python-language")
    assert entries(client)[0][1] == "http://localhost:8000/skills/python-language/"
    retire(skill)
    title, link = entries(client)[0]
    assert (title.partition(":")[0], link) == ("Retired", "http://localhost:8000/")


def test_what_only_follows_from_another_record_is_no_news(client):
    make_skill("sql")
    entries(client)  # makes the edition with which the next one is compared
    make_skill("python")
    told = entries(client)
    assert Change.objects.filter(derived=True).exists()
    assert len(told) == Change.objects.filter(derived=False).count()


def test_feed_has_an_end_and_an_etag(client):
    make_catalogue(ENTRIES)
    first = client.get(FEED)
    assert first.content.count(b"<entry>") == ENTRIES
    assert client.get(FEED, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_page_about_the_data_leads_to_the_feed(client):
    html = client.get("/about-the-data/").content.decode()
    assert f'href="{FEED}"' in html.partition('type="application/atom+xml"')[2].partition(">")[0]
