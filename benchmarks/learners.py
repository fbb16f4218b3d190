"""Creates logged-in learners who differ only in their number of sessions. Prints JSON, {number of sessions: Cookie header}."""

import json
import math
import os
import sys

import django


def main(counts: list[int]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from config.management.commands.seed_learners import seed
    from guidance.catalog import snapshot as catalogue

    snapshot = catalogue.current()
    # Learners whose numbers are multiples of this have the same role and the same starting point.
    apart = math.lcm(len(snapshot.roles), len(snapshot.starting_points))
    cookies = {}
    for number, count in enumerate(counts, 1):
        client = Client()
        client.force_login(seed((number * apart,), count, snapshot)[0])
        cookies[count] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    # Throw-away servers have no autovacuum, and without statistics PostgreSQL sorts ten thousand rows for the first fifty.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    json.dump(cookies, sys.stdout)


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]])
