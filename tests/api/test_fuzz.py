"""Schemathesis over the whole schema, in this process and with two identities: no server error, no status or response
that the schema lacks, no data of anyone else.

`make fuzz` does the same with many more cases, and also with the coverage phase and a session.
"""

import json
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.openapi.checks import ObjectLevelAuthorizationViolation

from accounts import tokens
from accounts.models import User
from guidance.catalog.models import Role, Skill
from guidance.progress import services
from tests.api.described import rows
from tests.api.me.conftest import confirmed, signed_in
from tests.factories import make_project
from tests.fuzz import checks
from tests.fuzz.checks import SECRET, described

CASES = int(os.environ.get("CASES", "4"))  # generated for each operation, in addition to its examples
ME = "/api/v1/me/"

schema = schemathesis.openapi.from_dict(described())
schema.config.phases.coverage.enabled = False
# `right_forms_are_refused_for_what_they_name` replaces the first, `check` the second.
schema.config.checks.update(excluded_check_names=["positive_data_acceptance", "nobody_meets_anybody_else"])
# An `If-Match` that does not match is refused before anything else of the request is read.
schema.config.checks.negative_data_rejection.expected_statuses.append("412")
SETTINGS = hypothesis.settings(
    max_examples=CASES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def application() -> Iterator[Any]:
    """Keeps the connection, with the test's transaction, open after the request, as the test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def lena(db: None) -> User:
    return settle("lena")


@pytest.fixture
def marek(db: None) -> User:
    return settle("marek")


def settle(name: str) -> User:
    """A learner with a goal and some progress."""
    learner, now = confirmed(f"{name}-{SECRET}"), timezone.now()
    role, skill = Role.objects.get(slug="ai-engineer"), Skill.objects.get(slug="skill-001")
    services.set_goal(learner=learner, role=role, hours_per_week=8, weekdays=[1, 3], now=now)
    services.assess(learner=learner, skill=skill, level=1, now=now)
    services.write_note(learner=learner, skill=skill, text=f"{name}-{SECRET}@")
    return learner


def by_session(client: Client) -> dict[str, str]:
    csrf = "c" * 32
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
    return {"Cookie": cookie, "X-CSRFToken": csrf}


def bearer(learner: User) -> dict[str, str]:
    _token, text = tokens.issue(owner=learner, name="fuzz", scope="write", days=1, now=timezone.now())
    return {"Authorization": f"Bearer {text}"}


def check(case: Any, application: Any, lena: User, marek: User) -> None:
    """Check Lena's call against the document; then make the same call as Marek, who must neither see nor change anything of hers."""
    case.operation.schema.app = application  # for further requests that the checks make
    own = case.operation.path.startswith(ME)
    case.call_and_validate(app=application, headers=bearer(lena) if own else None)
    if own:
        before = rows(lena.pk)
        response = case.call(app=application, headers=bearer(marek))
        assert f"lena-{SECRET}@".encode() not in response.content
        assert rows(lena.pk) == before


@schema.exclude(operation_id="import").parametrize()
@SETTINGS
def test_answers_hold_what_the_schema_says(case, application, whole_catalogue, lena, marek):
    check(case, application, lena, marek)


@schema.include(operation_id="import").parametrize()
@hypothesis.settings(SETTINGS, max_examples=1)  # generating an export takes seconds
def test_import_holds_what_the_schema_says(case, application, whole_catalogue, lena, marek):
    check(case, application, lena, marek)


def test_what_was_removed_is_gone(application, whole_catalogue, lena):
    """A chain of calls with the session: a token is made, used in a URL, revoked and requested again."""
    headers = by_session(signed_in(lena))

    class Calls(schema.exclude(operation_id=["import", "delete_account"]).as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            case.operation.schema.app = application
            own = case.operation.path.startswith(ME)
            return {"app": application, **({"headers": headers} if own else {})}

    run_state_machine_as_test(Calls, settings=hypothesis.settings(SETTINGS, max_examples=10, stateful_step_count=5))


def test_only_what_somebody_wrote_can_be_a_leak(db):
    """Project work is the example: every learner gets it, empty until they save some."""
    make_project("report", checklist=["It runs."])
    lena, path = confirmed("lena"), f"{ME}projects/report/"
    found = ObjectLevelAuthorizationViolation(operation="", message="", owner="lena", peer="marek", owner_case_id="")

    def is_leak(**work: Any) -> bool:
        sent = json.dumps({"ticked": [], **work})
        answer = signed_in(lena).put(path, sent, "application/json")
        assert answer.status_code == 200, answer.content
        return checks.filter_failure(None, found, SimpleNamespace(formatted_path=path), answer)

    assert not is_leak()
    assert is_leak(url="https://example.com/lena")
    assert is_leak(ticked=["It runs."])
