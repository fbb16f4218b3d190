"""The order of jobs that brings value as early as possible, pure: the scheduling problem 1|prec|Σ w·C.

Jobs with hours and a weight, some before others, one at a time: minimise the sum of weight × completion time, which is
to maximise the area under the curve of value by hours. That is NP-hard (Lawler 1978). This is one deterministic search
for all sizes, from known tools:

- Only the order of the jobs that weigh something is open: what else they need comes just in time.
- A start by best closure per hour: always the job whose missing closure brings most per hour, one of the sets that Sidney
  (1975) decomposes by. It is bad where several jobs share an expensive prerequisite.
- Exchange of adjacent blocks (Smith 1956): a run of the order goes, with what it needs, before others wherever that is
  better. The runs tried are single jobs, and from each job on the run that brings most per hour.
- Other starts, as long as the effort lasts, for an exchange ends where no exchange helps, which need not be the best.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PATIENCE = 20  # positions that a run is tried before, beyond the best one found
LONGEST_RUN = 4  # of the runs tried when those with the most per hour stay where they are
EFFORT = 30_000  # positions tried before no further start is made
MOST_EFFORT = 2_000_000  # positions tried before the search ends wherever it is


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs by number. What a job needs has smaller numbers than the job. All whole: comparisons and ties are exact, and
    ties go to the smaller number."""

    hours: Sequence[int]  # > 0, in any unit
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
    """For each job, the jobs with a weight that cannot be done without it, itself among them: a set, by bits."""
    result = [1 << job if weight else 0 for job, weight in enumerate(jobs.weights)]
    for job in range(len(result) - 1, -1, -1):
        for need in jobs.needs[job]:
            result[need] |= result[job]
    return result


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set, smallest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def sequence(jobs: Jobs) -> list[int]:
    """All jobs, in an order in which each follows what it needs and value comes as early as the search can make it."""
    search = _Search(jobs)
    best = search.improved(search.by_closure_per_hour())
    least = search.cost(best)
    for start in search.starts(best):
        order = search.improved(start)
        found = search.cost(order)
        if found < least:
            best, least = order, found
    return _whole(jobs, [search.jobs[target] for target in best])


def by_closure_per_hour(jobs: Jobs) -> list[int]:
    """The start of the search alone: what `sequence` is measured against."""
    search = _Search(jobs)
    return _whole(jobs, [search.jobs[target] for target in search.by_closure_per_hour()])


def _whole(jobs: Jobs, weighty: Sequence[int]) -> list[int]:
    """Every job, given the order of those with a weight: the others just before the first that needs them."""
    closures: list[int] = []
    for job, needs in enumerate(jobs.needs):
        closure = 1 << job
        for need in needs:
            closure |= closures[need]
        closures.append(closure)
    order: list[int] = []
    done = 0
    for job in (*weighty, *range(len(closures))):
        order.extend(bits(closures[job] & ~done))
        done |= closures[job]
    return order


class _Search:
    """The reduced problem. Its elements are the targets, which are the jobs with a weight, numbered from 0, and after
    them lumps: all jobs without a weight that the same targets need."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = [job for job, weight in enumerate(jobs.weights) if weight]
        self.size = len(self.jobs)
        self.all_targets = (1 << self.size) - 1
        self.weights = [jobs.weights[job] for job in self.jobs]
        self.hours = [jobs.hours[job] for job in self.jobs]
        number = {job: target for target, job in enumerate(self.jobs)}
        users = [1 << number[job] if job in number else 0 for job in range(len(jobs.weights))]
        for job in range(len(users) - 1, -1, -1):
            for need in jobs.needs[job]:
                users[need] |= users[job]
        lumps: dict[int, int] = {}
        for job, mask in enumerate(users):
            if mask and job not in number:
                lumps[mask] = lumps.get(mask, 0) + jobs.hours[job]
        self.hours += lumps.values()
        self.users = [users[job] for job in self.jobs] + list(lumps)  # of each element: the targets that wait for it
        self.needs = [0] * self.size  # of each target: the elements that it waits for, at any distance
        for element, mask in enumerate(self.users):
            for target in bits(mask):
                if target != element:
                    self.needs[target] |= 1 << element
        self.spans: dict[int, int] = {0: 0}
        self.tried = 0

    def span(self, elements: int) -> int:
        """Hours of a set of elements."""
        found = self.spans.get(elements)
        if found is None:
            found = self.spans[elements] = sum(self.hours[element] for element in bits(elements))
        return found

    def cost(self, order: Sequence[int]) -> int:
        total = now = done = 0
        for target in order:
            new = (self.needs[target] | 1 << target) & ~done
            now += self.span(new)
            total += self.weights[target] * now
            done |= new
        return total

    def by_closure_per_hour(self) -> list[int]:
        hours, weights = self.hours[: self.size], self.weights.copy()  # of each target's missing closure
        for target, needs in enumerate(self.needs):
            hours[target] += self.span(needs)
            weights[target] += sum(self.weights[need] for need in bits(needs & self.all_targets))
        order: list[int] = []
        done, left = 0, self.all_targets
        while left:
            choice, *others = bits(left)
            for target in others:
                if weights[target] * hours[choice] > weights[choice] * hours[target]:
                    choice = target
            new = (self.needs[choice] | 1 << choice) & ~done
            order.extend(bits(new & self.all_targets))
            done |= new
            left &= ~new
            for element in bits(new):
                weight = self.weights[element] if element < self.size else 0
                for target in bits(self.users[element]):
                    hours[target] -= self.hours[element]
                    weights[target] -= weight
        return order

    def starts(self, best: Sequence[int]) -> Iterator[list[int]]:
        """The order of the numbers, then the given one with each target's closure at its front, and with each target and
        what needs it at its end."""
        yield list(range(self.size))
        for target in best:
            closure = self.needs[target] | 1 << target
            rest = self.all_targets & ~self.users[target]
            for front in (closure, rest):
                if self.tried > EFFORT:
                    return
                yield _first(front, best)

    def improved(self, order: list[int]) -> list[int]:
        """The order when no exchange that is tried makes it better."""
        blocks = _Blocks(self, order)
        moved = True
        while moved and self.tried < MOST_EFFORT:
            moved = False
            for start in range(1, self.size):
                moved |= blocks.exchange(start, sorted({start + 1, blocks.end_of_most_per_hour(start)}))
            moved = moved or any(
                blocks.exchange(start, range(start + 2, min(self.size, start + LONGEST_RUN) + 1))
                for start in range(1, self.size)
            )
        return blocks.order


class _Blocks:
    """An order of targets, each with the lumps that it is the first to need: its block."""

    def __init__(self, search: _Search, order: list[int]) -> None:
        self.search = search
        self.order = order
        self.lumps = [0] * len(order)
        self.hours = [0] * len(order)
        self.weights = [0] * len(order)
        self.done = [0] * (len(order) + 1)  # the lumps before each block
        self.lay(0, len(order))

    def lay(self, start: int, end: int) -> None:
        search = self.search
        done = self.done[start]
        for at in range(start, end):
            target = self.order[at]
            lumps = search.needs[target] & ~search.all_targets & ~done
            self.lumps[at] = lumps
            self.hours[at] = search.hours[target] + search.span(lumps)
            self.weights[at] = search.weights[target]
            done |= lumps
            self.done[at + 1] = done

    def end_of_most_per_hour(self, start: int) -> int:
        """Where the run from `start` ends that brings most per hour."""
        weight = best_weight = self.weights[start]
        hours = best_hours = self.hours[start]
        best = start + 1
        for at in range(start + 1, len(self.order)):
            weight += self.weights[at]
            hours += self.hours[at]
            if weight * best_hours > best_weight * hours:
                best_weight, best_hours, best = weight, hours, at + 1
        return best

    def exchange(self, start: int, ends: Sequence[int]) -> bool:
        """Move one of the runs from `start` to the front place that gains most; whether one gains."""
        best = place = stop = 0
        for end in ends:
            gain, at = self.gain(start, end)
            if gain > best:
                best, place, stop = gain, at, end
        if best:
            needed = self.needed(start, stop)
            run, passed = self.order[start:stop], self.order[place:start]
            along = [target for target in passed if needed >> target & 1]
            self.order[place:stop] = along + run + [target for target in passed if not needed >> target & 1]
            self.lay(place, stop)
        return best > 0

    def needed(self, start: int, end: int) -> int:
        result = 0
        for target in self.order[start:end]:
            result |= self.search.needs[target]
        return result

    def gain(self, start: int, end: int) -> tuple[int, int]:
        """How much less Σ w·C is at best with the run, and what it needs, further in front; and where."""
        search, order, lumps = self.search, self.order, self.lumps
        needed = self.needed(start, end)
        weight, hours = sum(self.weights[start:end]), sum(self.hours[start:end])
        gain = best = 0
        at = place = start
        last = max(0, start - PATIENCE)
        while at > last:
            at -= 1
            if needed >> order[at] & 1:  # goes along
                weight += self.weights[at]
                hours += self.hours[at]
                continue
            shared = search.span(lumps[at] & needed)  # goes along too, and the rest of the block is passed
            gain += (self.hours[at] - shared) * weight - self.weights[at] * hours
            hours += shared
            if gain > best:
                best, place = gain, at
                last = max(0, at - PATIENCE)
        search.tried += start - at
        return best, place


def _first(front: int, order: Sequence[int]) -> list[int]:
    """The members of a set first, otherwise in the same order."""
    return [target for target in order if front >> target & 1] + [target for target in order if not front >> target & 1]
