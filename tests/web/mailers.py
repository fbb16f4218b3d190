"""Mail servers that misbehave."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        refused: dict[str, Any] = {message.to[0]: (550, b"5.1.1 no such user") for message in email_messages}
        raise smtplib.SMTPRecipientsRefused(refused)


class Away(BaseEmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError
