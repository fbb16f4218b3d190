from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from guidance.curation import health
from guidance.curation.health import Fault


class Command(BaseCommand):
    help = "Print the problems of the published catalogue, as on the curriculum health page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fault", choices=list(Fault), help="only problems of this kind")

    def handle(self, *args: Any, fault: str | None, **options: Any) -> None:
        found = health.current(now=timezone.now())
        for finding in found.findings:
            if fault in {None, finding.fault}:
                self.stdout.write(f"{finding.fault}: {finding.kind}/{finding.slug}: {finding.text}")
        counts = ", ".join(f"{one} {count}" for one, count in found.counts.items() if fault in {None, one})
        self.stdout.write(f"revision {found.revision}: {counts}")
