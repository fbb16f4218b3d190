"""`docs/api.md` and its example: what a stranger has to go by."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from guidance.api import docs
from guidance.api.docs import document
from tests.factories import make_role, make_skill

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
def test_the_guide_is_served_with_this_sites_address(client, settings):
    settings.SITE_URL = "https://waymark.example"
    docs._guide.cache_clear()
    response = client.get("/api/docs/guide/")
    docs._guide.cache_clear()
    html = response.content.decode()
    assert "SITE=https://waymark.example" in html
    assert "localhost" not in html.partition('id="example"')[0]
    assert "def slug_of" in html
    assert 'id="what-stays-and-how-it-changes"' in html
    assert client.post("/api/docs/guide/").status_code == 405
