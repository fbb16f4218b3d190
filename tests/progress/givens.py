"""The whole catalogue as values, read from the pack without a database, and made-up ones."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from hypothesis import strategies as st

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
