"""Quick checks: starting, answering, passing or not; a refused request stores nothing."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from guidance.catalog import snapshot
from guidance.progress import checks, services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import CheckAnswer, ItemReport, QuickCheck
from tests.factories import check_document, choice_item, make_check, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(python):
    make_check("python")


def begin(learner, python, now, level=1) -> QuickCheck:
    return services.begin_check(learner=learner, skill=python, level=level, now=now)


def state_of(learner, check) -> services.CheckState:
    check.refresh_from_db()
    return services.check_state(learner, check, snapshot.current())


def answer(learner, check, now, *, right=True, key=None):
    current = state_of(learner, check).current
    assert current is not None
    option = next(option for option in current.options if option.right is right)
    given = [checks.option_id(option)]
    return services.answer_item(learner=learner, check=check, item=key or current.key, given=given, now=now)


def run(learner, check, now, right: int):
    for number in range(len(check.items)):
        state = answer(learner, check, now, right=number < right)
    return state


def slices(learner, now):
    return learner_state(learner, snapshot=snapshot.current(), now=now).slices.get("python", ())


def test_four_of_five_check_the_level_and_the_one_below(learner, python, items, now):
    state = run(learner, begin(learner, python, now, level=2), now, right=4)
    check = QuickCheck.objects.get()
    assert (state.right, check.passed, check.finished_at) == (4, True, now)
    assert slices(learner, now) == ("check", "check")


def test_three_of_five_take_nothing_away(learner, python, items, now):
    services.assess(learner=learner, skill=python, level=1, now=now)
    run(learner, begin(learner, python, now), now, right=3)
    assert QuickCheck.objects.get().passed is False
    assert slices(learner, now) == ("self",)


def test_a_check_that_was_left_goes_on(learner, python, items, now):
    check = begin(learner, python, now)
    answer(learner, check, now)
    again = begin(learner, python, now + timedelta(days=3), level=2)
    assert (again.pk, again.level, len(state_of(learner, again).answers)) == (check.pk, 1, 1)


def test_the_next_check_is_a_day_after_the_last_with_other_questions(learner, python, items, now):
    first = begin(learner, python, now)
    run(learner, first, now + timedelta(hours=1), right=3)
    with pytest.raises(ValidationError) as refused:
        begin(learner, python, now + timedelta(hours=2), level=2)
    assert refused.value.code == "too_early"
    second = begin(learner, python, now + timedelta(days=1))
    assert not set(first.items) & set(second.items)
    run(learner, second, now + timedelta(days=1), right=3)
    # The learner has now seen all ten.
    due = services.check_days(learner, "python", learner.local_date(now) + timedelta(days=2), snapshot.current())
    assert due[1] == learner.local_date(now) + timedelta(days=checks.SEEN_DAYS)


def test_the_next_check_is_a_day_after_the_end_of_one_that_took_days(learner, python, items, now):
    first, end = begin(learner, python, now), now + timedelta(days=3)
    run(learner, first, end, right=3)
    with pytest.raises(ValidationError) as refused:
        begin(learner, python, end)
    assert refused.value.code == "too_early"
    assert begin(learner, python, end + timedelta(days=1)).pk != first.pk


@pytest.mark.parametrize(
    ("key", "code"), [("item-9-9", "not_asked"), ("first", "answered")], ids=["of another check", "twice"]
)
def test_an_answer_that_was_not_asked_for_stores_nothing(learner, python, items, now, key, code):
    check = begin(learner, python, now)
    first = check.items[0]
    answer(learner, check, now)
    with pytest.raises(ValidationError) as refused:
        answer(learner, check, now, key=first if key == "first" else key)
    assert refused.value.code == code
    assert CheckAnswer.objects.count() == 1


def test_an_answer_after_the_end_stores_nothing(learner, python, items, now):
    check = begin(learner, python, now)
    run(learner, check, now, right=5)
    with pytest.raises(ValidationError) as refused:
        services.answer_item(learner=learner, check=check, item="item-2-1", given=["a"], now=now)
    assert refused.value.code == "finished"
    assert CheckAnswer.objects.count() == 5


def test_an_answer_for_the_check_of_someone_else_is_not_taken(learner, python, items, now, django_user_model):
    check = begin(learner, python, now)
    other = django_user_model.objects.create_user("other@example.com")
    with pytest.raises(QuickCheck.DoesNotExist):
        services.answer_item(learner=other, check=check, item=check.items[0], given=["a"], now=now)
    assert not CheckAnswer.objects.exists()


def test_there_is_no_check_without_items(learner, python, now):
    assert services.check_days(learner, "python", date(2026, 11, 27), snapshot.current()) == {}
    with pytest.raises(ValidationError) as refused:
        begin(learner, python, now)
    assert refused.value.code == "no_items"


def withdraw(*keys: str) -> None:
    kept = [choice_item(1, number) for number in range(1, 11)]
    publish(
        check_document("python", items=[item | {"withdrawn": True} if item["id"] in keys else item for item in kept])
    )


def test_a_question_that_is_withdrawn_is_replaced_by_another(learner, python, items, now):
    check = begin(learner, python, now)
    asked = state_of(learner, check).current.key
    withdraw(asked)
    with pytest.raises(ValidationError) as refused:
        services.answer_item(learner=learner, check=check, item=asked, given=["a"], now=now)
    assert refused.value.code == "withdrawn"
    state = run(learner, check, now, right=5)
    assert (state.right, len({item.key for item in state.items})) == (5, 5)
    assert asked not in QuickCheck.objects.get().items


def test_where_no_other_question_is_left_one_right_answer_fewer_is_enough(learner, python, items, now):
    check = begin(learner, python, now)
    answer(learner, check, now)
    keys = [f"item-1-{number}" for number in range(1, 11)]
    withdraw(*(key for key in keys if key not in check.items[:3]))
    state = state_of(learner, check)
    assert (len(state.items), state.needed) == (3, 2)
    answer(learner, check, now, right=False)
    assert answer(learner, check, now).check.passed


def test_a_check_of_which_nothing_is_left_is_finished(learner, python, items, now):
    check = begin(learner, python, now)
    for _answer in range(4):
        answer(learner, check, now)
    withdraw(*(f"item-1-{number}" for number in range(1, 11) if f"item-1-{number}" not in check.items[:4]))
    assert state_of(learner, check).current is None
    assert services.finish_check(learner=learner, check=check, now=now).check.passed


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_sent_twice_at_once_counts_once(learner, python, items, now):
    check = begin(learner, python, now)
    barrier, outcomes = threading.Barrier(2), []

    def submit():
        try:
            barrier.wait()
            answer(learner, check, now)
            outcomes.append("stored")
        except ValidationError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CheckAnswer.objects.filter(item=check.items[0]).count() == 1
    assert "stored" in outcomes


def test_a_report_is_about_a_question_that_was_asked_and_its_words_can_be_changed(learner, python, items, now):
    check = begin(learner, python, now)
    report = {"learner": learner, "skill": python, "now": now}
    with pytest.raises(ValidationError):
        services.report_item(item=check.items[0], text="It is wrong.", **report)
    answer(learner, check, now)
    services.report_item(item=check.items[0], text="It is wrong.", **report)
    services.report_item(item=check.items[0], text="Two answers fit.", **report)
    assert [row.text for row in ItemReport.objects.all()] == ["Two answers fit."]
    with pytest.raises(ValidationError):
        services.report_item(item=check.items[0], text="x" * 1001, **report)


def test_a_review_asks_three_and_leaves_the_level(learner, python, items, now):
    services.pass_check(learner=learner, skill=python, level=2, now=now - timedelta(days=64))
    review = services.begin_review(learner=learner, skill=python, now=now)
    run(learner, review, now, right=1)
    assert (len(review.items), review.level, QuickCheck.objects.get().passed) == (3, 2, False)
    assert slices(learner, now) == ("check", "check")
    known = learner_state(learner, snapshot=snapshot.current(), now=now).skills["python"]
    assert (known.review_failed, known.reviewed_on) == (True, now.date())


def test_a_review_that_is_passed_is_not_due_again_before_its_time(learner, python, items, now):
    services.pass_check(learner=learner, skill=python, level=2, now=now - timedelta(days=64))
    run(learner, services.begin_review(learner=learner, skill=python, now=now), now, right=2)
    with pytest.raises(ValidationError, match="The next review of this skill is due on 2 April 2027") as error:
        services.begin_review(learner=learner, skill=python, now=now + timedelta(days=127))
    assert error.value.code == "too_early"
    assert services.begin_review(learner=learner, skill=python, now=now + timedelta(days=128)).pk


def test_what_is_only_said_has_no_review(learner, python, items, now):
    services.assess(learner=learner, skill=python, level=2, now=now - timedelta(days=900))
    with pytest.raises(ValidationError, match="Reviews are only for levels that you checked") as error:
        services.begin_review(learner=learner, skill=python, now=now)
    assert error.value.code == "no_review"
