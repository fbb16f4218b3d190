"""Fields that contain other fields: an entry with keys, a list, a mapping from records, a mapping from levels. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from guidance.catalog.fields import (
    EMPTY,
    MAX_SLUG,
    NO_SLUG,
    SLUG_PATTERN,
    Field,
    Flat,
    Flow,
    FlowList,
    Hidden,
    Invalid,
    Number,
    Path,
    Reference,
    Shown,
    Slug,
    check_fields,
    counted,
    is_slug,
    is_slug_like,
    object_schema,
    read_only,
)


@dataclass(kw_only=True, eq=False)
class EntryOf(Field):
    """A mapping with the keys of a class, loaded as an instance of that class."""

    fields: Mapping[str, Field]
    loads: Any  # the class
    flow: bool = False  # written on one line

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid(f"must be a mapping with {', '.join(self.fields)}", *path)
        return check_fields(self.fields, value, path, problems)

    def load(self, value: Any, shown: Shown) -> Any:
        return self.load_with(value or {}, shown)

    def load_with(self, value: Mapping[str, Any], shown: Shown, **others: Any) -> Any:
        values = {field.attribute: field.load(value.get(key), shown) for key, field in self.fields.items()}
        return self.loads(**others, **values)

    def references(self, path: Path, value: Mapping[str, Any]) -> Iterator[Reference]:
        for key, field in self.fields.items():
            if key in value:
                yield from field.references((*path, key), value[key])

    def layout(self, value: Mapping[str, Any]) -> Any:
        written = {key: self.fields[key].layout(inner) for key, inner in value.items()}
        return Flow(written) if self.flow else written

    def schema(self) -> dict[str, Any]:
        return object_schema(self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        return super().columns or tuple(name for field in self._flat.values() for name in field.columns)

    @property
    def _flat(self) -> Mapping[str, Field]:
        """Returns the fields that have no rows of their own."""
        return {key: field for key, field in self.fields.items() if not field.link}

    def to_columns(self, value: Any) -> Flat:
        given = value or {}
        return tuple(cell for key, field in self._flat.items() for cell in field.to_columns(given.get(key)))

    def from_columns(self, values: Sequence[Any]) -> dict[str, Any]:
        result, rest = {}, list(values)
        for key, field in self._flat.items():
            width = len(field.columns) or 1
            value, rest = field.from_columns(rest[:width]), rest[width:]
            if (value or value == 0) and value != field.default:
                result[key] = value
        return result

    def to_json(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.fields[key].to_json(inner) for key, inner in value.items()}

    def from_json(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.fields[key].from_json(inner) for key, inner in value.items()}


@dataclass(kw_only=True, eq=False)
class Items(Field):
    """A list of values, which are distinct unless `repeated` is set; entries must differ in their `unique_by`. Loaded as a
    tuple or, with `by`, as a mapping from an attribute of the entries.
    """

    item: Field
    low: int = 0
    high: int | None = None
    unique_by: str = ""
    sorted: bool = False
    repeated: bool = False
    flow: bool = False
    by: str = ""
    heaviest: str = ""  # loaded with the highest value of this attribute first
    as_shown: bool = False  # loaded in the order in which pages show the records

    blank: ClassVar[Any] = []  # read only, never changed

    def __post_init__(self) -> None:
        if self.default is None:
            self.default = []

    def _identity(self, entry: Any) -> Any:
        return entry.get(self.unique_by, "") if self.unique_by else entry

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> list[Any]:
        if not isinstance(value, list):
            raise Invalid("must be a list", *path)
        if len(value) < self.low or (self.high is not None and len(value) > self.high):
            wanted = f"{self.low} to {self.high}" if self.high is not None else f"at least {self.low}"
            wanted = str(self.low) if self.low == self.high else wanted
            raise Invalid(f"has {counted(len(value), 'entry', 'entries')}; {wanted} are needed", *path)
        result: list[Any] = []
        for index, raw in enumerate(value):
            try:
                entry = self.item.check(raw, (*path, index), problems)
            except Invalid as error:
                problems.append(error)
                continue
            if not self.repeated and self._identity(entry) in map(self._identity, result):
                message = f"has the same {self.unique_by} as another entry" if self.unique_by else "appears twice"
                problems.append(Invalid(message, *path, index))
            else:
                result.append(entry)
        return sorted(result, key=self._identity) if self.sorted else result

    def load(self, value: Any, shown: Shown) -> Any:
        loaded = []
        for entry in value or ():
            try:
                loaded.append(self.item.load(entry, shown))
            except Hidden:
                continue
        if self.heaviest:
            loaded.sort(key=lambda entry: -getattr(entry, self.heaviest))
        if self.as_shown and isinstance(self.item, Slug):
            loaded = [slug for slug in shown.get(self.item.kind, ()) if slug in loaded]
        return read_only((getattr(entry, self.by), entry) for entry in loaded) if self.by else tuple(loaded)

    def references(self, path: Path, value: Sequence[Any]) -> Iterator[Reference]:
        for index, entry in enumerate(value):
            yield from self.item.references((*path, index), entry)

    def layout(self, value: Sequence[Any]) -> Any:
        written = [self.item.layout(entry) for entry in value]
        return FlowList(written) if self.flow else written

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.item.schema()}
        if self.low:
            schema["minItems"] = self.low
        if self.high is not None:
            schema["maxItems"] = self.high
        return schema if self.repeated or self.unique_by else {**schema, "uniqueItems": True}

    @property
    def columns(self) -> tuple[str, ...]:
        return super().columns or self.item.columns

    def to_columns(self, value: Any) -> Flat:
        if self.column:
            return ([self.item.to_columns(entry)[0] for entry in value or ()],)
        return super().to_columns(value)

    def from_columns(self, values: Sequence[Any]) -> list[Any]:
        return [self.item.from_columns([entry]) for entry in values[0]]

    def to_rows(self, value: Sequence[Any]) -> list[Flat]:
        return [self.item.to_columns(entry) for entry in value]

    def from_rows(self, rows: Sequence[Flat]) -> list[Any]:
        return [self.item.from_columns(row) for row in rows]

    def to_json(self, value: Sequence[Any]) -> list[Any]:
        return [self.item.to_json(entry) for entry in value]

    def from_json(self, value: Sequence[Any]) -> list[Any]:
        return [self.item.from_json(entry) for entry in value]


@dataclass(kw_only=True, eq=False)
class Table(Field):
    """A mapping from the slugs of records to values; without a kind, the slugs belong to the entries themselves.

    Loaded as a read-only mapping. An entry of a class gets the slug as the attribute `key_attribute`.
    """

    kind: str = ""
    item: Field
    what: str = ""  # what the slug belongs to, if not to a record
    low: int = 0
    high: int | None = None
    key_column: str = ""
    key_attribute: str = ""
    flow: bool = False
    heaviest: tuple[str, ...] = ()  # loaded with the highest values of these attributes first

    blank: ClassVar[Any] = EMPTY

    def __post_init__(self) -> None:
        if self.default is None:
            self.default = {}

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.key_column or self.kind, *self.item.columns)

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        what = self.kind or self.what
        if not isinstance(value, dict):
            raise Invalid(f"must be a mapping from the slug of a {what}", *path)
        if self.high is not None and len(value) > self.high:
            raise Invalid(f"has {len(value)} entries; at most {self.high} are allowed", *path)
        if len(value) < self.low:
            raise Invalid(f"has {counted(len(value), 'entry', 'entries')}; at least {self.low} are needed", *path)
        result = {}
        for slug, entry in value.items():
            if not (is_slug_like(slug) if self.kind else isinstance(slug, str) and is_slug(slug)):
                problems.append(
                    Invalid(f"{slug!r} is not the slug of a {what}" if self.kind else f"{slug!r} {NO_SLUG}", *path)
                )
                continue
            try:
                result[slug] = self.item.check(entry, (*path, slug), problems)
            except Invalid as error:
                problems.append(error)
        return result

    def load(self, value: Any, shown: Shown) -> Mapping[str, Any]:
        loaded: dict[str, Any] = {}
        for slug, entry in (value or {}).items():
            if self.kind and slug not in shown[self.kind]:
                continue
            try:
                if self.key_attribute and isinstance(self.item, EntryOf):
                    loaded[slug] = self.item.load_with(entry, shown, **{self.key_attribute: slug})
                else:
                    loaded[slug] = self.item.load(entry, shown)
            except Hidden:
                continue
        if self.heaviest:
            weights = {slug: [-getattr(entry, name) for name in self.heaviest] for slug, entry in loaded.items()}
            return read_only((slug, loaded[slug]) for slug in sorted(loaded, key=weights.__getitem__))
        return read_only(loaded.items())

    def references(self, path: Path, value: Mapping[str, Any]) -> Iterator[Reference]:
        for slug, entry in value.items():
            if self.kind:
                yield (*path, slug), self.kind, slug
            yield from self.item.references((*path, slug), entry)

    def layout(self, value: Mapping[str, Any]) -> Any:
        written = {slug: self.item.layout(entry) for slug, entry in value.items()}
        return Flow(written) if self.flow else written

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "propertyNames": {"pattern": SLUG_PATTERN, "maxLength": MAX_SLUG},
            "additionalProperties": self.item.schema(),
        }
        if self.low:
            schema["minProperties"] = self.low
        return schema if self.high is None else {**schema, "maxProperties": self.high}

    def to_rows(self, value: Mapping[str, Any]) -> list[Flat]:
        return [(slug, *self.item.to_columns(entry)) for slug, entry in value.items()]

    def from_rows(self, rows: Sequence[Flat]) -> dict[str, Any]:
        return {slug: self.item.from_columns(rest) for slug, *rest in rows}

    def to_json(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {slug: self.item.to_json(entry) for slug, entry in value.items()}

    def from_json(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {slug: self.item.from_json(entry) for slug, entry in value.items()}


@dataclass(kw_only=True, eq=False)
class Step(Field):
    """One level of one record, written `embeddings: 1` and loaded as a pair."""

    kind: str
    level: Number

    def __post_init__(self) -> None:
        self._table = Table(kind=self.kind, item=self.level)

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[str, int]:
        if not isinstance(value, dict) or len(value) != 1:
            raise Invalid("must be one skill and its target level, such as embeddings: 1", *path)
        return self._table.check(value, path, problems)

    def load(self, value: Mapping[str, int], shown: Shown) -> tuple[str, int]:
        [(slug, level)] = value.items()
        if slug not in shown[self.kind]:
            raise Hidden
        return slug, level

    def references(self, path: Path, value: Mapping[str, int]) -> Iterator[Reference]:
        return self._table.references(path, value)

    def schema(self) -> dict[str, Any]:
        return {**self._table.schema(), "minProperties": 1, "maxProperties": 1}

    def to_columns(self, value: Mapping[str, int]) -> Flat:
        [pair] = value.items()
        return pair

    def from_columns(self, values: Sequence[Any]) -> dict[str, int]:
        return {values[0]: values[1]}


@dataclass(kw_only=True, eq=False)
class LevelRange(Field):
    """A range from one level to a higher one, written `[0, 2]` and loaded as a pair."""

    highest: int

    def __post_init__(self) -> None:
        self._pair = Items(item=Number(low=0, high=self.highest, whole=True), low=2, high=2)

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> list[int]:
        levels = self._pair.check(value, path, problems)
        if len(levels) == 2 and levels[0] >= levels[1]:
            raise Invalid("must go from a lower to a higher level, such as [0, 2]", *path)
        return levels

    def load(self, value: Sequence[int], shown: Shown) -> tuple[int, ...]:
        return tuple(value)

    def layout(self, value: Sequence[int]) -> Any:
        return FlowList(value)

    def schema(self) -> dict[str, Any]:
        return self._pair.schema()

    def to_columns(self, value: Sequence[int]) -> Flat:
        return tuple(value)

    def from_columns(self, values: Sequence[Any]) -> list[int]:
        return list(values)


@dataclass(kw_only=True, eq=False)
class ByLevel(Field):
    """A mapping from some of the levels to a list."""

    items: Items
    highest: int

    blank: ClassVar[Any] = EMPTY

    def __post_init__(self) -> None:
        self.default = {}

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[int, Any]:
        if not isinstance(value, dict):
            raise Invalid("must be a mapping from a level to its units", *path)
        result = {}
        for level, raw in sorted(value.items(), key=lambda pair: str(pair[0])):
            if level not in range(1, self.highest + 1):
                problems.append(Invalid(f"there is no level {level!r}", *path))
                continue
            try:
                result[level] = self.items.check(raw, (*path, level), problems)
            except Invalid as error:
                problems.append(error)
        return result

    def load(self, value: Any, shown: Shown) -> Mapping[int, Any]:
        return read_only((level, self.items.load(entries, shown)) for level, entries in (value or {}).items())

    def references(self, path: Path, value: Mapping[int, Any]) -> Iterator[Reference]:
        for level, entries in value.items():
            yield from self.items.references((*path, level), entries)

    def layout(self, value: Mapping[int, Any]) -> Any:
        return {level: self.items.layout(entries) for level, entries in value.items()}

    def schema(self) -> dict[str, Any]:
        levels = {str(level): self.items.schema() for level in range(1, self.highest + 1)}
        return {"type": "object", "properties": levels, "additionalProperties": False}

    @property
    def columns(self) -> tuple[str, ...]:
        return ("level", *self.items.columns)

    def to_rows(self, value: Mapping[int, Any]) -> list[Flat]:
        return [(level, *row) for level, entries in value.items() for row in self.items.to_rows(entries)]

    def from_rows(self, rows: Sequence[Flat]) -> dict[int, Any]:
        levels = sorted({row[0] for row in rows})
        return {level: self.items.from_rows([row[1:] for row in rows if row[0] == level]) for level in levels}

    def to_json(self, value: Mapping[int, Any]) -> dict[str, Any]:
        return {str(level): self.items.to_json(entries) for level, entries in value.items()}

    def from_json(self, value: Mapping[str, Any]) -> dict[int, Any]:
        return {int(level): self.items.from_json(entries) for level, entries in value.items()}
