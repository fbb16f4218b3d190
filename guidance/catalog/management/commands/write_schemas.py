"""Writes the JSON Schema of each kind of record to `docs/schema/`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from guidance.catalog import schemas
from guidance.catalog.kinds import KINDS


class Command(BaseCommand):
    help = "Write the JSON Schema of each kind of record to docs/schema/."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "schema"
        folder.mkdir(exist_ok=True)
        for kind in KINDS:
            (folder / f"{kind}.json").write_text(schemas.written(kind), encoding="utf-8")
        self.stdout.write(f"{len(KINDS)} schemas in docs/schema/.")
