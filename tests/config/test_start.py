"""How the processes start; each test uses a process of its own."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghij" * 3,
    "SITE_URL": "https://waymark.example",
    "ALLOWED_HOSTS": "waymark.example",
    "TRUSTED_PROXY_COUNT": "1",
    "SMTP_URL": "smtp://user:password@mail.example:587?tls=starttls",
    "WAYMARK_DEMO": "0",
    "DEBUG": "0",
}


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db
def test_deployment_check_is_clean_with_production_settings():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (2 silenced).\n"), done.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DATABASE_URL", "", "DATABASE_URL is not set."),
        ("DATABASE_URL", "postgresql://user:hunter2@host:port/name", "DATABASE_URL is not the URL of a database."),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL does not name a PostgreSQL database."),
        ("REDIS_URL", "", "REDIS_URL is not set."),
        ("REDIS_URL", "localhost:6379", "REDIS_URL is not the URL of a server."),
        ("REDIS_URL", "redis://host:abc/0", "REDIS_URL is not the URL of a server."),
        ("REDIS_URL", "redis://host:6379/name", "REDIS_URL is not the URL of a server."),
        ("REDIS_URL", "redis://[host", "REDIS_URL is not the URL of a server."),
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
        ("HSTS_PRELOAD", "perhaps", 'Environment variable "HSTS_PRELOAD" invalid'),
        ("DEBUG", "maybe", 'Environment variable "DEBUG" invalid'),
        ("TRUSTED_PROXY_COUNT", "one", 'Environment variable "TRUSTED_PROXY_COUNT" invalid'),
        ("SMTP_URL", "smtp://host:99999", "SMTP_URL must look like"),
        ("SMTP_URL", "smtp://host?tls=yes", "SMTP_URL must look like"),
        ("SMTP_URL", "mail.example", "SMTP_URL must look like"),
        ("SMTP_URL", "smtp://[x", "SMTP_URL must look like"),
        ("DEFAULT_FROM_EMAIL", "not an address", "DEFAULT_FROM_EMAIL is 'not an address'."),
        ("DEFAULT_FROM_EMAIL", "a@host.example\nBcc: b@host.example", "DEFAULT_FROM_EMAIL is 'a@host.example"),
        ("SITE_URL", "https://[bad", "SITE_URL is not a URL."),
        ("SENTRY_DSN", "garbage", "SENTRY_DSN is not a DSN."),
        ("SENTRY_DSN", "https://[host", "SENTRY_DSN is not a DSN."),
        ("WEB_CONCURRENCY", "abc", "WEB_CONCURRENCY is 'abc'."),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY is '0'."),
    ],
)
def test_settings_name_a_wrong_variable(monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as error:
        runpy.run_path(str(ROOT / "config" / "settings.py"))
    assert message in str(error.value)
    assert "hunter2" not in str(error.value)


def test_manage_says_what_is_wrong_in_one_line():
    done = run("manage.py", "migrate", REDIS_URL="localhost:6379")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Waymark cannot start. REDIS_URL is not the URL of a server. Set it to redis://host:6379/0 (Valkey or Redis).\n"
    )


def test_manage_reports_values_that_make_no_sense():
    done = run("manage.py", "check", LOG_LEVEL="LOUD", SITE_URL="waymark.example")
    assert done.returncode == 1
    assert "waymark.E006" in done.stderr
    assert "waymark.E002" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "environ", "message"),
    [
        ([], {"DEBUG": "maybe"}, "DEBUG"),
        ([], {"SITE_URL": "https://[bad"}, "SITE_URL"),
        ([], {"WEB_CONCURRENCY": "abc"}, "WEB_CONCURRENCY"),
        ([], {"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY"),
        (["--preload"], {"SECRET_KEY": "short"}, "waymark.E001"),
    ],
)
def test_gunicorn_stops_with_one_message(options, environ, message):
    environ = {"WEB_CONCURRENCY": "1", **environ}
    done = run("-m", "config.serve", "config.wsgi", "--bind=127.0.0.1:0", "--no-control-socket", *options, **environ)
    assert done.returncode == 4
    said = [line for line in done.stderr.splitlines() if "Waymark cannot start." in line]
    assert len(said) == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, (31_536_000, False, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1"}, (31_536_000, True, False)),
        ({"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, (31_536_000, True, True)),
        ({"SITE_URL": "http://localhost:8000", "HSTS_INCLUDE_SUBDOMAINS": "1"}, (0, False, False)),
    ],
)
def test_other_sites_of_the_domain_are_bound_when_somebody_says_so(monkeypatch, environ, expected):
    for name, value in {**PRODUCTION, **environ}.items():
        monkeypatch.setenv(name, value)
    found = runpy.run_path(str(ROOT / "config" / "settings.py"))
    names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert tuple(found[name] for name in names) == expected


def test_earlier_keys_are_read_from_the_environment(monkeypatch):
    for name, value in {**PRODUCTION, "SECRET_KEY_FALLBACKS": "the last one, the one before,"}.items():
        monkeypatch.setenv(name, value)
    found = runpy.run_path(str(ROOT / "config" / "settings.py"))
    assert found["SECRET_KEY_FALLBACKS"] == ["the last one", "the one before"]
