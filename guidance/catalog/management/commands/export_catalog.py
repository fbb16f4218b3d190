from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guidance.catalog import pack


class Command(BaseCommand):
    help = "Write the catalogue in the database as a pack of Markdown files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            counts = pack.export(path)
        except pack.PackError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sum(counts.values())} files written to {path}")
