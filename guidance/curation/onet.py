"""Reads O*NET from the text files of its database, entry by entry. Pure.

It reads occupations with their other titles, the technologies they work with, and their ratings of the elements of "Skills" and
"Knowledge". Fields are separated by tabs and never quoted. A rating marked as not relevant is 0 in the file: it has no value
here. An occupation without ratings simply has none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from sys import intern

from guidance.curation.taxonomy_files import (
    ELEMENT,
    MAX_IDENTIFIER,
    MAX_LABEL,
    OCCUPATION,
    TECHNOLOGY,
    USES,
    Entry,
    Link,
    Rating,
    Row,
    Table,
    TableError,
    one_line,
    paragraphs,
)

CODE = "O*NET-SOC Code"
NOTHING = {"", "n/a"}
FLAGS = {"Y": True, "N": False, "": False, "n/a": False}

OCCUPATIONS = Table(("Occupation Data.txt",), (CODE, "Title", "Description"), tabs=True, text="Description")
TITLES = Table(("Alternate Titles.txt",), (CODE, "Alternate Title"), ("Short Title",), tabs=True)
TECHNOLOGIES = Table(
    ("Technology Skills.txt", "Software Skills.txt"), (CODE, "Example"), ("Commodity Title",), tabs=True
)
CONTENT_MODEL = Table(
    ("Content Model Reference.txt",), ("Element ID", "Element Name", "Description"), tabs=True, text="Description"
)
RATINGS = tuple(
    # The flags have existed since release 5.1.
    Table(
        (f"{name}.txt",),
        (CODE, "Element ID", "Element Name", "Scale ID", "Data Value"),
        ("Recommend Suppress", "Not Relevant"),
        tabs=True,
    )
    for name in ("Skills", "Knowledge")
)
READ_ME = "Read Me.txt"


def release_of(folder: Path) -> str:
    """Returns the release from "Read Me.txt" or else from the name of the folder (db_29_2_text); empty if neither has it."""
    path = folder / READ_ME
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = re.search(r"O\*NET\S* (\d+)[._](\d+)", text) or re.search(r"(\d+)[._](\d+)", folder.resolve().name)
    return f"{found[1]}.{found[2]}" if found else ""


def read(folder: Path, left_out: Counter[str]) -> Iterator[Entry]:
    """Yields the entries of a folder. Skipped rows are counted in `left_out`. Raises TableError."""
    for table in (OCCUPATIONS, TITLES, TECHNOLOGIES, CONTENT_MODEL, *RATINGS):
        table.check(folder)
    occupations = _occupations(folder)
    ratings, elements = _ratings(folder, occupations, left_out)
    technologies, used = _technologies(folder, occupations, left_out)
    titles = _titles(folder, occupations, left_out)
    descriptions = {row["Element ID"]: row["Description"] for _, row in CONTENT_MODEL.rows(folder)}
    for identifier, name in elements.items():
        yield Entry(ELEMENT, identifier, name, description=paragraphs(descriptions.get(identifier, "")))
    for name, commodities in technologies.items():
        texts = {"Commodity Title": "\n".join(sorted(commodities))} if commodities else {}
        yield Entry(TECHNOLOGY, name, name, texts=texts)
    for code, (title, description) in occupations.items():
        yield Entry(
            OCCUPATION,
            code,
            title,
            alternative_labels=tuple(other for other in titles[code] if other != title),
            description=paragraphs(description),
            links=tuple(Link(USES, name) for name in used[code]),
            ratings=tuple(ratings[code].values()),
        )


def _occupations(folder: Path) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    path = OCCUPATIONS.path(folder)
    for line, row in OCCUPATIONS.rows(folder):
        code, title = row[CODE], one_line(row["Title"])
        if not re.fullmatch(r"\d\d-\d{4}\.\d\d", code):
            raise TableError(path, f"{code!r} is not a code such as 15-2051.00", line)
        if not title or len(title) > MAX_LABEL:
            raise TableError(path, f"an occupation needs a title of at most {MAX_LABEL} characters", line)
        if code in found:
            raise TableError(path, f"{code} appears twice", line)
        found[code] = title, row["Description"]
    return found


type _Ratings = defaultdict[str, dict[tuple[str, str], Rating]]


def _ratings(
    folder: Path, occupations: dict[str, tuple[str, str]], left_out: Counter[str]
) -> tuple[_Ratings, dict[str, str]]:
    """Returns the ratings of each occupation, and the names of the rated elements."""
    ratings: _Ratings = defaultdict(dict)
    elements: dict[str, str] = {}
    for table in RATINGS:
        path = table.path(folder)
        for line, row in table.rows(folder):
            if row[CODE] not in occupations:
                left_out[f"ratings of {path.name} for occupations that are missing"] += 1
                continue
            element, scale = intern(row["Element ID"]), intern(row["Scale ID"])  # they occur in a hundred thousand rows
            if not element or not row["Element Name"] or not 0 < len(scale) <= 3:
                raise TableError(path, "a rating needs an element, its name and a scale", line)
            elements.setdefault(element, one_line(row["Element Name"]))
            own = ratings[row[CODE]]
            if (element, scale) in own:
                raise TableError(path, f"{row[CODE]} has two ratings of {element} on the scale {scale}", line)
            own[element, scale] = _rating(path, line, element, scale, row)
    return ratings, elements


def _rating(path: Path, line: int, element: str, scale: str, row: Row) -> Rating:
    flags = []
    for column in ("Recommend Suppress", "Not Relevant"):
        if row[column] not in FLAGS:
            raise TableError(path, f"{column} is {row[column]!r}, neither Y nor N", line)
        flags.append(FLAGS[row[column]])
    suppress, not_relevant = flags
    text = row["Data Value"]
    if not_relevant or text in NOTHING:
        return Rating(element, scale, None, suppress, not_relevant)
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise TableError(path, f"Data Value is {text!r}, not a number", line)
    return Rating(element, scale, float(text), suppress, not_relevant)


def _technologies(
    folder: Path, occupations: dict[str, tuple[str, str]], left_out: Counter[str]
) -> tuple[dict[str, set[str]], dict[str, dict[str, None]]]:
    """Returns {name: kinds of software}, and which technologies each occupation works with. A technology's name is its only
    identifier."""
    technologies: dict[str, set[str]] = {}
    used: defaultdict[str, dict[str, None]] = defaultdict(dict)
    path = TECHNOLOGIES.path(folder)
    for line, row in TECHNOLOGIES.rows(folder):
        if row[CODE] not in occupations:
            left_out[f"technologies of {path.name} for occupations that are missing"] += 1
            continue
        name = intern(one_line(row["Example"]))
        if not name or len(name) > MAX_IDENTIFIER:
            raise TableError(path, f"a technology needs a name of at most {MAX_IDENTIFIER} characters", line)
        technologies.setdefault(name, set()).update({row["Commodity Title"]} - NOTHING)
        used[row[CODE]][name] = None
    return technologies, used


def _titles(
    folder: Path, occupations: dict[str, tuple[str, str]], left_out: Counter[str]
) -> dict[str, dict[str, None]]:
    """Returns the other titles of each occupation, in the order of the file."""
    titles: defaultdict[str, dict[str, None]] = defaultdict(dict)
    path = TITLES.path(folder)
    for _, row in TITLES.rows(folder):
        if row[CODE] not in occupations:
            left_out[f"titles of {path.name} for occupations that are missing"] += 1
            continue
        for title in (one_line(row["Alternate Title"]), one_line(row["Short Title"])):
            if title not in NOTHING:
                titles[row[CODE]][title] = None
    return titles
