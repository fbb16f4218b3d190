"""gunicorn settings that are the same wherever it is started; all others are on the command line. WEB_CONCURRENCY sets the number
of workers."""

import ctypes
import gc
import sys
from importlib import import_module
from pathlib import Path

from django.conf import settings

worker_class = "config.worker.ReadingWorker"
# Per worker. Threads mostly wait: for a slot to hash a password, for the database, for a client to receive a large response.
# They are created when first needed. There are thirty more than can wait for the hasher (accounts/hashers.py), so that readers
# never wait behind a class that is logging in.
threads = 192
worker_connections = (
    512  # maximum number of open connections; with other open files, they stay below the usual limit of 1,024
)
keepalive = 75  # seconds; longer than a proxy keeps an idle connection, so that the proxy closes it first
max_requests, max_requests_jitter = 20_000, 2_000
# The application is loaded once, and the workers share its memory.
preload_app = True
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (a heartbeat, which must never wait for a disk)

M_ARENA_MAX = -8  # constant of mallopt(3)


def when_ready(server: object) -> None:
    """Before the workers are forked, loads what Django would import at each worker's first request, so that they share it. Then
    collects garbage, because a collection in a worker would copy nearly every shared page."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def post_fork(server: object, worker: object) -> None:
    """Limits the arenas of glibc: by default, threads have their own arenas, up to sixteen on two cores, and each arena keeps the
    memory that it once needed."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, 2)
