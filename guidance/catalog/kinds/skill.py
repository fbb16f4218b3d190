"""Skills with their aliases, levels and units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidance.catalog import unit_text
from guidance.catalog.containers import EntryOf, Items
from guidance.catalog.fields import SLUG_PATTERN, Field, Flat, Invalid, Literal, Path, Reference, Shown, Text, plain
from guidance.catalog.kinds.area import Area
from guidance.catalog.kinds.base import (
    MAX_LEVEL,
    Record,
    by_level,
    entry,
    flag,
    inside,
    integer,
    items,
    level,
    mapping,
    number,
    one_of,
    pattern,
    record,
    reference,
    text,
)

MIN_UNIT_MINUTES, MAX_UNIT_MINUTES = 20, 240
MAX_UNIT_KEY = 60
UNIT_TYPES = ("read", "do", "build")


# How an alias must be written to mean the skill; see `guidance/matching/senses.py`.
ONLY_AS = ("written", "item")


@entry(flow=True)
class Alias:
    """Another name of a skill. If it has conditions, it means the skill only where they are met."""

    name: str = text(100, required=True)
    needs: tuple[str, ...] = items(
        text(60), flow=True, help="Words, one of which must be near the name for it to mean the skill."
    )
    excludes: tuple[str, ...] = items(
        text(60), flow=True, help="Words near which the name means something else, and phrases that contain it."
    )
    only_as: str = one_of(
        *ONLY_AS, default="", help="written: with its capitals, or in a list. item: as an entire item of a list."
    )


_FORMERLY = {"context": "needs"}  # keys of documents that were written before other conditions existed


class AliasField(EntryOf):
    """A text or, for an alias with conditions, a mapping."""

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> Any:
        if isinstance(value, str):
            return self.fields["name"].check(value, path, problems)
        if not isinstance(value, dict):
            raise Invalid("must be a text or {name: …, needs: […], excludes: […], only_as: …}", *path)
        current = {_FORMERLY.get(key, key): inner for key, inner in value.items() if key != "ambiguous"}
        result = super().check(current, path, problems)
        return result if len(result) > 1 else result.get("name", "")

    def load(self, value: Any, shown: Shown) -> Any:
        return super().load({"name": value} if isinstance(value, str) else value, shown)

    def references(self, path: Path, value: Any) -> Iterator[Reference]:
        return iter(())

    def layout(self, value: Any) -> Any:
        return value if isinstance(value, str) else super().layout(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.fields["name"].schema(), super().schema()]}

    def to_columns(self, value: Any) -> Flat:
        return super().to_columns({"name": value} if isinstance(value, str) else value)

    def from_columns(self, values: Sequence[Any]) -> Any:
        alias = super().from_columns(values)
        return alias if len(alias) > 1 else alias["name"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of work towards one level of a skill."""

    key: str  # learners' ticks refer to the unit by this id, so it stays the same when the rest changes
    type: str  # read, do or build
    text: str  # only for a unit to do or build
    resource: str | None  # slug of the resource to read
    part: str
    minutes: int
    untried: bool
    basics: bool = False  # see `Snapshot.has_basics`


class UnitText(Text):
    """What to do, in paragraphs, lists and code: see `unit_text`."""

    def convert(self, value: Any) -> str:
        super().convert(value)
        try:
            return unit_text.written(unit_text.checked(value))
        except unit_text.UnclosedCode:
            raise Invalid("has code that begins with ``` or ` and does not end with it") from None
        except unit_text.BadTitle:
            raise Invalid("must begin with a sentence without backticks") from None

    def layout(self, value: Any) -> Any:
        return Literal(value) if "\n" in value else value


class UnitField(EntryOf):
    """`{id, read | do | build, part, minutes, untried, basics}`: exactly one of read, do and build."""

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        result = super().check(value, path, problems)
        if sum(type_ in result for type_ in UNIT_TYPES) != 1:
            problems.append(Invalid("needs exactly one of read, do and build", *path))
        if "part" in result and "read" not in result:
            problems.append(Invalid("part is only for read", *path))
        return result

    def load(self, value: Any, shown: Shown) -> Unit:
        type_ = _type_of(value)
        return Unit(
            key=value["id"],
            type=type_,
            text="" if type_ == "read" else value[type_],
            resource=self.fields["read"].load(value.get("read"), shown),
            part=value.get("part", ""),
            minutes=value["minutes"],
            untried=value.get("untried", False),
            basics=value.get("basics", False),
        )

    def layout(self, value: Any) -> Any:
        written = super().layout(value)
        return dict(written) if any(isinstance(part, Literal) for part in written.values()) else written

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"oneOf": [{"required": [type_]} for type_ in UNIT_TYPES]}

    def to_columns(self, value: Any) -> Flat:
        type_ = _type_of(value)
        said = "" if type_ == "read" else value[type_]
        flags = value.get("untried", False), value.get("basics", False)
        return value["id"], type_, said, value.get("read"), value.get("part", ""), value["minutes"], *flags

    def from_columns(self, values: Sequence[Any]) -> dict[str, Any]:
        key, type_, said, resource, part, minutes, untried, basics = values
        unit = {"id": key, type_: resource or said, "part": part, "minutes": minutes}
        unit |= {"untried": untried, "basics": basics}
        return {name: value for name, value in unit.items() if value not in ("", False)}


def _type_of(unit: Mapping[str, Any]) -> str:
    return next(type_ for type_ in UNIT_TYPES if type_ in unit)


UNIT = UnitField(
    loads=Unit,
    fields={
        "id": pattern(SLUG_PATTERN, "lower-case letters, digits and single hyphens", required=True),
        "read": reference("resource"),
        "part": text(200),
        "do": UnitText(),
        "build": UnitText(),
        "minutes": integer(MIN_UNIT_MINUTES, MAX_UNIT_MINUTES, required=True),
        "untried": flag(),
        "basics": flag(),
    },
    column=("key", "type", "text", "resource", "part", "minutes", "untried", "basics"),
    flow=True,
)
for _key, _field in UNIT.fields.items():
    _field.attribute = _key


class LevelTexts(Field):
    """What a person can do at each level: a mapping from 1, 2, 3 and 4, loaded as a tuple."""

    item = Text()

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[int, str]:
        if not isinstance(value, dict):
            raise Invalid("must be a mapping with 1, 2, 3 and 4", *path)
        result = {}
        for number_ in range(1, MAX_LEVEL + 1):
            if number_ not in value:
                problems.append(Invalid(f"the text of level {number_} is missing", *path))
                continue
            try:
                result[number_] = self.item.check(value[number_], (*path, number_), problems)
            except Invalid as error:
                problems.append(error)
        problems.extend(
            Invalid(f"there is no level {key!r}", *path, key) for key in value if key not in range(1, MAX_LEVEL + 1)
        )
        return result

    def load(self, value: Any, shown: Shown) -> tuple[str, ...]:
        return tuple(said for _level, said in sorted((value or {}).items()))

    def schema(self) -> dict[str, Any]:
        levels = {str(number_): self.item.schema() for number_ in range(1, MAX_LEVEL + 1)}
        return {"type": "object", "properties": levels, "required": list(levels), "additionalProperties": False}

    def to_columns(self, value: Any) -> Flat:
        return (list(self.load(value, {})),)

    def from_columns(self, values: Sequence[Any]) -> dict[int, str]:
        return dict(enumerate(values[0], 1))


def level_texts(**options: Any) -> Any:
    return LevelTexts(**options)


@entry()
class External:
    """The corresponding entries in official classifications."""

    esco: tuple[str, ...] = items(text(200), flow=True)
    onet: tuple[str, ...] = items(text(40), flow=True)


@record("skill", plural="skills", page=True)
class Skill(Record):
    """Something that people learn, level by level."""

    name: str = text(200, required=True, in_plans=True, column="name")
    area: Area = reference("area", required=True, as_record=True, column="area")
    kind: str = one_of("concept", "tool", "practice", required=True, column="kind")
    horizon: str = one_of("core", "advanced", "emerging", required=True, column="horizon")
    summary: str = text(160, required=True, optional_in_draft=True, column="summary")
    effort: tuple[float, ...] = items(
        number(0, 10_000, above=True),
        4,
        4,
        required=True,
        optional_in_draft=True,
        repeated=True,
        flow=True,
        in_plans=True,
        column="effort",
        label="hours",
        help="Hours from level n to n + 1.",
    )
    demand: int | None = integer(1, 100, column="demand", help="Per cent of the counted job ads that name the skill.")
    aliases: tuple[Alias, ...] = items(
        inside(Alias, as_field=AliasField, flow=True), unique="name", link="Alias", label="other names"
    )
    phrases: tuple[str, ...] = items(
        text(400),
        flow=True,
        help="How job ads and CVs describe the skill without naming it, in English or German. Not shown.",
    )
    level_texts: tuple[str, ...] = level_texts(
        key="levels", required=True, optional_in_draft=True, in_plans=True, column="level_texts"
    )
    prerequisites: Mapping[str, int] = mapping(
        "skill", level(), key_column="requires", in_plans=True, link="Prerequisite", label="needs first"
    )
    units: Mapping[int, tuple[Unit, ...]] = by_level(Items(item=UNIT, low=1, unique_by="id"), link="Unit")
    external: External = inside(External, default={}, column=("esco", "onet"), label="ESCO and O*NET")

    @property
    def other_names(self) -> tuple[str, ...]:
        """The names of the skill's aliases, except an alias that only repeats the skill's name to set conditions for it."""
        return tuple(alias.name for alias in self.aliases if alias.name.casefold() != self.name.casefold())

    @classmethod
    def complete(cls, data: dict[str, Any]) -> None:
        """Sets the hours of a level that has units to the sum of its units, so that documents do not state the number twice."""
        if "units" not in data or "effort" not in data:
            return
        hours = list(data["effort"])
        for number_, units in data["units"].items():
            if number_ <= len(hours):
                hours[number_ - 1] = plain(round(sum(unit.get("minutes", 0) for unit in units) / 60, 2))
        data["effort"] = hours
