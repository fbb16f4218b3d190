"""A learner who keeps changing time zones."""

import random
from datetime import date, datetime

from accounts.models import User, time_zones
from guidance.reminders import ledger, services
from tests.reminders.learners import DAY, NOW, make_learner, turn_on


def dates_of_a_traveller(seed: int, *, days: int, changes: int) -> list[tuple[datetime, date]]:
    """The times and local dates at which the learner's reminders were due, in order."""
    chance = random.Random(seed)
    zones = sorted(time_zones())
    learner = make_learner(f"traveller-{seed}@example.org")
    turn_on(learner)
    for number in range(1, days * changes + 1):
        now = NOW + number * DAY / changes
        learner.time_zone = chance.choice(zones)
        User.objects.filter(pk=learner.pk).update(time_zone=learner.time_zone)
        ledger.plan_due(now=now)
        services.apply_time_zone(learner=learner, now=now)
    return list(learner.deliveries.order_by("due_at", "pk").values_list("due_at", "on"))
