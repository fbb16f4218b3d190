import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Session, User
from guidance import privacy
from guidance.catalog.models import Resource, Skill
from guidance.progress import services
from guidance.progress.models import Progress
from tests import factories

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
def make_learner(db):
    """A learner with a row in every table, each with the word in it."""
    project = factories.make_project("report", proves={"python": 2})
    factories.make_resource("documentation")
    role = factories.make_role("ai-engineer")

    def make(word: str) -> User:
        user = User.objects.create_user(f"{word}@example.com", name=word)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        skill = Skill.objects.get(slug="python")
        resource = Resource.objects.get(slug="documentation")
        services.set_goal(learner=user, role=role, hours_per_week=5, weekdays=[1], days_off=[TODAY], now=NOW)
        level = services.assess(learner=user, skill=skill, level=1, now=NOW)
        services.undo_assessment(learner=user, assessment=level, now=NOW)
        services.log_study(learner=user, skill=skill, resource=resource, minutes=30, on=TODAY, now=NOW)
        services.add_evidence(learner=user, skill=skill, text=f"evidence {word}", now=NOW)
        services.tick_resource(learner=user, resource=resource, done=True, now=NOW)
        services.save_project_work(learner=user, project=project, ticked=[], url=f"https://example.com/{word}")
        services.write_note(learner=user, skill=skill, text=f"note {word}")
        services.set_override(learner=user, skill=skill, kind="pin", now=NOW)
        services.make_calendar_address(learner=user, now=NOW)
        return user

    return make


def reaches_user() -> set[type[models.Model]]:
    return {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.fields
        if field.is_relation and field.related_model is User
    }


def test_every_relation_to_a_user_is_exported_or_derived():
    known = {table.model for table in privacy.TABLES} | set(privacy.DERIVED)
    assert reaches_user() - known == set()


def test_every_column_of_a_table_is_exported_or_internal():
    """A field that is added later has to be thought of."""
    internal = {"id", "learner", "user", "author", "password", "session_generation", "digest", "record_id"}
    internal |= {"document", "number", "data", "action_flag", "content_type", "object_id", "group", "permission"}
    internal |= {"undoes", "since_on"}  # by event_id, and the date of `since`
    for table in privacy.TABLES:
        exported = {name.split("__")[0] for name in table.fields} | set(table.slugs)
        assert {field.name for field in table.model._meta.fields} - exported - internal == set(), table.name


def test_export_has_every_table_and_nothing_of_anybody_else(make_learner):
    lena, _other = make_learner("lena"), make_learner("marek")
    text = privacy.as_json(lena, now=NOW).decode()
    found = json.loads(text)
    assert found["format"] == "waymark-export/1"
    counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
    empty = {"two_step_login", "groups", "permissions", "catalogue_edits", "administration"}
    assert counts == {table.name: 0 if table.name in empty else 1 for table in privacy.TABLES} | {"assessments": 2}
    assert "lena" in text
    assert "marek" not in text
    assert found["study_sessions"][0] | {"event_id": ""} == {
        "event_id": "",
        "at": "2026-11-25T12:00:00Z",
        "on": "2026-11-25",
        "minutes": 30,
        "skill_slug": "python",
        "resource_slug": "documentation",
    }
    assert found["assessments"][1]["undoes__event_id"] == found["assessments"][0]["event_id"]


def test_export_tells_no_secret(make_learner):
    lena = make_learner("lena")
    text = privacy.as_json(lena, now=NOW).decode()
    assert lena.password not in text
    assert lena.calendar_feed.digest not in text


def test_csv_has_the_same_rows(make_learner):
    lena = make_learner("lena")
    archive = zipfile.ZipFile(io.BytesIO(privacy.as_csv(lena, now=NOW)))
    found = privacy.export(lena, now=NOW)
    assert archive.namelist() == [f"{table.name}.csv" for table in privacy.TABLES]
    for table in privacy.TABLES:
        rows = list(csv.DictReader(io.StringIO(archive.read(f"{table.name}.csv").decode("utf-8-sig"), newline="")))
        assert rows == [{name: privacy.cell(value) for name, value in row.items()} for row in found[table.name]]


@given(text=st.text())
def test_cell_is_never_a_formula_and_loses_nothing(text):
    found = privacy.cell(text)
    assert not found.startswith(privacy.FORMULA)
    assert found.removeprefix("'") == text if text.startswith(privacy.FORMULA) else found == text


@pytest.mark.django_db(transaction=True)
def test_erase_leaves_no_trace_in_any_table(make_learner):
    lena = make_learner("lena-canary")
    marek = make_learner("marek")
    client = Client()
    client.force_login(lena)
    client.get("/dashboard/")
    before = privacy.export(marek, now=NOW)
    privacy.erase(lena)
    assert privacy.export(marek, now=NOW) == before
    assert Progress.objects.count() == Session.objects.count() + 1 == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {quoted} WHERE {quoted}::text LIKE '%lena-canary%'")  # noqa: S608
            assert cursor.fetchone() == (0,), table
    assert client.get("/dashboard/").status_code == 302


def test_export_of_ten_thousand_sessions_is_quick(db, django_assert_max_num_queries):
    factories.make_catalogue(10)
    call_command("seed_learners", "1", "--sessions", "10000", verbosity=0)
    user = User.objects.get()
    with django_assert_max_num_queries(len(privacy.TABLES)):
        found = json.loads(privacy.as_json(user, now=NOW))
    assert len(found["study_sessions"]) == 10_000
