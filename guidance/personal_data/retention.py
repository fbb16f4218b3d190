"""Deletes data whose retention period has ended. Each rule deletes in its own batches and can run again at any time: the next
run finds whatever one run leaves.

`accounts.tasks.clear_expired` and `progress.tasks.forget_answers` run every hour, for data that is kept for an hour or a day.
Drafts of visitors' plans are in their sessions and are deleted with them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import DatabaseError

from accounts import services as accounts
from accounts import tokens
from guidance.curation import inbox
from guidance.progress import services, stored_responses
from guidance.reminders import ledger
from guidance.reminders.models import Heartbeat

HEARTBEAT = "retention"
MAX_DELIVERIES = 200_000  # maximum number of rows of the ledger per run

log = structlog.get_logger(__name__)


def _sessions_and_accounts(now: datetime) -> int:
    return sum(accounts.clear_expired(now=now))


RULES: Mapping[str, Callable[[datetime], int]] = {
    "deliveries": lambda now: ledger.delete_old(now=now, most=MAX_DELIVERIES),
    "sessions": _sessions_and_accounts,
    "tokens": lambda now: tokens.clear_expired(now=now),
    "deleted_ads": lambda now: services.delete_removed(now=now),
    "reports": lambda now: inbox.delete_old(now=now),
    "answers": lambda now: stored_responses.delete_expired(now=now),
}


@dataclass(frozen=True, slots=True)
class RetentionResult:
    deleted: dict[str, int]  # numbers of rows by rule
    failed: list[str]  # rules


def tidy(*, now: datetime) -> RetentionResult:
    """Applies every rule. A failing rule does not stop the others, and the run counts as done only if no rule failed."""
    done = RetentionResult({}, [])
    for name, rule in RULES.items():
        try:
            done.deleted[name] = rule(now)
        except DatabaseError:
            log.exception("retention_failed", rule=name)
            done.failed.append(name)
    if not done.failed:
        Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": now})
    log.info("retention", **done.deleted)
    return done
