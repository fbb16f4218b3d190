"""How long data is kept, in words. The periods come from the constants that the code uses."""

from datetime import timedelta

from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.utils.translation import ngettext

from accounts import browsers, login_limits, outbox, sessions, tokens
from accounts import services as accounts
from accounts import views as account_views
from guidance.curation import inbox
from guidance.progress import services, stored_responses
from guidance.reminders import ledger


def periods() -> dict[str, str]:
    """Returns how long data is kept, under the names that `Part.kept` and the page use."""
    rates = [rate for text in settings.ACCOUNT_RATE_LIMITS.values() for rate in parse_rates(text)]
    windows = [limit.seconds for limit in vars(login_limits).values() if isinstance(limit, login_limits.Limit)]
    return {
        "session": in_words(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        "pending": in_words(sessions.PENDING_FOR),
        "unconfirmed": in_words(accounts.UNCONFIRMED_FOR),
        "token": in_words(tokens.KEPT_EXPIRED),
        "answer": in_words(stored_responses.KEPT_FOR),
        "counter": in_words(timedelta(seconds=max([*windows, *(rate.duration for rate in rates)]))),
        "deleted_ad": in_words(services.RESTORABLE),
        "outbox": in_words(outbox.LASTS),
        "report": in_words(inbox.KEPT_FOR),
        "held_report": in_words(inbox.HELD_FOR),
        "ledger": in_words(ledger.KEPT_FOR),
        "known": in_words(browsers.LASTS),
        "reset": in_words(timedelta(seconds=account_views.RESET_FOR)),
    }


def in_words(period: timedelta) -> str:
    """Returns a period in words: in hours, from two days on in days, and from a year on in months."""
    if period >= timedelta(days=365):
        months = round(period.days / 365 * 12)
        return ngettext("{n} month", "{n} months", months).format(n=months)
    if period >= timedelta(days=2):
        return ngettext("{n} day", "{n} days", period.days).format(n=period.days)
    hours = -(-period // timedelta(hours=1))
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
