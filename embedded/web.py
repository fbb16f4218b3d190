"""gunicorn's settings for the demo. The number of workers is WEB_CONCURRENCY, as everywhere."""

import gc

worker_class = "gthread"
threads = 4
graceful_timeout = 2
control_socket_disable = True
# The application is loaded once, and its workers share the memory that it takes.
preload_app = True


def when_ready(server: object) -> None:
    """Before the workers are forked: a collection in one of them would copy nearly every shared page."""
    gc.collect()
    gc.freeze()
