"""One Celery worker and beat for the demo, sharing one loaded application.

As two commands (`celery worker` and `celery beat`, as in production), each would load Django, all tasks and Celery's command
line. Here both are forks of one process that has loaded them, which saves 100 MB and a second.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable

from celery import Celery
from celery.app.utils import find_app

from embedded.processes import end_with_parent


def main(application: str, schedule: str) -> int:
    app: Celery = find_app(application)
    app.loader.import_default_modules()
    app.finalize()
    gc.collect()
    gc.freeze()
    # Stopping the worker may take as long as a task takes; if the worker is killed, its pool notices at once.
    worker = fork(
        lambda: app.Worker(concurrency=1, loglevel="INFO", without_gossip=True, without_mingle=True).start(),
        signal.SIGKILL,
    )
    beat = fork(lambda: app.Beat(schedule=schedule, loglevel="INFO").run(), signal.SIGTERM)
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda signum, frame: stop(worker, beat))
    _, status = os.wait()  # one is useless without the other
    stop(worker, beat)
    os.wait()
    return 0 if status == 0 else 1


def fork(run: Callable[[], object], death_signal: int) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        end_with_parent(death_signal, parent)
        run()
        os._exit(0)
    return child


def stop(*children: int) -> None:
    for child in children:
        try:
            os.kill(child, signal.SIGTERM)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
