"""PostgreSQL and Valkey as real servers: starting, stopping, and what happens when either goes wrong."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from embedded import postgres as postgres_module
from embedded import valkey as valkey_module
from embedded.home import LONGEST_SOCKET_PATH, Home, Visit
from embedded.postgres import Postgres, is_server
from embedded.processes import EmbeddedError, stop
from embedded.services import Services, demo_environment, environment
from embedded.valkey import Valkey
from tests.embedded.watch import eventually, processes_of

pytestmark = pytest.mark.usefixtures("bare_environment")


@contextmanager
def running(server):
    server.launch()
    try:
        server.wait_until_ready()
        yield server
    finally:
        stop(server.child, patience=5)


def query(url, sql):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def test_postgres_is_reached_by_a_private_socket_only(home):
    with running(Postgres(home)) as server:
        assert query(server.url, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_postgres_knows_unicode_and_the_extensions_of_the_search(home):
    with running(Postgres(home)) as server:
        assert query(server.url, "SELECT datlocale FROM pg_database WHERE datlocprovider = 'b' LIMIT 1") == "C.UTF-8"
        assert query(server.url, "SELECT lower('ÄÖ')") == "äö"
        for extension in ("pg_trgm", "unaccent"):
            query(server.url, f"CREATE EXTENSION {extension}")


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_postgres_is_durable_unless_thrown_away(home, durable, fsync):
    with running(Postgres(home, durable=durable)) as server:
        assert query(server.url, "SHOW fsync") == fsync


def test_stopped_postgres_keeps_its_data_and_leaves_no_process(home):
    with running(Postgres(home)) as server:
        query(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert processes_of(home) == []
    with running(Postgres(home)) as server:
        assert query(server.url, "SELECT answer FROM kept") == 42


def test_postgres_killed_with_its_sessions_open_keeps_what_was_committed(home):
    server = Postgres(home)
    server.launch()
    server.wait_until_ready()
    query(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with psycopg.connect(server.url):
        server.child.process.kill()
        server.child.process.wait()
        with running(Postgres(home)) as again:
            assert query(again.url, "SELECT answer FROM kept") == 42


def test_stale_lock_file_that_names_a_living_process_does_not_prevent_a_start(home):
    with running(Postgres(home)) as server:
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n0\n5432\n{home.sockets}\n\n\n")
    (home.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    with running(Postgres(home)) as server:
        assert query(server.url, "SELECT 1") == 1


def test_server_whose_owner_is_gone_is_ended_first(home):
    orphan = Postgres(home)
    orphan.launch()
    orphan.wait_until_ready()
    query(orphan.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with running(Postgres(home)) as server:
        assert query(server.url, "SELECT answer FROM kept") == 42
        assert not is_server(orphan.child.pid, home.postgres_data)
    orphan.child.process.wait()


def test_servers_end_when_their_owner_is_killed(home, start):
    code = "from embedded.services import *; import time; e = environment(Home('{}'), command='try')\n"
    code += "with e: print('up', flush=True); time.sleep(60)"
    owner = start("-c", code.format(home.path))
    assert owner.stdout.readline() == "up\n"
    assert len(processes_of(home)) >= 3
    owner.kill()
    assert eventually(lambda: processes_of(home) == [])


def test_other_major_version_is_named_and_nothing_is_changed(home):
    with running(Postgres(home)) as server:
        pass
    (server.data / "PG_VERSION").write_text("14\n")
    before = {path: path.stat().st_mtime_ns for path in server.data.rglob("*")}
    with pytest.raises(
        EmbeddedError, match=r"created by PostgreSQL 14, but the server here is PostgreSQL 18\."
    ) as error:
        Postgres(home).launch()
    assert "Nothing was changed" in str(error.value)
    assert "WAYMARK_HOME" in str(error.value)
    assert {path: path.stat().st_mtime_ns for path in server.data.rglob("*")} == before


def test_folder_that_is_no_data_directory_is_left_alone(home):
    home.postgres_data.mkdir()
    (home.postgres_data / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(EmbeddedError, match="not a PostgreSQL data directory"):
        Postgres(home).launch()
    assert (home.postgres_data / "thesis.txt").read_text() == "irreplaceable"


@pytest.mark.skipif(os.getuid() != 0, reason="mounts a small disk")
@pytest.mark.parametrize("mebibytes", [12, 40])  # the disk is full in the middle of initdb, or after it
def test_full_disk_is_one_message_and_leaves_nothing_half_written(home, mebibytes):
    script = f"mount -t tmpfs -o size={mebibytes}m none {home.path} && {sys.executable} -m embedded run true; "
    script += f"echo code $?; ls {home.path}"
    result = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env={**os.environ, "WAYMARK_HOME": str(home.path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "code 1" in result.stdout
    assert "postgres" not in result.stdout.split()
    assert f"WAYMARK_HOME={home.path} is full" in result.stderr
    assert "Traceback" not in result.stderr


def test_long_home_has_its_sockets_in_a_short_private_place_found_again(tmp_path):
    home = Home(tmp_path / ("long-" * 20) / "home")
    home.create()
    try:
        assert len(str(home.sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
        assert home.sockets == Home(home.path).sockets
        assert stat.S_IMODE(home.sockets.stat().st_mode) == 0o700
        with running(Postgres(home)) as database, running(Valkey(home)) as broker:
            assert query(database.url, "SELECT 1") == 1
            assert redis.Redis.from_url(broker.url).ping()
    finally:
        home.remove()


def test_home_with_strange_characters_works(tmp_path):
    home = Home(tmp_path / "my home, 'really' & more")
    home.create()
    try:
        with running(Postgres(home)) as database, running(Valkey(home)) as broker:
            assert query(database.url, "SELECT 1") == 1
            assert redis.Redis.from_url(broker.url).ping()
    finally:
        home.remove()


@pytest.mark.skipif(os.getuid() != 0, reason="is about root")
def test_root_without_user_namespaces_becomes_nobody(home, monkeypatch, tmp_path):
    (tmp_path / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "unshare").chmod(0o755)
    with running(Postgres(home)) as server:
        query(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        with running(Postgres(home)) as server:
            assert Path(f"/proc/{server.child.pid}").stat().st_uid == 65534
            assert query(server.url, "SELECT answer FROM kept") == 42
    with running(Postgres(home)) as server:
        assert query(server.url, "SELECT answer FROM kept") == 42


def test_valkey_refuses_writes_rather_than_forgetting_keys_and_opens_no_port(home):
    with running(Valkey(home)) as server:
        client = redis.Redis.from_url(server.url)
        settings = {name: client.config_get(name)[name] for name in ("maxmemory-policy", "port", "save")}
        assert settings == {"maxmemory-policy": "noeviction", "port": "0", "save": ""}
        client.close()
    assert processes_of(home) == []


def test_urls_of_the_caller_win(home):
    environ = {
        "DATABASE_URL": "postgresql://elsewhere/db",
        "REDIS_URL": "redis://elsewhere/0",
        "PATH": os.environ["PATH"],
    }
    with environment(home, command="try", environ=environ) as found:
        assert found["DATABASE_URL"] == "postgresql://elsewhere/db"
        assert found["REDIS_URL"] == "redis://elsewhere/0"
        assert found["WAYMARK_DEMO"] == "0"
        assert processes_of(home) == []


def test_one_url_of_the_caller_leaves_the_other_server_to_us(home):
    services = Services(home, {"DATABASE_URL": "postgresql://elsewhere/db"})
    assert services.postgres is None
    assert services.valkey is not None


def test_environment_has_defaults_that_the_caller_may_change(home):
    given = {"PORT": "8123", "DEBUG": "1", "SITE_URL": ""}
    found = demo_environment(home, given, {"DATABASE_URL": "ours"})
    assert found["SITE_URL"] == "http://localhost:8123"
    assert found["DEBUG"] == "1"
    assert found["DATABASE_URL"] == "ours"
    assert found["SECRET_KEY"] == home.secret_key()


def test_secret_key_is_made_once_and_private(home):
    assert len(home.secret_key()) >= 50
    assert home.secret_key() == Home(home.path).secret_key()
    assert stat.S_IMODE((home.path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("module", [postgres_module, valkey_module])
def test_without_wheel_and_program_the_message_says_what_to_set(monkeypatch, module, tmp_path):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(module, "DEBIAN", tmp_path, raising=False)
    find = module.find_binaries if module is postgres_module else module.find_server
    with pytest.raises(EmbeddedError, match=r"Set (DATABASE_URL=postgresql://|REDIS_URL=redis://)"):
        find()


@pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL of the system's")
def test_without_wheel_the_systems_postgres_serves(home, monkeypatch):
    monkeypatch.setattr(postgres_module.importlib.util, "find_spec", lambda name: None)
    with running(Postgres(home)) as server:
        assert str(server.binaries).startswith("/usr/lib/postgresql/")
        assert query(server.url, "SELECT lower('ÄÖ')") == "äö"


def test_second_owner_is_told_who_is_first_and_what_to_do(home):
    ownership = home.own("make demo")
    with pytest.raises(EmbeddedError) as error:
        Home(home.path).own("make demo")
    assert f"is in use by `make demo` (process {os.getpid()})" in str(error.value)
    assert "make demo PORT=" in str(error.value)
    ownership.release()
    home.own("make demo").release()


def test_visitor_uses_the_servers_of_the_owner(home):
    ownership = home.own("make demo")
    ownership.publish({"DATABASE_URL": "theirs", "REDIS_URL": "theirs too", "SITE_URL": "http://localhost:8001"})
    with environment(home, command="make manage", environ={}) as found:
        assert (found["DATABASE_URL"], found["SITE_URL"]) == ("theirs", "http://localhost:8001")
    ownership.release()


def test_owner_waits_for_its_visitors_before_it_stops_the_servers(home, start):
    with environment(home, command="make manage"):
        visit = home.own_or_visit("make manage")
        assert isinstance(visit, Visit)
        visit.release()
    code = "from embedded.services import *\nwith environment(Home({!r}), command='owner'): print('up', flush=True)"
    visitors = (home.path / "visitors").open("a")
    fcntl.flock(visitors, fcntl.LOCK_SH)
    owner = start("-c", code.format(str(home.path)))
    assert owner.stdout.readline() == "up\n"
    assert "Waiting for another command" in owner.stdout.readline()
    assert len(processes_of(home)) >= 2
    visitors.close()
    assert owner.wait(5) == 0
    assert processes_of(home) == []


def test_home_that_cannot_be_written_is_one_message(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match="cannot be used: Not a directory"):
        Home(tmp_path / "file" / "home").create()


def test_socket_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    home = Home(tmp_path / ("long-" * 20))
    home.create()
    folder = home.sockets
    folder.rmdir()
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="belongs to someone else"):
            _ = home.sockets
    finally:
        folder.unlink()
        shutil.rmtree(home.path)


def test_killed_owner_leaves_no_lock(home, start):
    code = f"from embedded.home import Home; o = Home({str(home.path)!r}).own('x'); print('mine', flush=True)"
    owner = start("-c", f"{code}; import time; time.sleep(60)")
    assert owner.stdout.readline() == "mine\n"
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    home.own("make demo").release()
