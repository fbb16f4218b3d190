"""How long statements may take while migrations are applied."""

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection


def limits() -> list[str]:
    with connection.cursor() as cursor:
        found = []
        for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
            cursor.execute(f"SHOW {name}")
            found.append(str(cursor.fetchone()[0]))
        return found


@pytest.mark.django_db(transaction=True)
def test_migrations_take_as_long_as_they_need_and_nothing_else_does(monkeypatch):
    before, during = limits(), []
    monkeypatch.setattr(migrate.Command, "handle", lambda self, *args, **options: during.extend(limits()))
    call_command("migrate", verbosity=0)
    assert during == ["0", "0", before[2]]
    assert "0" not in before
    assert limits() == before


@pytest.mark.django_db(transaction=True)
def test_limits_are_back_after_a_migration_that_failed(monkeypatch):
    before = limits()

    def fail(self: object, *args: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")

    monkeypatch.setattr(migrate.Command, "handle", fail)
    with pytest.raises(Exception, match="no_such_column"):
        call_command("migrate", verbosity=0)
    assert limits() == before
