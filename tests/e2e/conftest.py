"""Tests with Chromium against a live server. `make e2e` sets the browser in CHROMIUM.

`site` is Django's live server: the test makes its own catalogue. `waymark` is the product as it is deployed, started once per
session: gunicorn, hashed static files, the catalogue of the pack, and the learner of the demo with half a year of study. If
E2E_URL is set, it is the demo that runs there.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, StorageState, expect
from pytest_playwright_axe.axe import MIN_AXE_PATH

from accounts.models import User
from config.management.commands.seed_demo import LEARNER, PASSWORD
from guidance.catalog import snapshot
from guidance.web import cache

# Playwright's synchronous interface runs an event loop, so Django believes that it is called from asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=15_000)  # on a busy machine
AXE = MIN_AXE_PATH.read_text(encoding="utf-8")
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # a rule of WCAG 2.2, off by default
    "checks": {"color-contrast": {"options": {"ignorePseudo": True, "ignoreLength": True}}},
}
# Axe does not check the contrast of elements with a large pseudo-element above or behind them: here all signs, and elements on a
# trail. Only signs and plates get their background from a pseudo-element, so the script gives them the same background directly.
VIOLATIONS = """async (options) => {
  for (const sign of document.querySelectorAll(".sign, .button-sign, .plate")) {
    sign.style.backgroundColor = getComputedStyle(sign, "::after").backgroundColor;
  }
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which(os.environ.get("CHROMIUM", "chromium")),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            # While a page scrolls smoothly to the field that has the focus, a click on something else misses.
            "--disable-smooth-scrolling",
        ],
    }


class RunningRequests:
    """Counts the requests that the live server is working on."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @contextmanager
    def counted(self) -> Iterator[None]:
        request_started.connect(self._start)
        request_finished.connect(self._finish)
        try:
            yield
        finally:
            request_started.disconnect(self._start)
            request_finished.disconnect(self._finish)

    def _start(self, **_: object) -> None:
        with self._changed:
            self._count += 1

    def _finish(self, **_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_end(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._count == 0, timeout=30), "a request does not end"


@pytest.fixture
def site(live_server, browser: Browser) -> Iterator[str]:
    """The URL of the site. The browser sees at once what a test writes.

    No request outlives its test: the tables could not be emptied while one writes, and the next test would find its rows.
    """
    cache.pages.clear()
    requests = RunningRequests()
    with override_settings(SITE_URL=live_server.url, CSRF_TRUSTED_ORIGINS=[live_server.url]), requests.counted():
        yield live_server.url
        for context in browser.contexts:
            context.close()
        requests.wait_for_end()
    cache.pages.clear()
    snapshot.forget()
    connections.close_all()


class Watched:
    """Errors and warnings of a page, and its requests to other hosts."""

    def __init__(self, page: Page, site: str) -> None:
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self._site = site
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:")):
            self.elsewhere.append(request.url)


@pytest.fixture
def watched(page: Page, site: str) -> Watched:
    return Watched(page, site)


@pytest.fixture
def findings() -> Callable[..., list[str]]:
    """Returns the violations that axe finds in a page: of WCAG 2.2 AA and its best practices, or of the named rules only.

    It runs in the page itself, which has no frames, and returns only the violations: `Axe.run` of the plugin opens another
    browser context for every run and takes four times as long.
    """

    def run(page: Page, *rules: str) -> list[str]:
        page.emulate_media(reduced_motion="reduce")  # so that no colour is measured during a transition
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        return page.evaluate(VIOLATIONS, AXE_OPTIONS | ({"runOnly": list(rules)} if rules else {}))

    return run


@pytest.fixture
def flaws(findings) -> Callable[[Page], list[str]]:
    """Returns what is wrong with a page on a phone and on a desktop, in light and in dark: findings of axe with everything
    unfolded, and sideways scrolling."""

    def run(page: Page) -> list[str]:
        found = []
        page.wait_for_load_state()  # a click returns as soon as the next page starts to load, before it has a body
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"scrolls sideways at {width}"] if page.evaluate(TOO_WIDE) else []
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            found += [f"{width}: {finding}" for finding in findings(page)]
            page.emulate_media(color_scheme="dark")  # changes only colours, so contrast is all there is to check
            found += [f"{width}, dark: {finding}" for finding in findings(page, "color-contrast")]
            found += [f"scrolls sideways at {width}, unfolded"] if page.evaluate(TOO_WIDE) else []
        return [f"{page.url} {finding}" for finding in found]

    return run


def enter(page: Page, site: str, learner: User) -> Page:
    """Log the learner in without the form."""
    client = Client()
    client.force_login(learner)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    return page


@pytest.fixture
def without_javascript(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    yield context.new_page()
    context.close()


ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def waymark() -> Iterator[str]:
    """The URL of the deployed product."""
    if os.environ.get("E2E_URL"):
        yield os.environ["E2E_URL"].rstrip("/")
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with another_database() as database:
        environment = {**os.environ, "DATABASE_URL": database, "SITE_URL": address, "ALLOWED_HOSTS": "127.0.0.1"}
        for command in (
            ["migrate", "--verbosity=0"],
            ["collectstatic", "--no-input", "--verbosity=0"],
            ["load_catalog"],
            ["seed_demo"],
        ):
            done = subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env={**environment, "WAYMARK_DEMO": "true"} if command[0] == "seed_demo" else environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"manage.py {command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        arguments = [
            "gunicorn",
            "config.wsgi",
            f"--bind=127.0.0.1:{port}",
            "--workers=1",
            "--threads=4",
            "--graceful-timeout=2",  # a browser may still hold a connection
            "--log-level=warning",
        ]
        server = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(port)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=10)


@pytest.fixture(scope="session")
def demo_learner(browser: Browser, waymark: str) -> StorageState:
    """The storage state of a browser in which the learner of the demo has logged in."""
    context = browser.new_context(base_url=waymark)
    log_in(context.new_page())
    state = context.storage_state()
    context.close()
    return state


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email address").fill(LEARNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/dashboard/")


@contextmanager
def another_database() -> Iterator[str]:
    """A second database on the same server, because tests roll back and empty their own."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"waymark_e2e_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wait_for(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/robots.txt")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < end, "gunicorn does not answer"
        time.sleep(0.1)
