"""Emails of the demo: written to files instead of being sent, and readable in the browser.

Each message is one file, which is either complete or absent, and the names sort by time. The pages show the text of a message and
offer the message itself for download: its HTML part has inline styles, which our Content-Security-Policy blocks and which are not
worth an exception.
"""

import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage, InvalidMailer
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import make_aware

NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
SUFFIX = ".eml"
MAX_LISTED = 100


class FileBackend(BaseEmailBackend):
    def __init__(self, *, folder: str | os.PathLike[str] = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not folder:
            raise InvalidMailer("OPTIONS must define 'folder'.", alias=kwargs.get("alias"))
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message.message().as_bytes())
        return len(email_messages)

    def _write(self, content: bytes) -> None:
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(content)
        unfinished.replace(self.folder / f"{name}{SUFFIX}")


@dataclass(frozen=True, slots=True)
class StoredMail:
    name: str
    sent: datetime
    to: str
    subject: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        parsed = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = parsed.get_body(("plain",))
        return cls(
            name=path.stem,
            sent=make_aware(datetime.fromtimestamp(int(path.stem[:20]) / 1e9)),
            to=str(parsed["to"]),
            subject=str(parsed["subject"]),
            text=body.get_content() if body else "",
        )


def folder() -> Path:
    """Returns the folder of the demo's emails. Outside a demo, these pages do not exist."""
    if not settings.DEMO:
        raise Http404
    return Path(settings.WAYMARK_HOME) / "mail"


def path_of(name: str) -> Path:
    path = folder() / f"{name}{SUFFIX}"
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


@login_not_required
def messages(request: HttpRequest) -> HttpResponse:
    names = sorted((p.stem for p in folder().glob(f"*{SUFFIX}") if NAME.fullmatch(p.stem)), reverse=True)
    listed = [StoredMail.read(path_of(name)) for name in names[:MAX_LISTED]]
    return render(request, "demo/mail.html", {"mails": listed, "older": len(names) - len(listed)})


@login_not_required
def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/message.html", {"mail": StoredMail.read(path_of(name))})


@login_not_required
def source(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(
        path_of(name).read_bytes(),
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{name}{SUFFIX}"'},
    )
