import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.progress import services as progress
from guidance.progress.models import Progress
from guidance.reminders import services
from guidance.reminders.backoff import BackoffStage
from guidance.reminders.context import cancel_reason, load
from guidance.reminders.models import Delivery, ReminderKind
from tests.factories import make_check, make_role, make_skill
from tests.reminders.learners import DAY, NOW, TODAY, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture
def catalogue():
    make_skill("sql", effort=[4, 8, 20, 40])
    make_role("ai-engineer", requirements={"sql": (2, 5)})


@pytest.fixture
def learner(catalogue):
    learner = make_learner(time_zone="Europe/Zurich")
    set_goal(learner)
    turn_on(learner)
    return learner


def set_goal(learner, **fields):
    known = {
        "role": Role.objects.get(slug="ai-engineer"),
        "hours_per_week": 7,
        "weekdays": range(1, 8),
        "now": NOW - 60 * DAY,
    }
    return progress.set_goal(learner=learner, **known | fields)


def assess(learner, level, now=NOW):
    return progress.assess(learner=learner, skill=Skill.objects.get(), level=level, now=now)


def check(learner, slug, now):
    return progress.pass_check(learner=learner, skill=Skill.objects.get(slug=slug), level=2, now=now)


def only(delivery, now=NOW):
    [context] = load([delivery.pk], snapshot=snapshot.current(), now=now)
    return context


def decided(learner, kind=ReminderKind.STUDY, on=TODAY, **fields):
    return cancel_reason(only(owe(learner, kind, on=on, **fields)))


# Loading


def test_a_batch_takes_as_many_queries_as_one(learner):
    known = snapshot.current()  # which is checked again after a second

    def queries(rows):
        with CaptureQueriesContext(connection) as found:
            assert len(load([row.pk for row in rows], snapshot=known, now=NOW)) == len(rows)
        return len(found)

    rows = [owe(learner, version=1, state=State.SENT, sent_at=NOW)]
    one = queries(rows)
    for number in range(5):
        other = make_learner(f"learner-{number}@example.org")
        set_goal(other)
        assess(other, number % 3)
        turn_on(other, *ReminderKind)
        rows.append(owe(other))
    assert queries(rows) == one <= 7


def test_each_learner_has_their_own(learner):
    other = make_learner("marek@example.org", verified=False)
    assess(other, 3)
    assess(learner, 1)
    rows = [owe(learner), owe(other)]
    own, others = load([row.pk for row in rows], snapshot=snapshot.current(), now=NOW)
    assert (own.learner, own.state.levels, own.confirmed, own.address) == (learner, {"sql": 1}, True, learner.email)
    assert (others.learner, others.state.levels, others.confirmed) == (other, {"sql": 3}, False)
    assert (set(own.schedules), set(others.schedules)) == ({"study"}, set())


def test_it_is_what_the_pages_say(learner):
    progress.log_study(learner=learner, skill=Skill.objects.get(), minutes=90, on=TODAY - 3 * DAY, now=NOW - 3 * DAY)
    assess(learner, 1)
    from guidance.progress.dashboard import dashboard
    from guidance.progress.learner_state import learner_state

    of_page = learner_state(learner, snapshot=snapshot.current(), now=NOW)
    context = only(owe(learner))
    assert context.state == of_page
    assert context.state.goal_state.plan == of_page.goal_state.plan
    board = dashboard(learner, of_page)
    assert (context.dashboard.pace, context.dashboard.minutes) == (board.pace, board.minutes)
    assert (context.dashboard.moves, context.dashboard.streak) == (board.moves, board.streak)


def test_an_account_that_is_gone_is_left_out(learner):
    row = owe(learner)
    learner.delete()
    assert load([row.pk], snapshot=snapshot.current(), now=NOW) == []


# Whether a reminder is sent


def test_a_next_step_is_sent(learner):
    assert decided(learner) is None


def disabled(learner):
    learner.is_active = False
    learner.save()
    return Reason.INACTIVE


def off(learner):
    services.turn_off(learner=learner, kinds=ReminderKind)
    return Reason.OFF


def never_turned_on(learner):
    learner.schedules.all().delete()
    return Reason.OFF


def paused(learner):
    services.pause(learner=learner, until=TODAY + DAY, kinds=ReminderKind, now=NOW)
    return Reason.PAUSED


def unverified(learner):
    learner.emailaddress_set.update(verified=False)
    return Reason.UNVERIFIED


def suppressed(learner):
    services.suppress(learner=learner, address=learner.email, code=550, reply="no", now=NOW)
    return Reason.SUPPRESSED


def without_goal(learner):
    learner.goals.all().delete()
    progress.write_note(learner=learner, skill=Skill.objects.get(), text="x")
    return Reason.NO_GOAL


def arrived(learner):
    assess(learner, 2)
    return Reason.NOTHING


def mailed(learner):
    owe(learner, ReminderKind.REVIEW, state=State.SENT, sent_at=NOW)
    return Reason.OUTRANKED


@pytest.mark.parametrize(
    "change", [disabled, off, never_turned_on, paused, unverified, suppressed, without_goal, arrived, mailed]
)
def test_why_it_is_not_sent(learner, change):
    reason = change(learner)
    assert decided(learner) == reason


@pytest.mark.parametrize("change", ["pause that is over", "another address", "mail of yesterday"])
def test_what_is_not_about_it_does_not_hold_it_back(learner, change):
    match change:
        case "pause that is over":
            learner.schedules.update(paused_until=TODAY)
        case "another address":
            services.suppress(learner=learner, address="old@example.org", code=550, reply="no", now=NOW)
        case "mail of yesterday":
            owe(learner, ReminderKind.REVIEW, on=TODAY - DAY, state=State.SENT, sent_at=NOW)
    assert decided(learner) is None


# One a day


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ReminderKind.WEEKLY, None),
        (ReminderKind.BEHIND, Reason.OUTRANKED),
        (ReminderKind.REVIEW, Reason.OUTRANKED),
        (ReminderKind.STUDY, Reason.OUTRANKED),
    ],
)
def test_the_weekly_summary_goes_before_all(learner, kind, reason):
    make_check("sql")
    check(learner, "sql", now=NOW - 70 * DAY)
    learner.planoverrides.all().delete()
    make_role("data-scientist", requirements={"sql": (4, 5)})
    set_goal(learner, role=Role.objects.get(slug="data-scientist"), now=NOW - 29 * DAY)
    turn_on(learner, *ReminderKind)
    assert decided(learner, kind) == reason


def test_falling_behind_goes_before_the_next_step_when_there_is_something_to_say(learner):
    turn_on(learner, ReminderKind.BEHIND, ReminderKind.STUDY)
    assert decided(learner, ReminderKind.BEHIND) is None  # the learner did nothing for two months
    assert decided(learner) == Reason.OUTRANKED
    for number in range(28):
        day = TODAY - number * DAY
        progress.log_study(learner=learner, skill=Skill.objects.get(), minutes=60, on=day, now=NOW)
    assert decided(learner, ReminderKind.BEHIND, on=TODAY - DAY) == Reason.NOTHING
    assert decided(learner, on=TODAY - DAY) is None


def test_a_kind_goes_before_on_its_own_days_only(learner):
    turn_on(learner, ReminderKind.WEEKLY, weekdays=(7,))
    sunday = TODAY + 4 * DAY
    assert decided(learner) is None
    row = owe(learner, on=sunday)
    assert cancel_reason(only(row)) == Reason.OUTRANKED
    learner.schedules.filter(kind=ReminderKind.WEEKLY).update(paused_until=sunday + DAY)
    assert cancel_reason(only(row)) is None
    learner.schedules.filter(kind=ReminderKind.WEEKLY).update(paused_until=None)
    services.turn_off(learner=learner, kinds=[ReminderKind.WEEKLY])
    assert cancel_reason(only(row)) is None


# Review


def test_review_tells_of_what_is_due_and_again_while_it_waits(learner):
    turn_on(learner, ReminderKind.REVIEW)
    make_check("sql")
    check(learner, "sql", now=NOW - 64 * DAY)
    context = only(owe(learner, ReminderKind.REVIEW))
    assert [(item.skill, item.due) for item in context.reviews] == [("sql", TODAY)]
    assert cancel_reason(context) is None
    Delivery.objects.update(state=State.SENT, sent_at=NOW)
    for days, reason in ((7, Reason.NOTHING), (27, Reason.NOTHING), (28, None)):
        row = owe(learner, ReminderKind.REVIEW, on=TODAY + days * DAY)
        context = only(row, now=NOW + days * DAY)
        assert (bool(context.reviews), cancel_reason(context)) == (reason is None, reason)


def test_review_tells_of_all_when_one_more_is_due(learner):
    turn_on(learner, ReminderKind.REVIEW)
    make_check("sql")
    check(learner, "sql", now=NOW - 64 * DAY)
    owe(learner, ReminderKind.REVIEW, state=State.SENT, sent_at=NOW)
    make_skill("git")
    make_check("git")
    check(learner, "git", now=NOW - 60 * DAY)
    later = only(owe(learner, ReminderKind.REVIEW, on=TODAY + 7 * DAY), now=NOW + 7 * DAY)
    assert [item.skill for item in later.reviews] == ["sql", "git"]


def test_review_of_a_level_that_is_only_said_never_comes(learner):
    turn_on(learner, ReminderKind.REVIEW)
    make_check("sql")
    assess(learner, 2, now=NOW - 900 * DAY)
    assert decided(learner, ReminderKind.REVIEW) == Reason.NOTHING


# Thinning


def sent_study_mails(learner, count):
    """Make study emails on the days before today, after which the learner did nothing."""
    for number in range(count):
        owe(
            learner,
            on=TODAY - (count - number) * DAY,
            state=State.SENT,
            sent_at=NOW,
            version=Progress.objects.get(learner=learner).version,
        )


@pytest.mark.parametrize(
    ("count", "reason"), [(2, None), (3, Reason.EVERY_OTHER), (6, Reason.WEEKLY), (11, Reason.SILENT)]
)
def test_mails_that_nobody_heeds_become_fewer(learner, count, reason):
    sent_study_mails(learner, count)
    assert decided(learner) == reason


def test_every_other_one_is_sent(learner):
    sent_study_mails(learner, 4)
    owe(learner, on=TODAY, state=State.CANCELLED, reason=Reason.EVERY_OTHER)
    context = only(owe(learner, on=TODAY + DAY), now=NOW + DAY)
    assert (cancel_reason(context), context.backoff.why) == (None, BackoffStage.EVERY_OTHER)


def test_the_last_notice_is_sent_a_week_after_the_tenth(learner):
    sent_study_mails(learner, 10)
    assert decided(learner) == Reason.WEEKLY
    context = only(owe(learner, on=TODAY + 6 * DAY), now=NOW + 6 * DAY)
    assert (cancel_reason(context), context.backoff.why) == (None, BackoffStage.LAST_NOTICE)


@pytest.mark.parametrize(
    "act",
    [
        lambda learner, skill: progress.log_study(learner=learner, skill=skill, minutes=5, on=TODAY, now=NOW),
        lambda learner, skill: progress.assess(learner=learner, skill=skill, level=1, now=NOW),
        lambda learner, skill: progress.write_note(learner=learner, skill=skill, text="x"),
        lambda learner, skill: progress.override(learner=learner, kinds={skill.pk: "later"}, now=NOW),
    ],
    ids=["study", "level", "note", "plan"],
)
def test_whatever_the_learner_does_begins_the_count_again(learner, act):
    sent_study_mails(learner, 11)
    act(learner, Skill.objects.get())
    assert decided(learner) is None


def test_other_kinds_are_not_thinned(learner):
    turn_on(learner, ReminderKind.WEEKLY)
    sent_study_mails(learner, 11)
    assert decided(learner, ReminderKind.WEEKLY) is None
