"""Many rows of one table at once, with COPY: less work than INSERT for Python and for PostgreSQL, and so a shorter lock."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


class Rows:
    """Rows of one model, made ready: what is left for the lock is to send them."""

    def __init__(self, rows: Sequence[models.Model]) -> None:
        """Either all of them have a primary key, or none has."""
        self.model = type(rows[0])
        fields = [
            field
            for field in self.model._meta.concrete_fields
            if not field.generated and not (field.primary_key and rows[0].pk is None)
        ]
        self.columns = [str(field.column) for field in fields]
        self.values: list[list[Any]] = [
            [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows
        ]

    def copy_in(self) -> None:
        """Insert them, in their order. Runs in the caller's transaction. Raises IntegrityError when a rule of the database is
        broken."""
        statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
            table=sql.Identifier(self.model._meta.db_table),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
        )
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
            for values in self.values:
                copy.write_row(values)


def copy_in(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, in their order. Their primary keys are not read back. Runs in the caller's transaction.

    Raises IntegrityError when a rule of the database is broken.
    """
    if rows:
        Rows(rows).copy_in()


def reserve(rows: Sequence[models.Model]) -> None:
    """Give new rows of one model the primary keys that they will have; others get others, whether these are used or not."""
    if not rows:
        return
    table, column = rows[0]._meta.db_table, rows[0]._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(rows)]
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
