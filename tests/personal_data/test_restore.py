import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from accounts.models import User
from guidance.catalog.models import Milestone, Project, Resource, Role, Skill
from guidance.personal_data import account_data, restore
from guidance.progress import services
from guidance.progress.ads import MAX_ADS
from guidance.progress.learner_rows import AdSkill
from guidance.progress.models import AdMilestone, Assessment, LearnerSkill, ProofPage
from guidance.progress.services import history_import
from guidance.reminders import services as reminders
from guidance.reminders.models import ReminderKind, Schedule
from tests import factories
from tests.web.learners import merge

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 25)
BROUGHT = (
    "saved_ads",
    "saved_ad_skills",
    "saved_ad_milestones",
    "goals",
    "days_off",
    "assessments",
    "levels",
    "evidence",
    "study_sessions",
    "ticked_resources",
    "ticked_units",
    "projects",
    "notes",
    "plan_changes",
    "completed_milestones",
    "path_wishes",
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A catalogue made once for all tests; the changes of each test are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.publish(
            *(factories.skill_document(slug) for slug in ("python", "sql")),
            factories.skill_document("rag", units={1: [{"id": "ask", "do": "Ask ten questions.", "minutes": 60}]}),
            *(factories.role_document(slug, milestones=["show-it"]) for slug in ("ai-engineer", "data-scientist")),
            factories.milestone_document("show-it", steps=[("python", 3)], projects=["tool"]),
            factories.project_document("tool", proves={"sql": 1}),
            factories.industry_document(),
            factories.resource_document(),
            factories.project_document(),
            factories.starting_point_document(),
        )
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lena(catalogue, db) -> User:
    """A learner with a history of several months."""
    lena, skills = User.objects.create_user("lena@example.com"), {skill.slug: skill for skill in Skill.objects.all()}
    project, resource = Project.objects.get(slug="report"), Resource.objects.get(slug="documentation")

    def at(days: int) -> datetime:
        return NOW - timedelta(days=days)

    first, second = Role.objects.get(slug="data-scientist"), Role.objects.get(slug="ai-engineer")
    services.set_goal(learner=lena, role=first, hours_per_week=5, weekdays=[1], now=at(90))
    services.set_goal(
        learner=lena,
        role=second,
        hours_per_week=8,
        weekdays=[1, 3],
        deadline=date(2027, 6, 30),
        days_off=[date(2026, 12, 24)],
        now=at(60),
    )
    services.assess_all(learner=lena, levels={skills["python"].pk: 1, skills["sql"].pk: 2}, now=at(90))
    services.log_study(learner=lena, skill=skills["python"], minutes=50, on=at(80).date(), now=at(80))
    wrong = services.assess(learner=lena, skill=skills["sql"], level=4, now=at(70))
    services.undo_assessment(learner=lena, assessment=wrong, now=at(69))
    services.save_project_work(learner=lena, project=project, ticked=["Check 2."], url="https://a.example/", now=at(50))
    services.prove_by_project(
        learner=lena, project=project, levels={skills["python"].pk: 2}, url="https://a.example/", now=at(40)
    )
    services.log_study(
        learner=lena, skill=skills["python"], resource=resource, minutes=30, on=at(30).date(), now=at(30)
    )
    services.log_study(learner=lena, resource=resource, minutes=20, on=at(30).date(), now=at(29))
    services.add_evidence(learner=lena, skill=skills["sql"], text="“Quoted” – and ticked", now=at(20))
    services.add_certificate(
        learner=lena,
        skill=skills["sql"],
        name="SQL Developer",
        issuer="Example Institute",
        issued_on=date(2026, 5, 31),
        url="https://a.example/credential",
        now=at(20),
    )
    services.save_proof_page(learner=lena, now=at(20), name="lena", is_public=True)
    services.pass_check(learner=lena, skill=skills["sql"], level=1, now=at(20))
    services.tick_resource(learner=lena, resource=resource, done=True, now=at(19))
    services.log_study(learner=lena, skill=skills["rag"], minutes=10, on=at(18).date(), now=at(18))
    services.tick_unit(learner=lena, skill=skills["rag"], level=1, key="ask", minutes=45, now=at(18))
    tool, milestone = Project.objects.get(slug="tool"), Milestone.objects.get(slug="show-it")
    done = list(tool.checklist.values_list("text", flat=True))
    services.save_project_work(learner=lena, project=tool, ticked=done, now=at(15))
    services.set_path(
        learner=lena,
        choices={"cloud": skills["rag"].pk},
        projects={str(milestone.pk): tool.pk},
        milestone_order=[milestone.pk],
        shorter=True,
    )
    services.write_note(learner=lena, skill=skills["rag"], text="Look at it.\n")
    lena.notes.update(updated_at=at(10))
    asked = [AdSkill("python", 2, "must"), AdSkill("sql", 1, "", choice=1), AdSkill("rag", 1, "nice", 1, is_out=True)]
    ad = services.save_ad(
        learner=lena,
        title="AI engineer, claims",
        employer="Tarn & Vale",
        role=second,
        text="Python.",
        skills=asked,
        now=at(9),
    )
    AdMilestone.objects.create(ad=ad, milestone=milestone, at=at(9))
    services.override(learner=lena, kinds={skills["rag"].pk: "pin", skills["sql"].pk: "skip"}, now=at(10))
    return lena


@pytest.fixture
def marek(catalogue, db) -> User:
    return User.objects.create_user("marek@example.com")


def taken(user: User) -> dict:
    return json.loads(account_data.as_json(user, now=NOW))


def bring(user: User, data: object, **options) -> dict[str, tuple[int, int, int]]:
    found = restore.import_history(learner=user, data=data, now=NOW + timedelta(days=1), **options)
    return {name: (counts.added, counts.changed, counts.there) for name, counts in found.items()}


def past_of(user: User) -> dict[str, list]:
    return {name: rows for name, rows in taken(user).items() if name in BROUGHT}


def test_import_of_an_export_is_the_same_past(lena, marek):
    services.undo_assessment(learner=lena, assessment=lena.assessments.get(kind="check"), now=NOW)
    data = taken(lena)
    for row in data["assessments"]:
        row.update({"kind": "self", "up_to": None} if row["kind"] == "check" else {})
    found = bring(marek, data)
    assert all(added and not changed and not there for added, changed, there in found.values())
    # `levels` are calculated again, in another order.
    mine, theirs = past_of(marek), past_of(lena) | {"assessments": data["assessments"]}
    for past in (mine, theirs):
        past["levels"].sort(key=lambda row: row["skill_slug"])
    assert mine == theirs
    assert {row.on: row.minutes for row in marek.studydays.all()} == {
        row.on: row.minutes for row in lena.studydays.all()
    }


def test_an_ad_is_the_goal_again(lena, marek):
    services.make_ad_goal(learner=lena, ad=lena.savedads.get(), now=NOW)
    bring(marek, taken(lena))
    assert (marek.goals.last().ad, past_of(marek)["goals"]) == (marek.savedads.get(), past_of(lena)["goals"])


def test_an_ad_without_what_it_needs_is_refused(lena, marek):
    data = taken(lena)
    data["saved_ads"][0]["title"] = " "
    data["saved_ad_skills"][1]["skill_slug"] = "python"
    data["saved_ad_milestones"][0]["ad__event_id"] = "no"
    with pytest.raises(ValidationError) as error:
        bring(marek, data)
    assert set(error.value.message_dict) == {
        "saved_ads[0].title",
        "saved_ad_skills[1].ad__event_id",
        "saved_ad_milestones[0].ad__event_id",
    }


def test_no_more_ads_are_imported_than_there_may_be(lena, marek):
    for number in range(MAX_ADS):
        asked = [AdSkill("python", 1, "")]
        services.save_ad(learner=marek, title=f"Ad {number}", skills=asked, now=NOW)
    with pytest.raises(ValidationError, match="more than 20 saved ads"):
        bring(marek, taken(lena))
    assert marek.savedads.count() == MAX_ADS


def test_an_export_from_before_there_were_checks_is_read(lena, marek):
    data = taken(lena)
    for row in data["assessments"]:
        del row["up_to"]
    data["assessments"] = [row for row in data["assessments"] if row["kind"] != "check"]
    bring(marek, data)
    assert set(marek.learnerskills.values_list("skill__slug", "kind", "shown_to")) >= {("python", "project", 2)}


def test_a_level_that_was_checked_comes_back_as_what_the_learner_says(lena, marek):
    """Anyone can change a file, and checked levels are shown to others."""
    data = taken(lena)
    assert ("sql", "check") in {(row["skill_slug"], row["kind"]) for row in data["assessments"]}
    bring(marek, data)
    assert {row.kind for row in marek.assessments.filter(skill__slug="sql")} == {"self"}
    assert not marek.learnerskills.filter(checked_to__gt=0).exists()
    bring(lena, data)
    assert lena.assessments.filter(kind="check").exists()  # what the learner already has stays


def test_up_to_is_of_a_check_or_a_project(lena, marek):
    data = taken(lena)
    own = next(number for number, row in enumerate(data["assessments"]) if row["kind"] == "self")
    data["assessments"][own]["up_to"] = 1
    with pytest.raises(ValidationError) as error:
        bring(marek, data)
    assert error.value.message_dict == {f"assessments[{own}].up_to": ["This is only for a check or a project."]}


def test_import_twice_changes_nothing(lena, marek):
    data = taken(lena)
    bring(marek, data)
    before = past_of(marek)
    found = bring(marek, data)
    assert not any(added or changed for added, changed, _there in found.values())
    assert past_of(marek) == before
    before = past_of(lena)
    assert not any(added or changed for added, changed, _there in bring(lena, data).values())
    assert past_of(lena) == before


def test_dry_run_says_what_would_be_and_stores_nothing(lena, marek):
    data, before = taken(lena), taken(marek)
    found = bring(marek, data, dry_run=True)
    assert taken(marek) == before
    assert found == bring(marek, data)


def test_import_takes_no_account_token_or_consent(lena, marek):
    kinds = {ReminderKind.STUDY: reminders.ReminderSetting(True, time(7, 30), (1,))}
    reminders.set_schedules(learner=lena, settings=kinds, quiet=None, paused_until=None, now=NOW)
    services.make_calendar_address(learner=lena, now=NOW)
    before = taken(marek)
    bring(marek, taken(lena))
    after = taken(marek)
    own = before.keys() - {*BROUGHT, "catalogue_seen"}  # starts with the learner's first row
    assert {name: after[name] for name in own} == {name: before[name] for name in own}
    assert not Schedule.objects.filter(learner=marek).exists()


def test_what_happened_later_counts_whatever_came_first(lena, marek):
    """Marek started again a week ago; everything in the file is older, except the note."""
    python, ago = Skill.objects.get(slug="python"), NOW - timedelta(days=7)
    services.set_goal(
        learner=marek, role=Role.objects.get(slug="data-scientist"), hours_per_week=3, weekdays=[7], now=ago
    )
    level = services.assess(learner=marek, skill=python, level=4, now=ago)
    taken_back = services.undo_assessment(learner=marek, assessment=level, now=ago + timedelta(hours=1))
    services.assess(learner=marek, skill=python, level=3, now=ago + timedelta(hours=2))
    services.log_study(learner=marek, skill=python, minutes=10, on=ago.date(), now=ago + timedelta(hours=3))
    services.override(learner=marek, kinds={Skill.objects.get(slug="rag").pk: "later"}, now=ago)
    services.save_project_work(learner=marek, project=Project.objects.get(slug="report"), ticked=["Check 4."], now=ago)
    found = bring(marek, taken(lena))
    assert (found["projects"], found["plan_changes"]) == ((1, 0, 1), (1, 0, 1))
    assert [goal.role.slug for goal in marek.goals.all()] == ["data-scientist", "ai-engineer", "data-scientist"]
    known = LearnerSkill.objects.get(learner=marek, skill=python)
    assert (known.level, known.kind, known.minutes, known.total_minutes) == (3, "self", 10, 90)
    undoing = Assessment.objects.get(learner=marek, event_id=taken_back.event_id)
    assert undoing.undoes.event_id == level.event_id
    assert {row.kind for row in marek.planoverrides.filter(skill__slug="rag")} == {"later"}
    assert marek.projectworks.get(project__slug="report").ticked == ["Check 4."]
    assert services.undo_assessment(  # the last one stated here
        learner=marek, assessment=marek.assessments.filter(skill=python).last(), now=NOW
    )


def test_later_note_takes_the_place_of_an_older_one(lena, marek):
    services.write_note(learner=marek, skill=Skill.objects.get(slug="rag"), text="Older.")
    marek.notes.update(updated_at=NOW - timedelta(days=365))
    data = taken(lena)
    data["notes"][0]["updated_at"] = "2026-11-25T12:00:00Z"
    assert bring(marek, data)["notes"] == (0, 1, 0)
    assert marek.notes.get().text == "Look at it.\n"
    assert marek.notes.get().updated_at == datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_assessment_that_was_taken_back_here_stays_so(lena, marek):
    """A second file undoes the same assessment by another event, which changes nothing."""
    sql = Skill.objects.get(slug="sql")
    data = taken(lena)
    bring(marek, data)
    before = list(marek.assessments.values_list("event_id", "undoes__event_id"))
    wrong = next(row for row in data["assessments"] if row["level"] == 4)
    again = copy.deepcopy(data)
    for row in again["assessments"]:
        if row["undoes__event_id"] == wrong["event_id"]:
            row["event_id"] = "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10"
    assert bring(marek, again)["assessments"][0] == 0
    assert list(marek.assessments.values_list("event_id", "undoes__event_id")) == before
    assert LearnerSkill.objects.get(learner=marek, skill=sql).level == 2


def test_renamed_merged_and_retired_records_are_found(lena, marek):
    data = taken(lena)
    factories.rename(Role.objects.get(slug="ai-engineer"), "engineer")
    merge(Skill.objects.get(slug="sql"), Skill.objects.get(slug="python"))
    factories.retire(Skill.objects.get(slug="rag"))
    bring(marek, data)
    assert marek.goals.last().role.slug == "engineer"
    known = LearnerSkill.objects.get(learner=marek, skill__slug="python")
    assert (known.level, known.total_minutes) == (2, 80)
    assert not marek.learnerskills.filter(skill__slug="sql").exists()
    assert marek.notes.get().skill.slug == "rag"


def test_record_that_was_renamed_and_then_retired_is_found(lena, marek):
    data = taken(lena)
    rag = Skill.objects.get(slug="rag")
    factories.rename(rag, "retrieval")
    factories.retire(Skill.objects.get(pk=rag.pk))
    bring(marek, data)
    assert marek.notes.get().skill.slug == "retrieval"


def test_no_more_days_off_to_come_than_may_be(lena, marek, monkeypatch):
    """The limit includes existing days off, so that two files cannot exceed what one file may not."""
    monkeypatch.setattr(history_import, "MAX_DAYS_OFF", 3)
    data = {"format": account_data.FORMAT, "days_off": [{"day": f"2027-01-0{number}"} for number in range(1, 4)]}
    bring(marek, data)
    with pytest.raises(ValidationError, match="days_off"):
        bring(marek, {**data, "days_off": [{"day": "2027-02-01"}]})
    bring(marek, {**data, "days_off": [{"day": "2026-02-01"}]})  # a day in the past
    assert marek.dayoffs.count() == 4


def test_evidence_says_something_and_its_address_is_as_the_database_has_it(marek, catalogue):
    row = {
        "event_id": "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10",
        "skill_slug": "python",
        "project_slug": None,
        "url": "HTTP://example.com/x",
        "text": "",
        "at": "2026-11-01T08:00:00Z",
        "on": "2026-11-01",
    }
    with pytest.raises(ValidationError, match="Give a link"):
        bring(marek, {"format": account_data.FORMAT, "evidence": [{**row, "url": "", "text": "  "}]})
    bring(marek, {"format": account_data.FORMAT, "evidence": [row]})
    assert marek.evidences.get().url == "http://example.com/x"


def test_a_full_day_brings_nothing(lena, marek):
    on = TODAY - timedelta(days=30)
    services.log_study(learner=marek, skill=Skill.objects.get(slug="sql"), minutes=1_420, on=on, now=NOW)
    before = taken(marek)
    with pytest.raises(ValidationError) as error:
        bring(marek, taken(lena))
    assert error.value.message_dict == {"study_sessions": ["A day has 24 hours, and 2026-10-26 would have more."]}
    assert taken(marek) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Write to lena@example.com"),
        ("issuer", None),
        ("issued_on", None),
        ("kind", "diploma"),
        ("project_slug", "report"),
    ],
)
def test_certificate_that_the_database_would_not_have_is_told(lena, marek, field, value):
    [row] = [row for row in taken(lena)["evidence"] if row["kind"] == "certificate"]
    with pytest.raises(ValidationError) as error:
        bring(marek, {"format": account_data.FORMAT, "evidence": [row | {field: value}]})
    assert f"evidence[0].{field}" in error.value.message_dict
    assert not marek.evidences.exists()


def test_an_import_shows_nothing_to_others(lena, marek):
    bring(marek, taken(lena))
    assert not ProofPage.objects.filter(learner=marek).exists()


WRONG = [
    ("goals", "role_slug", "nobody"),
    ("goals", "role_slug", None),
    ("goals", "industry_slug", 5),
    ("goals", "hours_per_week", 100),
    ("goals", "hours_per_week", float("nan")),
    ("goals", "hours_per_week", True),
    ("goals", "weekdays", []),
    ("goals", "weekdays", [[]]),
    ("goals", "weekly_target", 2**63),
    ("goals", "deadline", "3000-01-01"),
    ("goals", "on", "2026-12-24"),
    ("days_off", "day", "2026-02-30"),
    ("assessments", "event_id", "1"),
    ("assessments", "level", 5),
    ("assessments", "level", "3"),
    ("assessments", "kind", "guess"),
    ("assessments", "up_to", 0),
    ("assessments", "up_to", 5),
    ("assessments", "up_to", "1"),
    ("assessments", "kind", []),
    ("assessments", "skill_slug", ["python"]),
    ("assessments", "undoes__event_id", "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10"),
    ("assessments", "undoes__event_id", 5),
    ("evidence", "url", "javascript:alert(1)"),
    ("evidence", "text", "a\0"),
    ("evidence", "text", "\ud800"),
    ("evidence", "text", "a" * 2_001),
    ("evidence", "project_slug", "nobody"),
    ("study_sessions", "minutes", 0),
    ("study_sessions", "minutes", 10**400),
    ("study_sessions", "on", "2027-01-01"),
    ("study_sessions", "at", "2026-11-25T12:00:00"),
    ("study_sessions", "at", "2036-11-25T12:00:00Z"),
    ("study_sessions", "at", "0001-01-01T00:00:00+14:00"),
    ("study_sessions", "at", 5),
    ("ticked_resources", "resource_slug", {}),
    ("ticked_units", "level", 0),
    ("ticked_units", "key", ""),
    ("ticked_units", "type", "watch"),
    ("ticked_units", "session__event_id", "1"),
    ("projects", "ticked", "Check 1."),
    ("projects", "ticked", ["a\0"]),
    ("projects", "url", "a" * 501),
    ("notes", "text", " "),
    ("notes", "text", None),
    ("plan_changes", "kind", "never"),
]


def test_wrong_row_is_named_and_nothing_is_brought(lena, marek):
    data, before = taken(lena), taken(marek)
    for table, name, value in WRONG:
        spoilt = copy.deepcopy(data)
        spoilt[table][-1][name] = value
        with pytest.raises(ValidationError) as error:
            bring(marek, spoilt)
        path = f"{table}[{len(data[table]) - 1}].{name}"
        assert list(error.value.message_dict) == [path], (path, value)
    assert taken(marek) == before


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "waymark-export/1",
        {},
        {"format": "waymark-export/2"},
        {"format": []},
        {"format": "waymark-export/1", "goals": {}},
        {"format": "waymark-export/1", "goals": [None]},
        {"format": "waymark-export/1", "notes": [[]]},
        {"format": "waymark-export/1", "days_off": [{}] * 60},
        {"format": "waymark-export/1", "days_off": [{"day": "2026-11-25"}] * 50_001},
    ],
)
def test_what_is_no_export_is_refused(marek, data):
    with pytest.raises(ValidationError):
        bring(marek, data)


def test_no_more_errors_are_told_than_anybody_reads(marek):
    with pytest.raises(ValidationError) as error:
        bring(marek, {"format": account_data.FORMAT, "days_off": [{}] * 1_000})
    assert len(error.value.message_dict) == restore.MAX_ERRORS


def test_event_that_stands_in_the_file_twice_is_refused(lena, marek):
    data = taken(lena)
    data["evidence"].append(data["evidence"][0])
    with pytest.raises(ValidationError) as error:
        bring(marek, data)
    assert list(error.value.message_dict) == ["evidence"]


def test_assessment_cannot_be_taken_back_twice_or_by_itself(lena, marek):
    data = taken(lena)
    undoing = next(row for row in data["assessments"] if row["undoes__event_id"])
    second = undoing | {"event_id": "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10"}
    itself = second | {"undoes__event_id": second["event_id"]}
    another = second | {"skill_slug": "rag", "undoes__event_id": data["assessments"][0]["event_id"]}
    for row in (second, itself, another, second | {"undoes__event_id": undoing["event_id"]}):
        with pytest.raises(ValidationError) as error:
            bring(marek, data | {"assessments": [*data["assessments"], row]})
        assert list(error.value.message_dict) == [f"assessments[{len(data['assessments'])}].undoes__event_id"]


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValidationError):
        restore.load(text)


def test_import_of_thousands_of_sessions_takes_a_few_statements(marek, django_assert_max_num_queries):
    with time_machine.travel(NOW):
        call_command("seed_learners", "1", "--sessions", "3000", verbosity=0)
    data = taken(User.objects.exclude(pk=marek.pk).get())
    with django_assert_max_num_queries(100):
        found = bring(marek, data)
    assert found["study_sessions"] == (3_000, 0, 0)
    assert sum(marek.studydays.values_list("minutes", flat=True)) == sum(
        row["minutes"] for row in data["study_sessions"]
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("made_at", 5),
        ("made_at", "yesterday"),
        ("made_at", "2026-11-25T12:00:00"),
        ("catalogue_edits", {}),
        ("catalogue_edits", ["a"]),
    ],
)
def test_what_is_not_read_is_still_in_the_form_of_an_export(lena, name, value):
    with pytest.raises(ValidationError) as refused:
        restore.import_history(learner=lena, data={"format": account_data.FORMAT, name: value}, now=NOW)
    assert list(refused.value.message_dict) == [name]
