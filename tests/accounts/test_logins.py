from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts import logins, services
from accounts.models import Session, User
from accounts.sessions import SEEN_EVERY, SIGNED_UP, SessionStore
from tests.accounts.conftest import is_logged_in, log_in, logged_in_client

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Version/26.0 Safari/604.1"


@pytest.fixture
def user(make_user) -> User:
    return make_user()


def key_of(client: Client) -> str:
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def logins_of(user: User, this: str | None = None) -> list[logins.Login]:
    return logins.logins_of(User.objects.get(pk=user.pk), this=this, now=timezone.now())


def names(user: User, this: str | None = None) -> list[tuple[str, str, bool]]:
    return [(login.browser, login.system, login.is_this) for login in logins_of(user, this)]


def test_logins_are_named_with_this_one_first(user):
    desk, phone = Client(), Client()
    log_in(desk, headers={"User-Agent": FIREFOX})
    log_in(phone, headers={"User-Agent": SAFARI})
    log_in(Client())
    assert names(user, key_of(desk)) == [("Firefox", "Linux", True), ("", "", False), ("Safari", "iPhone", False)]


def test_login_of_another_browser_in_the_same_session_is_named_by_the_last(user):
    client = Client()
    log_in(client, headers={"User-Agent": FIREFOX})
    client.post("/accounts/logout/")
    log_in(client, headers={"User-Agent": SAFARI})
    assert names(user) == [("Safari", "iPhone", False)]


def test_logins_that_work_no_more_are_left_out(user, make_user):
    logged_in_client(make_user("marek@example.org"))
    logged_in_client(user)
    services.end_sessions(user=user)
    Session.objects.filter(pk=key_of(logged_in_client(user))).update(expire_date=timezone.now())
    store = SessionStore()
    store[SIGNED_UP] = user.pk
    store.create()
    assert names(user) == []
    logged_in_client(user)
    assert len(names(user)) == 1


def test_login_from_before_the_key_changed_is_one(user, settings):
    logged_in_client(user)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than fifty characters, for a test of keys"
    assert len(names(user)) == 1


def test_reference_is_not_the_key_of_the_session(user):
    client = logged_in_client(user)
    [login] = logins_of(user)
    assert key_of(client) not in login.reference
    assert not logins.end_login(user=user, reference=key_of(client), now=timezone.now())


def test_end_logs_out_there_and_nowhere_else(user):
    desk, phone = logged_in_client(user), logged_in_client(user)
    [here, there] = logins_of(user, key_of(desk))
    assert logins.end_login(user=user, reference=there.reference, now=timezone.now())
    assert (is_logged_in(desk), is_logged_in(phone)) == (True, False)
    assert not logins.end_login(user=user, reference=there.reference, now=timezone.now())
    assert [login.reference for login in logins_of(user)] == [here.reference]


def test_end_takes_no_login_of_somebody_else(user, make_user):
    marek = make_user("marek@example.org")
    client = logged_in_client(marek)
    [login] = logins_of(marek)
    assert not logins.end_login(user=user, reference=login.reference, now=timezone.now())
    assert is_logged_in(client)


def test_end_others_leaves_this_one_and_the_tokens(user, make_user):
    desk, phone, other = logged_in_client(user), logged_in_client(user), logged_in_client(make_user("m@example.org"))
    started = SessionStore()
    started[SIGNED_UP] = user.pk
    started.create()
    logins.end_other_logins(user=user, this=key_of(desk))
    assert [is_logged_in(client) for client in (desk, phone, other)] == [True, False, True]
    assert [session.pk for session in Session.objects.filter(user_id=user.pk)] == [key_of(desk)]


def test_login_was_seen_when_it_last_asked(user, time_machine):
    client = logged_in_client(user)
    later = timezone.now() + SEEN_EVERY + timedelta(minutes=5)
    time_machine.move_to(later, tick=False)
    client.get("/accounts/password/change/")
    assert [login.seen_at for login in logins_of(user)] == [later]
