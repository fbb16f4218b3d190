"""What schemathesis checks besides its own: imported by its runs, and by `tests/api/test_fuzz.py`."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from django.test import Client
from schemathesis.openapi.checks import ObjectLevelAuthorizationViolation

from accounts.models import User
from guidance.api.docs import document
from guidance.api.errors import MEDIA_TYPE, PROBLEMS

# What is right by its form may still name nothing: a slug that no record has, a page after the last, a day that no month
# has, a line that is on no checklist, words that nobody was shown; or contradict the rest: a deadline before the start, a
# skill outside the goal, a day of more than 24 hours, a pause that is over, evidence with neither
# link nor text, one token too many.
NAMES_SOMETHING = {"area", "role", "industry", "skill", "project", "resource", "page", "levels", "skip", "pin", "later"}
NAMES_SOMETHING |= {"start", "deadline", "days_off", "cursor", "ticked", "consent", "minutes", "on", "paused_until"}
NAMES_SOMETHING |= {"choices", "projects", "milestone_order", "skip_milestones", "url", "non_field_errors"}
NAMES_SOMETHING |= {"ad", "employer", "skills", "text", "title"}  # one line, an ad of hers, no more than there may be
NAMES_SOMETHING |= {"display_name", "name", "issuer"}  # no email address, and no sign that is not seen
NAMES_SOMETHING |= {"since", "until", "before", "restore", "time_zone"}
NAMES_SOMETHING |= {"revision", "answers"}  # of the catalogue, that is there or was; skills that there are
# For its headers or its address, whatever the operation: what it accepts, is longer than the server reads, or asks it to do.
REFUSED_ANYWHERE = ("406", "414", "417", "431", "501")
SECRET = "canary"  # in the address of every account of a run


def described() -> dict[str, Any]:
    """The OpenAPI document without "any other error", which every status would fit. What is refused before the operation
    is known can be the answer of each."""
    paths = {
        path: {method: _without_default(operation) for method, operation in methods.items()}
        for path, methods in document()["paths"].items()
    }
    return {**document(), "paths": paths}


def _without_default(operation: Mapping[str, Any]) -> dict[str, Any]:
    responses = {status: answer for status, answer in operation["responses"].items() if status != "default"}
    anywhere = dict.fromkeys(REFUSED_ANYWHERE, operation["responses"]["default"])
    return {**operation, "responses": anywhere | responses}


@schemathesis.check
def errors_are_problems(ctx: Any, response: Any, case: Any) -> None:
    """Every error, also of a method or an address that is not there, is a problem of a kind that the documentation names."""
    if response.status_code >= 400 and case.method != "HEAD":
        assert response.headers["content-type"] == [MEDIA_TYPE], response.headers["content-type"]
        assert response.status_code in PROBLEMS, response.status_code
        assert response.json()["type"] == PROBLEMS[response.status_code].type
        assert b"Traceback" not in response.content


@schemathesis.check
def right_forms_are_refused_for_what_they_name(ctx: Any, response: Any, case: Any) -> None:
    """In place of `positive_data_acceptance`, which takes any 400 for a mistake of the schema."""
    if response.status_code == 400 and case.meta and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        problem = response.json()
        assert "errors" in problem, f"valid, and yet refused: {problem['detail']}"
        errors = {name for name in problem["errors"] if "[" not in name}  # in brackets: a row of an export
        assert errors <= NAMES_SOMETHING, f"valid, and yet refused: {errors}"


@schemathesis.check
def nobody_meets_anybody_else(ctx: Any, response: Any, case: Any) -> None:
    """The address of an account is told to its owner alone. Accounts are called NAME-canary@…, NAME being who asks."""
    words = response.content.replace(b'"', b" ").replace(b"/", b" ").split()
    found = {word.partition(b"-")[0].decode() for word in words if f"-{SECRET}@".encode() in word}
    assert found <= {case.auth_identity}, f"{case.auth_identity} was told of {found}"


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether it is one. What says no more than to somebody who has written nothing is no leak: two learners may both have
    saved an empty answer, in the same second too."""
    if not isinstance(failure, ObjectLevelAuthorizationViolation):
        return True
    return _untimed(response.json()) != _untimed(_told_to_somebody_new(case.formatted_path))


def _told_to_somebody_new(path: str) -> dict[str, Any]:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get_or_create(email="new@example.org")[0])
    return client.get(path).json()


def _untimed(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if not name.endswith("_at")}
