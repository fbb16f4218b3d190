"""Migrations of accounts, backwards and forwards. They take along all that depends on accounts, which is nearly everything."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Session
from accounts.sessions import PENDING_LOGIN, SessionStore


@pytest.mark.django_db(transaction=True)
def test_migration_goes_back_and_forth():
    MigrationExecutor(connection).migrate([("accounts", "0002_session_of_user")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'user_ends_access_tokens'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_migration_ends_the_logins_that_had_begun_before_it():
    """Their sessions name an address, and nothing could find them by it."""
    try:
        MigrationExecutor(connection).migrate([("accounts", "0003_access_token")])
        rows = {"pending": {PENDING_LOGIN: {"email": "lena@example.org", "user_pk": None}}, "plan": {"start": {}}}
        for key, data in rows.items():
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO accounts_session (session_key, session_data, expire_date) VALUES (%s, %s, now())",
                    [key, SessionStore().encode(data)],
                )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert [session.session_key for session in Session.objects.all()] == ["plan"]
