"""What `import_esco` and `import_onet` do alike."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from guidance.curation import mappings, taxonomies
from guidance.curation.tables import TableError
from guidance.curation.taxonomy import Entry

LINE_EVERY = 5_000  # entries, where nobody looks on


class ImportCommand(BaseCommand):
    source: ClassVar[str]
    read: ClassVar[Callable[[Path, Counter[str]], Iterator[Entry]]]
    release_of: ClassVar[Callable[[Path], str]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with the unpacked files")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
        parser.add_argument("--release", help="which release it is, where the folder does not tell", default="")

    def handle(self, *args: Any, folder: Path, dry_run: bool, release: str, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder.")
        left_out: Counter[str] = Counter()
        shown = release or type(self).release_of(folder)
        self.stdout.write(f"release {shown or 'not known'}")
        try:
            report = taxonomies.load(
                source=self.source,
                release=shown,
                entries=type(self).read(folder, left_out),
                now=timezone.now(),
                dry_run=dry_run,
                progress=self.progress,
            )
        except TableError as error:
            raise CommandError(f"{error}; nothing was written.") from error
        except taxonomies.AlreadyRunning as error:
            raise CommandError("Another import is running; nothing was written.") from error
        except DatabaseError as error:
            raise CommandError(f"The database refused it; nothing was written: {str(error).splitlines()[0]}") from error
        if self.stderr.isatty():
            self.stderr.write("")
        for what, count in sorted(left_out.items()):
            self.stdout.write(f"left out: {count} {what}")
        if not dry_run:
            self.stdout.write(f"suggested mappings: {mappings.suggest(self.source)} new")
        self.stdout.write(str(report))

    def progress(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} entries", ending="")
        elif done % LINE_EVERY == 0:
            self.stderr.write(f"{done} entries")
