"""More restarts under load than `make test` has time for."""

from tests.config.test_database_restart import restart_often


def test_five_restarts_of_postgresql_are_seen_by_nobody():
    restart_often(5)
