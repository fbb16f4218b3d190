from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import time as wall_time

from guidance.catalog.fields import read_only
from guidance.catalog.kinds.base import (
    MAX_IMPORTANCE,
    Record,
    clock,
    entry,
    inside,
    integer,
    items,
    level,
    mapping,
    named,
    record,
    reference,
    references,
    text,
)
from guidance.catalog.kinds.skill import External


@entry(key="skill", flow=True)
class Requirement:
    """A skill that a role or an industry requires."""

    skill: str
    level: int = level(required=True)
    importance: int = integer(1, MAX_IMPORTANCE, required=True)
    choice: str | None = None  # name of the choice that it belongs to; None if it is required by itself


@entry(key="slug", flow=True)
class Choice:
    """A requirement that any one of several skills meets."""

    slug: str
    name: str = text(120, required=True)
    one_of: Mapping[str, int] = mapping("skill", level(), low=2, flow=True, required=True, link="ChoiceMember")
    importance: int = integer(1, MAX_IMPORTANCE, required=True)


@entry(flow=True)
class Activity:
    """An entry in a role's day."""

    time: wall_time = clock(required=True)
    minutes: int = integer(1, 720, required=True)
    activity: str = text(required=True)


@entry()
class Neighbour:
    """A role that is often confused with this one."""

    role: str = reference("role", required=True, column="other")
    difference: str = text(required=True)


@entry()
class Titles:
    """The words by which job titles name a role. A word in an earlier list counts more than another role's word in a later
    list."""

    names: tuple[str, ...] = items(text(60), flow=True, help="The role itself, whatever else the title says.")
    subjects: tuple[str, ...] = items(text(60), flow=True, help="What the work is about.")
    broad: tuple[str, ...] = items(text(60), flow=True, help="Names that other roles also have.")
    others: tuple[str, ...] = items(text(60), flow=True, help="Titles that contain such words but are other jobs.")


@record("role", plural="roles", page=True)
class Role(Record):
    """A job and what it requires."""

    name: str = text(200, required=True, in_plans=True, column="name")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
    order: int = integer(0, 10_000, default=0, column="order")
    requirements: Mapping[str, Requirement] = mapping(
        "skill",
        Requirement,
        heaviest=("importance", "level"),
        required=True,
        optional_in_draft=True,
        in_plans=True,
        link="Requirement",
    )
    choices: Mapping[str, Choice] = named("choice", Choice, in_plans=True, link="Choice")
    milestones: tuple[str, ...] = references("milestone", in_plans=True, link="RoleMilestone")
    apply_after: str | None = reference("milestone", column="apply_after")
    long_because: str = text(column="long_because", label="why it is long")
    day: tuple[Activity, ...] = items(Activity, unique_by="time", sorted=True, link="Activity")
    neighbours: Mapping[str, Neighbour] = items(Neighbour, unique_by="role", by="role", link="Neighbour")
    titles: Titles = inside(Titles, default={})
    facts: tuple[str, ...] = references("fact", sorted=True, flow=True, link="facts", label="outlook facts")
    external: External = inside(External, default={}, column=("esco", "onet"), label="ESCO and O*NET")
    # Every skill that the role requires, alone or in a choice, most important first.
    skills: Mapping[str, Requirement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "skills", _skills_of(self.requirements.values(), self.choices.values()))

    @property
    def term_count(self) -> int:
        """Number of targets; a choice counts as one."""
        return len(self.requirements) + len(self.choices)


def _skills_of(requirements: Iterable[Requirement], choices: Iterable[Choice]) -> Mapping[str, Requirement]:
    merged: dict[str, Requirement] = {}
    members = [
        Requirement(skill, level, choice.importance, choice.name)
        for choice in choices
        for skill, level in choice.one_of.items()
    ]
    for item in (*requirements, *members):
        known = merged.get(item.skill, item)
        merged[item.skill] = Requirement(
            item.skill, max(item.level, known.level), max(item.importance, known.importance), known.choice
        )
    heaviest_first = sorted(merged.values(), key=lambda item: (-item.importance, -item.level))
    return read_only((item.skill, item) for item in heaviest_first)
