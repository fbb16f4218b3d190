"""`python -m config.serve config.wsgi …` runs `gunicorn config.wsgi …` with the settings of config/gunicorn.py, which the command line
overrides; but it first checks WEB_CONCURRENCY.

gunicorn reads that variable when it is imported, long before it reads Waymark's settings: a value that is not a number ends in
a traceback, and with 0 it starts but never responds.
"""

import os
import sys


def worker_count(value: str) -> int:
    """Returns the number of workers in WEB_CONCURRENCY; raises a ValueError that tells the operator what to set instead."""
    if not (value.isascii() and value.isdecimal() and int(value) > 0):
        raise ValueError(f"WEB_CONCURRENCY is {value!r}. Set it to a number of workers (1 or more) or unset it.")
    return int(value)


def main() -> None:
    try:
        worker_count(os.environ.get("WEB_CONCURRENCY", "1"))
    except ValueError as error:
        sys.stderr.write(f"Waymark cannot start. {error}\n")
        sys.exit(4)  # as in wsgi.py
    from gunicorn.app.wsgiapp import run

    sys.argv.insert(1, "--config=python:config.gunicorn")
    run(prog="gunicorn")


if __name__ == "__main__":
    main()
