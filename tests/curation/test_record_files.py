"""CSV: an export imports to exactly the same, a spreadsheet runs nothing in it, and errors name their row and column.

Packs as zip files: an export imports to the same, and harmful files are refused before they are read.
"""

import csv
import io
import struct
import time
import tracemalloc
import zipfile

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from guidance.catalog import pack
from guidance.catalog.documents import Document, render
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import Kind
from guidance.curation import record_files
from guidance.curation.record_files import (
    MAX_CSV_BYTES,
    MAX_FILE,
    MAX_FILES,
    MAX_ROWS,
    MAX_UNPACKED,
    neutralised,
    read_csv,
    read_document,
    read_zip,
    restored,
    write_csv,
    write_zip,
)

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FACT = {
    "name": "A figure",
    "statement": "Ten of ten.",
    "source": "A survey",
    "url": "https://example.org/survey",
    "year": 2025,
}
RESOURCE = {
    "name": "Documentation",
    "type": "documentation",
    "url": "https://docs.example.org/",
    "author": "The authors",
    "hours": 4.5,
    "cost": {"amount": 60, "currency": "EUR"},
    "skills": {"python": [0, 2], "sql": [1, 3]},
}


def fact(slug: str = "figure", body: str = "", **data: object) -> Document:
    return Document(Kind.FACT, slug, {key: v for key, v in (FACT | data).items() if v is not None}, body)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(*rows: list[str], delimiter: str = ",", end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


def messages(kind: str, content: bytes, present: dict[str, Document] | None = None) -> list[str]:
    return [str(problem) for problem in read_csv(kind, content, present or {}, file="f.csv")[1]]


@given(st.text())
@example("'")
@example("'=1")
@example("''=1")
@example("' =1")
@example("'' '=1")
@example("\ufeff=1")
@example("\0=1")
@example("\n")
def test_neutralised_text_is_restored_exactly_and_begins_like_no_formula(text):
    cell = neutralised(text)
    assert restored(cell) == text
    assert not cell.lstrip().startswith(DANGEROUS)
    assert not cell.startswith(DANGEROUS)


@given(st.text(alphabet="'=+-@\t\r\n \u00a0\u200b\ufeff＝－1a", max_size=8))
def test_neutralised_text_of_signs_only_is_restored_too(text):
    assert restored(neutralised(text)) == text
    assert restored(text) in {text, text[1:]}


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "\n", "\x00", "'", "''"])
@pytest.mark.parametrize("sign", DANGEROUS)
def test_formula_gets_an_apostrophe_also_after_what_nobody_sees(before, sign):
    assert neutralised(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("text", ["", "C++", "'Twas", "it's = so", "1-2", "a@b", "– a dash", "' quoted'"])
def test_harmless_text_stays_as_it_is(text):
    assert neutralised(text) == text
    assert restored(text) == text


def test_formula_that_a_spreadsheet_has_stripped_of_its_apostrophe_is_read_all_the_same():
    content = write_csv(Kind.FACT, [fact(name="=SUM(A1)")])
    assert "'=SUM(A1)" in cells(content)[1]
    assert read_csv(Kind.FACT, content.replace(b"'=SUM", b"=SUM"), {}, file="f")[0][0].data["name"] == "=SUM(A1)"


def test_negative_number_stays_a_number_and_the_same_in_a_text_does_not():
    assert record_files._cell(Kind.FACT, "year", -5) == "-5"
    assert record_files._cell(Kind.FACT, "name", "-5") == "'-5"
    content = sheet(["slug", *FACT], ["figure", *map(str, (FACT | {"year": -5}).values())])
    assert messages(Kind.FACT, content) == [
        "f.csv:2: column year: must be a whole number from 1990 to 2100 (it is “-5”)"
    ]
    assert read_csv(Kind.FACT, sheet(["slug", "name"], ["figure", "'-5"]), {"figure": fact()}, file="f")[0] == [
        fact(name="-5")
    ]


def test_catalogue_comes_back_as_it_left():
    documents = pack.read(settings.CATALOG_PACK).documents
    for kind in KINDS:
        group = [document for document in documents if document.kind == kind][::4]
        back, problems = read_csv(kind, write_csv(kind, group), {}, file="f")
        assert problems == []
        assert [render(document) for document in back] == [render(document) for document in group]
        assert group


def test_every_key_is_a_text_or_is_written_as_in_the_document():
    documents = pack.read(settings.CATALOG_PACK).documents
    for document in documents:
        for key, value in document.data.items():
            is_word = (key, value) == ("cost", "paid")  # a word in a column of amounts
            assert isinstance(value, str) == (KINDS[document.kind].FIELDS[key].is_text or is_word), key


words = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=30)
texts = words.map(lambda text: " ".join(text.split())).filter(bool)


@given(
    st.lists(texts, min_size=1, max_size=3, unique=True),
    texts,
    st.lists(
        st.tuples(texts, st.lists(texts, min_size=1, max_size=2, unique=True)), max_size=2, unique_by=lambda p: p[0]
    ),
    words,
)
def test_any_text_in_lists_tables_and_bodies_comes_back_as_it_left(takeaways, name, contexts, body):
    body = body.replace("\r", "").strip(
        "\n"
    )  # documents have no CRLF, and a CR before the last line end would make one
    body = body + "\n" if body else ""
    guide = Document(Kind.GUIDE, "guide", {"name": name, "tldr": name, "takeaways": takeaways}, body)
    aliases = [{"name": alias, "needs": context} for alias, context in contexts]
    skill = Document(
        Kind.SKILL,
        "skill",
        {
            "status": "draft",
            "name": name,
            "area": "a",
            "kind": "tool",
            "horizon": "core",
            **({"aliases": aliases} if aliases else {}),
            "levels": {1: name, 2: name, 3: name, 4: name},
        },
        body,
    )
    for document in (guide, skill):
        back, problems = read_csv(document.kind, write_csv(document.kind, [document]), {}, file="f")
        assert problems == []
        assert back == [document]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
def test_files_of_other_programs_are_read(delimiter, end, before):
    keys = [*RESOURCE]
    row = [
        "docs",
        'A; "quoted",\nname\t.',
        *[record_files._cell(Kind.RESOURCE, key, RESOURCE[key]) for key in keys[1:]],
    ]
    content = before + sheet(["Slug", *keys], row, [""] * 8, delimiter=delimiter, end=end)
    found, problems = read_csv(Kind.RESOURCE, content, {}, file="f")
    assert problems == []
    assert found == [Document(Kind.RESOURCE, "docs", RESOURCE | {"name": 'A; "quoted", name .'}, "")]


def test_delimiter_may_be_named_as_excel_does():
    assert read_csv(Kind.FACT, b"sep=;\r\nslug;name\r\nfigure;New\r\n", {"figure": fact()}, file="f") == (
        [fact(name="New")],
        [],
    )
    assert messages(Kind.FACT, b"sep=;\r\nslug;year\r\nfigure;x\r\n", {"figure": fact()})[0].startswith("f.csv:3: ")


def test_column_that_is_not_there_leaves_what_is_and_an_empty_cell_takes_it_away():
    present = {"figure": fact(caveat="Careful.", body="Text\n")}
    found, problems = read_csv(Kind.FACT, sheet(["slug", "year"], ["figure", "2020"]), present, file="f")
    assert (found, problems) == ([fact(year=2020, caveat="Careful.", body="Text\n")], [])
    found, problems = read_csv(Kind.FACT, sheet(["slug", "caveat", "body"], ["figure", "", ""]), present, file="f")
    assert (found, problems) == ([fact()], [])


def test_values_may_be_written_over_several_lines():
    content = sheet(["slug", "skills"], ["docs", "python: [0, 1]\nsql: [1, 2]"])
    present = {"docs": Document(Kind.RESOURCE, "docs", RESOURCE, "")}
    assert read_csv(Kind.RESOURCE, content, present, file="f")[0][0].data["skills"] == {"python": [0, 1], "sql": [1, 2]}


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("hours", "4,5", "column hours: must be a number above 0 and at most 2000"),
        ("affiliate", "yes please", "column affiliate: must be true or false"),
        ("checked_on", "24/11/2026", "column checked_on: must be a date such as 2026-11-24"),
        ("skills", "{python: [0, 2]", "column skills: cannot be read: did not find expected ',' or '}'"),
        ("skills", "{python: [2, 0]}", "column skills: python: must go from a lower to a higher level"),
        ("skills", "{python: [0, 1], python: [1, 2]}", "column skills: 'python' appears twice"),
        ("skills", "{python: &a [0, 1], sql: *a}", "column skills: uses a YAML anchor or alias"),
        ("skills", "[" * 5000, "column skills: cannot be read: exceeded maximum nesting depth"),
        ("skills", "[" * 900 + "]" * 900, "column skills: must be a mapping"),
        ("url", "javascript:alert(1)", "column url (address): must be a URL that begins with https://"),
        ("name", "x" * 201, "column name: has 201 characters; at most 200 are allowed"),
        ("name", "", "name is missing"),
        ("skills", "{python: [0, 9]}", "column skills: python, value 2: must be a whole number from 0 to 4"),
        ("name", "a\0b", "column name: contains a NUL character"),
        ("slug", "Docs!", "column slug: 'Docs!' is not a valid slug"),
        ("slug", "", "column slug: is empty"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(column, cell, message):
    good = {"slug": "docs"} | {key: record_files._cell(Kind.RESOURCE, key, value) for key, value in RESOURCE.items()}
    bad = good | {column: cell}
    other = {key: bad.get(key, "") for key in bad}
    content = sheet([*other], [""] * len(other), [*other.values()])
    assert any(text.startswith(f"f.csv:3: {message}") for text in messages(Kind.RESOURCE, content)), messages(
        Kind.RESOURCE, content
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "f.csv:1: must start with the column names"),
        (b"name,year\nA,1\n", "f.csv:1: must start with the column names"),
        (b"slug,colour\nfigure,red\n", "f.csv:1: unknown column 'colour'; known are slug, name, statement"),
        (b"slug,name,Name\nfigure,A,B\n", "f.csv:1: column 'name' appears twice"),
        (b"slug,name\nfigure,A\nfigure,B\n", "f.csv:3: column slug: 'figure' is in row 2 already"),
        (b"slug,name\nfigure,A,B\n", "f.csv:2: has 3 cells, the header has 2 columns"),
        (b'slug,name\nfigure,"A', "f.csv:2: cannot be read: unexpected end of data"),
        (b"slug,name\n\nfigure,\xff\n", "f.csv:3: is not UTF-8"),
        (b"slug,name\n", "f.csv:1: has no row below the column names"),
        (b"slug\n" + b"a\n" * (MAX_ROWS + 1), f"f.csv:{MAX_ROWS + 2}: has more than {MAX_ROWS} rows"),
        (b"slug\n" + b"a" * MAX_CSV_BYTES, "f.csv:1: is larger than 5 MB"),
        ("slug,name\n".encode("utf-16"), "f.csv:1: is not UTF-8"),
    ],
)
def test_file_that_cannot_be_used_is_told(content, message):
    assert any(text.startswith(message) for text in messages(Kind.FACT, content)), messages(Kind.FACT, content)


def test_ten_thousand_rows_come_back_as_they_left():
    documents = [fact(f"figure-{number}", name=f"={number}", body="'@\n") for number in range(10_000)]
    back, problems = read_csv(Kind.FACT, write_csv(Kind.FACT, documents), {}, file="f")
    assert problems == []
    assert back == documents


QUESTION = b"---\nname: Why?\n---\nBecause.\n"


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def messages_of_zip(content: bytes) -> list[str]:
    return [str(problem) for problem in read_zip(content, file="p.zip")[1]]


def test_catalogue_comes_back_from_a_zip_as_it_left():
    documents = pack.read(settings.CATALOG_PACK).documents[::9]
    content = write_zip(documents)
    assert content == write_zip(documents)  # at any time
    back, problems = read_zip(content, file="p.zip")
    assert problems == []
    assert [(d.kind, d.slug, render(d)) for d in back] == [(d.kind, d.slug, render(d)) for d in documents]


def test_problems_are_told_by_file_and_line():
    content = archive({"questions/why.md": b"---\nname: Why?\ncolour: red\n---\n", "areas/a.md": b"nothing"})
    assert messages_of_zip(content)[0].startswith("questions/why.md:3: unknown key 'colour'")
    assert messages_of_zip(content)[1].startswith("areas/a.md:1: must begin with front matter")


def test_folders_of_their_own_are_let_pass():
    assert read_zip(archive({"questions/": b"", "questions/why.md": QUESTION}), file="p")[1] == []


@pytest.mark.parametrize(
    "name",
    [
        "../questions/why.md",
        "/questions/why.md",
        "content/questions/why.md",
        "questions/../../etc/passwd.md",
        "questions\\why.md",
        "questions/why.txt",
        "questions/Why.md",
        "questions/a/b.md",
        "other/why.md",
        "__MACOSX/._why.md",
        "nested.zip",
        "questions/why.md\n",
    ],
)
def test_other_names_are_refused(name):
    assert "contains no record" in messages_of_zip(archive({name: QUESTION}))[0]


def test_archive_of_other_things_is_told_once():
    (message,) = messages_of_zip(archive({"a.png": "x", "b.png": "y"}))
    assert "contains no Waymark records" in message


def test_file_that_stands_there_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("questions/why.md", QUESTION)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("questions/why.md", QUESTION)
    assert messages_of_zip(out.getvalue()) == ["questions/why.md:1: appears twice"]


def lying(size: int) -> bytes:
    """An archive that declares `size` bytes for a file that unpacks to a megabyte."""
    content = bytearray(archive({"questions/why.md": b"a" * 1_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + offset
        content[at : at + 4] = struct.pack("<I", size)
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(archive({"questions/why.md": QUESTION}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


BOMBS = {
    "one large file": lambda: archive({"questions/why.md": b"\0" * (MAX_UNPACKED + 1)}),
    "many files": lambda: archive({f"questions/q{n}.md": b"x" for n in range(MAX_FILES + 1)}),
    "many middling ones": lambda: archive({f"questions/q{n}.md": b"\0" * MAX_FILE for n in range(101)}),
    "a file above the limit": lambda: archive({"questions/why.md": b"\0" * (MAX_FILE + 1)}),
    "bzip2": lambda: archive({"questions/why.md": b"\0" * 1000}, zipfile.ZIP_BZIP2),
    "lzma": lambda: archive({"questions/why.md": b"\0" * 1000}, zipfile.ZIP_LZMA),
    "says it is small": lambda: lying(10),
    "says it is nothing": lambda: lying(0),
    "encrypted": encrypted,
    "cut off": lambda: archive({"questions/why.md": QUESTION})[:-30],
    "an archive in it": lambda: archive({"questions/why.zip": archive({"questions/why.md": QUESTION})}),
    "empty": lambda: archive({}),
    "no archive": lambda: b"PK\x03\x04" + b"x" * 1000,
    "larger than is sent": lambda: b"PK" + b"\0" * record_files.MAX_ZIP_BYTES,
    "aliases that unfold": lambda: archive(
        {
            "questions/why.md": b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
            + b"".join(
                f"{one}: &{one} [{','.join([f'*{other}'] * 9)}]\n".encode()
                for other, one in zip("abcdefghi", "bcdefghij", strict=True)
            )
            + b"---\n"
        }
    ),
    "brackets in brackets": lambda: archive({"questions/why.md": b"---\nname: " + b"[" * 90_000 + b"\n---\n"}),
    "not UTF-8": lambda: archive({"questions/why.md": b"---\nname: \xff\n---\n"}),
    "damaged": lambda: archive({"questions/why.md": QUESTION}, zipfile.ZIP_STORED).replace(
        b"Because", b"Because".lower()
    ),
}


@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_what_could_do_harm_is_refused_quickly_and_in_little_memory(bomb):
    content = BOMBS[bomb]()
    tracemalloc.start()
    try:
        before = time.perf_counter()
        found = read_zip(content, file="p.zip")
        assert time.perf_counter() - before < 2
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert found[1], bomb


def test_document_of_its_own_needs_a_name_of_the_pack():
    assert read_document(QUESTION, file="questions/why.md")[0].data == {"name": "Why?"}
    assert read_document(QUESTION, file="questions/../why.md")[0] is None
