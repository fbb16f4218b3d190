"""Drawing and marking items of a quick check."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog.kinds import CheckItem, Option
from guidance.progress.checks import (
    CHECK,
    OF_LEVEL,
    REVIEW,
    SEEN_DAYS,
    Answered,
    InvalidAnswer,
    can_check,
    chance_to_guess,
    draw,
    draw_review,
    is_right,
    next_check,
    option_id,
    read_answer,
    shown_options,
    substitute,
)

TODAY = date(2026, 11, 27)


def item(key: str, kind: str = "choice", level: int = 1, **values) -> CheckItem:
    labels = ("A", "B", "C", "D")
    right = {"choice": "A", "several": "AC"}.get(kind, "")
    options = () if kind in ("number", "output") else tuple(Option(label, label in right, "") for label in labels)
    return CheckItem(
        **{
            "key": key,
            "level": level,
            "kind": kind,
            "question": key,
            "code": "",
            "options": options,
            "answer": None,
            "tolerance": 0,
            "unit": "",
            "why": "",
            "taught_by": "",
            "source": "",
            "checked_on": None,
            "withdrawn": False,
            **values,
        }
    )


def items(count: int, level: int = 1) -> list[CheckItem]:
    return [item(f"l{level}-{number}", level=level) for number in range(count)]


def chosen(question: CheckItem, *labels: str) -> list[str]:
    ids = {option.label: option_id(option) for option in question.options}
    return [ids[label] for label in labels]


# --- Drawing


@given(
    own=st.integers(0, 12),
    lower=st.integers(0, 12),
    seen=st.dictionaries(st.integers(0, 23), st.integers(0, 100), max_size=24),
    seed=st.integers(0, 1000),
)
def test_a_check_has_five_unseen_items_three_of_them_from_its_level(own, lower, seen, seed):
    of_level, below = items(own, 2), items(lower, 1)
    every = [*of_level, *below]
    answered = {
        every[place].key: Answered(TODAY - timedelta(days=ago), right=True)
        for place, ago in seen.items()
        if place < len(every)
    }
    drawn = draw(of_level, below, answered, TODAY, Random(seed))
    if drawn is None:
        assert not can_check(of_level, below) or next_check(of_level, below, answered, TODAY) > TODAY
        return
    assert len({found.key for found in drawn}) == CHECK.items
    assert sum(found.level == 2 for found in drawn) >= OF_LEVEL
    assert all(
        found.key not in answered or answered[found.key].on <= TODAY - timedelta(days=SEEN_DAYS) for found in drawn
    )


def test_the_next_check_is_on_the_day_on_which_enough_items_are_unseen():
    of_level = items(5)
    answered = {found.key: Answered(TODAY - timedelta(days=10), right=True) for found in of_level[:2]}
    assert next_check(of_level, [], answered, TODAY) == TODAY + timedelta(days=SEEN_DAYS - 10)


def test_a_review_asks_what_was_missed_then_what_is_new_then_what_is_oldest():
    every = items(5)
    answered = {
        every[0].key: Answered(TODAY - timedelta(days=5), right=True),
        every[1].key: Answered(TODAY - timedelta(days=90), right=True),
        every[2].key: Answered(TODAY - timedelta(days=2), right=False),
        every[3].key: Answered(TODAY - timedelta(days=4), right=True),
    }
    assert {found.key for found in draw_review(every, [], answered, Random(1))} == {"l1-2", "l1-4", "l1-1"}
    assert len(draw_review(items(2), [], {}, Random(1))) < REVIEW.items


def test_a_substitute_is_unseen_and_always_the_same():
    every = items(4)
    answered = {"l1-1": Answered(TODAY, right=False)}
    assert substitute(every, ["l1-0"], answered, TODAY) == every[2]
    assert substitute(every[:2], ["l1-0"], answered, TODAY) is None


# --- Marking


@pytest.mark.parametrize(
    ("question", "given", "right"),
    [
        (item("a"), ["A"], True),
        (item("a"), ["B"], False),
        (item("a", "several"), ["C", "A"], True),
        (item("a", "several"), ["A", "B", "C"], False),
        (item("a", "several"), ["A"], False),
        (item("a", "order"), ["A", "B", "C", "D"], True),
        (item("a", "order"), ["A", "C", "B", "D"], False),
    ],
)
def test_options_are_right_only_all_together_and_in_order(question, given, right):
    assert is_right(question, read_answer(question, chosen(question, *given))) is right


@pytest.mark.parametrize(
    ("typed", "right"),
    [("0.75", True), ("0,75", True), (" .7549 ", True), ("75 %", False), ("0.7551", False), ("-0.75", False)],
)
def test_a_number_may_be_typed_as_people_do(typed, right):
    question = item("a", "number", answer=0.75, tolerance=0.005)
    assert is_right(question, read_answer(question, [typed])) is right


@pytest.mark.parametrize(("typed", "right"), [("1 250", True), ("1,250.0", True), ("1,25", False), ("1250 %", True)])
def test_thousands_may_be_set_apart(typed, right):
    question = item("a", "number", answer=1250)
    assert is_right(question, read_answer(question, [typed])) is right


@pytest.mark.parametrize(
    ("typed", "right"), [("['a', 'b']", True), ('["a","b"]', True), ("[ 'a', 'b' ]", True), ("['a' 'b']", False)]
)
def test_quotes_and_blanks_of_what_is_printed_do_not_count(typed, right):
    question = item("a", "output", answer="['a', 'b']")
    assert is_right(question, read_answer(question, [typed])) is right


@pytest.mark.parametrize(
    ("question", "given"),
    [
        (item("a"), []),
        (item("a"), ["A", "B"]),
        (item("a", "order"), ["A", "B"]),
        (item("a", "several"), ["A", "A"]),
        (item("a", "several"), []),
    ],
)
def test_an_answer_that_cannot_be_marked_is_refused(question, given):
    with pytest.raises(InvalidAnswer):
        read_answer(question, chosen(question, *given))


@pytest.mark.parametrize("typed", ["", " ", "three", "nan", "inf"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InvalidAnswer):
        read_answer(item("a", "number", answer=3), [typed])


def test_an_unknown_option_is_refused():
    with pytest.raises(InvalidAnswer):
        read_answer(item("a"), ["nothing"])


def test_an_order_is_shown_in_another_one_and_its_ids_do_not_tell_the_place():
    question = item("a", "order")
    shown = [[option.label for option in shown_options(question, seed)] for seed in range(50)]
    assert len({tuple(labels) for labels in shown}) > 10
    assert shown[7] == [option.label for option in shown_options(question, 7)]
    assert option_id(question.options[0]) == option_id(Option("A", True, "why"))


# --- Guessing


def test_four_of_five_questions_with_four_options_are_guessed_in_one_and_a_half_of_a_hundred():
    assert chance_to_guess(items(5), CHECK.needed) == pytest.approx(5 * 0.25**4 * 0.75 + 0.25**5)
    assert chance_to_guess([*items(4), item("n", "number", answer=1)], CHECK.needed) == pytest.approx(0.25**4)
