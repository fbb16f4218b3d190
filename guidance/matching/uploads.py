"""Extracts the text of an uploaded file: plain text, PDF or DOCX, recognised by its bytes, not by its name.

A PDF or DOCX file is read in a separate process (`extract.py`) that has five seconds, limited memory and no way to write files.
File and text go through pipes; no part of them is written to disk, the broker or a log.
"""

import json
import subprocess
import sys
import unicodedata
from enum import StrEnum
from pathlib import Path

from accounts.hashers import BusyError, Gate
from guidance.matching import extract

MAX_BYTES = 5_000_000  # maximum size of a file
PATIENCE = extract.SECONDS  # wall-clock time; the reader limits its own processor time

_PDF_WITHIN = 1024  # bytes in which "%PDF-" has to be, as PDF readers allow
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_NOT_TEXT = (b"{\\rtf", b"%!PS", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class UploadRejected(StrEnum):
    """The reasons for which a file is refused."""

    TOO_LARGE = "too_large"  # more than MAX_BYTES
    TOO_LONG = "too_long"  # more text than we match
    WRONG_TYPE = "wrong_type"
    ENCRYPTED = "encrypted"
    IMAGE_ONLY = "image_only"  # a scan: pictures of text
    EMPTY = "empty"
    UNREADABLE = "unreadable"  # damaged
    UNPACKS = "unpacks"  # unpacks to an unreasonable size
    SLOW = "slow"
    BUSY = "busy"  # too many files are being read


class UploadError(Exception):
    def __init__(self, why: UploadRejected) -> None:
        self.why = why
        super().__init__(why)


# Reading a file takes a processor for up to five seconds and up to 200 MiB, so only a few files are read at once, just as only
# a few passwords are hashed at once.
_gate = Gate(slots=2, waiting=1, patience=3.0)


def text_of(data: bytes) -> str:
    """The text of an uploaded file, at most `extract.MAX_CHARACTERS` code points. Raises UploadError."""
    if len(data) > MAX_BYTES:
        raise UploadError(UploadRejected.TOO_LARGE)
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return _read_apart("pdf", data)
    if data.startswith(b"PK"):
        return _read_apart("docx", data)
    if data.startswith(_OLE):  # the format of Office before 2007, and of encrypted files since
        raise UploadError(UploadRejected.ENCRYPTED if _ENCRYPTED_OFFICE in data else UploadRejected.WRONG_TYPE)
    text = _decoded(data).replace("\r\n", "\n").strip()
    if not text:
        raise UploadError(UploadRejected.EMPTY)
    if len(text) > extract.MAX_CHARACTERS:
        raise UploadError(UploadRejected.TOO_LONG)
    return text


def _decoded(data: bytes) -> str:
    """Decodes UTF-8 or UTF-16, or else Windows-1252."""
    if data.startswith(_NOT_TEXT):
        raise UploadError(UploadRejected.WRONG_TYPE)
    marked = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(char) == "Cc" and not char.isspace() for char in set(text)):
            return text
    raise UploadError(UploadRejected.WRONG_TYPE)


def _read_apart(kind: str, data: bytes) -> str:
    # -I: neither the environment nor the working directory affects what is imported.
    command = [sys.executable, "-I", str(Path(extract.__file__)), kind]
    try:
        with _gate.enter():
            done = subprocess.run(  # noqa: S603 - our own program, and nothing of the upload is in the command
                command,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE,
                env={},
                check=False,
            )
    except BusyError:
        raise UploadError(UploadRejected.BUSY) from None
    except subprocess.TimeoutExpired:
        raise UploadError(UploadRejected.SLOW) from None
    if done.returncode < 0:  # killed by the kernel because its time was up
        raise UploadError(UploadRejected.SLOW)
    if done.returncode:
        raise UploadError(UploadRejected.UNREADABLE)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise UploadError(UploadRejected(found["refused"]))
    text: str = found["text"]
    return text.encode("utf-8", "replace").decode()  # a PDF can contain lone surrogates
