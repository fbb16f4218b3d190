"""Requests over one connection, and what they cost the server. Two clients take turns, so that other load on the machine affects both."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection

from benchmarks.servers import Server


class Client:
    """A client with one persistent connection; it sends the next request once it has read the response."""

    def __init__(
        self,
        server: Server,
        paths: Iterator[str],
        headers: Mapping[str, str],
        body: bytes = b"",
        before: Callable[[], object] | None = None,
    ) -> None:
        self.server, self.paths, self.headers, self.body = server, paths, headers, body
        self.before = before  # called before each request; its time is not measured
        self.connection: HTTPConnection = server.connect()
        self.seconds: list[float] = []
        self.status, self.size = 0, 0

    def run(self, requests: int) -> tuple[float, float]:
        """Sends `requests` requests. Returns the server's CPU seconds and the elapsed seconds."""
        cpu = self.server.cpu_seconds()
        for _ in range(requests):
            if self.before:
                self.before()
            begin = time.perf_counter()
            self.connection.request("POST" if self.body else "GET", next(self.paths), self.body or None, self.headers)
            response = self.connection.getresponse()
            self.size = len(response.read())
            self.status = response.status
            self.seconds.append(time.perf_counter() - begin)
        return self.server.cpu_seconds() - cpu, sum(self.seconds[-requests:])


@dataclass
class Use:
    cpu: float = 0.0
    clock: float = 0.0


def alternate(a: Client, b: Client, *, requests: int, rounds: int) -> tuple[Use, Use]:
    """The time that each client takes for `rounds` rounds of `requests` requests; the clients take turns."""
    uses = Use(), Use()
    for client in (a, b):
        client.run(50)  # so that every worker and thread has served the page once
        client.seconds.clear()
    for _ in range(rounds):
        for client, use in zip((a, b), uses, strict=True):
            cpu, clock = client.run(requests)
            use.cpu, use.clock = use.cpu + cpu, use.clock + clock
    return uses


def etag(server: Server, path: str) -> str:
    connection = server.connect()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.headers.get("ETag", "")
