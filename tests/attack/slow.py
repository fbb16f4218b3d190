"""Clients that are slow to send a body or headers, or to read an answer. Other clients must not notice."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.attack.site import Finding, Site, at_most, equal, probing

SLOW = 200  # connections
SECONDS = 8.0  # for each attack
LIVEZ_MS = 500
GROWTH_MIB = 40  # allowed for one worker

# With the CSRF cookie: without it a POST is refused before its body is read, and nginx then closes its connection to gunicorn.
HEAD = (
    b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: csrf=" + b"a" * 32 + b"\r\n"
)
UPLOAD = HEAD % b"/match/" + b"Content-Length: 1000000\r\n\r\n"
CHUNKS = HEAD % b"/match/" + b"Transfer-Encoding: chunked\r\n\r\nf4240\r\n"
API = HEAD % b"/api/v1/match/" + b"Content-Length: 1000000\r\n\r\n"
STATUS_LINE = b"GET /api/v1/skills/?page_size=200 HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def connections(port: int, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """Opens `count` connections that have sent `beginning` and nothing more."""
    sockets = []
    try:
        for _number in range(count):
            opened = socket.create_connection(("127.0.0.1", port), timeout=5)
            sockets.append(opened)
            with suppress(OSError):
                opened.sendall(beginning)
        yield sockets
    finally:
        for opened in sockets:
            opened.close()


def trickle(sockets: list[socket.socket], byte: bytes, seconds: float) -> None:
    """Send one byte a second on each connection."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for opened in sockets:
            with suppress(OSError):
                opened.send(byte)
        time.sleep(1)


def attack(site: Site, port: int, what: str, beginning: bytes, byte: bytes) -> list[Finding]:
    with (
        connections(port, SLOW, beginning) as sockets,
        probing(port) as alive,
        probing(port, "/skills/python/") as page,
    ):
        trickle(sockets, byte, SECONDS)
    return [*alive.findings(what, LIVEZ_MS), equal(f"{what}: pages without an answer", len(page.failures), 0)]


def bodies(site: Site) -> list[Finding]:
    found: list[Finding] = []
    site.get("/skills/python/")
    before = max(site.memory_mib())
    for what, beginning in (("uploads", UPLOAD), ("chunks", CHUNKS), ("API", API)):
        found += attack(site, site.port, f"{SLOW} slow {what}", beginning, b"x")
    return [*found, at_most("what a worker's memory has grown by", max(site.memory_mib()) - before, GROWTH_MIB, "MiB")]


def headers(site: Site) -> list[Finding]:
    found = attack(site, site.port, f"{SLOW} that send headers", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"x")
    return [*found, *attack(site, site.port, f"{SLOW} that send nothing", b"", b"")]


def readers(site: Site) -> list[Finding]:
    """An answer that is not read waits in the kernel, not in a thread, and a client that does not close its connection blocks no one."""
    unread = attack(site, site.port, f"{SLOW} that read nothing", STATUS_LINE + b"\r\n", b"")
    unclosed = attack(site, site.port, f"{SLOW} that stay", STATUS_LINE + b"Connection: close\r\n\r\n", b"")
    return [*unread, *unclosed]


def through_nginx(site: Site) -> list[Finding]:
    site.start_nginx()
    found: list[Finding] = []
    for what, beginning, byte in (("uploads", UPLOAD, b"x"), ("headers", b"GET / HTTP/1.1\r\nX: ", b"x")):
        found += attack(site, site.proxy_port, f"nginx, {SLOW} slow {what}", beginning, byte)
    return found
