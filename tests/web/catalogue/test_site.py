"""Rules for every public page: indexing, structured data, caching, markup, queries."""

import ast
import importlib
import json
import operator
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config.settings import contact
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Record
from guidance.personal_data import account_data
from guidance.web import cache
from guidance.web.account import privacy_periods
from guidance.web.account.privacy_cookies import COOKIES
from guidance.web.account.privacy_notice import PARTS, PLAIN
from guidance.web.catalogue.site import NAMESPACE
from tests.factories import make, make_catalogue, make_role, retire
from tests.personal_data.test_account_data import reaches_user
from tests.test_house import files
from tests.web.markup import markup_of
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db
SECURITY = "/.well-known/security.txt"
PERSONAL_TYPES = (models.EmailField, models.GenericIPAddressField)


def named(model: type[models.Model]) -> set[str]:
    return {name for part in PARTS for name in part.fields.get(model, {})}


def refers_only(field: models.Field) -> bool:
    """Whether a field only refers to the row's owner or to a record of the catalogue."""
    return field.primary_key or field.related_model is User or field.name == "user_id"


def unexplained(model: type[models.Model]) -> set[str]:
    """The fields that the privacy notice does not name and that are not marked as plain."""
    fields = {field.name for field in model._meta.fields if not refers_only(field)}
    return fields - named(model) - PLAIN.get(model, set())


def test_notice_names_every_personal_field():
    """A new field, or a new table about users, has to be explained or marked as plain."""
    models_of_users = reaches_user() | {table.model for table in account_data.TABLES}
    assert {model: found for model in models_of_users if (found := unexplained(model))} == {}


def test_notice_names_every_address_wherever_it_is_stored():
    fields = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.fields
        if isinstance(field, PERSONAL_TYPES)
    }
    assert {(model, name) for model, name in fields if name not in named(model)} == set()


def test_notice_names_nothing_that_is_not_there():
    for model in {*PLAIN, *(model for part in PARTS for model in part.fields)}:
        known = {field.name for field in model._meta.fields}
        assert named(model) | PLAIN.get(model, set()) <= known, model
        assert named(model).isdisjoint(PLAIN.get(model, set())), model


def test_a_new_field_is_noticed(monkeypatch):
    monkeypatch.setitem(PLAIN, User, set())
    assert unexplained(User) == {"session_generation"}
    assert unexplained(Record)  # a table that the notice does not explain


def cookies_of(name: str, text: str) -> Iterator[str]:
    """The cookies that a module sets, by their names in a browser."""
    module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in {"set_cookie", "set_signed_cookie"}:
            continue
        [cookie, *_] = node.args
        if isinstance(cookie, ast.Constant):
            yield str(cookie.value)
        elif ast.unparse(node.func) != "browsers.set_cookie":  # which takes the request
            yield operator.attrgetter(ast.unparse(cookie))(module)


def test_notice_has_a_line_for_every_cookie_and_no_other():
    sources = [source for source in files("accounts/*.py", "guidance/*.py", "config/*.py") if "_cookie(" in source[1]]
    ours = {cookie for name, text in sources for cookie in cookies_of(name, text)}
    of_django = {
        django_settings.SESSION_COOKIE_NAME,
        django_settings.CSRF_COOKIE_NAME,
        CookieStorage.cookie_name,
    }
    assert len(ours) == 3
    assert ours | of_django == set(COOKIES)


def test_page_says_what_why_and_how_long(client, problems_of, settings):
    settings.SESSION_COOKIE_AGE = 60 * 60 * 24 * 12
    page = client.get("/privacy/")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "12 days after the last change" in text
    assert "password, as an Argon2 hash" in text
    assert "deleted after 7 days" in text
    assert "each is deleted after 1 hour at most" in text
    assert "For 90 days, it tells us that you have logged in with this browser before" in text
    assert "13 months, or longer if" in text
    assert "to reset a password, so that the next page can show it. It expires after 1 hour" in text
    for name in COOKIES:
        assert f"<code>{name}</code>" in page.text
    assert "%(" not in text
    for part in PARTS:
        assert str(part.title) in text
        assert text.count(f"{part.words[0]}") >= 1
    assert problems_of(page.text) == []


def test_page_names_the_operator(client, settings):
    settings.OPERATOR, settings.PRIVACY_CONTACT = "Example <Ltd>", "mailto:privacy@example.org"
    text = client.get("/privacy/").text
    assert "Example &lt;Ltd&gt;" in text
    assert 'href="mailto:privacy@example.org"' in text


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=396), "13 months"),
        (timedelta(days=30), "30 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "2 hours"),
    ],
)
def test_period_in_words(period, words):
    assert privacy_periods.in_words(period) == words


def test_every_page_leads_to_the_notice(client):
    assert 'href="/privacy/"' in client.get("/").text
    assert 'href="/privacy/"' in client.get("/accounts/signup/").text


def test_security_txt_has_a_contact_and_expires(client, settings, time_machine):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    time_machine.move_to(datetime(2026, 11, 26, 23, 59, tzinfo=UTC), tick=False)
    response = client.get(SECURITY)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2027-02-24T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: http://testserver{SECURITY}",
    ]
    assert not response.cookies


def test_without_a_contact_there_is_no_security_txt(client, settings):
    settings.SECURITY_CONTACT = ""
    response = client.get(SECURITY)
    assert response.status_code == 404
    assert "Contact" not in response.text


@pytest.mark.parametrize("value", ["security@example.org", "http://example.org/", "mailto:a@b\nExpires: never", "x"])
def test_contact_that_is_no_address_is_refused(monkeypatch, value):
    monkeypatch.setenv("SECURITY_CONTACT", value)
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT is"):
        contact("SECURITY_CONTACT")


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
    """The texts of all pages with the same catalogue, since making one takes longer than requesting the pages."""
    return {path: markup_of(client.get(path)) for path in PAGES}


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
