"""Claims of the units on agents and security that can be tested with the standard library.

The other figures in those units were seen with langgraph 1.2, mcp 2.3, crewai 1.15, agent-framework-core 1.23, inspect-ai 0.3.285,
garak 0.17.1, scikit-learn 1.9.1, OpenDP 0.16 and Opacus 1.6.
"""

import pickle
import random
import sqlite3
from collections import Counter
from collections.abc import Hashable, Iterable
from math import comb, log, sqrt
from pathlib import Path
from typing import Any

import pytest

from tests.content.figures import code_of, text_of


def test_twenty_steps_at_95_per_cent():
    text = text_of("ai-agents", 1, "twenty-steps")
    assert f"about {0.95**20:.0%} and {0.9975**20:.0%}" in text


def test_five_answers_fit_into_the_budget():
    spent, calls = 0.0, 0
    while spent < 0.02:
        spent, calls = spent + 0.004, calls + 1
    assert calls == 5
    assert "0.004 each with 0.02 allowed" in text_of("ai-agents", 2, "limits")


def test_once_or_always():
    assert f"{1 - 0.2**3:.1%} and {0.8**3:.1%}" in text_of("agent-evaluation", 1, "once-or-always")
    text = text_of("agent-evaluation", 2, "every-one-of-k")
    assert f"4 of 5 gives {comb(4, 3) / comb(5, 3):g} for `k = 3`, where 0.8 cubed would say {0.8**3:.3f}" in text


class Killed(Exception):
    pass


def renewed(point: str, keys: bool) -> tuple[int, int]:
    """The number of charges and messages after a run was killed at `point` and a second run finished it."""
    stored: list[str] = []
    world: list[str] = []

    def run(dies: str) -> None:
        for step in ("read", "check", "charge", "message"):
            if step in stored:
                continue
            if dies == f"before {step}":
                raise Killed
            if step in ("charge", "message") and not (keys and step in world):
                world.append(step)
            if dies == f"after {step}":
                raise Killed
            stored.append(step)
            if dies == f"saved {step}":
                raise Killed

    with pytest.raises(Killed):
        run(point)
    run("")
    return world.count("charge"), world.count("message")


def test_twelve_points_to_kill_a_workflow():
    points = [
        f"{when} {step}" for step in ("read", "check", "charge", "message") for when in ("before", "after", "saved")
    ]
    assert len(points) == 12
    assert Counter(renewed(point, keys=False) for point in points) == {(1, 1): 10, (2, 1): 1, (1, 2): 1}
    assert {renewed(point, keys=True) for point in points} == {(1, 1)}
    assert "ten of twelve runs are right, one charges twice and one writes twice" in text_of(
        "agentic-workflows", 2, "kill-it-everywhere"
    )


def test_a_threshold_lets_wrong_items_through():
    text = text_of("human-in-the-loop", 2, "thresholds")
    (code,) = code_of(text)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert len(scope["proposals"]) == 200
    through = [right for confidence, right in scope["proposals"] if confidence >= 0.8]
    assert f"0.8 gives {len(through)}, {through.count(False)} and {200 - len(through)}" in text
    assert f"{through.count(True) / len(through):.0%} of cases" in text
    assert f"{12 / 60:.0%}, {9 / 12:.0%}, 9 of {9 + 4} and {12 - 9}" in text_of(
        "human-in-the-loop", 2, "rates-that-mislead"
    )


def test_a_joined_query_gives_everything_away():
    text = text_of("information-security", 1, "injection")
    tables, ann, others, safe = code_of(text)
    first, joined = ann.splitlines()
    scope: dict[str, Any] = {}
    exec(tables, scope)

    def found(name: str, query: str) -> list[tuple[str]]:
        exec(f"{name}\nfound = {query}", scope)
        return list(scope["found"])

    everyone, error, passwords = others.splitlines()
    assert found(first, joined) == found(first, safe) == [("ann",)]
    assert found(everyone, joined) == [("ann",), ("ben",)]
    with pytest.raises(sqlite3.OperationalError):
        found(error, joined)
    assert found(passwords, joined) == [("x1",), ("x2",)]
    assert [found(name, safe) for name in (everyone, error, passwords)] == [[], [], []]
    assert "the second gives both names, the third an error, the fourth both passwords" in text


def test_a_read_only_connection_says_so(tmp_path):
    path = tmp_path / "films.db"
    sqlite3.connect(path).execute("CREATE TABLE films(name)").connection.close()
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("INSERT INTO films VALUES ('M')")
    assert f"“{caught.value}”" in text_of("information-security", 2, "least-privilege")


class Touches:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_pickle_runs_code_when_it_is_loaded(tmp_path):
    path = tmp_path / "i-was-here"
    data = pickle.dumps(Touches(path))
    assert not path.exists()
    pickle.loads(data)  # noqa: S301 -- ours, and the point of the unit
    assert path.exists()
    assert "return pathlib.Path.touch, (pathlib.Path(" in text_of("secure-development", 1, "pickle-runs-code")


def interval(hits: int, tries: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson interval."""
    share, scale = hits / tries, 1 + z * z / tries
    middle = (share + z * z / (2 * tries)) / scale
    half = z * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries)) / scale
    return max(0.0, middle - half), middle + half


def test_rates_of_findings_have_intervals():
    few, none = interval(3, 20), interval(0, 20)
    text = text_of("ai-red-teaming", 2, "rates-not-anecdotes")
    assert f"3 of 20 gives {few[0]:.0%} to {few[1]:.0%}, 0 of 20 gives {none[0]:.0%} to {none[1]:.0%}" in text


def alone(rows: Iterable[Hashable]) -> int:
    return sum(count == 1 for count in Counter(rows).values())


def test_people_stand_out_by_three_fields():
    rng = random.Random(0)
    people = [(rng.randint(1940, 2005), rng.randint(1, 50), rng.choice("mf")) for _ in range(1000)]
    years, decades = alone(people), alone((year // 10, district, sex) for year, district, sex in people)
    coarse = alone((year // 10, district // 10, sex) for year, district, sex in people)
    text = text_of("differential-privacy", 1, "stand-out")
    assert (
        f"{years} are unique, {decades} with `year // 10` in place of the year and {coarse} with `district // 10`"
        in text
    )


def test_gaussian_noise_wins_from_a_hundred_counts():
    rho = (sqrt(log(1e6) + 1) - sqrt(log(1e6))) ** 2
    counts = (1, 10, 100, 1000)
    laplace = [sqrt(2) * k for k in counts]
    gauss = [sqrt(k / (2 * rho)) for k in counts]
    text = text_of("differential-privacy", 2, "gauss-or-laplace")
    assert f"rho is {rho:.4f}" in text
    assert (
        f"{laplace[0]:.1f}, {laplace[1]:.0f}, {laplace[2]:.0f} and {laplace[3]:,.0f} with Laplace and "
        f"{gauss[0]:.1f}, {gauss[1]:.0f}, {gauss[2]:.0f} and {gauss[3]:.0f} with Gauss"
    ) in text
