"""The whole catalogue as plain values, read from the pack without a database, and made-up values. Also used by `benchmarks`."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml
from hypothesis import strategies as st

from guidance.catalog.graph import with_implied
from guidance.progress import plan as plans
from guidance.progress.curriculum import Curriculum, in_place, targets

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


@dataclass(frozen=True)
class AnyOf:
    one_of: dict
    importance: int


@dataclass(frozen=True)
class Stone:
    slug: str
    steps: tuple
    projects: tuple = ()


@dataclass(frozen=True)
class Brief:
    proves: dict
    hours: float = 5.0
    industries: tuple = ()


@dataclass(frozen=True)
class Paths:
    """Everything about paths in the catalogue."""

    skills: dict  # slug: front matter
    areas: dict  # slug of the skill: slug of its area
    families: dict  # slug of an area: its family
    roles: dict
    industries: dict
    milestones: dict
    projects: dict
    starting_points: dict  # slug: effective levels

    @cached_property
    def graph(self):
        return {slug: skill.get("prerequisites") or {} for slug, skill in self.skills.items()}

    @cached_property
    def effort(self):
        return {slug: tuple(skill["effort"]) for slug, skill in self.skills.items()}

    @cached_property
    def with_basics(self):
        """Does the same as `Snapshot._with_basics` for the pack: every framework of Python needs Python 1."""
        slugs = {"programming-basics"}
        for _ in range(3):
            slugs |= {
                slug
                for slug, skill in self.skills.items()
                if skill["kind"] == "tool" and skill["area"] == "programming" and slug != "python"
                if slugs & self.graph[slug].keys()
            }
        return slugs

    def effort_for(self, levels):
        """Does the same as `Snapshot.effort_for`."""
        if max(levels.get(slug, 0) for slug in self.with_basics) < 2:
            return self.effort
        return {
            slug: tuple(
                hours
                - sum(unit["minutes"] for unit in skill.get("units", {}).get(level, ()) if unit.get("basics")) / 60
                for level, hours in enumerate(skill["effort"], 1)
            )
            for slug, skill in self.skills.items()
        }


@cache
def curriculum(role, industry=None):
    """The curriculum of a role, as `role_curriculum` makes it."""
    content = paths()
    asked, sector = content.roles[role], content.industries.get(industry, {})
    emphases = {item["skill"]: item["weight"] for item in sector.get("emphases", [])}
    return Curriculum(
        graph=content.graph,
        targets=targets(
            {slug: Need(**item) for slug, item in asked["requirements"].items()},
            {slug: AnyOf(item["one_of"], item["importance"]) for slug, item in asked.get("choices", {}).items()},
            {slug: Need(**item) for slug, item in sector.get("requirements", {}).items()},
            emphases,
        ),
        milestones=tuple(content.milestones[slug] for slug in in_place(asked["milestones"], sector.get("milestone"))),
        apply_after=asked.get("apply_after"),
        projects=content.projects,
        industry=industry,
        industry_skills=frozenset({*sector.get("requirements", {}), *emphases}),
        demand={slug: skill["demand"] for slug, skill in content.skills.items() if "demand" in skill},
    )


@cache
def paths():
    skills = _documents("skills")
    graph = {slug: skill.get("prerequisites") or {} for slug, skill in skills.items()}
    return Paths(
        skills=skills,
        areas={slug: skill["area"] for slug, skill in skills.items()},
        families={slug: area["family"] for slug, area in _documents("areas").items()},
        roles=_documents("roles"),
        industries=_documents("industries"),
        milestones={
            slug: Stone(
                slug,
                tuple((skill, level) for step in item["steps"] for skill, level in step.items()),
                tuple(item.get("projects", ())),
            )
            for slug, item in _documents("milestones").items()
        },
        projects={
            slug: Brief(item["proves"], item["hours"], tuple(item.get("industries", ())))
            for slug, item in _documents("projects").items()
        },
        starting_points={
            slug: with_implied(graph, start.get("levels") or {})
            for slug, start in _documents("starting-points").items()
        },
    )


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


def asked(graph, requirements, emphases=None, **more):
    """A goal without milestones."""
    return Curriculum(graph=graph, targets=targets(requirements, emphases=emphases), **more)


def large():
    """A goal and its effort: 45 requirements in a graph of 14,000 skills and 28,000 edges."""
    rng = random.Random(1)
    slugs = [f"skill-{number:05}" for number in range(14_000)]
    graph = {
        slug: {slugs[need]: rng.randint(1, 3) for need in rng.sample(range(at), min(at, 2))}
        for at, slug in enumerate(slugs)
    }
    requirements = {slug: Need(rng.randint(2, 4), rng.randint(1, 5)) for slug in rng.sample(slugs, 45)}
    return asked(graph, requirements), dict.fromkeys(slugs, (4.0, 12.0, 30.0, 60.0))


def seconds_for(call: Callable[[], object]) -> float:
    """CPU seconds of a call, the best of three, so that other load on the machine does not matter."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return min(times)


SLUGS = [f"{letter}{number}" for number in range(3) for letter in "hgfedcba"]


@st.composite
def goals(draw, most=12):
    """An acyclic graph, and requirements, emphases, levels and logged hours for its skills."""
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
