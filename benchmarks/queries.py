"""The number of queries for each question, asked for the first time. Reads a JSON list of questions from stdin, writes a list
of counts to stdout.

A question is [path, body to POST or "", Cookie header or ""]. The query for the revision, which a process makes once a second,
is counted; BEGIN and COMMIT are not.
"""

import json
import os
import sys

import django


def main(questions: list[tuple[str, str, str]]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from guidance.catalog import snapshot
    from guidance.progress import learner_state

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.get("/questions/")  # the first request of a process builds the snapshot
    counts = []
    for path, body, cookie in questions:
        headers = {"Cookie": cookie}
        learner_state.forget()
        snapshot._looked_at = 0.0
        with CaptureQueriesContext(connection) as queries:
            if body:
                client.post(path, body, "application/json", headers=headers)
            else:
                client.get(path, headers=headers)
        counts.append(
            sum(not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for query in queries)
        )
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main(json.load(sys.stdin))
