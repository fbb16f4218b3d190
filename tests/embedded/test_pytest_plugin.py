"""The plugin in separate runs of pytest, in a folder without Waymark's code."""

import signal

import pytest

from embedded.processes import ROOT
from embedded.pytest_plugin import with_database
from tests.embedded.watch import eventually, processes_of

SHOW = """
import os, psycopg, redis, pytest

@pytest.mark.parametrize("number", range(4))
def test_show(number):
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.incr("tests")
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        fsync = connection.execute("SHOW fsync").fetchone()[0]
    database = client.connection_pool.connection_kwargs["db"]
    with open(f"seen-{number}", "w") as seen:
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        print(os.environ["WAYMARK_HOME"], worker, database, fsync, os.environ["SECRET_KEY"][:9], file=seen)
"""
PYTEST = ("-m", "pytest", "-p", "embedded.pytest_plugin", "-p", "no:cacheprovider", "-q")
PLAIN = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # the other plugins take seconds to load


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    (tmp_path / "test_show.py").write_text(SHOW)
    return tmp_path


def seen(suite):
    return [file.read_text().split() for file in sorted(suite.glob("seen-*"))]


def run(start, suite, *arguments, **env):
    process = start(*PYTEST, *arguments, folder=suite, **{**PLAIN, **env})
    return process.communicate(timeout=60)[0]


def test_workers_share_throw_away_servers_but_not_a_redis_database(start, suite):
    output = run(start, suite, "-p", "xdist", "-n", "2", "--dist", "load")
    assert "4 passed" in output
    homes, workers, fsync, keys = zip(
        *((home, f"{worker}:{db}", fsync, key) for home, worker, db, fsync, key in seen(suite)), strict=True
    )
    assert len(set(homes)) == 1
    assert set(workers) <= {"gw0:1", "gw1:2"}
    assert set(fsync) == {"off"}
    assert set(keys) == {"for-tests"}
    assert processes_of(homes[0]) == []


def test_run_without_workers_has_servers_too(start, suite):
    output = run(start, suite)
    assert "4 passed" in output
    assert processes_of(seen(suite)[0][0]) == []


def test_given_database_is_used_as_it_is(start, suite):
    (suite / "test_show.py").write_text(
        "import os\ndef test_url():\n    assert os.environ['DATABASE_URL'] == 'postgresql://u@host/name'\n"
    )
    output = run(start, suite, DATABASE_URL="postgresql://u@host/name", REDIS_URL="redis://host/3")
    assert "1 passed" in output


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_run_leaves_no_server(start, suite, signum):
    (suite / "test_show.py").write_text(
        "import os, time\ndef test_wait():\n    print(os.environ['WAYMARK_HOME'], flush=True)\n    time.sleep(60)\n"
    )
    process = start(*PYTEST, "-s", folder=suite, **PLAIN)
    home = process.stdout.readline().strip()
    assert len(processes_of(home)) > 2
    process.send_signal(signum)
    process.wait(10)
    assert eventually(lambda: processes_of(home) == [])


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("unix:///tmp/valkey.sock?db=0", "unix:///tmp/valkey.sock?db=2"),
        ("redis://user:secret@host:6379/0", "redis://user:secret@host:6379/2"),
        ("redis://host", "redis://host/2"),
    ],
)
def test_another_database_of_the_same_server(url, other):
    assert with_database(url, 2) == other
