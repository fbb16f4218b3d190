"""Extreme values that no client sends on purpose: for every operation, in each parameter, in each field and as the whole body."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import User
from guidance.api.docs import document
from guidance.api.errors import MEDIA_TYPE, PROBLEMS
from tests.accounts.conftest import PASSWORD
from tests.api.described import OPERATIONS, OWN, Operation, existing
from tests.api.me.conftest import confirmed, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]
DEEP = 10_000
LARGE = 10_000_000
WORST = 6
# As written in a URL: NUL, a lone surrogate, half a character, digits other than 0 to 9, and values that are too long or too large.
TEXTS = (
    "a%00b", "%ED%A0%80", str(2**63), str(-(2**63) - 1), "%D9%A1", "9" * 5_000, "%00", "%FF", "%EF%BC%91", "1e400", "NaN", "-1", "0",
    "a" * 5_000, quote("x\r\nSet-Cookie: a=b"), "2026-02-30", "9999999999", "",
)  # fmt: skip
# As written in JSON
VALUES = (
    '"a\\u0000b"', '"\\ud800"', str(2**63), str(-(2**63) - 1), "1e400", "NaN", '"\\u0000"', '"\\udfff\\ud800"', "-1e400",
    "Infinity", "9" * 5_000, '"' + "9" * 5_000 + '"', '"１"', '"٣"', "[" * DEEP + "]" * DEEP, "null", "true", "-0.0", '""', "[]",
    "{}", "[null]", '{"": {}}', '["\\ud800"]', '["\\u0000"]', "[1e400]", f"[{2**63}]",
)  # fmt: skip
BODIES = (
    b"", b"\xff\xfe", b"{", b"null", b"[]", b"[" * DEEP, b"\0", b"\xed\xa0\x80", b'{"a": "\xed\xa0\x80"}', b"5", b'"\\ud800"', b"NaN",
    b"1e400", b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP, b" " * LARGE,
    b'{"\\u0000": 1, "\\ud800": 2, "__proto__": 3}',
)  # fmt: skip
MEDIA_TYPES = (
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=a", "application/xml",
    "application/json; charset=utf-16", "application/json; charset=zlib", "a" * 5_000, "",
)  # fmt: skip
HEADERS = ("\0", "a" * 5_000, "\x80", '"', 'W/"', "*,*", ",", "é")


def kind(name: str, schema: Mapping[str, Any]) -> str:
    return name + json.dumps({key: value for key, value in schema.items() if key != "description"}, sort_keys=True)


def parser(operation: Operation) -> type:
    """The class that reads the body of the operation."""
    view = resolve(re.sub(r"{\w+}", "1", operation.path)).func
    return view.cls.parser_classes[0]


# For each kind of parameter or field, the operation and the name with which all values are tried.
FIRST: dict[str, tuple[Operation, str]] = {}
for one in OPERATIONS:
    for known in one.parameters:
        FIRST.setdefault(kind(known["name"], known["schema"]), (one, known["name"]))
    for field, known in (one.asked or {}).get("properties", {}).items():
        FIRST.setdefault(kind("", known), (one, field))
# For each parser, the operation with which all bodies and media types are tried.
FIRST_OF_PARSER: dict[type, Operation] = {}
for one in OPERATIONS:
    if one.method != "get":
        FIRST_OF_PARSER.setdefault(parser(one), one)


def some_of(values: Sequence[str], operation: Operation, name: str, kind: str) -> Sequence[str]:
    """All values where this kind of parameter or field comes first; elsewhere the worst ones, since the same code reads them."""
    return values if FIRST[kind] == (operation, name) else values[:WORST]


@pytest.fixture
def lena() -> User:
    """A learner with a password, so that no call deletes the account."""
    learner = confirmed("lena")
    learner.set_password(PASSWORD)
    learner.save()
    return learner


@pytest.fixture
def ids(lena: User) -> dict[str, Any]:
    return existing(lena)


@pytest.fixture
def client(lena: User) -> Client:
    return signed_in(lena)


def is_answered(response: Any, operation: Operation, what: str) -> None:
    status = response.status_code
    assert status < 500, (what, response.content[:500])
    if status < 400:
        assert str(status) in operation.described["responses"], (what, status)
        return
    assert response.headers["Content-Type"] == MEDIA_TYPE, what
    problem = response.json()
    assert problem["status"] == status, what
    assert problem["type"] == PROBLEMS[status].type, what
    assert problem.keys() <= document()["components"]["schemas"]["Problem"]["properties"].keys(), what


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_extremes_are_refused_or_ignored(operation, client, ids):
    address, body = operation.right(ids)
    sent = json.dumps(body) if body is not None else ""

    def ask(
        address: str, sent: str | bytes = sent, media_type: str = "application/json", what: str = "", **headers: str
    ) -> None:
        response = client.generic(operation.method.upper(), address, sent, media_type, headers=headers or None)
        is_answered(response, operation, f"{operation} {what or address[:200]}")

    for parameter in operation.parameters:
        name = parameter["name"]
        for text in (
            some_of(TEXTS, operation, name, kind(name, parameter["schema"])) if parameter["in"] != "header" else ()
        ):
            if parameter["in"] == "query":
                ask(f"{address}{'&' if '?' in address else '?'}{name}={text}")
            else:
                before, _brace, after = operation.path.partition(f"{{{name}}}")
                ask(f"{before}{text}{after}")
        if parameter["in"] == "header":
            for text in HEADERS:
                ask(address, what=f"{name}: {text[:50]!r}", **{name: text})
    for name, schema in (operation.asked or {}).get("properties", {}).items():
        others = {key: other for key, other in (body or {}).items() if key != name}
        for value in some_of(VALUES, operation, name, kind("", schema)):
            changed = json.dumps({**others, name: "@"}).replace('"@"', value)
            ask(address, changed, what=f"{name}: {value[:50]}")
    if operation.method != "get":
        first = FIRST_OF_PARSER[parser(operation)] == operation
        for raw in BODIES if first else BODIES[:WORST]:
            ask(address, raw, what=f"body {raw[:50]!r}")
        for media_type in MEDIA_TYPES if first else MEDIA_TYPES[:2]:
            ask(address, media_type=media_type, what=f"Content-Type: {media_type[:50]}")
    if operation.path.startswith(OWN):
        assert User.objects.filter(email="lena@example.com").exists()


@pytest.mark.parametrize("size", [201, 2**31, 2**63, 10**30, -1, 0, "1e9", "٣", "max"])
def test_no_page_is_larger_than_two_hundred(client, size):
    sized = [one for one in OPERATIONS if any(parameter["name"] == "page_size" for parameter in one.parameters)]
    assert len(sized) > 10
    for operation in sized:
        assert client.get(operation.path, {"page_size": size}).status_code == 400, operation
