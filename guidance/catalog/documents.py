"""The format of the catalogue pack: one record as Markdown with YAML front matter (`docs/content.md`). Knows no database.

`parse` turns text into a `Document` and a list of problems, each with its line; `render` writes the canonical text.
For a document without problems `parse(render(document))` is `document` again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from guidance.catalog.models import (
    MAX_IMPORTANCE,
    MAX_LEVEL,
    MAX_SKILLS_PER_RESOURCE,
    MAX_UNIT_MINUTES,
    MIN_UNIT_MINUTES,
    RESERVED_SLUGS,
    SLUG_PATTERN,
    Area,
    Consideration,
    Kind,
    Resource,
    Skill,
    Status,
    Unit,
)

# libyaml where the wheel has it: a pack of a thousand files is read in a fraction of the time.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]
TRACKING = re.compile(r"^(utm_|fbclid$|gclid$|mc_|ref$|ref_$|tag$)")
NO_SLUG = "cannot be a slug: lower-case letters, digits, single hyphens"
INTERNAL_LINK = re.compile(r"\]\((/[^)\s]*)\)")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    line: int
    message: str
    style: bool = False  # a rule of writing, which `check_catalog` reports and `load_catalog` lets pass

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Document:
    kind: str
    slug: str
    data: dict[str, Any]  # front matter: every key of the kind that has a value, checked and in canonical form
    body: str
    file: str = field(default="", compare=False)
    lines: Mapping[Path, int] = field(default_factory=dict, compare=False, repr=False)
    body_line: int = field(default=1, compare=False, repr=False)

    @property
    def status(self) -> str:
        return str(self.data.get("status", Status.PUBLISHED))

    @property
    def published(self) -> bool:
        return self.status == Status.PUBLISHED

    def line(self, *path: str | int) -> int:
        """The line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, message: str, *path: str | int, style: bool = False) -> Problem:
        return Problem(self.file, self.line(*path), message, style)

    def references(self) -> Iterator[tuple[Path, str, str]]:
        """(path, kind, slug) of every record that this one names."""
        for key, spec in FIELDS[self.kind].items():
            if key in self.data:
                yield from spec.references((key,), self.data[key])

    def links(self) -> Iterator[tuple[int, str]]:
        """(line, path) of every link inside Waymark in the body."""
        for number, text in enumerate(self.body.splitlines(), self.body_line):
            for match in INTERNAL_LINK.finditer(text):
                yield number, match[1]


class Invalid(Exception):
    """A value does not fit; `path` leads to it."""

    def __init__(self, message: str, *path: str | int) -> None:
        self.path = path
        super().__init__(message)


@dataclass(frozen=True)
class Spec:
    """How one value is checked (`read` returns its canonical form or raises Invalid) and which records it names."""

    read: Callable[[Any, Path, list[Invalid]], Any]
    required: bool = False
    default: Any = None
    references: Callable[[Path, Any], Iterator[tuple[Path, str, str]]] = lambda path, value: iter(())


def _spec(check: Callable[[Any], Any], **options: Any) -> Spec:
    def read(value: Any, path: Path, problems: list[Invalid]) -> Any:
        try:
            return check(value)
        except Invalid as error:
            raise Invalid(str(error), *path) from None

    return Spec(read, **options)


def text(maximum: int | None = None, **options: Any) -> Spec:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("must be a text")
        value = " ".join(value.split())
        if maximum and len(value) > maximum:
            raise Invalid(f"has {len(value)} characters, at most {maximum} are allowed")
        return str(value)

    return _spec(check, **options)


def number(low: float, high: float, *, above: bool = False, whole: bool = False, **options: Any) -> Spec:
    kind = "a whole number" if whole else "a number"
    limits = f"above {low} and at most {high}" if above else f"from {low} to {high}"

    def check(value: Any) -> float:
        types = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, types) or not (low <= value <= high):
            raise Invalid(f"must be {kind} {limits}")
        if above and value == low:
            raise Invalid(f"must be {kind} {limits}")
        return int(value) if float(value).is_integer() else value

    return _spec(check, **options)


def choice(values: list[str], **options: Any) -> Spec:
    def check(value: Any) -> str:
        if value not in values:
            raise Invalid(f"must be one of {', '.join(values)}")
        return str(value)

    return _spec(check, **options)


def pattern(expression: str, meaning: str, **options: Any) -> Spec:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            raise Invalid(f"must be {meaning}")
        return value

    return _spec(check, **options)


def flag(**options: Any) -> Spec:
    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Invalid("must be true or false")
        return value

    return _spec(check, default=False, **options)


def day(**options: Any) -> Spec:
    def check(value: Any) -> date:
        if type(value) is not date:
            raise Invalid("must be a date such as 2026-11-24")
        return value

    return _spec(check, **options)


def clock(**options: Any) -> Spec:
    def check(value: Any) -> str:
        try:
            return time.fromisoformat(value).strftime("%H:%M")
        except (TypeError, ValueError):
            raise Invalid('must be a time in quotes such as "09:30"') from None

    return _spec(check, **options)


def address(**options: Any) -> Spec:
    def check(value: Any) -> str:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname or " " in value or len(value) > 500:
            raise Invalid("must be an address that begins with https://")
        if any(TRACKING.match(name) for name, _ in parse_qsl(parts.query)):
            raise Invalid("has a tracking parameter; give the canonical address")
        return str(value)

    return _spec(check, **options)


PAID = "paid"  # the cost of what costs money when the price is not known


def cost(**options: Any) -> Spec:
    def check(value: Any) -> Any:
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
            raise Invalid("must be 0 for free, {amount: 60, currency: USD}, or paid when the price is not known")
        return {"amount": int(amount) if float(amount).is_integer() else amount, "currency": currency}

    return _spec(check, **options)


def slug_of(kind: str, **options: Any) -> Spec:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(SLUG_PATTERN, value):
            raise Invalid(f"must be the slug of a {kind}")
        return value

    return _spec(check, references=lambda path, value: iter([(path, kind, value)]), **options)


def many(
    item: Spec,
    low: int = 0,
    high: int | None = None,
    *,
    key: str = "",
    ordered: bool = True,
    repeated: bool = False,
    **options: Any,
) -> Spec:
    """A list of items that are all different, mappings in their `key`, unless they may be `repeated`; `ordered=False`
    sorts them."""

    def identity(entry: Any) -> Any:
        return entry.get(key, "") if key else entry

    def read(value: Any, path: Path, problems: list[Invalid]) -> list[Any]:
        if not isinstance(value, list):
            raise Invalid("must be a list", *path)
        if len(value) < low or (high is not None and len(value) > high):
            wanted = f"{low} to {high}" if high is not None else f"at least {low}"
            raise Invalid(f"has {len(value)} entries, {wanted} are needed", *path)
        result: list[Any] = []
        for index, raw in enumerate(value):
            try:
                entry = item.read(raw, (*path, index), problems)
            except Invalid as error:
                problems.append(error)
                continue
            if not repeated and identity(entry) in map(identity, result):
                problems.append(
                    Invalid(f"has a {key} that another one has" if key else "stands there twice", *path, index)
                )
            else:
                result.append(entry)
        return result if ordered else sorted(result, key=identity)

    def references(path: Path, value: list[Any]) -> Iterator[tuple[Path, str, str]]:
        for index, entry in enumerate(value):
            yield from item.references((*path, index), entry)

    return Spec(read, references=references, default=[], **options)


def table(kind: str, item: Spec, high: int | None = None, low: int = 0, **options: Any) -> Spec:
    """A mapping from the slug of a record to something."""

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid(f"must be a mapping from the slug of a {kind}", *path)
        if high is not None and len(value) > high:
            raise Invalid(f"has {len(value)} entries, at most {high} are allowed", *path)
        if len(value) < low:
            raise Invalid(f"has {len(value)} entries, at least {low} are needed", *path)
        result = {}
        for slug, entry in value.items():
            if not isinstance(slug, str) or not re.fullmatch(SLUG_PATTERN, slug):
                problems.append(Invalid(f"{slug!r} is not the slug of a {kind}", *path))
                continue
            try:
                result[slug] = item.read(entry, (*path, slug), problems)
            except Invalid as error:
                problems.append(error)
        return result

    def references(path: Path, value: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
        return (((*path, slug), kind, slug) for slug in value)

    return Spec(read, references=references, default={}, **options)


def entry(fields: dict[str, Spec], **options: Any) -> Spec:
    """A mapping with these keys."""

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid(f"must be a mapping with {', '.join(fields)}", *path)
        return _read_fields(fields, value, path, problems)

    def references(path: Path, value: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
        for key, spec in fields.items():
            if key in value:
                yield from spec.references((*path, key), value[key])

    return Spec(read, references=references, **options)


LEVEL = number(1, MAX_LEVEL, whole=True)


def step() -> Spec:
    """One level of one skill, written `embeddings: 1`."""
    one = table(Kind.SKILL, LEVEL)

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[str, int]:
        if not isinstance(value, dict) or len(value) != 1:
            raise Invalid("must be one skill and the level to reach, such as embeddings: 1", *path)
        result: dict[str, int] = one.read(value, path, problems)
        return result

    return Spec(read, references=one.references)


def choices() -> Spec:
    """Requirements that any one of several skills meets, by a slug of their own."""
    item = entry(
        {
            "name": text(120, required=True),
            "one_of": table(Kind.SKILL, LEVEL, low=2, required=True),
            "importance": number(1, MAX_IMPORTANCE, whole=True, required=True),
        }
    )

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid("must be a mapping from the slug of a choice", *path)
        result = {}
        for slug, raw in value.items():
            if not isinstance(slug, str) or not is_slug(slug):
                problems.append(Invalid(f"{slug!r} {NO_SLUG}", *path))
                continue
            try:
                result[slug] = item.read(raw, (*path, slug), problems)
            except Invalid as error:
                problems.append(error)
        return result

    def references(path: Path, value: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
        for slug, one in value.items():
            yield from item.references((*path, slug), one)

    return Spec(read, references=references, default={})


def unit() -> Spec:
    """`{id, read | do | build, part, minutes, untried, basics}`: exactly one of read, do and build."""
    item = entry(
        {
            "id": pattern(SLUG_PATTERN, "lower-case letters, digits and single hyphens", required=True),
            "read": slug_of(Kind.RESOURCE),
            "part": text(200),
            "do": text(),
            "build": text(),
            "minutes": number(MIN_UNIT_MINUTES, MAX_UNIT_MINUTES, whole=True, required=True),
            "untried": flag(),
            "basics": flag(),
        }
    )

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        result: dict[str, Any] = item.read(value, path, problems)
        if sum(type_ in result for type_ in Unit.UnitType.values) != 1:
            problems.append(Invalid("needs exactly one of read, do and build", *path))
        if "part" in result and "read" not in result:
            problems.append(Invalid("part belongs to read", *path))
        return result

    return Spec(read, references=item.references)


def units() -> Spec:
    """By level, a list of units."""
    of_level = many(unit(), 1, key="id")

    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[int, Any]:
        if not isinstance(value, dict):
            raise Invalid("must be a mapping from a level to its units", *path)
        result = {}
        for level, raw in sorted(value.items(), key=lambda pair: str(pair[0])):
            if level not in range(1, MAX_LEVEL + 1):
                problems.append(Invalid(f"there is no level {level!r}", *path))
                continue
            try:
                result[level] = of_level.read(raw, (*path, level), problems)
            except Invalid as error:
                problems.append(error)
        return result

    def references(path: Path, value: dict[int, Any]) -> Iterator[tuple[Path, str, str]]:
        for level, items in value.items():
            yield from of_level.references((*path, level), items)

    return Spec(read, references=references, default={})


def alias() -> Spec:
    full = entry(
        {
            "name": text(100, required=True),
            "ambiguous": flag(),
            "context": many(text(60)),
        }
    )

    def read(value: Any, path: Path, problems: list[Invalid]) -> Any:
        if isinstance(value, str):
            return text(100).read(value, path, problems)
        if not isinstance(value, dict):
            raise Invalid("must be a text or {name: …, ambiguous: true, context: […]}", *path)
        result = full.read(value, path, problems)
        if result.get("ambiguous") and not result.get("context"):
            problems.append(Invalid("is ambiguous and needs context words", *path))
        return result if result.get("ambiguous") or result.get("context") else result.get("name", "")

    return Spec(read)


def levels() -> Spec:
    def read(value: Any, path: Path, problems: list[Invalid]) -> dict[int, str]:
        if not isinstance(value, dict):
            raise Invalid("must be a mapping with 1, 2, 3 and 4", *path)
        result = {}
        for level in range(1, MAX_LEVEL + 1):
            if level not in value:
                problems.append(Invalid(f"the text of level {level} is missing", *path))
                continue
            try:
                result[level] = text().read(value[level], (*path, level), problems)
            except Invalid as error:
                problems.append(error)
        problems.extend(
            Invalid(f"there is no level {key!r}", *path, key) for key in value if key not in range(1, MAX_LEVEL + 1)
        )
        return result

    return Spec(read, required=True)


ORDER = number(0, 10_000, whole=True, default=0)
EXTERNAL = entry({"esco": many(text(200)), "onet": many(text(40))}, default={})
FACTS = many(slug_of(Kind.FACT), ordered=False)


def requirements(**options: Any) -> Spec:
    item = entry(
        {
            "level": number(1, MAX_LEVEL, whole=True, required=True),
            "importance": number(1, MAX_IMPORTANCE, whole=True, required=True),
        }
    )
    return table(Kind.SKILL, item, **options)


def level_range() -> Spec:
    pair = many(number(0, MAX_LEVEL, whole=True), 2, 2)

    def read(value: Any, path: Path, problems: list[Invalid]) -> list[int]:
        result: list[int] = pair.read(value, path, problems)
        if len(result) == 2 and result[0] >= result[1]:
            raise Invalid("must lead from a lower to a higher level, such as [0, 2]", *path)
        return result

    return Spec(read)


FIELDS: dict[str, dict[str, Spec]] = {
    Kind.AREA: {
        "name": text(200, required=True),
        "letter": pattern("[A-Z]", "one capital letter", required=True),
        "family": choice(list(Area.Family.values), required=True),
        "order": ORDER,
        "summary": text(200, required=True),
    },
    Kind.SKILL: {
        "name": text(200, required=True),
        "area": slug_of(Kind.AREA, required=True),
        "kind": choice(list(Skill.SkillKind.values), required=True),
        "horizon": choice(list(Skill.Horizon.values), required=True),
        "summary": text(160, required=True),
        "effort": many(number(0, 10_000, above=True), 4, 4, required=True, repeated=True),
        "demand": number(1, 100, whole=True),
        "aliases": many(alias()),
        "levels": levels(),
        "prerequisites": table(Kind.SKILL, LEVEL),
        "units": units(),
        "external": EXTERNAL,
    },
    Kind.RESOURCE: {
        "name": text(200, required=True),
        "type": choice(list(Resource.ResourceType.values), required=True),
        "url": address(required=True),
        "author": text(200, required=True),
        "year": number(1900, 2100, whole=True),
        "hours": number(0, 2_000, above=True, required=True),
        "cost": cost(),
        "language": pattern("[a-z]{2,3}(-[A-Za-z]{2,4})?", "a language code such as en", default="en"),
        "programming_language": pattern("[a-z][a-z0-9+#]{0,19}", "a name in lower case such as python"),
        "checked_on": day(),
        "affiliate": flag(),
        "skills": table(Kind.SKILL, level_range(), MAX_SKILLS_PER_RESOURCE, required=True),
        "summary": text(200),
    },
    Kind.ROLE: {
        "name": text(200, required=True),
        "summary": text(200, required=True),
        "order": ORDER,
        "requirements": requirements(required=True),
        "choices": choices(),
        "milestones": many(slug_of(Kind.MILESTONE)),
        "apply_after": slug_of(Kind.MILESTONE),
        "long_because": text(),
        "day": many(
            entry(
                {
                    "time": clock(required=True),
                    "minutes": number(1, 720, whole=True, required=True),
                    "activity": text(required=True),
                }
            ),
            key="time",
            ordered=False,
        ),
        "neighbours": many(
            entry({"role": slug_of(Kind.ROLE, required=True), "difference": text(required=True)}), key="role"
        ),
        "facts": FACTS,
        "external": EXTERNAL,
    },
    Kind.INDUSTRY: {
        "name": text(200, required=True),
        "summary": text(200, required=True),
        "order": ORDER,
        "use_cases": many(entry({"name": text(120, required=True), "text": text(required=True)}), key="name"),
        "considerations": many(
            entry({"topic": choice(list(Consideration.Topic.values), required=True), "text": text(required=True)}),
            key="topic",
        ),
        "requirements": requirements(),
        "milestone": slug_of(Kind.MILESTONE),
        "emphases": many(
            entry(
                {
                    "skill": slug_of(Kind.SKILL, required=True),
                    "weight": number(0, 2, above=True, required=True),
                    "why": text(required=True),
                }
            ),
            key="skill",
        ),
        "facts": FACTS,
    },
    Kind.MILESTONE: {
        "name": text(200, required=True),
        "summary": text(200, required=True),
        "outcome": text(required=True),
        "steps": many(step(), 1, required=True),
        "projects": many(slug_of(Kind.PROJECT)),
    },
    Kind.PROJECT: {
        "name": text(200, required=True),
        "summary": text(200, required=True),
        "hours": number(0, 2_000, above=True, required=True),
        "checklist": many(text(), 1, required=True),
        "proves": table(Kind.SKILL, LEVEL, required=True),
        "industries": many(slug_of(Kind.INDUSTRY), ordered=False),
    },
    Kind.STARTING_POINT: {
        "name": text(200, required=True),
        "summary": text(200, required=True),
        "order": ORDER,
        "levels": table(Kind.SKILL, LEVEL),
    },
    Kind.GUIDE: {
        "name": text(200, required=True),
        "tldr": text(required=True),
        "takeaways": many(text(), 1, required=True),
        "order": ORDER,
        "facts": FACTS,
        "summary": text(200),
    },
    Kind.QUESTION: {"name": text(200, required=True), "order": ORDER},
    Kind.FACT: {
        "name": text(200, required=True),
        "statement": text(required=True),
        "source": text(200, required=True),
        "url": address(required=True),
        "year": number(1990, 2100, whole=True, required=True),
        "secondary": flag(),
        "caveat": text(),
    },
}
SHARED_FIELDS = {
    "status": choice(list(Status.values), default=Status.PUBLISHED),
    "formerly": many(pattern(SLUG_PATTERN, "a slug"), ordered=False),
}
for _fields in FIELDS.values():
    _fields.update(SHARED_FIELDS)
# What a draft may leave open.
OPTIONAL_IN_DRAFT = {
    "summary",
    "effort",
    "levels",
    "requirements",
    "checklist",
    "takeaways",
    "proves",
    "skills",
    "outcome",
    "steps",
}


def _read_fields(fields: dict[str, Spec], value: dict[Any, Any], path: Path, problems: list[Invalid]) -> dict[str, Any]:
    draft = value.get("status") in {Status.DRAFT, Status.IN_REVIEW}
    for key in value:
        if key not in fields:
            problems.append(Invalid(f"unknown key {key!r}; known are {', '.join(fields)}", *path, key))
    result = {}
    for key, spec in fields.items():
        if value.get(key) is None:
            if spec.required and not (draft and key in OPTIONAL_IN_DRAFT):
                problems.append(Invalid(f"{key} is missing", *path))
            continue
        try:
            read = spec.read(value[key], (*path, key), problems)
        except Invalid as error:
            problems.append(Invalid(f"{key} {error}" if error.path == (*path, key) else str(error), *error.path))
            continue
        if read != spec.default:
            result[key] = read
    if "units" in result and "effort" in result:
        result["effort"] = _effort_of_units(result["effort"], result["units"])
    return result


def _effort_of_units(effort: list[float], by_level: Mapping[int, list[dict[str, Any]]]) -> list[float]:
    """The hours of a level with units are those of its units: one number, said once."""
    hours = list(effort)
    for level, found in by_level.items():
        if level <= len(hours):
            total = round(sum(item.get("minutes", 0) for item in found) / 60, 2)
            hours[level - 1] = int(total) if total.is_integer() else total
    return hours


def canonical(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Values of a record in exactly the form that its file gives; what its file could not have is left out."""
    return _read_fields(FIELDS[kind], data, (), [])


def checked(kind: str, data: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The same, with what is wrong: (key, message)."""
    invalid: list[Invalid] = []
    read = _read_fields(FIELDS[kind], data, (), invalid)
    return read, [(str(error.path[0]) if error.path else "", _spell(error)) for error in invalid]


_memory: ContextVar[dict[tuple[str, ...], Any] | None] = ContextVar("documents", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, the same text is parsed once and the same document rendered once: for those who look at many documents before
    they take the catalogue's lock, and again when they have it."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def parse(content: str, *, kind: str, slug: str, file: str = "") -> tuple[Document | None, list[Problem]]:
    """Read one file. The document is None when the front matter cannot be read at all."""
    memory = _memory.get()
    if memory is None:
        return _parse(content, kind=kind, slug=slug, file=file)
    key = ("parse", kind, slug, file, content)
    if key not in memory:
        memory[key] = _parse(content, kind=kind, slug=slug, file=file)
    document, problems = memory[key]
    return document, list(problems)


def _parse(content: str, *, kind: str, slug: str, file: str) -> tuple[Document | None, list[Problem]]:
    content = content.replace("\r\n", "\n").removeprefix("\ufeff")
    match = re.match(r"---\n(.*?)^---[ \t]*\n?", content, re.DOTALL | re.MULTILINE)
    if not match:
        return None, [Problem(file, 1, "must begin with front matter between two lines of ---")]
    lines: dict[Path, int] = {(): 1}
    problems: list[Problem] = []
    try:
        if anchor := _anchor(match[1]):
            return None, [Problem(file, anchor, "names a value to repeat it (& or *); write it out")]
        node = yaml.compose(match[1], Loader=Loader)
        # The tree of nodes knows the lines, the constructed value does not: both come from one parse.
        raw = yaml.constructor.SafeConstructor().construct_document(node) if node else {}
        if node:
            for line, key in _locate(node, (), lines):
                problems.append(Problem(file, line, f"{key!r} stands there twice"))
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        return None, [Problem(file, line, f"is not valid YAML: {error.problem}")]
    except (ValueError, yaml.YAMLError) as error:
        return None, [Problem(file, 1, f"is not valid YAML: {error}")]
    except RecursionError:
        return None, [Problem(file, 1, "has too many brackets inside each other")]
    if not isinstance(raw, dict):
        return None, [Problem(file, 2, "the front matter must be a mapping of keys to values")]
    invalid: list[Invalid] = []
    data = _read_fields(FIELDS[kind], raw, (), invalid)
    body = content[match.end() :].strip("\n")
    body = body + "\n" if body else ""
    body_line = content.count("\n", 0, match.end()) + 1
    body_line += len(content[match.end() :]) - len(content[match.end() :].lstrip("\n"))
    document = Document(kind, slug, data, body, file, lines, body_line)
    problems += [document.problem(_spell(error), *error.path) for error in invalid]
    if not is_slug(slug):
        problems.append(Problem(file, 1, f"{slug!r} {NO_SLUG}"))
    if slug in data.get("formerly", []):
        problems.append(document.problem("a record cannot have been called what it is called now", "formerly"))
    if "\0" in content:
        problems.append(Problem(file, 1, "contains a NUL character"))
    return document, sorted(problems)


def is_slug(text: str) -> bool:
    return bool(re.fullmatch(SLUG_PATTERN, text)) and text not in RESERVED_SLUGS and len(text) <= 80


def _anchor(front: str) -> int:
    """The line of the first anchor or alias, 0 without one: a few of them, of each other, unfold into more than there is memory."""
    if "&" not in front and "*" not in front:
        return 0
    event: Any
    for event in yaml.parse(front, Loader=Loader):
        if getattr(event, "anchor", None):
            return int(event.start_mark.line) + 2
    return 0


def _spell(error: Invalid) -> str:
    """The message with the place inside a list or table, such as «requirements, python, level: must be …»."""
    place = ", ".join(str(step + 1) if isinstance(step, int) else str(step) for step in error.path)
    message = str(error)
    return message if len(error.path) <= 1 else f"{place}: {message}"


def _locate(node: Any, path: Path, lines: dict[Path, int]) -> Iterator[tuple[int, str]]:
    """Fill `lines` with the line of each value (the front matter begins on line 2); yields keys given twice."""
    lines.setdefault(path, node.start_mark.line + 2)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key_node, value_node in node.value:
            key: Any = int(key_node.value) if key_node.tag.endswith(":int") else key_node.value
            if key in seen:
                yield key_node.start_mark.line + 2, key
            seen.add(key)
            lines[*path, key] = key_node.start_mark.line + 2
            yield from _locate(value_node, (*path, key), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _locate(item, (*path, index), lines)


class _Flow(dict[Any, Any]):
    """A mapping written on one line."""


class _FlowList(list[Any]):
    """A list written on one line."""


class _Quoted(str):
    """A text written in quotes."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(_Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True))
_Dumper.add_representer(_FlowList, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True))
_Dumper.add_representer(_Quoted, lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", v, style='"'))


def _layout(key: str, value: Any) -> Any:
    """Short things on one line, as a person would write them."""
    match key, value:
        case (("effort" | "facts" | "formerly" | "industries" | "context" | "esco" | "onet"), list()):
            return _FlowList(value)
        case "requirements", dict():
            return {slug: _Flow(item) for slug, item in value.items()}
        case "choices", dict():
            return {slug: _Flow({**item, "one_of": _Flow(item["one_of"])}) for slug, item in value.items()}
        case "units", dict():
            return {level: [_Flow(item) for item in items] for level, items in value.items()}
        case "skills", dict():
            return {slug: _FlowList(item) for slug, item in value.items()}
        case "day", list():
            return [_Flow({**item, "time": _Quoted(item["time"])}) for item in value]
        case "aliases", list():
            return [_Flow({k: _layout(k, v) for k, v in i.items()}) if isinstance(i, dict) else i for i in value]
        case "external", dict():
            return {name: _FlowList(items) for name, items in value.items()}
        case "cost", dict():
            return _Flow(value)
    return value


def render(document: Document) -> str:
    """The canonical text: keys in the order of the format, values that are the default left out."""
    memory = _memory.get()
    if memory is None:
        return _render(document)
    key = ("render", document.kind, repr(document.data), document.body)
    if key not in memory:
        memory[key] = _render(document)
    return str(memory[key])


def _render(document: Document) -> str:
    data = {key: _layout(key, document.data[key]) for key in FIELDS[document.kind] if key in document.data}
    front = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{front}---\n{document.body}"
