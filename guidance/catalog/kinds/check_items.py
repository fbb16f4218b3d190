"""Check items: questions with which a learner checks a level of a skill (`progress.checks` draws and marks them)."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guidance.catalog.containers import EntryOf
from guidance.catalog.fields import SLUG_PATTERN, Field, Invalid, Literal, Path, Shown, Text, counted, plain
from guidance.catalog.kinds.base import (
    Record,
    address,
    day,
    entry,
    flag,
    items,
    level,
    number,
    one_of,
    pattern,
    record,
    reference,
    text,
)

ITEM_KINDS = ("choice", "several", "order", "number", "output")
MAX_ITEM_KEY = 40
MAX_TYPED = 60  # maximum number of characters in a typed answer
OPTIONS: Mapping[str, tuple[int, int]] = {"choice": (4, 4), "several": (4, 4), "order": (3, 5)}  # minimum, maximum


@entry(flow=True)
class Option:
    label: str = text(140, required=True, key="text")
    right: bool = flag()
    why: str = text(240)


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A question. Its kind determines how it is answered:

    choice   one of four options
    several  every option of four that applies
    order    three to five options, listed here in the right order
    number   a number, right within `tolerance`
    output   what `code` prints or returns, typed as one line
    """

    key: str  # learners’ answers refer to the item by this key, so it stays the same when the rest changes
    level: int
    kind: str
    question: str
    code: str
    options: tuple[Option, ...]
    answer: float | str | None
    tolerance: float
    unit: str
    why: str
    taught_by: str  # id of a unit of the level, shown after a wrong answer
    source: str
    checked_on: date | None
    withdrawn: bool  # whether the item is no longer asked


class Code(Text):
    """Lines of a program. Line breaks and indentation are preserved."""

    def convert(self, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("must be lines of code")
        return "\n".join(line.rstrip() for line in value.strip("\n").splitlines()) + "\n"

    def layout(self, value: Any) -> Any:
        return Literal(value)


class Answer(Field):
    """A number, or one short line of text."""

    def convert(self, value: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and abs(value) <= sys.float_info.max:  # neither infinite nor NaN, which the database cannot store
            return plain(value)
        if isinstance(value, str) and value.strip() and "\n" not in value.strip() and len(value.strip()) <= MAX_TYPED:
            return value.strip()
        raise Invalid(f"must be a number, or one line of at most {MAX_TYPED} characters in quotes")

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "number"}, {"type": "string", "minLength": 1, "maxLength": MAX_TYPED}]}


class ItemField(EntryOf):
    """The keys of an item. Its kind determines which of them it has."""

    def check(self, value: Any, path: Path, problems: list[Invalid]) -> dict[str, Any]:
        result = super().check(value, path, problems)
        for message, *place in _faults(result):
            problems.append(Invalid(message, *path, *place))
        return result

    def load(self, value: Any, shown: Shown) -> CheckItem:
        values = {field.attribute: field.load(value.get(key), shown) for key, field in self.fields.items()}
        return CheckItem(**values)


def _faults(item: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """Returns what does not match the kind of an item, as (message, place …)."""
    kind, options, faults = str(item.get("kind")), item.get("options", []), list[tuple[Any, ...]]()
    if len(item.get("id", "")) > MAX_ITEM_KEY:
        faults.append((f"id has {len(item['id'])} characters; at most {MAX_ITEM_KEY} are allowed", "id"))
    if kind not in ITEM_KINDS:
        return faults  # without a kind, we do not know what else is needed
    if kind in OPTIONS:
        fewest, most = OPTIONS[kind]
        if not fewest <= len(options) <= most:
            needed = f"{fewest} to {most}" if fewest < most else fewest
            faults.append((f"has {counted(len(options), 'option')}; {needed} are needed", "options"))
    elif options:
        faults.append((f"{kind} has no options", "options"))
    right = sum(option.get("right", False) for option in options)
    if kind == "choice" and right != 1:
        faults.append((f"has {right} right options; one is needed", "options"))
    if kind == "several" and right not in (2, 3):
        faults.append((f"has {counted(right, 'right option')}; two or three are needed", "options"))
    if kind == "order" and right:
        faults.append(("the options of an order are listed in the right order; none is marked as right", "options"))
    if kind in ("choice", "several"):
        faults += [("why is missing", "options", place) for place, option in enumerate(options) if "why" not in option]
    wanted = {"number": (int, float), "output": (str,)}.get(kind, ())
    if wanted and not isinstance(item.get("answer"), wanted):
        faults.append((f"{kind} needs an answer of type {'number' if kind == 'number' else 'text'}", "answer"))
    if not wanted and "answer" in item:
        faults.append((f"{kind} has no answer other than its options", "answer"))
    if kind in ("order", "number", "output") and "why" not in item:
        faults.append(("why is missing",))
    if kind == "output" and "code" not in item:
        faults.append(("code is missing",))
    if kind != "number":
        faults += [(f"{key} is only for number", key) for key in ("tolerance", "unit") if key in item]
    return faults


ITEM = ItemField(
    loads=CheckItem,
    fields={
        "id": pattern(SLUG_PATTERN, "lower-case letters, digits and single hyphens", required=True),
        "level": level(required=True),
        "kind": one_of(*ITEM_KINDS, required=True),
        "question": text(400, required=True),
        "code": Code(),
        "options": items(Option),
        "answer": Answer(),
        "tolerance": number(0, 1_000_000, default=0),
        "unit": text(40),
        "why": text(240),
        "taught_by": pattern(SLUG_PATTERN, "the id of a unit"),
        "source": address(),
        "checked_on": day(),
        "withdrawn": flag(),
    },
)
for _key, _field in ITEM.fields.items():
    _field.key, _field.attribute = _key, "key" if _key == "id" else _key


@record("check", plural="checks", public=False)
class Check(Record):
    """The check items of a skill. Only curators can read them all: learners see an item only when it is asked."""

    name: str = text(200, required=True, column="name")
    skill: str = reference("skill", required=True, column="skill")
    items: tuple[CheckItem, ...] = items(ITEM, unique_by="id", label="questions")
