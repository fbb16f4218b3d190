"""What `waymark-client` does when a request fails, and that it does not leak its token."""

from collections.abc import Callable
from itertools import count

import httpx
import pytest
import waymark_client.client
from waymark_client import Client, Problem, TooManyRequests, Unavailable

SITE = "https://waymark.example"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(waymark_client.client.time, "sleep", waits.append)
    return waits


def client(answer: Callable[[httpx.Request], httpx.Response]) -> tuple[Client, list[httpx.Request]]:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answer(request)

    return Client(SITE, "wm_secret", transport=httpx.MockTransport(handle)), sent


def answering(*responses: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    """A handler that returns these responses one after the other, the last one from then on."""
    number = count()
    return lambda _request: responses[min(next(number), len(responses) - 1)]


def problem(status: int, **headers: str) -> httpx.Response:
    told = {"type": f"{SITE}/api/docs/#kind", "title": "Title", "status": status, "detail": "Detail.", "instance": "/"}
    media_type = {"Content-Type": "application/problem+json"}
    return httpx.Response(status, json=told, headers={**media_type, **headers})


def test_it_waits_as_long_as_it_is_told(slept):
    waymark, sent = client(
        answering(
            problem(429, **{"Retry-After": "7"}), problem(503, **{"Retry-After": "2"}), httpx.Response(200, json={})
        )
    )
    assert waymark.list_skills() == {}
    assert slept == [7.0, 2.0]
    assert len(sent) == 3


def test_it_gives_up_in_the_end(slept):
    waymark, sent = client(answering(problem(503)))
    with pytest.raises(Unavailable):
        waymark.list_skills()
    assert len(sent) == waymark_client.client.ATTEMPTS
    assert slept == sorted(slept)


def test_it_does_not_wait_for_hours(slept):
    waymark, _sent = client(answering(problem(429, **{"Retry-After": "3600"})))
    with pytest.raises(TooManyRequests) as told:
        waymark.list_skills()
    assert (slept, told.value.detail) == ([], "Detail.")


def test_a_connection_that_fails_is_tried_again(slept):
    number = count()

    def answer(_request: httpx.Request) -> httpx.Response:
        if not next(number):
            raise httpx.ConnectError("away")
        return httpx.Response(200, json={})

    waymark, sent = client(answer)
    waymark.list_skills()
    assert (len(slept), len(sent)) == (1, 2)


def test_what_is_stored_twice_is_sent_twice_with_one_key_only(slept):
    waymark, sent = client(answering(problem(503), httpx.Response(201, json={})))
    waymark.log_session({"skill": "python", "minutes": 30})
    keys = {request.headers["Idempotency-Key"] for request in sent}
    assert (len(sent), len(keys)) == (2, 1)


def test_what_takes_no_key_is_sent_once(slept):
    waymark, sent = client(answering(problem(503)))
    with pytest.raises(Unavailable):
        waymark.make_token({"name": "mine", "scopes": ["read"]})
    assert len(sent) == 1
    waymark, sent = client(answering(problem(429, **{"Retry-After": "1"}), httpx.Response(201, json={})))
    waymark.make_token({"name": "mine", "scopes": ["read"]})
    assert len(sent) == 2


def test_the_next_page_is_asked_for_where_the_first_was():
    pages = answering(
        httpx.Response(
            200, json={"next": "https://elsewhere.example/api/v1/skills/?page=2", "results": [{"slug": "a"}]}
        ),
        httpx.Response(200, json={"next": None, "results": [{"slug": "b"}]}),
    )
    waymark, sent = client(pages)
    assert [skill["slug"] for skill in waymark.iter_skills(area="programming")] == ["a", "b"]
    assert [str(request.url) for request in sent] == [
        f"{SITE}/api/v1/skills/?area=programming",
        f"{SITE}/api/v1/skills/?page=2",
    ]


def test_a_token_goes_to_no_other_site():
    moved = httpx.Response(301, headers={"Location": "https://elsewhere.example/api/v1/skills/new/"})
    waymark, sent = client(answering(moved, httpx.Response(200, json={})))
    waymark.read_skill("old")
    assert [request.headers.get("Authorization") for request in sent] == ["Bearer wm_secret", None]


def test_an_error_of_a_proxy_is_a_problem_too():
    waymark, _sent = client(answering(httpx.Response(418, text="<h1>no</h1>")))
    with pytest.raises(Problem) as told:
        waymark.list_skills()
    assert (told.value.status, told.value.type, told.value.errors) == (418, "about:blank", {})
