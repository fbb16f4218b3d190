"""Requests with the same key at the same time, each in a transaction of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from guidance.progress.models import StoredResponse, StudySession
from tests.api.me.conftest import caller, signed_in
from tests.factories import make_skill

pytestmark = pytest.mark.django_db(transaction=True)
SENT = {"skill": "python", "minutes": 45}
KEY = {"Idempotency-Key": "one"}
TOGETHER = 40  # connections


def _learner() -> User:
    make_skill("python")
    return User.objects.create_user("lena@example.com")


def test_a_hundred_parallel_requests_with_one_key_have_one_effect():
    client = signed_in(_learner())
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    start = threading.Barrier(TOGETHER)

    def ask(number: int) -> tuple[int, bytes]:
        if number < TOGETHER:
            start.wait()
        try:
            response = Client(headers={"Cookie": cookie}).post(
                "/api/v1/me/sessions/", SENT, "application/json", headers=KEY
            )
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        found = set(pool.map(ask, range(100)))
    assert len(found) == 1
    assert found.pop()[0] == 201
    assert StudySession.objects.count() == 1


def test_who_would_wait_for_too_long_is_told_to_come_back():
    lena = _learner()
    call = caller(signed_in(lena))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                StoredResponse.objects.create(learner=lena, key="one", digest="")
                held.set()
                done.wait()
                transaction.set_rollback(True)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        problem = call("POST", "sessions/", SENT, status=409, headers=KEY)
    finally:
        done.set()
        other.join()
        connection.close()
    assert problem["detail"] == "A request with this key is still in progress."
    call("POST", "sessions/", SENT, status=201, headers=KEY)
