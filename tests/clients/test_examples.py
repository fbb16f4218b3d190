"""The examples in `docs/examples/` and in the client's README that use `waymark-client`."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import waymark_client

from tests.clients import calls

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch, lena: Any, ids: Any, headers: Any) -> None:
    """Connects the clients of the examples to the application, as Lena if they have a token."""

    class Here(waymark_client.Client):
        def __init__(self, base_url: str, token: str | None = None) -> None:
            assert base_url == "http://localhost:8000"
            known = headers["token"] if token else {}
            super().__init__(base_url, headers=known, transport=httpx.WSGITransport(app=calls.application))

    monkeypatch.setattr(waymark_client, "Client", Here)
    monkeypatch.setattr(sys, "argv", ["example"])


@pytest.mark.usefixtures("_here")
def test_the_tables_of_the_catalogue(capsys):
    pytest.importorskip("pandas", reason="pandas is not installed; Waymark does not need it")
    runpy.run_path(str(ROOT / "docs" / "examples" / "explore_with_pandas.py"))
    told = capsys.readouterr().out
    assert "skills\n" in told
    assert re.search(r"^python +3 +5 ", told, re.MULTILINE)
    assert re.search(r"\d+ hours; done on \d{4}-\d{2}-\d{2}\n$", told)


@pytest.mark.usefixtures("_here")
def test_the_calls_of_the_readme(capsys):
    text = (ROOT / "clients" / "python" / "README.md").read_text()
    examples = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    assert len(examples) == 4
    plan, own, _await, raw = examples
    exec(compile(plan, "README.md", "exec"), {})
    exec(compile(own, "README.md", "exec"), {"Client": waymark_client.Client})
    exec(compile(raw, "README.md", "exec"), {"waymark": waymark_client.Client("http://localhost:8000")})
    assert re.search(r"^\d{4}-\d{2}-\d{2} python \d$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.usefixtures("_here")
def test_the_client_of_the_guide_prints_a_plan(capsys):
    (program,) = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    exec(compile(program, "api.md", "exec"), {})
    assert re.search(r"^\d{4}-\d{2}-\d{2} python 3$", capsys.readouterr().out, re.MULTILINE)
