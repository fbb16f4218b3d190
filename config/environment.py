"""Reads settings from the environment: each function returns the value of a setting, or raises ImproperlyConfigured with one
line on what to set.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()


def required(name: str, help_text: str) -> str:
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. {help_text} `make demo` and `make manage` set it for the embedded servers."
        )
    return value


def contact(name: str, default: str = "") -> str:
    """Returns the URI that people can use as a contact; "" if there is none."""
    value = env.str(name, default)
    if value and not re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|https://\S+)", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to mailto:security@waymark.example or an https address."
        )
    return value


def mailers(url: str) -> dict[str, dict[str, object]]:
    """Returns Django's MAILERS for SMTP_URL, `smtp://user:pass@host:port?tls=starttls|tls|none`. `page` is for an email that a
    page waits for. `timeout` is the limit for one response and `whole` the limit for a whole email, both in seconds."""
    try:
        parts = urlsplit(url)
        tls = parse_qs(parts.query).get("tls", ["none"])[0]
        port = parts.port or {"none": 25, "starttls": 587, "tls": 465}[tls]
        if parts.scheme != "smtp" or not parts.hostname:
            raise ValueError("not an SMTP URL")
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "SMTP_URL must look like smtp://user:pass@host:587?tls=starttls (tls: none, starttls or tls)."
        ) from error
    options = {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": tls == "starttls",
        "use_ssl": tls == "tls",
    }
    return {
        name: {"BACKEND": "accounts.smtp.SmtpBackend", "OPTIONS": {**options, "timeout": timeout, "whole": whole}}
        for name, timeout, whole in (("default", 10, 60), ("page", 5, 15))
    }


def api_limits(text: str) -> dict[str, int]:
    """Returns the requests per minute that each policy allows: `catalogue=600,anonymous_post=60,authenticated=600`. A policy
    that is left out gets its default."""
    limits = {"catalogue": 600, "anonymous_post": 60, "authenticated": 600}
    for part in filter(None, text.replace(" ", "").split(",")):
        policy, _equals, number = part.partition("=")
        if policy not in limits or not re.fullmatch(r"[1-9][0-9]{0,8}", number, re.ASCII):
            raise ImproperlyConfigured(
                f"API_LIMITS has {part!r}. Set it to requests per minute, each 1 or more: "
                "catalogue=600,anonymous_post=60,authenticated=600"
            )
        limits[policy] = int(number)
    return limits


def affiliate_tags(text: str) -> dict[str, tuple[str, str]]:
    """Returns (parameter, value) by the shop's host. `text` is a comma-separated list such as
    `www.shop.example=tag:waymark-20`."""
    tags = {}
    for part in filter(None, text.replace(" ", "").split(",")):
        match = re.fullmatch(
            r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)=(?P<name>[\w-]+):(?P<value>[\w.-]+)", part, re.ASCII
        )
        if not match:
            raise ImproperlyConfigured(
                f"AFFILIATE_TAGS has {part!r}. Set it to the host of each shop, the parameter and your tag: "
                "www.shop.example=tag:waymark-20"
            )
        tags[match["host"]] = (match["name"], match["value"])
    return tags
