"""The order of jobs that brings value as early as possible: 1|prec|Σ w·C, pure.

One machine, jobs with hours and a weight, some before others: minimise the sum of weight × completion time, which is to
maximise the area under the curve of value by hours. The problem is NP-hard (Lenstra and Rinnooy Kan 1978); this is one
heuristic for all sizes, and deterministic. It uses three known tools:

- Only the order of the jobs that weigh something is open: the others come just in time, and those that the same weighty
  jobs need are one lump.
- Best closure per hour: always the weighty job whose missing closure brings most per hour (an initial set in the sense of
  Sidney 1975, limited to the closure of one job).
- Exchange of adjacent blocks: a run of the order goes, with what it needs, before what stands in front of it, wherever
  that is better (Smith 1956 for two jobs). The runs tried are single jobs and, from each job on, the run with the most per
  hour, which is what sets of jobs with one expensive prerequisite need.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs by number. A job's `needs` have smaller numbers than itself; whole numbers make every comparison exact."""

    hours: Sequence[int]  # > 0
    weights: Sequence[int]  # ≥ 0
    needs: Sequence[Sequence[int]]


def cost(jobs: Jobs, order: Sequence[int]) -> int:
    """Σ weight × completion time."""
    total = now = 0
    for job in order:
        now += jobs.hours[job]
        total += jobs.weights[job] * now
    return total


def served(jobs: Jobs) -> list[int]:
    """For each job, the set (bits, by number of job) of the weighty jobs that it or what needs it is."""
    result = [1 << job if weight else 0 for job, weight in enumerate(jobs.weights)]
    for job in range(len(result) - 1, -1, -1):
        for need in jobs.needs[job]:
            result[need] |= result[job]
    return result
