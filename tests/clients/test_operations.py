"""Calls every operation of the API once with `waymark-client`; the application answers."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, Queue
from typing import Any

import httpx
import pytest
from waymark_client import AsyncClient, Client, Invalid, NotFound

from tests.clients import calls
from tests.clients.calls import Call

pytestmark = pytest.mark.django_db
BASE = f"http://{calls.HOST}"


class ByThisThread(httpx.AsyncBaseTransport):
    """Answers requests of an event loop in another thread in this one, which has the transaction of the test."""

    def __init__(self) -> None:
        self.transport = httpx.WSGITransport(app=calls.application)
        self.requests: Queue[tuple[httpx.Request, Future[httpx.Response]]] = Queue()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        answer: Future[httpx.Response] = Future()
        self.requests.put((request, answer))
        return await asyncio.wrap_future(answer)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(asyncio.run, work)
            while not done.done():
                with suppress(Empty):
                    request, answer = self.requests.get(timeout=0.05)
                    answered = self.transport.handle_request(request)
                    answer.set_result(
                        httpx.Response(answered.status_code, headers=answered.headers, content=answered.read())
                    )
            done.result()


@pytest.fixture
def clients(headers: Any) -> dict[str, Client]:
    """Clients by kind of authentication."""
    transport = httpx.WSGITransport(app=calls.application)
    return {way: Client(BASE, headers=sent, transport=transport) for way, sent in headers.items()}


def sent_with(call: Call) -> tuple[list[Any], dict[str, Any]]:
    path = [*call.path.values(), *([call.body] if call.body is not None else [])]
    return path, {name: values if len(values) > 1 else values[0] for name, values in call.query.items()}


def test_every_operation_is_called_once(clients, ids):
    for call in calls.calls(ids):
        method = getattr(clients[call.by], f"{call.id}_" if call.id == "import" else call.id)
        arguments, named = sent_with(call)
        answer = method(*arguments, **named)
        assert (answer is None) is ("204" in call.operation.described["responses"]), call


def test_lists_go_on_to_their_last_page(clients):
    waymark = clients["nothing"]
    skills = [skill["slug"] for skill in waymark.iter_skills(page_size=1)]
    assert skills == [skill["slug"] for skill in waymark.list_skills()["results"]]
    assert len(skills) == waymark.list_skills()["count"] > 2


def test_the_other_client_awaits_the_same(headers, lena):
    transport = ByThisThread()

    async def use() -> None:
        async with AsyncClient(BASE, headers=headers["token"], transport=transport) as waymark:
            assert (await waymark.read_account())["email"] == lena.email
            assert (await waymark.read_skill("python"))["slug"] == "python"
            skills = [skill["slug"] async for skill in waymark.iter_skills(page_size=2)]
            assert skills == [skill["slug"] for skill in (await waymark.list_skills())["results"]]
            plan = await waymark.plan({"role": "ai-engineer", "hours_per_week": 8}, units="all")
            assert plan["finish"]
            assert (await waymark.log_session({"skill": "python", "minutes": 30}))["minutes"] == 30
            await waymark.restore_plan("kubernetes")
            with pytest.raises(NotFound):
                await waymark.read_skill("phyton")

    transport.run(use())


def test_problems_are_exceptions(clients):
    waymark = clients["nothing"]
    with pytest.raises(NotFound) as unknown:
        waymark.read_skill("../roles?page=1")
    assert unknown.value.status == 404
    with pytest.raises(Invalid) as wrong:
        waymark.plan({"role": "no-such-role", "hours_per_week": 8})
    assert wrong.value.errors == {"role": ["No role has this slug."]}
    assert wrong.value.type.endswith("/api/docs/#invalid-request")
    assert "role: No role has this slug." in str(wrong.value)
