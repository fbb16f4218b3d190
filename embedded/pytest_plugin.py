"""Temporary PostgreSQL and Valkey servers for a test run, started before pytest-django reads the settings.

Loaded early with `-p embedded.pytest_plugin` (a conftest.py would be too late). The servers belong to pytest's main process; pytest-xdist's
workers inherit their addresses in the environment. If DATABASE_URL and REDIS_URL are set, they are used unchanged, except for the number of
the Redis database: each worker gets its own.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from embedded.home import throw_away_home
from embedded.processes import EmbeddedError
from embedded.services import Services

# The tests determine these settings, whatever the environment of the shell.
SETTINGS = {
    "SECRET_KEY": "for-tests-only-" + "0123456789" * 5,
    "DEBUG": "0",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1,[::1]",
    "SITE_URL": "http://testserver",
    "WAYMARK_DEMO": "0",
    "LOG_LEVEL": "WARNING",
}
UNSET = (
    "SMTP_URL",
    "DEFAULT_FROM_EMAIL",
    "TRUSTED_PROXY_COUNT",
    "SENTRY_DSN",
    "METRICS_TOKEN",
    "MAIL_REPORT_TOKEN",
    "AFFILIATE_TAGS",
    "API_LIMITS",
    "WEB_CONCURRENCY",
)
SHARED_REDIS_DATABASES = 16  # the default number of databases of a server


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = with_database(os.environ["REDIS_URL"], number % SHARED_REDIS_DATABASES)
    elif not early_config.known_args_namespace.version and not early_config.known_args_namespace.help:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        start_services(stack)
    return (yield)


def start_services(stack: ExitStack) -> None:
    os.environ.update(SETTINGS)
    for name in UNSET:
        os.environ.pop(name, None)
    try:
        home = stack.enter_context(throw_away_home())
        ownership = home.own("pytest")
        stack.callback(ownership.release)
        services = Services(home, os.environ, durable=False)
        stack.callback(services.stop)
        services.start()
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from None
    os.environ.update(services.urls)
    os.environ["WAYMARK_HOME"] = str(home.path)


def with_database(url: str, number: int) -> str:
    """Returns the URL of another numbered database of the same Redis server."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return urlunsplit(parts._replace(path=f"/{number}"))
    query = {**{name: values[-1] for name, values in parse_qs(parts.query).items()}, "db": str(number)}
    return f"unix://{parts.path}?{urlencode(query)}"
