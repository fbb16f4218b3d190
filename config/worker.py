"""gunicorn's threaded worker with one difference: a request gets a thread only once all of it has arrived.

gunicorn reads a request in the thread that answers it, so a slow sender holds a thread, and enough of them block the site. Here
the worker's main loop reads, as a proxy does: slow senders cost a connection and the memory for what they have sent. Both are
limited; at the limit, the request that has been arriving for longest is dropped (`_make_room`). This never drops a request that
is sent at normal speed. There are also deadlines for reading a request and for sending a response. No body is written to a file.
TLS is terminated in front of this worker.
"""

import errno
import json
import re
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import RequestParser, errors
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10.0  # deadline for everything before the body
BODY_SECONDS = 60.0  # deadline for the body
ANSWER_SECONDS = 30.0  # deadline for a client to receive the response
CLOSING_SECONDS = 2.0  # deadline for a client to close its end
MAX_HEAD = 65_536  # bytes
MAX_BODY = 21_000_000  # bytes: a file of 20 MB, and the form data around it
MAX_HELD = 67_108_864  # bytes of all incomplete requests together
PIECE = 262_144  # bytes
SEND_BUFFER = 1_048_576  # bytes requested (the kernel may grant less); nearly every response fits
SWEEP_SECONDS = 0.5

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
END_OF_HEAD = re.compile(rb"\r\n\r\n|\n\n")  # the second is an error that need not wait for the deadline
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?", re.DOTALL)
MAX_LINE = 8_190  # length of a line in a chunked body

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class BodyTooLargeError(errors.ParseException):  # type: ignore[misc]
    pass


class TooSlowError(errors.ParseException):  # type: ignore[misc]
    pass


STATUS |= {BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TooSlowError: HTTPStatus.REQUEST_TIMEOUT}


class Received:
    """Data that a client has sent and the parser has not read. To the parser it looks like a socket that closes at the end of
    the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def recv(self, size: int) -> bytes:
        piece = bytes(self.data[:size])
        del self.data[:size]
        return piece


class ChunksEnd:
    """Looks for the end of a chunked body, examining each byte once. Malformed data also counts as an end: the parser rejects it."""

    def __init__(self) -> None:
        self._position = 0
        self._in_trailer = False

    def found(self, data: bytearray) -> bool:
        while (end := data.find(b"\r\n", self._position)) >= 0:
            line = bytes(data[self._position : end])
            self._position = end + 2
            if self._in_trailer:
                if not line:
                    return True
                continue
            size = CHUNK_SIZE.fullmatch(line)
            if size is None:
                return True
            if length := int(size[1], 16):
                self._position += length + 2
            else:
                self._in_trailer = True
        return len(data) - self._position > MAX_LINE


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, with the request that it is sending."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.received = Received()
        self.parser = RequestParser(cfg, self.received, client)
        self.expect()

    def expect(self) -> None:
        """Prepares for the next request, which begins with whatever the client has already sent."""
        self.received.data[:0] = self.parser.unreader.take_buffered()
        self.request: Request | None = None
        self.failure: Exception | None = None
        self.target = b""
        self.leaving = False
        self.deadline = time.monotonic() + HEAD_SECONDS
        self._searched = 0
        self._chunks: ChunksEnd | None = None

    @property
    def held(self) -> int:
        return len(self.received.data)

    def is_complete(self) -> bool:
        """Returns whether there is a request to answer, or a `failure` to reject it with."""
        if self.request is None and not self._read_head():
            return self.failure is not None
        return self._has_body()

    def pass_over_body(self) -> None:
        """Reads the rest of a body that was rejected. Otherwise gunicorn would close the connection if much of the body is left,
        although the response states that it stays open."""
        while self.request is not None and self.request.body.read(PIECE):
            pass

    def _read_head(self) -> bool:
        data = self.received.data
        whole = END_OF_HEAD.search(data, max(self._searched - 3, 0))
        self._searched = len(data)
        if whole is None and len(data) <= MAX_HEAD:
            return False
        line = bytes(data[:MAX_HEAD]).lstrip(b"\r\n").partition(b"\r\n")[0].split(b" ")
        self.target = line[1] if len(line) > 1 else b""
        try:
            self.request = next(self.parser)
        except (errors.NoMoreData, StopIteration):
            self.failure = errors.LimitRequestHeaders("head") if whole is None else errors.InvalidRequestLine("")
            return False
        except errors.ParseException as error:
            self.failure = error
            return False
        self.received.data[:0] = self.parser.unreader.take_buffered()
        self._begin_body(self.request)
        return self.failure is None

    def _begin_body(self, request: Request) -> None:
        self.deadline = time.monotonic() + BODY_SECONDS
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            self._chunks = ChunksEnd()
        elif isinstance(reader, LengthReader) and reader.length > MAX_BODY:
            self.failure = BodyTooLargeError()
        if request._expected_100_continue:
            request._expected_100_continue = False
            if self.failure is None and not self._has_body():
                with suppress(OSError):
                    self.sock.send(CONTINUE)

    def _has_body(self) -> bool:
        if self._chunks is None:
            length: int = self.request.body.reader.length if self.request else 0
            return self.held >= length
        if self._chunks.found(self.received.data):
            return True
        if self.held > MAX_BODY:
            self.failure = BodyTooLargeError()
        return self.failure is not None


class ReadingWorker(ThreadWorker):  # type: ignore[misc]
    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise ValueError("TLS is terminated in front of this worker, so it accepts no certificate.")

    def init_process(self) -> None:
        self.waiting: dict[Connection, None] = {}  # those that are sending a request or closing, oldest first
        self.held = 0  # bytes of all of these
        self._swept = 0.0
        super().init_process()

    # The main loop

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        self._receive(Connection(self.cfg, client, address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def _receive(self, connection: Connection) -> None:
        """Waits for a request; any part of it may have arrived already."""
        self.waiting[connection] = None
        self.held += connection.held
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._on_readable, connection))
        if connection.held:
            self._look_at(connection)

    def _stop_waiting(self, connection: Connection) -> None:
        del self.waiting[connection]
        self.held -= connection.held
        self.poller.unregister(connection.sock)

    def _on_readable(self, connection: Connection, sock: socket.socket) -> None:
        if connection not in self.waiting:  # it was closed to make room in the same round
            return
        try:
            piece = sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._close(connection)
        elif not connection.leaving:
            connection.received.data += piece
            self.held += len(piece)
            self._look_at(connection)

    def _look_at(self, connection: Connection) -> None:
        before = connection.held
        complete = connection.is_complete()
        self.held += connection.held - before  # the head is no longer held
        if complete:
            self._stop_waiting(connection)
            self.enqueue_req(connection)
        while self.held > MAX_HELD:
            self._give_up(next(held for held in self.waiting if held.held))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Handles the next request on a connection that was kept alive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.expect()
        self._receive(conn)
        self._on_readable(conn, client)

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        keep = not fs.cancelled() and fs.exception() is None and fs.result()
        conn.sock.setblocking(False)
        if not keep:
            self._leave(conn)
        elif conn.received.data or conn.parser.unreader.buf.getvalue():
            conn.expect()
            self._receive(conn)
        else:
            super().finish_request(conn, fs)

    def _leave(self, connection: Connection) -> None:
        """Closes a connection gradually: if closed at once while the client is still sending, the kernel would discard the end of the
        response."""
        connection.leaving = True
        connection.deadline = time.monotonic() + CLOSING_SECONDS
        connection.received.data.clear()
        connection.request = None
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            connection.close()
            return
        self._receive(connection)

    def _close(self, connection: Connection) -> None:
        self._stop_waiting(connection)
        self.nr_conns -= 1
        connection.close()

    def _give_up(self, connection: Connection) -> None:
        """Ends a request that has taken too long, or whose place is needed."""
        if connection.held or connection.request is not None:
            with suppress(OSError):  # at most a few hundred bytes, which fit into the kernel's buffer
                connection.sock.send(answer(TooSlowError(), connection.target))
        self._close(connection)

    def _make_room(self) -> None:
        """Closes one connection: one without a request or, if there is none, the one that has been sending for longest."""
        if self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self.nr_conns -= 1
            idle.close()
        elif self.waiting:
            self._give_up(next(iter(self.waiting)))

    def murder_pending(self) -> None:
        """Checks deadlines after each round of the loop; gunicorn calls it by this name."""
        now = time.monotonic()
        if now - self._swept >= SWEEP_SECONDS:
            self._swept = now
            for connection in [late for late in self.waiting if self._is_late(late, now)]:
                self._give_up(connection)

    def _is_late(self, connection: Connection, now: float) -> bool:
        nothing_yet = connection.request is None and not connection.held
        if nothing_yet and not self.alive:  # a worker that is stopping does not wait for a request that may never come
            now += HEAD_SECONDS - CLOSING_SECONDS
        return connection.deadline < now

    # In a thread of the pool

    def handle(self, conn: Connection) -> bool:
        """Responds to the request that has arrived, or reports why it is rejected. Returns whether the connection may be
        kept."""
        conn.sock.settimeout(ANSWER_SECONDS)
        try:
            if conn.failure is not None:
                raise conn.failure
            keep = self.handle_request(conn.request, conn)
            if keep:
                conn.pass_over_body()
            return bool(self._keepalive_after(conn, keep))
        except StopIteration:
            pass  # a response that has begun cannot be replaced
        except OSError as error:
            self.log.debug("A client disconnected: %s", error)
        except Exception as error:
            status = status_of(error)
            if status is HTTPStatus.INTERNAL_SERVER_ERROR:
                self.log.exception("A response could not be created.")
            else:
                self.log.debug("A request was rejected: %s", status)
            with suppress(OSError):
                util.write(conn.sock, answer(error, conn.target))
        return False


def status_of(error: Exception) -> HTTPStatus:
    if status := STATUS.get(type(error)):
        return status
    return HTTPStatus.BAD_REQUEST if isinstance(error, errors.ParseException) else HTTPStatus.INTERNAL_SERVER_ERROR


def answer(error: Exception, target: bytes) -> bytes:
    """Returns the whole response to a request that never reaches the application: a problem document for URLs of the API,
    otherwise a page."""
    from guidance.api.errors import MEDIA_TYPE, PREFIX, UNREADABLE, document  # needs Django to be set up

    status = status_of(error)
    path = target.partition(b"?")[0].decode("latin-1")
    if path.startswith(PREFIX):
        detail = UNREADABLE if status is HTTPStatus.BAD_REQUEST else ""
        instance = path if len(path) <= MAX_INSTANCE and path.isascii() else PREFIX
        content_type, body = MEDIA_TYPE, json.dumps(document(status, detail, instance))
    else:
        content_type = "text/html; charset=utf-8"
        body = f'<!doctype html><html lang="en"><title>{status.phrase}</title><h1>{status.phrase}</h1></html>\n'
    return "".join(_lines(status, content_type, body)).encode()


MAX_INSTANCE = 500


def _lines(status: HTTPStatus, content_type: str, body: str) -> Iterator[str]:
    yield f"HTTP/1.1 {status.value} {status.phrase}\r\n"
    yield f"Connection: close\r\nContent-Type: {content_type}\r\nContent-Length: {len(body.encode())}\r\n"
    yield "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'\r\n\r\n"
    yield body
