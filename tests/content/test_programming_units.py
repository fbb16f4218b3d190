"""Claims of the units on programming that can be tested without a library or waiting."""

import bisect
import hashlib
import hmac
import math
import random
import signal
import socket
import statistics
import subprocess
import sys
import tracemalloc
from collections import Counter, OrderedDict
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import pytest

from tests.content.figures import code_of, text_of


def test_sums_of_whole_degrees_agree_whichever_way_they_are_added():
    assert "Take whole degrees" in text_of("programming-basics", 1, "thirty-temperatures")

    def added(numbers: list[float]) -> float:
        total = 0.0
        for number in numbers:
            total += number
        return total

    degrees = [float(-5 + 7 * day % 36) for day in range(30)]
    assert (added(degrees), added(degrees) / 30) == (math.fsum(degrees), statistics.mean(degrees))
    assert added([0.1] * 10) != math.fsum([0.1] * 10)


def test_signature_of_the_webhook_is_that_of_the_unit(capsys):
    code, *_others = code_of(text_of("http-apis", 2, "webhook-receiver"))
    names: dict[str, Any] = {}
    exec(code, names)
    body = b'{"id": 7, "sent": 1800000000}'
    assert (names["secret"], names["body"]) == (b"swordfish", body)
    signature = hmac.new(b"swordfish", body, hashlib.sha256).hexdigest()
    assert capsys.readouterr().out == f"{signature}\n"
    assert code.endswith(f"# begins with {signature[:8]}")


def test_jitter_spreads_a_hundred_clients():
    def most(jitter: bool) -> int:
        counts: Counter[int] = Counter()
        for _ in range(100):
            at = 0.0
            for wait in (1, 2, 4, 8):
                at += random.uniform(0, wait) if jitter else wait
                counts[int(at * 10)] += 1
        return max(counts.values())

    random.seed(1)
    text = text_of("http-apis", 2, "hundred-clients-at-once")
    assert f"{most(jitter=False)} without jitter and at most 30 with it" in text
    assert most(jitter=True) <= 30


@pytest.mark.parametrize(("change", "seen", "distinct"), [("add", 1038, 1037), ("delete", 1036, 1036)])
def test_offset_repeats_or_misses_what_a_cursor_does_not(change, seen, distinct):
    def change_rows(rows: list[int]) -> None:
        if change == "add":
            rows.insert(0, 1038)
        else:
            rows.remove(1000)

    rows, read, page = list(range(1037, 0, -1)), [], 0
    while batch := rows[page * 100 : page * 100 + 100]:
        read += batch
        page += 1
        if page == 3:
            change_rows(rows)
    assert (len(read), len(set(read))) == (seen, distinct)
    rows, read, page, last = list(range(1037, 0, -1)), [], 0, 2000
    while batch := [row for row in rows if row < last][:100]:
        read += batch
        last = batch[-1]
        page += 1
        if page == 3:
            change_rows(rows)
    assert read == list(range(1037, 0, -1))


def test_only_autospec_notices_a_wrong_argument():
    class Client:
        def ask(self, prompt: str, *, max_tokens: int) -> None: ...

    Mock().ask("hi", limit=5)
    Mock(spec=Client).ask("hi", limit=5)
    with pytest.raises(TypeError):
        create_autospec(Client, instance=True).ask("hi", limit=5)


def test_halving_finds_one_row_in_at_most_fourteen_runs():
    low, high, runs = 0, 10_000, 0
    while high - low > 1:
        middle = (low + high) // 2
        runs += 1
        low, high = (low, middle) if middle > 9_998 else (middle, high)
    assert (low, runs <= 14) == (9_998, True)


def test_the_search_of_the_debugger_unit_misses_some():
    def found(numbers: list[int], wanted: int) -> bool:
        low, high = 0, len(numbers) - 1
        while low < high:
            middle = (low + high) // 2
            if numbers[middle] == wanted:
                return True
            low, high = (middle + 1, high) if numbers[middle] < wanted else (low, middle - 1)
        return False

    numbers = list(range(1000))
    assert 0 < sum(not found(numbers, wanted) for wanted in numbers) < 1000


@pytest.mark.skipif(sys.platform == "win32", reason="Signals are those of Linux")
@pytest.mark.parametrize(("name", "code"), [("HUP", 129), ("KILL", 137), ("TERM", 143)])
def test_a_signal_shows_in_the_exit_code(name, code):
    script = f"sleep 60 & kill -{name} $!; wait $!; echo $?"
    answer = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # because nohup makes children ignore it
    )
    assert answer.stdout.strip() == str(code)
    assert str(code) in text_of("linux", 2, "jobs-and-signals")


def test_a_port_is_taken_once():
    with socket.create_server(("127.0.0.1", 0)) as first, pytest.raises(OSError, match="in use"):
        socket.create_server(first.getsockname())


def test_reading_line_by_line_takes_no_memory(tmp_path: Path):
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"line {number} with some more words\n" for number in range(50_000)), encoding="utf-8")

    def peak(whole: bool) -> int:
        tracemalloc.start()
        with path.open(encoding="utf-8") as file:
            sum(len(line) for line in (file.read().split("\n") if whole else file))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(whole=True) > 2 * path.stat().st_size
    assert peak(whole=False) < 1_000_000


def test_the_assistant_of_the_estimate_needs_what_the_unit_says():
    text = text_of("system-design", 1, "assistant-in-numbers")
    mean = 1000 * 20 / (10 * 3600)
    assert f"{mean:.1f} and {mean * 5:.1f} requests a second, about {mean * 5 * 8:.0f} at once" in text
    assert f"{1000 * 20 * 3000 / 1e6:.0f} million tokens a day" in text
    assert f"{1e6 * 1024 * 4 / 1e9:.0f} GB for the index and {20_000 * 4e3 * 365 / 1e9:.0f} GB of logs" in text
    assert f"about {(1 - 0.999**3) * 365 * 24:.0f} hours a year" in text_of("system-design", 1, "chains-and-tails")


def test_waiting_grows_with_the_load_as_the_unit_says():
    assert "2, 5 and 20 seconds" in text_of("system-design", 2, "how-queues-grow")
    random.seed(3)
    for load, expected in ((0.5, 2), (0.8, 5)):
        now = free = total = 0.0
        for _ in range(100_000):
            now += random.expovariate(load)
            free = max(now, free) + random.expovariate(1)
            total += free - now
        assert total / 100_000 == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(("size", "share"), [(100, 0.39), (1000, 0.67), (5000, 0.89)])
def test_a_cache_saves_the_share_that_the_unit_names(size, share):
    assert str(share) in text_of("system-design", 2, "what-a-cache-saves")
    random.seed(1)
    cache: OrderedDict[int, None] = OrderedDict()
    hits = 0
    for wanted in random.choices(range(10_000), [1 / (rank + 1) for rank in range(10_000)], k=200_000):
        hits += wanted in cache
        cache[wanted] = None
        cache.move_to_end(wanted)
        if len(cache) > size:
            cache.popitem(last=False)
    assert hits / 200_000 == pytest.approx(share, abs=0.01)


def test_readers_meet_writers_when_both_are_more_than_the_replicas():
    for replicas in (3, 5):
        for writes in range(1, replicas + 1):
            for reads in range(1, replicas + 1):
                meet = all(
                    set(written) & set(read)
                    for written in combinations(range(replicas), writes)
                    for read in combinations(range(replicas), reads)
                )
                assert meet == (writes + reads > replicas)


def test_a_fifth_machine_moves_most_keys_by_remainder_and_few_on_a_ring():
    def place(text: str) -> int:
        return int(hashlib.sha256(text.encode()).hexdigest(), 16)

    def ring(machines: int) -> list[int]:
        points = sorted((place(f"{machine}-{point}"), machine) for machine in range(machines) for point in range(100))
        places = [point for point, _ in points]
        return [points[bisect.bisect(places, key) % len(points)][1] for key in keys]

    keys = [place(f"key {number}") for number in range(10_000)]
    before, after = ring(4), ring(5)
    assert sum(key % 4 != key % 5 for key in keys) / 10_000 == pytest.approx(0.8, abs=0.02)
    assert sum(old != new for old, new in zip(before, after, strict=True)) / 10_000 == pytest.approx(0.2, abs=0.06)
    assert max(Counter(before).values()) < 1.5 * 2500
    assert max(Counter(after).values()) < 1.5 * 2000


def test_an_array_that_doubles_copies_little():
    def copies(grow: int | None) -> int:
        length, copied = 1, 0
        for stored in range(10_000):
            if stored == length:
                copied += stored
                length = length + grow if grow else length * 2
        return copied

    assert f"{copies(1):,} copies" in text_of("data-structures-and-algorithms", 1, "array-that-grows")
    assert copies(None) < 20_000
