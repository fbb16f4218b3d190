"""Politely checks the links of resources that are due, until none is left. Never runs in the demo, which works offline."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guidance.catalog.models import Resource
from guidance.curation import link_checks
from guidance.curation.models import LinkCheck


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, metavar="N", help="maximum number of links")
        parser.add_argument("--resource", metavar="SLUG", help="check this resource, whether it is due or not")

    def handle(self, *args: Any, limit: int | None, resource: str | None, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError("This is a demo: it works offline, and no link is checked.")
        if resource is not None and not Resource.objects.published().filter(slug=resource).exists():
            raise CommandError(f"{resource}: there is no published resource with this slug.")
        counted = link_checks.run(limit=limit, slug=resource, tell=self.tell)
        if resource is not None and not counted:
            raise CommandError(f"{resource}: its host is busy, so it will be checked later.")
        found = ", ".join(
            f"{outcome} {counted[outcome]}" for outcome in LinkCheck.LinkOutcome.values if counted[outcome]
        )
        self.stdout.write(f"checked {counted.total()}" + (f": {found}" if found else ""))

    def tell(self, done: link_checks.LinkResult) -> None:
        if not self.stderr.isatty() and done.outcome in {LinkCheck.LinkOutcome.OK, LinkCheck.LinkOutcome.REDIRECTED}:
            return
        self.stderr.write(f"{done.slug}: {done.outcome}. {done.words}")
