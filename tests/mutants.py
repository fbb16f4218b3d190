"""`python -m tests.mutants [--sample N] [--seconds N] [module …]`: the mutation test of what needs the database: permissions
of the API and of curators, access tokens, transitions of the ledger. `make mutate-services`; `make mutate` ends with it.

A mutant has one change in a module (a comparison, a number, a condition, an argument, a call), and the tests of the module run
against it on a copy of the tree. Each run takes seconds, so only a sample of a module's mutants is tried, chosen at random with a
fixed seed, and none is started after the time is up; the line of a module says how many were tried. Exits with 1 if fewer than
80% were killed.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEAST = 80  # per cent
LONGEST_SECONDS = 120  # for the tests of one mutant; then it counts as killed
# The tests of each module, which have to notice its mutants.
MODULES = {
    "guidance/api/authentication.py": ["tests/api/test_authentication.py", "tests/api/test_limits.py"],
    "accounts/tokens.py": ["tests/accounts/test_tokens.py", "tests/api/test_authentication.py"],
    "guidance/curation/permissions.py": ["tests/curation/test_permissions.py"],
    "guidance/reminders/ledger.py": ["tests/reminders/test_ledger.py", "tests/reminders/test_ledger_retention.py"],
}
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
QUIET = {"info", "warning", "error"}  # calls that log, whose mutants change no behaviour


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that can replace the node."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield ast.Compare(node.left, [SWAPS[type(op)]()], node.comparators)
        case ast.BoolOp() | ast.BinOp() if type(node.op) in SWAPS:
            other = copy.copy(node)
            other.op = SWAPS[type(node.op)]()
            yield other
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.Call() if any(keyword.arg for keyword in node.keywords):
            for keyword in node.keywords:
                yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))) if name not in QUIET:
            yield ast.Pass()
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """For each mutant the line, a description of the change and the source of the module. Logging and docstrings stay unchanged."""
    tree = ast.parse(source)
    skipped = {id(inner) for node in ast.walk(tree) if is_log(node) for inner in ast.walk(node)}
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or id(child) in skipped:
                    continue
                for other in changes(child):
                    set_child(parent, field, place, ast.copy_location(other, child))
                    mutated = ast.unparse(ast.fix_missing_locations(tree))
                    set_child(parent, field, place, child)
                    if mutated != ast.unparse(tree):
                        words = f"{ast.unparse(child)[:80]!r} → {ast.unparse(other)[:80]!r}"
                        yield getattr(child, "lineno", 0), words, mutated


def is_log(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("log.")


def set_child(parent: ast.AST, field: str, place: int | None, child: ast.AST) -> None:
    if place is None:
        setattr(parent, field, child)
    else:
        getattr(parent, field)[place] = child


def passes(folder: Path, tests: list[str], *, create: bool = False) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    command.append("--create-db" if create else "--reuse-db")
    environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "EXAMPLES": "20"}
    try:
        done = subprocess.run(command, cwd=folder, env=environ, timeout=LONGEST_SECONDS * (3 if create else 1), check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    if create and done.returncode:
        print(done.stdout.decode()[-3000:])
    return done.returncode == 0


def mutate(module: str, sample: int, seconds: float) -> tuple[int, int, int]:
    """The number of mutants killed, tried and possible."""
    source = (ROOT / module).read_text()
    found = list(mutants(source))
    chosen = random.Random(7).sample(found, min(sample, len(found)))
    end = time.monotonic() + seconds
    killed = tried = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tree"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "var", "staticfiles")
        shutil.copytree(ROOT, folder, ignore=ignored, symlinks=True)
        if not passes(folder, MODULES[module], create=True):
            raise SystemExit(f"{module}: its tests fail without a change")
        for line, words, mutated in chosen:
            if time.monotonic() > end:
                break
            (folder / module).write_text(mutated)
            tried += 1
            if passes(folder, MODULES[module]):
                print(f"survived {module}:{line} {words}", flush=True)
            else:
                killed += 1
    return killed, tried, len(found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").partition("\n")[2])
    parser.add_argument("modules", nargs="*", default=list(MODULES), metavar="module")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="mutants of a module, at most (60)")
    parser.add_argument("--seconds", type=float, default=900, metavar="N", help="for each module, at most (900)")
    options = parser.parse_args()
    fine = True
    for module in options.modules:
        killed, tried, there = mutate(module, options.sample, options.seconds)
        share = 100 * killed / max(tried, 1)
        fine &= share >= LEAST
        print(f"{module:<30} {share:>5.1f} % of {tried} mutants killed (there are {there})", flush=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
