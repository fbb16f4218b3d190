import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PATH = "calendar/"


def path_of(url: str) -> str:
    return url.partition("testserver")[2] or "/" + url.split("/", 3)[3]


def test_address_is_told_once_and_another_one_ends_it(call, marek_calls, catalogue):
    assert call("GET", PATH) == {"created_at": None}
    made = call("POST", PATH, status=201)
    assert call("GET", PATH) == {"created_at": made["created_at"]}
    assert b"BEGIN:VCALENDAR" in Client().get(path_of(made["url"])).content
    other = call("POST", PATH, status=201)
    assert Client().get(path_of(made["url"])).status_code == 404
    assert Client().get(path_of(other["url"])).status_code == 200
    assert marek_calls("GET", PATH) == {"created_at": None}


def test_address_is_ended_and_ended_again(call, catalogue):
    made = call("POST", PATH, status=201)
    for _twice in range(2):
        call("DELETE", PATH, status=204)
        assert Client().get(path_of(made["url"])).status_code == 404
    assert call("GET", PATH) == {"created_at": None}
