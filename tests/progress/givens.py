"""The whole catalogue as values, read from the pack without a database, and made-up ones; for `benchmarks` too."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from hypothesis import strategies as st

from guidance.progress import orders
from guidance.progress import plan as plans

CONTENT = Path(plans.__file__).parents[1] / "catalog" / "content"


@dataclass(frozen=True)
class Need:
    level: int
    importance: int


def _documents(folder):
    return {
        path.stem: yaml.load(path.read_text().split("---\n")[1], Loader=yaml.CSafeLoader)
        for path in sorted((CONTENT / folder).glob("*.md"))
    }


@dataclass(frozen=True)
class Catalogue:
    graph: dict
    effort: dict
    roles: dict  # slug: {skill: Need}
    starting_points: dict  # slug: levels


@cache
def catalogue():
    skills = _documents("skills")
    return Catalogue(
        graph={slug: skill.get("prerequisites") or {} for slug, skill in skills.items()},
        effort={slug: tuple(skill["effort"]) for slug, skill in skills.items()},
        roles={
            slug: {skill: Need(**item) for skill, item in role["requirements"].items()}
            for slug, role in _documents("roles").items()
        },
        starting_points={slug: start.get("levels") or {} for slug, start in _documents("starting-points").items()},
    )


def large():
    """The arguments of a plan, without a calendar: 45 requirements in a graph of 14,000 skills and 28,000 edges."""
    rng = random.Random(1)
    slugs = [f"skill-{number:05}" for number in range(14_000)]
    graph = {
        slug: {slugs[need]: rng.randint(1, 3) for need in rng.sample(range(at), min(at, 2))}
        for at, slug in enumerate(slugs)
    }
    return {
        "graph": graph,
        "effort": dict.fromkeys(slugs, (4.0, 12.0, 30.0, 60.0)),
        "requirements": {slug: Need(rng.randint(2, 4), rng.randint(1, 5)) for slug in rng.sample(slugs, 45)},
    }


def seconds_for(call: Callable[[], object]) -> float:
    """CPU time, the best of three: what else the machine does is no concern of the call, and no order is known before."""
    times = []
    for _ in range(3):
        orders.kept.forget()
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return min(times)


SLUGS = [f"{letter}{number}" for number in range(3) for letter in "hgfedcba"]


@st.composite
def goals(draw, most=12):
    """The arguments of a plan, without a calendar: an acyclic graph, requirements in it, levels, logged hours."""
    slugs = draw(st.permutations(SLUGS))[: draw(st.integers(1, most))]
    graph = {
        slug: draw(st.dictionaries(st.sampled_from(slugs[:at]), st.integers(1, 4), max_size=3)) if at else {}
        for at, slug in enumerate(slugs)
    }
    some = st.sampled_from(slugs)
    return {
        "graph": graph,
        "effort": {slug: tuple(draw(st.sampled_from([0.5, 1, 3, 7.5, 20, 90])) for _ in range(4)) for slug in slugs},
        "requirements": draw(
            st.dictionaries(some, st.builds(Need, st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=6)
        ),
        "emphases": draw(st.dictionaries(some, st.sampled_from([0.5, 1.0, 2.0]), max_size=3)),
        "levels": draw(st.dictionaries(some, st.integers(0, 4), max_size=4)),
        "logged": draw(st.dictionaries(some, st.sampled_from([0.25, 2.0, 50.0]), max_size=3)),
    }
