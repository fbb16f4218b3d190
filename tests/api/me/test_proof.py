import pytest
from django.test import Client

from guidance.progress.models import ProofPage

pytestmark = pytest.mark.django_db
PATH = "proof-page/"


def test_page_is_off_before_anything_is_saved(call, catalogue):
    assert call("GET", PATH) == {
        "public": False,
        "name": None,
        "url": None,
        "taken_down_at": None,
        "display_name": "",
        "role": True,
        "readiness": True,
        "skills": "proved",
        "projects": True,
        "certificates": True,
        "updated_at": None,
    }
    call("DELETE", PATH, status=204)


def test_page_is_saved_and_turned_off(call, catalogue):
    saved = call("PUT", PATH, {"public": True, "name": "Lena", "display_name": "Lena", "skills": "proved"})
    assert (saved["name"], saved["url"][-8:], saved["skills"]) == ("lena", "/p/lena/", "proved")
    assert call("GET", PATH) == saved
    assert Client().get("/p/lena/").status_code == 200
    call("DELETE", PATH, status=204)
    assert Client().get("/p/lena/").status_code == 404
    assert call("GET", PATH)["name"] == "lena"
    secret = call("PUT", PATH, {"public": True})["name"]
    assert call("PUT", PATH, {"public": True, "name": None})["name"] == secret != "lena"


def test_what_is_refused_is_told_by_field(call, marek_calls, catalogue):
    marek_calls("PUT", PATH, {"public": False, "name": "marek"})
    for change, field in [
        ({"name": "marek"}, "name"),
        ({"name": "admin"}, "name"),
        ({"name": "no spaces"}, "name"),
        ({"name": "a"}, "name"),
        ({"name": 5}, "name"),
        ({"display_name": "lena@example.com"}, "display_name"),
        ({"skills": "some"}, "skills"),
        ({"role": "yes"}, "role"),
        ({"public": None}, "public"),
    ]:
        assert list(call("PUT", PATH, {"public": True, **change}, status=400)["errors"]) == [field]
    assert ProofPage.objects.count() == 1
