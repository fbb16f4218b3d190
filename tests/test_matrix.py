"""The status of every route of the URL conf for every role, compared with `matrix.txt`.

A route without a line fails, and so does a line without a route. After an intended change, `UPDATE_MATRIX=1` before
`pytest tests/test_matrix.py` writes the new statuses; read the difference before you commit it.
"""

import os
import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from config.management.commands.seed_demo import Command
from guidance.api.docs import document
from guidance.catalog.models import Skill
from guidance.progress import learner_state
from tests.web import test_matrix as pages
from tests.web.test_matrix import OWN, SLUGS, address

world = pages.world
MATRIX = Path(__file__).with_name("matrix.txt")
ROLES = ("anonymous", "owner", "other", "curator", "admin", "reads", "writes")  # the last two: the owner's tokens
ME = "api/v1/me/"
# Routes below `/me/` with the id of a row, and the pages about the same row.
OF_PAGES = {
    "tokens": "web:revoke-token",
    "checks": "web:quick-check",
    "sessions": "web:remove-session",
    "assessments": "web:undo-assessment",
    "evidence": "web:evidence",
    "ads": "web:ad",
}
PARTS = 6  # so that the workers share the requests, about two thousand
NO_CURATORS = ("admin/accounts/", "admin/account/", "admin/auth/", "admin/reminders/")


def routes() -> Iterator[tuple[str, str]]:
    """The pattern and name of each route."""

    def walk(resolver: URLResolver, before: str, namespace: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, here, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif isinstance(pattern, URLPattern):
                yield here, f"{namespace}{pattern.name or ''}"

    return walk(get_resolver(), "", "")


def calls() -> list[tuple[str, str, str]]:
    """Method, pattern and name of each call: a GET of each route, and all other operations of the API."""
    found = []
    for pattern, name in routes():
        path = "/" + re.sub(r"<(\w+:)?(\w+)>", r"{\2}", pattern)
        methods = [method.upper() for method in document()["paths"].get(path, {})]
        methods += ["POST"] if name in OWN else []
        found += [(method, pattern, name) for method in dict.fromkeys(["GET", *methods])]
    return found


def line(method: str, pattern: str, statuses: list[int]) -> str:
    return f"{method:<6} {pattern:<66} {' '.join(str(status) for status in statuses)}"


@pytest.fixture
def fill(world: Any) -> Any:
    """Returns the path of a route, with the ids of the objects of `world`."""
    _clients, objects, secrets, resource = world
    ids = {"slug": "python", "skill": "python", "kind": "study", "id": str(resource), "name": "0.eml", "key": "nothing"}
    ids |= {"what": "merge", "pk": "1", "other": "2", "level": "1"}
    ids |= {"uidb36": "1", "content_type_id": "1", "app_label": "catalog", "url": "nothing", "pk": "1"}

    def fill(pattern: str, name: str) -> str:
        if name.startswith("web:"):
            return address(name, objects, secrets, resource)
        known = dict(ids)
        if pattern.startswith("api/") and "<slug:slug>" in pattern:
            known["slug"] = next(
                slug for kind, slug in SLUGS.items() if f"/{kind}s/" in pattern.replace("industries", "industrys")
            )
        for rows, page in OF_PAGES.items():
            if pattern.startswith(f"{ME}{rows}/"):
                known["id"] = str(objects[page])
        if "/split/skill/" in pattern:
            known |= {"pk": str(Skill.objects.order_by("pk").values_list("pk", flat=True)[0])}
        found = re.match(r"admin/(\w+)/(\w+)/", pattern)
        if found and found[1] in apps.app_configs and found[2] in apps.all_models[found[1]]:
            first = apps.get_model(found[1], found[2])._default_manager.order_by("pk").first()
            known |= {
                "object_id": str(first.pk if first else 1),
                "id": str(User.objects.get(email="owner@example.com").pk),
            }
        known.setdefault("object_id", "1")
        filled = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda part: known[part[1]], pattern)
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known[part[1]], filled)
        return "/" + re.sub(r"[\^$]", "", filled)

    return fill


@pytest.fixture
def ask(world: Any, fill: Any) -> Any:
    """Returns the status of a call by a role; its writes are rolled back."""
    clients, *_ = world
    owner = User.objects.get(email="owner@example.com")
    owner.emailaddress_set.create(email=owner.email, verified=True, primary=True)  # otherwise no token is valid
    User.objects.create_user("curator@waymark.example")
    Command().seed_curators()  # makes the permissions of curators
    headers: dict[str, dict[str, str]] = {"anonymous": {}}
    for role in ROLES[1:5]:
        headers[role] = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={clients[role].cookies[settings.SESSION_COOKIE_NAME].value}"
        }
    for role in ROLES[5:]:
        _token, text = tokens.issue(owner=owner, name=role, scope=role.removesuffix("s"), days=1, now=timezone.now())
        headers[role] = {"Authorization": f"Bearer {text}"}

    def ask(method: str, pattern: str, name: str, role: str) -> int:
        with transaction.atomic():
            client = Client(headers=headers[role], raise_request_exception=False)
            if name.startswith("web:") and method == "POST":
                response = client.post(fill(pattern, name), {"event_id": uuid.uuid4()})
            else:
                body = {} if method == "GET" else {"data": "{}", "content_type": "application/json"}
                response = client.generic(method, fill(pattern, name), **body)
            transaction.set_rollback(True)
        learner_state.forget()
        return response.status_code

    return ask


def key(line: str) -> tuple[str, str]:
    """The method and pattern of a line of the matrix."""
    method, _space, pattern = line.rsplit(maxsplit=len(ROLES))[0].partition(" ")
    return method, pattern.strip()


def test_matrix_has_a_line_for_every_route_and_no_other():
    assert [key(line) for line in MATRIX.read_text().splitlines()[1:]] == [call[:2] for call in calls()]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_route_answers_every_role_as_it_should(ask, part):
    found = []
    for method, pattern, name in calls()[part::PARTS]:
        answers = {
            role: ask(method, pattern, name, role) for role in (ROLES if pattern.startswith("api/") else ROLES[:5])
        }
        for role in ROLES[5:]:
            answers.setdefault(role, answers["anonymous"])  # pages ignore tokens, as the next test shows
        found.append((method, pattern, name, list(answers.values())))
    written = {call[:2]: line(*call[:2], call[3]) for call in found}
    if os.environ.get("UPDATE_MATRIX"):  # with -n 0: each part writes its lines
        update(written)
    for method, pattern, name, answers in found:
        statuses, here = dict(zip(ROLES, answers, strict=True)), line(method, pattern, answers)
        assert max(answers) < 500, here
        if pattern.startswith(ME):
            assert statuses["anonymous"] == 401, here
            assert method == "GET" or statuses["reads"] == 403 or name == "api:own-export", here  # which reads
        if pattern.startswith("admin/") and pattern not in {"admin/logout/", "admin/jsi18n/"}:
            assert not any(200 <= statuses[role] < 300 for role in ROLES if role not in {"curator", "admin"}), here
        if pattern.startswith(NO_CURATORS):
            assert statuses["curator"] in {302, 403}, here  # redirected to a page that is refused
        if not pattern.startswith("api/"):
            assert statuses["reads"] == statuses["writes"] == statuses["anonymous"], here  # pages know no token
        if method != "GET" and (name in OWN or name == "api:own-token"):
            assert [statuses[role] for role in ("other", "curator", "admin")] == [404] * 3, here
    lines = {key(line): line for line in MATRIX.read_text().splitlines()[1:]}
    assert written == {call: lines.get(call) for call in written}


def update(written: Mapping[tuple[str, str], str]) -> None:
    head, *lines = MATRIX.read_text().splitlines()
    lines_by_call = {key(line): line for line in lines} | written
    MATRIX.write_text(
        "\n".join([head, *(lines_by_call[call[:2]] for call in calls() if call[:2] in lines_by_call)]) + "\n"
    )
