"""Runs the commands of the compose file unchanged on this machine, with the environment that the file sets."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
import pytest
import redis
import yaml

from embedded.postgres import find_binaries
from embedded.valkey import find_server

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
GIVEN = {
    "POSTGRES_ADMIN_PASSWORD": "unused",
    "POSTGRES_PASSWORD": "unused",
    "POSTGRES_LINKS_PASSWORD": "unused",
    "VALKEY_PASSWORD": "of-everybody",
    "VALKEY_LINKS_PASSWORD": "of-links",
    "LINKS_SECRET_KEY": "compose-links-" + "0123456789abcdef" * 4,
    "SECRET_KEY": "compose-" + "0123456789abcdef" * 4,
    "SITE_URL": "https://waymark.example.org",
    "ALLOWED_HOSTS": "waymark.example.org,127.0.0.1",
    "SMTP_URL": "smtp://127.0.0.1:9",
    "DEFAULT_FROM_EMAIL": "Waymark <hello@waymark.example.org>",
}


DJANGO = {"DJANGO_SETTINGS_MODULE": "config.settings"}


def filled_in(text: str) -> str:
    """Replace Compose's ${NAME:-default} and ${NAME:?message}."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if name in GIVEN:
            return GIVEN[name]
        assert operator == ":-", f"{name} has neither a value nor a default"
        return rest

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text)


@pytest.fixture(scope="module")
def valkey() -> Iterator[int]:
    """The port of a Valkey server started with the command of the compose file."""
    port = free_port()
    command = shlex.split(filled_in(SERVICES["valkey"]["command"]))
    server = subprocess.Popen([find_server(), *command[1:], "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        server.kill()
        server.wait(10)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The name of a database made by the script that the compose file uses; also the name of its owner."""
    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"compose_{os.getpid()}"
    script = (ROOT / "deploy" / "postgres-init.sh").read_text().replace("waymark", name).replace("WAYMARK", "OWNER")
    place = {"PGHOST": unquote(url.netloc.rpartition("@")[2]), "POSTGRES_USER": str(url.username)}
    passwords = {"OWNER_PASSWORD": "it's", "LINKS_PASSWORD": "unused"}
    subprocess.run(["sh", "-c", script], env={**os.environ, **place, **passwords}, check=True, capture_output=True)
    yield name
    with psycopg.connect(urlunsplit(url), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"DROP ROLE {name}")
        connection.execute(f"DROP ROLE {name}_links")


def environment_of(service: str, *, database: str, valkey: int, **more: str) -> dict[str, str]:
    """The environment from the compose file, with the test's own servers, roles and database."""
    given = {key: filled_in(value) for key, value in SERVICES[service]["environment"].items()}
    user = urlsplit(given["DATABASE_URL"]).username or ""
    url = urlsplit(os.environ["DATABASE_URL"])
    place = f"{user.replace('waymark', database)}@{url.netloc.rpartition('@')[2]}"
    return given | {
        "DATABASE_URL": urlunsplit(url._replace(netloc=place, path=f"/{database}")),
        "REDIS_URL": given["REDIS_URL"].replace("valkey:6379", f"127.0.0.1:{valkey}"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **more,
    }


@pytest.fixture(scope="module")
def environment(database: str, valkey: int, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = str(tmp_path_factory.mktemp("metrics"))
    return environment_of("web", database=database, valkey=valkey, PROMETHEUS_MULTIPROC_DIR=folder)


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
        with suppress(ProcessLookupError):  # it has ended by itself, which the test has reported
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
def migrated(environment: dict[str, str], database: str) -> dict[str, str]:
    finished = subprocess.run(
        shlex.split(SERVICES["migrate"]["command"].replace("grant_links", f"grant_links {database}_links")),
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


def test_worker_that_checks_links_has_what_it_needs_and_no_more(migrated, database, valkey):
    environment = environment_of("links", database=database, valkey=valkey)
    command = f"{SERVICES['links']['command']} --hostname=celery@links-test"
    check = SERVICES["links"]["healthcheck"]["test"][1].replace("$$HOSTNAME", "links-test")
    send = "import config.celery; from guidance.curation.tasks import check_links; check_links.delay()"
    with running(command, environment) as process:
        wait_for(process, "ready")
        finished = subprocess.run(
            shlex.split(check), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {send}"], env=DJANGO | migrated, check=True
        )
        wait_for(process, "links_checked")  # there are no links: the catalogue is not loaded
    assert not set(SERVICES["links"]["networks"]) & (
        set(SERVICES["web"]["networks"]) | set(SERVICES["proxy"]["networks"])
    )
    for name in ("SECRET_KEY", "SMTP_URL", "DATABASE_URL", "REDIS_URL"):
        assert SERVICES["links"]["environment"][name] != SERVICES["worker"]["environment"][name]
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        for forbidden in (
            ["LPUSH", "waymark:celery", "x"],
            ["GET", "waymark:1:x"],
            ["CONFIG", "GET", "*"],
            ["FLUSHALL"],
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*forbidden)
    with (
        psycopg.connect(environment["DATABASE_URL"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM accounts_user")


def test_nobody_administers_the_servers_with_what_the_application_knows(environment, database):
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        for forbidden in (["CONFIG", "SET", "dir", "/"], ["ACL", "LIST"], ["SHUTDOWN"], ["FLUSHALL"], ["KEYS", "*"]):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*forbidden)
    without = environment["REDIS_URL"].replace(":of-everybody@", "")
    with redis.Redis.from_url(without) as client, pytest.raises(redis.exceptions.AuthenticationError):
        client.ping()
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == (False, False, False)


def test_backup_is_restored_as_documented(migrated, database, tmp_path):
    """Runs the commands of docs/deploy.md, with this server's programs instead of `docker compose exec postgres`."""
    url = urlsplit(os.environ["DATABASE_URL"])
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    applied = "SELECT app, name FROM django_migrations"
    grants = "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee LIKE '%links'"

    def rows(statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(urlunsplit(url._replace(path=f"/{database}"))) as connection:
            return sorted(connection.execute(statement).fetchall())

    documented = (ROOT / "docs" / "deploy.md").read_text()
    where = {"PGHOST": unquote(url.netloc.rpartition("@")[2])}
    path = f"{find_binaries()}:{os.environ['PATH']}"

    def run(command: str, **files: object) -> None:
        assert f"docker compose exec -T postgres {command}" in documented
        here = command.replace("-U postgres", f"-U {url.username}").replace("waymark", database)
        if url.username == "waymark":
            here = here.replace(f"-U {database}", "-U waymark")
        subprocess.run(shlex.split(here), env={**os.environ, **where, "PATH": path}, check=True, **files)  # type: ignore[call-overload]

    before, granted = rows(tables) + rows(applied), rows(grants)
    assert granted
    with (tmp_path / "backup").open("wb") as backup:
        run("pg_dump -U postgres -Fc waymark", stdout=backup)
    statements = f"DROP DATABASE {database} WITH (FORCE); CREATE DATABASE {database} OWNER {database};"
    with psycopg.connect(urlunsplit(url), autocommit=True) as connection:
        for statement in statements.split(";")[:2]:
            assert statement.strip().replace(database, "waymark") in documented
            connection.execute(statement)
    with (tmp_path / "backup").open("rb") as backup:
        run("pg_restore -U postgres --exit-on-error -d waymark", stdin=backup)
    assert rows(tables) + rows(applied) == before
    assert rows(grants) == granted
    finished = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"], env=migrated, cwd=ROOT, capture_output=True, check=False
    )
    assert finished.returncode == 0


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
