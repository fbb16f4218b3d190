from contextlib import suppress

import pytest
from django.conf import LazySettings
from django.core import signing
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts import browsers, login_limits
from accounts.browsers import describe
from accounts.models import User
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, logged_in_client
from tests.accounts.test_confirmation import reset
from tests.accounts.test_login import wrong

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ("Firefox", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0 Safari/537.36", ("Chrome", "Windows")),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/142.0 Safari/537.36 Edg/142.0", ("Edge", "Windows")),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0 Safari/537.36 OPR/120", ("Opera", "Linux")),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0) {WEBKIT} Chrome/142.0 Safari/537.36", ("Chrome", "ChromeOS")),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0 Mobile Safari/537.36", ("Chrome", "Android")),
        (
            f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} SamsungBrowser/28.0 Chrome/130 Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", ("Safari", "macOS")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Version/26.0 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) CriOS/142.0 Safari/604.1", ("Chrome", "iPad")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) FxiOS/145.0 Safari/605.1", ("Firefox", "iPhone")),
        ("curl/8.14.1", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script> Windows", ("", "Windows")),
    ],
)
def test_browser_and_system_are_named_and_nothing_else_is_kept(header, names):
    assert describe(header) == names


pytestmark = pytest.mark.django_db

EMAIL = "lena@example.org"
OTHER = "an entirely other password"


def known_browser(user: User) -> Client:
    """A browser that has logged in before, and out again."""
    client = logged_in_client(user)
    client.post("/accounts/logout/")
    return client


def guess_from_everywhere(email: str = EMAIL) -> None:
    """Guess until the account has reached its limit."""
    with suppress(login_limits.TooManyError):
        for number in range(login_limits.ACCOUNT.max_attempts):
            login_limits.try_password(RequestFactory().post("/", REMOTE_ADDR=f"203.0.113.{number}"), email)
    assert log_in(Client(), email).status_code == 429, "a stranger with the right password is refused"


def asks_as(client: Client) -> HttpRequest:
    request = RequestFactory().post("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


def test_known_browser_gets_in_while_others_guess_from_everywhere(make_user):
    client = known_browser(make_user(EMAIL))
    guess_from_everywhere()
    assert log_in(client, EMAIL).status_code == 302
    assert is_logged_in(client)


def test_known_browser_gets_in_while_others_guess_at_the_same_address(make_user):
    client = known_browser(make_user(EMAIL))
    wrong(times=6)
    for number in range(login_limits.ADDRESS.max_attempts - 5):
        login_limits.try_password(RequestFactory().post("/", REMOTE_ADDR="127.0.0.1"), f"user{number}@example.org")
    assert log_in(Client(), "other@example.org").status_code == 429
    assert log_in(client, EMAIL).status_code == 302


def test_known_browser_has_a_limit_of_its_own(make_user, hashes):
    client, second = known_browser(user := make_user(EMAIL)), known_browser(user)
    hashes.clear()
    answers = [log_in(client, EMAIL, f"guess {n}").status_code for n in range(8)]
    assert answers == [422] * 5 + [429] * 3
    assert hashes == ["verify"] * 5
    assert log_in(client, EMAIL).status_code == 429
    assert log_in(second, EMAIL).status_code == 302, "another known browser is not concerned"


def test_known_browser_may_log_in_thirty_times_in_five_minutes(make_user):
    client = known_browser(make_user(EMAIL))
    for _time in range(30):
        login_limits.try_password(asks_as(client), EMAIL).was_right()
    assert log_in(client, EMAIL).status_code == 429


def test_known_browser_is_known_for_its_accounts_alone(make_user):
    client = known_browser(make_user(EMAIL))
    make_user("victim@example.org")
    guess_from_everywhere("victim@example.org")
    assert log_in(client, "victim@example.org").status_code == 429


def test_known_browser_learns_nothing_about_other_accounts(make_user):
    """Whether an account exists or not, the same queries are made and nothing is found."""
    client = known_browser(make_user(EMAIL))
    make_user("victim@example.org")
    asked = []
    for email in ("victim@example.org", "unknown@example.org"):
        with CaptureQueriesContext(connection) as queries:
            assert browsers.known_id(asks_as(client), email) is None
        asked.append([query["sql"].replace(email, "") for query in queries])
    assert asked[0] == asked[1]


def test_without_the_cookie_no_account_is_looked_up(make_user, django_assert_num_queries):
    make_user(EMAIL)
    with django_assert_num_queries(0):
        assert browsers.known_id(asks_as(Client()), EMAIL) is None


@pytest.mark.parametrize("how", ["reset", "change", "admin"])
def test_known_browser_ends_with_the_password(make_user, mailoutbox, how):
    user = make_user(EMAIL)
    client, mine = known_browser(user), logged_in_client(user)
    assert browsers.known_id(asks_as(client), EMAIL)
    if how == "reset":
        mine.post("/accounts/password/reset/", {"email": EMAIL})
        reset(mine, link_in(mailoutbox[0]), OTHER)
    elif how == "change":
        mine.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})
    else:
        user.set_password(OTHER)
        user.save()
    assert User.objects.get().check_password(OTHER)
    assert browsers.known_id(asks_as(client), EMAIL) is None
    if how != "admin":
        assert browsers.known_id(asks_as(mine), EMAIL), "the browser that chose the new one is known"


def test_reset_link_gets_the_owner_in_whatever_others_do(make_user, mailoutbox):
    make_user(EMAIL)
    client = Client()
    wrong(times=6)
    guess_from_everywhere()
    client.post("/accounts/password/reset/", {"email": EMAIL})
    reset(client, link_in(mailoutbox[0]), OTHER)
    wrong(times=6)
    guess_from_everywhere()
    assert log_in(client, EMAIL, OTHER).status_code == 302
    assert is_logged_in(client)


def test_reset_link_is_not_limited(make_user, mailoutbox):
    make_user(EMAIL)
    Client().post("/accounts/password/reset/", {"email": EMAIL})
    client = Client()
    answers = {reset(client, link_in(mailoutbox[0]), "password123").status_code for _ in range(25)}
    assert answers == {422}
    assert reset(client, link_in(mailoutbox[0]), OTHER).status_code == 302


@pytest.mark.parametrize("https", [False, True])
def test_known_cookie_is_for_our_server_alone(make_user, settings: LazySettings, https):
    settings.SESSION_COOKIE_SECURE = https
    cookie = logged_in_client(make_user(EMAIL)).cookies["known"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == 90 * 24 * 60 * 60


def test_known_cookie_has_a_prefix_where_there_is_tls():
    from config import settings as ours

    assert ("__Host-known" if ours.HTTPS else "known") == ours.KNOWN_COOKIE_NAME


def test_known_cookie_holds_neither_address_nor_hash(make_user):
    user = make_user(EMAIL)
    entries = str(signing.loads(logged_in_client(user).cookies["known"].value, salt=browsers.SALT))
    user.refresh_from_db()
    assert EMAIL not in entries
    assert not [part for part in user.password.split("$")[-2:] if part in entries]


def test_known_cookie_keeps_the_latest_accounts_of_a_shared_computer(make_user):
    client = Client()
    for number in range(browsers.MAX_ACCOUNTS + 1):
        log_in(client, make_user(f"pupil{number}@example.org").email)
        client.post("/accounts/logout/")
    found = [
        bool(browsers.known_id(asks_as(client), f"pupil{number}@example.org"))
        for number in range(browsers.MAX_ACCOUNTS + 1)
    ]
    assert found == [False] + [True] * browsers.MAX_ACCOUNTS


def test_known_cookie_keeps_the_id_of_the_browser_over_logins(make_user):
    client = known_browser(make_user(EMAIL))
    first = browsers.known_id(asks_as(client), EMAIL)
    log_in(client, EMAIL)
    assert browsers.known_id(asks_as(client), EMAIL) == first


@pytest.mark.parametrize("change", ["forged", "other salt", "expired", "garbage"])
def test_known_cookie_that_is_not_ours_counts_for_nothing(make_user, time_machine, change):
    time_machine.move_to("2026-03-01 12:00Z")
    user = make_user(EMAIL)
    client = known_browser(user)
    entries = signing.loads(client.cookies["known"].value, salt=browsers.SALT)
    match change:
        case "forged":
            client.cookies["known"] = signing.dumps(entries, salt=browsers.SALT, key="another key")
        case "other salt":
            client.cookies["known"] = signing.dumps(entries, salt="another")
        case "garbage":
            client.cookies["known"] = "garbage"
        case _:
            time_machine.move_to("2026-06-01 12:00Z")
    assert browsers.known_id(asks_as(client), EMAIL) is None
    assert log_in(client, EMAIL).status_code == 302


def test_known_cookie_survives_a_new_secret_key(make_user, settings):
    client = known_browser(make_user(EMAIL))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 6
    assert browsers.known_id(asks_as(client), EMAIL)
