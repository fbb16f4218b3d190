"""The differences between two documents of a record, field by field, for people to read; and merging two changes.

Does not use the database. A record's slug and its text count as fields, under the names `slug` and `text`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Any

from guidance.catalog.documents import Document, canonical
from guidance.catalog.kinds import fields_of, label_of
from guidance.catalog.text import day

SLUG, TEXT = "slug", "text"
BODY = "body"  # name of the field in the form
WORD = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")
AROUND = 1  # unchanged lines of a text shown before and after a changed one
ALIKE = 0.4  # lines with less in common are shown as one removed and one added
MAX_CODE = 100  # maximum lines of code of a question, which are all shown
MAX_OPEN = 4_000  # characters of a field that are unfolded at first
MISSING: Any = object()
BY_LEVEL = ("levels", "units")
QUESTIONS = "items"  # of a check
SPANS = "skills"  # key of a resource's levels for a skill: from one level to a higher one
ANSWERED = {
    "choice": "one right answer",
    "several": "several right answers",
    "order": "to put in order",
    "number": "a number",
    "output": "what the code prints",
}
RIGHT = "✓ right"
# The conditions under which an alias means the skill, by key.
CONDITIONS = {"needs": "only near: {}", "excludes": "not near: {}", "only_as": "{}"}
ONLY_AS = {"written": "only with its capitals or in a list", "item": "only as a whole item of a list"}
STEPS = ("0 to 1", "1 to 2", "2 to 3", "3 to 4")  # labels of the hours


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    mark: str = ""  # "added", "removed", or "" for text on both sides


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One value, list entry or line of text. If it has changed, it has pieces from both sides."""

    mark: str  # "added", "removed", "changed", "same", or "gap" for omitted unchanged lines
    pieces: tuple[Piece, ...]
    name: str = ""  # name of the entry, such as the slug of a prerequisite
    part: str = ""  # part of a question: "head", "question", "code", "option", "right option" or "why"


def label(kind: str, field: str) -> str:
    """Returns the form's label for a field of the document, as written within a sentence."""
    return label_of(kind, BODY if field == TEXT else field)


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str
    field: str
    rows: tuple[DifferenceRow, ...]

    @property
    def label(self) -> str:
        return label(self.kind, self.field)

    @property
    def is_long(self) -> bool:
        """Returns whether the field is longer than a screen; if so, the page collapses it."""
        return len(self.rows) > 1 and sum(len(piece.text) for row in self.rows for piece in row.pieces) > MAX_OPEN

    @property
    def before(self) -> tuple[DifferenceRow, ...]:
        return _without(self.rows, "added")

    @property
    def after(self) -> tuple[DifferenceRow, ...]:
        return _without(self.rows, "removed")


def _without(rows: Iterable[DifferenceRow], mark: str) -> tuple[DifferenceRow, ...]:
    return tuple(
        replace(row, pieces=tuple(piece for piece in row.pieces if piece.mark != mark))
        for row in rows
        if row.mark != mark
    )


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """The changes of two people to one field of the same document. A side without rows did not change the field."""

    kind: str
    field: str
    mine: tuple[DifferenceRow, ...]
    theirs: tuple[DifferenceRow, ...]

    @property
    def label(self) -> str:
        return label(self.kind, self.field)

    @property
    def is_conflict(self) -> bool:
        """Returns whether both people changed the field in different ways."""
        return bool(self.mine and self.theirs) and self.mine != self.theirs


def fields(document: Document) -> dict[str, Any]:
    """Returns every field that has a value, in the order of the format, with the text last."""
    return {SLUG: document.slug, **document.data} | ({TEXT: document.body} if document.body else {})


def with_names(document: Document, names: Mapping[tuple[str, str], str]) -> Document:
    """Returns the document with the slugs of other records replaced by their names, which are given by kind and slug. Only for
    reading."""
    data = document.data
    # The deepest first, so that the paths to the others stay valid.
    for path, kind, slug in sorted(document.references(), key=lambda found: -len(found[0])):
        if (kind, slug) in names:
            data = _renamed(data, path, slug, names[kind, slug])
    return replace(document, data=data)


def _renamed(value: Any, path: tuple[str | int, ...], slug: str, name: str) -> Any:
    """Returns a copy in which the entry at this path, or the key at its end, is replaced by the name."""
    if not path:
        return name if value == slug else value
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_renamed(item, rest, slug, name) if place == step else item for place, item in enumerate(value)]
    if not isinstance(value, dict) or step not in value:
        return value
    if not rest and step == slug and value[step] != slug:
        return value if name in value else {name if key == step else key: item for key, item in value.items()}
    return {key: _renamed(item, rest, slug, name) if key == step else item for key, item in value.items()}


def differences(before: Document | None, after: Document) -> list[Difference]:
    """Returns the differences from `before` to `after`; for a new record, everything."""
    return [Difference(after.kind, name, tuple(_rows(name, *values))) for name, values in _changed(before, after)]


def changed_labels(before: Document | None, after: Document) -> list[str]:
    """Returns the labels of the fields in which the documents differ."""
    return [label(after.kind, name) for name, _values in _changed(before, after)]


def _changed(before: Document | None, after: Document) -> Iterator[tuple[str, tuple[Any, Any]]]:
    old, new = fields(before) if before else {}, fields(after)
    for name in (SLUG, *fields_of(after.kind), TEXT):
        values = old.get(name), new.get(name)
        if values[0] != values[1] or _order(values[0]) != _order(values[1]):
            yield name, values


def compare_fields(base: Document, mine: Document, theirs: Document) -> list[FieldComparison]:
    """Returns every field in which `mine` or `theirs` differs from `base`, in the order of the format."""
    my, their = ({item.field: item.rows for item in differences(base, after)} for after in (mine, theirs))
    names = [SLUG, *fields_of(base.kind), TEXT]
    return [
        FieldComparison(base.kind, name, my.get(name, ()), their.get(name, ()))
        for name in names
        if name in my or name in their
    ]


def _order(value: Any) -> list[Any] | None:
    """Returns the keys of mappings in order: `==` ignores the order, but it matters in a document."""
    return list(value) if isinstance(value, dict) else None


def _rows(name: str, old: Any, new: Any) -> Iterator[DifferenceRow]:
    if name == TEXT:
        yield from _lines(old or "", new or "")
    elif name == QUESTIONS:
        yield from _questions(old or [], new or [])
    elif name == SPANS:
        yield from _entries(_spans(old or {}), _spans(new or {}), "")
    elif isinstance(old, dict) or isinstance(new, dict):
        yield from _entries(old or {}, new or {}, "level " if name in BY_LEVEL else "")
    elif name == "effort":
        yield from _steps(old or [], new or [])
    elif isinstance(old, list) or isinstance(new, list):
        yield from _items(old or [], new or [])
    else:
        yield _row(old, new)


def _spans(skills: Mapping[str, Any]) -> dict[str, str]:
    return {skill: f"level {first} to {last}" for skill, (first, last) in skills.items()}


def _row(old: Any, new: Any, name: str = "") -> DifferenceRow:
    if old is None:
        return DifferenceRow("added", (Piece(in_one_line(new), "added"),), name)
    if new is None:
        return DifferenceRow("removed", (Piece(in_one_line(old), "removed"),), name)
    return DifferenceRow("changed", words(in_one_line(old), in_one_line(new)), name)


def _entries(old: Mapping[Any, Any], new: Mapping[Any, Any], prefix: str) -> Iterator[DifferenceRow]:
    rows = [
        row
        for key in {**old, **new}
        if old.get(key) != new.get(key)
        for row in _entry(f"{prefix}{key}", old.get(key), new.get(key))
    ]
    # Nothing was added, removed or changed, so only the order differs.
    yield from rows or [
        DifferenceRow("changed", (Piece(", ".join(map(str, old)), "removed"), Piece(", ".join(map(str, new)), "added")))
    ]


def _entry(name: str, old: Any, new: Any) -> Iterator[DifferenceRow]:
    """For an entry that is a list itself, such as the units of a level, yields a row for each entry that differs."""
    if any(isinstance(value, list) and all(isinstance(item, dict) for item in value) for value in (old, new)):
        yield from (replace(row, name=name) for row in _items(old or [], new or []))
    else:
        yield _row(old, new, name)


def _steps(old: Sequence[Any], new: Sequence[Any]) -> Iterator[DifferenceRow]:
    for name, before, after in zip_longest(STEPS, old, new):
        if before != after:
            yield _row(before, after, name)


def _items(old: Sequence[Any], new: Sequence[Any]) -> Iterator[DifferenceRow]:
    yield from _sequence([in_one_line(item) for item in old], [in_one_line(item) for item in new])


def _lines(old: str, new: str) -> Iterator[DifferenceRow]:
    yield from _sequence(old.splitlines(), new.splitlines(), context=AROUND)


def _sequence(old: Sequence[str], new: Sequence[str], context: int = 0) -> Iterator[DifferenceRow]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups: list[Sequence[tuple[str, int, int, int, int]]] = [matcher.get_opcodes()]
    if context:
        groups = [list(group) for group in matcher.get_grouped_opcodes(context)]
    for number, group in enumerate(groups):
        if number and context:
            yield DifferenceRow("gap", ())
        for what, i, j, k, end in group:
            match what:
                case "equal":
                    if context:
                        yield from (DifferenceRow("same", (Piece(line),)) for line in old[i:j])
                case _:
                    yield from _replaced(old[i:j], new[k:end])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[DifferenceRow]:
    """Yields replaced lines; similar ones are paired and compared word by word."""
    for before, after in zip(old, new, strict=False):
        if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() >= ALIKE:
            yield _row(before, after)
        else:
            yield _row(before, None)
            yield _row(None, after)
    for line in old[len(new) :]:
        yield _row(line, None)
    for line in new[len(old) :]:
        yield _row(None, line)


# --- Check questions, as the learner sees them


def _questions(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[DifferenceRow]:
    """Yields each question that was added, removed or changed, as a whole."""
    before, after = ({item["id"]: item for item in items} for items in (old, new))
    changed = [key for key in {**after, **before} if before.get(key) != after.get(key)]
    for key in changed:
        yield from _question(before.get(key), after.get(key))
    if not changed:  # so only the order differs
        yield _row(", ".join(before), ", ".join(after))


def _question(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[DifferenceRow]:
    before, after = old or {}, new or {}
    yield _part(
        "head", _answered(old) if old else None, _answered(new) if new else None, name=str((new or before)["id"])
    )
    yield from _parts("question", before, after, "question")
    yield from _code(before.get("code", ""), after.get("code", ""))
    numbered = "order" in (before.get("kind"), after.get("kind"))
    for number, (option, changed) in enumerate(_beside(before.get("options", []), after.get("options", [])), 1):
        sides = [(f"{number}. " if numbered else "") + side["text"] if side else None for side in (option, changed)]
        row = _part("option", *sides)
        if any(side and side.get("right") for side in (option, changed)):
            row = _marked_right(row, option or {}, changed or {})
        yield row
        yield from _parts("why", option or {}, changed or {}, "why")
    yield from _parts("right option", before, after, "answer", "tolerance", "unit", named=True)
    yield from _parts("why", before, after, "why")
    for key in ("taught_by", "source", "checked_on", "withdrawn"):
        if before.get(key) != after.get(key):
            yield from _parts("why", before, after, key, named=True)


def _code(old: str, new: str) -> Iterator[DifferenceRow]:
    if old == new:
        yield from (DifferenceRow("same", (Piece(line),), part="code") for line in new.splitlines())
    else:
        yield from (replace(row, part="code") for row in _sequence(old.splitlines(), new.splitlines(), MAX_CODE))


def _answered(item: Mapping[str, Any]) -> str:
    return f"level {item['level']}, {ANSWERED.get(item['kind'], item['kind'])}"


def _parts(
    part: str, old: Mapping[str, Any], new: Mapping[str, Any], *keys: str, named: bool = False
) -> Iterator[DifferenceRow]:
    for key in keys:
        if key in old or key in new:
            sides = (in_one_line(side[key]) if key in side else None for side in (old, new))
            yield _part(part, *sides, name=key.replace("_", " ") if named else "")


def _part(part: str, old: str | None, new: str | None, *, name: str = "") -> DifferenceRow:
    if old is not None and old == new:
        return DifferenceRow("same", (Piece(old),), name, part)
    return replace(_row(old, new, name), part=part)


def _beside(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Pairs options with the same text; the others are paired by position."""
    before, after = [option["text"] for option in old], [option["text"] for option in new]
    for _what, i, j, k, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from zip_longest(old[i:j], new[k:end])


def _marked_right(row: DifferenceRow, old: Mapping[str, Any], new: Mapping[str, Any]) -> DifferenceRow:
    """Adds the word “right”, marked as added or removed if only one side is right."""
    was, is_now = bool(old.get("right")), bool(new.get("right"))
    mark = row.mark if row.mark in ("added", "removed") else "" if was == is_now else "added" if is_now else "removed"
    return replace(
        row,
        mark="changed" if row.mark == "same" and mark else row.mark,
        pieces=(*row.pieces, Piece(" "), Piece(RIGHT, mark)),
        part="right option" if was == is_now or not (old and new) else "option",
    )


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Returns the two texts as one, with removed and added words marked; what was rewritten is shown as a whole."""
    if SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio() < ALIKE:
        return tuple(piece for piece in (Piece(old, "removed"), Piece(new, "added")) if piece.text)
    before, after = WORD.findall(old), WORD.findall(new)
    pieces: list[Piece] = []
    for what, i, j, k, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = "".join(before[i:j]), "".join(after[k:end])
        pieces += [Piece(left)] if what == "equal" else [Piece(left, "removed"), Piece(right, "added")]
    return _without_scraps([piece for piece in pieces if piece.text])


def _without_scraps(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Counts a short unchanged piece as changed if more has changed on both of its sides: nobody can read a sentence of which
    single words are left. After “semantic cleanup” in Fraser, “Diff Strategies” (2006)."""
    parts: list[tuple[str, str, bool]] = []  # both sides, and whether they differ
    for is_changed, group in groupby(pieces, key=lambda piece: bool(piece.mark)):
        run = list(group)
        old, new = ("".join(piece.text for piece in run if piece.mark != other) for other in ("added", "removed"))
        parts.append((old, new, is_changed))
        while len(parts) > 2 and parts[-1][2] and len(parts[-2][0]) <= min(_size(parts[-3]), _size(parts[-1])):
            parts[-3:] = [("".join(part[0] for part in parts[-3:]), "".join(part[1] for part in parts[-3:]), True)]
    found = ((Piece(old, "removed"), Piece(new, "added")) if differ else (Piece(old),) for old, new, differ in parts)
    return tuple(piece for pair in found for piece in pair if piece.text)


def _size(part: tuple[str, str, bool]) -> int:
    return max(len(part[0]), len(part[1]))


def in_one_line(value: Any) -> str:
    """Returns a value of a document on one line."""
    match value:
        case date():
            return day(value)
        case bool():
            return "yes" if value else "no"
        case dict() if "minutes" in value and (work := value.keys() & {"read", "do", "build"}):
            [what] = work
            return f"{what}: {value[what]} ({value['minutes']} min, {value.get('id', '')})"
        case dict() if "name" in value and CONDITIONS.keys() & value.keys():
            said = [
                text.format(ONLY_AS.get(value[key], value[key]) if key == "only_as" else in_one_line(value[key]))
                for key, text in CONDITIONS.items()
                if value.get(key)
            ]
            return f"{value['name']} ({'; '.join(said)})"
        case dict() if "one_of" in value:
            members = ", ".join(f"{skill} {level}" for skill, level in value["one_of"].items())
            return f"{value['name']}: one of {members}; importance: {value['importance']}"
        case dict():
            return ", ".join(f"{key.replace('_', ' ')}: {in_one_line(item)}" for key, item in value.items())
        case list():
            return ", ".join(in_one_line(item) for item in value)
        case _:
            return str(value)


# --- Two changes to one record


def merge(base: Document, mine: Document, theirs: Document, prefer: str = "") -> tuple[Document, list[str]]:
    """Returns `theirs` with the changes that `mine` makes to `base`, and the fields that both changed differently.

    Entries of a mapping, such as prerequisites, are merged one by one. In a conflict, `prefer` ("mine" or "theirs") decides;
    without it, the result has the value of `theirs`.
    """
    conflicts: list[tuple[str, ...]] = []
    old, my, their = fields(base), fields(mine), fields(theirs)
    result = _merged(old, my, their, (), conflicts, prefer)
    slug, text = result.pop(SLUG), result.pop(TEXT, "")
    said = [", ".join([label(theirs.kind, path[0]), *path[1:]]) for path in conflicts]
    return Document(theirs.kind, slug, canonical(theirs.kind, result), text), said


def _merged(
    base: Any, mine: Any, theirs: Any, path: tuple[str, ...], conflicts: list[tuple[str, ...]], prefer: str
) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        result = {
            key: _merged(
                before.get(key, MISSING),
                mine.get(key, MISSING),
                theirs.get(key, MISSING),
                (*path, str(key)),
                conflicts,
                prefer,
            )
            for key in {**theirs, **mine}
        }
        return {key: value for key, value in result.items() if value is not MISSING}
    conflicts.append(path)
    return mine if prefer == "mine" else theirs
