import os
import subprocess
import sys
import time
from pathlib import Path

from embedded.home import throw_away_home
from embedded.processes import ROOT

KEEPS_ONE = """
from embedded.home import throw_away_home
with throw_away_home() as home:
    print(home.path, flush=True)
    input()
"""
OLD = time.time() - 3600


def test_home_that_nobody_owns_is_left_alone_while_its_block_runs():
    """Other processes clean up what killed runs have left."""
    with throw_away_home() as used:
        os.utime(used.path, (OLD, OLD))
        with throw_away_home():
            assert used.path.is_dir()


def test_home_of_a_killed_run_is_cleared_up():
    run = subprocess.Popen(
        [sys.executable, "-c", KEEPS_ONE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    left = run.stdout.readline().strip()
    run.kill()
    run.communicate()
    os.utime(left, (OLD, OLD))
    with throw_away_home():
        assert not Path(left).exists()
