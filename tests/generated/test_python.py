"""The client that openapi-python-client generates is complete; each of its operations is called once."""

import enum
import importlib
import inspect
import json
import re
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from guidance.api.docs import document
from tests.clients import calls
from tests.clients.calls import Call

pytest.importorskip("openapi_python_client", reason="openapi-python-client is not installed")

pytestmark = pytest.mark.django_db
PACKAGE = "generated_client"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("python")
    (folder / "schema.json").write_text(json.dumps(document()))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(folder / "schema.json")]
    command += ["--output-path", str(folder / PACKAGE), "--meta", "none", "--fail-on-warning"]
    # No one reads the code, so it is not formatted. Responses that are not JSON are bytes.
    options = {
        "post_hooks": [],
        "content_type_overrides": dict.fromkeys(other_media_types(), "application/octet-stream"),
    }
    (folder / "config.json").write_text(json.dumps(options))
    done = subprocess.run(
        [*command, "--config", str(folder / "config.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def client(package: str, headers: Any) -> Any:
    """Clients of the generated package, by kind of authentication."""
    made = importlib.import_module(package)
    clients = {}
    for way, sent in headers.items():
        transport = httpx.WSGITransport(app=calls.application)
        clients[way] = made.Client(
            base_url=f"http://{calls.HOST}",
            headers=sent,
            httpx_args={"transport": transport},
            raise_on_unexpected_status=True,
        )
    return clients


def test_the_package_has_every_operation(package: str, ids: Any) -> None:
    for call in calls.calls(ids):
        assert callable(operation(package, call).sync_detailed), call


def test_every_operation_is_called_once(package: str, client: Any, ids: Any) -> None:
    for call in calls.calls(ids):
        module = operation(package, call)
        response = module.sync_detailed(client=client[call.by], **arguments(module, call))
        assert 200 <= response.status_code < 300, (str(call), response.content)
        if not response.content:
            continue
        if response.headers["Content-Type"] == "application/json":
            assert type(response.parsed).__name__ != "Problem", call
            assert alike(response.parsed.to_dict(), json.loads(response.content)), call


def other_media_types() -> set[str]:
    return {
        media_type
        for methods in document()["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for media_type in response.get("content", {})
        if not calls.is_json(media_type)
    }


def operation(package: str, call: Call) -> Any:
    name = f"{call.id}_" if call.id == "import" else call.id
    return importlib.import_module(f"{package}.api.{call.tag.replace('-', '_')}.{name}")


def arguments(module: Any, call: Call) -> dict[str, Any]:
    hints = typing.get_type_hints(module.sync_detailed)
    sent = {**call.path, **{name: values if len(values) > 1 else values[0] for name, values in call.query.items()}}
    names = {re.sub(r"\W", "_", name) for name in sent}
    found = {}
    for name in inspect.signature(module.sync_detailed).parameters:
        plain = name.removesuffix("_")
        if name == "body" and call.body is not None:
            (model,) = [one for one in choices(hints[name]) if hasattr(one, "from_dict")]
            found[name] = model.from_dict(call.body)
        elif plain in names:
            found[name] = converted(sent[plain], hints[name])
    return found


def choices(hint: Any) -> tuple[Any, ...]:
    is_union = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
    return typing.get_args(hint) if is_union else (hint,)


def converted(text: Any, hint: Any) -> Any:
    """Convert text from a URL to the type that the client takes."""
    for choice in choices(hint):
        if typing.get_origin(choice) is list:
            return [text] if isinstance(text, str) else text
        if isinstance(choice, type) and issubclass(choice, (int, enum.Enum)):
            return choice(text)
        if choice in (date, datetime):
            return choice.fromisoformat(text)
    return text


def alike(some: Any, other: Any) -> bool:
    """Whether the client lost nothing of a response. Times may be written in another form."""
    if isinstance(some, dict) and isinstance(other, dict):
        return some.keys() == other.keys() and all(alike(some[key], other[key]) for key in some)
    if isinstance(some, list) and isinstance(other, list):
        return len(some) == len(other) and all(map(alike, some, other))
    if isinstance(some, str) and isinstance(other, str) and some != other:
        return datetime.fromisoformat(some) == datetime.fromisoformat(other)
    return bool(some == other)
