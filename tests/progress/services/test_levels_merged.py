"""For a learner, merged skills become one skill, and separate again after an undo."""

from datetime import date, timedelta

import pytest

from guidance.catalog import snapshot
from guidance.catalog.models import Redirect, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from tests import factories
from tests.progress.services.rows import current_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def merged(learner, now):
    """Two merged skills: `py`, shown at level 3 and then studied, and `python`, at level 1."""
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
    return {slug: (item.level, item.source, item.minutes, item.total_minutes) for slug, item in found.items()}


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


def test_a_review_is_one_of_all_that_were_merged(learner, merged, now):
    factories.make_check("python")

    def review():
        [found] = learner_state(learner, snapshot=current(), now=now).reviews
        return found.level, found.since, found.passed, found.worth_refresh

    assert review() == (3, TODAY, 0, False)
    services.finish_review(learner=learner, skill=merged[1], passed=True, now=now + DAY)
    assert review() == (3, TODAY + DAY, 1, False)
    services.finish_review(learner=learner, skill=merged[1], passed=False, now=now + 2 * DAY)
    assert review() == (3, TODAY + DAY, 1, True)
    services.log_study(learner=learner, skill=merged[1], minutes=30, on=TODAY + 2 * DAY, now=now + 3 * DAY)
    assert review() == (3, TODAY + 2 * DAY, 1, False)


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


def test_check_of_merged_skills_lowers_nothing_and_each_keeps_its_own_when_they_part(learner, merged, now):
    old, new = merged
    services.pass_check(learner=learner, skill=new, level=2, now=now + DAY)
    state = learner_state(learner, snapshot=current(), now=now)
    assert (state.levels, state.slices) == ({"python": 3}, {"python": ("project", "check", "self")})
    part(old)
    for skill in merged:
        services.recompute_skill(learner=learner, skill=skill)
    found = learner_state(learner, snapshot=current(), now=now).slices
    assert found == {"py": ("project",) * 3, "python": ("check", "check", "self")}


def test_merged_skills_have_the_stronger_source_of_each_level(learner, now):
    old, new = factories.make_skill("py"), factories.make_skill("python")
    services.assess(learner=learner, skill=old, level=3, now=now)
    services.pass_check(learner=learner, skill=new, level=2, now=now)
    factories.retire(old)
    Redirect.objects.create(kind="skill", slug=old.slug, record_id=new.pk)
    snapshot.forget()
    assert learner_state(learner, snapshot=current(), now=now).slices == {"python": ("check", "check", "self")}


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
