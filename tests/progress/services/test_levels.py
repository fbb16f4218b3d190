import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Evidence, LearnerSkill
from tests import factories
from tests.progress.services.rows import code_of, current_of, slices_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)


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
    services.assess(learner=learner, skill=python, level=2, now=now + HOUR)
    assert current_of(learner, python)[:2] == (2, "project")
    services.assess(learner=learner, skill=python, level=3, now=now + HOUR)
    assert (current_of(learner, python)[:2], slices_of(learner, python)) == (
        (3, "self"),
        ("project", "project", "self"),
    )


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


def test_level_0_is_stored_where_another_level_implies_more(learner, python, now):
    django = factories.make_skill("django", prerequisites={"python": 2})
    services.assess(learner=learner, skill=django, level=1, now=now)
    made = services.assess_all(learner=learner, levels={python.pk: 0}, now=now)
    assert [(item.skill_id, item.level) for item in made] == [(python.pk, 0)]
    assert "python" not in learner_state(learner, snapshot=current(), now=now).levels


def test_pass_check_gives_slices_their_source_and_lowers_nothing(learner, python, now):
    services.assess(learner=learner, skill=python, level=3, now=now)
    services.log_study(learner=learner, skill=python, minutes=30, on=TODAY, now=now + HOUR)
    passed = services.pass_check(learner=learner, skill=python, level=2, now=now + HOUR)
    assert (passed.level, passed.up_to, passed.kind) == (3, 2, "check")
    assert current_of(learner, python) == (3, "self", 30, 30)
    assert slices_of(learner, python) == ("check", "check", "self")
    services.pass_check(learner=learner, skill=python, level=1, now=now + HOUR)
    assert slices_of(learner, python) == ("check", "check", "self")


def test_pass_check_raises_the_level_and_is_undone(learner, python, now):
    services.assess(learner=learner, skill=python, level=1, source="cv", now=now)
    passed = services.pass_check(learner=learner, skill=python, level=2, now=now + HOUR)
    assert current_of(learner, python)[:2] == (2, "check")
    services.undo_assessment(learner=learner, assessment=passed, now=now + HOUR)
    assert (current_of(learner, python)[:2], slices_of(learner, python)) == ((1, "cv"), ("cv",))


def test_pass_check_once_for_one_event_and_only_of_a_level_that_is_one(learner, python, now):
    event = uuid.uuid4()
    first = services.pass_check(learner=learner, skill=python, level=2, now=now, event_id=event)
    assert services.pass_check(learner=learner, skill=python, level=2, now=now, event_id=event) == first
    for level in (0, 5):
        with pytest.raises(ValidationError):
            services.pass_check(learner=learner, skill=python, level=level, now=now)


def test_a_lower_level_cuts_the_slices_above_it(learner, python, now):
    services.pass_check(learner=learner, skill=python, level=3, now=now)
    services.assess(learner=learner, skill=python, level=1, now=now + HOUR)
    assert slices_of(learner, python) == ("check",)
    services.assess(learner=learner, skill=python, level=3, now=now + HOUR)
    assert slices_of(learner, python) == ("check", "self", "self")


def test_what_checks_and_the_learner_say_comes_out_the_same_from_the_whole_history(learner, python, now):
    services.assess(learner=learner, skill=python, level=3, source="cv", now=now)
    services.pass_check(learner=learner, skill=python, level=2, now=now + HOUR)
    project = factories.make_project("report", proves={"python": 1})
    services.prove_by_project(learner=learner, project=project, levels={python.pk: 1}, now=now + 2 * HOUR)
    before = LearnerSkill.objects.values().get(learner=learner, skill=python)
    assert slices_of(learner, python) == ("project", "check", "cv")
    services.recompute_skill(learner=learner, skill=python)
    assert LearnerSkill.objects.values().get(learner=learner, skill=python) == before


def test_a_level_that_was_checked_only_is_said_when_it_is_said(learner, python, now):
    """Once stated, it limits what other levels imply; a check alone does not."""
    services.pass_check(learner=learner, skill=python, level=1, now=now)
    assert not LearnerSkill.objects.get(learner=learner).stated
    for _ in range(2):
        services.assess_all(learner=learner, levels={python.pk: 1}, now=now + HOUR)
    assert LearnerSkill.objects.get(learner=learner).stated
    assert (learner.assessments.count(), slices_of(learner, python)) == (2, ("check",))


def test_a_cv_does_not_lower_what_was_checked(learner, python, now):
    services.pass_check(learner=learner, skill=python, level=2, now=now)
    services.raise_levels(learner=learner, levels={"python": (1, "cv")}, now=now + HOUR)
    assert slices_of(learner, python) == ("check", "check")


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
