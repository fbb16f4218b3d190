"""Every URL of the admin, requested by curators and reviewers: neither can change anyone's permissions, their own
included, and curators cannot publish anything."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Redirect, Revision, SearchEntry, Skill, Status, Version
from guidance.curation import permissions, proposals
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.test_proposals import changed
from tests.curation.test_proposals_admin import client_of

pytestmark = pytest.mark.django_db
OF_RIGHTS = ("admin/accounts/", "admin/auth/", "admin/account/", "admin/mfa/", "admin/reminders/")
ELSEWHERE = ("admin/login/", "admin/logout/", "admin/password_change/")  # login, logout and own password


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


@pytest.fixture
def world(db) -> dict[str, Client]:
    clients = {
        "curator": client_of("curator", permissions.CURATOR),
        "reviewer": client_of("reviewer", permissions.REVIEWER),
        "administrator": client_of("administrator", is_superuser=True),
    }
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", prerequisites={"sql": 1}, aliases=["py"]),
        factories.resource_document("book", skills={"python": [0, 2]}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}),
        factories.industry_document("healthcare"),
        factories.project_document("report", proves={"python": 2}),
        factories.starting_point_document("backend-developer", levels={"sql": 1}),
        factories.guide_document("daily-work", facts=["figure"]),
        factories.question_document("what"),
    )
    proposal = proposals.propose(
        [changed(Skill.objects.get(slug="python"), summary="Mine.")], author=clients["curator"].user, submit=True
    )
    assert proposal
    return clients


def addresses() -> list[str]:
    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, here)
            elif isinstance(pattern, URLPattern):
                yield here

    found = [
        route for route in walk(get_resolver(), "") if route.startswith("admin/") and not route.startswith(ELSEWHERE)
    ]
    return [fill(route) for route in dict.fromkeys(found)]


def fill(route: str) -> str:
    """The path of a route, with the key of an existing row."""
    app, _, rest = route.removeprefix("admin/").partition("/")
    try:
        row = apps.get_model(app, rest.partition("/")[0])._default_manager.order_by("-pk").first()
    except LookupError:
        row = None
    key = str(row.pk) if row is not None else "1"
    route = re.sub(r"\(\?P<\w+>[^)]*\)", app, route).replace("$", "")
    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda match: "skill" if match[2] == "kind" else key, route)


def rights() -> list[Any]:
    return [
        list(User.objects.order_by("pk").values("pk", "email", "password", "is_staff", "is_superuser", "is_active")),
        list(User.groups.through.objects.order_by("pk").values_list()),
        list(User.user_permissions.through.objects.order_by("pk").values_list()),
        list(Group.permissions.through.objects.order_by("pk").values_list()),
    ]


def public() -> list[Any]:
    return [
        list(Revision.objects.order_by("pk").values_list()),
        list(Redirect.objects.order_by("pk").values_list()),
        list(SearchEntry.objects.order_by("pk").values_list("kind", "slug", "summary")),
        [
            list(model.objects.filter(status=Status.PUBLISHED).order_by("pk").values_list())
            for model in RECORD_MODELS.values()
        ],
        list(Version.objects.order_by("pk").values_list("kind", "slug", "number")),
        snapshot.build().revision,
    ]


def send(client: Client, address: str, data: dict[str, Any]) -> Any:
    """The response to a form, encoded as browsers encode one without files: the multipart of the test client takes longer."""
    return client.post(address, urlencode(data, doseq=True), "application/x-www-form-urlencoded")


def everything(client: Client, address: str) -> dict[str, Any]:
    """The form data of someone who tries to publish, or to gain permissions."""
    user = client.user
    page = client.get(address)
    seen = page.context.get("seen", "") if getattr(page, "context", None) else ""
    return {
        "post": "yes",
        "confirm": "yes",
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "email": user.email,
        "groups": [str(group.pk) for group in Group.objects.all()],
        "user_permissions": [str(permission.pk) for permission in Permission.objects.all()[:300]],
        "permissions": [str(permission.pk) for permission in Permission.objects.all()[:300]],
        "name": "Changed",
        "slug": "changed",
        "status": "published",
        "state": "published",
        "decision": "publish",
        "seen": seen,
        "restore": "1",
        "at_once": "1",
        "words": "No.",
        "at": "2199-01-01T10:00",
        "usable_password": "true",
        "password1": "a new long password",
        "password2": "a new long password",
        "set-password": "1",
        "_save": "1",
        "_submit": "1",
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": "1",
        "form-0-status": "retired",
    }


@pytest.mark.parametrize("who", ["curator", "reviewer"])
def test_nobody_but_administrators_reaches_users_and_rights(world, who):
    client, before = world[who], rights()
    tried = [address for address in addresses() if address[1:].startswith(OF_RIGHTS)]
    assert len(tried) > 25
    for address in tried:
        answers = {client.get(address).status_code, send(client, address, everything(client, address)).status_code}
        assert answers <= {403, 404, 302}, address
        if 302 in answers:  # Django's short URL of a row, which redirects to the change form; or there is no such row
            end = client.get(address, follow=True)
            assert end.status_code == 403 or end.request["PATH_INFO"] == "/admin/", address
    index = client.get("/admin/").text
    assert "/admin/auth/" not in index
    assert "/admin/accounts/" not in index
    assert rights() == before
    assert world["administrator"].get("/admin/auth/group/").status_code == 200


def test_curator_makes_nothing_public_and_takes_no_rights_at_any_address(world):
    client, before = world["curator"], (public(), rights())
    for address in addresses():
        if address[1:].startswith(OF_RIGHTS):
            continue
        answer = send(client, address, everything(client, address))
        assert answer.status_code < 500, address
    assert public()[:4] == before[0][:4]
    assert rights() == before[1]
    assert set(Proposal.objects.values_list("state", flat=True)) <= {"draft", "in-review"}


def test_curator_makes_nothing_public_by_any_action_of_a_list(world):
    client, before = world["curator"], (public(), rights())
    for model, model_admin in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        keys = [str(key) for key in model._default_manager.values_list("pk", flat=True)[:5]]
        names = [getattr(action, "__name__", action) for action in (*(model_admin.actions or []), "delete_selected")]
        data = everything(client, address)
        for name in names:
            for across in ("0", "1"):
                action = {"action": name, "_selected_action": keys, "select_across": across}
                assert send(client, address, data | action).status_code < 500, (address, name)
    assert public()[:4] == before[0][:4]
    assert rights() == before[1]


def test_groups_have_least_rights():
    found = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in permissions.RIGHTS
    }
    curator, reviewer = found[permissions.CURATOR], found[permissions.REVIEWER]
    assert curator < reviewer
    assert "change_skill" in curator
    assert "delete_prerequisite" in curator
    assert {"delete_skill", "review_proposal", "change_mapping", "change_version", "add_revision"} & curator == set()
    assert {"change_version", "add_revision", "change_user", "change_group", "delete_version"} & reviewer == set()
    for name, rights in permissions.RIGHTS.items():
        assert {right.split(".")[1] for right in rights} == found[name], "a right that there is not"


def test_migrating_brings_the_groups_in_line_and_leaves_others_alone():
    mine = Group.objects.create(name="Translators")
    mine.permissions.set(Permission.objects.filter(codename="view_skill"))
    Group.objects.get(name="Curator").permissions.set(Permission.objects.filter(codename="change_user"))
    Group.objects.get(name="Reviewer").delete()
    call_command("migrate", verbosity=0)
    for name, rights in permissions.RIGHTS.items():
        assert Group.objects.get(name=name).permissions.count() == len(rights)
    assert mine.permissions.count() == 1
