from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from guidance.catalog import loading, pack


class Command(BaseCommand):
    help = (
        "Load a catalogue pack: validate all of it, then write what differs in one transaction. A document that "
        "conflicts with a record in the database is held back and reported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=settings.CATALOG_PACK, help="default: Waymark's pack")
        parser.add_argument("--dry-run", action="store_true", help="print what would change, write nothing")
        parser.add_argument("--overwrite", action="store_true", help="also replace curators' edits")

    def handle(self, *args: Any, path: Path, dry_run: bool, overwrite: bool, **options: Any) -> None:
        try:
            report = loading.load(path, dry_run=dry_run, overwrite=overwrite)
        except pack.PackError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(error.problems)} problem(s) in {path}; nothing was written.", returncode=1
            ) from error
        except DatabaseError as error:
            reason = str(error).splitlines()[0]
            raise CommandError(f"The database refused the catalogue; nothing was written: {reason}") from error
        for problem in [*report.clashes, *(problem for problems in report.held.values() for problem in problems)]:
            self.stderr.write(str(problem))
        for word, names in (
            ("added", report.added),
            ("changed", report.changed),
            ("merged", report.merged),
            ("kept, edited by a curator since", report.kept),
            ("held back, conflicts with a record in the database", list(report.held)),
            ("only in the database", report.elsewhere),
        ):
            if word == "added" and len(names) > 20 and options["verbosity"] < 2:
                continue
            for name in names:
                self.stdout.write(f"{word}: {name}")
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{would}added {len(report.added)}, changed {len(report.changed)}, merged {len(report.merged)}, "
            f"unchanged {len(report.unchanged)}, kept {len(report.kept)}"
            + (f", held back {len(report.held)}" if report.held else "")
        )
