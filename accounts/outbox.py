"""Mail about accounts between the moment it is decided on and the moment a mail server has it.

    write      in the transaction of what it tells of, both or neither
    claim      one worker takes one mail, and nobody else has it for as long as a lease
    finish     it is out, or there is nothing to send: the row goes
    later      it could not be sent: the row is due again after a pause

The lease is the row's `not_before`, moved ahead: whoever dies with a mail in hand leaves a row that is due again once the
lease is over. So every mail is sent at least once. It comes twice where a sender died, or its connection broke, between the
mail server's acceptance and our commit: a second copy does no harm, a missing one keeps somebody out. All copies have the
same Message-ID. Times are those of the database's clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Now

from accounts.models import OutgoingMail, User

LEASE = timedelta(seconds=180)  # three times the longest a delivery may take (`whole` in settings.MAILERS)
BACK_OFF = [timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 20, 60)]  # after each attempt; the last from then on
MAX_ATTEMPTS = 20
UNREACHABLE_FOR = timedelta(seconds=30)  # before the mail server is tried again
LASTS = timedelta(hours=24)  # after which nobody waits for it any more


def write(*, kind: str, user: User | None, address: str = "", **context: Any) -> None:
    """`context`: what the templates need besides links, as plain JSON. Without a user nothing will be sent: the row is there
    so that a request takes as long for an address that nobody has."""
    OutgoingMail.objects.create(kind=OutgoingMail.MailKind(kind), user=user, address=address, context=context)


@transaction.atomic
def claim() -> OutgoingMail | None:
    """Take the mail in hand that has waited longest, and that nobody else has. None when none is due."""
    due = OutgoingMail.objects.filter(not_before__lte=Now()).order_by("not_before")
    mail = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("user").first()
    if mail is not None:
        mail.attempts += 1
        OutgoingMail.objects.filter(pk=mail.pk).update(attempts=mail.attempts, not_before=Now() + LEASE)
    return mail


def finish(mail: OutgoingMail) -> None:
    """Whoever may have it in hand meanwhile: it is out."""
    OutgoingMail.objects.filter(pk=mail.pk).delete()


def later(mail: OutgoingMail) -> None:
    """Try it again after a pause that grows with its attempts. What somebody else has claimed since is left to them."""
    _in_hand(mail).update(not_before=Now() + BACK_OFF[min(mail.attempts, len(BACK_OFF)) - 1])


def release(mail: OutgoingMail) -> None:
    """The mail server cannot be reached, which says nothing of this mail: it costs no attempt."""
    _in_hand(mail).update(not_before=Now() + UNREACHABLE_FOR, attempts=F("attempts") - 1)


def _in_hand(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts)


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    mails: int
    age: timedelta  # of the oldest


def count_waiting(*, now: datetime) -> OutboxCounts:
    found = OutgoingMail.objects.order_by().aggregate(mails=Count("pk"), oldest=Min("created_at", default=now))
    return OutboxCounts(found["mails"], max(now - found["oldest"], timedelta()))
