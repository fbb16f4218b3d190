"""The units of a skill's level: which ones a learner has done, which one is next and how much is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Resource, Skill, Unit
from guidance.catalog.models import Unit as UnitRow
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import inside
from guidance.catalog.unit_text import leaves_out_windows, parted
from guidance.progress.readiness import remaining

if TYPE_CHECKING:
    from guidance.progress.learner_state import LearnerState

# What one does with a resource, by its type; every other one is read.
VERBS = {"video": gettext_lazy("Watch"), "course": gettext_lazy("Study"), "project": gettext_lazy("Study")}


@dataclass(frozen=True, slots=True)
class Tick:
    """A unit that the learner has ticked. It may no longer be in the catalogue."""

    level: int
    key: str
    minutes: int  # logged with it since the level of the skill last changed
    earlier: int = 0  # minutes logged earlier without a unit that count towards this one


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as a learner sees it."""

    key: str
    type: str  # read, do or build
    kind: str  # what to do as a word for the reader: Read, Watch, Study, Do or Build
    text: str  # what to do, or the name of the resource to read
    title: str  # its first sentence
    how: str  # the text after the title and before “Done when”
    done_when: str  # how to see that it is done: the sentence without “Done when”
    resource: Resource | None  # what to read
    part: str  # of the resource
    minutes: int
    is_untried: bool
    is_basics: bool  # left out for someone who knows another programming language
    is_done: bool = False
    is_ticked: bool = False  # whether the learner ticked it themselves
    is_next: bool = False  # whether the learner should do this one now
    logged: int = 0  # minutes logged on the skill without a unit that count towards this one

    @property
    def left(self) -> int:
        """The minutes that are still to be logged."""
        return self.minutes - self.logged

    @property
    def leaves_out_windows(self) -> bool:
        return leaves_out_windows(self.text)

    @property
    def is_covered(self) -> bool:
        """Whether time logged without a unit covers this unit, in part or in full."""
        return self.logged > 0 and not self.is_done


@dataclass(frozen=True, slots=True)
class LevelUnits:
    """The units that lead to one level of a skill, in order.

    `left_out` holds units that the learner can skip because they can already program. They are not included in any number.
    """

    skill: Skill
    level: int
    is_reached: bool
    is_current: bool  # whether the learner is working on this level, so that its units can be ticked
    units: tuple[UnitState, ...]
    minutes_left: int  # at least a tenth of all minutes until the level is reached
    left_out: tuple[UnitState, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(unit.minutes for unit in self.units)

    @property
    def minutes_done(self) -> int:
        return sum(unit.minutes if unit.is_done else unit.logged for unit in self.units)

    @property
    def done(self) -> int:
        """The number of units that are done."""
        return sum(unit.is_done for unit in self.units)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.units)

    @property
    def next(self) -> UnitState | None:
        return next((unit for unit in self.units if unit.is_next), None)


def units_of(state: "LearnerState", slug: str, level: int) -> LevelUnits | None:
    """Returns the units of a level for a learner; None if the level has no units."""
    skill, snapshot = state.snapshot.skills[slug], state.snapshot
    units = skill.units.get(level, ())
    if not units:
        return None
    reached = state.levels.get(slug, 0)
    ticks = state.ticks.get(slug, ())
    is_current = level == reached + 1
    loose = _without_unit(skill, reached, ticks, _minutes(state, slug)) if is_current else 0
    ticked = {tick.key for tick in ticks if tick.level == level}
    states = []
    is_after_next, wanted = not is_current, units if level <= reached else to_do(state, skill, level)
    for unit in wanted:
        is_done = level <= reached or unit.key in ticked
        logged = 0 if is_done else min(loose, unit.minutes)
        loose -= logged
        is_next = not is_done and not is_after_next
        states.append(
            replace(
                _state(unit, snapshot),
                is_done=is_done,
                is_ticked=unit.key in ticked,
                is_next=is_next,
                logged=logged,
            )
        )
        is_after_next = is_after_next or is_next
    effort = state.effort[slug][level - 1]
    left = 0.0 if level <= reached else remaining(effort, state.logged.get(slug, 0.0) if is_current else 0.0)
    return LevelUnits(
        skill=skill,
        level=level,
        is_reached=level <= reached,
        is_current=is_current,
        units=tuple(states),
        minutes_left=round(left * 60),
        left_out=tuple(_state(unit, snapshot) for unit in units if unit not in wanted),
    )


def to_do(state: "LearnerState", skill: Skill, level: int) -> list[Unit]:
    """Returns the units of a level. For someone who can program, basics are left out unless they ticked them."""
    units = skill.units.get(level, ())
    if not state.snapshot.has_basics(state.levels):
        return list(units)
    ticked = {tick.key for tick in state.ticks.get(skill.slug, ()) if tick.level == level}
    return [unit for unit in units if not unit.basics or unit.key in ticked]


def units_done(state: "LearnerState", slug: str, level: int) -> int:
    """Returns how many units a level has for the learner if they ticked all of them; otherwise 0."""
    ticked = {tick.key for tick in state.ticks.get(slug, ()) if tick.level == level}
    wanted = to_do(state, state.snapshot.skills[slug], level)
    return len(wanted) if ticked.issuperset(unit.key for unit in wanted) else 0


def read_through(state: "LearnerState", slug: str) -> frozenset[str]:
    """Returns the resources of which the learner has ticked every unit of the skill."""
    units: dict[str, set[tuple[int, str]]] = {}
    for level, found in state.snapshot.skills[slug].units.items():
        for unit in found:
            if unit.resource:
                units.setdefault(unit.resource, set()).add((level, unit.key))
    ticked = {(tick.level, tick.key) for tick in state.ticks.get(slug, ())}
    return frozenset(resource for resource, found in units.items() if found <= ticked)


def catalogue_units(skill: Skill, snapshot: Snapshot) -> list[LevelUnits]:
    """Returns the units of every level that has units, for someone about whom nothing is known."""
    return [units for level in sorted(skill.units) if (units := level_units(skill, level, snapshot))]


def level_units(skill: Skill, level: int, snapshot: Snapshot) -> LevelUnits | None:
    """Returns the units of one level, for someone about whom nothing is known; None if it has none."""
    units = skill.units.get(level)
    if not units:
        return None
    return LevelUnits(
        skill=skill,
        level=level,
        is_reached=False,
        is_current=False,
        units=tuple(_state(unit, snapshot) for unit in units),
        minutes_left=sum(unit.minutes for unit in units),
    )


def _state(unit: Unit, snapshot: Snapshot) -> UnitState:
    text = text_of(unit, snapshot)
    title, how, done_when = parted(text)
    resource = snapshot.resources[unit.resource] if unit.resource else None
    return UnitState(
        key=unit.key,
        type=unit.type,
        kind=kind(unit.type, resource),
        text=text,
        title=title,
        how=how,
        done_when=done_when,
        resource=resource,
        part=unit.part,
        minutes=unit.minutes,
        is_untried=unit.untried,
        is_basics=unit.basics,
    )


def next_unit(state: "LearnerState", slug: str, level: int) -> UnitState | None:
    """Returns the unit to do now; None if the level is not the skill's next level or has no unit left."""
    units = units_of(state, slug, level)
    return units.next if units else None


def logged_hours(skill: Skill, level: int, ticks: Sequence[Tick], minutes: int) -> float:
    """Returns the hours that count towards the level after `level`: those of its ticked units, as in the current catalogue,
    and those logged without a unit. `minutes` are those logged on the skill since its level last changed."""
    loose = _without_unit(skill, level, ticks, minutes)
    units = skill.units.get(level + 1, ())
    ticked = {tick.key for tick in ticks if tick.level == level + 1}
    if not units:
        return loose / 60
    done = sum(unit.minutes for unit in units if unit.key in ticked)
    return skill.effort[level] * done / sum(unit.minutes for unit in units) + loose / 60


def title_of(text: str) -> str:
    """Returns the first sentence of a unit's text, without its full stop."""
    return parted(text)[0].rstrip(".")


def short_title(unit: UnitState) -> str:
    """Returns the unit in a few words: its first sentence, or the name and the part of its resource."""
    title = title_of(unit.text)
    return _("{title}, {part}").format(title=title, part=unit.part) if unit.part else title


def text_of(unit: Unit, snapshot: Snapshot) -> str:
    """Returns the text of a unit, or the name of the resource to read."""
    if unit.text:
        return unit.text
    return snapshot.resources[unit.resource].name if unit.resource else _("A resource that we are replacing")


def kind(type_: str, resource: Resource | None = None) -> str:
    """Returns Do or Build, or what one does with the resource: Read, Watch or Study."""
    return _kind(type_, resource.type if resource else "", get_language())


@cache
def _kind(type_: str, resource_type: str, _language: str | None) -> str:
    return str(VERBS.get(resource_type) or UnitRow.UnitType(type_).label.capitalize())


def kind_when_ticked(type_: str, text: str, skill: Skill | None, snapshot: Snapshot) -> str:
    """Returns the kind of a unit of which only the type and the text are left: a tick does not store the resource."""
    units = (unit for level in skill.units.values() for unit in level) if skill else ()
    read = (snapshot.resources[unit.resource] for unit in units if unit.resource)
    # The part follows the name of the resource, and may have changed since.
    return kind(type_, next((item for item in read if text == item.name or text.startswith(f"{item.name}, ")), None))


def describe_next_unit(unit: UnitState) -> str:
    """Returns one line: “Next: Ask a model ten questions”, “Next: Build a call with a timeout” or “Next: Read Documentation, Part 1”.
    The text of a unit to do begins with its own verb."""
    title = short_title(unit)
    if unit.type == UnitRow.UnitType.DO:
        return _("Next: {unit}").format(unit=title)
    return _("Next: {kind} {unit}").format(kind=unit.kind, unit=title if unit.resource else inside(title))


def _minutes(state: "LearnerState", slug: str) -> int:
    known = state.skills.get(slug)
    return known.minutes if known else 0


def _without_unit(skill: Skill, level: int, ticks: Iterable[Tick], minutes: int) -> int:
    """Returns the minutes that were logged on the skill but not with one of its units. Minutes of a unit that is no longer in
    the catalogue are included, so that they still count towards the next level."""
    there = {(at, unit.key) for at, units in skill.units.items() for unit in units}
    with_unit = sum(
        tick.minutes + tick.earlier for tick in ticks if tick.level <= level or (tick.level, tick.key) in there
    )
    return max(0, minutes - with_unit)
