"""The permissions in the database of the worker that checks links."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from guidance.catalog.models import Change, Resource
from guidance.curation import link_checks, links
from guidance.curation.links import LinkResponse
from guidance.curation.models import LinkCheck, LinkHost
from tests.factories import make_resource

ROLE = "links_of_a_test"
WRITTEN = {"curation_linkcheck", "curation_linkhost", "catalog_searchentry", "catalog_searchname"}
ADDED = {"catalog_revision", "catalog_change"}


@pytest.fixture
def role(db) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")  # rolled back
    return ROLE


def may(privilege: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'public' AND has_table_privilege(%s, format('%%I.%%I', schemaname, tablename), %s)",
            [ROLE, privilege],
        )
        return {name for (name,) in cursor.fetchall()}


def gone(address: str, **options: object) -> LinkResponse:
    return LinkResponse(address=address, host=links.parse_address(address).host, status=404)


def test_role_finds_a_dead_link(role):
    make_resource("manual", checked_on=date(2026, 11, 1))
    call_command("grant_links", role)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        for day in range(3):
            with time_machine.travel(datetime(2026, 11, 25, tzinfo=UTC) + timedelta(days=8 * day), tick=False):
                LinkHost.objects.all().delete()
                link_checks.run(ask=gone, sleep=lambda _seconds: None)
        cursor.execute("RESET ROLE")
    assert LinkCheck.objects.get().outcome == "dead"
    assert Resource.objects.get().is_dead
    assert Change.objects.filter(summary__contains="its link is dead").count() == 1


def test_role_reaches_nothing_else(role, capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON accounts_user TO {role}")  # granted by someone by mistake
    call_command("grant_links", role)
    assert may("SELECT") == WRITTEN | ADDED | {"catalog_resource"}
    assert may("INSERT") == WRITTEN | ADDED
    assert may("UPDATE") == may("DELETE") == WRITTEN
    assert may("TRUNCATE") == set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("UPDATE catalog_resource SET url = 'https://evil.example/'")


@pytest.mark.django_db
def test_without_the_role_nothing_happens(capsys):
    call_command("grant_links")
    assert capsys.readouterr().out == "There is no role waymark_links, so nothing was granted.\n"
