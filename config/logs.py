"""Logs: one JSON object per line on stderr, with the request's id and without personal data or secrets."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# PostgreSQL reports the value that violates a constraint, SMTP servers the address they reject; both appear in tracebacks.
E_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
SCRUBBED = ("event", "exception", "stack")


def without_addresses(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Removes email addresses. A structlog processor, to run after the processor that formats exceptions."""
    for key in SCRUBBED:
        text = event.get(key)
        if isinstance(text, str) and "@" in text:
            event[key] = E_MAIL.sub("<e-mail>", text)
    return event


def without_request(event: Any, hint: dict[str, Any]) -> Any:
    """Limits what Sentry receives to the error and where it occurred, without who requested what (the transaction names the
    route)."""
    event.pop("request", None)
    event.pop("user", None)
    for value in event.get("exception", {}).get("values", []):
        value["value"] = E_MAIL.sub("<e-mail>", value.get("value") or "")
    return event


class WithoutPaths(logging.Filter):
    """Removes paths from Django's messages about a request, because they may contain reset keys and other tokens. The route is
    enough. Messages about statuses below 500 are dropped, because the access log already has them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is None or not hasattr(request, "path"):
            return True
        if record.name == "django.request" and record.levelno < logging.ERROR:
            return False
        if isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "unmatched"
            paths = {request.path, getattr(request, "path_info", request.path)}
            record.args = tuple(route if argument in paths else argument for argument in record.args)
        return True


_SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_addresses,
]


def logging_config(level: str) -> dict[str, Any]:
    """Returns Django's LOGGING. An unknown level is reported by `config/checks.py` and treated as INFO."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _SHARED_PROCESSORS,
            }
        },
        "filters": {"without_paths": {"()": "config.logs.WithoutPaths"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["without_paths"]},
            "access": {"class": "logging.StreamHandler"},  # its lines are already JSON
        },
        "root": {"handlers": ["stderr"], "level": level if level in logging.getLevelNamesMapping() else "INFO"},
        "loggers": {
            "waymark.access": {"handlers": ["access"], "propagate": False},
            "django.server": {"handlers": [], "propagate": True},
            # It warns about every HEAD request, because Django leaves it to the server to drop the body.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }


def configure_structlog() -> None:
    structlog.configure(
        processors=[*_SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
