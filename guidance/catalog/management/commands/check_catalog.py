from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guidance.catalog import health, job_ads, pack


class Command(BaseCommand):
    help = "Check a catalogue pack and print its curriculum health. The exit code is 1 if anything is wrong. Uses no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=settings.CATALOG_PACK, help="default: Waymark's pack")
        parser.add_argument("--demand", type=Path, metavar="CSV", help="shares of job ads that name each skill")
        parser.add_argument("--names", type=Path, metavar="CSV", help="skill names that occur in job ads")

    def handle(
        self, *args: Any, path: Path, demand: Path | None = None, names: Path | None = None, **options: Any
    ) -> None:
        try:
            content = pack.read(path)
        except pack.PackError as error:
            raise CommandError(str(error)) from error
        problems = sorted({*pack.validate(content), *health.findings(content)})
        wrong = len(problems)
        for problem in problems:
            self.stderr.write(str(problem))
        if all(problem.style for problem in problems):
            self._figures(health.figures(content))
        if demand is not None:
            wrong += self._demand(content, demand)
        if names is not None:
            wrong += self._names(content, names)
        if wrong:
            raise CommandError(f"{wrong} finding(s) in {path}", returncode=1)
        self.stdout.write("no findings")

    def _figures(self, figures: dict[str, Any]) -> None:
        for name, value in figures.items():
            if name == "hours":
                for role, starts in value.items():
                    hours = ", ".join(f"{count} h from {start}" for start, count in starts.items())
                    self.stdout.write(f"{role}, to its targets without projects: {hours}")
            elif isinstance(value, dict):
                self.stdout.write(f"{name}: " + ", ".join(f"{key} {count}" for key, count in value.items()))
            else:
                self.stdout.write(f"{name}: {value}")

    def _demand(self, content: pack.Pack, counts: Path) -> int:
        try:
            problems = job_ads.differences(content, counts)
        except (OSError, ValueError) as error:
            raise CommandError(f"--demand {counts}: {error}") from error
        for problem in problems:
            self.stderr.write(str(problem))
        return len(problems)

    def _names(self, content: pack.Pack, counts: Path) -> int:
        try:
            result = job_ads.coverage(content, counts)
        except (OSError, ValueError) as error:
            raise CommandError(f"--names {counts}: {error}") from error
        for name in result.missing:
            self.stderr.write(f"no skill is called {name!r}, which at least 1% of the ads name")
        share = 100 * result.mentions_reached / result.mentions if result.mentions else 0
        self.stdout.write(f"names in at least 1% of the ads: {result.names_reached} of {result.names} reached")
        self.stdout.write(f"mentions: {result.mentions_reached} of {result.mentions} reached, {share:.1f}%")
        return len(result.missing) + (share < 80)
