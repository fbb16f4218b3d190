"""Every account page: in our layout, without inline scripts or styles, with labels and hints for password managers."""

import re
from html.parser import HTMLParser

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import get_resolver, reverse

from tests.accounts.conftest import PASSWORD, log_in, logged_in_client

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/made:up:key/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-made-up/",
    "/accounts/password/reset/key/done/",
]
SIGNED_IN = [
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
]


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.described: list[str] = []
        self.inline: list[str] = []
        self.headings = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if values.get("id"):
            self.ids.append(values["id"] or "")
        if tag == "label" and values.get("for"):
            self.labelled.add(values["for"] or "")
        if tag == "input" and values.get("type") not in {"hidden", "submit"}:
            self.fields.append(values)
        if tag == "h1":
            self.headings += 1
        self.described += (values.get("aria-describedby") or "").split()
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag in {"style", "script"} and "src" not in values:
            self.inline.append(tag)


def check(client: Client, path: str, status: int = 200) -> None:
    response = client.get(path)
    assert response.status_code == status
    html = response.content.decode()
    page = Page(html)
    assert page.inline == []
    assert page.headings == 1
    assert len(page.ids) == len(set(page.ids))
    assert set(page.described) <= set(page.ids)
    for field in page.fields:
        assert field["id"] in page.labelled
        assert "placeholder" not in field
        assert "autocomplete" in field or field["type"] == "checkbox"
    assert "Waymark</title>" in html
    assert "!" not in re.sub(r"<!doctype|<[^>]*>", "", html)
    assert 'name="robots" content="noindex"' in html


@pytest.mark.parametrize("path", PUBLIC)
def test_page_for_visitors(client, path):
    check(client, path, 404 if "made:up" in path else 200)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_page_for_users(make_user, path):
    check(logged_in_client(make_user()), path)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_page_for_users_asks_visitors_to_log_in(client, path):
    if path != "/accounts/logout/":
        assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_page_to_set_a_password(make_user):
    user = make_user()
    client = Client()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    check(client, "/accounts/password/set/")


@pytest.fixture
def with_factor(make_user) -> tuple[Client, Client]:
    """A client that has passed the first factor only, and one that is logged in and has just entered its password."""
    user = make_user()
    inside = logged_in_client(user)
    inside.post("/accounts/reauthenticate/", {"password": PASSWORD})
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    halfway = Client()
    log_in(halfway, user.email)
    return halfway, inside


def test_page_of_the_code(with_factor):
    check(with_factor[0], "/accounts/2fa/authenticate/")


@pytest.mark.parametrize(
    "path", ["", "reauthenticate/", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/"]
)
def test_page_of_the_second_factor(with_factor, path):
    check(with_factor[1], f"/accounts/2fa/{path}")


def test_page_to_turn_the_second_factor_on(make_user):
    client = logged_in_client(make_user())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    check(client, "/accounts/2fa/totp/activate/")


def test_file_of_recovery_codes(with_factor):
    response = with_factor[1].get("/accounts/2fa/recovery-codes/download/")
    assert response.headers["Content-Type"].startswith("text/plain")
    assert len(response.content.split()) == 10


def test_page_after_a_bad_login_names_the_error(client):
    response = log_in(client, "nobody@example.org", "not the password")
    html = response.content.decode()
    assert '<div class="message error summary" role="alert"' in html
    assert "Wrong email address or password" in html
    assert 'value="nobody@example.org"' in html
    assert "not the password" not in html


def test_every_page_of_allauth_is_open_or_asks_to_log_in(client):
    """LoginRequiredMiddleware is on, so a view that is not marked as public would always redirect to the login."""
    open_names = {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_confirm_login_code",
        "mfa_authenticate",
    }
    arguments = {"account_confirm_email": ["made:up:key"], "account_reset_password_from_key": ["1", "made-up"]}
    names = {name for name in get_resolver().reverse_dict if str(name).startswith(("account_", "mfa_"))}
    assert open_names <= names
    for name in sorted(names):
        path = reverse(name, args=arguments.get(name, []))
        location = client.get(path).headers.get("Location", "")
        assert location.startswith("/accounts/login/?next=") is (name not in open_names), name
