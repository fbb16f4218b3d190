"""What all pages share: head, header, footer, theme, errors, outbound links."""

import pytest
from django.test import Client, RequestFactory

from guidance.web import errors
from tests.factories import make_resource, make_skill
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db


def test_frame_names_the_canonical_address_without_unknown_parameters(client, settings):
    make_skill("python")
    settings.SITE_URL = "https://waymark.example"
    text = client.get("/skills/python/?utm_source=x").text
    assert '<link rel="canonical" href="https://waymark.example/skills/python/">' in text
    assert '<meta property="og:url" content="https://waymark.example/skills/python/">' in text


def test_frame_marks_where_one_is(client):
    make_skill("python")
    assert '<a href="/skills/" aria-current="true">' in markup_of(client.get("/skills/python/"))
    assert '<a href="/skills/" aria-current="page">' in markup_of(client.get("/skills/"))
    assert "aria-current" not in markup_of(client.get("/"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_kept_in_a_cookie(client, theme):
    response = client.post("/theme/", {"theme": theme}, headers={"Referer": "http://testserver/skills/?kind=tool"})
    assert (response.status_code, response["Location"]) == (303, "/skills/?kind=tool")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (theme, "Lax", True)
    assert f'data-theme="{theme}"' in client.get("/").text


def test_theme_goes_back_to_the_system(client):
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/").text


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://testserver//evil.example",
        "javascript:alert(1)",
        "",
        "evil",
        "[::",
    ],
)
def test_theme_leads_nowhere_else(client, referer):
    location = client.post("/theme/", {"theme": "dark"}, headers={"Referer": referer})["Location"]
    assert location in {"/", "/evil.example"}


def test_theme_needs_no_csrf_token_but_a_known_value_from_here():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/theme/", {"theme": "dark"}).status_code == 303
    assert client.post("/theme/", {"theme": "purple"}).status_code == 400
    assert client.post("/theme/", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.get("/theme/").status_code == 405


def test_public_pages_set_no_cookie(client):
    make_skill("python")
    for path in ("/", "/skills/", "/skills/python/", "/search/?q=python"):
        assert not client.get(path).cookies


def test_out_leads_to_the_resource_and_tells_it_nothing(client):
    resource = make_resource("docs")
    response = client.get(f"/out/{resource.pk}/")
    assert (response.status_code, response["Location"]) == (302, "https://docs.example/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_out_leads_nowhere_for_what_is_not_published(client):
    draft = make_resource("draft", status="draft")
    assert client.get(f"/out/{draft.pk}/").status_code == 404
    assert client.get("/out/999999/").status_code == 404
    assert client.get("/out/99999999999999999999999/").status_code == 404


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
    ],
)
def test_error_pages_need_no_database_and_no_session(rf: RequestFactory, queries, problems_of, view, status):
    request = rf.get("/skills/")
    request.COOKIES = {"session": "x", "theme": "dark"}
    with queries(0):
        response = view(request)
    text = response.content.decode()
    assert response.status_code == status
    assert 'data-theme="dark"' in text
    assert 'href="/search/"' in text
    assert problems_of(text) == []


def test_not_found_page_is_in_style(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no page at this address" in response.text
