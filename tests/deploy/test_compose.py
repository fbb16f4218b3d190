"""The compose file's own commands, run here as they stand there, with the environment it gives them."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
GIVEN = {
    "POSTGRES_PASSWORD": "unused",
    "SECRET_KEY": "compose-" + "0123456789abcdef" * 4,
    "SITE_URL": "https://waymark.example.org",
    "ALLOWED_HOSTS": "waymark.example.org,127.0.0.1",
    "SMTP_URL": "smtp://127.0.0.1:9",
    "DEFAULT_FROM_EMAIL": "Waymark <hello@waymark.example.org>",
}


def filled_in(text: str) -> str:
    """Compose's ${NAME:-default} and ${NAME:?message}."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if name in GIVEN:
            return GIVEN[name]
        assert operator == ":-", f"{name} has neither a value nor a default"
        return rest

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the compose file sets, on a database of its own beside the other tests'."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"compose_{os.getpid()}"
    with psycopg.connect(urlunsplit(url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        given = {key: filled_in(value) for key, value in SERVICES["web"]["environment"].items()}
        given |= {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
            "REDIS_URL": os.environ["REDIS_URL"],
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path_factory.mktemp("metrics")),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        yield given
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running(command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        shlex.split(command),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_for(process: subprocess.Popen[str], line: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    seen = []
    while time.monotonic() < end and process.stdout is not None:
        text = process.stdout.readline()
        seen.append(text)
        if re.search(line, text):
            return
        if text == "" and process.poll() is not None:
            break
    raise AssertionError(f"no {line!r} in:\n{''.join(seen)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def migrated(environment: dict[str, str]) -> dict[str, str]:
    finished = subprocess.run(
        shlex.split(SERVICES["migrate"]["command"]),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return environment


def test_catalogue_is_loaded_in_a_step_that_nothing_waits_for(migrated):
    finished = subprocess.run(
        [*shlex.split(SERVICES["load"]["command"]), "--dry-run"],
        env=migrated,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "load_catalog" not in SERVICES["migrate"]["command"]
    assert SERVICES["load"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert [name for name, service in SERVICES.items() if "load" in service.get("depends_on", ())] == []


def test_web_is_healthy_by_its_own_check(migrated):
    port = free_port()
    command = SERVICES["web"]["command"].replace("0.0.0.0:8000", f"127.0.0.1:{port}")
    check = [part.replace(":8000", f":{port}") for part in SERVICES["web"]["healthcheck"]["test"][1:]]
    with running(command, migrated):
        end = time.monotonic() + 60
        while (
            code := subprocess.run(check, env=migrated, capture_output=True, check=False).returncode
        ) and time.monotonic() < end:
            time.sleep(0.5)
        assert code == 0


def test_worker_starts_and_answers_its_own_check(migrated):
    command = f"{SERVICES['worker']['command']} --hostname=celery@compose-test"
    check = SERVICES["worker"]["healthcheck"]["test"][1].replace("$$HOSTNAME", "compose-test")
    with running(command, migrated) as process:
        wait_for(process, "ready")
        finished = subprocess.run(
            shlex.split(check), env=migrated, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr


def test_beat_starts_and_is_healthy_while_it_keeps_its_schedule(migrated, tmp_path):
    command = SERVICES["beat"]["command"].replace("/tmp/", f"{tmp_path}/")
    check = [part.replace("/tmp/", f"{tmp_path}/") for part in SERVICES["beat"]["healthcheck"]["test"][1:]]

    def healthy() -> bool:
        return subprocess.run(check, env=migrated, capture_output=True, check=False).returncode == 0

    assert not healthy()
    with running(command, migrated) as process:
        wait_for(process, "beat: Starting")
        end = time.monotonic() + 10
        while not healthy() and time.monotonic() < end:
            time.sleep(0.2)
        assert healthy()
    for file in tmp_path.iterdir():
        os.utime(file, (time.time() - 301,) * 2)
    assert not healthy()


def test_every_container_of_ours_is_locked_down():
    for name in ("migrate", "load", "web", "worker", "beat", "proxy"):
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert "USER waymark" in (ROOT / "Dockerfile").read_text()


def test_every_variable_is_documented():
    lines = (ROOT / "deploy/example.env").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert required <= set(example)


def test_every_service_that_stays_says_whether_it_is_well():
    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == ["migrate", "load"]


def test_there_is_one_beat():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1
