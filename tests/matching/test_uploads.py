"""Uploaded files: what is read, what is refused, and that nothing needs much time or memory, or uses the disk."""

import io
import resource
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from pypdf import PdfReader, PdfWriter

from accounts.hashers import BusyError
from guidance.matching import extract, uploads
from guidance.matching.uploads import UploadError, UploadRejected, text_of
from tests.matching import papers
from tests.matching.papers import body, document, docx, package, packed, pdf, pdf_of, shown, stream


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Raises the time limit: other tests run at the same time, so elapsed time says little about the reader."""
    monkeypatch.setattr(uploads, "PATIENCE", 60)


def refusal(data: bytes) -> UploadRejected:
    with pytest.raises(UploadError) as caught:
        text_of(data)
    return caught.value.why


# Text


@pytest.mark.parametrize(
    "data",
    [
        "Zoë knows Python\r\n".encode(),
        "Zoë knows Python".encode("utf-8-sig"),
        "Zoë knows Python".encode("utf-16"),
        "Zoë knows Python".encode("cp1252"),
    ],
)
def test_text_is_read_in_the_encodings_people_have(data):
    assert text_of(data) == "Zoë knows Python"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"GIF89a\x01\x00",
        b"{\\rtf1\\ansi Python}",
        b"%!PS-Adobe",
        b"\x7fELF\x02\x01\x01\0",
        b"Python\0Kafka",
        b"\xff\xfea",  # half a character
        uploads._OLE + bytes(100),
        package({"xl/workbook.xml": "<workbook/>"}),
    ],
)
def test_what_is_no_text_is_of_the_wrong_type(data):
    assert refusal(data) == UploadRejected.WRONG_TYPE


@pytest.mark.parametrize("data", [b"", b" \n\t", docx(""), pdf(stream(shown()))])
def test_nothing_is_empty(data):
    assert refusal(data) == UploadRejected.EMPTY


def test_bounds_of_text_and_file():
    assert len(text_of(b"x" * extract.MAX_CHARACTERS)) == extract.MAX_CHARACTERS
    assert refusal(b"x" * (extract.MAX_CHARACTERS + 1)) == UploadRejected.TOO_LONG
    assert refusal(b"x" * (uploads.MAX_BYTES + 1)) == UploadRejected.TOO_LARGE


# DOCX


def test_docx_is_read_as_it_is_laid_out():
    inner = (
        "<w:p><w:r><w:t>Python</w:t><w:tab/><w:t>3</w:t><w:br/><w:t>Kafka &amp; Zo\u00eb</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Spark</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    parts = {"word/document.xml": document(inner), "word/header1.xml": body("Header"), "word/comments.xml": body("No")}
    assert text_of(package(parts)) == "Python\t3\nKafka & Zoë\nSpark\nHeader"


def test_docx_leaves_out_what_is_not_shown():
    inner = (
        "<w:p><w:del><w:r><w:delText>Java</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t>Python</w:t></w:r></w:p>"
        '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Choice>'
        "<mc:Fallback><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    assert text_of(package({"word/document.xml": document(inner)})) == "Python\nBox"


def test_docx_under_a_password_is_encrypted():
    assert refusal(uploads._OLE + uploads._ENCRYPTED_OFFICE) == UploadRejected.ENCRYPTED
    data = bytearray(docx("Python"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    assert refusal(bytes(data)) == UploadRejected.ENCRYPTED


# PDF


def test_pdf_is_read_line_by_line():
    assert text_of(pdf(stream(shown("Python", "Kafka")))) == "Python\nKafka"
    assert text_of(b"\n\n" + pdf(packed(shown("Python"), 2))) == "Python"


def with_picture(*lines):
    """A PDF page with a picture and these lines."""
    picture = stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    page = papers.page(b"/XObject 6 0 R/Font<</F 7 0 R>>")
    content = stream(b"/X Do " + shown(*lines))
    return pdf_of(papers.CATALOG, papers.PAGES, page, content, picture, b"<</X 5 0 R>>", papers.FONT)


def test_pdf_of_pictures_is_known_as_one():
    assert refusal(with_picture()) == UploadRejected.IMAGE_ONLY
    assert refusal(with_picture("Scanned with a phone", "Page 1 of 1")) == UploadRejected.IMAGE_ONLY
    lines = ["Java developer with seven years of experience in logistics", "Python, Docker, PostgreSQL"]
    assert text_of(with_picture(*lines)) == "\n".join(lines)


def test_cv_of_a_word_processor_is_read_with_its_tables_and_headings():
    """The file has the parts, styles and runs that Word writes."""
    w = papers.WORD
    run = '<w:r w:rsidR="00A1"><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' + run.format("Experience") + "</w:p>"
    job = (
        "<w:p>" + run.format("Senior Java ") + '<w:proofErr w:type="spellStart"/>' + run.format("Developer") + "</w:p>"
    )
    cell = "<w:tc><w:tcPr/><w:p>" + run + "</w:p></w:tc>"
    table = "<w:tbl><w:tblPr/><w:tr>" + cell.format("Databases") + cell.format("PostgreSQL") + "</w:tr></w:tbl>"
    body = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{w}"><w:body>{heading}{job}{table}<w:sectPr/></w:body></w:document>'
    parts = {
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": body,
        "word/styles.xml": f'<w:styles xmlns:w="{w}"/>',
        "docProps/core.xml": "<x/>",
    }
    assert text_of(package(parts)) == "Experience\nSenior Java Developer\nDatabases\nPostgreSQL"


@pytest.mark.parametrize("password", ["", "secret"])
def test_pdf_under_a_password(password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(stream(shown("Python"))))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    if password:
        assert refusal(buffer.getvalue()) == UploadRejected.ENCRYPTED
    else:
        assert text_of(buffer.getvalue()) == "Python"


# Malicious files


def entities(count: int) -> str:
    """XML with entities, each of which expands to ten of the previous one."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, count))
    return f'<!DOCTYPE w [<!ENTITY e0 "Python">{lines}]>'


def forged_size() -> bytes:
    """A ZIP that declares too small sizes for its parts."""
    data = bytearray(package({"word/document.xml": document(f"<w:p>{' ' * 30_000_000}</w:p>")}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset : at + offset + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def noise(length: int) -> str:
    """A comment of random text, so that its compression ratio is not suspicious."""
    return f"<!--{''.join(f'{number:07x} words and words ' for number in range(length // 24))}-->"


def wide(elements: int) -> str:
    return "".join(f"<w:t n='{number:07x}'/>" for number in range(elements))


FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 5 0 R>>>>"
BOMBS = {
    "ratio": (
        lambda: package({"word/document.xml": document(f"<w:p>{' ' * 50_000_000}</w:p>")}),
        UploadRejected.UNPACKS,
    ),
    "elements": (lambda: package({"word/document.xml": document(wide(400_000))}), UploadRejected.UNPACKS),
    "bytes": (
        lambda: package(
            dict.fromkeys((f"word/header{n}.xml" for n in range(12)), document(noise(2_000_000)))
            | {"word/document.xml": body("x")}
        ),
        UploadRejected.UNPACKS,
    ),
    "ratio in another part": (
        lambda: package({"word/document.xml": body("Python"), "word/header1.xml": document(" " * 30_000_000)}),
        UploadRejected.UNPACKS,
    ),
    "forged size": (forged_size, UploadRejected.UNREADABLE),
    "entries": (
        lambda: package({f"word/{n}.xml": "" for n in range(2_100)} | {"word/document.xml": body("x")}),
        UploadRejected.UNPACKS,
    ),
    "nested zip": (
        lambda: package({"word/document.xml": package({"word/document.xml": bytes(9_000_000)})}),
        UploadRejected.UNREADABLE,
    ),
    "nested docx": (
        lambda: package({"a.docx": docx("Python"), "b.zip": package({"c": bytes(9_000_000)})}),
        UploadRejected.WRONG_TYPE,
    ),
    "depth": (
        lambda: package({"word/document.xml": document("<w:p>" * 5_000 + "</w:p>" * 5_000)}),
        UploadRejected.UNPACKS,
    ),
    "billion laughs": (
        lambda: package({"word/document.xml": document("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", entities(10))}),
        UploadRejected.UNREADABLE,
    ),
    "quadratic entity": (
        lambda: package(
            {"word/document.xml": document("&a;" * 20_000, f'<!DOCTYPE w [<!ENTITY a "{"x" * 20_000}">]>')}
        ),
        UploadRejected.UNREADABLE,
    ),
    "external entity": (
        lambda: package(
            {"word/document.xml": document("&a;", '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>')}
        ),
        UploadRejected.UNREADABLE,
    ),
    "long text": (lambda: docx("Python " * 100_000), UploadRejected.TOO_LONG),
    "half a docx": (lambda: docx("Python")[:200], UploadRejected.UNREADABLE),
    "no zip": (lambda: b"PK\x03\x04" + b"\xff" * 1_000, UploadRejected.UNREADABLE),
    "no xml": (lambda: package({"word/document.xml": "Python"}), UploadRejected.UNREADABLE),
    "pdf ratio": (lambda: pdf(packed(b" " * 100_000_000)), UploadRejected.UNPACKS),
    "pdf ratio twice": (lambda: pdf(packed(b" " * 100_000_000, 2)), UploadRejected.UNPACKS),
    "pdf operators": (lambda: pdf(packed(b"BT /F 12 Tf (x) Tj ET " * 500_000)), UploadRejected.UNPACKS),
    "pdf pages in a circle": (
        lambda: pdf_of(papers.CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
        UploadRejected.UNREADABLE,
    ),
    "pdf page five thousand times": (
        lambda: pdf_of(
            papers.CATALOG, b"<</Type/Pages/Kids[%s]/Count 5000>>" % (b"3 0 R " * 5_000), papers.page(), stream(b"")
        ),
        UploadRejected.UNPACKS,
    ),
    "pdf form in itself": (
        lambda: pdf_of(
            papers.CATALOG,
            papers.PAGES,
            papers.page(b"/XObject<</X 5 0 R>>"),
            stream(b"/X Do"),
            stream(b"/X Do /X Do", FORM),
        ),
        UploadRejected.EMPTY,
    ),
    "pdf long text": (
        lambda: pdf(stream(shown(*["Python and a hundred words more"] * 8_000))),
        UploadRejected.TOO_LONG,
    ),
    "half a pdf": (lambda: pdf(stream(shown("Python")))[:120], UploadRejected.UNREADABLE),
    "no pdf": (lambda: b"%PDF-1.7" + b"\xff" * 1_000, UploadRejected.UNREADABLE),
    "pdf that is its own length": (
        lambda: pdf(stream(shown("Python")).replace(b"/Length ", b"/Length 4 0 R/L ")),
        None,  # may be read or refused, but has to end
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_made_to_do_harm_is_refused(name):
    make, why = BOMBS[name]
    data = make()
    assert len(data) <= uploads.MAX_BYTES
    begin = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    if why is None:
        with suppress(UploadError):
            text_of(data)
    else:
        assert refusal(data) == why
    # CPU time, because elapsed time includes other processes. On an idle machine it is below 2 s.
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin[1]
    assert used < 4
    assert time.process_time() - begin[0] < 0.5  # this process reads nothing of the file


def test_what_takes_too_long_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(uploads, "PATIENCE", 0.3)
    endless = tmp_path / "documents.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(extract, "__file__", str(endless))
    assert refusal(docx("Python")) == UploadRejected.SLOW


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", UploadRejected.SLOW),
        ("raise SystemExit(3)", UploadRejected.UNREADABLE),
    ],
)
def test_a_reader_that_dies_is_an_answer(monkeypatch, tmp_path, program, why):
    dying = tmp_path / "documents.py"
    dying.write_text(program)
    monkeypatch.setattr(extract, "__file__", str(dying))
    assert refusal(docx("Python")) == why


def test_too_many_at_once_are_asked_to_come_back(monkeypatch):
    class Full:
        def enter(self):
            raise BusyError

    monkeypatch.setattr(uploads, "_gate", Full())
    assert refusal(docx("Python")) == UploadRejected.BUSY


CONFINED = """
import runpy, sys
documents = runpy.run_path({path!r})
documents["confine"]()
{then}
"""


def run_confined(then: str) -> subprocess.CompletedProcess:
    program = CONFINED.format(path=extract.__file__, then=then)
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False, env={})


def test_reader_has_no_memory_beyond_its_share():
    done = run_confined("data = bytearray(documents['MEMORY'])")
    assert "MemoryError" in done.stderr
    assert extract.MEMORY <= 200 * 2**20


def test_reader_cannot_write_to_a_file(tmp_path):
    done = run_confined(f"open({str(tmp_path / 'x')!r}, 'w').write('Python')")
    assert "File too large" in done.stderr
    assert (tmp_path / "x").read_bytes() == b""


def test_reader_knows_nothing_of_waymark():
    program = f"import runpy, sys; runpy.run_path({extract.__file__!r}); print([n for n in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, env={})
    assert not {"guidance", "django", "psycopg"} & set(done.stdout.replace("'", " ").replace(",", " ").split())
