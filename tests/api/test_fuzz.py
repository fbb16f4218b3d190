"""Schemathesis over the whole schema, in this process: no server error, no status and no answer that the schema lacks.

`make fuzz` does the same with many more cases.
"""

import os

import hypothesis
import pytest
import schemathesis
from allauth.account.models import EmailAddress
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts import tokens
from accounts.models import User
from guidance.api.docs import document
from guidance.catalog.models import Role
from guidance.progress import services

CASES = int(os.environ.get("CASES", "5"))  # generated for each operation, beside those of the coverage phase

# What is right by its form may still name nothing: a slug that no record has, a page after the last, a day that no month
# has; or contradict the rest: a deadline before the start, a skill outside the goal.
NAMES_SOMETHING = {"area", "role", "industry", "skill", "page", "levels", "skip", "pin", "later"}
NAMES_SOMETHING |= {"start", "deadline", "days_off", "cursor"}

schema = schemathesis.openapi.from_dict(document())  # type: ignore[arg-type]


@pytest.fixture
def application():
    """As the test client does: the connection, with the test's transaction, outlives the request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(db) -> str:
    """Of somebody who has set out."""
    learner, now = User.objects.create_user("lena@example.com"), timezone.now()
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    role = Role.objects.get(slug="ai-engineer")
    services.set_goal(learner=learner, role=role, hours_per_week=8, weekdays=[1, 3], now=now)
    _token, text = tokens.make(owner=learner, name="fuzz", scope="write", days=1, now=now)
    return text


@schema.parametrize()
@hypothesis.settings(
    max_examples=CASES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_answers_hold_what_the_schema_says(case, application, whole_catalogue, token):
    case.operation.schema.app = application  # for what the checks ask besides
    headers = {"Authorization": f"Bearer {token}"} if case.operation.path.startswith("/api/v1/me/") else None
    response = case.call_and_validate(app=application, headers=headers, excluded_checks=[positive_data_acceptance])
    if response.status_code == 400 and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        errors = {name for name in response.json()["errors"] if "[" not in name}  # in brackets: a row of an export
        assert set(errors) <= NAMES_SOMETHING, f"valid, and yet refused: {errors}"
