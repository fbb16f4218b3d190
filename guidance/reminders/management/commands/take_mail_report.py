"""Read a delivery report (RFC 3464) or a complaint (ARF) from standard input, as a mail server pipes it, and suppress an address
that does not exist or whose owner complained. Exits with 0 if the report was read, whatever its effect, and with 75 (try again
later) if the database does not respond."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from guidance.reminders import reports

TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server retries later


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        content = sys.stdin.buffer.read(reports.LIMIT_BYTES)
        while sys.stdin.buffer.read(reports.LIMIT_BYTES):  # read to the end, so that the writer's pipe does not break
            pass
        try:
            outcome = reports.process(content, now=timezone.now())
        except Error as error:
            raise CommandError("The database does not respond.", returncode=TRY_AGAIN) from error
        self.stdout.write(outcome.value)
