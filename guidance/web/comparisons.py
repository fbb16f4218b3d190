"""Roles side by side: the same skill in each of them, and how far apart they are. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from guidance.catalog.snapshot import Area, Requirement, Role, Skill, Snapshot
from guidance.web import journeys

MIN_ROLES, MAX_ROLES = 2, 4
DEFAULT_ROLES = ("ai-engineer", "data-scientist", "software-developer")


@dataclass(frozen=True, slots=True)
class Row:
    skill: Skill
    cells: tuple[Requirement | None, ...]  # one per role, None where it does not ask
    mine: int  # the learner's level

    @property
    def targets(self) -> tuple[int, ...]:
        """The level each role asks for, 0 where it does not."""
        return tuple(cell.level if cell else 0 for cell in self.cells)

    @property
    def difference(self) -> tuple[int, int]:
        """Between the role that asks most and the one that asks least, in levels, then in importance."""
        importances = [cell.importance if cell else 0 for cell in self.cells]
        return max(self.targets) - min(self.targets), max(importances) - min(importances)

    @property
    def differs(self) -> bool:
        return self.difference[0] > 0

    @property
    def askers(self) -> int:
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Group:
    area: Area | None  # None where rows of all areas stand together
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Column:
    letter: str  # of the role in drawings
    role: Role
    hours: float  # from zero
    unique: int  # skills that no other role of the comparison asks for


@dataclass(frozen=True, slots=True)
class Difference:
    role: Role
    other: Role
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]  # biggest difference first
    shared: int  # skills that every role asks for
    same: int  # of those, at the same level
    differences: tuple[Difference, ...]  # in words, as the roles' authors put them

    def shown(self, *, only_differences: bool) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.differs) if only_differences else self.rows


def compare(snapshot: Snapshot, roles: Sequence[Role], levels: Mapping[str, int]) -> Comparison:
    """`levels`: the learner's."""
    skills = [slug for slug in snapshot.skills if any(slug in role.skills for role in roles)]
    rows = [
        Row(snapshot.skills[slug], tuple(role.skills.get(slug) for role in roles), levels.get(slug, 0))
        for slug in skills
    ]
    rows.sort(key=lambda row: (*(-value for value in row.difference), row.skill.name.casefold()))
    return Comparison(
        columns=tuple(
            Column(
                ascii_uppercase[position],
                role,
                journeys.hours_to(role, snapshot),
                sum(row.askers == 1 and row.cells[position] is not None for row in rows),
            )
            for position, role in enumerate(roles)
        ),
        rows=tuple(rows),
        shared=sum(row.askers == len(roles) for row in rows),
        same=sum(not row.differs for row in rows),
        differences=tuple(
            Difference(role, other, role.neighbours[other.slug])
            for role in roles
            for other in roles
            if other.slug in role.neighbours
        ),
    )


def grouped(snapshot: Snapshot, rows: Sequence[Row], *, by_area: bool) -> tuple[Group, ...]:
    if not by_area:
        return (Group(None, tuple(rows)),) if rows else ()
    return tuple(
        Group(area, found)
        for area in snapshot.areas.values()
        if (found := tuple(row for row in rows if row.skill.area.slug == area.slug))
    )
