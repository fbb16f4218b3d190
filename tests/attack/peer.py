"""A mail server that accepts everything, as slowly as the test wants."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.delay = 0.0  # seconds before each reply
        self.answer_to_recipient = "250 OK"
        self.accepted: list[bytes] = []  # the emails as received

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, reply: str) -> None:
        time.sleep(self.server.delay)
        self.wfile.write(f"{reply}\r\n".encode())

    def handle(self) -> None:
        with suppress(OSError):  # the client has disconnected
            self.talk()

    def talk(self) -> None:
        self.say("220 peer ESMTP")
        for line in self.rfile:
            match line[:4].upper():
                case b"EHLO" | b"HELO" | b"MAIL" | b"RSET":
                    self.say("250 OK")
                case b"RCPT":
                    self.say(self.server.answer_to_recipient)
                case b"DATA":
                    self.say("354 Go ahead")
                    self.server.accepted.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.say("250 2.0.0 Queued")
                case b"QUIT":
                    self.say("221 Bye")
                    return
                case _:
                    self.say("502 5.5.1 Not implemented")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
