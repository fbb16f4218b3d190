import os

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    def handle(self, **options: object) -> None:
        if os.environ.get("STUB_BROKEN_PACK"):
            raise CommandError("content/skills/python.md:7: unknown area 'x'")
        self.stdout.write("added 1, changed 0, removed 0")
