"""Checks of the environment before Waymark starts: each finding is one line that tells the operator what to set.

Errors that prevent settings.py from loading (a value that cannot be parsed) are raised there as ImproperlyConfigured; `manage.py` and
`wsgi.py` print both without a traceback.
"""

import ipaddress
import logging
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register, run_checks
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.http.request import validate_host

TAG = "waymark"
SECRET_KEY_LENGTH = 50
SECRET_KEY_SYMBOLS = 10
TOKEN_LENGTH = 20
POSTGRESQL_VERSION = 15
LOCAL_NAMES = {"localhost", "testserver"}


def site_parts() -> SplitResult | None:
    """Returns the parts of SITE_URL, or None if it contains anything other than scheme, host and port."""
    try:
        parts = urlsplit(settings.SITE_URL)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return None
    bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme in {"http", "https"} and parts.hostname and bare and port_is_valid:
        return parts
    return None


def is_local(host: str) -> bool:
    if host in LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Returns whether only machines in the same network can reach the name or address. That is assumed of any name without a
    dot."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return is_local(host) or "." not in host or host.endswith((".local", ".internal", ".test"))


@register(TAG)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    weak = len(key) < SECRET_KEY_LENGTH or len(set(key)) < SECRET_KEY_SYMBOLS or key.startswith("django-insecure-")
    if settings.DEBUG or not weak:
        return []
    return [
        Error(
            "SECRET_KEY is too easy to guess.",
            hint=f"Set it to {SECRET_KEY_LENGTH} or more random characters, for example the output of"
            ' `python -c "import secrets; print(secrets.token_urlsafe(48))"`, and keep it secret.',
            id="waymark.E001",
        )
    ]


@register(TAG)
def check_site_url(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    parts = site_parts()
    if parts is None:
        return [
            Error(
                f"SITE_URL is {settings.SITE_URL!r}.",
                hint="Set it to the URL that people type, scheme and host only: https://waymark.example",
                id="waymark.E002",
            )
        ]
    messages: list[CheckMessage] = []
    host = parts.hostname or ""
    trying_out = settings.DEBUG or settings.DEMO
    if is_local(host):
        if not trying_out:
            messages.append(
                Caution(
                    f"SITE_URL is {settings.SITE_URL}: links in emails will work only on this machine.",
                    hint="Set SITE_URL to the public URL, starting with https://.",
                    id="waymark.W001",
                )
            )
    elif settings.DEMO and not is_private(host):
        messages.append(
            Error(
                f"Demo mode is on and SITE_URL is {settings.SITE_URL}, which is public.",
                hint="Everyone knows the demo's passwords. Unset WAYMARK_DEMO or SITE_URL.",
                id="waymark.E009",
            )
        )
    elif parts.scheme != "https" and not trying_out:
        messages.append(
            Error(
                f"SITE_URL is {settings.SITE_URL}: passwords and sessions would travel unencrypted.",
                hint="Serve Waymark over TLS and set SITE_URL to its https:// address.",
                id="waymark.E003",
            )
        )
    if not validate_host(host if ":" not in host else f"[{host}]", settings.ALLOWED_HOSTS):
        messages.append(
            Error(
                f"ALLOWED_HOSTS does not contain {host}, the host of SITE_URL.",
                hint=f"Set ALLOWED_HOSTS={host} (separate several hosts with commas).",
                id="waymark.E004",
            )
        )
    if parts.scheme == "https" and settings.TRUSTED_PROXY_COUNT == 0:
        messages.append(
            Info(
                "SITE_URL is https and TRUSTED_PROXY_COUNT is 0.",
                hint="Behind a proxy that ends TLS, set TRUSTED_PROXY_COUNT to the number of proxies (usually 1)."
                " Otherwise every request is redirected to https forever.",
                id="waymark.I001",
            )
        )
    return messages


@register(TAG)
def check_hsts(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Browsers accept a domain on their preload lists only together with all its subdomains."""
    if not settings.HSTS_PRELOAD or settings.HSTS_INCLUDE_SUBDOMAINS:
        return []
    return [
        Error(
            "HSTS_PRELOAD is on and HSTS_INCLUDE_SUBDOMAINS is off.",
            hint="Set both if every site of the domain will always be served over TLS; otherwise set neither.",
            id="waymark.E011",
        )
    ]


@register(TAG)
def check_values(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    if settings.TRUSTED_PROXY_COUNT < 0:
        messages.append(
            Error(
                f"TRUSTED_PROXY_COUNT is {settings.TRUSTED_PROXY_COUNT}.",
                hint="Set it to the number of proxies in front of Waymark, 0 if there is none.",
                id="waymark.E005",
            )
        )
    if settings.LOG_LEVEL not in logging.getLevelNamesMapping():
        messages.append(
            Error(
                f"LOG_LEVEL is {settings.LOG_LEVEL!r}.",
                hint="Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL.",
                id="waymark.E006",
            )
        )
    mail: Any = settings.MAILERS["default"].get("OPTIONS", {})
    if mail.get("host") == "localhost":
        messages.append(
            Info(
                "Emails go to port 25 of this machine.",
                hint="Set SMTP_URL to your mail server: smtp://user:password@host:587?tls=starttls.",
                id="waymark.I002",
            )
        )
    for name, number in (("METRICS_TOKEN", "E010"), ("MAIL_REPORT_TOKEN", "E011")):
        if 0 < len(getattr(settings, name)) < TOKEN_LENGTH:
            messages.append(
                Error(
                    f"{name} is too short.",
                    hint=f"Set it to {TOKEN_LENGTH} or more random characters, or leave it empty.",
                    id=f"waymark.{number}",
                )
            )
    return messages


@register(Tags.database)
def check_database_version(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0]) // 10_000
        if version < POSTGRESQL_VERSION:
            messages.append(
                Error(
                    f"The database server is PostgreSQL {version}.",
                    hint=f"Waymark needs PostgreSQL {POSTGRESQL_VERSION} or newer.",
                    id="waymark.E008",
                )
            )
    return messages


def refuse_bad_environment() -> None:
    """Raises the errors for processes that do not run system checks themselves, such as gunicorn's."""
    errors = [message for message in run_checks(tags=[TAG]) if message.is_serious()]
    errors.sort(key=lambda message: str(message.id))  # the registry is a set, whose order differs in every process
    if errors:
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint} ({message.id})" for message in errors))
