"""The documentation page, and `docs/api.md` with its example."""

import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.utils import timezone

from accounts import tokens
from guidance.api import docs
from guidance.api.docs import document
from guidance.api.errors import PROBLEMS
from tests.api.me.conftest import confirmed
from tests.factories import (
    fact_document,
    make_guide,
    make_industry,
    make_milestone,
    make_project,
    make_question,
    make_resource,
    make_role,
    make_skill,
    make_starting_point,
    publish,
)

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
    make_resource("documentation")
    make_question("what-do-they-do")
    make_starting_point("backend-developer")
    publish(fact_document("growth"))
    html = client.get("/api/docs/").content.decode()
    # Examples below /me/ need a token or a session, and say so.
    found = re.findall(r"<code>curl '(?:http://localhost:8000)?([^']+)'(?: \\\n  --json '([^']+)')?</code>", html)
    calls = [(unescape(call), unescape(body)) for call, body in found]
    paths = document()["paths"].items()
    assert len(calls) == 1 + sum(len(methods) for path, methods in paths if not path.startswith("/api/v1/me/"))
    own = re.findall(r"--header '(Authorization: Bearer wm_…|X-CSRFToken: …)'", html)
    assert len(own) == sum(len(methods) for path, methods in paths if path.startswith("/api/v1/me/"))
    for call, body in calls:
        response = client.post(call, body, "application/json") if body else client.get(call)
        assert response.status_code == 200, call


DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "plan_for_a_stranger.py"


@pytest.fixture
def catalogue(transactional_db):
    make_skill("python")
    make_skill("postgresql", aliases=["postgres"])
    make_skill("machine-learning", prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"machine-learning": (2, 5), "python": (3, 4)})


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-I", str(EXAMPLE), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_stranger_gets_a_plan_from_the_documentation_alone(live_server, catalogue):
    command = re.search(r"python docs/examples/plan_for_a_stranger\.py \S+ (.+)", (DOCS / "api.md").read_text())
    done = run(live_server.url, *shlex.split(command[1]))
    assert done.stderr == ""
    first, *steps, last = done.stdout.splitlines()
    assert re.fullmatch(r"Ready for ai-engineer: \d+ of 100", first)
    assert [line.split("  ")[1].split(",")[0] for line in steps] == ["machine-learning to level 2", "python to level 3"]
    assert re.fullmatch(r"\d+ hours; done on \d{4}-\d{2}-\d{2}", last)


def test_a_stranger_is_told_what_is_wrong(live_server, catalogue):
    unknown = run(live_server.url, "ai-engineer", "8", "underwater basket weaving=1")
    assert (unknown.returncode, unknown.stderr) == (1, "There is no skill called underwater basket weaving.\n")
    wrong = run(live_server.url, "no-such-role", "8")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Bad Request: role:")


def test_the_guide_names_only_what_there_is():
    text = (DOCS / "api.md").read_text()
    paths = set(document()["paths"])
    named = set(re.findall(r"\$SITE(/api/v1/[a-z/]*)", text))
    assert named
    for path in named:
        assert path in paths or re.sub("[^/]+/$", "{slug}/", path) in paths, path


@pytest.mark.django_db
def test_calls_of_the_guide_that_need_no_token_answer(client, django_user_model):
    make_skill("python")
    make_skill("postgresql")
    make_skill("kubernetes")
    make_skill("docker")
    make_role("ai-engineer", requirements={"python": (3, 4)})
    text = (DOCS / "api.md").read_text()
    calls = re.findall(r'curl "\$SITE([^"]+)"(?: --json \'([^\']+)\')?\n', text)
    assert len(calls) >= 5
    for address, body in calls:
        if body:
            response = client.post(address, body, content_type="application/json")
        else:
            response = client.get(address)
        assert response.status_code == 200, (address, response.content)


@pytest.mark.django_db
def test_calls_of_the_guide_that_need_a_token_answer(client):
    make_skill("python")
    _token, text = tokens.issue(owner=confirmed("lena"), name="mine", scope="write", days=1, now=timezone.now())
    guide = (DOCS / "api.md").read_text().replace("\\\n", "").replace("$TOKEN", text).replace("$(uuidgen)", "a-key")
    calls = [
        shlex.split(line) for line in guide.splitlines() if line.startswith("    curl") and "Authorization" in line
    ]
    assert len(calls) >= 2
    for _curl, address, *options in calls:
        sent = dict(zip(options[::2], options[1::2], strict=False))
        headers = dict(option.split(": ", 1) for option in options if ": " in option and not option.startswith("{"))
        path = address.removeprefix("$SITE")
        if "--json" in sent:
            response = client.post(path, sent["--json"], content_type="application/json", headers=headers)
        else:
            response = client.get(path, headers=headers)
        assert response.status_code in (200, 201), (path, response.content)


@pytest.mark.django_db
def test_the_guide_is_served_with_this_sites_address(client, settings):
    settings.SITE_URL = "https://waymark.example"
    docs._guide.cache_clear()
    response = client.get("/api/docs/guide/")
    docs._guide.cache_clear()
    html = response.content.decode()
    assert "SITE=https://waymark.example" in html
    assert "localhost" not in html.partition('id="example"')[0]
    assert "def slug_of" in html
    main = html.partition("<main")[2].partition("</main>")[0]
    assert all(link.startswith(("#", "/")) for link in re.findall(r'href="([^"]+)"', main))
    assert "explore_with_pandas.py" in main
    assert 'id="what-stays-compatible"' in html
    assert client.post("/api/docs/guide/").status_code == 405
