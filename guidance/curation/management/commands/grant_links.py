"""Grants the link check its permissions. Run it as the owner of the database, after migrating."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from guidance.curation import link_checks


class Command(BaseCommand):
    help = "Grant the role of the link check the tables that it needs, and no others; does nothing without the role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "role", nargs="?", default="waymark_links", help="the database role; waymark_links by default"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if link_checks.grant(options["role"]):
            self.stdout.write(f"{options['role']} may read and write what the link check needs.")
        else:
            self.stdout.write(f"There is no role {options['role']}, so nothing was granted.")
