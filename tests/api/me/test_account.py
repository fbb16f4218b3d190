import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD
from tests.api.me.conftest import caller, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.conftest.QuickHasher"]


@pytest.fixture
def noor() -> User:
    return User.objects.create_user("noor@example.com", PASSWORD, name="Noor", time_zone="Asia/Kolkata")


def test_account_tells_whose_it_is(noor):
    found = caller(signed_in(noor))("GET", "")
    assert found.keys() == {"email", "name", "time_zone", "today", "joined_at"}
    assert (found["email"], found["time_zone"]) == ("noor@example.com", "Asia/Kolkata")


def test_account_is_deleted_with_the_password_and_at_once(noor, marek):
    client = signed_in(noor)
    call = caller(client)
    for sent in (None, {}, {"password": ""}, {"password": "wrong"}):
        assert list(call("DELETE", "", sent, status=400)["errors"]) == ["password"]
    assert User.objects.filter(pk=noor.pk).exists()
    call("DELETE", "", {"password": PASSWORD}, status=204)
    assert list(User.objects.all()) == [marek]
    call("GET", "", status=401)


def test_account_is_not_changed_here(noor):
    call = caller(signed_in(noor))
    for method in ("PUT", "PATCH", "POST"):
        call(method, "", {"email": "other@example.com", "is_staff": True}, status=405)
    noor.refresh_from_db()
    assert (noor.email, noor.is_staff) == ("noor@example.com", False)


def test_export_takes_the_password_of_a_session(noor):
    call = caller(signed_in(noor))
    assert list(call("POST", "export/", {}, status=400)["errors"]) == ["password"]
    found = call("POST", "export/", {"password": PASSWORD})
    assert found["format"] == "waymark-export/1"
    assert found["account"][0]["email"] == "noor@example.com"


def test_session_needs_a_csrf_token_to_write(noor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(noor)
    assert client.get("/api/v1/me/").status_code == 200
    response = client.put("/api/v1/me/levels/python/", {"level": 1}, "application/json")
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
