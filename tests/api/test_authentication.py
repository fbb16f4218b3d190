"""How requests are authenticated, what a token may do, and that no token leaks."""

import json
import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from accounts import services, tokens
from accounts.models import AccessToken, User
from guidance.api import limits
from guidance.api.docs import document
from guidance.catalog import snapshot
from tests.accounts.conftest import PASSWORD
from tests.factories import make_project, make_resource, make_role, make_skill

pytestmark = pytest.mark.django_db
ME, TOKENS = "/api/v1/me/", "/api/v1/me/tokens/"
ASKED = {"name": "Weekly report", "scopes": ["read"], "expires_in_days": 7, "password": PASSWORD}
OWN = [
    (path, method, operation)
    for path, methods in document()["paths"].items()
    if path.startswith(ME)
    for method, operation in methods.items()
]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()  # counts of password guesses


def make_user(name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def lena(db) -> User:
    return make_user("lena")


@pytest.fixture
def session(lena) -> Client:
    client = Client()
    client.force_login(lena)
    return client


def make(owner, scope="read", **asked):
    """Issue a token. Returns its text."""
    return tokens.issue(owner=owner, **{"name": "Report", "scope": scope, "days": 30, "now": timezone.now(), **asked})[
        1
    ]


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def problem(response, status):
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in response.headers["Cache-Control"]
    return response.json()


# Who sends a request


def test_token_stands_for_its_owner(lena):
    make_user("marek")
    response = Client().get(ME, headers=bearer(make(lena)))
    assert (response.status_code, response.json()["email"]) == (200, "lena@example.org")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert not response.cookies
    assert AccessToken.objects.get().last_used_at is not None


def test_scheme_has_no_case_and_blanks_do_no_harm(lena):
    text = make(lena)
    for header in (f"bearer {text}", f"BEARER  {text} "):
        assert Client().get(ME, headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize("path", [ME, TOKENS, f"{ME}plan/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_nobody_is_asked_to_say_who_they_are(path, method):
    response = getattr(Client(), method)(path)
    assert problem(response, 401)["type"].endswith("#not-authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("text", ["", "wm_", "wm_" + "x" * 43, "x" * 5000, "wm_\x00", "wm_ü", "null", "wm_a wm_b"])
def test_wrong_token_is_refused_even_beside_a_session(session, text):
    response = session.get(ME, headers=bearer(text))
    assert problem(response, 401)["detail"] == "This token is unknown, expired or revoked."
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("end", ["revoked", "expired", "password", "disabled", "unconfirmed", "deleted"])
def test_token_that_has_ended_is_refused_at_its_next_request(lena, end):
    client, headers = Client(), bearer(make(lena))
    assert client.get(ME, headers=headers).status_code == 200
    match end:
        case "revoked":
            tokens.revoke(token=lena.access_tokens.get())
        case "expired":
            past = timezone.now() - timedelta(days=30)
            lena.access_tokens.update(created_at=past - timedelta(days=1), expires_at=past)
        case "password":
            services.reset_password(user=lena, password="another one entirely")
        case "disabled":
            User.objects.filter(pk=lena.pk).update(is_active=False)
        case "unconfirmed":
            lena.emailaddress_set.update(verified=False)
        case "deleted":
            services.delete_account(user=lena)
    problem(client.get(ME, headers=headers), 401)


def test_token_is_read_from_its_header_only(lena):
    text = make(lena)
    client = Client()
    client.cookies["token"] = client.cookies["Authorization"] = text
    for query in ("token", "access_token", "Authorization"):
        problem(client.get(ME, {query: text}), 401)
    problem(client.post(ME, {"access_token": text}, "application/json"), 401)


def test_other_schemes_are_not_ours(session):
    assert session.get(ME, headers={"Authorization": "Basic bGVuYTp4"}).status_code == 200
    problem(Client().get(ME, headers={"Authorization": "Basic bGVuYTp4"}), 401)


def test_session_reads_and_writes_with_a_csrf_token(lena):
    make_skill("python")
    client = Client(enforce_csrf_checks=True)
    client.force_login(lena)
    assert client.get(ME).json()["email"] == lena.email
    note = f"{ME}notes/python/"
    found = problem(client.put(note, {"text": "x"}, "application/json"), 403)
    assert "X-CSRFToken" in found["detail"]
    assert not lena.notes.exists()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/settings/").text)[1]
    assert client.put(note, {"text": "x"}, "application/json", headers={"X-CSRFToken": csrf}).status_code == 200
    assert lena.notes.get().text == "x"


def test_token_needs_no_csrf_token_even_beside_a_session(lena):
    make_skill("python")
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("marek"))
    sent = client.put(f"{ME}notes/python/", {"text": "x"}, "application/json", headers=bearer(make(lena, "write")))
    assert sent.status_code == 200
    assert lena.notes.get().text == "x"


def test_finding_out_who_asks_costs_one_query_and_one_write_a_minute(lena):
    headers = bearer(make(lena))
    snapshot.current()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(ME, headers=headers).status_code == 200
        counts.append(sum("accounts_accesstoken" in query["sql"] for query in captured))
        assert not any("session_key" in query["sql"] for query in captured)
    assert counts == [2, 1]


# What a token may do


@pytest.fixture
def everything(db) -> None:
    make_skill("python")
    make_role("ai-engineer")
    make_resource("documentation")
    make_project("report")


def address(path: str, operation) -> str:
    return operation["x-call"] if "{" in path else path


@pytest.mark.parametrize(("path", "method", "operation"), OWN, ids=[f"{method} {path}" for path, method, _ in OWN])
def test_token_goes_as_far_as_its_scope(lena, everything, path, method, operation):
    body = (
        operation.get("requestBody", {}).get("content", {}).get("application/json", {"examples": {"": {"value": {}}}})
    )
    (example,) = body["examples"].values()
    asked = {"data": json.dumps(example["value"]), "content_type": "application/json"}
    reads = method == "get" or path == f"{ME}export/"
    session_only = path.startswith((TOKENS, f"{ME}checks/")) or (path, method) == (ME, "delete")
    assert ([{"session": []}] if session_only else [{"token": ["read" if reads else "write"]}, {"session": []}]) == (
        operation["security"]
    )
    for scope in ("read", "write"):
        headers = bearer(make(lena, scope))
        response = Client().generic(method.upper(), address(path, operation), headers=headers, **asked)
        if session_only:
            assert "You cannot do this with a token." in problem(response, 403)["detail"]
        elif not reads and scope == "read":
            assert problem(response, 403)["detail"] == "The token lacks the scope write."
            assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="write"'
        else:
            assert response.status_code not in (401, 403, 500), response.content


@pytest.mark.parametrize("path", ["skills/", "graph/"])
def test_public_reading_looks_at_no_token(client, path):
    make_skill("python")
    assert client.get(f"/api/v1/{path}", headers=bearer("wm_wrong")).status_code == 200


# Tokens in the API


def test_token_is_made_with_the_password_and_told_once(session, lena, mailoutbox):
    response = session.post(TOKENS, ASKED, "application/json", headers={"Idempotency-Key": "k"})
    assert response.status_code == 201
    made = response.json()
    token = lena.access_tokens.get()
    assert tokens.find(made.pop("token"), now=timezone.now()) == token
    assert made == {
        "id": token.pk,
        "name": "Weekly report",
        "scopes": ["read"],
        "prefix": token.prefix,
        "created_at": token.created_at.isoformat().replace("+00:00", "Z"),
        "renewed_at": None,
        "expires_at": (token.created_at + timedelta(days=7)).isoformat().replace("+00:00", "Z"),
        "last_used_at": None,
    }
    assert session.get(TOKENS).json() == {"next": None, "results": [made]}
    assert [mail.subject for mail in mailoutbox] == ["An access token was created"]
    # The key is ignored: nothing is stored from which the response could be repeated.
    session.post(TOKENS, ASKED, "application/json", headers={"Idempotency-Key": "k"})
    assert lena.access_tokens.count() == 2
    assert resolve(TOKENS).func.keyed is False


@pytest.mark.parametrize(("scopes", "scope"), [(["write"], "write"), (["read", "write"], "write"), (["read"], "read")])
def test_scopes_are_one_of_two(session, lena, scopes, scope):
    made = session.post(TOKENS, ASKED | {"scopes": scopes}, "application/json").json()
    assert lena.access_tokens.get().scope == scope
    assert made["scopes"] == ["read", "write"][: 1 + (scope == "write")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": 5}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": "read"}, "scopes"),
        ({"scopes": ["read", "read", "read"]}, "scopes"),
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 2**63}, "expires_in_days"),
        ({"password": "x" * 5000}, "password"),
        ({"password": "wrong"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_wrong_fields_make_no_token(session, wrong, field):
    found = problem(session.post(TOKENS, json.dumps(ASKED | wrong), "application/json"), 400)
    assert list(found["errors"]) == [field]
    assert not AccessToken.objects.exists()


def test_other_fields_are_nobodys_to_choose(session, lena):
    other = make_user("marek")
    forged = {"owner": other.pk, "owner_id": other.pk, "id": 77, "prefix": "x", "digest": "0" * 64, "token": "wm_x"}
    forged |= {
        "created_at": "2000-01-01T00:00:00Z",
        "expires_at": "2199-01-01T00:00:00Z",
        "last_used_at": "x",
        "scope": "write",
    }
    found = problem(session.post(TOKENS, ASKED | forged, "application/json"), 400)
    assert found["errors"].keys() == forged.keys()
    assert not AccessToken.objects.exists()


def test_password_is_not_asked_for_again_in_the_same_minutes(session, lena):
    asked = {name: value for name, value in ASKED.items() if name != "password"}
    assert list(problem(session.post(TOKENS, asked, "application/json"), 400)["errors"]) == ["password"]
    session.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert session.post(TOKENS, asked, "application/json").status_code == 201


def test_guesses_of_the_password_are_limited(session):
    answers = [session.post(TOKENS, ASKED | {"password": "guess"}, "application/json") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "300"
    problem(session.post(TOKENS, ASKED, "application/json"), 429)
    assert not AccessToken.objects.exists()


def test_too_many_tokens_are_refused(session, lena):
    for _ in range(tokens.MAX_TOKENS):
        make(lena)
    found = problem(session.post(TOKENS, ASKED, "application/json"), 400)
    assert found["errors"] == {"non_field_errors": ["You already have 20 tokens, the maximum. Revoke one first."]}


def test_token_is_revoked(session, lena):
    make(lena)
    path = f"{TOKENS}{lena.access_tokens.get().pk}/"
    response = session.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert not AccessToken.objects.exists()
    problem(session.delete(path), 404)


def test_token_is_renewed_by_the_session_with_the_password(session, lena):
    made = session.post(TOKENS, ASKED, "application/json").json()
    path, renewal = f"{TOKENS}{made['id']}/", {"expires_in_days": 365, "password": PASSWORD}
    ended = timezone.now() - timedelta(days=1)
    lena.access_tokens.update(created_at=ended - timedelta(days=7), expires_at=ended)
    reads = bearer(made["token"])
    assert session.get("/api/v1/me/", headers=reads).status_code == 401
    problem(session.put(path, {**renewal, "password": "wrong"}, "application/json"), 400)
    problem(session.put(path, {**renewal, "expires_in_days": 366}, "application/json"), 400)
    renewed = session.put(path, renewal, "application/json").json()
    token = lena.access_tokens.get()
    assert token.expires_at == token.renewed_at + timedelta(days=365)
    assert session.get(path).json() == renewed
    assert session.get("/api/v1/me/", headers=reads).status_code == 200
    problem(session.put(path, renewal, "application/json", headers=reads), 403)  # a token cannot renew itself


def test_token_of_somebody_else_is_not_there(session, lena):
    other = make_user("marek")
    make(other)
    problem(session.delete(f"{TOKENS}{other.access_tokens.get().pk}/"), 404)
    problem(session.delete(f"{TOKENS}{2**64}/"), 404)
    assert session.get(TOKENS).json()["results"] == []
    assert AccessToken.objects.count() == 1


# Nothing leaks


def test_token_is_in_no_log_and_on_no_error_page(lena, session, settings, monkeypatch):
    written = StringIO()
    loggers = (logging.getLogger(), logging.getLogger("waymark.access"))
    handlers = [handler for logger in loggers for handler in logger.handlers if type(handler) is logging.StreamHandler]
    streams = [handler.setStream(written) for handler in handlers]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
    answers = []
    try:
        text = session.post(TOKENS, ASKED, "application/json").json()["token"]
        client = Client(raise_request_exception=False)
        answers += [client.get(ME, headers=bearer(text)), client.put(ME, headers=bearer(text))]
        for debug in (False, True):
            settings.DEBUG = debug
            with monkeypatch.context() as broken:
                broken.setattr(tokens, "mark_used", lambda token, now: 1 / 0)
                answers.append(client.get(ME, headers=bearer(text)))
            with monkeypatch.context() as broken:
                broken.setattr(limits, "count", lambda policy, caller: 1 / 0)
                answers.append(client.get("/api/v1/skills/", headers=bearer(text)))
        session.delete(f"{TOKENS}{lena.access_tokens.get().pk}/")
        answers.append(client.get(ME, headers=bearer(text)))
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for handler, before in zip(handlers, streams, strict=True):
            handler.stream = before
    assert [answer.status_code for answer in answers] == [200, 403, 500, 500, 500, 500, 401]
    events = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert {"request", "token_made", "token_revoked"} <= set(events)
    assert "ZeroDivisionError" in written.getvalue()
    secret = text[tokens.PREFIX_LENGTH :]
    assert secret not in written.getvalue()
    assert not any(secret in answer.text for answer in answers)


def test_token_is_in_no_row_of_any_table(session):
    text = session.post(TOKENS, ASKED, "application/json", headers={"Idempotency-Key": "k"}).json()["token"]
    Client().get(ME, headers=bearer(text))
    secret = text[tokens.PREFIX_LENGTH :]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {quoted} WHERE {quoted}::text LIKE %s", [f"%{secret}%"])
            assert cursor.fetchone() == (0,), table
