"""The OpenAPI document matches the responses of `/me/`."""

import json

import pytest
import time_machine

from guidance.api.docs import document
from tests.api.me.conftest import signed_in
from tests.api.me.test_base import READS, SENT, operation_at
from tests.api.test_schema import OWN, content, strict, validator

IDS = [operation["operationId"] for _path, operation in OWN]
CONTRACT = """
GET PUT DELETE :
GET PUT : goal/
GET : levels/
GET PUT : levels/{skill}/
GET POST : sessions/
GET DELETE : sessions/{id}/
POST : sessions/restore/
GET : assessments/
GET POST : ads/
GET PUT DELETE : ads/{id}/
POST DELETE : ads/{id}/goal/
GET : assessments/{id}/
POST : assessments/{id}/undo/
GET : history/
GET PUT : notices/
GET POST : evidence/
GET PUT DELETE : evidence/{id}/
GET : projects/
GET PUT : projects/{slug}/
GET POST : projects/{slug}/levels/
GET : resources/
GET PUT : resources/{id}/
GET : units/
GET PUT DELETE : units/{skill}/{level}/{id}/
GET POST : checks/
GET : checks/{id}/
POST : checks/{id}/answers/
GET : notes/
GET PUT : notes/{skill}/
GET : readiness/
GET : plan/
GET : plan/overrides/
GET PUT DELETE : plan/overrides/{skill}/
GET : reviews/
GET : dashboard/
GET : reminders/
GET PUT : reminders/{kind}/
GET : deliveries/
GET POST DELETE : calendar/
GET PUT DELETE : proof-page/
POST : export/
POST : import/
GET POST : tokens/
GET PUT DELETE : tokens/{id}/
"""


def test_every_own_path_of_the_contract_is_described():
    expected = {}
    for line in CONTRACT.strip().splitlines():
        methods, _colon, path = line.partition(":")
        expected[f"/api/v1/me/{path.strip()}"] = set(methods.lower().split())
    found = {path: set(methods) for path, methods in document()["paths"].items() if path.startswith("/api/v1/me/")}
    assert found == expected


@pytest.mark.parametrize(("path", "operation"), OWN, ids=IDS)
def test_every_own_operation_is_described(path, operation):
    assert operation["summary"]
    assert operation["description"]
    assert operation["security"]
    assert operation["responses"].keys() >= {"401", "403", "429", "503", "default"}
    assert ("404" in operation["responses"]) or "{" not in path
    if "requestBody" in operation:
        assert operation["responses"].keys() >= {"400", "413", "415"}
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", [])):
        assert operation["responses"].keys() >= {"409", "422"}
    assert all(answer["description"] for answer in operation["responses"].values())
    assert all(parameter["description"] for parameter in operation.get("parameters", []))


@pytest.mark.parametrize(("path", "operation"), OWN, ids=IDS)
def test_examples_are_true_to_their_schema(path, operation):
    if "requestBody" in operation:
        asked = operation["requestBody"]["content"]["application/json"]
        (example,) = asked["examples"].values()
        validator(asked["schema"], strict).validate(example["value"])
    for answer in operation["responses"].values():
        for described in answer.get("content", {}).values():
            for example in described.get("examples", {}).values():
                validator(described["schema"], strict).validate(example["value"])


@pytest.mark.django_db
def test_answers_are_true_to_their_schema(catalogue, lena, resource):
    client = signed_in(lena)
    calls = [*((f"GET {path}", None) for path in READS.values()), *SENT]
    for day in (25, 26):  # on the second day there is something to return
        with time_machine.travel(f"2026-11-{day}T12:00:00Z", tick=False):
            for what, sent in calls:
                method, _space, path = what.format(id=resource).partition(" ")
                body = json.dumps(sent) if sent is not None else ""
                response = client.generic(method, f"/api/v1/me/{path}", body, "application/json")
                operation, status = operation_at(method, path), str(response.status_code)
                assert status in operation["responses"], (what, response.content)
                if status != "204":
                    schema = content(operation, status, response.headers["Content-Type"])["schema"]
                    validator(schema, strict).validate(response.json())
