"""`audit_reminders --days N` reports what is missing or overdue in the ledger of reminders. Exit code 1 if there is a
finding."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from guidance.reminders import ledger
from guidance.reminders.audit import Audit

DAYS = 7


class Command(BaseCommand):
    help = "Compare the ledger of reminders with the schedules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how far back ({DAYS})")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if not 1 <= days <= 366:
            raise CommandError("Give a number of days from 1 to 366.")
        audit = Audit(timezone.now(), days)
        count = 0
        for finding in audit.findings():
            count += 1
            self.stdout.write(finding)
        if deleted := ledger.count_deleted():
            self.stdout.write(f"{deleted} older deliveries were deleted and are counted by month")
        self.stdout.write(
            f"{audit.schedules} schedules, {audit.occurrences} occurrences in {days} day(s), {count} finding(s)"
        )
        if count:
            raise CommandError(f"{count} finding(s)", returncode=1)
