import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Project, Redirect, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import CalendarFeed, Evidence, LearnerSkill, Note, Progress, StudyDay, StudySession
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def code_of(error: ValidationError, field: str) -> str:
    return error.error_dict[field][0].code


@pytest.fixture
def python():
    return factories.make_skill("python")


def current_of(learner, skill) -> tuple[int, str, int, int]:
    row = LearnerSkill.objects.get(learner=learner, skill=skill)
    return row.level, row.kind, row.minutes, row.total_minutes


def goal(learner, now, **changes):
    fields = {"role": changes.pop("role", None) or factories.make_role(), "hours_per_week": 6, "weekdays": [1, 3]}
    return services.set_goal(learner=learner, now=now, **fields | changes)


def test_set_goal_adds_a_goal_and_keeps_the_last_one(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role)
    goal(learner, now + timedelta(days=1), role=role, hours_per_week=8, weekdays=[3, 1, 3])
    assert list(learner.goals.values_list("hours_per_week", "weekdays", "weekly_target", "on")) == [
        (6, [1, 3], 360, TODAY),
        (8, [1, 3], 480, TODAY + timedelta(days=1)),
    ]


def test_set_goal_keeps_a_weekly_target_of_ones_own(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role, weekly_target=120)
    assert goal(learner, now, role=role, hours_per_week=8).weekly_target == 120


def test_set_goal_never_makes_the_plans_hours_a_weekly_target_of_ones_own(learner, now):
    role = factories.make_role()
    assert goal(learner, now, role=role, hours_per_week=7.34).weekly_target == 440
    assert goal(learner, now, role=role, hours_per_week=20).weekly_target == 1200


def test_set_goal_lowers_a_weekly_target_to_what_the_plan_has(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role, weekly_target=120)
    assert goal(learner, now, role=role, hours_per_week=1).weekly_target == 60


def test_set_goal_twice_on_a_day_is_one_goal(learner, now):
    role = factories.make_role()
    first = goal(learner, now, role=role)
    assert goal(learner, now + HOUR, role=role, hours_per_week=9).pk == first.pk
    assert list(learner.goals.values_list("hours_per_week", "on")) == [(9, TODAY)]


def test_set_goal_that_changes_nothing_adds_nothing(learner, now):
    role = factories.make_role()
    assert goal(learner, now, role=role) == goal(learner, now, role=role)
    assert learner.goals.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours_per_week": 0}, "hours_per_week"),
        ({"hours_per_week": 200}, "hours_per_week"),
        ({"deadline": date(2026, 11, 24)}, "deadline"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekly_target": 0}, "weekly_target"),
        ({"days_off": [TODAY + timedelta(days=n) for n in range(1001)]}, "days_off"),
    ],
)
def test_set_goal_names_the_field_that_is_wrong_and_writes_nothing(learner, now, changes, field):
    with pytest.raises(ValidationError) as error:
        goal(learner, now, **changes)
    assert list(error.value.error_dict) == [field]
    assert not learner.goals.exists()
    assert not learner.dayoffs.exists()


def test_set_goal_reads_today_from_the_learners_wall(learner, now):
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight in Zurich
    assert goal(learner, late).on == date(2026, 11, 26)
    with pytest.raises(ValidationError):
        goal(learner, late, role=factories.make_role("other"), deadline=TODAY)


def test_set_days_off_replaces_those_to_come_and_leaves_those_gone(learner, now):
    services.set_days_off(learner=learner, days=[TODAY, TODAY + timedelta(days=3)], now=now)
    later = now + timedelta(days=2)
    services.set_days_off(learner=learner, days=[TODAY, TODAY + timedelta(days=9)], now=later)
    assert list(learner.dayoffs.values_list("day", flat=True)) == [TODAY, TODAY + timedelta(days=9)]


def test_assess_gives_the_level_and_begins_the_count_of_hours_again(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=60, on=TODAY, now=now)
    services.assess(learner=learner, skill=python, level=2, now=now + timedelta(minutes=1))
    assert current_of(learner, python) == (2, "self", 0, 60)
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now + timedelta(minutes=2))
    assert current_of(learner, python) == (2, "self", 30, 90)


def test_assess_at_the_same_level_changes_how_we_know_and_not_the_count(learner, python, now):
    services.assess(learner=learner, skill=python, level=2, now=now)
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now + timedelta(minutes=1))
    services.assess(learner=learner, skill=python, level=2, source="project", now=now + timedelta(minutes=2))
    assert current_of(learner, python) == (2, "project", 30, 30)


def test_assess_at_none_again_keeps_the_hours(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=60, on=TODAY, now=now)
    made = services.assess(learner=learner, skill=python, level=0, now=now + HOUR)
    assert current_of(learner, python) == (0, "self", 60, 60)
    services.undo_assessment(learner=learner, assessment=made, now=now + HOUR)
    services.recompute_skill(learner=learner, skill=python)
    assert current_of(learner, python) == (0, "self", 60, 60)


def test_assess_keeps_what_a_project_has_shown(learner, python, now):
    project = factories.make_project("report", proves={"python": 2})
    services.prove_by_project(learner=learner, project=project, levels={python.pk: 2}, now=now)
    again = services.assess(learner=learner, skill=python, level=2, now=now + HOUR)
    assert (again.kind, again.project) == ("project", project)
    assert services.assess(learner=learner, skill=python, level=3, now=now + HOUR).kind == "self"


def test_assess_once_for_one_event(learner, python, now):
    event = uuid.uuid4()
    first = services.assess(learner=learner, skill=python, level=2, now=now, event_id=event)
    assert services.assess(learner=learner, skill=python, level=3, now=now, event_id=event) == first
    assert list(learner.assessments.values_list("level", flat=True)) == [2]


@pytest.mark.parametrize("level", [-1, 5])
def test_assess_refuses_a_level_that_is_none(learner, python, now, level):
    with pytest.raises(ValidationError):
        services.assess(learner=learner, skill=python, level=level, now=now)


def test_undo_assessment_gives_back_level_and_hours(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, source="cv", now=now)
    services.log_study(learner=learner, skill=python, minutes=45, on=TODAY, now=now + timedelta(minutes=1))
    mistake = services.assess(learner=learner, skill=python, level=3, now=now + timedelta(minutes=2))
    services.log_study(learner=learner, skill=python, minutes=15, on=TODAY, now=now + timedelta(minutes=3))
    undo = services.undo_assessment(learner=learner, assessment=mistake, now=now + timedelta(minutes=4))
    assert current_of(learner, python) == (1, "cv", 60, 60)
    assert (undo.level, undo.kind, undo.undoes) == (1, "cv", mistake)
    assert services.undo_assessment(learner=learner, assessment=mistake, now=now) == undo


def test_undo_assessment_of_the_only_one_gives_none(learner, python, now):
    only = services.assess(learner=learner, skill=python, level=3, now=now)
    services.undo_assessment(learner=learner, assessment=only, now=now)
    assert not LearnerSkill.objects.filter(learner=learner).exists()
    assert learner.assessments.count() == 2


def test_undo_assessment_refuses_what_another_one_stands_on(learner, python, now):
    first = services.assess(learner=learner, skill=python, level=1, now=now)
    second = services.assess(learner=learner, skill=python, level=2, now=now)
    with pytest.raises(ValidationError):
        services.undo_assessment(learner=learner, assessment=first, now=now)
    services.undo_assessment(learner=learner, assessment=second, now=now)
    services.undo_assessment(learner=learner, assessment=first, now=now)
    assert not LearnerSkill.objects.filter(learner=learner).exists()


def test_assess_all_writes_what_differs_in_few_statements(learner, now, django_assert_max_num_queries):
    skills = [factories.make_skill(slug) for slug in ("python", "sql", "git")]
    services.assess(learner=learner, skill=skills[0], level=2, now=now)
    current()
    with django_assert_max_num_queries(9):
        made = services.assess_all(
            learner=learner, levels={skills[0].pk: 2, skills[1].pk: 1, skills[2].pk: 0}, source="cv", now=now
        )
    assert [(item.skill_id, item.level) for item in made] == [(skills[1].pk, 1)]
    assert current_of(learner, skills[1]) == (1, "cv", 0, 0)


def test_log_study_adds_to_day_and_skill(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now)
    services.log_study(learner=learner, skill=python, minutes=45, on=TODAY, now=now)
    assert list(StudyDay.objects.values_list("on", "minutes")) == [(TODAY, 75)]
    assert current_of(learner, python) == (0, "self", 75, 75)


def test_log_study_of_a_day_before_the_level_does_not_count_towards_the_next(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.log_study(
        learner=learner, skill=python, minutes=30, on=TODAY - timedelta(days=1), now=now + timedelta(hours=1)
    )
    assert current_of(learner, python) == (1, "self", 0, 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"skill": None}, "skill"),
    ],
)
def test_log_study_names_the_field_that_is_wrong_and_writes_nothing(learner, python, now, changes, field):
    with pytest.raises(ValidationError) as error:
        services.log_study(**{"learner": learner, "skill": python, "minutes": 30, "on": TODAY, "now": now} | changes)
    assert list(error.value.error_dict) == [field]
    assert not StudySession.objects.exists()
    assert not StudyDay.objects.exists()


def test_log_study_never_fills_a_day_beyond_its_end(learner, python, now):
    services.log_study(learner=learner, skill=python, minutes=1440, on=TODAY, now=now)
    with pytest.raises(ValidationError) as error:
        services.log_study(learner=learner, skill=python, minutes=1, on=TODAY, now=now)
    assert code_of(error.value, "minutes") == "day_full"
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyDay.objects.update(minutes=1441)


def test_remove_session_is_as_if_it_had_never_been(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    session = services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now + timedelta(minutes=1))
    services.remove_session(learner=learner, session=session)
    services.remove_session(learner=learner, session=session)
    assert current_of(learner, python) == (1, "self", 0, 0)
    assert not StudyDay.objects.exists()


def test_remove_session_touches_nobody_elses(learner, python, now):
    other = User.objects.create_user("other@example.com")
    session = services.log_study(learner=other, skill=python, minutes=30, on=TODAY, now=now)
    services.remove_session(learner=learner, session=session)
    assert StudySession.objects.get() == session


def test_add_evidence_wants_a_link_or_a_text_and_no_other_kind_of_address(learner, python, now):
    with pytest.raises(ValidationError) as error:
        services.add_evidence(learner=learner, skill=python, now=now, url=" ")
    assert code_of(error.value, "url") == "required"
    for url in ("javascript:alert(1)", "ftp://example.com/x", "not an address"):
        with pytest.raises(ValidationError):
            services.add_evidence(learner=learner, skill=python, now=now, url=url)
    event = uuid.uuid4()
    for _ in range(2):
        services.add_evidence(learner=learner, skill=python, now=now, url="https://example.com/x", event_id=event)
    assert list(Evidence.objects.values_list("url", flat=True)) == ["https://example.com/x"]


def test_tick_resource_on_and_off(learner, now):
    resource = factories.make_resource()
    for _ in range(2):
        services.tick_resource(learner=learner, resource=resource, done=True, now=now)
    assert list(learner.resourcestates.values_list("resource", flat=True)) == [resource.pk]
    services.tick_resource(learner=learner, resource=resource, done=False, now=now)
    assert not learner.resourcestates.exists()


def test_prove_by_project_makes_assessments_and_evidence(learner, now):
    project = factories.make_project("report", proves={"python": 2})
    python = Skill.objects.get(slug="python")
    for _ in range(2):
        services.prove_by_project(
            learner=learner, project=project, levels={python.pk: 2}, url="https://example.com/work", now=now
        )
    assert current_of(learner, python)[:2] == (2, "project")
    assert list(Evidence.objects.values_list("skill", "project", "url")) == [
        (python.pk, project.pk, "https://example.com/work")
    ]
    with pytest.raises(ValidationError):
        services.prove_by_project(learner=learner, project=project, levels={python.pk: 3}, now=now)


def test_prove_by_project_takes_nothing_away_and_is_taken_back_with_its_evidence(learner, now):
    project = factories.make_project("report", proves={"python": 2, "sql": 1})
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    services.assess(learner=learner, skill=skills["python"], level=4, now=now)
    levels = {skills["python"].pk: 2, skills["sql"].pk: 1}
    made = services.prove_by_project(
        learner=learner, project=project, levels=levels, url="https://example.com/work", now=now + HOUR
    )
    assert [(item.skill, item.level) for item in made] == [(skills["sql"], 1)]
    assert [item.skill for item in learner.evidences.all()] == [skills["sql"]]
    services.undo_assessments(learner=learner, assessments=made, now=now + HOUR)
    assert learner_state(learner, snapshot=current(), now=now).levels == {"python": 4}
    assert not learner.evidences.exists()


def test_save_project_work_keeps_the_order_of_the_checklist_and_refuses_other_items(learner, now):
    project = factories.make_project("report")
    items = list(project.checklist.values_list("text", flat=True))
    work = services.save_project_work(
        learner=learner, project=project, ticked=items[::-1], url=" https://example.com ", now=now
    )
    assert (work.ticked, work.url) == (items, "https://example.com")
    with pytest.raises(ValidationError):
        services.save_project_work(learner=learner, project=Project.objects.get(), ticked=["made up"], now=now)


def test_write_note_once_per_skill_and_none_when_empty(learner, python):
    services.write_note(learner=learner, skill=python, text="one")
    services.write_note(learner=learner, skill=python, text="two\n")
    assert list(learner.notes.values_list("text", flat=True)) == ["two\n"]
    assert services.write_note(learner=learner, skill=python, text="  ") is None
    assert not learner.notes.exists()


def test_override_the_last_word_counts(learner, python, now):
    services.override(learner=learner, kinds={python.pk: "pin"}, now=now)
    services.override(learner=learner, kinds={python.pk: "skip"}, now=now)
    assert list(learner.planoverrides.values_list("kind", flat=True)) == ["skip"]
    services.override(learner=learner, kinds={python.pk: None}, now=now)
    assert not learner.planoverrides.exists()
    with pytest.raises(ValidationError):
        services.override(learner=learner, kinds={python.pk: "never"}, now=now)


def test_override_pins_in_the_order_said(learner, now):
    skills = [factories.make_skill(slug) for slug in ("git", "python", "sql")]
    services.override(learner=learner, kinds={skills[2].pk: "pin", skills[0].pk: "pin"}, now=now)
    services.override(learner=learner, kinds={skills[1].pk: "pin"}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).pin == ("sql", "git", "python")
    services.override(learner=learner, kinds={skill.pk: "pin" for skill in skills}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).pin == ("git", "python", "sql")


def test_make_calendar_address_ends_the_one_before(learner, now):
    first, second = (services.make_calendar_address(learner=learner, now=now) for _ in range(2))
    assert first != second
    assert len(second) >= 43
    assert CalendarFeed.objects.get().digest == services.feed_digest(second)


def test_writes_count_the_version_up(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now)
    assert Progress.objects.get().version == 2


@pytest.fixture
def merged(learner, now):
    """Two skills that became one: `py`, shown at level 3 and then studied, and `python`, at level 1."""
    old, new = factories.make_skill("py"), factories.make_skill("python")
    services.assess(learner=learner, skill=old, level=3, source="project", now=now)
    services.log_study(learner=learner, skill=old, minutes=30, on=TODAY, now=now + HOUR)
    services.assess(learner=learner, skill=new, level=1, now=now)
    factories.retire(old)
    Redirect.objects.create(kind="skill", slug=old.slug, record_id=new.pk)
    snapshot.forget()
    return old, new


def part(old):
    Redirect.objects.filter(slug=old.slug).delete()
    Skill.objects.filter(pk=old.pk).update(status="published")
    factories.publish(factories.skill_document("other"))  # a new revision
    snapshot.forget()


def known(learner, now):
    found = learner_state(learner, snapshot=current(), now=now).skills
    return {slug: (item.level, item.kind, item.minutes, item.total_minutes) for slug, item in found.items()}


def test_merged_skills_are_one_with_the_higher_level(learner, merged, now):
    assert known(learner, now) == {"python": (3, "project", 30, 30)}


def test_minutes_before_the_level_of_the_other_merged_skill_do_not_count(learner, now):
    old, new = factories.make_skill("py"), factories.make_skill("python")
    services.assess(learner=learner, skill=new, level=1, now=now - 9 * DAY)
    services.log_study(learner=learner, skill=new, minutes=60, on=TODAY - 5 * DAY, now=now)
    services.assess(learner=learner, skill=old, level=3, now=now)
    factories.retire(old)
    Redirect.objects.create(kind="skill", slug=old.slug, record_id=new.pk)
    snapshot.forget()
    assert known(learner, now) == {"python": (3, "self", 0, 60)}


def test_word_on_the_skill_there_is_now_counts_for_all_that_were_merged(learner, merged, now):
    old, new = merged
    services.assess(learner=learner, skill=new, level=2, now=now + DAY)
    assert known(learner, now) == {"python": (2, "self", 0, 30)}
    assert current_of(learner, new) == (2, "self", 0, 30)
    assert learner.assessments.filter(skill=old).count() == 1


def test_undo_after_a_merge_goes_back_to_what_was_said_before(learner, merged, now):
    made = services.assess(learner=learner, skill=merged[1], level=2, now=now + DAY)
    services.undo_assessment(learner=learner, assessment=made, now=now + DAY)
    assert learner_state(learner, snapshot=current(), now=now).levels == {"python": 1}


def test_session_comes_and_goes_without_a_change_of_level(learner, merged, now):
    before = known(learner, now)
    for skill in merged:
        session = services.log_study(learner=learner, skill=skill, minutes=20, on=TODAY, now=now + 2 * HOUR)
        assert known(learner, now) == {"python": (3, "project", 50, 50)}
        services.remove_session(learner=learner, session=session)
        assert known(learner, now) == before


def test_session_of_a_merged_skill_can_be_removed_from_the_sum(learner, merged, now):
    old, new = merged
    services.assess(learner=learner, skill=new, level=2, now=now + DAY)
    services.remove_session(learner=learner, session=learner.studysessions.get(skill=old))
    assert known(learner, now) == {"python": (2, "self", 0, 0)}


def test_skills_that_part_again_have_what_is_theirs(learner, merged, now):
    old, new = merged
    services.assess(learner=learner, skill=new, level=2, now=now + DAY)
    part(old)
    for skill in merged:
        services.recompute_skill(learner=learner, skill=skill)
    assert known(learner, now) == {"py": (3, "project", 30, 30), "python": (2, "self", 0, 0)}


def test_override_of_merged_skills_is_one(learner, merged, now):
    old, new = merged
    services.override(learner=learner, kinds={old.pk: "skip"}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).skip == ("python",)
    services.override(learner=learner, kinds={new.pk: None}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).skip == ()


def test_note_of_merged_skills_is_one(learner, merged):
    old, new = merged
    services.write_note(learner=learner, skill=old, text="before")
    services.write_note(learner=learner, skill=new, text="now")
    assert list(learner.notes.values_list("skill", "text")) == [(new.pk, "now")]
    services.write_note(learner=learner, skill=new, text="")
    assert not learner.notes.exists()


def test_project_of_merged_skills_never_lowers(learner, merged, now):
    _old, new = merged
    project = factories.make_project("report", proves={"python": 2})
    assert services.prove_by_project(learner=learner, project=project, levels={new.pk: 2}, now=now) == []
    assert known(learner, now)["python"][0] == 3


@pytest.mark.django_db(transaction=True)
def test_identical_submissions_at_once_make_one_row(django_user_model, now):
    learner = django_user_model.objects.create_user("parallel@example.com")
    skill = factories.make_skill("python")
    for _ in range(5):
        pks = at_once(8, learner=learner, skill=skill, minutes=30, on=TODAY, now=now, event_id=uuid.uuid4())
        assert len(pks) == 8
        assert len(set(pks)) == 1
    assert StudySession.objects.count() == 5
    assert StudyDay.objects.get().minutes == 150


def at_once(times, **session) -> list[int]:
    barrier, pks = threading.Barrier(times), []

    def submit():
        try:
            barrier.wait()
            pks.append(services.log_study(**session).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pks


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (LearnerSkill, {"since_on": None}),
        (LearnerSkill, {"since": None}),
        (LearnerSkill, {"minutes": 1}),
        (Note, {"text": ""}),
        (Note, {"text": "x" * 20_001}),
        (Evidence, {"text": "x" * 2_001}),
        (Evidence, {"text": "", "url": ""}),
    ],
)
def test_database_refuses_what_no_service_would_write(learner, python, now, model, changes):
    services.assess(learner=learner, skill=python, level=1, now=now)
    services.write_note(learner=learner, skill=python, text="x" * 20_000)
    services.add_evidence(learner=learner, skill=python, text="x" * 2_000, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**changes)
