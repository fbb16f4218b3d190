"""The response of every operation to its own example has exactly the keys of its schema."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.api.described import OPERATIONS, OWN, Operation, existing
from tests.api.me.conftest import confirmed, signed_in
from tests.api.test_schema import content, strict, validator

GOAL = f"{OWN}goal/"
# Called first, so that there is something to read. An import would repeat an event with which a session was logged.
BEFORE = [
    one for one in OPERATIONS if one.path.startswith(OWN) and one.method in {"put", "post"} and "import" not in one.path
]
READS = [operation for operation in OPERATIONS if operation.method in {"get", "delete"}]
WRITES = [operation for operation in OPERATIONS if operation.method not in {"get", "delete"}]

pytestmark = pytest.mark.django_db

type SetOut = tuple[Client, dict[str, Any]]  # a learner's client, and the ids that the examples name


def ask(client: Client, operation: Operation, ids: dict[str, Any]) -> Any:
    address, body = operation.right(ids)
    sent = json.dumps(body) if body is not None else ""
    response = client.generic(operation.method.upper(), address, sent, "application/json")
    assert response.status_code in {200, 201, 204}, response.content
    return response


def copy_of(client: Client) -> Client:
    """A client with the same cookies: a response may set another session, which is rolled back with everything else."""
    copy = Client()
    copy.cookies.load(client.cookies.output(header="", sep=";"))
    return copy


@pytest.fixture(scope="module")
def set_out(named: None, django_db_blocker: Any) -> Iterator[SetOut]:
    """Yields the client of a learner with a goal, and the ids."""
    with django_db_blocker.unblock(), transaction.atomic():
        lena = confirmed("lena")
        client, ids = signed_in(lena), existing(lena)
        for operation in BEFORE:
            if operation.path == GOAL:
                ask(client, operation, ids)
        yield client, ids
        transaction.set_rollback(True)


@pytest.mark.parametrize("operation", WRITES, ids=str)
def test_answer_to_a_write_has_the_keys_of_its_schema(operation, set_out):
    client, ids = set_out
    assert_keys(operation, ask(copy_of(client), operation, ids))


def test_answer_to_a_read_has_the_keys_of_its_schema(set_out, subtests):
    """Read after the learner has written everything that can be written."""
    client, ids = set_out
    writer = copy_of(client)
    for operation in BEFORE:
        if operation.path != GOAL:
            ask(writer, operation, ids)
    for operation in READS:
        with subtests.test(str(operation)), transaction.atomic():
            assert_keys(operation, ask(copy_of(writer), operation, ids))
            transaction.set_rollback(True)


def assert_keys(operation: Operation, response: Any) -> None:
    status = str(response.status_code)
    if status == "204":
        assert not response.content
    elif "application/json" not in operation.described["responses"][status]["content"]:
        assert response.headers["Content-Type"] in operation.described["responses"][status]["content"]
    else:
        validator(content(operation.described, status)["schema"], strict).validate(response.json())
