import re
from html import unescape

import pytest

from guidance.api.docs import document
from guidance.api.errors import PROBLEMS
from tests.factories import make_guide, make_industry, make_milestone, make_project, make_role, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def html(client):
    response = client.get("/api/docs/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_operation_and_problem_has_its_place(html):
    for path, methods in document()["paths"].items():
        assert f"<code>{path}</code>" in html
        for operation in methods.values():
            assert html.count(f'id="{operation["operationId"]}"') == 1
            for parameter in operation.get("parameters", []):
                assert f"<code>{parameter['name']}</code>" in html
    for problem in PROBLEMS.values():
        assert html.count(f'id="{problem.name}"') == 1


def test_names_in_the_page_are_unique_and_its_links_lead_somewhere(html):
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_the_page_needs_nobody_else_and_keeps_the_policy(html, settings):
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    loaded = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', html)
    assert all(address.startswith(("/", settings.SITE_URL)) for address in loaded)


def test_the_page_asks_the_database_nothing(client, html, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/api/docs/")


def test_texts_are_escaped_and_code_is_marked(html):
    assert "`" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)
    assert "<code>If-None-Match</code>" in html


def test_other_methods_are_problems(client):
    response = client.post("/api/docs/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_root_leads_to_the_page(client):
    response = client.get("/api/")
    assert (response.status_code, response.headers["Location"]) == (302, "/api/docs/")


def test_every_call_of_the_page_answers(client):
    make_skill("python")
    make_skill("retrieval-augmented-generation")
    make_milestone("answer-from-your-own-documents")
    make_role("ai-engineer")
    make_role("data-scientist")
    make_industry("healthcare")
    make_project("report")
    make_guide("daily-work")
    html = client.get("/api/docs/").content.decode()
    # Those below /me/ need somebody's token or session, and say so.
    found = re.findall(r"<code>curl '(?:http://localhost:8000)?([^']+)'(?: \\\n  --json '([^']+)')?</code>", html)
    calls = [(unescape(call), unescape(body)) for call, body in found]
    paths = document()["paths"].items()
    assert len(calls) == 1 + sum(len(methods) for path, methods in paths if not path.startswith("/api/v1/me/"))
    own = re.findall(r"--header '(Authorization: Bearer wm_…|X-CSRFToken: …)'", html)
    assert len(own) == sum(len(methods) for path, methods in paths if path.startswith("/api/v1/me/"))
    for call, body in calls:
        response = client.post(call, body, "application/json") if body else client.get(call)
        assert response.status_code == 200, call
