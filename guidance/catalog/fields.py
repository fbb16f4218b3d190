"""Fields: the rules for one value of a record. A field checks the value in a document, loads it for pages, lists the records it
refers to, and defines how it is laid out in a file, stored in a row and described by a JSON Schema. Pure.

A value has three forms. *Raw* is what YAML, a cell or a form provides. *Canonical* is what `check` turns it into: texts, numbers,
lists and dicts, as in a document. *Loaded* is what `load` turns that into: tuples, read-only mappings and entries.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
RESERVED_SLUGS = ("map", "compare")
MAX_SLUG = 80
NO_SLUG = "is not a valid slug: use lower-case letters, digits and single hyphens"
TRACKING = re.compile(r"^(utm_|fbclid$|gclid$|mc_|ref$|ref_$|tag$)")
PAID = "paid"  # cost of a resource that is not free and has an unknown price
EMPTY: Mapping[Any, Any] = MappingProxyType({})

type Path = tuple[str | int, ...]
type Reference = tuple[Path, str, str]  # place in the document, kind, slug
type Shown = Mapping[str, Mapping[str, Any]]  # by kind, the records that pages show, by slug in display order
type Flat = tuple[Any, ...]  # a value as the columns of a row


class Invalid(Exception):
    """Raised if a value is invalid; `path` is its place in the document."""

    def __init__(self, message: str, *path: str | int) -> None:
        self.path = path
        super().__init__(message)


def counted(count: int, one: str, several: str = "") -> str:
    """Returns a number with its noun: “1 entry”, “2 entries”."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"


class Hidden(Exception):
    """Raised if a value cannot be loaded because it refers to a record that pages do not show."""


class Flow(dict[Any, Any]):
    """A mapping written on one line."""


class FlowList(list[Any]):
    """A list written on one line."""


class Quoted(str):
    """A text written in quotes."""


class Literal(str):
    """Lines of text kept exactly as they are."""


def is_slug(value: object) -> bool:
    return is_slug_like(value) and value not in RESERVED_SLUGS and len(str(value)) <= MAX_SLUG


def is_slug_like(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(SLUG_PATTERN, value))


def plain(value: float) -> float:
    """Returns whole numbers as int, without a decimal point, as a person would write them."""
    return int(value) if float(value).is_integer() else value


@dataclass(kw_only=True, eq=False)
class Field:
    """A single value. Without `column` or `link`, it is stored in the JSON of the record's row."""

    required: bool = False
    optional_in_draft: bool = False  # a required value that a draft may still lack
    default: Any = None  # value that a document omits
    column: str | tuple[str, ...] = ()  # column of the row that stores it, to check or query it in the database
    link: str = ""  # model whose rows store it, such as "Requirement"; a field of the record for its own link table
    key: str = ""  # key in the document, if it differs from the attribute's name
    attribute: str = ""
    label: str = ""  # label in a form, if the key is not clear enough
    help: str = ""
    unique: str = ""  # a noun such as "letter", if no two records of the kind may share a value
    in_plans: bool = False  # whether plans, levels or the names that learners know depend on it
    api: bool = False  # whether the API includes it in records automatically

    blank: ClassVar[Any] = None  # canonical form of an empty value
    is_text: ClassVar[bool] = False  # whether a spreadsheet cell contains the value unchanged

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> Any:
        """Returns the canonical value. Raises Invalid; problems of nested values are added to `problems`."""
        try:
            return self.convert(value)
        except Invalid as error:
            raise Invalid(str(error), *path) from None

    def convert(self, value: Any) -> Any:
        """Returns the canonical form of a simple value. Raises Invalid."""
        raise NotImplementedError

    def load(self, value: Any, shown: Shown) -> Any:
        """Returns the value that pages use. Raises Hidden."""
        return value

    def references(self, path: Path, value: Any) -> Iterator[Reference]:
        """Yields every record that the value refers to."""
        return iter(())

    def layout(self, value: Any) -> Any:
        """Returns the value as a person would lay it out, with short values on one line."""
        return value

    def schema(self) -> dict[str, Any]:
        """Returns the JSON Schema of the raw value."""
        return {}

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,) if isinstance(self.column, str) else self.column

    def to_columns(self, value: Any) -> Flat:
        """Returns a canonical value, or None, as column values, with references as slugs."""
        return (self.blank if value is None else value,)

    def from_columns(self, values: Sequence[Any]) -> Any:
        """Returns the canonical value, or an empty value."""
        return values[0]

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, value: Any) -> Any:
        return value


@dataclass(kw_only=True, eq=False)
class Text(Field):
    maximum: int | None = None
    blank: ClassVar[Any] = ""
    is_text: ClassVar[bool] = True

    def convert(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("must be text")
        value = " ".join(value.split())
        if self.maximum and len(value) > self.maximum:
            raise Invalid(f"has {len(value)} characters; at most {self.maximum} are allowed")
        return str(value)

    def load(self, value: Any, shown: Shown) -> str:
        return value or ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1} | ({"maxLength": self.maximum} if self.maximum else {})


@dataclass(kw_only=True, eq=False)
class Pattern(Field):
    expression: str
    meaning: str
    blank: ClassVar[Any] = ""
    is_text: ClassVar[bool] = True

    def convert(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.expression, value):
            raise Invalid(f"must be {self.meaning}")
        return value

    def load(self, value: Any, shown: Shown) -> str:
        return value or self.default or ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({self.expression.removeprefix('^').removesuffix('$')})$"}


@dataclass(kw_only=True, eq=False)
class OneOf(Field):
    values: tuple[str, ...]
    blank: ClassVar[Any] = ""
    is_text: ClassVar[bool] = True

    def convert(self, value: Any) -> str:
        if value not in self.values:
            raise Invalid(f"must be one of {', '.join(self.values)}")
        return str(value)

    def load(self, value: Any, shown: Shown) -> str:
        return value or self.default or ""

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}


@dataclass(kw_only=True, eq=False)
class Number(Field):
    low: float
    high: float
    above: bool = False
    whole: bool = False

    def convert(self, value: Any) -> float:
        kind = "a whole number" if self.whole else "a number"
        limits = f"above {self.low} and at most {self.high}" if self.above else f"from {self.low} to {self.high}"
        types = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, types) or not (self.low <= value <= self.high):
            raise Invalid(f"must be {kind} {limits}")
        if self.above and value == self.low:
            raise Invalid(f"must be {kind} {limits}")
        return plain(value)

    def load(self, value: Any, shown: Shown) -> float | None:
        value = self.default if value is None else value
        return value if value is None or self.whole else float(value)

    def schema(self) -> dict[str, Any]:
        low = {"exclusiveMinimum": self.low} if self.above else {"minimum": self.low}
        return {"type": "integer" if self.whole else "number", **low, "maximum": self.high}

    def to_columns(self, value: Any) -> Flat:
        value = self.default if value is None else value
        return (value if value is None or self.whole else float(value),)

    def from_columns(self, values: Sequence[Any]) -> Any:
        return None if values[0] is None else plain(values[0])


@dataclass(kw_only=True, eq=False)
class Flag(Field):
    default: Any = False
    blank: ClassVar[Any] = False

    def convert(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Invalid("must be true or false")
        return value

    def load(self, value: Any, shown: Shown) -> bool:
        return bool(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(kw_only=True, eq=False)
class Day(Field):
    def convert(self, value: Any) -> date:
        if type(value) is not date:
            raise Invalid("must be a date such as 2026-11-24")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def to_json(self, value: date) -> str:
        return value.isoformat()

    def from_json(self, value: str) -> date:
        return date.fromisoformat(value)


@dataclass(kw_only=True, eq=False)
class Clock(Field):
    def convert(self, value: Any) -> str:
        try:
            return time.fromisoformat(value).strftime("%H:%M")
        except (TypeError, ValueError):
            raise Invalid('must be a time in quotes such as "09:30"') from None

    def load(self, value: Any, shown: Shown) -> time:
        return time.fromisoformat(value)

    def layout(self, value: Any) -> Any:
        return Quoted(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d\d:\d\d$"}

    def to_columns(self, value: Any) -> Flat:
        return (time.fromisoformat(value),)

    def from_columns(self, values: Sequence[Any]) -> str:
        return str(values[0].strftime("%H:%M"))


@dataclass(kw_only=True, eq=False)
class Address(Field):
    blank: ClassVar[Any] = ""
    is_text: ClassVar[bool] = True

    def convert(self, value: Any) -> str:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname or " " in value or len(value) > 500:
            raise Invalid("must be a URL that begins with https://")
        if any(TRACKING.match(name) for name, _ in parse_qsl(parts.query)):
            raise Invalid("has a tracking parameter; enter the canonical URL")
        return str(value)

    def load(self, value: Any, shown: Shown) -> str:
        return value or ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "pattern": "^https?://", "maxLength": 500}


@dataclass(frozen=True, slots=True)
class Price:
    """A price. It is None if we do not know whether the resource is free, and `paid` if the resource is not free and the price is
    unknown."""

    amount: Decimal | None
    currency: str
    paid: bool


@dataclass(kw_only=True, eq=False)
class Cost(Field):
    def convert(self, value: Any) -> Any:
        if value == 0 and not isinstance(value, bool):
            return 0
        if value == PAID:
            return PAID
        amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (None, None)
        if (
            not isinstance(amount, int | float)
            or isinstance(amount, bool)
            or not 0 < amount < 1_000_000
            or round(amount, 2) != amount
            or not re.fullmatch("[A-Z]{3}", str(currency))
            or len(value) != 2
        ):
            raise Invalid("must be 0 if it is free, {amount: 60, currency: USD}, or paid if the price is unknown")
        return {"amount": plain(amount), "currency": currency}

    def load(self, value: Any, shown: Shown) -> Price:
        amount, currency, paid = self.to_columns(value)
        return Price(None if amount is None else Decimal(f"{amount:.2f}"), currency, paid)

    def layout(self, value: Any) -> Any:
        return Flow(value) if isinstance(value, dict) else value

    def schema(self) -> dict[str, Any]:
        price = {
            "type": "object",
            "properties": {
                "amount": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1_000_000},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }
        return {"anyOf": [{"const": 0}, {"const": PAID}, price]}

    def to_columns(self, value: Any) -> Flat:
        if isinstance(value, dict):
            return value["amount"], value["currency"], False
        return (None, "", True) if value == PAID else (value, "", False)

    def from_columns(self, values: Sequence[Any]) -> Any:
        amount, currency, paid = values
        if not amount:
            return PAID if paid else None if amount is None else 0
        return {"amount": plain(float(amount)), "currency": currency}


@dataclass(kw_only=True, eq=False)
class Slug(Field):
    """The slug of a record of a kind. Loaded as the slug or, with `as_record`, as the record itself."""

    kind: str
    as_record: bool = False
    is_text: ClassVar[bool] = True

    def convert(self, value: Any) -> str:
        if not is_slug_like(value):
            raise Invalid(f"must be the slug of a {self.kind}")
        return str(value)

    def load(self, value: Any, shown: Shown) -> Any:
        if value is None or value not in shown[self.kind]:
            if self.required:
                raise Hidden
            return None
        return shown[self.kind][value] if self.as_record else value

    def references(self, path: Path, value: Any) -> Iterator[Reference]:
        yield path, self.kind, value

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": SLUG_PATTERN,
            "maxLength": MAX_SLUG,
            "description": f"Slug of a {self.kind}.",
        }


def check_fields(
    fields: Mapping[str, Field],
    value: Mapping[Any, Any],
    path: Path,
    problems: list[Invalid],
    *,
    is_draft: bool = False,
) -> dict[str, Any]:
    """Returns the canonical values of a mapping with these keys, in their order; default values are omitted."""
    for key in value:
        if key not in fields:
            problems.append(Invalid(f"unknown key {key!r}; known keys are {', '.join(fields)}", *path, key))
    result = {}
    for key, field in fields.items():
        if value.get(key) is None:
            if field.required and not (is_draft and field.optional_in_draft):
                problems.append(Invalid(f"{key} is missing", *path))
            continue
        try:
            canonical = field.check(value[key], (*path, key), problems)
        except Invalid as error:
            problems.append(Invalid(f"{key} {error}" if error.path == (*path, key) else str(error), *error.path))
            continue
        if canonical != field.default:
            result[key] = canonical
    return result


def object_schema(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Returns the JSON Schema of a mapping with these keys."""
    properties = {
        key: field.schema() | ({"description": field.help} if field.help else {}) for key, field in fields.items()
    }
    required = [key for key, field in fields.items() if field.required and not field.optional_in_draft]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def read_only[K, V](pairs: Iterable[tuple[K, V]]) -> Mapping[K, V]:
    return MappingProxyType(dict(pairs))
