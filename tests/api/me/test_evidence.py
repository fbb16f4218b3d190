import pytest

from guidance.catalog.models import Skill
from guidance.progress.models import MAX_EVIDENCE, Evidence
from tests.web.learners import merge

pytestmark = pytest.mark.django_db
EVENT = "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11"
SENT = {"skill": "python", "url": "https://example.com/work", "text": " A parser. "}


def test_evidence_is_added_and_listed(call, marek_calls, catalogue):
    made = call("POST", "evidence/", {**SENT, "project": "report"}, status=201)
    row = Evidence.objects.get()
    assert made | {"at": "", "on": ""} == {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": "python",
        "project": "report",
        "url": "https://example.com/work",
        "kind": "work",
        "text": "A parser.",
        "name": "",
        "issuer": "",
        "issued_on": None,
        "on": "",
        "at": "",
    }
    assert call("GET", "evidence/") == {"next": None, "results": [made]}
    assert marek_calls("GET", "evidence/")["results"] == []


def test_event_is_stored_once(call, catalogue):
    made = call("POST", "evidence/", {**SENT, "event_id": EVENT}, status=201)
    assert call("POST", "evidence/", {**SENT, "event_id": EVENT}) == made
    call("POST", "evidence/", {**SENT, "event_id": EVENT, "text": "Another."}, status=409)
    call("POST", "evidence/", {**SENT, "event_id": EVENT, "skill": "sql"}, status=409)
    assert Evidence.objects.count() == 1


def test_evidence_refuses_what_cannot_be(call, catalogue):
    for change, field in [
        ({"url": "", "text": ""}, "url"),
        ({"url": " ", "text": "\n"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "example.com"}, "url"),
        ({"url": "https://example.com/" + "a" * 500}, "url"),
        ({"url": 5}, "url"),
        ({"text": "a" * (MAX_EVIDENCE + 1)}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": None}, "text"),
        ({"skill": "nobody"}, "skill"),
        ({"project": "nobody"}, "project"),
    ]:
        assert list(call("POST", "evidence/", SENT | change, status=400)["errors"]) == [field]
    assert not Evidence.objects.exists()


def test_address_with_a_scheme_in_capitals_is_kept_as_it_is_meant(call, catalogue):
    made = call("POST", "evidence/", {"skill": "python", "url": "HTTPS://Example.com/Work"}, status=201)
    assert made["url"] == "https://Example.com/Work"


def test_event_that_comes_again_after_a_merge_is_the_same(call, catalogue):
    sent = {**SENT, "skill": "sql", "event_id": EVENT}
    call("POST", "evidence/", sent, status=201)
    merge(Skill.objects.get(slug="sql"), Skill.objects.get(slug="python"))
    call("POST", "evidence/", sent)
    call("POST", "evidence/", {**sent, "text": "Another."}, status=409)


CERTIFICATE = {
    "skill": "python",
    "kind": "certificate",
    "name": "Programmer",
    "issuer": "Institute",
    "issued_on": "2026-05-31",
    "url": "https://example.com/42",
}


def test_certificate_is_added_changed_and_removed(call, marek_calls, catalogue):
    made = call("POST", "evidence/", {**CERTIFICATE, "event_id": EVENT}, status=201)
    assert CERTIFICATE.items() <= made.items()
    assert call("POST", "evidence/", {**CERTIFICATE, "event_id": EVENT}) == made
    call("POST", "evidence/", {**CERTIFICATE, "event_id": EVENT, "issuer": "School"}, status=409)
    path, change = f"evidence/{made['id']}/", {"name": "Expert", "issuer": "School", "issued_on": "2026-06-01"}
    assert call("PUT", path, change) == made | change | {"url": ""}
    assert call("GET", "levels/")["results"] == []
    for method, sent in (("PUT", change), ("DELETE", None)):
        marek_calls(method, path, sent, status=404)
    call("DELETE", path, status=204)
    assert not Evidence.objects.exists()


def test_each_kind_has_its_own_fields(call, catalogue):
    for change, field in [
        ({"name": ""}, "name"),
        ({"issuer": " "}, "issuer"),
        ({"issued_on": None}, "issued_on"),
        ({"issued_on": "2199-01-01"}, "issued_on"),
        ({"text": "a"}, "text"),
        ({"project": "report"}, "project"),
        ({"kind": "diploma"}, "kind"),
    ]:
        assert list(call("POST", "evidence/", CERTIFICATE | change, status=400)["errors"]) == [field]
    for change in ({"name": "a"}, {"issuer": "a"}, {"issued_on": "2026-05-31"}):
        assert list(call("POST", "evidence/", SENT | change, status=400)["errors"]) == list(change)
    made = call("POST", "evidence/", SENT, status=201)
    assert call("PUT", f"evidence/{made['id']}/", {"text": "Another."})["text"] == "Another."
    assert list(call("PUT", f"evidence/{made['id']}/", {}, status=400)["errors"]) == ["url"]
