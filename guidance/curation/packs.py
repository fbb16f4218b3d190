"""A pack as a zip file in memory, and one document of it. Pure; nothing is unpacked to the disk.

An archive is looked at before anything in it is read: how many files, how they are called, how large they say they are. While
they are read they are held to that, since an archive can lie.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence

from guidance.catalog.documents import Document, Problem, parse, render
from guidance.catalog.pack import FOLDERS

MAX_BYTES = 5_000_000  # as it is sent
MAX_UNPACKED = 20_000_000
MAX_FILE = 200_000
MAX_FILES = 5_000
KINDS = {folder: kind for kind, folder in FOLDERS.items()}
_FILE = re.compile(rf"({'|'.join(KINDS)})/([a-z0-9-]+)\.md")
_FOLDER = re.compile(rf"({'|'.join(KINDS)})/")
# When files are packed must not be seen in them: the same catalogue is the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what a zip is made with; the others unpack to more


def name_of(document: Document) -> str:
    return f"{FOLDERS[document.kind]}/{document.slug}.md"


def write(documents: Iterable[Document]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for document in documents:
            info = zipfile.ZipInfo(name_of(document), _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, render(document))
    return out.getvalue()


def read(content: bytes, *, file: str) -> tuple[list[Document], list[Problem]]:
    """The documents of an archive and what is wrong with them, by file and line."""
    if len(content) > MAX_BYTES:
        return [], [Problem(file, 1, f"is larger than {MAX_BYTES // 1_000_000} MB")]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not _FOLDER.fullmatch(info.filename)]
            problems = _refused(files, file)
            if problems:
                return [], problems
            documents: list[Document] = []
            for info in files:
                with archive.open(info) as member:
                    text = member.read(info.file_size + 1)
                if len(text) > info.file_size:
                    raise zipfile.BadZipFile("a file is larger than the archive says")
                document, found = document_of(text, file=info.filename)
                documents += [document] if document else []
                problems += found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        return [], [Problem(file, 1, f"is not a zip file that can be read: {error}")]
    return documents, problems


def _refused(files: Sequence[zipfile.ZipInfo], file: str) -> list[Problem]:
    if len(files) > MAX_FILES:
        return [Problem(file, 1, f"holds {len(files)} files, at most {MAX_FILES} are read")]
    if sum(info.file_size for info in files) > MAX_UNPACKED:
        return [Problem(file, 1, f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB")]
    problems = []
    seen: set[str] = set()
    for info in files:
        name = info.filename
        if not _FILE.fullmatch(name):
            known = ", ".join(KINDS)
            problems.append(Problem(name, 1, f"is no file of a pack: one of the folders {known}, and a slug with .md"))
        elif name in seen:
            problems.append(Problem(name, 1, "stands there twice"))
        elif info.file_size > MAX_FILE:
            problems.append(Problem(name, 1, f"is larger than {MAX_FILE // 1000} KB"))
        elif info.flag_bits & 1:
            problems.append(Problem(name, 1, "is encrypted"))
        elif info.compress_type not in _PLAIN:
            problems.append(Problem(name, 1, "is packed in a way that is not read; use ordinary compression"))
        seen.add(name)
    if not files:
        problems.append(Problem(file, 1, "holds no file"))
    return problems


def document_of(content: bytes, *, file: str) -> tuple[Document | None, list[Problem]]:
    """`file` is where it would stand in a pack: skills/python.md."""
    found = _FILE.fullmatch(file)
    if found is None:
        return None, [Problem(file, 1, "is not called like a file of a pack: a slug with .md")]
    if len(content) > MAX_FILE:
        return None, [Problem(file, 1, f"is larger than {MAX_FILE // 1000} KB")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [Problem(file, content.count(b"\n", 0, error.start) + 1, "is not UTF-8")]
    return parse(text, kind=KINDS[found[1]], slug=found[2], file=file)
