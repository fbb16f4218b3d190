import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts import outbox, services, tasks, tokens
from accounts.models import AccessToken, OutgoingMail, User
from tests.accounts.conftest import PASSWORD, link_in, log_in
from tests.accounts.test_totp import activate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def make(user: User, **asked: object) -> tuple[AccessToken, str]:
    return tokens.issue(owner=user, **{"name": "Report", "scope": "read", "days": 30, "now": NOW, **asked})


@pytest.fixture
def lena(make_user) -> User:
    return make_user()


# Making a token


def test_token_is_random_and_only_its_digest_is_kept(lena):
    (token, text), (_other, another) = make(lena), make(lena)
    assert text != another
    assert tokens.TEXT.fullmatch(text)
    assert len(text) == 46
    row = AccessToken.objects.values().get(pk=token.pk)
    assert row == {
        "id": token.pk,
        "owner_id": lena.pk,
        "name": "Report",
        "scope": "read",
        "prefix": text[:11],
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "created_at": NOW,
        "renewed_at": None,
        "expires_at": NOW + timedelta(days=30),
        "last_used_at": None,
    }
    assert text[11:] not in str(row)
    assert str(token) == text[:11]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"days": 366}, "__all__"),
        ({"days": 0}, "__all__"),
        ({"scope": "admin"}, "scope"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_token_that_cannot_be_is_not_made(lena, asked, field):
    with pytest.raises(ValidationError) as refused:
        make(lena, **asked)
    assert field in refused.value.message_dict
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_at": NOW + timedelta(days=365, seconds=1)},
        {"expires_at": NOW},
        {"scope": "admin"},
        {"name": ""},
        {"digest": "wm_" + "x" * 43},
    ],
)
def test_database_refuses_what_a_token_cannot_be(lena, wrong):
    token, _text = make(lena)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessToken.objects.filter(pk=token.pk).update(**wrong)


def test_token_lives_ninety_days_at_most_to_the_second(lena):
    with connection.cursor() as cursor:  # in time zones a day may have 25 hours
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Berlin'")
    token, _text = make(lena, days=90, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert token.expires_at == datetime(2026, 5, 30, tzinfo=UTC)
    make(lena, days=90, now=datetime(2026, 10, 1, tzinfo=UTC))


def test_owner_has_so_many_tokens_at_most(lena, make_user):
    for _ in range(tokens.MAX_TOKENS):
        make(lena)
    with pytest.raises(ValidationError, match="Revoke one first"):
        make(lena)
    make(make_user("marek@example.org"))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_not_one_token_too_many(make_user, monkeypatch):
    lena = make_user()
    for _ in range(tokens.MAX_TOKENS - 1):
        make(lena)
    both, new = threading.Barrier(2), tokens.secrets.token_urlsafe

    def wait_for_the_other(size: int) -> str:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            both.wait(timeout=2)
        return new(size)

    def one_more(_number: int) -> bool:
        try:
            return bool(make(lena))
        except ValidationError:
            return False
        finally:
            connections.close_all()

    monkeypatch.setattr(tokens.secrets, "token_urlsafe", wait_for_the_other)
    with ThreadPoolExecutor(2) as at_once:
        assert sorted(at_once.map(one_more, range(2))) == [False, True]
    assert lena.access_tokens.count() == tokens.MAX_TOKENS


@pytest.mark.parametrize("end", ["password", "sessions", "disabled", "deleted"])
def test_session_that_has_ended_makes_no_token(lena, end):
    asked = User.objects.get(pk=lena.pk)  # the user as a request that is still running has loaded them
    match end:
        case "password":
            services.reset_password(user=lena, password="another one entirely")
        case "sessions":
            services.end_sessions(user=lena)
        case "disabled":
            User.objects.filter(pk=lena.pk).update(is_active=False)
        case "deleted":
            services.delete_account(user=lena)
    with pytest.raises(ValidationError, match="Log in again"):
        make(asked)
    assert not AccessToken.objects.exists()


# Finding a token


def test_token_is_found_with_its_owner_in_one_query(lena, django_assert_num_queries):
    token, text = make(lena)
    with django_assert_num_queries(1):
        found = tokens.find(text, now=NOW)
        assert (found, found.owner) == (token, lena)


def test_what_cannot_be_a_token_asks_the_database_nothing(lena, django_assert_num_queries):
    _token, text = make(lena)
    with django_assert_num_queries(0):
        for other in (
            "",
            "wm_",
            text[3:],
            text[:-1],
            f"{text}x",
            f"{text}\n",
            f" {text}",
            text.upper(),
            "ü" * 46,
            "\0",
        ):
            assert tokens.find(other, now=NOW) is None


def test_another_text_is_not_found(lena):
    token, text = make(lena)
    for other in (text[:-1] + ("A" if text[-1] != "A" else "B"), "wm_" + "x" * 43, f"wm_{token.digest[:43]}"):
        assert tokens.find(other, now=NOW) is None


def test_token_is_good_until_it_expires(lena):
    token, text = make(lena, days=7)
    assert tokens.find(text, now=NOW + timedelta(days=7, microseconds=-1)) == token
    assert tokens.find(text, now=NOW + timedelta(days=7)) is None


def test_token_of_an_account_without_confirmed_address_is_not_found(lena):
    _token, text = make(lena)
    EmailAddress.objects.filter(user=lena).update(verified=False)
    assert tokens.find(text, now=NOW) is None


def test_use_is_noted_once_a_minute(lena, django_assert_num_queries):
    _token, text = make(lena)

    def use(seconds: int, queries: int) -> None:
        found = tokens.find(text, now=NOW)
        with django_assert_num_queries(queries):
            tokens.mark_used(found, now=NOW + timedelta(seconds=seconds))

    use(0, 1)
    use(59, 0)
    assert AccessToken.objects.get().last_used_at == NOW
    use(60, 1)
    assert AccessToken.objects.get().last_used_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(("scope", "scopes"), [("read", ("read",)), ("write", ("read", "write"))])
def test_writing_includes_reading(scope, scopes):
    assert AccessToken(scope=scope).scopes == scopes


# The end of a token


def test_revoked_token_is_gone(lena):
    (token, text), (other, _text) = make(lena), make(lena)
    tokens.revoke(token=token)
    assert tokens.find(text, now=NOW) is None
    assert list(AccessToken.objects.all()) == [other]


def ended(text: str, other: str) -> bool:
    """Whether the first token has ended. The other one must still be valid."""
    assert tokens.find(other, now=NOW) is not None
    return tokens.find(text, now=NOW) is None


@pytest.fixture
def both(lena, make_user) -> tuple[str, str]:
    return make(lena)[1], make(make_user("marek@example.org"))[1]


@pytest.fixture
def client(lena) -> Client:
    client = Client()
    log_in(client)
    return client


def test_password_change_ends_tokens(lena, both, client):
    fields = {"oldpassword": PASSWORD, "password1": "another one entirely"}
    assert client.post("/accounts/password/change/", fields).status_code == 302
    assert ended(*both)


def test_password_reset_ends_tokens(lena, both, mailoutbox):
    client = Client()
    client.post("/accounts/password/reset/", {"email": lena.email})
    page = client.get(link_in(mailoutbox[-1]), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "another one entirely"})
    lena.refresh_from_db()
    assert lena.check_password("another one entirely")
    assert ended(*both)


@pytest.mark.parametrize(
    "another",
    [
        lambda user: user.set_password("another one entirely"),
        lambda user: user.set_unusable_password(),
        lambda user: setattr(user, "is_active", False),
    ],
)
def test_another_password_or_a_disabled_account_ends_tokens_whoever_writes_it(lena, both, another):
    another(lena)
    lena.save()
    lena.is_active = True
    lena.save()
    assert ended(*both)


def test_command_that_changes_a_password_ends_tokens(lena, both, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "another one entirely")
    call_command("changepassword", lena.email, verbosity=0)
    assert ended(*both)


def test_second_factor_ends_tokens(lena, both, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert activate(client).status_code == 302
    assert ended(*both)


def test_another_address_ends_tokens(lena, both, client, mailoutbox):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    client.post(link_in(mailoutbox[-1]))
    lena.refresh_from_db()
    assert lena.email == "new@example.org"
    assert ended(*both)


def test_token_ends_with_the_account(lena, both):
    services.delete_account(user=lena)
    assert ended(*both)


def test_other_writes_and_logging_out_leave_tokens(lena, both, client):
    lena.name, lena.session_generation = "Lena", 7
    lena.save()
    assert client.post("/accounts/logout/").status_code == 302
    log_in(Client())
    assert not ended(*both)


def test_expired_tokens_are_shown_for_a_while_and_then_forgotten(lena):
    _long_ago, _text = make(lena, days=7, now=NOW - timedelta(days=38))
    lately, _text = make(lena, days=7, now=NOW - timedelta(days=36))
    assert tokens.clear_expired(now=NOW) == 1
    assert list(AccessToken.objects.all()) == [lately]
    tasks.clear_expired()


@pytest.mark.django_db(transaction=True)
def test_token_is_shown_when_its_notice_cannot_be_sent(monkeypatch, make_user):
    def fail() -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(outbox.courier, "wake", fail)
    _token, text = tokens.issue(owner=make_user(), name="report", scope="read", days=1, now=timezone.now())
    assert tokens.find(text, now=timezone.now()) is not None
    assert OutgoingMail.objects.exists()
