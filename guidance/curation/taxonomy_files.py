"""The values that an import reads from a classification, and the reader of its files. Pure.

Files are read row by row: comma-separated with quotes, or tab-separated without. Columns are found by name, in any order; unknown ones are
skipped, so a release with more columns can be read as well. Anything unreadable raises a `TableError` with file and line.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TextIO

# Kinds of entry and of link, as in `models.TaxonomyEntry.Kind` and `models.TaxonomyLink.Kind`.
SKILL, SKILL_GROUP, OCCUPATION, OCCUPATION_GROUP = "skill", "skill-group", "occupation", "occupation-group"
ELEMENT, TECHNOLOGY = "element", "technology"
BROADER, ESSENTIAL, OPTIONAL, USES = "broader", "essential", "optional", "uses"

MAX_IDENTIFIER = 200
MAX_LABEL = 300


class Link(NamedTuple):
    kind: str
    identifier: str  # identifier of another entry of the same release


class Rating(NamedTuple):
    element: str
    scale: str
    value: float | None  # None: there is no valid value, which is not the same as zero
    suppress: bool
    not_relevant: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept. `texts` has the classification's other texts about it, under the classification's own names."""

    kind: str
    identifier: str
    label: str
    alternative_labels: tuple[str, ...] = ()
    description: str = ""
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[Link, ...] = ()
    ratings: tuple[Rating, ...] = ()

    def digest(self) -> str:
        """Returns the same digest for the same content, regardless of its order in the files."""
        content = (
            self.kind,
            self.label,
            self.alternative_labels,
            self.description,
            sorted(self.texts.items()),
            sorted(self.links),
            sorted(self.ratings, key=lambda rating: rating[:2]),
        )
        return blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()


Row = Mapping[str, str]


class TableError(ValueError):
    """Raised if a folder or a file is not as expected; the message begins with the file and, if there is one, the line."""

    def __init__(self, path: Path, message: str, line: int | None = None) -> None:
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a folder, under one of its names. Columns in `optional` are empty if a release does not have them."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    tabs: bool = field(default=False, kw_only=True)
    text: str = field(default="", kw_only=True)  # the last column, whose text may contain tabs

    def find(self, folder: Path) -> Path | None:
        return next((folder / name for name in self.names if (folder / name).is_file()), None)

    def path(self, folder: Path) -> Path:
        if path := self.find(folder):
            return path
        raise TableError(folder, f"there is no {' or '.join(self.names)} here")

    def check(self, folder: Path) -> None:
        """Raises TableError if something is wrong with the folder or with the file's first line."""
        next(self.rows(folder), None)

    def rows(self, folder: Path) -> Iterator[tuple[int, Row]]:
        """Yields each row with the number of the line on which it begins: {column: text without surrounding blanks}."""
        path = self.path(folder)
        number = 0
        # In quoted fields, a line break may be part of the text.
        with path.open(encoding="utf-8-sig", newline="\n" if self.tabs else "") as file:
            lines = _tabbed(file) if self.tabs else _quoted(file, path)
            try:
                number, header = next(lines, (1, []))
                places = self._places(path, header)
                for number, cells in lines:
                    if not any(cells):
                        continue
                    if self.text and header[-1] == self.text:
                        last = len(header) - 1
                        cells[last:] = [" ".join(cells[last:])]
                    if len(cells) != len(header):
                        raise TableError(path, f"{len(cells)} fields, while line 1 names {len(header)}", number)
                    if any("\0" in cell for cell in cells):
                        raise TableError(path, "a NUL character", number)
                    yield number, {column: "" if at is None else cells[at].strip() for column, at in places.items()}
            except UnicodeDecodeError as error:
                raise TableError(path, "not in UTF-8, on this line or one of the next", number + 1) from error

    def _places(self, path: Path, header: list[str]) -> dict[str, int | None]:
        there = {name.strip(): at for at, name in enumerate(header)}
        if missing := [column for column in self.columns if column not in there]:
            raise TableError(path, f"no column {', '.join(missing)}; there are: {', '.join(there)}", 1)
        return {column: there.get(column) for column in (*self.columns, *self.optional)}


def _tabbed(file: TextIO) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(file, 1):
        yield number, line.rstrip("\r\n").split("\t")


def _quoted(file: TextIO, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:  # a quote in the wrong place, or one that is not closed
        raise TableError(path, str(error), number) from error


def one_line(text: str) -> str:
    """Returns the text without line breaks, double blanks and surrounding blanks."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Returns the text with uniform line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
