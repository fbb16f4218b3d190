import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.hashers import QuickHasher

PASSWORD = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls of the hasher in order, each "encode" or "verify"."""
    asked: list[str] = []
    for name in ("encode", "verify"):
        monkeypatch.setattr(QuickHasher, name, spied(name, getattr(QuickHasher, name), asked))
    return asked


def spied(name: str, original: Callable[..., object], asked: list[str]) -> Callable[..., object]:
    def spy(*args: object) -> object:
        asked.append(name)
        return original(*args)

    return spy


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(email: str = "lena@example.org", *, verified: bool = True, **fields: object) -> User:
        user = User.objects.create_user(email, PASSWORD, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
        return user

    return make


def log_in(client: Client, email: str = "lena@example.org", password: str = PASSWORD, **headers: object):
    return client.post("/accounts/login/", {"login": email, "password": password}, **headers)


def logged_in_client(user: User) -> Client:
    client = Client()
    assert log_in(client, user.email).status_code == 302
    assert is_logged_in(client)
    return client


def is_logged_in(client: Client) -> bool:
    return client.get("/accounts/password/change/").status_code == 200


def link_in(mail: EmailMessage, containing: str = "/accounts/") -> str:
    """The path of the first link in the text of an email whose path contains `containing`."""
    links = [link for link in re.findall(r"http://testserver(\S+)", str(mail.body)) if containing in link]
    return links[0]


def stripped(response) -> str:
    """The body without the parts that differ in each response."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
