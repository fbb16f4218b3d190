"""For every operation, an unknown key in a body is refused, and the error suggests the nearest known key."""

import json

import pytest
from rest_framework.exceptions import ValidationError

from guidance.api.bodies import nearest, read_body
from guidance.api.readiness import ReadinessRequestSerializer
from guidance.catalog import snapshot
from tests.api.described import OPERATIONS
from tests.api.me.conftest import confirmed, signed_in
from tests.factories import make_role

pytestmark = pytest.mark.django_db
WITH_BODY = [operation for operation in OPERATIONS if operation.asked is not None]


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_unknown_key_is_refused_by_every_operation(operation):
    known = next(iter(operation.asked["properties"]))
    sent = json.dumps({**operation.body, f"{known}x": 1})
    address = operation.address({})
    response = signed_in(confirmed("lena")).generic(operation.method.upper(), address, sent, "application/json")
    if response.status_code == 404:  # the row does not exist, so the body is not read
        assert "{id}" in operation.path
        return
    assert response.status_code == 400
    assert f"`{known}`" in response.json()["errors"][f"{known}x"][0]


def test_what_is_missing_is_named_beside_what_is_unknown(get, client):
    response = client.post("/api/v1/plan/", {"rol": "ai-engineer", "starting_point": "x"}, "application/json")
    problem = response.json()
    assert response.status_code == 400
    assert problem["detail"] == "rol: There is no such field. The nearest is `role`."
    assert problem["errors"].keys() == {"rol", "starting_point", "role", "hours_per_week"}


@pytest.mark.usefixtures("named")
def test_key_of_a_nested_object_is_named_by_its_path(client):
    answers = [
        {"skill": "python", "level": 1, "answer": "yes"},
        {"skill": "python", "level": 2, "answer": "no", "skil": 1},
    ]
    response = client.post("/api/v1/placement/", {"role": "ai-engineer", "answers": answers}, "application/json")
    assert response.status_code == 400
    assert response.json()["errors"] == {"answers[1].skil": ["There is no such field. The nearest is `skill`."]}


@pytest.mark.usefixtures("named")
def test_body_has_nothing_of_the_one_before_it():
    asked = {"role": "ai-engineer", "levels": {"no-such-skill": 1}}
    first = read_body(ReadinessRequestSerializer, asked, snapshot.current())
    second = read_body(ReadinessRequestSerializer, {"role": "ai-engineer"}, snapshot.current())
    assert (first.ignored, second.ignored) == (["no-such-skill"], ())
    assert second.values == {"role": "ai-engineer"}


@pytest.mark.usefixtures("named")
def test_body_is_read_by_the_catalogue_of_now():
    with pytest.raises(ValidationError):
        read_body(ReadinessRequestSerializer, {"role": "ai-pilot"}, snapshot.current())
    make_role("ai-pilot", requirements={"python": (1, 5)})
    assert read_body(ReadinessRequestSerializer, {"role": "ai-pilot"}, snapshot.current()).values["role"] == "ai-pilot"


def test_many_and_long_keys_cost_little(client):
    keys = {"a" * 2_000 + str(number): 1 for number in range(100)}
    response = client.post("/api/v1/readiness/", keys, "application/json")
    assert response.status_code == 400
    assert len(response.json()["errors"]) == 21  # 20 and the missing role


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("hours", "hours_per_week"),
        ("Deadline", "deadline"),
        ("dayoff", "days_off"),
        ("starting_point", "start"),
        ("", "role"),
    ],
)
def test_nearest_name(key, name):
    assert nearest(key, ["role", "hours_per_week", "start", "deadline", "days_off"]) == name
