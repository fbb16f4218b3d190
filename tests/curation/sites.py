"""A small web on this machine: what names resolve to, which servers answer, and where connections were made to."""

import ipaddress
import select
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from typing import Any

PUBLIC = "93.184.216.34"
OTHER_PUBLIC = "2606:2800:220:1:248:1893:25c8:1946"

Reply = tuple[int, Mapping[str, str]]


class Site:
    """A site that answers by path, or by method and path for keys such as "HEAD /path", and 404 to everything else. Records its
    requests."""

    def __init__(self, replies: Mapping[str, Reply], context: Any = None) -> None:
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(f"{self.command} {self.headers['Host']}{self.path}")
                site.headers.append(dict(self.headers))
                status, headers = replies.get(f"{self.command} {self.path}") or replies.get(self.path) or (404, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_HEAD = do_GET  # noqa: N815  the name is given

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.server.handle_error = lambda *args: None  # clients disconnect on purpose
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> "Site":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Canary:
    """Listens on a port of loopback that no request may reach, on IPv4 and, if the machine has it, on IPv6."""

    def __init__(self) -> None:
        first = socket.create_server(("127.0.0.1", 0))
        self.port = first.getsockname()[1]
        self.listeners = [first]
        with suppress(OSError):  # a machine without IPv6
            self.listeners.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))

    @property
    def visitors(self) -> int:
        ready, _, _ = select.select(self.listeners, [], [], 0)
        return len(ready)

    def close(self) -> None:
        for listener in self.listeners:
            listener.close()


@contextmanager
def canary() -> Iterator[Canary]:
    made = Canary()
    try:
        yield made
    finally:
        made.close()


@dataclass
class Web:
    """`resolve` and `connect` for `links.ask`. Each look-up of a given name returns its next list of addresses, the last one from then
    on; other names resolve as on this machine. A connection to an address in `sites` goes to that site, any other to the canary."""

    names: Mapping[str, Sequence[Sequence[str]]]
    sites: Mapping[str, Site]
    canary: Canary
    resolved: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._answers = {name: chain(lists, repeat(lists[-1])) for name, lists in self.names.items()}

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        if host in self._answers:
            return list(next(self._answers[host]))
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=0 if host == "localhost" else _NUMERIC)
        return [str(address[0]) for *_, address in rows]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append(address)
        assert str(ipaddress.ip_address(address)) == address
        site = self.sites.get(address)
        return socket.create_connection(("127.0.0.1", site.port if site else self.canary.port), seconds)


_NUMERIC = socket.AI_NUMERICHOST  # also for forms such as 0x7f.1; no server is asked
