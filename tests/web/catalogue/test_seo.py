"""What holds for every public page: indexing, structured data, caching, markup, queries."""

import json
import re
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from guidance.web import cache
from guidance.web.catalogue.site import NAMESPACE
from tests.factories import make, make_catalogue, make_role, retire
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db

PAGES = {
    "/skills/skill-050/": {"DefinedTerm", "BreadcrumbList"},
    "/roles/": {"BreadcrumbList"},
    "/roles/ai-engineer/": {"Occupation", "BreadcrumbList"},
    "/roles/ai-engineer/?from=backend-developer&industry=healthcare": {"Occupation", "BreadcrumbList"},
    "/roles/compare/": {"BreadcrumbList"},
    "/roles/compare/?role=ai-engineer&role=data-scientist&sort=area&show=differences": {"BreadcrumbList"},
    "/industries/": {"BreadcrumbList"},
    "/industries/healthcare/": {"BreadcrumbList"},
    "/projects/": {"BreadcrumbList"},
    "/projects/?hours=20&skill=skill-001": {"BreadcrumbList"},
    "/projects/project-1/": {"LearningResource", "BreadcrumbList"},
    "/guides/": {"BreadcrumbList"},
    "/guides/daily-work/": {"Article", "BreadcrumbList"},
    "/resources/": {"ItemList", "BreadcrumbList"},
    "/resources/?type=documentation&page=2": {"ItemList", "BreadcrumbList"},
    "/resources/?q=resource": {"ItemList", "BreadcrumbList"},
    "/questions/": {"FAQPage", "BreadcrumbList"},
    "/about-the-data/": {"BreadcrumbList"},
}


@pytest.fixture
def catalogue() -> None:
    make_catalogue(60)
    make(Kind.FACT, "pay-2024", secondary=True, caveat="In one country.")


def texts(client) -> dict[str, str]:
    """All pages in one catalogue, since making one takes longer than reading it."""
    return {path: client.get(path).text for path in PAGES}


def test_pages_carry_valid_structured_data(client, catalogue):
    for path, text in texts(client).items():
        (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        document = json.loads(script)
        assert (path, check(document)) == (path, [])
        assert (path, {thing["@type"] for thing in document["@graph"]}) == (path, PAGES[path])


def test_pages_have_sound_markup(client, catalogue, problems_of):
    for path, text in texts(client).items():
        assert (path, problems_of(text)) == (path, [])


def test_pages_name_themselves(client, catalogue):
    for path, text in texts(client).items():
        (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', text)
        assert canonical.startswith(f"http://testserver{path.partition('?')[0]}"), path
        meta = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text))
        assert meta["og:title"] not in ("", "Waymark"), path
        assert meta["og:description"] == meta["description"] != "", path
        assert len(meta["description"]) <= 200, path
        assert len(re.findall(r"<h1[ >]", text)) == 1, path


def test_pages_are_not_sent_again_when_unchanged(client, catalogue):
    for path in PAGES:
        first = client.get(path)
        assert (path, first.status_code, first["Cache-Control"]) == (path, 200, "public, max-age=0, s-maxage=1")
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (path, again.status_code, again.content) == (path, 304, b"")


def test_page_is_sent_again_when_its_content_changed(client, catalogue):
    first = client.get("/roles/ai-engineer/")
    make_role("ai-engineer", requirements={"skill-001": (4, 5)})
    assert client.get("/roles/ai-engineer/", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("size", [60, 600])
def test_pages_take_no_query_and_stay_light_whatever_the_size(client, size):
    make_catalogue(size)
    snapshot.current()
    for path in PAGES:
        cache.pages.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert response.status_code == 200
        assert len(queries) <= 1, (path, [query["sql"] for query in queries])
        assert len(cache.CachedPage(response).gzipped) < 20_000, path


def test_pages_answer_without_a_catalogue(client):
    for path in (
        "/roles/",
        "/roles/compare/",
        "/industries/",
        "/projects/",
        "/guides/",
        "/resources/",
        "/questions/",
        "/about-the-data/",
    ):
        assert client.get(path).status_code == 200, path


def addresses(client) -> dict[str, str | None]:
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    root = ET.fromstring(response.content)
    assert root.tag == f"{{{NAMESPACE}}}urlset"
    return {page.findtext(f"{{{NAMESPACE}}}loc"): page.findtext(f"{{{NAMESPACE}}}lastmod") for page in root}


def test_sitemap_has_every_page_once_with_its_date(client, catalogue):
    found = addresses(client)
    kinds = (Kind.SKILL, Kind.ROLE, Kind.MILESTONE, Kind.INDUSTRY, Kind.PROJECT, Kind.GUIDE)
    records = [record for kind in kinds for record in snapshot.current().of_kind(kind).values()]
    assert len(found) == len(records) + 13
    for record in records:
        changed = datetime.fromisoformat(found[f"http://testserver{record.url}"] or "")
        assert changed == record.updated_at.replace(microsecond=0)
    for path in ("/", "/roles/compare/", "/resources/", "/about-the-data/"):
        assert f"http://testserver{path}" in found


def test_sitemap_leads_to_pages_only(client, catalogue):
    for address in addresses(client):
        response = client.get(address.removeprefix("http://testserver"))
        assert response.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in response.text


def test_sitemap_leaves_out_what_is_not_public(client):
    make_role("draft", status="draft")
    retire(make_role("old"))
    assert not [address for address in addresses(client) if "draft" in address or "old" in address]


def test_sitemap_of_an_empty_catalogue_is_valid(client):
    assert len(addresses(client)) == 13


def test_robots_are_kept_from_what_is_private_and_told_of_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert lines[0] == "User-agent: *"
    for path in ("/accounts/", "/admin/", "/out/", "/reminders/", "/search/", "/unsubscribe/"):
        assert f"Disallow: {path}" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
