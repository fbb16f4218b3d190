"""Every operation answers its own example with the keys that its schema has, no more and no fewer."""

import json

import pytest

from tests.api.described import OPERATIONS, OWN, existing
from tests.api.me.conftest import confirmed, signed_in
from tests.api.test_schema import content, strict, validator

GOAL = f"{OWN}goal/"
# So that there is something to read. An import would bring an event again that a session was logged by.
BEFORE = [
    one for one in OPERATIONS if one.path.startswith(OWN) and one.method in {"put", "post"} and "import" not in one.path
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_answer_has_the_keys_of_its_schema(operation):
    lena = confirmed("lena")
    client = signed_in(lena)
    ids = existing(lena)
    for other in BEFORE if operation.path.startswith(OWN) else []:
        if operation.method in {"get", "delete"} or other.path == GOAL:
            address, body = other.right(ids)
            assert client.generic(other.method.upper(), address, json.dumps(body), "application/json").status_code < 300
    address, body = operation.right(ids)
    response = client.generic(
        operation.method.upper(), address, json.dumps(body) if body is not None else "", "application/json"
    )
    status = str(response.status_code)
    assert status in {"200", "201", "204"}, response.content
    if status == "204":
        assert not response.content
    elif "application/json" not in operation.described["responses"][status]["content"]:
        assert response.headers["Content-Type"] in operation.described["responses"][status]["content"]
    else:
        validator(content(operation.described, status)["schema"], strict).validate(response.json())
