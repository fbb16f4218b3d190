"""The table of acceptance checks names only things that exist."""

import re
import shlex

import pytest

from tests.attack.__main__ import SCENARIOS
from tests.chaos.runs import RUNS
from tests.test_house import ROOT

PAGE = ROOT / "docs" / "acceptance-checks.md"
ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<what>[^|]+) \| (?P<proofs>[^|]+) \| (?P<note>[^|]*)\|$", re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
# The valid parts of a make target, by the variable that selects them.
PARTS = {"ONLY": set(SCENARIOS), "--runs": {run.name for run in RUNS}}


def rows() -> list[re.Match[str]]:
    return list(ROW.finditer(PAGE.read_text()))


def missing(named: str) -> str:
    """The part of a reference that does not exist; empty if all of it does."""
    if named.startswith("make "):
        _make, target, *options = shlex.split(named)
        if target not in TARGET.findall((ROOT / "Makefile").read_text()):
            return target
        words = [word for option in options for word in re.split(r"[ =]", option.removeprefix("ARGS="))]
        known = set(PARTS) | set().union(*PARTS.values())
        return " ".join(word for word in words if word not in known)
    name, _, test = named.partition("::")
    if not (ROOT / name).is_file():
        return name
    found = re.search(rf"^\s*def {re.escape(test)}\(", (ROOT / name).read_text(), re.MULTILINE)
    return "" if not test or found else named


def test_there_are_68_checks_and_none_is_open_without_a_reason():
    assert [int(row["number"]) for row in rows()] == list(range(1, 69))
    assert [row["number"] for row in rows() if not QUOTED.findall(row["proofs"])] == []
    notes = [row["note"] for row in rows() if "Open" in row["note"]]
    assert [note for note in notes if not re.search(r"\*\*Open\*\*[^:]*: [^.]{20,}", note)] == []


def test_all_that_is_named_exists():
    named = {name for row in rows() for name in QUOTED.findall(row["proofs"])}
    named |= {name for row in rows() for name in QUOTED.findall(row["note"]) if name.startswith(("tests/", "make "))}
    assert len(named) > 150
    assert [name for name in sorted(named) if missing(name)] == []


@pytest.mark.parametrize(
    "named", ["tests/test_house.py::test_nothing", "tests/nothing.py", "make nothing", 'make attack ONLY="nothing"']
)
def test_what_does_not_exist_is_noticed(named):
    assert missing(named)


@pytest.mark.parametrize("linking", ["docs/deploy.md", "CONTRIBUTING.md"])
def test_the_table_is_linked(linking):
    assert "acceptance-checks.md)" in (ROOT / linking).read_text()
