"""Where learners stall: who counts as having begun, finished, left or skipped, and that fewer than ten learners are not shown."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Project, Skill
from guidance.curation import health, stalls, tasks
from guidance.curation.health import Fault
from guidance.curation.stalls import PartType, Stall
from guidance.progress.models import (
    Assessment,
    CheckAnswer,
    LearnerSkill,
    PlanOverride,
    ProjectWork,
    QuickCheck,
    StudySession,
    UnitTick,
)
from tests import factories
from tests.curation.answers import learners
from tests.curation.people import browser, person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO, LATELY = NOW - timedelta(days=60), NOW - timedelta(days=5)
UNITS = [{"id": key, "do": f"Do {key}.", "minutes": 60} for key in ("one", "two", "three")]


@pytest.fixture(autouse=True)
def python(settings) -> Skill:
    settings.DEMO = True  # staff without a second factor
    stalls.forget()
    factories.publish(
        factories.skill_document("python", units={1: UNITS}),
        factories.check_document("python"),
        factories.project_document("report", proves={"python": 2}),
    )
    return Skill.objects.get(slug="python")


def found(kind: PartType) -> dict[str, Stall]:
    stalls.forget()
    every = stalls.stalls(snapshot.current(), now=NOW)
    return {stall.part.label: stall for stall in every if stall.part.type == kind}


def figures(stall: Stall) -> tuple[int, int, int, int, int | None]:
    return stall.begun, stall.done, stall.left, stall.skipped, stall.minutes


def has(people: list[User], skill: Skill, level: int, at=LATELY, minutes: int = 0) -> None:
    LearnerSkill.objects.bulk_create(
        LearnerSkill(learner=learner, skill=skill, level=level, touched_on=at.date(), total_minutes=minutes)
        for learner in people
    )


def study(people: list[User], skill: Skill, minutes: int, at=LATELY) -> None:
    StudySession.objects.bulk_create(
        StudySession(learner=learner, skill=skill, minutes=minutes, on=at.date(), at=at) for learner in people
    )


def reach(people: list[User], skill: Skill, level: int, at=LATELY) -> None:
    Assessment.objects.bulk_create(
        Assessment(learner=learner, skill=skill, level=level, kind="self", at=at, on=at.date()) for learner in people
    )


def tick(people: list[User], skill: Skill, *keys: str, minutes: int = 0) -> None:
    UnitTick.objects.bulk_create(
        UnitTick(
            learner=learner,
            skill=skill,
            level=1,
            key=key,
            type="do",
            text=key,
            minutes=minutes,
            earlier=0,
            on=NOW.date(),
        )
        for learner in people
        for key in keys
    )


def test_time_of_a_level_is_what_was_logged_between_the_levels(python):
    people = learners(14)
    study(people, python, 100, LONG_AGO)
    reach(people[:11], python, 1, LONG_AGO + timedelta(hours=1))
    study(people[:11], python, 40, LATELY)
    has(people[:11], python, 1)
    has(people[11:13], python, 0, LONG_AGO)
    has(people[13:], python, 0, LATELY)
    levels = found(PartType.LEVEL)
    assert figures(levels["Level 1"]) == (14, 11, 2, 0, 100)
    assert figures(levels["Level 2"]) == (11, 0, 0, 0, None)


def test_undone_level_ends_no_stretch(python):
    people = learners(10)
    study(people, python, 30, LONG_AGO)
    reach(people, python, 3, LONG_AGO + timedelta(hours=1))
    for row in list(Assessment.objects.all()):
        Assessment.objects.create(
            learner=row.learner,
            skill=python,
            level=0,
            kind="self",
            undoes=row,
            at=LONG_AGO + timedelta(hours=2),
            on=LONG_AGO.date(),
        )
    study(people, python, 30, LATELY)
    has(people, python, 1)
    assert {label: figures(stall) for label, stall in found(PartType.LEVEL).items()} == {"Level 1": (10, 10, 0, 0, 60)}


def test_nothing_is_said_of_nine_learners(python):
    people = learners(9)
    study(people, python, 100)
    tick(people, python, "one", minutes=30)
    has(people, python, 0, LONG_AGO, minutes=100)
    PlanOverride.objects.create(learner=people[0], skill=python, kind="skip")
    assert stalls.stalls(snapshot.current(), now=NOW) == []


def test_median_needs_ten_who_finished_with_time(python):
    people = learners(12)
    tick(people[:9], python, "one", minutes=90)
    tick(people[9:], python, "one")
    units = found(PartType.UNIT)
    assert figures(units["Level 1, unit 1: Do one"]) == (12, 12, 0, 0, None)
    tick(learners_after(12), python, "one", minutes=90)
    assert found(PartType.UNIT)["Level 1, unit 1: Do one"].minutes == 90


def learners_after(number: int) -> list[User]:
    return [User.objects.create_user(f"more-{number}@example.org")]


def test_units_are_left_or_skipped_by_what_was_ticked_last(python):
    people = learners(20)
    tick(people[:8], python, "one")  # eight stop after the first unit, five of them long ago
    tick(people[8:14], python, "one", "three")  # six skip the second
    tick(people[14:], python, "one", "two", "three")
    tick(people, python, "of-an-older-edition")
    has(people[:5], python, 0, LONG_AGO)
    has(people[5:], python, 0, LATELY)
    units = found(PartType.UNIT)
    assert figures(units["Level 1, unit 1: Do one"]) == (20, 20, 0, 0, None)
    assert figures(units["Level 1, unit 2: Do two"]) == (20, 6, 5, 6, None)
    assert figures(units["Level 1, unit 3: Do three"]) == (12, 12, 0, 0, None)


def test_projects_and_questions(python):
    people, project = learners(12), Project.objects.get()
    lines = list(project.checklist.values_list("text", flat=True))
    for number, learner in enumerate(people):
        at, ticked = (LONG_AGO, lines[:1]) if number < 4 else (LATELY, lines)
        ProjectWork.objects.create(learner=learner, project=project, ticked=ticked, updated_at=at, on=at.date())
        check = QuickCheck.objects.create(
            learner=learner,
            skill=python,
            level=1,
            items=["item-1-1", "item-1-2"],
            needed=1,
            at=LATELY,
            on=LATELY.date(),
        )
        keys = ["item-1-1"] if number < 4 else ["item-1-1", "item-1-2"]
        for key in keys:
            CheckAnswer.objects.create(
                learner=learner, quick_check=check, skill=python, item=key, answer=["2"], right=True
            )
    assert figures(found(PartType.PROJECT)["The whole project"]) == (12, 8, 4, 0, None)
    items = [figures(stall) for stall in found(PartType.ITEM).values()]
    assert items == [(12, 8, 4, 0, None), (12, 12, 0, 0, None)]


def test_what_would_help_most_is_first_and_is_found_by_health(python):
    people = learners(20)
    study(people, python, 1_200, LONG_AGO)  # twenty hours instead of the stated four
    has(people, python, 1, minutes=1_200)
    tick(people, python, "one")
    tick(people[:12], python, "three")
    PlanOverride.objects.create(learner=people[0], skill=python, kind="skip")
    stalls.forget()
    first, second, *_rest = stalls.stalls(snapshot.current(), now=NOW)
    assert first.words() == "Level 1, unit 2: Do two. Of 20 learners: 60% skipped it."
    assert (second.part.label, second.skipped_percent) == ("The whole skill", 5)
    texts = [finding.text for finding in health.current(now=NOW).findings if finding.fault == Fault.STALLS]
    assert texts[0] == first.words()
    assert "median time 20 h, stated 4 h." in texts[1]


def test_page_and_record_show_figures_and_no_learner(python, django_assert_max_num_queries):
    people = learners(20)
    tick(people, python, "one")
    tick(people[:12], python, "three")
    curator = browser(person("carl"))
    curator.get("/admin/curation/stalls/")
    with django_assert_max_num_queries(9):
        page = curator.get("/admin/curation/stalls/", {"part": "unit"})
    assert "Level 1, unit 2: Do two" in page.text
    assert "60%" in page.text
    assert "learner-" not in page.text
    record = f"/admin/catalog/skill/{python.pk}/change/"
    assert f'href="{record}"' in page.text
    assert "Level 1, unit 2: Do two" in curator.get(record).text
    assert curator.get("/admin/curation/stalls/", {"part": "x", "page": "y"}).status_code == 200


def test_worker_stores_what_takes_too_long_for_a_page(python, monkeypatch):
    tick(learners(12), python, "one")
    monkeypatch.setattr(
        stalls, "UNITS", stalls.UNITS.replace("SELECT number, reached", "SELECT pg_sleep(1), number, reached")
    )
    monkeypatch.setattr(stalls, "SECONDS", 0.05)
    assert found(PartType.UNIT) == {}
    assert "The figures aren’t ready yet." in browser(person("carl")).get("/admin/curation/stalls/").text
    monkeypatch.undo()
    try:
        tasks.find_stalls()
        monkeypatch.setattr(stalls, "_sorted_stalls", None)
        assert [stall.begun for stall in found(PartType.UNIT).values()] == [12, 12]
        assert "last worked out on" in browser(person("cora")).get("/admin/curation/stalls/").text
        factories.retire(python)
        assert found(PartType.UNIT) == {}
    finally:
        cache.delete_many([stalls.STORED, stalls.STORED_AT])


def test_page_without_figures_says_when_there_will_be_some(python):
    assert "No part of the catalogue has 10 learners yet" in browser(person("carl")).get("/admin/curation/stalls/").text
