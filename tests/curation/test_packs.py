"""Packs as zip files: what leaves comes back, and what could do harm is refused before it is read."""

import io
import struct
import time
import tracemalloc
import zipfile

import pytest
from django.conf import settings

from guidance.catalog import pack
from guidance.catalog.documents import render
from guidance.curation import packs
from guidance.curation.packs import MAX_FILE, MAX_FILES, MAX_UNPACKED, document_of, read, write

QUESTION = b"---\nname: Why?\n---\nBecause.\n"


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def messages(content: bytes) -> list[str]:
    return [str(problem) for problem in read(content, file="p.zip")[1]]


def test_catalogue_comes_back_as_it_left():
    documents = pack.read(settings.CATALOG_PACK).documents[::9]
    content = write(documents)
    assert content == write(documents)  # whenever it is packed
    back, problems = read(content, file="p.zip")
    assert problems == []
    assert [(d.kind, d.slug, render(d)) for d in back] == [(d.kind, d.slug, render(d)) for d in documents]


def test_problems_are_told_by_file_and_line():
    content = archive({"questions/why.md": b"---\nname: Why?\ncolour: red\n---\n", "areas/a.md": b"nothing"})
    assert messages(content)[0].startswith("questions/why.md:3: unknown key 'colour'")
    assert messages(content)[1].startswith("areas/a.md:1: must begin with front matter")


def test_folders_of_their_own_are_let_pass():
    assert read(archive({"questions/": b"", "questions/why.md": QUESTION}), file="p")[1] == []


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
    assert "is no file of a pack" in messages(archive({name: QUESTION}))[0]


def test_file_that_stands_there_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("questions/why.md", QUESTION)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("questions/why.md", QUESTION)
    assert messages(out.getvalue()) == ["questions/why.md:1: stands there twice"]


def lying(size: int) -> bytes:
    """An archive that says of a file that it unpacks to `size` bytes, and it is a megabyte."""
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
    "larger than is sent": lambda: b"PK" + b"\0" * packs.MAX_BYTES,
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
        found = read(content, file="p.zip")
        assert time.perf_counter() - before < 2
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert found[1], bomb


def test_document_of_its_own_needs_a_name_of_the_pack():
    assert document_of(QUESTION, file="questions/why.md")[0].data == {"name": "Why?"}
    assert document_of(QUESTION, file="questions/../why.md")[0] is None
