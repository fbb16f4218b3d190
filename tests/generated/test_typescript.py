"""The types that openapi-typescript generates are strict, and openapi-fetch calls every operation once with them. Also what
Spectral reports about the document.

`make clients` installs the tools if Node is there; without them the tests are skipped.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from guidance.api.docs import document
from tests.clients import calls
from tests.clients.calls import Call

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / ".tools" / "clients" / "node_modules"
TOOLS = MODULES / ".bin"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(NODE is None, reason="there is no Node (node) on PATH"),
    pytest.mark.skipif(
        not TOOLS.is_dir(), reason="the packages of tests/generated/package.json are not there: make clients"
    ),
]

OPTIONS = {
    "compilerOptions": {
        "strict": True,
        "noUncheckedIndexedAccess": True,
        "exactOptionalPropertyTypes": True,
        "module": "nodenext",
        "target": "es2022",
        "lib": ["es2022", "dom"],
        "types": [],
        "outDir": "built",
    },
    "include": ["*.ts"],
}
HEAD = """\
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Known = Record<string, string>;
const [baseUrl, headers] = JSON.parse(HEADERS) as [string, Record<"nothing" | "token" | "session", Known>];
const nothing = createClient<paths>({ baseUrl, headers: headers.nothing });
const token = createClient<paths>({ baseUrl, headers: headers.token });
const session = createClient<paths>({ baseUrl, headers: headers.session });

async function check(name: string, call: Promise<{ error?: unknown; response: Response }>) {
  const { error, response } = await call;
  console.log(JSON.stringify([name, response.status, error ?? null]));
}
"""
# With an optional field, `Required<T>` differs from `T`.
WHOLE = """
type Whole<T> = Required<T> extends T ? (T extends Required<T> ? true : false) : false;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(OPTIONS))
    (folder / "schema.json").write_text(json.dumps(document()))
    run(folder, "openapi-typescript", "schema.json", "-o", "schema.d.ts")
    return folder


def run(folder: Path, tool: str, *arguments: str) -> str:
    done = subprocess.run([TOOLS / tool, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_spectral_has_nothing_to_say(folder: Path) -> None:
    rules = str(HERE / "spectral.yaml")
    said = run(folder, "spectral", "lint", "schema.json", "--ruleset", rules, "--fail-severity", "warn")
    assert "No results with a severity of 'warn' or higher found!" in said


def test_every_operation_is_called_once(folder: Path, ids: Any, headers: Any) -> None:
    known = calls.calls(ids)
    records = {
        call.operation.described["x-fields"]["record"]["$ref"].rpartition("/")[2]
        for call in known
        if "x-fields" in call.operation.described
    }
    assert len(records) > 10
    with serving() as (address, until):
        lines = [HEAD.replace("HEADERS", json.dumps(json.dumps([address, headers]))), WHOLE]
        lines += [f'export const whole{name}: Whole<components["schemas"]["{name}"]> = true;\n' for name in records]
        lines += [call_in_typescript(call) for call in known]
        (folder / "calls.ts").write_text("".join(lines))
        run(folder, "tsc")
        node = subprocess.Popen(
            [str(NODE), "built/calls.js"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        until(node)
    assert node.stdout
    said = node.stdout.read()
    assert node.returncode == 0, said
    answers = [json.loads(line) for line in said.splitlines()]
    assert [name for name, _status, _error in answers] == [call.id for call in known]
    assert [answer for answer in answers if not 200 <= answer[1] < 300] == []


def test_the_program_of_the_guide_prints_a_plan(folder: Path, lena: Any) -> None:
    (program,) = re.findall(r"```typescript\n(.+?)```", (HERE.parents[1] / "docs" / "api.md").read_text(), re.DOTALL)
    shutil.copy(folder / "schema.d.ts", folder / "waymark.d.ts")
    with serving() as (address, until):
        assert "http://localhost:8000" in program
        (folder / "plan.ts").write_text(program.replace("http://localhost:8000", address))
        run(folder, "tsc", "--strict", "--module", "nodenext", "--target", "es2022", "plan.ts")
        node = subprocess.Popen(
            [str(NODE), "plan.js"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        until(node)
    assert node.stdout
    assert re.search(r"^\d{4}-\d{2}-\d{2} python 3$", node.stdout.read(), re.MULTILINE)


def call_in_typescript(call: Call) -> str:
    operation = call.operation
    types = {parameter["name"]: parameter["schema"].get("type") for parameter in operation.parameters}

    def value(name: str, texts: list[str]) -> Any:
        match types[name]:
            case "array":
                return texts
            case "integer":
                return int(texts[0])
        return texts[0]

    params: dict[str, Any] = {}
    if call.path:
        params["path"] = {name: value(name, [text]) for name, text in call.path.items()}
    if call.query:
        params["query"] = {name: value(name, texts) for name, texts in call.query.items()}
    options: dict[str, Any] = {}
    if params:
        options["params"] = params
    if call.body is not None:
        options["body"] = call.body
    success = next(answer for status, answer in operation.described["responses"].items() if status.startswith("2"))
    if not any(map(calls.is_json, success.get("content", ["application/json"]))):
        options["parseAs"] = "arrayBuffer"
    sent = f", {json.dumps(options)}" if options else ""
    return f'await check("{call.id}", {call.by}.{operation.method.upper()}("{operation.path}"{sent}));\n'


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serving() -> Iterator[tuple[str, Callable[[subprocess.Popen[str]], None]]]:
    """A server in this thread, which alone has the transaction of the test. Yields its URL and a function to serve until a process ends."""
    with make_server("127.0.0.1", 0, calls.application, handler_class=Quiet) as server:
        server.timeout = 0.1

        def until(process: subprocess.Popen[str]) -> None:
            while process.poll() is None:
                server.handle_request()

        yield f"http://127.0.0.1:{server.server_port}", until
