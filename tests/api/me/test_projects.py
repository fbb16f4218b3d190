"""Project work, ticked resources and notes."""

import pytest
import time_machine

from guidance.progress.models import MAX_TEXT, Note, ProjectWork, ResourceState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_work_begins_with_nothing_ticked(call, catalogue):
    found = call("GET", "projects/report/")
    assert found == {
        "project": "report",
        "checklist": [{"text": f"Check {number}.", "ticked": False} for number in range(1, 5)],
        "url": "",
        "complete": False,
        "updated_at": None,
    }


def test_work_is_saved_and_taken_back(call, marek_calls, catalogue):
    sent = {"ticked": [f"Check {number}." for number in range(4, 0, -1)], "url": "https://example.com/work"}
    found = call("PUT", "projects/report/", sent)
    assert (found["complete"], found["url"], found["updated_at"]) == (True, sent["url"], "2026-11-25T12:00:00Z")
    assert call("PUT", "projects/report/", sent) == call("GET", "projects/report/") == found
    assert not any(line["ticked"] for line in marek_calls("GET", "projects/report/")["checklist"])
    found = call("PUT", "projects/report/", {"ticked": []})
    assert (found["complete"], found["url"]) == (False, "")


ALL_LINES = {"ticked": [f"Check {number}." for number in range(1, 5)], "url": "https://example.com/work"}


def test_levels_of_a_finished_project_are_confirmed_once_and_undone(call, marek_calls, catalogue):
    assert call("GET", "projects/report/levels/")["results"] == [{"skill": "python", "level": 2, "shown": False}]
    call("PUT", "projects/report/", ALL_LINES)
    [made] = call("POST", "projects/report/levels/", {"skills": ["python"]})["results"]
    assert (made["skill"], made["level"], made["kind"], made["project"]) == ("python", 2, "project", "report")
    assert call("GET", "projects/report/levels/")["results"][0]["shown"] is True
    assert [row["url"] for row in call("GET", "evidence/")["results"]] == ["https://example.com/work"]
    assert call("POST", "projects/report/levels/", {"skills": ["python"]})["results"] == []
    assert marek_calls("GET", "levels/")["results"] == []
    call("POST", f"assessments/{made['id']}/undo/", {})
    assert call("GET", "levels/python/")["level"] == 0


def test_levels_of_what_is_not_finished_or_not_proved_are_refused(call, catalogue):
    for skills in (["python"], [], ["sql"], ["none-such"], "python"):
        refused = call("POST", "projects/report/levels/", {"skills": skills}, status=400)
        assert [key.partition("[")[0] for key in refused["errors"]] == ["skills"]
    call("PUT", "projects/report/", ALL_LINES)
    call("POST", "projects/report/levels/", {"skills": ["python", "sql"]}, status=400)
    assert call("GET", "levels/python/")["level"] == 0


def test_work_refuses_what_cannot_be(call, catalogue):
    for change, field in [
        ({"ticked": ["It sings."]}, "ticked"),
        ({"ticked": "Check 1."}, "ticked"),
        ({"ticked": ["a"] * 101}, "ticked"),
        ({"ticked": [1]}, "ticked"),
        ({"url": "ftp://example.com/"}, "url"),
    ]:
        assert list(call("PUT", "projects/report/", {"ticked": []} | change, status=400)["errors"]) == [field]
    assert not ProjectWork.objects.exists()


def test_resource_is_ticked_once_and_unticked(call, marek_calls, resource):
    path = f"resources/{resource}/"
    assert call("GET", path) == {"id": resource, "slug": "documentation", "done": False, "done_at": None}
    found = call("PUT", path, {"done": True})
    assert found["done_at"] == "2026-11-25T12:00:00Z"
    with time_machine.travel("2026-11-26T12:00:00Z", tick=False):
        assert call("PUT", path, {"done": True}) == call("GET", path) == found
    assert marek_calls("GET", path)["done"] is False
    assert call("PUT", path, {"done": False})["done_at"] is None
    assert not ResourceState.objects.exists()


def test_resource_is_done_or_not(call, resource):
    for done in ["true", 1, None, []]:
        assert list(call("PUT", f"resources/{resource}/", {"done": done}, status=400)["errors"]) == ["done"]


def test_note_is_written_read_and_removed(call, marek_calls, catalogue):
    assert call("GET", "notes/python/") == {"skill": "python", "text": "", "updated_at": None}
    found = call("PUT", "notes/python/", {"text": " Look at descriptors.\n"})
    assert found == {"skill": "python", "text": " Look at descriptors.\n", "updated_at": "2026-11-25T12:00:00Z"}
    assert call("GET", "notes/python/") == found
    assert marek_calls("GET", "notes/python/")["text"] == ""
    assert call("PUT", "notes/python/", {"text": " "})["updated_at"] is None
    assert not Note.objects.exists()


def test_note_refuses_what_is_no_text(call, catalogue):
    for text in ["a" * (MAX_TEXT + 1), "a\0", "\udfff", 5, None]:
        assert list(call("PUT", "notes/python/", {"text": text}, status=400)["errors"]) == ["text"]


def test_unknown_records_are_not_there(call, catalogue):
    for path, sent in [
        ("projects/nobody/", {"ticked": []}),
        ("resources/0/", {"done": True}),
        (f"resources/{2**63}/", {"done": True}),
        ("notes/nobody/", {"text": "a"}),
    ]:
        call("GET", path, status=404)
        call("PUT", path, sent, status=404)
