"""`make mutate`: the mutation test of the pure core, by mutmut. `make mutate ARGS="pace plan"` for some modules.

mutmut changes a module in one place (an operator, a number, an argument, an assignment) and runs those of its tests that
reach it. A mutant that makes no test fail has survived and is printed; one that never ends counts as killed. Exits with 1 if
fewer than 90% of a module's mutants are killed. Some cannot be killed, because they change nothing observable.

It works on copies of the pure modules and their tests, without services or Django, and leaves nothing in the work tree.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

ROOT = Path(__file__).parents[1]
MODULES = ("curriculum", "deadlines", "pace", "path", "plan", "readiness", "review", "streaks")
TESTS = {"curriculum": "path"}  # modules whose tests are in the file of another module
LEAST = 90  # per cent
KILLED = {"killed", "timeout"}
# A module that contains all its mutants is slow, so tests of speed and tests with the whole catalogue are left out.
PYPROJECT = """
[tool.pytest.ini_options]
addopts = "--import-mode=importlib"
pythonpath = ["."]
[tool.mutmut]
source_paths = ["guidance"]
only_mutate = ["guidance/progress/{module}.py"]
pytest_add_cli_args = ["-k", "not speed and not catalogue"]
pytest_add_cli_args_test_selection = ["tests"]
timeout_multiplier = 4.0
timeout_constant = 5.0
use_setproctitle = false
"""
# Deterministic, so that each run kills the same mutants, and without shrinking failing examples, which takes longer than the rest.
CONFTEST = """
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutation", derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutation")
"""


def lay(folder: Path, module: str) -> None:
    files = ["guidance/__init__.py", "guidance/catalog/__init__.py", "guidance/catalog/graph.py"]
    files += [f"guidance/progress/{name}.py" for name in ("__init__", *MODULES)]
    files += ["tests/progress/givens.py", f"tests/progress/test_{TESTS.get(module, module)}.py"]
    for file in files:
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    shutil.copytree(ROOT / "guidance/catalog/content", folder / "guidance/catalog/content")
    (folder / "pyproject.toml").write_text(PYPROJECT.format(module=module))
    (folder / "tests/conftest.py").write_text(CONFTEST)


def mutmut(folder: Path, *arguments: str, stdout: int | TextIO = subprocess.PIPE) -> str:
    """Run mutmut. Returns its output, unless `stdout` sends it elsewhere."""
    environ = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "EXAMPLES": "80"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=folder, env=environ, stdout=stdout, text=True, check=True).stdout


def mutate(module: str) -> Counter[str]:
    """The number of mutants by outcome."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        lay(folder, module)
        mutmut(folder, "run", "--max-children", str(os.cpu_count() or 1), stdout=sys.stderr)
        # Each line is the name of a mutant, such as guidance.progress.plan.x_plan__mutmut_1, a colon and its outcome.
        ends = [line.strip().rpartition(": ") for line in mutmut(folder, "results", "--all", "true").splitlines()]
        for mutant, _, how in ends:
            if how not in KILLED:
                print(mutmut(folder, "show", mutant), flush=True)
        return Counter(how for _, _, how in ends)


def main() -> int:
    counts = {module: mutate(module) for module in sys.argv[1:] or MODULES}
    shares = {module: 100 * sum(ends[how] for how in KILLED) / ends.total() for module, ends in counts.items()}
    for module, ends in counts.items():
        how = ", ".join(f"{count} {how}" for how, count in sorted(ends.items()))
        print(f"{module:<12} {shares[module]:>5.1f} % of {ends.total()} mutants killed ({how})")
    return 0 if min(shares.values()) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
