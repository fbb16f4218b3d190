"""How many queries each path costs when nobody has asked for it before: JSON {path: count} on stdout.

After a path may stand, after a space, the JSON to post to it. BEGIN and COMMIT are not counted.
"""

import json
import os
import sys

import django


def main(paths: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.get("/questions/")  # the first request of a process builds the snapshot
    counts = {}
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            address, _, body = path.partition(" ")
            client.post(address, body, "application/json") if body else client.get(address)
        counts[path] = sum(
            not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in queries
        )
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
