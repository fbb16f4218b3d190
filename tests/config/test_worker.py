"""gunicorn with Waymark's worker class and an application that returns what it was sent, with short deadlines."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from accounts import hashers
from benchmarks.servers import free_port
from config import gunicorn
from config.worker import ChunksEnd
from guidance.api.errors import MEDIA_TYPE, PROBLEMS

APPLICATION = """
import time
import config.worker as worker
from config.wsgi import application

worker.HEAD_SECONDS = worker.BODY_SECONDS = {seconds}
worker.MAX_BODY = 300_000
worker.MAX_HELD = 500_000
worker.ANSWER_SECONDS = 1.0

def app(environ, start_response):
    if environ["PATH_INFO"] == "/livez":
        return application(environ, start_response)
    if environ["PATH_INFO"] == "/wait":
        time.sleep(0.5)
    if environ["PATH_INFO"] == "/refused":
        start_response("413 Content Too Large", [("Content-Length", "8")])
        return [b"too much"]
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/much":
        answer = b"x" * 20_000_000
    else:
        answer = f"{{environ['REQUEST_METHOD']}} {{len(body)}} ".encode() + body[-10:]
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
"""
SECONDS = 2.0
HOST = b"Host: localhost\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home = tmp_path_factory.mktemp("worker")
    (home / "told.py").write_text(APPLICATION.format(seconds=SECONDS))
    (home / "few.py").write_text("from config.gunicorn import *\nthreads = 2\nworker_connections = 20\n")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "told:app", f"--config={home / 'few.py'}", f"--bind=127.0.0.1:{port}"],
        env={**os.environ, "PYTHONPATH": f"{home}:.", "WEB_CONCURRENCY": "1"},
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and not answers(port):
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def send(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces of a request. Returns what comes back until the other end closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def to_the_end(client: socket.socket) -> bytes:
    with client, suppress(ConnectionResetError):
        return b"".join(iter(lambda: client.recv(65_536), b""))
    return b""


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def chunked(*chunks: bytes) -> bytes:
    return b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in [*chunks, b""])


CLOSE = b"Connection: close\r\n"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"], b"GET 0 "),
        ([b"GET / HT", b"TP/1.1\r\n" + HOST + CLOSE + b"\r", b"\n"], b"GET 0 "),
        ([b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: 6\r\n\r\nabc", b"def"], b"POST 6 abcdef"),
        (
            [b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: 250000\r\n\r\n", b"z" * 250_000],
            b"POST 250000 zzzzzzzzzz",
        ),
        (
            [
                b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n",
                chunked(b"\r\n0\r\n\r\n", b"abc"),
            ],
            b"POST 10 \r\n0\r\n\r\nabc",
        ),
        (
            [
                b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n3\r",
                b"\nabc\r\n0\r\nX-Sum: 1\r",
                b"\n\r\n",
            ],
            b"POST 3 abc",
        ),
    ],
    ids=["at once", "head in pieces", "body in pieces", "long", "chunks", "trailer"],
)
def test_request_is_answered_once_it_is_there(port, pieces, expected):
    assert body_of(send(port, *pieces, pause=0.05)) == expected


def test_requests_sent_ahead_are_answered_in_turn(port):
    first = b"POST /1 HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    answer = send(port, first + b"GET /2 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert answer.index(b"POST 3 abc") < answer.index(b"GET 0 ")


def test_connection_is_kept_for_the_next_request(port):
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    for length in (0, 5, 0):
        connection.request("POST" if length else "GET", "/", body=b"x" * length or None)
        assert connection.getresponse().read().startswith(b"POST 5" if length else b"GET 0")
        time.sleep(0.05)
    connection.close()


@pytest.mark.parametrize("length", [9, 70_000, 290_000])
@pytest.mark.parametrize("filling", [b"x", b"\r\n\r\n"])
def test_connection_is_kept_after_a_body_that_nobody_read(port, length, filling):
    body = (filling * length)[:length]
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/refused", body=body)
    refused = connection.getresponse()
    assert (refused.status, refused.read()) == (413, b"too much")
    if refused.getheader("Connection") == "close":
        assert connection.sock is None
    else:
        connection.request("POST", "/", body=b"abc")
        assert connection.getresponse().read() == b"POST 3 abc"
    connection.close()


def test_client_that_asks_is_told_to_go_on_once(port):
    head = b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(head)
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        rest = b"".join(iter(lambda: client.recv(65_536), b""))
    assert rest.startswith(b"HTTP/1.1 200")
    assert rest.count(b"HTTP/1.1") == 1


REFUSED = {
    "address": (b"GET /api/" + b"x" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "header": (b"GET /api/ HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 9000 + b"\r\n\r\n", 431),
    "headers": (b"GET /api/ HTTP/1.1\r\n" + HOST + b"X: x\r\n" * 200 + b"\r\n", 431),
    "endless headers": (b"GET /api/ HTTP/1.1\r\n" + HOST + b"X: x\r\n" * 12_000, 431),
    "line": (b"GET /api/\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "colon": (b"GET /api/ HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n", 400),
    "line feeds": (b"GET /api/ HTTP/1.1\nHost: localhost\n\n", 400),
    "length": (b"POST /api/ HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    "large": (b"POST /api/ HTTP/1.1\r\n" + HOST + b"Content-Length: 400000\r\n\r\n", 413),
    "large chunks": (
        b"POST /api/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n61a80\r\n" + b"x" * 300_001,
        413,
    ),
    "expectation": (b"POST /api/ HTTP/1.1\r\n" + HOST + b"Expect: a miracle\r\n\r\n", 417),
    "coding": (b"POST /api/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: rot13\r\n\r\n", 501),
    "slow": (b"POST /api/ HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nabc", 408),
}


@pytest.mark.parametrize("what", REFUSED)
def test_unreadable_request_to_the_api_is_a_problem(port, what):
    request, status = REFUSED[what]
    head, _, body = send(port, request).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert f"Content-Type: {MEDIA_TYPE}\r\n".encode() in head
    problem = json.loads(body)
    assert (problem["status"], problem["type"]) == (status, PROBLEMS[status].type)
    assert problem["instance"].startswith("/api/")


def test_unreadable_request_to_a_page_is_a_page(port):
    answer = send(port, b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 414 ")
    assert b"text/html" in answer


def test_who_is_too_slow_is_let_go_and_nobody_waits(port):
    """With more slow clients than threads and connections, the oldest ones are closed to make room."""
    for beginning in (b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\nx", b""):
        slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _number in range(40)]
        for client in slow:
            client.sendall(beginning)
        started = time.monotonic()
        assert answers(port)
        assert time.monotonic() - started < SECONDS / 2
        said = [to_the_end(client)[:13] for client in slow]
        assert set(said) <= {b"HTTP/1.1 408 ", b""}  # a client that is closed at once gets no answer
        assert (b"HTTP/1.1 408 " in said) == bool(beginning)
        assert time.monotonic() - started < 3 * SECONDS


def test_memory_for_what_is_on_its_way_has_a_limit(port):
    part = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 250000\r\n\r\n" + b"x" * 200_000
    slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _number in range(4)]
    for client in slow:
        client.sendall(part)
        time.sleep(0.1)
    assert [slow[number].recv(12) for number in (0, 1)] == [
        b"HTTP/1.1 408"
    ] * 2  # the first two were closed to make room
    for client in slow[2:]:
        client.sendall(b"x" * 50_000)
        assert client.recv(12) == b"HTTP/1.1 200"
    for client in slow:
        client.close()


def test_who_does_not_take_an_answer_holds_a_thread_for_a_while_only(port):
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _number in range(2)]
    for client in idle:
        client.sendall(b"GET /much HTTP/1.1\r\n" + HOST + b"\r\n")
    time.sleep(1.5)
    assert answers(port)
    for client in idle:
        client.close()


def test_who_does_not_close_holds_up_nobody(port):
    clients = [socket.create_connection(("127.0.0.1", port), timeout=10) for _number in range(5)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
    started = time.monotonic()
    assert answers(port)
    assert time.monotonic() - started < 1
    for client in clients:
        client.close()


def whole(data: bytes, step: Callable[[int], int]) -> int | None:
    """The number of bytes after which the end is found."""
    end, seen, position = ChunksEnd(), bytearray(), 0
    while position < len(data):
        seen += data[position : position + step(position)]
        position = len(seen)
        if end.found(seen):
            return position
    return None


def test_end_of_chunks_is_found_wherever_pieces_end():
    data = chunked(b"a", b"\r\n0\r\n\r\n" * 3, hashlib.sha256(b"x").digest() * 9)
    assert whole(data, lambda _position: 1) == len(data)
    assert whole(data, lambda position: position % 7 + 1) == len(data)
    assert whole(data[:-1], lambda _position: 1) is None
    assert whole(b"-5\r\n", lambda _position: 4) == 4  # left for the parser to refuse
    assert whole(b"1" * 9000, lambda _position: 1000) == 9000


def test_threads_outnumber_those_who_may_wait_for_the_hasher():
    assert gunicorn.threads >= hashers.SLOTS + hashers.WAITING + 30
