"""Rules for all of `/me/`: who has access, what no request may do, and the number of queries."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from guidance.api.docs import document
from guidance.api.urls import me
from guidance.api.views import MAX_BYTES
from guidance.catalog.models import Skill
from guidance.progress import learner_state, services
from guidance.progress.history import Cursor
from guidance.progress.models import Owned, StudySession
from guidance.reminders.models import Schedule
from guidance.reminders.services import CONSENT
from tests.api.me.conftest import Call, caller, signed_in

pytestmark = pytest.mark.django_db
EVENT = "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10"
GOAL = {"role": "ai-engineer", "hours_per_week": 7}

# The writing methods of each path and their bodies; {id} is that of a resource.
WRITES: dict[str, dict[str, Any]] = {
    "me": {"PUT ": {"time_zone": "Europe/Berlin"}},
    "own-goal": {"PUT goal/": GOAL},
    "own-level": {"PUT levels/python/": {"level": 2}},
    "own-sessions": {"POST sessions/": {"skill": "python", "minutes": 45, "event_id": EVENT}},
    "own-ads": {"POST ads/": {"skills": [{"skill": "python", "level": 2}], "role": "ai-engineer", "event_id": EVENT}},
    "own-evidence": {"POST evidence/": {"skill": "python", "text": "a", "event_id": EVENT}},
    "own-work": {"PUT projects/report/": {"ticked": []}},
    "own-tick": {"PUT resources/{id}/": {"done": True}},
    "own-unit": {"PUT units/python/1/ask/": {"minutes": 30}, "DELETE units/python/1/ask/": {}},
    "own-notices": {"PUT notices/": {"seen_revision": 1}},
    "own-note": {"PUT notes/python/": {"text": "a"}},
    "own-override": {"PUT plan/overrides/rag/": {"kind": "pin"}, "DELETE plan/overrides/rag/": {}},
    "own-reminder": {"PUT reminders/study/": {"on": True, "consent": CONSENT}},
    "own-proof-page": {"PUT proof-page/": {"public": True, "name": "lena"}, "DELETE proof-page/": {}},
    "own-import": {"POST import/": {"format": "waymark-export/1"}},
}
READS = {
    "me": "",
    "own-goal": "goal/",
    "own-levels": "levels/",
    "own-level": "levels/python/",
    "own-history": "history/",
    "own-notices": "notices/",
    "own-works": "projects/",
    "own-ticks": "resources/",
    "own-notes": "notes/",
    "own-overrides": "plan/overrides/",
    "own-reminders": "reminders/",
    "own-sessions": "sessions/",
    "own-assessments": "assessments/",
    "own-ads": "ads/",
    "own-evidence": "evidence/",
    "own-work": "projects/report/",
    "own-tick": "resources/{id}/",
    "own-units": "units/",
    "own-note": "notes/python/",
    "own-readiness": "readiness/",
    "own-plan": "plan/",
    "own-reviews": "reviews/",
    "own-dashboard": "dashboard/",
    "own-reminder": "reminders/study/",
    "own-deliveries": "deliveries/",
    "own-calendar": "calendar/",
    "own-proof-page": "proof-page/",
}
# Tested elsewhere: they need the password, a session, or the id of a row.
ELSEWHERE = {
    "own-evidence-item", "own-session", "own-session-restore", "own-assessment", "own-assessment-undo", "own-export", "own-tokens", "own-token", "own-checks", "own-check", "own-check-answers",
    "own-ad", "own-ad-goal", "own-work-levels",
}  # fmt: skip
SENT = [(call, sent) for calls in WRITES.values() for call, sent in calls.items()]


def test_every_address_is_thought_of():
    assert {pattern.name for pattern in me} == {*WRITES, *READS, *ELSEWHERE}


@pytest.fixture
def aimed(call, catalogue):
    """Lena, with a goal."""
    call("PUT", "goal/", GOAL)


def bearer(user: User, scope: str) -> Any:
    _token, text = tokens.issue(owner=user, name="a", scope=scope, days=1, now=timezone.now())
    return caller(Client(headers={"Authorization": f"Bearer {text}"}))


def test_nobody_reads_or_writes_without_a_session_or_token(catalogue, db, resource):
    call = caller(Client())
    for path in READS.values():
        call("GET", path.format(id=resource), status=401)
    for what, sent in [*SENT, ("DELETE ", {}), ("POST export/", {})]:
        method, _space, path = what.partition(" ")
        call(method, path.format(id=resource), sent, status=401)


def test_token_reads_and_writes_as_far_as_its_scope_goes(aimed, lena, resource):
    reads, writes = bearer(lena, "read"), bearer(lena, "write")
    for path in READS.values():
        reads("GET", path.format(id=resource))
    before = rows_of(lena)
    for what, sent in SENT:
        method, _space, path = what.partition(" ")
        reads(method, path.format(id=resource), sent, status=403)
    assert reads("POST", "export/", {})["account"][0]["email"] == lena.email
    assert rows_of(lena) == before
    for what, sent in SENT:
        method, _space, path = what.partition(" ")
        writes(
            method,
            path.format(id=resource),
            sent,
            status=204 if method == "DELETE" else 201 if "event_id" in sent else 200,
        )
    assert writes("POST", "export/", {})["account"][0]["email"] == lena.email
    for call in (reads, writes):
        call("DELETE", "", {"password": "a"}, status=403)


def rows_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """All rows of the user, except the one that counts the writes."""
    found = {"user": list(User.objects.filter(pk=user.pk).values())}
    for model in apps.get_models():
        for owner in ("learner", "owner"):
            if any(field.name == owner and field.related_model is User for field in model._meta.fields):
                found[model._meta.label] = list(model._default_manager.filter(**{owner: user}).order_by("pk").values())
    for row in found["accounts.AccessToken"]:
        del row["last_used_at"]
    return found


def test_no_field_of_a_model_can_be_put_in(aimed, marek_calls, lena, marek, resource):
    """Every field of a learner's models that the operation does not take is refused and changes nothing."""
    marek_calls("PUT", "goal/", GOAL)
    models = [User, Schedule, *(model for model in apps.get_models() if issubclass(model, Owned))]
    names = {name for model in models for field in model._meta.fields for name in (field.name, field.attname)}
    hers, his = rows_of(lena), rows_of(marek)
    for what, sent in SENT:
        method, _space, path = what.partition(" ")
        more = dict.fromkeys(names - asked_for(method, path), lena.pk) | sent
        if "requestBody" in operation_at(method, path):
            marek_calls(method, path.format(id=resource), more, status=400)
            assert rows_of(marek) == his, what
        assert rows_of(lena) == hers, what


def asked_for(method: str, path: str) -> set[str]:
    """The fields of a body, according to the description of the operation."""
    operation = operation_at(method, path)
    if "requestBody" not in operation:
        return set()
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return set(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


def operation_at(method: str, path: str) -> Any:
    """The operation of a call in the OpenAPI document."""
    for pattern, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), f"/api/v1/me/{path}"):
            return operations[method.lower()]
    raise LookupError(path)


HOSTILE: tuple[Any, ...] = (
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"5",
    b'"a\\u0000"',
    b"[" * 10_000,
    b'{"a":' * 10_000,
    b'{"minutes": 1e999, "level": NaN}',
    b'{"minutes": ' + b"9" * 5_000 + b"}",
)


def test_hostile_bodies_are_refused_everywhere(aimed, call, resource, lena):
    before = rows_of(lena)
    for what, _sent in SENT:
        method, _space, path = what.partition(" ")
        if method != "DELETE":
            for body in HOSTILE:
                if body or not (path == "" or path.startswith("units/")):  # which need none
                    call(method, path.format(id=resource), body, status=400)
            if path not in {"import/", "ads/"}:  # which take more
                call(method, path.format(id=resource), b" " * (MAX_BYTES + 1), status=413)
    assert rows_of(lena) == before


def test_other_media_types_are_refused(aimed, lena, resource):
    client = signed_in(lena)
    for what, _sent in SENT:
        method, _space, path = what.partition(" ")
        if method != "DELETE":
            for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"):
                response = client.generic(method, f"/api/v1/me/{path.format(id=resource)}", "level=3", media_type)
                assert response.status_code == 415, what


def test_charsets_are_no_way_in(aimed, lena):
    client = signed_in(lena)
    for charset in ("zlib", "hex", "utf-7", "utf-16", "nothing"):
        media_type = f"application/json; charset={charset}"
        assert client.put("/api/v1/me/levels/python/", b'{"level": 3}', media_type).status_code in {200, 400}


def test_hostile_addresses_are_not_there(catalogue, lena):
    client = signed_in(lena)
    for path in (
        "levels/a\0/",
        "levels/%00/",
        "levels/%ED%A0%80/",
        "levels/" + "a" * 5_000 + "/",
        "resources/-1/",
        f"resources/{10**30}/",
        "resources/1e3/",
        "dashboard/x.css",
        "sessions/x/",
    ):
        response = client.put(f"/api/v1/me/{path}", {"level": 1}, "application/json")
        assert response.status_code == 404, path
        assert response.headers["Content-Type"] == "application/problem+json"


def test_methods_that_are_not_there_are_405(call, catalogue, lena):
    client = signed_in(lena)
    for method in ("PATCH", "TRACE"):
        assert client.generic(method, "/api/v1/me/goal/").status_code == 405
    response = client.delete("/api/v1/me/goal/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, PUT, OPTIONS")


def test_pages_of_other_origins_call_with_a_token_and_never_with_the_session(aimed, lena):
    client = signed_in(lena)
    asked = client.options("/api/v1/me/goal/", headers={"Origin": "https://elsewhere.example"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, PUT, OPTIONS")
    assert {"Authorization", "If-Match"} <= set(asked.headers["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/me/goal/").headers
    _token, text = tokens.issue(owner=lena, name="a", scope="read", days=1, now=timezone.now())
    for sent in (text, "wm_wrong"):
        response = Client().get("/api/v1/me/goal/", headers={"Authorization": f"Bearer {sent}"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]


def test_reading_takes_as_many_queries_however_much_there_is(aimed, call, lena, resource):
    def queries() -> dict[str, int]:
        counts = {}
        for path in READS.values():
            learner_state.forget()
            with CaptureQueriesContext(connection) as captured:
                call("GET", path.format(id=resource))
            counts[path] = len(captured)
        return counts

    call("PUT", "levels/python/", {"level": 1})  # so that the history has something to undo
    few = queries()
    for number in range(1, 5):
        call("PUT", f"levels/{('python', 'sql', 'rag', 'aws')[number - 1]}/", {"level": number})
        call("POST", "sessions/", {"skill": "python", "resource": resource, "minutes": number}, status=201)
        call("POST", "evidence/", {"skill": "sql", "project": "report", "text": "a"}, status=201)
    many = queries()
    assert few == many
    assert max(many.values()) <= 10


def test_page_ten_thousand_of_the_sessions_costs_what_page_one_does(catalogue, db, lena):
    """Compares the rows and pages that PostgreSQL reads."""
    services.record_activity(learner=lena)
    python, on = Skill.objects.get(slug="python"), date(2026, 11, 25)
    StudySession.objects.bulk_create(
        StudySession(learner=lena, skill=python, minutes=5, on=on - timedelta(days=number // 4))
        for number in range(10_005)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE progress_studysession")
    call = caller(signed_in(lena))
    first = cost(call, "sessions/?page_size=1")
    place = lena.studysessions.order_by("-on", "-id")[9_998]
    last = cost(call, f"sessions/?page_size=1&cursor={Cursor(place.on, place.pk)}")
    assert last["rows"] <= first["rows"] + 4  # of the same day
    assert last["pages"] <= first["pages"] + 4
    assert first["pages"] < 20


def cost(call: Call, path: str) -> dict[str, int]:
    with CaptureQueriesContext(connection) as captured:
        assert len(call("GET", path)["results"]) == 1
    (query,) = [query["sql"] for query in captured if "FROM progress_studysession" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}")
        plan = cursor.fetchone()[0][0]["Plan"]

    def rows(node: dict[str, Any]) -> int:
        own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        return own + sum(rows(inner) for inner in node.get("Plans", []))

    return {"rows": rows(plan), "pages": plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]}
