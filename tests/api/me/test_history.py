import pytest
import time_machine

from guidance.catalog.models import Revision

pytestmark = pytest.mark.django_db


def test_history_has_each_day_with_what_was_done(call, catalogue, resource):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7})
        call("PUT", "levels/python/", {"level": 1})
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        call("PUT", "levels/python/", {"level": 2})
        call("POST", "sessions/", {"skill": "python", "minutes": 45}, status=201)
        call("POST", "sessions/", {"resource": resource, "minutes": 5}, status=201)
        call("PUT", f"resources/{resource}/", {"done": True})
        first, second = call("GET", "history/")["results"]
        assert (first["on"], first["minutes"]) == ("2026-11-25", 50)
        assert [(item["kind"], item["slug"], item["minutes"]) for item in first["studied"]] == [
            ("skill", "python", 45),
            ("resource", "documentation", 5),
        ]
        assert [(item["level"], item["latest"]) for item in first["assessments"]] == [(2, True)]
        assert [(item["kind"], item["slug"]) for item in first["done"]] == [("resource", "documentation")]
        assert [(item["level"], item["latest"]) for item in second["assessments"]] == [(1, False)]
        assert second["goals"] == [{"role": "ai-engineer", "industry": None, "ad": None}]
        page = call("GET", "history/", page_size=1)
        assert [day["on"] for day in page["results"]] == ["2026-11-25"]
        path = page["next"].partition("/api/v1/me/")[2]
        assert [day["on"] for day in call("GET", path)["results"]] == ["2026-11-24"]


def test_level_is_undone_as_the_page_does(call, catalogue):
    call("PUT", "levels/python/", {"level": 1})
    call("PUT", "levels/python/", {"level": 3})
    last, first = call("GET", "assessments/")["results"]
    assert call("GET", f"assessments/{last['id']}/") == last
    call("POST", f"assessments/{first['id']}/undo/", {}, status=409)
    made = call("POST", f"assessments/{last['id']}/undo/", {})
    assert (made["undoes"], made["level"]) == (last["id"], 1)
    assert call("GET", "levels/python/")["level"] == 1
    assert call("POST", f"assessments/{last['id']}/undo/", {}) == made  # a second undo has no effect


def test_rows_of_somebody_else_are_not_there(call, marek_calls, catalogue):
    call("PUT", "levels/python/", {"level": 1})
    (hers,) = call("GET", "assessments/")["results"]
    session = call("POST", "sessions/", {"skill": "python", "minutes": 45}, status=201)
    removed = call("DELETE", f"sessions/{session['id']}/")
    marek_calls("GET", f"assessments/{hers['id']}/", status=404)
    marek_calls("POST", f"assessments/{hers['id']}/undo/", {}, status=404)
    marek_calls("DELETE", f"sessions/{session['id']}/", status=404)
    marek_calls("POST", "sessions/restore/", removed, status=400)


def test_session_comes_back_as_it_was(call, catalogue):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        call("PUT", "units/python/1/ask/", {"minutes": 30})
        tick = call("GET", "units/python/1/ask/")
        session = call("GET", f"sessions/{tick['session']}/")
    removed = call("DELETE", f"sessions/{session['id']}/")
    assert call("GET", "sessions/")["results"] == []
    again = call("POST", "sessions/restore/", removed)
    assert {**again, "id": session["id"]} == session
    assert call("GET", "units/python/1/ask/")["session"] == again["id"]
    assert call("POST", "sessions/restore/", removed) == again
    call("POST", "sessions/restore/", {"restore": removed["restore"] + "x"}, status=400)


def test_notices_are_seen_up_to_a_revision(call, catalogue, lena):
    newest = Revision.objects.order_by("-pk")[0].pk
    assert call("PUT", "notices/", {"seen_revision": newest + 5})["seen_revision"] == newest
    assert call("PUT", "notices/", {"seen_revision": 0})["seen_revision"] == newest
    assert call("GET", "notices/") == {"revision": newest, "seen_revision": newest, "notices": []}


def test_lists_are_read_between_two_days(call, catalogue):
    for day in (10, 11, 12):
        call("POST", "sessions/", {"skill": "python", "minutes": day, "on": f"2026-06-{day}"}, status=201)

    def days(**query):
        return [row["minutes"] for row in call("GET", "sessions/", **query)["results"]]

    assert days(since="2026-06-11") == [12, 11]
    assert days(until="2026-06-11") == [11, 10]
    assert days(since="2026-06-11", until="2026-06-11") == [11]
    page = call("GET", "sessions/", since="2026-06-11", page_size=1)
    following = call("GET", page["next"].partition("/api/v1/me/")[2])
    assert [row["minutes"] for row in following["results"]] == [11]
    assert following["next"] is None  # the tenth is before the day
    for wrong in ("2026-6-1", "yesterday", "2026-02-30"):
        call("GET", "sessions/", since=wrong, status=400)


def test_cursor_of_another_list_is_refused(call, catalogue):
    for minutes in (1, 2):
        call("POST", "sessions/", {"skill": "python", "minutes": minutes}, status=201)
    for skill in ("python", "sql"):
        call("PUT", f"levels/{skill}/", {"level": 1})
        call("PUT", f"notes/{skill}/", {"text": "a"})

    def cursor(path):
        return call("GET", path, page_size=1)["next"].partition("cursor=")[2].partition("&")[0]

    for path, others in {"sessions/": ("assessments/", "levels/"), "levels/": ("notes/", "sessions/")}.items():
        call("GET", path, cursor=cursor(path))
        for other in others:
            problem = call("GET", path, cursor=cursor(other), status=400)
            assert problem["errors"].keys() == {"cursor"}


def test_lists_have_what_the_items_have(call, catalogue, resource):
    call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7})
    call("PUT", "plan/overrides/rag/", {"kind": "pin"})
    call("PUT", "projects/report/", {"ticked": [], "url": "https://example.com/work"})
    call("PUT", f"resources/{resource}/", {"done": True})
    call("PUT", "notes/python/", {"text": "a"})
    for path, item in {
        "plan/overrides/": "plan/overrides/rag/",
        "projects/": "projects/report/",
        "resources/": f"resources/{resource}/",
        "notes/": "notes/python/",
    }.items():
        assert call("GET", path) == {"next": None, "results": [call("GET", item)]}
    assert [one["kind"] for one in call("GET", "reminders/")["results"]] == ["weekly", "behind", "review", "study"]
    call("DELETE", "plan/overrides/rag/", status=204)
    call("GET", "plan/overrides/rag/", status=404)


def test_name_and_zone_are_changed(call, catalogue, lena):
    assert call("PUT", "", {"name": " Lena M. ", "time_zone": "Asia/Tokyo"})["name"] == "Lena M."
    assert call("PUT", "", {"name": ""})["time_zone"] == "Asia/Tokyo"
    assert call("PUT", "", {"time_zone": "Europe/Atlantis"}, status=400)["errors"].keys() == {"time_zone"}
    lena.refresh_from_db()
    assert (lena.name, lena.time_zone) == ("", "Asia/Tokyo")
