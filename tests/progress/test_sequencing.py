import os
import random
import statistics
from fractions import Fraction
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.sequencing import (
    EFFORT,
    LONGEST_RUN,
    MOST_EFFORT,
    PATIENCE,
    Jobs,
    _Blocks,
    _Search,
    _whole,
    bits,
    by_closure_per_hour,
    cost,
    sequence,
    served,
)
from tests.progress.givens import catalogue

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))


def area(jobs, total_cost):
    """Under the curve of value by hours, from nothing done to all done."""
    return sum(jobs.hours) * sum(jobs.weights) - total_cost


def least_cost(jobs):
    """The optimum, by dynamic programming over the sets of jobs that hold what their members need."""
    count = len(jobs.hours)
    needs = [sum(1 << need for need in set(needs)) for needs in jobs.needs]
    reached = {0: (0, 0)}
    for _ in range(count):
        further = {}
        for done, (total, now) in reached.items():
            for job in range(count):
                if not done >> job & 1 and not needs[job] & ~done:
                    then = now + jobs.hours[job]
                    found = total + jobs.weights[job] * then
                    key = done | 1 << job
                    if key not in further or found < further[key][0]:
                        further[key] = found, then
        reached = further
    ((total, _),) = reached.values()
    return total


def random_jobs(rng):
    """4 to 16 jobs: from loose to dense, with and without jobs that weigh nothing, and chains as of levels."""
    count = rng.randint(4, 16)
    density, nothing, most = rng.choice([0.1, 0.2, 0.3, 0.5]), rng.choice([0, 0.3, 0.6]), rng.choice([5, 20, 100])
    needs = [[need for need in range(job) if rng.random() < density] for job in range(count)]
    if rng.random() < 0.3:
        needs = [[job - 1] if job % 3 else rng.sample(range(job), min(job, rng.randint(0, 2))) for job in range(count)]
    return Jobs(
        hours=[rng.randint(1, rng.choice([10, 200])) for _ in range(count)],
        weights=[0 if rng.random() < nothing else rng.randint(1, most) for _ in range(count)],
        needs=needs,
    )


def is_valid(jobs, order):
    place = {job: at for at, job in enumerate(order)}
    return sorted(order) == list(range(len(jobs.hours))) and all(
        place[need] < place[job] for job, needs in enumerate(jobs.needs) for need in needs
    )


def test_quality_against_the_optimum_on_1000_random_graphs():
    rng = random.Random(20261125)
    shares = []
    for _ in range(5 * EXAMPLES):
        jobs = random_jobs(rng)
        order = sequence(jobs)
        assert is_valid(jobs, order)
        best = area(jobs, least_cost(jobs))
        shares.append(area(jobs, cost(jobs, order)) / best if best else 1.0)
    assert statistics.mean(shares) >= 0.9999
    assert min(shares) >= 0.97


def jobs_of(role, levels):
    """What `plan` hands over, from the catalogue itself."""
    from guidance.progress.plan import _Work

    found = catalogue()
    return _Work(found.graph, found.effort, found.roles[role], {}, levels, {}, frozenset()).jobs


def test_never_worse_than_closure_greedy_on_the_catalogue_and_mostly_better():
    better = []
    for role in catalogue().roles:
        for levels in ({}, *catalogue().starting_points.values()):
            jobs = jobs_of(role, levels)
            order, plain = sequence(jobs), by_closure_per_hour(jobs)
            assert is_valid(jobs, order) and is_valid(jobs, plain)
            assert cost(jobs, order) <= cost(jobs, plain)
            better.append(cost(jobs, order) < cost(jobs, plain))
    assert statistics.mean(better) > 0.9


@st.composite
def some_jobs(draw):
    count = draw(st.integers(0, 14))
    return Jobs(
        hours=draw(st.lists(st.integers(1, 50), min_size=count, max_size=count)),
        weights=draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)),
        needs=[draw(st.lists(st.integers(0, job - 1), max_size=3, unique=True)) if job else [] for job in range(count)],
    )


@settings(max_examples=3 * EXAMPLES // 2, deadline=None)
@given(some_jobs())
def test_every_job_follows_what_it_needs(jobs):
    order = sequence(jobs)
    assert is_valid(jobs, order)
    assert cost(jobs, order) <= cost(jobs, by_closure_per_hour(jobs))
    if len(jobs.hours) <= 8:
        assert area(jobs, cost(jobs, order)) >= 0.9 * area(jobs, least_cost(jobs))


# The parts of the search, each against its plain meaning.


def closure(jobs, job):
    """A job and all that it needs."""
    return {job}.union(*(closure(jobs, need) for need in jobs.needs[job]))


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(some_jobs())
def test_the_start_takes_the_closure_that_brings_most_per_hour(jobs):
    expected, done = [], set()
    left = [job for job, weight in enumerate(jobs.weights) if weight]
    while left:
        missing = {job: closure(jobs, job) - done for job in left}
        weight, hours = (
            {job: sum(of[one] for one in missing[job]) for job in left} for of in (jobs.weights, jobs.hours)
        )
        chosen = max(left, key=lambda job: (Fraction(weight[job], hours[job]), -job))
        expected += [job for job in left if job in missing[chosen]]
        done |= missing[chosen]
        left = [job for job in left if job not in done]
    assert [job for job in by_closure_per_hour(jobs) if jobs.weights[job]] == expected


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(some_jobs(), st.data())
def test_an_exchange_gains_what_it_says_and_goes_where_it_gains_most(jobs, data):
    search = _Search(jobs)
    order = _any_order(search, data)
    size = len(order)
    blocks = _Blocks(search, list(order))
    assert search.cost(order) == cost(jobs, _whole(jobs, [search.jobs[target] for target in order]))
    if size < 2:
        return
    start = data.draw(st.integers(1, size - 1))
    end = data.draw(st.integers(start + 1, size))
    needed = {need for target in order[start:end] for need in bits(search.needs[target])}

    def cost_at(place):
        """Where the lumps that the run needs and passes keep their order with all that moves."""
        block = [[*bits(lumps), target] for lumps, target in zip(blocks.lumps, order, strict=True)]
        passed = [at for at in range(place, start) if order[at] not in needed]
        moving = [one for at in range(place, end) for one in block[at] if at not in passed or one in needed]
        staying = [one for at in passed for one in block[at] if one not in moving]
        now = total = 0
        for one in chain(*block[:place], moving, staying, *block[end:]):
            now += search.hours[one]
            total += now * search.weights[one] if one < search.size else 0
        return total

    costs = {place: cost_at(place) for place in range(start + 1) if place == start or order[place] not in needed}
    least = min(costs.values())
    tried = search.tried
    gain, place = blocks.gain(start, end)
    assert gain == costs[start] - least
    assert place == max(place for place, found in costs.items() if found == least)
    assert search.tried - tried == start
    along = [target for target in order[place:start] if target in needed]
    passed = [target for target in order[place:start] if target not in needed]
    moved = order[:place] + along + order[start:end] + passed + order[end:]
    assert blocks.exchange(start, [end]) == (gain > 0)
    assert blocks.order == (moved if gain else order)
    assert search.cost(order) - search.cost(blocks.order) >= gain  # lumps come just in time, which may gain more
    fresh = _Blocks(search, list(blocks.order))
    for name in ("lumps", "hours", "weights", "done"):
        assert getattr(blocks, name) == getattr(fresh, name)
    assert sum(fresh.hours) == sum(jobs.hours[job] for job in set().union(*(closure(jobs, job) for job in search.jobs)))


def _any_order(search, data):
    """Targets in an order in which each follows the targets that it needs."""
    order = []
    for target in data.draw(st.permutations(range(search.size))):
        for one in [*bits(search.needs[target] & search.all_targets), target]:
            if one not in order:
                order.append(one)
    return order


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(some_jobs(), st.data())
def test_of_some_runs_the_one_moves_that_gains_most(jobs, data):
    search = _Search(jobs)
    order = _any_order(search, data)
    if len(order) < 2:
        return
    start = data.draw(st.integers(1, len(order) - 1))
    ends = list(range(start + 1, len(order) + 1))
    blocks = _Blocks(search, list(order))
    gains = {end: blocks.gain(start, end) for end in ends}
    most = max(gain for gain, _ in gains.values())
    assert blocks.exchange(start, ends) == (most > 0)
    assert search.cost(order) - search.cost(blocks.order) >= most
    first = min(end for end, (gain, _) in gains.items() if gain == most)
    alone = _Blocks(search, list(order))
    alone.exchange(start, [first])
    assert alone.order == blocks.order


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(some_jobs(), st.data())
def test_the_run_with_most_per_hour_ends_there(jobs, data):
    search = _Search(jobs)
    blocks = _Blocks(search, _any_order(search, data))
    for start in range(search.size):
        ends = range(start + 1, search.size + 1)
        per_hour = {end: Fraction(sum(blocks.weights[start:end]), sum(blocks.hours[start:end])) for end in ends}
        assert blocks.end_of_most_per_hour(start) == max(ends, key=lambda end: (per_hour[end], -end))


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(some_jobs(), st.data())
def test_no_run_that_is_tried_gains_in_an_improved_order(jobs, data):
    search = _Search(jobs)
    start = _any_order(search, data)
    order = search.improved(list(start))
    assert search.cost(order) <= search.cost(start)
    assert is_valid(jobs, _whole(jobs, [search.jobs[target] for target in order]))
    blocks = _Blocks(search, order)
    for at in range(1, search.size):
        ends = {blocks.end_of_most_per_hour(at), *range(at + 1, min(search.size, at + LONGEST_RUN) + 1)}
        assert all(blocks.gain(at, end)[0] == 0 for end in ends)


@settings(max_examples=EXAMPLES // 8, deadline=None)
@given(some_jobs())
def test_no_other_start_ends_better_than_the_order_found(jobs):
    search = _Search(jobs)
    first = search.improved(search.by_closure_per_hour())
    starts = list(search.starts(first))
    for target in first:
        needs = [one for one in first if one == target or search.needs[target] >> one & 1]
        users = [one for one in first if search.users[target] >> one & 1]
        assert [*needs, *(one for one in first if one not in needs)] in starts
        assert [*(one for one in first if one not in users), *users] in starts
    assert (starts[0], len(starts)) == (list(range(search.size)), 1 + 2 * search.size)
    least = min(search.cost(search.improved(list(start))) for start in [first, *starts])
    assert cost(jobs, sequence(jobs)) == least


def test_bits_are_the_members_of_a_set():
    assert list(bits(0b101101)) == [0, 2, 3, 5]
    assert list(bits(0)) == []


def equals(count):
    """Independent jobs in an order that no exchange betters."""
    return _Search(Jobs([1] * count, [1] * count, [[]] * count))


def test_a_run_is_tried_before_so_many_positions_and_as_many_again_where_it_gains():
    search = equals(60)
    assert _Blocks(search, list(range(60))).gain(50, 51) == (0, 50)
    assert search.tried == PATIENCE
    search.weights[50] = 2
    assert _Blocks(search, list(range(60))).gain(50, 51) == (50, 0)
    assert search.tried == PATIENCE + 50
    # A position that gains 25 positions on, behind one that costs less than it gains.
    search = equals(60)
    search.weights[10], search.weights[30], search.weights[50] = 0, 0, 1
    assert _Blocks(search, list(range(60))).gain(50, 51) == (2, 10)
    assert search.tried == 50


def test_the_search_ends_when_its_effort_is_spent():
    search = _Search(Jobs([1, 1], [1, 2], [[], []]))
    search.tried = MOST_EFFORT
    assert search.improved([0, 1]) == [0, 1]
    search.tried = MOST_EFFORT - 1
    assert search.improved([0, 1]) == [1, 0]
    search.tried = EFFORT + 1
    assert list(search.starts([1, 0])) == [[0, 1]]
    search.tried = EFFORT
    assert list(search.starts([1, 0])) == [[0, 1], [1, 0], [0, 1], [0, 1], [1, 0]]


def test_independent_jobs_go_by_weight_per_hour_and_ties_by_number():
    assert sequence(Jobs([1, 4, 1, 2], [1, 4, 3, 2], [[], [], [], []])) == [2, 0, 1, 3]


def test_an_expensive_prerequisite_of_many_goes_before_what_is_better_than_each_of_them():
    # 100 hours open ten jobs of an hour; alone none of them is worth it, together they are.
    jobs = Jobs([100, *[1] * 10, 50, 50], [0, *[10] * 10, 6, 6], [[], *[[0]] * 10, [], []])
    assert by_closure_per_hour(jobs)[:2] == [11, 12]
    assert sequence(jobs)[:11] == list(range(11))
    assert cost(jobs, sequence(jobs)) == least_cost(jobs)


def test_jobs_without_a_weight_come_just_in_time_or_last():
    assert sequence(Jobs([1, 1, 1, 1], [0, 2, 0, 1], [[], [], [], [0]])) == [1, 0, 3, 2]
    assert sequence(Jobs([3, 2], [0, 0], [[], []])) == [0, 1]
    assert sequence(Jobs([], [], [])) == []


def test_served_is_what_waits_for_a_job():
    assert served(Jobs([1] * 4, [0, 1, 0, 1], [[], [0], [], [1]])) == [0b1010, 0b1010, 0, 0b1000]
    chain_of_four = Jobs([1] * 4, [0, 0, 1, 1], [[], [0], [1], [2]])
    assert served(chain_of_four) == [0b1100, 0b1100, 0b1100, 0b1000]


@pytest.mark.parametrize("seed", range(3))
def test_the_effort_is_bounded(seed):
    rng = random.Random(seed)
    jobs = Jobs(
        [rng.randint(1, 90) for _ in range(700)],
        [rng.randint(1, 9) if rng.random() < 0.25 else 0 for _ in range(700)],
        [rng.sample(range(job), min(job, 2)) for job in range(700)],
    )
    assert is_valid(jobs, sequence(jobs))
