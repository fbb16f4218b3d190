"""Additional checks for schemathesis, imported by its runs and by `tests/api/test_fuzz.py`."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from django.test import Client
from schemathesis.openapi.checks import ObjectLevelAuthorizationViolation

from accounts.models import User
from guidance.api.docs import document
from guidance.api.errors import MEDIA_TYPE, PROBLEMS

# Fields that may be refused although their form is valid. They may name something that does not exist: an unknown slug, a page
# after the last, a day that no month has, a line that is on no checklist, words that no one was shown. Or they contradict the
# rest: a deadline before the start, a skill outside the goal, a day of more than 24 hours, a pause in the past, evidence with
# neither link nor text, one token too many.
NAMES_SOMETHING = {"area", "role", "industry", "skill", "project", "resource", "page", "levels", "skip", "pin", "later"}
NAMES_SOMETHING |= {"start", "deadline", "days_off", "cursor", "ticked", "consent", "minutes", "on", "paused_until"}
NAMES_SOMETHING |= {"choices", "projects", "milestone_order", "skip_milestones", "url", "non_field_errors"}
NAMES_SOMETHING |= {
    "ad",
    "employer",
    "skills",
    "text",
    "title",
}  # have to be one line, name an own ad, or stay within a limit
# Must not contain an email address or invisible characters, or be there for the kind of evidence that the path names.
NAMES_SOMETHING |= {"display_name", "name", "issuer", "issued_on"}
NAMES_SOMETHING |= {"since", "until", "before", "restore", "time_zone"}
NAMES_SOMETHING |= {"revision", "answers"}  # have to name a revision that exists or existed, and existing skills
# Statuses that any operation may answer because of the headers or the URL: the accepted media type, too long, not implemented.
REFUSED_ANYWHERE = ("406", "414", "417", "431", "501")
SECRET = "canary"  # in the email address of every account of a run


def described() -> dict[str, Any]:
    """The OpenAPI document without the response "any other error", which every status would match. Instead, each operation has the
    responses to requests that are refused before the operation is known."""
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
    """Every error, even for an unknown method or URL, is a problem of a type that the documentation names."""
    if response.status_code >= 400 and case.method != "HEAD":
        assert response.headers["content-type"] == [MEDIA_TYPE], response.headers["content-type"]
        assert response.status_code in PROBLEMS, response.status_code
        assert response.json()["type"] == PROBLEMS[response.status_code].type
        assert b"Traceback" not in response.content


@schemathesis.check
def right_forms_are_refused_for_what_they_name(ctx: Any, response: Any, case: Any) -> None:
    """A valid request may get a 400 only for a field in `NAMES_SOMETHING`. Replaces `positive_data_acceptance`, which takes any 400
    for a mistake of the schema."""
    if response.status_code == 400 and case.meta and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        problem = response.json()
        assert "errors" in problem, f"valid, and yet refused: {problem['detail']}"
        errors = {name for name in problem["errors"] if "[" not in name}  # names with brackets are rows of an export
        assert errors <= NAMES_SOMETHING, f"valid, and yet refused: {errors}"


@schemathesis.check
def nobody_meets_anybody_else(ctx: Any, response: Any, case: Any) -> None:
    """Only its owner gets to see the email address of an account. Addresses are NAME-canary@…, with the name of the account."""
    words = response.content.replace(b'"', b" ").replace(b"/", b" ").split()
    found = {word.partition(b"-")[0].decode() for word in words if f"-{SECRET}@".encode() in word}
    assert found <= {case.auth_identity}, f"{case.auth_identity} was told of {found}"


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure is real. It is no leak if a new learner, who has written nothing, gets the same response: two learners may
    both have saved an empty answer, even in the same second."""
    if not isinstance(failure, ObjectLevelAuthorizationViolation):
        return True
    return _untimed(response.json()) != _untimed(_told_to_somebody_new(case.formatted_path))


def _told_to_somebody_new(path: str) -> dict[str, Any]:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get_or_create(email="new@example.org")[0])
    return client.get(path).json()


def _untimed(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if not name.endswith("_at")}
