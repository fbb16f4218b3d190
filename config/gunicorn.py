"""gunicorn's settings, the same for every way to start it; what differs is on the command line. WEB_CONCURRENCY says how many
workers."""

import ctypes
import gc
import sys
from importlib import import_module
from pathlib import Path

from django.conf import settings

worker_class = "config.worker.ReadingWorker"
# Of one worker. A thread has nothing to do but answer, and much of that is waiting: for a place to hash a password, for the
# database, for a client to take a large answer. It is made when it is first needed. There are thirty more than may wait for
# the hasher (accounts/hashers.py), so that those who only read never wait behind a class that logs in.
threads = 192
worker_connections = 512  # open at the same time; with the rest they fit into the 1,024 files of a usual limit
keepalive = 75  # seconds; longer than a proxy in front keeps an idle connection, so that it is the proxy who closes it
max_requests, max_requests_jitter = 20_000, 2_000
# The application is loaded once, and its workers share the memory that it takes.
preload_app = True
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a heartbeat, which must never wait for a disk)

M_ARENA_MAX = -8  # of mallopt(3)


def when_ready(server: object) -> None:
    """Before the workers are forked: load what Django would import at the first request of each, so that they share it, and
    collect, for a collection in one of them would copy nearly every shared page."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def post_fork(server: object, worker: object) -> None:
    """glibc gives threads heaps of their own, sixteen on two cores, and each keeps what it once needed."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, 2)
