"""Django's command without a limit on how long a statement may run: an index on a large table takes more than the minute that
settings.py allows. The limit on waiting for a lock stays short, because everyone else would wait behind it."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            for limit in LIMITS:
                cursor.execute(f"SET {limit} = 0")
        try:
            super().handle(*args, **options)
        finally:
            if connection.connection is not None and connection.is_usable():
                with connection.cursor() as cursor:
                    for limit in LIMITS:
                        cursor.execute(f"RESET {limit}")
