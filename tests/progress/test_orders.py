import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.progress import orders
from guidance.progress.orders import Orders
from guidance.progress.sequencing import Jobs, sequence


@pytest.fixture
def searched(monkeypatch):
    """The jobs for which an order was looked for."""
    found = []

    def spy(jobs):
        found.append(jobs)
        return sequence(jobs)

    monkeypatch.setattr(orders, "sequence", spy)
    return found


def jobs(*hours, needs=()):
    return Jobs(list(hours), [1] * len(hours), [list(needs) if number else [] for number in range(len(hours))])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_an_order_that_is_kept_is_the_one_that_was_found(hours):
    kept, asked = Orders(), jobs(*hours)
    assert kept.order(asked) == kept.order(asked) == sequence(asked)


def test_the_same_jobs_are_searched_once(searched):
    kept = Orders()
    for _ in range(3):
        kept.order(jobs(2, 1))
    assert len(searched) == len(kept) == 1


@pytest.mark.parametrize(
    "other",
    [jobs(2, 2), Jobs([2, 1], [1, 2], [[], []]), jobs(2, 1, needs=[0]), jobs(2, 1, 1)],
    ids=["hours", "weights", "needs", "one more"],
)
def test_other_jobs_are_searched_too(searched, other):
    kept = Orders()
    kept.order(jobs(2, 1))
    assert kept.order(other) == sequence(other)
    assert len(searched) == 2


def test_what_was_asked_for_longest_ago_goes_first(searched):
    kept = Orders(most=2)
    kept.order(jobs(1))
    kept.order(jobs(2))
    kept.order(jobs(1))
    kept.order(jobs(3))  # the order of 2 goes
    del searched[:]
    for hours in (1, 3, 2):
        kept.order(jobs(hours))
    assert [asked.hours for asked in searched] == [[2]]
    assert len(kept) == 2


def test_a_list_that_is_changed_changes_nothing_kept():
    kept, asked = Orders(), jobs(2, 1)
    for _ in range(2):
        kept.order(asked).clear()
    assert kept.order(asked) == [1, 0]


def test_everything_is_forgotten(searched):
    kept = Orders()
    kept.order(jobs(1))
    kept.forget()
    assert len(kept) == 0
    kept.order(jobs(1))
    assert len(searched) == 2
