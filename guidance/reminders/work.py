"""All that is to be done about reminders, in its order: what a worker does each minute, and `drain_reminders` at once."""

from dataclasses import asdict

import structlog
from django.utils import timezone

from guidance.reminders import ledger, sending, zones
from guidance.reminders.figures import HEARTBEAT
from guidance.reminders.models import Heartbeat
from guidance.reminders.sending import Tally

log = structlog.get_logger(__name__)

SECONDS = 50  # of sending in a minute: the next wake-up goes on, and other tasks have their turn


def do(*, seconds: float | None = None) -> Tally:
    """Plan, sweep and send what is due, for about so many seconds or until nothing is."""
    now = timezone.now()
    zones.follow_rules(now=now)
    planned = ledger.plan_due(now=now)
    swept = ledger.sweep(now=now)
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": now})
    tally = sending.drain(seconds=seconds)
    log.info("reminders", planned=planned, **asdict(swept), **asdict(tally))
    return tally
