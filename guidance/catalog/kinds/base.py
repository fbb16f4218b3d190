"""How a kind of record is declared: a class whose attributes are what pages use, and whose fields define the document format. Pure."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from inspect import get_annotations
from typing import Any, ClassVar, Self, dataclass_transform

from guidance.catalog.containers import ByLevel, EntryOf, Items, LevelRange, Step, Table
from guidance.catalog.fields import (
    SLUG_PATTERN,
    Address,
    Clock,
    Cost,
    Day,
    Field,
    Flag,
    Number,
    OneOf,
    Pattern,
    Shown,
    Slug,
    Text,
)

MAX_LEVEL = 4
MAX_IMPORTANCE = 5

# Each of these functions takes every option of a field (`required`, `default`, `column`, `link`, `key`, `help` …).


def text(maximum: int | None = None, **options: Any) -> Any:
    return Text(maximum=maximum, **options)


def pattern(expression: str, meaning: str, **options: Any) -> Any:
    return Pattern(expression=expression, meaning=meaning, **options)


def one_of(*values: str, **options: Any) -> Any:
    return OneOf(values=values, **options)


def number(low: float, high: float, **options: Any) -> Any:
    return Number(low=low, high=high, **options)


def integer(low: int, high: int, **options: Any) -> Any:
    return Number(low=low, high=high, whole=True, **options)


def level(**options: Any) -> Any:
    return integer(1, MAX_LEVEL, **{"column": "level", **options})


def level_range(**options: Any) -> Any:
    return LevelRange(highest=MAX_LEVEL, **options)


def flag(**options: Any) -> Any:
    return Flag(**options)


def day(**options: Any) -> Any:
    return Day(**options)


def clock(**options: Any) -> Any:
    return Clock(**options)


def address(**options: Any) -> Any:
    return Address(**options)


def cost(**options: Any) -> Any:
    return Cost(**options)


def reference(kind: str, **options: Any) -> Any:
    """A reference to one record."""
    return Slug(kind=kind, **options)


def references(kind: str, *, column: str = "", **options: Any) -> Any:
    """References to several records, stored in rows whose `column` refers to them."""
    return Items(item=Slug(kind=kind, required=True, column=column or kind), **options)


def items(item: Any, low: int = 0, high: int | None = None, **options: Any) -> Any:
    """A list of values of a field, or of entries of a class."""
    return Items(item=_field(item), low=low, high=high, **options)


def inside(item: Any, *, as_field: type[EntryOf] = EntryOf, **options: Any) -> Any:
    """A single entry of a class."""
    return as_field(fields=item.FIELDS, loads=item, **options)


def mapping(kind: str, item: Any, **options: Any) -> Any:
    """A mapping from slugs of records of a kind to values, or to entries of a class that have the slug as an attribute."""
    key = "" if isinstance(item, Field) else item.KEY
    return Table(kind=kind, item=_field(item), key_attribute=key, **options)


def named(what: str, item: Any, **options: Any) -> Any:
    """A mapping whose slugs name the entries themselves instead of referring to records."""
    return Table(what=what, item=_field(item), key_attribute=item.KEY, key_column=item.KEY, **options)


def steps(kind: str, **options: Any) -> Any:
    """An ordered list of levels of records."""
    return Items(item=Step(kind=kind, level=level(), column=(kind, "level")), **options)


def by_level(item: Any, **options: Any) -> Any:
    """A mapping from a level to a list."""
    return ByLevel(items=item, highest=MAX_LEVEL, **options)


def _field(item: Any) -> Field:
    return item if isinstance(item, Field) else EntryOf(fields=item.FIELDS, loads=item, flow=item.FLOW)


# The type checker understands only literal tuples here.
@dataclass_transform(
    frozen_default=True, field_specifiers=(text, one_of, number, integer, level, flag, clock, reference, items, mapping)
)
def entry[C](*, key: str = "", flow: bool = False) -> Callable[[type[C]], type[C]]:
    """Makes a class an entry: a part of a record. `key` is the attribute that has the slug if the entries are in a mapping;
    with `flow`, an entry is written on one line."""

    def decorate(cls: type[C]) -> type[C]:
        fields = _declared(cls)
        for field in fields.values():
            field.column = field.column or field.attribute
        made: Any = dataclasses.dataclass(frozen=True, slots=True)(cls)
        made.FIELDS, made.KEY, made.FLOW = fields, key, flow
        return made  # type: ignore[no-any-return]

    return decorate


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has. A kind adds its fields in document order, including `name` and `summary`."""

    KIND: ClassVar[str]
    PLURAL: ClassVar[str]
    FOLDER: ClassVar[str]  # folder in a pack
    PAGE: ClassVar[bool]  # whether each record has a page, /<plural>/<slug>/
    PUBLIC: ClassVar[bool]  # whether the API, the search and the feed of changes include it
    FIELDS: ClassVar[dict[str, Field]]  # by document key

    id: int
    slug: str
    name: str
    summary: str = ""
    body: str  # Markdown
    updated_at: datetime
    url: str  # path on this site

    @classmethod
    def load(cls, data: dict[str, Any], shown: Shown, **row: Any) -> Self:
        """Creates the record from the values of a document and the values that only its row has. Raises Hidden."""
        values = {
            field.attribute: field.load(data.get(key), shown) for key, field in cls.FIELDS.items() if field.attribute
        }
        return cls(**row, **values)

    @classmethod
    def complete(cls, data: dict[str, Any]) -> None:
        """Sets the values of a document that follow from its other values."""


STATUSES = ("draft", "in-review", "published", "retired")
# Fields that any document may have and pages do not show.
SHARED: dict[str, Field] = {
    "status": OneOf(values=STATUSES, default="published", key="status"),
    "formerly": Items(item=Pattern(expression=SLUG_PATTERN, meaning="a slug"), sorted=True, flow=True, key="formerly"),
}


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(
        text,
        pattern,
        one_of,
        number,
        integer,
        level,
        level_range,
        flag,
        day,
        clock,
        address,
        cost,
        reference,
        references,
        items,
        inside,
        mapping,
        named,
        steps,
        by_level,
        dataclasses.field,
    ),
)
def record[C: Record](
    kind: str, *, plural: str, page: bool = False, public: bool = True
) -> Callable[[type[C]], type[C]]:
    """Makes a class a kind of record. A subclass of a kind inherits its fields."""

    def decorate(cls: type[C]) -> type[C]:
        inherited = {key: field for key, field in getattr(cls, "FIELDS", {}).items() if key not in SHARED}
        fields = inherited | _declared(cls) | SHARED
        made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.KIND, made.PAGE, made.PUBLIC, made.FIELDS = kind, page, public, fields
        made.PLURAL, made.FOLDER = plural, plural.replace("_", "-")
        return made

    return decorate


def _declared(cls: type) -> dict[str, Field]:
    """Returns the fields of a class by key. When an instance is created, optional fields may be left out, as in a document."""
    fields: dict[str, Field] = {}
    for attribute in get_annotations(cls):
        field = cls.__dict__.get(attribute)
        if not isinstance(field, Field):
            continue
        field.attribute, field.key = attribute, field.key or attribute
        fields[field.key] = field
        if field.required:
            delattr(cls, attribute)
        else:
            setattr(cls, attribute, dataclasses.field(default=field.load(None, {})))
    return fields
