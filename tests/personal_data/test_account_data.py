import csv
import io
import json
import zipfile
from collections import defaultdict
from datetime import UTC, date, datetime, time

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts import tokens
from accounts.models import Session, User
from accounts.sessions import SIGNED_UP, SessionStore
from guidance.catalog.models import Project, Resource, Skill
from guidance.curation.models import ReaderReport
from guidance.matching import jsonresume
from guidance.personal_data import account_data
from guidance.progress import learner_state, services
from guidance.progress.learner_rows import AdSkill
from guidance.progress.models import AdMilestone, CheckAnswer, ItemReport, Progress, ProofPageName, QuickCheck
from guidance.reminders import services as reminders
from guidance.reminders.models import ReminderKind
from guidance.web import cache as page_cache
from tests import factories

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
def make_learner(db):
    """Makes a learner with a row in every table, each of which contains a given word."""
    factories.make_skill("python", units={1: [{"id": "ask", "do": "Ask ten questions.", "minutes": 60}]})
    project = factories.make_project("report", proves={"python": 2})
    factories.make_resource("documentation")
    milestone = factories.make_milestone("first-program", steps=[("python", 2)], projects=["tool"])
    role = factories.make_role("ai-engineer", milestones=["first-program"])
    tool = Project.objects.get(slug="tool")

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
        services.tick_unit(learner=user, skill=skill, level=1, key="ask", minutes=0, now=NOW)
        asked = QuickCheck.objects.create(learner=user, skill=skill, level=1, items=["sums"], needed=1, on=NOW.date())
        CheckAnswer.objects.create(learner=user, quick_check=asked, skill=skill, item="sums", answer=[word], right=True)
        ItemReport.objects.create(learner=user, skill=skill, item="sums", text=word)
        ReaderReport.objects.create(learner=user, page="skills", topic="idea", text=word)
        services.save_project_work(learner=user, project=project, ticked=[], url=f"https://example.com/{word}", now=NOW)
        services.write_note(learner=user, skill=skill, text=f"note {word}")
        done = list(tool.checklist.values_list("text", flat=True))
        services.save_project_work(learner=user, project=tool, ticked=done, now=NOW)
        services.set_path(learner=user, milestone_order=[milestone.pk], projects={str(milestone.pk): tool.pk})
        services.override(learner=user, kinds={skill.pk: "pin"}, now=NOW)
        asked = [AdSkill("python", 2, "must")]
        ad = services.save_ad(learner=user, title=f"Ad {word}", skills=asked, role=role, text=f"Text {word}", now=NOW)
        AdMilestone.objects.create(ad=ad, milestone=milestone)
        services.make_calendar_address(learner=user, now=NOW)
        services.save_proof_page(learner=user, now=NOW, name=f"proof-{word}", is_public=True, display_name=word)
        tokens.issue(owner=user, name=f"token {word}", scope="read", days=30, now=NOW)
        kinds = {ReminderKind.STUDY: reminders.ReminderSetting(True, time(7, 30), (1,))}
        reminders.set_schedules(learner=user, settings=kinds, quiet=None, paused_until=None, now=NOW)
        reminders.suppress(learner=user, address=user.email, code=550, reply=f"no {word}", now=NOW)
        user.deliveries.create(
            kind="study", on=TODAY, due_at=NOW, not_before=NOW, expires_at=NOW, state="failed", reply=f"no {word}"
        )
        session = SessionStore()
        session[SIGNED_UP] = user.pk
        session["start"] = {"found": {"python": [2, f"Python {word}", 1, 1]}}
        session.create()
        return user

    return make


@pytest.fixture
def boss(db, settings) -> Client:
    """An administrator, logged in."""
    settings.DEMO = True  # without a second factor
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def reaches_user() -> set[type[models.Model]]:
    return {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.fields
        if field.related_model is User or field.name == "user_id"
    }


def test_every_relation_to_a_user_is_exported_or_derived():
    known = {table.model for table in account_data.TABLES} | set(account_data.DERIVED)
    assert reaches_user() - known == set()


def test_every_column_of_a_table_is_exported_or_internal():
    """For a new field someone has to decide whether it is exported or internal."""
    internal = {"id", "learner", "user", "owner", "author", "password", "session_generation", "digest", "record_id"}
    internal |= {
        "document",
        "seen_document",
        "number",
        "data",
        "object_id",
        "group",
        "permission",
        "session_key",
        "user_id",
    }
    internal |= {"by", "undone_by", "touched", "redirects", "mended", "history"}  # data of the catalogue
    internal |= {"undoes", "since_on"}  # exported as event_id and as the date of `since`
    internal |= {
        "next_on",
        "not_before",
        "expires_at",
        "lease_token",
        "lease_until",
        "message_id",
        "version",
        "planned_at",
    }
    internal |= {"base", "restores", "alone", "reviewer", "editor", "proposal", "thread", "resolved_by"}
    internal |= {"asked_by", "decided_by", "operation", "proposed_by", "score"}
    internal |= {"items", "undone_by", "by", "address_digest"}
    # In reports: who handles them; an email address is stored only for people without an account.
    internal |= {"taken_by", "done_by", "proposal", "duplicate_of", "event_id", "email"}
    exported: defaultdict[type[models.Model], set[str]] = defaultdict(set)
    for table in account_data.TABLES:
        exported[table.model] |= {name.split("__")[0] for name in table.fields} | set(table.slugs)
    for model, names in exported.items():
        assert {field.name for field in model._meta.fields} - names - internal == set(), model


def test_export_has_every_table_and_nothing_of_anybody_else(make_learner):
    lena, _other = make_learner("lena"), make_learner("marek")
    text = account_data.as_json(lena, now=NOW).decode()
    found = json.loads(text)
    assert found["format"] == "waymark-export/1"
    counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
    empty = {"two_step_login", "groups", "permissions", "catalogue_edits"}
    empty |= {"administration", "administration_of_account", "catalogue_proposals", "catalogue_reviews"}
    empty |= {"catalogue_bulk_edits", "catalogue_looks", "catalogue_operations"}
    empty |= {"catalogue_edits_of_proposals", "catalogue_comments", "emails_about_proposals"}
    empty |= {"catalogue_operations_asked_for", "catalogue_mappings"}
    empty |= {"reports_worked_on"}
    two = {"assessments": 2, "projects": 2}
    assert counts == {table.name: 0 if table.name in empty else 1 for table in account_data.TABLES} | two
    assert found["path_wishes"] == [
        {
            "choices": {},
            "projects": {"first-program": "tool"},
            "milestone_order": ["first-program"],
            "skipped_milestones": [],
            "shorter": False,
        }
    ]
    assert "lena" in text
    assert "marek" not in text
    assert found["study_sessions"][0] | {"event_id": ""} == {
        "event_id": "",
        "at": "2026-11-25T12:00:00Z",
        "on": "2026-11-25",
        "minutes": 30,
        "skill_slug": "python",
        "resource_slug": "documentation",
        "split_from_slug": None,
    }
    assert found["browser_sessions"][0]["session_data"] == {"start": {"found": {"python": [2, "Python lena", 1, 1]}}}
    assert found["assessments"][1]["undoes__event_id"] == found["assessments"][0]["event_id"]


def test_export_tells_no_secret(make_learner):
    lena = make_learner("lena")
    client = Client()
    client.force_login(lena)
    text = account_data.as_json(lena, now=NOW).decode()
    assert lena.password not in text
    assert lena.calendar_feed.digest not in text
    assert lena.access_tokens.get().digest not in text
    assert client.session.session_key not in text
    assert lena.get_session_auth_hash() not in text
    assert len(json.loads(text)["browser_sessions"]) == 2


def test_export_has_what_administrators_did_without_their_names(make_learner, boss):
    lena, marek = make_learner("lena"), make_learner("marek")
    fields = {"email": lena.email, "time_zone": "UTC", "is_active": "on", "role": "learner"}
    boss.post(f"/admin/accounts/user/{lena.pk}/change/", fields)
    address = EmailAddress.objects.get(user=lena)
    boss.post(f"/admin/account/emailaddress/{address.pk}/change/", {"user": lena.pk, "email": lena.email})
    found = account_data.export(lena, now=NOW)
    assert [
        (row["action_flag"], row["content_type__model"], row["object_repr"], row["change_message"])
        for row in found["administration_of_account"]
    ] == [
        (CHANGE, "user", f"user {lena.pk}", '[{"changed": {"fields": ["Name"]}}]'),
        (CHANGE, "emailaddress", f"email address {address.pk}", '[{"changed": {"fields": ["Verified", "Primary"]}}]'),
    ]
    assert found["administration"] == account_data.export(marek, now=NOW)["administration_of_account"] == []
    text = account_data.as_json(User.objects.get(is_superuser=True), now=NOW).decode()
    assert f'"user {lena.pk}"' in text
    assert "lena" not in text


@pytest.mark.parametrize(
    "rows_of",
    [
        account_data.operations_of,
        account_data.pending_operations_of,
        account_data.bulk_edits_of,
        account_data.comments_of,
        account_data.reports_worked_on,
    ],
)
def test_export_finds_a_row_by_whatever_part_someone_had_in_it(rows_of):
    rows = rows_of(User(pk=7))
    parts = {field.column for field in rows.model._meta.fields if field.related_model is User}
    parts.discard("learner_id")  # what a reader reported is a table of its own
    assert {part for part in parts if f'"{part}" = 7' not in str(rows.query)} == set()


def test_csv_has_the_same_rows(make_learner):
    lena = make_learner("lena")
    archive = zipfile.ZipFile(io.BytesIO(account_data.as_csv(lena, now=NOW)))
    found = account_data.export(lena, now=NOW)
    assert archive.namelist() == [f"{table.name}.csv" for table in account_data.TABLES]
    for table in account_data.TABLES:
        rows = list(csv.DictReader(io.StringIO(archive.read(f"{table.name}.csv").decode("utf-8-sig"), newline="")))
        assert rows == [{name: account_data.cell(value) for name, value in row.items()} for row in found[table.name]]
        if table.name == "browser_sessions":
            assert json.loads(rows[0]["session_data"]) == found[table.name][0]["session_data"]


def test_json_resume_has_what_one_can_do_and_has_made(make_learner):
    lena = make_learner("lena")
    make_learner("marek")
    services.assess(learner=lena, skill=Skill.objects.get(slug="python"), level=3, now=NOW)
    assert json.loads(account_data.as_json_resume(lena, now=NOW)) == {
        "$schema": jsonresume.SCHEMA,
        "basics": {"name": "lena", "label": "AI engineer", "email": "lena@example.com"},
        "skills": [
            {
                "name": "Python",
                "level": "Proficient",
                "sources": [{"levels": [1, 2, 3], "source": "not checked", "date": "2026-11-25"}],
            }
        ],
        "projects": [
            {
                "name": "Report",
                "description": "Build it and show it.",
                "url": "https://example.com/lena",
                "keywords": ["Python"],
            },
            {"name": "evidence lena", "description": "evidence lena", "keywords": ["Python"]},
        ],
        "meta": {"version": "v1.0.0", "lastModified": "2026-11-25T12:00:00+00:00"},
    }


def test_json_resume_of_who_has_nothing_is_one_too(db):
    user = User.objects.create_user("new@example.com")
    found = json.loads(account_data.as_json_resume(user, now=NOW))
    assert (found["basics"], found["skills"], found["projects"]) == ({"email": "new@example.com"}, [], [])


@given(begin=st.sampled_from(["", "'", *account_data.FORMULA]), text=st.text())
def test_cell_is_never_a_formula_and_loses_nothing(begin, text):
    found = account_data.cell(begin + text)
    assert not found.startswith(account_data.FORMULA)
    assert found.removeprefix("'") == begin + text


def tables_with(word: str) -> set[str]:
    """Tables with the word in a row. Sessions are stored encoded, so they are decoded too."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {quoted} WHERE {quoted}::text LIKE %s", [f"%{word}%"])
            if cursor.fetchone() != (0,):
                found.add(table)
    if any(word in json.dumps(session.get_decoded()) for session in Session.objects.all()):
        found.add(Session._meta.db_table)
    return found


PAGES = (
    "/dashboard/",
    "/plan/",
    "/plan/goal/",
    "/plan/calendar/",
    "/skills/python/",
    "/projects/report/",
    "/log/",
    "/history/",
    "/settings/",
    "/roles/",
    "/skills/map/",
)


def caches_with(word: str) -> set[str]:
    """The places in Valkey and in the caches of this process that contain the word."""
    cache = caches["default"]
    found = {f"memory {key}" for key, value in cache._own._cache.items() if word.encode() in key.encode() + value}
    server = cache._shared._cache.get_client()
    found |= {
        f"Valkey {key.decode()}"
        for key in server.scan_iter()
        if word.encode() in key or word.encode() in (server.dump(key) or b"")
    }
    for pages in (page_cache.pages, page_cache.free_text_pages):
        found |= {f"page {key}" for key, page in pages.latest.items() if word.encode() in page.body}
    for _learner, known in list(learner_state._learner_states.latest.items()):
        found |= {f"standing {name}" for name, made in known._values.items() if word in str(made)}
        found |= {"standing"} if word in repr(known) else set()
    return found


@pytest.mark.django_db(transaction=True)
def test_no_cache_ever_has_what_a_learner_wrote(make_learner):
    lena, client = make_learner("lena-canary"), Client()
    client.post("/accounts/login/", {"login": lena.email, "password": "wrong"})
    client.post("/accounts/password/reset/", {"email": lena.email})
    client.force_login(lena)
    shown = {path for path in PAGES if "lena-canary" in client.get(path).text}
    assert shown >= {"/skills/python/", "/projects/report/", "/settings/"}
    kept = caches_with("ython")  # slugs and names of the catalogue
    assert "standing" in kept
    assert any(name.startswith("standing dashboard page") for name in kept)
    # The title of a saved ad may be the name of the goal. It is cached nowhere else, and is deleted with the account.
    assert caches_with("lena-canary") == {"standing"}
    assert caches_with("Text lena-canary") == set()
    account_data.erase(lena)
    assert caches_with("lena-canary") == set()


@pytest.mark.django_db(transaction=True)
def test_erase_leaves_no_trace_in_any_table(make_learner, boss):
    lena, marek = make_learner("lena-canary"), make_learner("marek")
    client = Client()
    client.force_login(lena)
    client.get("/dashboard/")
    before = account_data.export(marek, now=NOW)
    fields = {
        "email": lena.email,
        "name": "another lena-canary",
        "time_zone": "UTC",
        "is_active": "on",
        "role": "learner",
    }
    boss.post(f"/admin/accounts/user/{lena.pk}/change/", fields)
    assert tables_with(f"user {lena.pk}") == {"django_admin_log"}
    administrator = User.objects.get(is_superuser=True)
    # As Django logs changes, and as Waymark once did
    LogEntry.objects.log_actions(administrator.pk, [lena, lena.emailaddress_set.get()], CHANGE, "lena-canary")
    told = {
        "account_emailaddress",
        "accounts_accesstoken",
        "accounts_session",
        "accounts_user",
        "django_admin_log",
        "progress_checkanswer",
        "progress_evidence",
        "progress_itemreport",
        "progress_savedad",
    }
    told |= {"accounts_outgoingmail", "curation_readerreport", "reminders_delivery", "reminders_suppression"}
    assert tables_with("lena-canary") == told | {"progress_note", "progress_projectwork", "progress_proofpage"} | {
        "progress_checkanswer",
        "progress_itemreport",
    }
    account_data.erase(lena)
    assert tables_with("lena-canary") == set()
    assert account_data.export(marek, now=NOW) == before
    assert list(Progress.objects.values_list("learner", flat=True)) == [marek.pk]
    # The names of proof pages stay reserved, as hashes that identify no one.
    assert sorted(ProofPageName.objects.values_list("learner", flat=True), key=bool) == [None, marek.pk]
    assert set(Session.objects.values_list("user_id", flat=True)) == {marek.pk, administrator.pk}
    assert client.get("/dashboard/").status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["one", "selected"])
def test_administrators_who_delete_a_user_leave_no_trace_of_them(make_learner, boss, way):
    lena = make_learner("lena-canary")
    if way == "one":
        boss.post(f"/admin/accounts/user/{lena.pk}/delete/", {"post": "yes"})
    else:
        action = {"action": "delete_selected", "_selected_action": [lena.pk], "post": "yes"}
        boss.post("/admin/accounts/user/", action)
    assert not User.objects.filter(pk=lena.pk).exists()
    assert LogEntry.objects.get().object_repr == f"user {lena.pk}"
    assert tables_with("lena-canary") == set()


def test_export_of_ten_thousand_sessions_is_quick(db, django_assert_max_num_queries):
    factories.make_catalogue(10)
    call_command("seed_learners", "1", "--sessions", "10000", verbosity=0)
    user = User.objects.get()
    with django_assert_max_num_queries(len(account_data.TABLES)):
        found = json.loads(account_data.as_json(user, now=NOW))
    assert len(found["study_sessions"]) == 10_000
