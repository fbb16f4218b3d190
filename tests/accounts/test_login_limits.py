from functools import partial

import pytest
import redis
from django.http import HttpRequest
from django.test import RequestFactory

from accounts import login_limits
from accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db

EMAIL = "lena@example.org"


def asked_from(address: str = "192.0.2.1", **headers: str) -> HttpRequest:
    return RequestFactory().post("/accounts/login/", REMOTE_ADDR=address, **headers)


def allowed(tries, *, right: bool = False) -> int:
    """The number of tries that are allowed before one is refused."""
    for number, make in enumerate(tries):
        try:
            counted = make()
        except login_limits.TooManyError:
            return number
        if right:
            counted.was_right()
    raise AssertionError("none was refused")


def guesses(count: int, *, address: str = "192.0.2.1", email: str = EMAIL, **headers: str):
    """Make `count` guesses. Braces in an address or an email become the number of the guess."""
    for n in range(count):
        request = asked_from(address.format(n), **{name: value.format(n) for name, value in headers.items()})
        yield partial(login_limits.try_password, request, email.format(n))


# The current rate of guesses, which no change may raise


def test_limits_hold_guesses_at_an_account_from_one_address_to_five_in_five_minutes():
    assert allowed(guesses(200)) == 5
    with pytest.raises(login_limits.TooManyError) as refused:
        login_limits.try_password(asked_from(), EMAIL)
    assert 290 < refused.value.seconds <= 300


def test_limits_hold_guesses_at_an_account_from_everywhere_to_fifty_in_an_hour():
    assert allowed(guesses(200, address="192.0.2.{}")) == 50
    with pytest.raises(login_limits.TooManyError) as refused:
        login_limits.try_password(asked_from("198.51.100.1"), EMAIL)
    assert 3590 < refused.value.seconds <= 3600


def test_limits_hold_guesses_at_all_accounts_from_one_address_to_a_hundred_in_five_minutes():
    assert allowed(guesses(200, email="user{}@example.org")) == 100
    with pytest.raises(login_limits.TooManyError) as refused:
        login_limits.try_password(asked_from(), EMAIL)
    assert 290 < refused.value.seconds <= 300


@pytest.mark.parametrize("proxies", [0, 1])
def test_limits_are_not_raised_by_forged_headers(settings, proxies):
    settings.TRUSTED_PROXY_COUNT = proxies
    behind = ", 198.51.100.7" if proxies else ""
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.{}" + behind, "HTTP_X_REAL_IP": "203.0.113.{}"}
    assert allowed(guesses(200, **forged)) == 5


def test_limits_count_a_network_of_ipv6_as_one_address():
    assert allowed(guesses(200, address="2001:db8:1:2::{:x}")) == 5


def test_limits_hold_sign_ups_from_one_address_to_a_hundred_in_five_minutes():
    assert allowed([lambda: login_limits.count_sign_up(asked_from())] * 200) == 100
    login_limits.count_sign_up(asked_from("192.0.2.2"))


# What the limits do not affect


def test_limits_of_an_address_leave_the_others_there_alone():
    """Ten wrong passwords in a classroom do not lock out the others there."""
    for guess in guesses(10, email="pupil{}@example.org"):
        guess()
    login_limits.try_password(asked_from(), EMAIL)


def test_limits_do_not_count_what_was_right():
    assert allowed(guesses(200), right=True) == login_limits.TRIES.max_attempts
    login_limits.try_password(asked_from("192.0.2.2"), EMAIL)


def test_limits_do_not_count_what_they_refuse():
    assert allowed(guesses(5 + 1)) == 5
    for _time in range(100):
        with pytest.raises(login_limits.TooManyError):
            login_limits.try_password(asked_from(), EMAIL)
    assert allowed(guesses(200, email="user{}@example.org")) == 95


def test_limits_forget_what_was_withdrawn():
    for guess in guesses(20):
        guess().withdraw()
    login_limits.try_password(asked_from(), EMAIL)


def test_limits_are_the_same_for_unknown_accounts():
    User.objects.create_user(EMAIL, PASSWORD)
    assert allowed(guesses(9, address="192.0.2.1")) == allowed(guesses(9, address="192.0.2.2", email="no@example.org"))


def test_limits_keep_no_email_address(settings):
    login_limits.try_password(asked_from(), EMAIL)
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        keys = [key.decode() for key in valkey.keys("*")]
    assert any("pair" in key for key in keys)
    assert not [key for key in keys if "lena" in key]
