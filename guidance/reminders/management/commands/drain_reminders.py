"""Plan and send the reminders that are due, without the broker: run it from a system timer, or by hand after an outage."""

from typing import Any

from django.core.management.base import BaseCommand

from guidance.reminders import sending


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        counts = sending.run_minute()
        self.stdout.write(
            f"sent {counts.sent}, refused {counts.refused}, later {counts.later}, not sent {counts.cancelled}"
            + (" (the mail server cannot be reached)" if counts.unreachable else "")
        )
