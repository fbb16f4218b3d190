from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guidance.catalog import pack
from guidance.catalog.first_words import first_words


class Command(BaseCommand):
    help = "Print, for each unit of a skill, the words that a learner meets there for the first time. Uses no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("skill", help="the slug of a skill with units")
        parser.add_argument("--path", type=Path, default=settings.CATALOG_PACK, help="default: Waymark's pack")

    def handle(self, *args: Any, skill: str, path: Path, **options: Any) -> None:
        try:
            units = list(first_words(pack.read(path), skill))
        except pack.PackError as error:
            raise CommandError(str(error)) from error
        if not units:
            raise CommandError(f"there is no skill {skill!r} with units")
        for unit in units:
            self.stdout.write(f"{skill} {unit.level} {unit.unit}: {', '.join(unit.words.values()) or '–'}")
