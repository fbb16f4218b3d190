import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.sequencing import Jobs, by_closure_per_hour, cost, sequence, served
from tests.progress.givens import catalogue


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
    rng = random.Random(20261125)  # noqa: S311
    shares = []
    for _ in range(1000):
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


@settings(max_examples=300, deadline=None)
@given(some_jobs())
def test_every_job_follows_what_it_needs(jobs):
    order = sequence(jobs)
    assert is_valid(jobs, order)
    assert cost(jobs, order) <= cost(jobs, by_closure_per_hour(jobs))
    if len(jobs.hours) <= 8:
        assert area(jobs, cost(jobs, order)) >= 0.9 * area(jobs, least_cost(jobs))


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


@pytest.mark.parametrize("seed", range(3))
def test_the_effort_is_bounded(seed):
    rng = random.Random(seed)  # noqa: S311
    jobs = Jobs(
        [rng.randint(1, 90) for _ in range(700)],
        [rng.randint(1, 9) if rng.random() < 0.25 else 0 for _ in range(700)],
        [rng.sample(range(job), min(job, 2)) for job in range(700)],
    )
    assert is_valid(jobs, sequence(jobs))
