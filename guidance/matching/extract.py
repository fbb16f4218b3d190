"""Extracts the text of a PDF or DOCX file, as a separate program: `python -I extract.py pdf|docx`, file on stdin, JSON on stdout.

`uploads.py` runs it, because an untrusted document may be designed to use up all time and memory or to crash its reader. So
this module imports nothing from Waymark, and before the process reads a byte, it limits its memory and processor time and gives
up the ability to write files and start processes. The output is {"text": …}, or {"refused": code} with a code of
`uploads.UploadRejected`.

Packed data is counted while it is unpacked, whatever size the file declares.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

MAX_CHARACTERS = 100_000
MEMORY = 200 * 2**20  # bytes of address space; Python and its libraries take a quarter of this
SECONDS = 5
UNPACKED = 20_000_000  # bytes, of all parts together
RATIO = 200  # maximum ratio of unpacked size to packed size
RATIO_FROM = 1_000_000  # bytes; below this size, a high ratio does no harm
ENTRIES = 2_000  # maximum number of entries in a ZIP archive
DEPTH = 200  # maximum depth of nested XML elements
ELEMENTS = 200_000  # maximum number of elements in a part; the longest allowed text has half as many
PAGES = 100
SCANNED_LETTERS = 60  # letters per page on average; a document with fewer letters, and with pictures, is a scan
OPERATIONS = (
    250_000  # maximum number of operators and operands on a page; a letter that is placed individually takes about six
)

WORD = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",  # the strict variant
    }
)
BODY = "word/document.xml"
PARTS = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")
BETWEEN = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}


class RefusedError(Exception):
    """Raised if the document is refused; the code states why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


# DOCX


class _Part(io.RawIOBase):
    """An entry of a ZIP archive. Its unpacked bytes are counted while it is read."""

    def __init__(self, entry: IO[bytes], packed: int, left: list[int]) -> None:
        self._entry, self._packed, self._left, self._read = entry, packed, left, 0

    def read(self, size: int = -1) -> bytes:
        data = self._entry.read(size if size >= 0 else UNPACKED)
        self._read += len(data)
        self._left[0] -= len(data)
        if self._left[0] < 0 or self._read > max(RATIO_FROM, RATIO * self._packed):
            raise RefusedError("unpacks")
        return data


class _Text(ContentHandler):
    """Collects the text of a WordprocessingML part, except deleted text, field instructions, and the second copy of each text
    box, which is there for old programs."""

    def __init__(self, text: list[str]) -> None:
        super().__init__()
        self._text = text
        self._characters = 0
        self._depth = self._elements = 0
        self._fallback: int | None = None  # depth of the copy that is being skipped
        self._reading = False

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH or self._elements > ELEMENTS:
            raise RefusedError("unpacks")
        namespace, tag = name
        if tag == "Fallback" and self._fallback is None:
            self._fallback = self._depth
        if namespace in WORD and self._fallback is None:
            self._reading = tag == "t"
            if tag != "p":
                self._add(BETWEEN.get(tag, ""))

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self._reading = False
        if name[0] in WORD and name[1] == "p" and self._fallback is None:
            self._add(BETWEEN["p"])
        if self._fallback == self._depth:
            self._fallback = None
        self._depth -= 1

    def characters(self, content: str) -> None:
        if self._reading:
            self._add(content)

    def _add(self, text: str) -> None:
        self._characters += len(text)
        if (
            self._characters > 2 * MAX_CHARACTERS
        ):  # twice the limit, because blank lines at both ends are stripped later
            raise RefusedError("too_long")
        if text:
            self._text.append(text)


def docx(data: bytes) -> str:
    from defusedxml.expatreader import DefusedExpatParser

    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise RefusedError("unpacks")
    named = {entry.filename: entry for entry in entries}
    if BODY not in named:
        raise RefusedError("wrong_type")
    left = [UNPACKED]
    text: list[str] = []
    for name in (BODY, *sorted(filter(PARTS.fullmatch, named))):
        if named[name].flag_bits & 1:
            raise RefusedError("encrypted")
        parser = DefusedExpatParser(forbid_dtd=True)
        parser.setFeature(feature_namespaces, True)
        parser.setContentHandler(_Text(text))
        with archive.open(named[name]) as entry:
            parser.parse(_Part(entry, named[name].compress_size, left))
    return "".join(text)


# PDF


def pdf(data: bytes) -> str:
    from pypdf import PasswordType, PdfReader, overwrite_configuration
    from pypdf.errors import LimitReachedError

    overwrite_configuration(
        maximum_declared_stream_length=UNPACKED,
        array_based_stream_maximum_output_length=UNPACKED,
        lzw_maximum_output_length=UNPACKED,
        run_length_maximum_output_length=UNPACKED,
        zlib_maximum_output_length=UNPACKED,
        brotli_maximum_output_length=UNPACKED,
        stream_decoding_work_maximum_length=2 * UNPACKED,
        stream_parsing_work_maximum_count=OPERATIONS,
        page_tree_maximum_entries=1_000,
        jbig2dec_binary=None,  # pictures are not decoded
    )
    try:
        reader = PdfReader(io.BytesIO(data), root_object_recovery_limit=1_000)
        # Many files are encrypted only to prevent changes; the empty password decrypts them.
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise RefusedError("encrypted")
        if len(reader.pages) > PAGES:
            raise RefusedError("too_long")
        text: list[str] = []
        characters = 0
        for page in reader.pages:
            text.append(page.extract_text())
            characters += len(text[-1])
            if characters > 2 * MAX_CHARACTERS:
                raise RefusedError("too_long")
        found = "\n\n".join(text)
        # A scanner may add a line of text below its pictures.
        letters = sum(map(str.isalnum, found))
        if letters < SCANNED_LETTERS * len(text) and any(_has_image(page) for page in reader.pages):
            raise RefusedError("image_only")
    except LimitReachedError:
        raise RefusedError("unpacks") from None
    return found


def _has_image(page: Any) -> bool:
    def part(of: Any, name: str) -> Any:
        found = of.get(name)
        return {} if found is None else found.get_object()  # it may be a reference to another place in the file

    drawn = part(part(page, "/Resources"), "/XObject")
    return any(part(drawn, name).get("/Subtype") == "/Image" for name in drawn)


# The program

READERS: dict[str, Callable[[bytes], str]] = {"pdf": pdf, "docx": docx}


def confine() -> None:
    """Limits time and memory, and prevents writing files and starting processes."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def answer(kind: str, data: bytes) -> dict[str, str]:
    try:
        text = READERS[kind](data).strip()
    except RefusedError as refused:
        return {"refused": refused.code}
    except MemoryError:
        return {"refused": "unpacks"}
    except Exception as error:  # a damaged document can make its reader raise anything
        return {"refused": "unpacks" if any(isinstance(one, MemoryError) for one in _chain(error)) else "unreadable"}
    if len(text) > MAX_CHARACTERS:
        return {"refused": "too_long"}
    return {"text": text} if text else {"refused": "empty"}


def main() -> None:
    confine()
    found = answer(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found))  # escaped to ASCII, so that a lone surrogate does not raise an error


if __name__ == "__main__":
    main()
