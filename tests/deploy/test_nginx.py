"""The shipped nginx template in a real nginx, in front of servers that return what they were sent."""

import json
import re
import signal
import socket
import socketserver
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.servers import free_port
from guidance.curation import record_files
from guidance.matching import uploads
from guidance.personal_data import restore
from tests.attack import proxy

pytestmark = pytest.mark.skipif(proxy.nginx() is None, reason="nginx is not installed")
CLASSROOM = 120  # requests at once from one address


class Web(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def __init__(self, address: str, port: int = 0) -> None:
        super().__init__((address, port), Told)
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Told(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        self.server.asked += 1
        length = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        told = {"server": self.server.server_address[0], "length": length, "headers": dict(self.headers)}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


class Names(socketserver.ThreadingUDPServer):
    """A name server that resolves every name to the same address."""

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), Name)
        self.address = address
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Name(socketserver.BaseRequestHandler):
    server: Names

    def handle(self) -> None:
        question, answer_to = self.request
        name = question[12 : question.index(b"\0", 12) + 5]
        head = question[:2] + b"\x81\x80" + b"\0\1\0\1\0\0\0\0"
        found = b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(self.server.address)
        answer_to.sendto(head + name + found, self.client_address)


@contextmanager
def running(home: Path, **options: object) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(proxy.command(home, port=port, **options), stderr=subprocess.DEVNULL)  # type: ignore[arg-type]
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web("127.0.0.1") as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def port(web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running(tmp_path_factory.mktemp("nginx"), web=f"127.0.0.1:{web.server_port}") as found:
        yield found


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(
            method, path, body=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if response.status == 200 else {}
    finally:
        connection.close()


def test_application_is_told_who_called(port):
    """The proxy that terminates TLS has appended the caller's address; this one appends the address of that proxy."""
    _status, told = ask(port, "GET", "/skills/", X_Forwarded_For="6.6.6.6, 203.0.113.7", X_Forwarded_Proto="gopher")
    assert told["headers"]["X-Forwarded-For"] == "6.6.6.6, 203.0.113.7, 127.0.0.1"
    assert told["headers"]["X-Forwarded-Proto"] == "http"
    _status, told = ask(port, "GET", "/roles/")
    assert told["headers"]["X-Forwarded-For"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/match/", uploads.MAX_BYTES),
        ("/settings/data/import/", restore.MAX_BYTES),
        ("/api/v1/me/import/", restore.MAX_BYTES),
        ("/admin/curation/import/", max(record_files.MAX_ZIP_BYTES, record_files.MAX_CSV_BYTES)),
    ],
)
def test_proxy_lets_through_what_the_application_reads(port, path, most):
    length = most + 100_000  # the overhead of a form
    status, told = ask(port, "POST", path, b"x" * length)
    assert (status, told["length"]) == (200, length)


def test_slow_body_waits_in_the_proxy(port, web):
    before = web.asked
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"POST /match/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000\r\n\r\n" + b"x" * 39_999)
        time.sleep(0.3)
        assert web.asked == before
        client.sendall(b"x")
        assert client.recv(12) == b"HTTP/1.1 200"
    assert web.asked == before + 1


def test_body_waits_in_memory_only():
    text = proxy.TEMPLATE.read_text()
    assert re.search(r"client_body_temp_path /dev/shm/", text)
    assert "proxy_request_buffering off" not in text


def test_classroom_is_not_refused_and_a_crowd_of_slow_ones_is(port):
    """All clients have one address. Other addresses and the probe are answered in the meantime."""

    def answers(count: int) -> Counter[bytes]:
        clients = [socket.create_connection(("127.0.0.1", port), timeout=10) for _number in range(count)]
        for client in clients:
            client.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nx")
        time.sleep(0.3)
        assert ask(port, "GET", "/livez")[0] == 200
        for client in clients:
            client.sendall(b"x")
        found = Counter(client.recv(12)[-3:] for client in clients)
        for client in clients:
            client.close()
        return found

    assert answers(CLASSROOM) == {b"200": CLASSROOM}
    assert answers(300)[b"429"] >= 40


def test_new_address_of_the_web_containers_is_found(tmp_path):
    template = tmp_path / "template"
    template.write_text(proxy.TEMPLATE.read_text().replace("valid=5s", "valid=1s"))
    with Web("127.0.0.2") as old, Web("127.0.0.3", old.server_port) as new, Names("127.0.0.2") as names:
        resolver = f"127.0.0.1:{names.server_address[1]}"
        with running(tmp_path / "home", web=f"web:{old.server_port}", resolver=resolver, template=template) as port:
            assert ask(port, "GET", "/1/")[1]["server"] == "127.0.0.2"
            names.address = "127.0.0.3"
            old.shutdown()
            old.socket.close()
            end = time.monotonic() + 10
            while (found := ask(port, "GET", "/2/"))[0] != 200 and time.monotonic() < end:
                time.sleep(0.2)
            assert found[1]["server"] == "127.0.0.3"
        new.shutdown()
        names.shutdown()
