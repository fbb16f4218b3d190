"""Chromium against the site on a live server. `make e2e` names the browser in CHROMIUM."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from pytest_playwright_axe import Axe

from guidance.catalog import snapshot
from guidance.web import pages

# Playwright's synchronous interface runs a loop of its own, which makes Django believe that it is called from one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


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
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files() -> Iterator[None]:
    """Nobody has run collectstatic for a test. For the session, since the live server reads its settings once."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True, WHITENOISE_USE_FINDERS=True):
        yield


@pytest.fixture
def site(live_server) -> Iterator[str]:
    """The address of the site; what a test writes is there for the browser at once."""
    pages.kept.clear()
    with override_settings(SITE_URL=live_server.url, CSRF_TRUSTED_ORIGINS=[live_server.url]):
        yield live_server.url
    pages.kept.clear()
    snapshot.forget()
    connections.close_all()


class Watched:
    """What a page complained about and asked other hosts for."""

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
def findings() -> Callable[[Page], list[str]]:
    """What axe has to say against a page: WCAG 2.2 AA and its best practices."""

    def run(page: Page) -> list[str]:
        result = Axe().run(page, html_report_generated=False, json_report_generated=False)
        return [f"{item['id']}: {node['target']}" for item in result["violations"] for node in item["nodes"]]

    return run


@pytest.fixture
def without_javascript(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    yield context.new_page()
    context.close()
