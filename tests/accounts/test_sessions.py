import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import Session, User
from accounts.sessions import PENDING_FOR, PENDING_LOGIN, SEEN_EVERY, SIGNED_UP, SessionStore, contents, digest, owner
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, logged_in_client
from tests.accounts.test_confirmation import reset

pytestmark = pytest.mark.django_db

OTHER = "an entirely other password"


@pytest.fixture
def user(make_user) -> User:
    return make_user()


@pytest.fixture
def devices(user) -> list[Client]:
    return [logged_in_client(user) for _ in range(3)]


def logged_in(devices: list[Client]) -> list[bool]:
    return [is_logged_in(device) for device in devices]


def test_sessions_end_everywhere_at_logout(devices):
    response = devices[0].post("/accounts/logout/")
    assert response.headers["Location"] == "/"
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert logged_in(devices) == [False, False, False]


def test_sessions_are_not_ended_by_looking_at_the_logout_page(devices):
    devices[0].get("/accounts/logout/")
    assert logged_in(devices) == [True, True, True]


def test_session_ends_when_it_expires(devices):
    key = devices[0].cookies["session"].value
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert logged_in(devices) == [False, True, True]


def test_sessions_end_everywhere_at_admin_logout(make_user):
    admin = make_user("admin@example.org", is_staff=True)
    devices = [logged_in_client(admin), logged_in_client(admin)]
    devices[0].post("/admin/logout/")
    assert logged_in(devices) == [False, False]


def test_sessions_end_everywhere_at_reset(devices, mailoutbox):
    visitor = Client()
    visitor.post("/accounts/password/reset/", {"email": "lena@example.org"})
    reset(visitor, link_in(mailoutbox[0]), OTHER)
    assert logged_in([*devices, visitor]) == [False] * 4


def test_sessions_end_everywhere_when_the_password_is_changed(devices):
    response = devices[0].post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert response.status_code == 302
    assert logged_in(devices) == [False, False, False]
    log_in(devices[0], password=OTHER)
    assert is_logged_in(devices[0])


def test_sessions_stay_when_the_current_password_is_wrong(devices):
    response = devices[0].post("/accounts/password/change/", {"oldpassword": OTHER, "password1": OTHER})
    assert response.status_code == 422
    assert logged_in(devices) == [True, True, True]


def test_sessions_end_when_the_account_is_disabled(user, devices):
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert logged_in(devices) == [False, False, False]


def test_sessions_of_before_stay_ended_when_the_account_is_enabled_again(user, make_user, devices, settings):
    settings.DEMO = True  # no second factor for the administrator of this test
    admin = logged_in_client(make_user("admin@example.org", is_staff=True, is_superuser=True))
    address = f"/admin/accounts/user/{user.pk}/change/"
    fields = {"email": user.email, "time_zone": "UTC", "role": "learner"}
    assert admin.post(address, fields).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert admin.post(address, {**fields, "is_active": "on"}).status_code == 302
    assert User.objects.get(pk=user.pk).is_active
    assert logged_in(devices) == [False, False, False]


def test_sessions_of_others_stay(devices, make_user):
    other = logged_in_client(make_user("other@example.org"))
    devices[0].post("/accounts/logout/")
    assert is_logged_in(other)


def test_end_sessions_brings_the_user_up_to_date(user):
    services.end_sessions(user=user)
    assert user.session_generation == User.objects.get().session_generation == 1


def test_sessions_cost_two_queries(devices, django_assert_num_queries):
    with django_assert_num_queries(2):  # the session and the user
        assert devices[0].get("/accounts/password/change/").status_code == 200


def test_visitors_cost_no_query_and_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/accounts/inactive/")
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies


def test_sessions_belong_to_who_is_logged_in_or_about_to_be(user, devices, client):
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    new = User.objects.get(email="new@example.org")
    owners = sorted(Session.objects.values_list("user_id", flat=True))
    assert owners == [user.pk, user.pk, user.pk, new.pk]


@pytest.mark.parametrize(
    ("data", "number"),
    [
        ({}, None),
        ({SESSION_KEY: "71", PENDING_LOGIN: {"user_pk": "10"}, SIGNED_UP: 5}, 71),
        ({PENDING_LOGIN: {"user_pk": "10"}, SIGNED_UP: 5}, 36),
        ({PENDING_LOGIN: {"user_pk": None}}, None),  # of a sign-up with an address that is taken
        ({PENDING_LOGIN: {"user_pk": None}, SIGNED_UP: 5}, 5),
        ({SIGNED_UP: 5}, 5),
    ],
)
def test_session_belongs_to_who_is_nearest_to_being_logged_in(data, number):
    assert owner(data) == number


def test_session_of_a_sign_up_is_the_accounts_even_after_the_login_it_began_is_over(client):
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    new = User.objects.get()
    session = client.session
    session[PENDING_LOGIN]["initiated_at"] = 1  # long ago
    session["start"] = {"role": "ai-engineer"}
    session.save()
    client.get("/accounts/login/")
    assert PENDING_LOGIN not in client.session
    assert client.session["start"] == {"role": "ai-engineer"}
    assert Session.objects.get().user_id == new.pk
    services.delete_account(user=new)
    assert not Session.objects.exists()


def test_contents_of_a_session_are_without_what_authenticates(user, client):
    client.post("/start/keep/")
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    session = client.session
    session["start"] = {"role": "ai-engineer"}
    session[SIGNED_UP] = user.pk
    session.save()
    assert set(session.keys()) > {SESSION_KEY, "mfa.totp.secret", "account_authentication_methods"}
    assert contents(Session.objects.get(user_id=user.pk).session_data) == {"start": {"role": "ai-engineer"}}


def forgotten(user: User, other: User) -> int:
    return services.clear_expired(now=timezone.now() + services.UNCONFIRMED_FOR + timedelta(hours=1))[1]


def squatting(user: User, other: User) -> int:
    return services.discard_unverified_accounts(email=user.email, keep=other)


def chosen(user: User, other: User) -> int:
    return services.delete_accounts(users=User.objects.filter(emailaddress__user=user))


@pytest.mark.parametrize("delete", [forgotten, squatting, chosen])
def test_sessions_go_with_the_account_whatever_ends_it(make_user, delete: Callable[[User, User], int]):
    user, other = make_user(verified=False), make_user("other@example.org")
    EmailAddress.objects.create(user=user, email="second@example.org")
    for number in (user.pk, user.pk, other.pk):
        store = SessionStore()
        store[SIGNED_UP] = number
        store.set_expiry(timedelta(days=60))
        store.create()
    assert delete(user, other) == 1
    assert list(User.objects.all()) == [other]
    assert [session.user_id for session in Session.objects.all()] == [other.pk]


def test_delete_account_takes_everything_with_it(user, devices, make_user):
    other = logged_in_client(make_user("other@example.org"))
    services.delete_account(user=user)
    assert logged_in(devices) == [False, False, False]
    assert is_logged_in(other)
    assert User.objects.filter(email="lena@example.org").count() == 0
    assert EmailAddress.objects.filter(email="lena@example.org").count() == 0
    assert [s.get_decoded()["_auth_user_id"] for s in Session.objects.all()] == [str(User.objects.get().pk)]


def sign_up(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "Lena@example.org", "password1": PASSWORD})


def log_in_unconfirmed(client: Client) -> None:
    EmailAddress.objects.update(verified=False)
    log_in(client)
    EmailAddress.objects.update(verified=True)


def log_in_with_a_second_factor(client: Client) -> None:
    TOTP.activate(User.objects.get(), "A" * 32)
    assert log_in(client).headers["Location"] == "/accounts/2fa/authenticate/"


def ask_for_a_reset(client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "lena@example.org"})


def mistype_the_password(client: Client) -> None:
    client.post("/start/keep/")
    log_in(client, password=OTHER)


def sign_up_and_come_back(client: Client) -> None:
    sign_up(client)
    client.get("/")
    client.post("/start/keep/")


def naming(word: str) -> list[Session]:
    """The sessions whose contents include the word."""
    return [session for session in Session.objects.all() if word in json.dumps(session.get_decoded()).lower()]


BEFORE_LOGIN = [
    sign_up,
    log_in_unconfirmed,
    log_in_with_a_second_factor,
    ask_for_a_reset,
    mistype_the_password,
    sign_up_and_come_back,
]


@pytest.mark.parametrize("act", BEFORE_LOGIN)
def test_no_session_names_a_deleted_account(user, act: Callable[[Client], None]):
    act(Client())
    services.delete_account(user=user)
    assert naming("lena") == []


def test_no_session_names_an_account_that_was_made_twice_and_deleted(client):
    for browser in (client, Client(), client):
        sign_up(browser)
    assert len(naming("lena")) == 2
    services.delete_accounts(users=User.objects.all())
    assert naming("lena") == []


def test_no_session_names_a_second_address_of_a_deleted_account(user):
    EmailAddress.objects.create(user=user, email="lena@second.example", verified=True)
    client, other = Client(), Client()
    for browser, address in ((client, "lena@second.example"), (other, "marek@second.example")):
        browser.post("/accounts/signup/", {"email": address, "password1": PASSWORD})
    services.delete_account(user=user)
    assert naming("lena") == []
    assert other.session[SIGNED_UP] == User.objects.get().pk


def test_sessions_are_found_after_the_key_has_changed(user, settings):
    sign_up(Client())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than fifty characters, for a test of keys"
    services.delete_account(user=user)
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["lena@example.org", "new@example.org"])
def test_session_before_the_login_lasts_an_hour_whether_or_not_the_address_is_taken(user, client, address):
    client.post("/start/keep/")
    client.post("/accounts/signup/", {"email": address, "password1": PASSWORD})
    left = Session.objects.get().expire_date - timezone.now()
    assert PENDING_FOR - timedelta(minutes=1) < left <= PENDING_FOR
    assert client.session.get(PENDING_LOGIN)


def test_session_lasts_as_before_after_the_login(user, client):
    sign_up(client)
    log_in(client)
    session = Session.objects.get()
    assert PENDING_LOGIN not in session.get_decoded()
    assert session.address_digest == ""
    assert session.expire_date > timezone.now() + timedelta(days=29)


def test_login_forgets_who_else_began_to_log_in(user, make_user, client):
    sign_up(client)
    log_in(client, make_user("marek@example.org").email)
    assert naming("lena") == []


def test_digest_of_an_address_is_not_its_hash(user):
    sign_up(Client())
    known = Session.objects.get().address_digest
    assert known == digest("LENA@example.org")
    assert known != hashlib.sha256(b"lena@example.org").hexdigest()


def test_session_is_seen_once_an_hour(user, client, time_machine, django_assert_num_queries):
    client.force_login(user)
    seen = Session.objects.get().seen_at
    with django_assert_num_queries(2):
        client.get("/accounts/password/change/")
    later = seen + SEEN_EVERY
    time_machine.move_to(later, tick=False)
    for queries in (3, 2):
        with django_assert_num_queries(queries):
            client.get("/accounts/password/change/")
    assert Session.objects.get().seen_at == later
