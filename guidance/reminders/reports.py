"""Reads what mail servers send back later: delivery reports (RFC 3464) and complaints (ARF, RFC 5965), each a
multipart/report.

Anyone can send one, so a report is trusted only if it is about an email that we sent recently. It is identified by its
Message-ID, which is random and known only to those who had the email; if the report does not have it, the address must be one to
which a reminder was sent. An address is suppressed if it does not exist (5.1.x) or if its owner complained. Temporary errors
(4.x) and errors with a cause other than the address change nothing.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings

from guidance.reminders import services
from guidance.reminders.models import Delivery

LIMIT_BYTES = 256 * 1024  # of a report; it may contain our email, which is smaller
LATELY = timedelta(days=14)  # between an email and a report about it; servers give up after five days
MAX_PARTS, MAX_RECIPIENTS = 10, 10  # our emails have one recipient
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463; subject 1 is the address
BOUNCED, COMPLAINED = 550, 0  # `code` of the suppression; a complaint has no SMTP reply

log = structlog.get_logger(__name__)


class ReportOutcome(StrEnum):
    SUPPRESSED = "suppressed"
    NO_REPORT = "no-report"  # another kind of email, such as a reply from a person
    PASSING = "passing"  # delayed, delivered, or refused for a reason other than the address
    UNKNOWN = "unknown"  # not about an email that we sent recently


@dataclass(frozen=True, slots=True)
class MailReport:
    is_complaint: bool
    is_final: bool  # emails to the address will not arrive or are not wanted
    addresses: frozenset[str]  # in lower case
    message: UUID | None  # the id in the Message-ID, if it looks like one of ours
    reason: str


def process(content: bytes, *, now: datetime) -> ReportOutcome:
    """Suppresses the address that a report is about, if there is a reason to. Safe to repeat."""
    report = read(content)
    outcome = _judge(report, now) if report else ReportOutcome.NO_REPORT
    log.info("mail_report", outcome=outcome.value, complaint=bool(report and report.is_complaint))
    return outcome


def _judge(report: MailReport, now: datetime) -> ReportOutcome:
    if not report.is_final:
        return ReportOutcome.PASSING
    row = _mail_of(report, now)
    if row is None:
        return ReportOutcome.UNKNOWN
    code = COMPLAINED if report.is_complaint else BOUNCED
    services.suppress(learner=row.learner, address=row.learner.email, code=code, reply=report.reason, now=now)
    return ReportOutcome.SUPPRESSED


def _mail_of(report: MailReport, now: datetime) -> Delivery | None:
    """Returns the delivery that the report is about, if its learner still has the address in the report."""
    state = Delivery.State
    lately = Delivery.objects.select_related("learner").order_by("-pk").exclude(attempts=0)
    lately = lately.filter(state__in=[state.SENT, state.FAILED, state.DUE, state.SENDING], due_at__gt=now - LATELY)
    if report.message and (row := lately.filter(message_id=report.message).first()):
        # A complaint may lack addresses: many senders of ARF remove them.
        return row if row.learner.email in report.addresses or not report.addresses else None
    return lately.filter(state=state.SENT, learner__email__in=report.addresses).first()


# Reading


def read(content: bytes) -> MailReport | None:
    """Parses a report; None if it is not one. Reads only the headers of the parts and never raises."""
    try:
        return _read(message_from_bytes(content[:LIMIT_BYTES]))
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):  # invalid input can cause any of these
        return None


def _read(message: Message) -> MailReport | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = {part.get_content_type(): part for part in _children(message)[:MAX_PARTS]}
    returned = _returned(parts)
    if (feedback := parts.get("message/feedback-report")) is not None:
        return _complaint(feedback, returned)
    if (status := parts.get("message/delivery-status")) is not None:
        return _bounce(status, returned)
    return None


def _complaint(part: Message, returned: Message) -> MailReport:
    fields = (_children(part) or [part])[0]
    named = (_address(value) for value in fields.get_all("Original-Rcpt-To", [])[:MAX_RECIPIENTS])
    kind = str(fields.get("Feedback-Type", "")).strip().lower()
    return MailReport(
        is_complaint=True,
        is_final=kind in {"abuse", "fraud", "other"},  # `not-spam` withdraws one, `virus` is not about the address
        addresses=_set(*named, _address(returned.get("To"))),
        message=_ours(returned.get("Message-ID")),
        reason=f"complaint: {kind}",
    )


def _bounce(part: Message, returned: Message) -> MailReport:
    blocks = _children(part)[1 : MAX_RECIPIENTS + 1]  # the first block is about the message
    failed = [block for block in blocks if _is_gone(block)]
    named = [_address(block.get(name)) for block in failed for name in ("Original-Recipient", "Final-Recipient")]
    return MailReport(
        is_complaint=False,
        is_final=bool(failed),
        addresses=_set(*named, _address(returned.get("To"))),
        message=_ours(returned.get("Message-ID")),
        reason=" ".join(str(failed[0].get("Diagnostic-Code", failed[0].get("Status", ""))).split()) if failed else "",
    )


def _is_gone(block: Message) -> bool:
    """Returns whether the address of this recipient does not exist. If the status is only "failed" (5.0.0), the server's reply
    may state why."""
    if str(block.get("Action", "")).strip().lower() != "failed":
        return False
    status = STATUS.search(str(block.get("Status", "")))
    if status and status[0] == "5.0.0":
        status = STATUS.search(str(block.get("Diagnostic-Code", ""))) or status
    return status is not None and status[1] == "5" and status[2] == "1"


def _returned(parts: dict[str, Message]) -> Message:
    """Returns the headers of the email that the report is about."""
    if (whole := parts.get("message/rfc822")) is not None and (inside := _children(whole)):
        return inside[0]
    if (headers := parts.get("text/rfc822-headers")) is not None:
        payload = headers.get_payload(decode=True)
        return message_from_bytes(payload if isinstance(payload, bytes) else b"")
    return Message()


def _children(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _address(field: object) -> str:
    """Returns the address in `rfc822; lena@example.org`, `<lena@example.org>` or `Lena <lena@example.org>`."""
    return parseaddr(str(field or "").rpartition(";")[2].strip())[1].lower()


def _set(*addresses: str) -> frozenset[str]:
    return frozenset(address for address in addresses if "@" in address)


def _ours(message_id: object) -> UUID | None:
    name, _at, host = str(message_id or "").strip().strip("<>").rpartition("@")
    if not name or not _is_site(host):
        return None
    try:
        return UUID(name)
    except ValueError:
        return None


def _is_site(host: str) -> bool:
    return host.lower() == (urlsplit(settings.SITE_URL).hostname or "")
