"""Writes the emails about an account. Links and the secrets in them are created here, when the email is sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import css_inline
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import OutgoingMail

Kind = OutgoingMail.MailKind
Values = dict[str, Any]


def site_url(path: str) -> str:
    """Returns the absolute URL of a path. Links in emails never use the request's Host header."""
    return f"{settings.SITE_URL}{path}"


def message_id(number: UUID) -> str:
    """Returns a Message-ID with the host name of the site, not of the sending machine."""
    return f"<{number}@{urlsplit(settings.SITE_URL).hostname}>"


def operator_address() -> str:
    """Returns the address for visitors' reports: the contact for privacy or for security if it is an email address, otherwise
    the site's sender address."""
    for contact in (settings.PRIVACY_CONTACT, settings.SECURITY_CONTACT):
        if contact.startswith("mailto:"):
            return contact.removeprefix("mailto:").partition("?")[0]
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def compose(mail: OutgoingMail) -> EmailMultiAlternatives | None:
    """Returns the email, or None if there is nothing to send because there was no account or its reason no longer applies."""
    values: Values | None = MAKERS[mail.kind](mail) if mail.kind in MAKERS else mail.context
    to_operator = mail.kind == Kind.PAGE_REPORTED
    if values is None or (mail.user is None and not mail.address and not to_operator):
        return None
    known = {"email": mail.address, "site_url": settings.SITE_URL, "timestamp": mail.created_at, **values}
    subject = " ".join(render_to_string(f"{mail.kind}_subject.txt", known).split())
    text = render_to_string(f"{mail.kind}_message.txt", known).strip()
    to = operator_address() if to_operator else mail.address
    headers = {"Message-ID": message_id(mail.pk), "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    message.attach_alternative(as_html(subject, text), "text/html")
    return message


def _reset(mail: OutgoingMail) -> Values | None:
    user = mail.user
    if user is None or not user.is_active or user.email != mail.address:
        return None
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return {"password_reset_url": site_url(reverse("account_reset_password_from_key", kwargs=parts))}


def _confirm(mail: OutgoingMail) -> Values | None:
    address = EmailAddress.objects.filter(user=mail.user, email=mail.address, verified=False).first()
    if address is None:
        return None
    return {"activate_url": site_url(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))}


def _account_exists(mail: OutgoingMail) -> Values:
    return {
        "login_url": site_url(reverse("account_login")),
        "password_reset_url": site_url(reverse("account_reset_password")),
    }


def _token_made(mail: OutgoingMail) -> Values:
    token = mail.context["token"]
    return {"token": {**token, "expires_at": datetime.fromisoformat(token["expires_at"])}}


def _page_reported(mail: OutgoingMail) -> Values:
    """Returns the values of a report about a proof page. The visitor's text is quoted, so that no line of it looks like our own
    text."""
    page, text = mail.context["page"], mail.context["text"]
    return {
        "page": site_url(reverse("web:proof", args=[page])),
        "quoted": "\n".join(f"> {line}" for line in text.splitlines()),
        "admin": f"{reverse('admin:progress_proofpage_changelist')}?{urlencode({'q': page})}",
    }


def _report_answered(mail: OutgoingMail) -> Values | None:
    """Quotes the reader's text: a reader could enter someone else's address, and that person must not get text that looks like
    our own."""
    if mail.user is not None and mail.user.email != mail.address:
        return None
    context = mail.context
    quoted = "\n".join(f"> {line}" for line in context["text"].splitlines())
    return {**context, "quoted": quoted, "page": site_url(context["path"]), "has_account": mail.user is not None}


def _proposals(mail: OutgoingMail) -> Values | None:
    if mail.user is None or not mail.user.is_active or not mail.user.is_staff:
        return None
    values = dict(mail.context)
    values["items"] = [{"text": item["text"], "url": site_url(item["path"])} for item in values["items"]]
    return values | {name: site_url(values[name]) for name in ("queue", "settings")}


MAKERS: Mapping[str, Callable[[OutgoingMail], Values | None]] = {
    Kind.RESET: _reset,
    Kind.CONFIRM_SIGN_UP: _confirm,
    Kind.CONFIRM_ADDRESS: _confirm,
    Kind.TAKEN: _account_exists,
    Kind.TOKEN_MADE: _token_made,
    Kind.PAGE_REPORTED: _page_reported,
    Kind.PROPOSALS: _proposals,
    Kind.REPORT_ANSWERED: _report_answered,
}


def as_html(subject: str, text: str) -> str:
    """Returns the email as HTML. A paragraph that ends in a URL becomes a link, and the first such link becomes a button."""
    parts: list[dict[str, Any]] = []
    for paragraph in text.strip().split("\n\n")[:-1]:  # the last is the signature
        words, _newline, link = paragraph.rpartition("\n")
        if link.startswith(settings.SITE_URL):
            first = not any("link" in part for part in parts)
            parts.append({"text": words.rstrip(":"), "link": link, "first": first})
        else:
            parts.append({"text": paragraph})
    page = render_to_string(
        "account/email/message.html", {"subject": subject, "parts": parts, "site_url": settings.SITE_URL}
    )
    # Many mail programs do not support style sheets. What cannot be inlined (dark colours, small screens) stays in <style>.
    return css_inline.inline(page, keep_at_rules=True, load_remote_stylesheets=False)
