"""The two clients: how they send and repeat requests, and read responses. Their operations are in `operations`, which is
generated."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from waymark_client.errors import problem_of
from waymark_client.operations import AsyncOperations, Operations

ATTEMPTS = 4
MAX_WAIT_SECONDS = 60.0
FIRST_WAIT_SECONDS = 0.5
TRY_AGAIN = {429, 502, 503, 504}
CONFLICT = 409  # with Retry-After: the same request is still in progress
KEY_HEADER = "Idempotency-Key"
TIMEOUT = httpx.Timeout(30.0)


@dataclass(frozen=True)
class Call:
    """A request that may be sent several times."""

    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any
    repeatable: bool

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        json = {} if self.body is None else {"json": self.body}
        return http.build_request(
            self.method, self.path, params=_sent(self.query) or None, headers=self.headers, **json
        )

    def wait_after(self, response: httpx.Response, attempt: int) -> float | None:
        """The seconds to wait before the next attempt; None if another attempt would be useless or is not allowed."""
        status, told = response.status_code, response.headers.get("Retry-After", "")
        if status == CONFLICT and not told:
            return None
        # A request that a rate limit refused was never started, so it can always be repeated; other requests may have been
        # started.
        if status not in TRY_AGAIN | {CONFLICT} or not (self.repeatable or status == httpx.codes.TOO_MANY_REQUESTS):
            return None
        seconds = float(told) if told.isdecimal() else _backoff(attempt)
        return seconds if attempt < ATTEMPTS and seconds <= MAX_WAIT_SECONDS else None

    def wait_after_failure(self, attempt: int) -> float | None:
        """The seconds to wait after a failed connection; None as for `wait_after`."""
        return _backoff(attempt) if self.repeatable and attempt < ATTEMPTS else None


def _backoff(attempt: int) -> float:
    return FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * random.SystemRandom().uniform(0.5, 1.0)


def _sent(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _call(
    method: str,
    path: str,
    query: Mapping[str, Any] | None,
    headers: Mapping[str, str | None] | None,
    body: Any,
    *,
    keyed: bool,
    repeatable: bool,
) -> Call:
    """Creates a `Call`. `keyed` means that the operation takes an `Idempotency-Key`: the request gets a key and becomes
    repeatable."""
    sent = _sent(headers or {})
    if keyed:
        sent.setdefault(KEY_HEADER, str(uuid.uuid4()))
    return Call(method, path, query or {}, sent, body, repeatable or keyed or method != "POST")


def _read[T](kind: type[T], response: httpx.Response) -> T:
    result: Any = response.content if kind is bytes else response.json()
    return result  # type: ignore[no-any-return] # the API follows its schema


def _next(page: Mapping[str, Any]) -> str | None:
    """The path and query of the next page; None after the last page. The host is left out: the client may reach the site by
    another name, and a token is only for the host that it was created for."""
    if not page["next"]:
        return None
    address = urlsplit(page["next"])
    return f"{address.path}?{address.query}"


def _options(base_url: str, token: str | None, headers: Mapping[str, str] | None) -> dict[str, Any]:
    known = {"Accept": "application/json, */*;q=0.5", "User-Agent": "waymark-client/1.0", **(headers or {})}
    if token:
        known["Authorization"] = f"Bearer {token}"
    return {"base_url": base_url, "headers": known, "timeout": TIMEOUT, "follow_redirects": True}


class Client(Operations):
    """A client whose methods block until the response arrives.

    `token` is an access token, created at `/settings/tokens/`; the catalogue and the calculations need no token. `headers` and
    `transport` are passed to httpx, for a proxy or a test.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.http = httpx.Client(transport=transport, **_options(base_url, token, headers))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        keyed: bool = False,
        repeatable: bool = False,
    ) -> httpx.Response:
        """Sends any request and returns the whole response, with its headers. Repeats the request if allowed. Raises
        Problem."""
        call = _call(method, path, query, headers, body, keyed=keyed, repeatable=repeatable)
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self.http.send(call.request(self.http))
            except httpx.TransportError:
                wait = call.wait_after_failure(attempt)
                if wait is None:
                    raise
            else:
                wait = call.wait_after(response, attempt)
                if wait is None:
                    if response.is_error:
                        raise problem_of(response)
                    return response
            time.sleep(wait)

    def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        return _read(kind, self.send(method, path, **options))

    def _do(self, method: str, path: str, **options: Any) -> None:
        self.send(method, path, **options)

    def _each(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        page = self.send("GET", path, query=query).json()
        yield from page["results"]
        while (address := _next(page)) is not None:
            page = self.send("GET", address).json()
            yield from page["results"]


class AsyncClient(AsyncOperations):
    """A client like `Client`, with methods to await."""

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.http = httpx.AsyncClient(transport=transport, **_options(base_url, token, headers))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        keyed: bool = False,
        repeatable: bool = False,
    ) -> httpx.Response:
        """Sends any request and returns the whole response, with its headers. Repeats the request if allowed. Raises
        Problem."""
        call = _call(method, path, query, headers, body, keyed=keyed, repeatable=repeatable)
        attempt = 0
        while True:
            attempt += 1
            try:
                response = await self.http.send(call.request(self.http))
            except httpx.TransportError:
                wait = call.wait_after_failure(attempt)
                if wait is None:
                    raise
            else:
                wait = call.wait_after(response, attempt)
                if wait is None:
                    if response.is_error:
                        raise problem_of(response)
                    return response
            await asyncio.sleep(wait)

    async def _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:
        return _read(kind, await self.send(method, path, **options))

    async def _do(self, method: str, path: str, **options: Any) -> None:
        await self.send(method, path, **options)

    async def _each(self, path: str, query: Mapping[str, Any]) -> AsyncIterator[Any]:
        page = (await self.send("GET", path, query=query)).json()
        for record in page["results"]:
            yield record
        while (address := _next(page)) is not None:
            page = (await self.send("GET", address)).json()
            for record in page["results"]:
                yield record
