"""Releases of ESCO and O*NET uploaded in the admin: they are queued in the database, and the worker reads them one by one.

The worker locks the row, and marks it as done in the transaction that writes the entries. So if a worker is killed, the row is
still queued.
"""

import io
import zipfile
import zlib
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.curation.models import ClassificationImport
from guidance.curation.taxonomy_releases import READERS, NotImported, import_folder

State = ClassificationImport.ImportState
MAX_BYTES = 30_000_000  # size of the upload
MAX_UNPACKED = 500_000_000
GIVEN_UP_AFTER = timedelta(hours=2)  # after this time, a row that kills every worker that reads it is abandoned
PROGRESS_SECONDS = 600
READ = (".csv", ".txt")
TASK = "guidance.curation.tasks.import_classification"


def check_zip(content: bytes) -> None:
    """Raises ValidationError unless this is a zip file with tables of at most 500 MB."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _tables(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ValidationError(_("This file cannot be read as a zip file: %s.") % error) from error


def _tables(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Returns the tables by name, whichever folder of the archive they are in."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = PurePosixPath(info.filename).name
        if info.is_dir() or not name.endswith(READ) or name.startswith("."):
            continue
        if name in found:
            raise ValidationError(_("The archive contains %s twice. Pack one release in one language.") % name)
        if info.flag_bits & 1:
            raise ValidationError(_("%s is encrypted.") % name)
        found[name] = info
    if not found:
        raise ValidationError(_("The archive contains no table: no file that ends in .csv or .txt."))
    if empty := [name for name, info in found.items() if not info.file_size]:
        raise ValidationError(_("%s is empty.") % ", ".join(empty))
    if sum(info.file_size for info in found.values()) > MAX_UNPACKED:
        raise ValidationError(_("The archive unpacks to more than %d MB.") % (MAX_UNPACKED // 1_000_000))
    return found


def _unpack(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, info in _tables(archive).items():
            with archive.open(info) as packed, (folder / name).open("wb") as file:
                left = info.file_size
                while part := packed.read(min(1_000_000, left + 1)):
                    left -= len(part)
                    if left < 0:
                        raise NotImported(f"{name} is larger than the archive states; nothing was written.")
                    file.write(part)


def run_next(*, now: datetime) -> ClassificationImport | None:
    """Reads the oldest import in the queue that no other worker is reading, and returns it; None if there is none."""
    with transaction.atomic():
        waiting = ClassificationImport.objects.filter(state=State.WAITING).order_by("pk")
        row = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        if now - row.at > GIVEN_UP_AFTER:
            state, report = State.FAILED, "The import could not be finished in two hours; nothing was written."
        else:
            state, report = _carry_out(row)
        row.state, row.report, row.content, row.ended_at = state, report, None, timezone.now()
        row.save()
    return row


def _carry_out(row: ClassificationImport) -> tuple[State, str]:
    with TemporaryDirectory() as place:
        folder = Path(place, PurePosixPath(row.name).stem)  # some releases are identified by the name of their folder
        folder.mkdir()
        try:
            _unpack(bytes(row.content or b""), folder)
            row.release = row.release or READERS[row.source].release_of(folder)[:40]
            with transaction.atomic():
                outcome = import_folder(
                    row.source,
                    folder,
                    release=row.release,
                    dry_run=row.dry_run,
                    progress=lambda done: cache.set(_progress_key(row), done, PROGRESS_SECONDS),
                )
        except NotImported as error:
            return State.FAILED, str(error).replace(f"{folder}/", "").replace(str(folder), row.name)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            return State.FAILED, f"The zip file is damaged: {error}; nothing was written."
    return State.DONE, "\n".join(outcome.lines())


def entries_read(row: ClassificationImport) -> int:
    """Returns how many entries of a queued import the worker has read."""
    return cache.get(_progress_key(row)) or 0


def _progress_key(row: ClassificationImport) -> str:
    return f"curation:classification:{row.pk}:{row.at.timestamp()}"
