import json

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from tests.factories import make_role

pytestmark = pytest.mark.django_db
JSON = "application/json"
QUESTIONS = {
    "/api/v1/readiness/": [{"role": "ai-engineer", "levels": {"python": n, f"x{n}": 1}} for n in range(3)],
    "/api/v1/plan/": [{"role": "ai-engineer", "hours_per_week": n, "start": "2026-11-30"} for n in (4, 8)],
}


@pytest.fixture(autouse=True)
def _catalogue(db):
    make_role("ai-engineer", requirements={"python": (3, 5)})


@pytest.mark.parametrize("path", QUESTIONS)
def test_each_of_a_batch_is_answered_as_if_it_came_alone(client, path):
    alone = [client.post(path, question, JSON).json() for question in QUESTIONS[path]]
    together = client.post(f"{path}batch/", {"requests": QUESTIONS[path]}, JSON)
    assert together.status_code == 200
    assert together.json() == {"results": alone}


@pytest.mark.parametrize("path", QUESTIONS)
def test_batches_that_cannot_be_are_refused(client, path):
    question = QUESTIONS[path][0]

    def errors(body):
        response = client.post(f"{path}batch/", body, JSON)
        assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
        return response.json()["errors"]

    assert errors({"requests": [question] * 51}) == {"requests": ["Send at most 50 requests."]}
    assert errors({"requests": []}).keys() == errors([question]).keys() == errors({}).keys() == {"requests"}
    assert "`requests`" in errors({"request": [question]})["request"][0]
    assert errors({"requests": [question, {**question, "rol": 1}]}).keys() == {"requests[1].rol"}
    assert errors({"requests": [question, {**question, "role": "x"}, 5]}).keys() == {"requests[1].role", "requests[2]"}


def test_plan_that_cannot_be_is_named_by_its_place(client):
    asked = [QUESTIONS["/api/v1/plan/"][0], {**QUESTIONS["/api/v1/plan/"][0], "deadline": "2026-11-01"}]
    response = client.post("/api/v1/plan/batch/", {"requests": asked}, JSON)
    assert response.json()["errors"].keys() == {"requests[1].deadline"}


def test_each_of_a_batch_counts_and_one_that_is_too_large_counts_once(settings):
    settings.API_LIMITS = {"catalogue": 9, "anonymous_post": 10, "authenticated": 9}
    client = Client(REMOTE_ADDR="198.51.100.7")

    def ask(many):
        sent = json.dumps({"requests": [QUESTIONS["/api/v1/readiness/"][0]] * many})
        response = client.post("/api/v1/readiness/batch/", sent, JSON)
        return response.status_code, int(response.headers["RateLimit"].split("r=")[1].split(";")[0])

    assert [ask(6), ask(5), ask(3), ask(1)] == [(200, 4), (429, 3), (200, 0), (429, 0)]


def test_token_has_its_own_limit_for_what_is_public(settings):
    settings.API_LIMITS = {"catalogue": 1, "anonymous_post": 1, "authenticated": 3}
    lena = User.objects.create_user("lena@example.org")
    lena.emailaddress_set.create(email=lena.email, verified=True, primary=True)
    _token, text = tokens.issue(owner=lena, name="x", scope="read", days=1, now=timezone.now())
    client = Client(REMOTE_ADDR="198.51.100.8", headers={"Authorization": f"Bearer {text}"})
    calls = [
        client.get("/api/v1/roles/"),
        client.post("/api/v1/readiness/", QUESTIONS["/api/v1/readiness/"][0], JSON),
        client.get("/api/v1/me/"),
        client.get("/api/v1/roles/"),
    ]
    assert [call.status_code for call in calls] == [200, 200, 200, 429]
    assert [call.headers["RateLimit"].partition(";")[0] for call in calls] == ['"authenticated"'] * 4
    assert (
        Client(REMOTE_ADDR="198.51.100.8").get("/api/v1/roles/").status_code == 200
    )  # another address has its own limit
