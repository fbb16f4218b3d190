"""Records as files: one kind as a CSV file, a pack as a zip file, and single documents (`docs/curation-bulk.md`).

CSV: one row for each record, one column for each key of its document. Text is written unchanged. Every other value is written as
in the document, on one line: `20.5`, `true`, `2026-11-24`, `[6, 20, 45, 90]`, `{python: 2, sql: 1}`. An empty cell means that the
document does not have the key; if the file lacks a column, records keep their values. `read_csv(write_csv(documents))` equals
`documents`. Spreadsheets execute text that begins like a formula. Such text is written with an apostrophe in front
(`neutralised`), which is removed when it is read (`restored`), whether or not the spreadsheet has removed it already.

Zip: read in memory; nothing is unpacked to disk. Before an archive is read, its number of files, their names and their declared sizes are
checked. The sizes are checked again while reading, because an archive can declare wrong ones.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from guidance.catalog.documents import Document, Loader, Problem, checked, parse, render
from guidance.catalog.fields import NO_SLUG, counted, is_slug
from guidance.catalog.kinds import KINDS, fields_of, label_of

MAX_CSV_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_QUOTED = 60  # number of characters of a wrong cell shown in a message
DELIMITERS = ",;\t"
SLUG, BODY, STATUS = "slug", "body", "status"

# Characters that spreadsheets treat as the beginning of a formula, in all widths, and invisible characters before them.
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌"
_UNSEEN = r"\s\x00-\x1f\x7f-\xa0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff"
# A text that already starts with such an apostrophe gets another one; otherwise its own apostrophe would be removed on reading.
_RISKY = re.compile(rf"'*[{_UNSEEN}]*[{_SIGNS}\t\r\n\0]")


def neutralised(text: str) -> str:
    return f"'{text}" if _RISKY.match(text) else text


def restored(cell: str) -> str:
    """Undoes `neutralised`; any other cell stays unchanged."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell, 1) else cell


def columns(kind: str) -> list[str]:
    return [SLUG, *fields_of(kind), BODY]


# --- Documents → CSV


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _is_text(kind: str, key: str) -> bool:
    """Returns whether a cell contains the value unchanged."""
    return key in {SLUG, BODY} or fields_of(kind)[key].is_text


def _cell(kind: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if _is_text(kind, key):
        return neutralised(value)
    text = to_yaml(value)
    return text if isinstance(value, int | float) else neutralised(text)  # it is a number in a spreadsheet too


def to_yaml(value: Any) -> str:
    """Returns a canonical value on one line."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=2**31 - 1
    )
    return text.removesuffix("\n").removesuffix("\n...")


def write_csv(kind: str, documents: Sequence[Document]) -> bytes:
    """Returns the file: UTF-8 with a byte order mark for spreadsheets, commas, every cell in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    names = columns(kind)
    writer.writerow(names)
    for document in documents:
        values = {STATUS: document.status, **document.data, SLUG: document.slug, BODY: document.body or None}
        writer.writerow([_cell(kind, name, values.get(name)) for name in names])
    return out.getvalue().encode("utf-8-sig")


# --- CSV → documents


def read_csv(
    kind: str, content: bytes, present: Mapping[str, Document], *, file: str
) -> tuple[list[Document], list[Problem]]:
    """Returns the documents of the rows and their problems, by row number as in a spreadsheet: the column names are row 1. Unknown columns
    are skipped, so that they are reported together with other problems.

    `present` has the existing records of this kind by slug: values without a column in the file are taken from them. A row in
    which nothing can be read has no document.
    """
    try:
        rows = _rows(content)
    except _Unreadable as error:
        return [], [Problem(file, error.row, str(error))]
    names, rest = rows[0][1], rows[1:]
    problems = [Problem(file, rows[0][0], message) for message in _wrong_names(kind, names)]
    known = set(columns(kind))
    documents: list[Document] = []
    seen: dict[str, int] = {}
    for row, cells in rest:
        if not any(cells):
            continue
        if len(cells) > len(names) and any(cells[len(names) :]):
            problems.append(
                Problem(file, row, f"has {counted(len(cells), 'cell')}, the header has {counted(len(names), 'column')}")
            )
            continue
        given = {name: cell for name, cell in zip(names, cells, strict=False) if name in known}
        slug = given.get(SLUG, "").strip()
        if slug in seen:
            problems.append(Problem(file, row, f"column slug: {slug!r} is in row {seen[slug]} already"))
            continue
        seen[slug] = row
        document, found = _row_document(kind, slug, given, present.get(slug), file, row)
        documents.append(document)
        problems += found
    if not documents and not problems:
        problems.append(Problem(file, rows[0][0], "has no row below the column names"))
    return documents, problems


class _Unreadable(Exception):
    def __init__(self, row: int, message: str) -> None:
        self.row = row
        super().__init__(message)


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Returns (row number, cells), starting with the column names."""
    if len(content) > MAX_CSV_BYTES:
        raise _Unreadable(1, f"is larger than {MAX_CSV_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(row, "is not UTF-8; save it as “CSV UTF-8”") from None
    first = re.match(r"sep=(.)\r?\n", text)  # a line that tells Excel the delimiter
    text, before = (text[first.end() :], 1) if first else (text, 0)
    for delimiter in first[1] if first else DELIMITERS:
        names = next(_split(text, delimiter, before), (0, []))[1]
        if SLUG in [_name(name) for name in names]:
            break
    else:
        raise _Unreadable(
            1 + before, "must start with the column names, including “slug”, separated by commas or semicolons"
        )
    rows = []
    for number, cells in _split(text, delimiter, before):
        if number > MAX_ROWS + 1 + before:
            raise _Unreadable(number, f"has more than {MAX_ROWS} rows")
        rows.append((number, cells))
    return [(rows[0][0], [_name(name) for name in rows[0][1]]), *rows[1:]]


def _split(text: str, delimiter: str, before: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = before
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(number, f"cannot be read: {error}") from None
        yield number, [restored(cell) for cell in cells]


def _name(cell: str) -> str:
    return cell.strip().lower()


def _wrong_names(kind: str, names: list[str]) -> Iterator[str]:
    known = columns(kind)
    for name, count in Counter(names).items():
        if name not in known:
            yield f"unknown column {name!r}; known are {', '.join(known)}"
        elif count > 1:
            yield f"column {name!r} appears twice"


def _row_document(
    kind: str, slug: str, given: Mapping[str, str], present: Document | None, file: str, row: int
) -> tuple[Document, list[Problem]]:
    wrong: list[tuple[str, str]] = []
    data = dict(present.data) if present else {}
    for key, cell in given.items():
        if key in {SLUG, BODY}:
            continue
        data.pop(key, None)
        if not cell.strip():
            continue
        try:
            data[key] = cell.strip() if _is_text(kind, key) else from_yaml(cell)
        except ValueError as error:
            wrong.append((key, str(error)))
    broken = {key for key, _ in wrong}
    data, invalid = checked(kind, data)
    wrong += [(key, _without(key, message)) for key, message in invalid if key not in broken]
    body = present.body if present and BODY not in given else given.get(BODY, "")
    body = body.replace("\r\n", "\n").strip("\n")
    document = Document(kind, slug, data, body + "\n" if body else "", file, {(): row}, row)
    problems = [
        Problem(file, row, f"{_column(kind, key)}: {message}{_quoted(given.get(key, ''))}" if key else message)
        for key, message in wrong
    ]
    if not slug:
        problems.append(Problem(file, row, "column slug: is empty"))
    elif not is_slug(slug):
        problems.append(Problem(file, row, f"column slug: {slug!r} {NO_SLUG}"))
    problems += [Problem(file, row, f"column {key}: contains a NUL character") for key in given if "\0" in given[key]]
    return document, problems


def _without(key: str, message: str) -> str:
    """Returns the message without the name of the column, which already precedes the message."""
    return message.removeprefix(f"{key}, ").removeprefix(f"{key} ")


def _column(kind: str, key: str) -> str:
    """Returns the column's name in the file and, if it differs, the form's label."""
    label = label_of(kind, key)
    return f"column {key}" if label == key.replace("_", " ") else f"column {key} ({label})"


def _quoted(cell: str) -> str:
    """Returns the text of the cell in a short form, so that it can be found."""
    cell = " ".join(cell.replace("\0", "").split())
    return f" (it is “{cell[:MAX_QUOTED]}{'…' if len(cell) > MAX_QUOTED else ''}”)" if cell else ""


def from_yaml(cell: str) -> Any:
    """Returns the value that the text represents in a document. Raises ValueError."""
    try:
        if any(getattr(event, "anchor", None) for event in yaml.parse(cell, Loader=Loader)):
            raise ValueError("uses a YAML anchor or alias (& or *); write the value out")
        if (key := _twice(yaml.compose(cell, Loader=Loader))) is not None:
            raise ValueError(f"{key!r} appears twice")
        return _load(cell)
    except yaml.MarkedYAMLError as error:
        raise ValueError(f"cannot be read: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"cannot be read: {error}") from None
    except RecursionError:
        raise ValueError("has too many nested brackets") from None


def _load(cell: str) -> Any:
    """Works like `yaml.safe_load`, with the C loader if there is one."""
    loader = Loader(cell)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _twice(node: Any) -> str | None:
    """Returns a duplicate key of a mapping, if there is one: parsing would keep only its last value."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    keys = [str(key.value) for key, _ in pairs]
    inside = [value for _, value in pairs] if pairs else node.value if isinstance(node, yaml.SequenceNode) else []
    doubled = (key for key in keys if keys.count(key) > 1)
    return next((key for key in (*doubled, *map(_twice, inside)) if key is not None), None)


MAX_ZIP_BYTES = 5_000_000  # size of the upload
MAX_UNPACKED = 20_000_000
MAX_FILE = 200_000
MAX_FILES = 5_000
KINDS_BY_FOLDER = {described.FOLDER: kind for kind, described in KINDS.items()}
_FILE = re.compile(rf"({'|'.join(KINDS_BY_FOLDER)})/([a-z0-9-]+)\.md")
_FOLDER = re.compile(rf"({'|'.join(KINDS_BY_FOLDER)})/")
# The archive must not contain the time of packing: the same catalogue gives the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the usual compression methods; others unpack to more


def file_name(document: Document) -> str:
    return f"{KINDS[document.kind].FOLDER}/{document.slug}.md"


def key_of(file: str) -> tuple[str, str] | None:
    """Returns the kind and slug of the record in a file of a pack, or None for any other file."""
    found = _FILE.fullmatch(file)
    return (KINDS_BY_FOLDER[found[1]], found[2]) if found else None


def write_zip(documents: Iterable[Document]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for document in documents:
            info = zipfile.ZipInfo(file_name(document), _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, render(document))
    return out.getvalue()


def read_zip(content: bytes, *, file: str) -> tuple[list[Document], list[Problem]]:
    """Returns the documents of an archive and their problems, by file and line."""
    if len(content) > MAX_ZIP_BYTES:
        return [], [Problem(file, 1, f"is larger than {MAX_ZIP_BYTES // 1_000_000} MB")]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not _FOLDER.fullmatch(info.filename)]
            problems = _archive_problems(files, file)
            if problems:
                return [], problems
            documents: list[Document] = []
            for info in files:
                with archive.open(info) as member:
                    text = member.read(info.file_size + 1)
                if len(text) > info.file_size:
                    raise zipfile.BadZipFile("a file is larger than the archive states")
                document, found = read_document(text, file=info.filename)
                documents += [document] if document else []
                problems += found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        return [], [Problem(file, 1, f"is not a zip file that can be read: {error}")]
    return documents, problems


def _archive_problems(files: Sequence[zipfile.ZipInfo], file: str) -> list[Problem]:
    if len(files) > MAX_FILES:
        return [Problem(file, 1, f"holds {len(files)} files, at most {MAX_FILES} are read")]
    if sum(info.file_size for info in files) > MAX_UNPACKED:
        return [Problem(file, 1, f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB")]
    known = ", ".join(KINDS_BY_FOLDER)
    if len(files) > 1 and not any(_FILE.fullmatch(info.filename) for info in files):
        return [
            Problem(file, 1, f"contains no Waymark records: these are in the folders {known}, named by slug with .md")
        ]
    problems = []
    seen: set[str] = set()
    for info in files:
        name = info.filename
        if not _FILE.fullmatch(name):
            problems.append(
                Problem(name, 1, f"contains no record: records are in the folders {known}, named by slug with .md")
            )
        elif name in seen:
            problems.append(Problem(name, 1, "appears twice"))
        elif info.file_size > MAX_FILE:
            problems.append(Problem(name, 1, f"is larger than {MAX_FILE // 1000} KB"))
        elif info.flag_bits & 1:
            problems.append(Problem(name, 1, "is encrypted"))
        elif info.compress_type not in _PLAIN:
            problems.append(Problem(name, 1, "is compressed in a way that cannot be read; use ordinary compression"))
        seen.add(name)
    if not files:
        problems.append(Problem(file, 1, "contains no file"))
    return problems


def read_document(content: bytes, *, file: str) -> tuple[Document | None, list[Problem]]:
    """Returns the document in a file. `file` is its path in a pack, such as skills/python.md."""
    key = key_of(file)
    if key is None:
        return None, [Problem(file, 1, "must be named after the slug of its record, such as python.md")]
    if len(content) > MAX_FILE:
        return None, [Problem(file, 1, f"is larger than {MAX_FILE // 1000} KB")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [Problem(file, content.count(b"\n", 0, error.start) + 1, "is not UTF-8")]
    return parse(text, kind=key[0], slug=key[1], file=file)
