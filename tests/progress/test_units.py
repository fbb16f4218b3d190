from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guidance.catalog.models import Skill
from guidance.catalog.snapshot import current
from guidance.progress import services, units
from guidance.progress.learner_state import learner_state
from guidance.progress.models import StudySession, UnitTick
from tests import factories
from tests.web.learners import merge

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)
UNITS = {
    1: [
        {"id": "ask", "do": "Ask ten questions.", "minutes": 60},
        {"id": "read-it", "read": "documentation", "part": "Part 1", "minutes": 60},
        {"id": "own", "build": "A script that answers.", "minutes": 120},
    ],
    2: [
        {"id": "stream", "do": "Stream an answer.", "minutes": 60},
        {"id": "retry", "build": "A retry.", "minutes": 120},
    ],
}


def make(slug: str = "rag", **changed) -> Skill:
    """A skill with units, with some of its levels `changed` (`level_1=…`). Its effort is that of the units, as in a file."""
    found = UNITS | {int(name.removeprefix("level_")): some for name, some in changed.items()}
    hours = [sum(unit["minutes"] for unit in found[level]) / 60 for level in (1, 2)]
    return factories.make_skill(slug, units=found, effort=[*hours, 30, 60])


@pytest.fixture
def rag() -> Skill:
    return make()


@pytest.fixture
def look(learner, now):
    def look(level: int = 1, slug: str = "rag") -> units.LevelUnits:
        found = units.units_of(learner_state(learner, snapshot=current(), now=now), slug, level)
        assert found is not None
        return found

    return look


@pytest.fixture
def tick(learner, rag, now):
    def tick(key: str, level: int = 1, **options) -> UnitTick:
        return services.tick_unit(
            learner=learner, skill=rag, level=level, key=key, now=options.pop("now", now), **options
        )

    return tick


def hours_left(learner, now, slug: str = "rag") -> float:
    stands = learner_state(learner, snapshot=current(), now=now)
    level = stands.levels.get(slug, 0)
    return units.remaining(current().skills[slug].effort[level], stands.logged.get(slug, 0.0))


def test_units_of_a_beginner_begin_with_the_first(rag, look):
    found = look()
    assert [unit.key for unit in found.units] == ["ask", "read-it", "own"]
    assert [(unit.kind, unit.title, unit.part) for unit in found.units[:2]] == [
        ("Do", "Ask ten questions.", ""),
        ("Read", "Documentation", "Part 1"),
    ]
    assert (found.done, found.minutes, found.minutes_left, found.next) == (0, 240, 240, found.units[0])
    assert units.describe_next_unit(found.units[1]) == "Next: Read Documentation, Part 1"


@pytest.mark.parametrize(
    ("type_", "kind"), [("video", "Watch"), ("course", "Study"), ("project", "Study"), ("book", "Read")]
)
def test_verb_of_a_unit_is_that_of_its_resource(look, type_, kind):
    factories.make_resource("shown", name="Deep dive", type=type_, skills={"rag": [0, 1]})
    make(level_1=[{"id": "a", "read": "shown", "part": "The first hour", "minutes": 60}])
    [unit] = look().units
    assert (unit.kind, units.describe_next_unit(unit)) == (kind, f"Next: {kind} Deep dive, The first hour")
    skill = current().skills["rag"]
    for text in ("Deep dive", "Deep dive, The first hour", "Deep dive, a part that has another name now"):
        assert units.kind_when_ticked("read", text, skill, current()) == kind
    assert units.kind_when_ticked("read", "Deep dives", skill, current()) == "Read"
    assert units.kind_when_ticked("read", "A resource that has gone", skill, current()) == "Read"
    assert units.kind_when_ticked("read", "Deep dive", None, current()) == "Read"


@pytest.mark.parametrize(
    ("text", "title", "how", "done_when"),
    [
        ("Ask ten questions.", "Ask ten questions.", "", ""),
        (
            "A retry, as in v1.2 of it. It waits, then tries again. Done when a test counts 3. It passes.",
            "A retry, as in v1.2 of it.",
            "It waits, then tries again.",
            "a test counts 3. It passes.",
        ),
        ("Which is it? Done when you know.", "Which is it?", "", "you know."),
    ],
)
def test_unit_is_split_into_title_work_and_what_shows_that_it_is_done(look, text, title, how, done_when):
    make(level_1=[{"id": "a", "do": text, "minutes": 60}])
    [unit] = look().units
    assert (unit.text, unit.title, unit.how, unit.done_when) == (text, title, how, done_when)
    assert units.describe_next_unit(unit) == f"Next: {title.rstrip('.')}"


def test_level_without_units_has_none(rag, learner, now):
    assert units.units_of(learner_state(learner, snapshot=current(), now=now), "rag", 3) is None


def test_ticked_unit_logs_its_minutes_and_leads_to_the_next(tick, look, learner, now):
    made = tick("ask")
    session = StudySession.objects.get()
    assert (session.minutes, session.on, session.skill.slug, made.session) == (60, TODAY, "rag", session)
    assert (str(made), made.minutes) == ("Do: Ask ten questions.", 60)
    found = look()
    assert ([unit.is_done for unit in found.units], found.next) == ([True, False, False], found.units[1])
    assert found.minutes_left == 180
    assert hours_left(learner, now) == 3


def test_reading_is_logged_with_its_resource(tick):
    tick("read-it")
    assert StudySession.objects.get().resource.slug == "documentation"


def test_unit_that_is_ticked_twice_is_logged_once(tick):
    assert tick("ask").pk == tick("ask", minutes=5).pk
    assert StudySession.objects.get().minutes == 60


@pytest.mark.parametrize(
    ("before", "logged", "ahead"), [(20, 40, [0, 0, 0]), (60, None, [0, 0, 0]), (90, None, [0, 30, 0])]
)
def test_time_without_a_unit_is_taken_off_the_unit_that_it_counts_for(
    tick, learner, rag, look, now, before, logged, ahead
):
    services.log_study(learner=learner, skill=rag, minutes=before, on=TODAY, now=now)
    assert look().units[0].left == 60 - min(before, 60)
    session = tick("ask").session
    assert (session.minutes if session else None) == logged
    assert [unit.logged for unit in look().units] == ahead
    assert hours_left(learner, now) == 3 - ahead[1] / 60
    services.untick_unit(learner=learner, skill=rag, level=1, key="ask")
    assert look().units[0].logged == min(before, 60)
    assert StudySession.objects.get().minutes == before


def test_time_after_a_unit_counts_for_the_next(tick, learner, rag, look, now):
    tick("ask", minutes=15)
    services.log_study(learner=learner, skill=rag, minutes=30, on=TODAY, now=now)
    assert [unit.logged for unit in look().units] == [0, 30, 0]


def test_more_minutes_than_the_unit_has_leave_the_time_before_for_the_next(tick, learner, rag, look, now):
    services.log_study(learner=learner, skill=rag, minutes=30, on=TODAY, now=now)
    tick("ask", minutes=60)
    assert [unit.logged for unit in look().units] == [0, 30, 0]


def test_other_minutes_are_logged_and_the_unit_counts_as_a_whole(tick, learner, now):
    tick("ask", minutes=15)
    assert StudySession.objects.get().minutes == 15
    assert hours_left(learner, now) == 3


def test_nothing_is_logged_with_no_minutes(tick, look):
    assert tick("ask", minutes=0).session is None
    assert not StudySession.objects.exists()
    assert look().done == 1


def test_more_minutes_than_a_day_has_tick_nothing(tick):
    with pytest.raises(ValidationError) as error:
        tick("ask", minutes=1441)
    assert "minutes" in error.value.error_dict
    assert not UnitTick.objects.exists()


def test_undo_takes_the_tick_and_its_time_away(tick, learner, rag, look):
    tick("ask")
    services.untick_unit(learner=learner, skill=rag, level=1, key="ask")
    assert not UnitTick.objects.exists()
    assert not StudySession.objects.exists()
    assert look().done == 0
    assert services.untick_unit(learner=learner, skill=rag, level=1, key="ask") is None


def test_tick_stays_when_its_time_is_removed(tick, learner, look, now):
    services.remove_session(learner=learner, session=tick("ask").session)
    assert look().done == 1
    assert hours_left(learner, now) == 3


def test_units_of_a_later_level_are_refused(tick):
    with pytest.raises(ValidationError, match=r"You are at level 0 of Rag\. Do the units of level 1 first\."):
        tick("stream", 2)


def test_units_of_a_reached_level_count_as_done_and_can_be_ticked(tick, learner, rag, look, now):
    services.assess(learner=learner, skill=rag, level=1, now=now)
    assert (look().is_done, look().is_reached, look().minutes_left) == (True, True, 0)
    tick("own", now=now + HOUR)
    assert hours_left(learner, now) == 3  # of level 2: the time was logged for something else
    assert tick("stream", 2).level == 2


def test_units_of_an_implied_level_count_as_done(tick, learner, now, look):
    top = factories.make_skill("agents", prerequisites={"rag": 1})
    services.assess(learner=learner, skill=top, level=1, now=now)
    assert look().is_done
    assert tick("stream", 2).level == 2


def test_time_without_a_unit_counts_for_the_next_ones_in_order(tick, learner, rag, look, now):
    tick("ask")
    services.log_study(learner=learner, skill=rag, minutes=90, on=TODAY, now=now)
    found = look()
    assert [unit.logged for unit in found.units] == [0, 60, 30]
    assert [unit.is_covered for unit in found.units] == [False, True, True]
    assert (found.next, found.minutes_left) == (found.units[1], 90)
    assert hours_left(learner, now) == 1.5


def test_a_tenth_is_left_until_the_level_is_said(tick, learner, rag, look, now):
    for unit in UNITS[1]:
        tick(unit["id"])
    assert (look().is_done, look().next, look().minutes_left) == (True, None, 24)
    services.assess(learner=learner, skill=rag, level=1, now=now + HOUR)
    assert hours_left(learner, now) == 3


def test_ticks_of_a_level_that_is_lowered_again_still_count(tick, learner, rag, look, now):
    tick("ask")
    services.assess(learner=learner, skill=rag, level=1, now=now + HOUR)
    tick("stream", 2, now=now + 2 * HOUR)
    services.assess(learner=learner, skill=rag, level=0, now=now + 3 * HOUR)
    assert look().done == 1
    assert hours_left(learner, now) == 3


def test_unit_that_a_curator_removes_keeps_its_words_and_its_time(tick, learner, look, now):
    made = tick("ask")
    make(level_1=UNITS[1][1:])
    made.refresh_from_db()
    assert (str(made), made.session.minutes) == ("Do: Ask ten questions.", 60)
    found = look()
    assert [unit.logged for unit in found.units] == [60, 0]
    assert hours_left(learner, now) == 2


def test_unit_with_other_minutes_counts_as_the_catalogue_has_it_now(tick, learner, now):
    tick("ask")
    longer = [UNITS[1][0] | {"minutes": 120}, *UNITS[1][1:]]
    make(level_1=longer)
    assert hours_left(learner, now) == 3


def test_ticks_follow_a_skill_that_is_merged(tick, learner, rag, look, now):
    tick("ask")
    other = make("retrieval")
    merge(rag, other)
    assert look(slug="retrieval").done == 1
    assert hours_left(learner, now, "retrieval") == 3
    again = services.tick_unit(learner=learner, skill=other, level=1, key="ask", now=now)
    assert (UnitTick.objects.get(), StudySession.objects.count()) == (again, 1)
    services.untick_unit(learner=learner, skill=other, level=1, key="ask")
    assert not UnitTick.objects.exists()


def test_units_are_in_the_order_of_the_file_after_an_edit(rag, look):
    turned = [UNITS[1][2], UNITS[1][0], {"id": "new", "do": "Something new.", "minutes": 20}, UNITS[1][1]]
    make(level_1=turned)
    assert [unit.key for unit in look().units] == ["own", "ask", "new", "read-it"]


def test_unknown_unit_is_refused(tick):
    with pytest.raises(ValidationError, match="no longer in the catalogue"):
        tick("nothing")


def test_database_takes_a_unit_once_and_no_session_without_minutes(tick, learner, rag, now):
    made = tick("ask")
    fields = {"learner": learner, "skill": rag, "level": 1, "type": "do", "text": "x", "on": TODAY}
    for wrong in ({"key": "ask", "minutes": 0}, {"key": "b", "minutes": 0, "session": made.session}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnitTick.objects.create(**fields | wrong)


def test_units_that_another_language_makes_needless_take_no_time(learner, rag, look, now):
    factories.make_skill("programming-basics", effort=[24, 40, 70, 150])
    known = [{**UNITS[1][0], "basics": True}, *UNITS[1][1:]]
    make(level_1=known)

    def basics(level: int) -> None:
        skill = Skill.objects.get(slug="programming-basics")
        services.assess(learner=learner, skill=skill, level=level, now=now)

    basics(1)
    assert (len(look().units), look().left_out) == (3, ())
    assert (look().next.key, look().minutes_left) == ("ask", 240)
    basics(2)
    assert [[unit.key for unit in units] for units in (look().left_out, look().units)] == [["ask"], ["read-it", "own"]]
    assert (look().done, look().minutes, look().minutes_done) == (0, 180, 0)
    assert (look().next.key, look().minutes_left) == ("read-it", 180)
    found = learner_state(learner, snapshot=current(), now=now)
    assert (found.effort["rag"][0], current().effort["rag"][0]) == (3, 4)
    assert [unit.key for unit in units.to_do(found, current().skills["rag"], 1)] == ["read-it", "own"]


@pytest.mark.parametrize(
    ("slug", "level", "is_left_out"),
    [
        ("java", 2, True),
        ("java", 1, False),
        ("spring", 2, True),
        ("testing", 2, False),
        ("kafka", 2, False),
        ("flask", 2, False),
    ],
)
def test_a_language_and_what_is_written_in_it_cover_what_another_language_teaches(
    look, learner, now, slug, level, is_left_out
):
    """Skills that need only programming, or the language being taught, are not covered."""
    make(level_1=[{**UNITS[1][0], "basics": True}, *UNITS[1][1:]])
    factories.make_skill("programming-basics")
    basics = {"programming-basics": 1}
    made = {
        "java": factories.make_skill("java", kind="tool", prerequisites=basics),
        "spring": factories.make_skill("spring", kind="tool", prerequisites={"java": 1}),
        "testing": factories.make_skill("testing", kind="practice", prerequisites=basics),
        "kafka": factories.make_skill("kafka", kind="tool", area="data-engineering", prerequisites=basics),
        "flask": factories.make_skill("flask", kind="tool", prerequisites={"rag": 1}),
    }
    services.assess(learner=learner, skill=made[slug], level=level, now=now)
    assert [unit.key for unit in look().left_out] == (["ask"] if is_left_out else [])


def test_a_unit_that_was_done_before_it_was_left_out_still_counts(tick, look, learner, rag, now):
    make(level_1=[{**UNITS[1][0], "basics": True}, *UNITS[1][1:]])
    basics = factories.make_skill("programming-basics")
    tick("ask")
    services.assess(learner=learner, skill=basics, level=2, now=now)
    assert (look().left_out, look().done) == ((), 1)
    found = learner_state(learner, snapshot=current(), now=now)
    assert [unit.key for unit in units.to_do(found, current().skills["rag"], 1)] == [unit.key for unit in look().units]
