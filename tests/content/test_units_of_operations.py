"""Claims of the units on operations and clouds that can be tested with the standard library.

The other figures in those units were checked with MLflow 3.17, Prometheus 2.53, nginx 1.26, OpenTelemetry 1.45, Phoenix 20.26,
moto 5.2, DVC, Slurm 24.11, scikit-learn 1.9.1, PyTorch and ONNX Runtime 1.32.
"""

import heapq
import math
import random
from ipaddress import ip_address, ip_network
from statistics import mean
from typing import Any

import pytest

from tests.content.figures import code_of, text_of


def percentile(values: list[float], share: float) -> float:
    """The percentile as the units define it: for 95%, the 950th of 1,000 values."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


def test_a_thousand_response_times_have_the_four_numbers():
    times = [120.0] * 980 + [3000.0] * 20
    text = text_of("observability", 1, "what-the-mean-hides")
    assert f"a mean of {mean(times):g}" in text
    assert (percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99)) == (120, 120, 3000)
    assert f"in {1 - 0.98**10:.0%} of cases" in text


def test_the_log_of_the_shop_has_the_counts_and_percentiles():
    failed = [number % 97 == 0 for number in range(1, 1001)]
    missing = [number % 50 == 0 and not failed[number - 1] for number in range(1, 1001)]
    times = [2100.0 if failed[number - 1] else 80.0 + number % 60 for number in range(1, 1001)]
    text = text_of("observability", 1, "two-logs-one-request")
    assert f"{1000 - sum(failed) - sum(missing)}, {sum(missing)} and {sum(failed)} answers of 200, 404 and 500" in text
    text = text_of("observability", 1, "percentiles-from-a-log")
    figures = [f"{percentile(times, share):g}" for share in (0.5, 0.95, 0.99, 0.995)]
    assert f"{', '.join(figures[:3])} and {figures[3]}" in text


def test_percentiles_of_two_machines_do_not_average():
    one, other = [100 + i / 90 for i in range(9000)], [1000 + i / 10 for i in range(1000)]
    own = [percentile(one, 0.95), percentile(other, 0.95)]
    text = text_of("observability", 2, "percentiles-do-not-average")
    assert f"are {own[0]:.0f} and {own[1]:,.0f}, their mean is {mean(own):.0f}" in text
    assert f"of all requests {percentile(one + other, 0.95):,.0f}" in text


def test_sampling_keeps_few_failures():
    text = text_of("llm-observability", 2, "sampling-that-forgets")
    names: dict[str, Any] = {}
    (code,) = code_of(text)
    exec(code, names)
    traces: list[tuple[bool, bool]] = names["traces"]
    bad, kept = sum(failed for failed, _ in traces), [failed for failed, sampled in traces if sampled]
    assert sum(kept) == 1
    assert f"kept {len(kept)} traces with one failure of {bad}" in text
    assert f"only {sum(failed or sampled for failed, sampled in traces) - len(kept)} traces more" in text


def test_cost_of_a_call_and_of_a_cached_prompt():
    assert f"cost {900 * 2e-6 + 200 * 8e-6:.4f}" in text_of("llm-observability", 2, "cost-version-feature")
    price, fixed, changing, calls = 3e-6, 2000, 200, 100
    rest = calls * changing * price
    none = calls * fixed * price + rest
    hits = fixed * 1.25 * price + (calls - 1) * fixed * 0.1 * price + rest
    expired = calls * fixed * 1.25 * price + rest
    assert f"you have {none:.2f}, {hits:.3f} and {expired:.2f}" in text_of(
        "ai-cost-control", 2, "first-what-never-changes"
    )


def test_bill_by_feature_is_nearly_half_summaries():
    text = text_of("ai-cost-control", 2, "bill-by-feature")
    names: dict[str, Any] = {}
    (code,) = code_of(text)
    exec(code, names)
    bill: dict[str, float] = {}
    for feature, _, into, out in names["calls"]:
        first, second = (0.2, 0.8) if feature == "search" else (2, 8)
        bill[feature] = bill.get(feature, 0) + (into * first + out * second) / 1e6
    assert f"the bill of {sum(bill.values()):.2f}" in text
    assert bill["summary"] / sum(bill.values()) == pytest.approx(0.5, abs=0.06)
    assert bill["search"] / sum(bill.values()) < 0.01


def test_places_that_are_refilled_at_once_need_a_third_of_the_steps():
    rng = random.Random(0)
    lengths = [rng.choice([20, 20, 20, 200]) for _ in range(400)]
    waiting = sum(max(lengths[i : i + 8]) for i in range(0, 400, 8))
    places = [0] * 8
    for length in lengths:
        heapq.heappush(places, heapq.heappop(places) + length)
    text = text_of("inference-serving", 1, "batches-that-wait")
    assert f"about {waiting:,} steps" in text
    assert f"about {round(max(places), -2):,}" in text
    assert f"{sum(lengths) // 8:,} as the least possible" in text


def test_memory_of_weights_and_cache():
    token = 2 * 32 * 8 * 128 * 2
    weights = 8.03e9 * 2 / 2**30
    text = text_of("inference-serving", 1, "size-of-the-cache")
    assert f"{token // 1024} KiB a token and {token * 8192 // 2**30} GiB for 8,192" in text
    assert f"about {int((24 * 0.9 - weights) * 2**30 / token / 4096)}" in text
    text = text_of("inference-serving", 2, "sheet-of-memory")
    assert f"{weights:.1f} GiB" in text
    assert f"4 bits leave {weights / 4:.1f} GiB" in text


def test_queues_grow_close_to_full_load():
    def waits(load: float) -> float:
        rng, now, free = random.Random(0), 0.0, 0.0
        times: list[float] = []
        for _ in range(20_000):
            now += rng.expovariate(load / 0.1)
            free = max(now, free) + 0.1
            times.append(free - now)
        return percentile(times, 0.95)

    assert "from about 0.3 seconds to 0.7 at 80%, 1.5 at 90% and 4 at 95%" in text_of(
        "inference-serving", 2, "queue-by-simulation"
    )
    assert [round(waits(load), 1) for load in (0.5, 0.8, 0.9, 0.95)] == pytest.approx([0.3, 0.7, 1.5, 4.0], abs=0.1)


def test_four_numbers_in_eight_bits():
    numbers = [-0.5, 0, 0.7, 1.5]
    scale = (max(numbers) - min(numbers)) / 255
    zero = round(-min(numbers) / scale)
    codes = [round(number / scale) + zero for number in numbers]
    text = text_of("quantisation", 1, "four-numbers-by-hand")
    assert f"the scale is {scale:.5f}, the zero point {zero}" in text
    assert "{}, {}, {} and {}".format(*codes) in text
    assert "{:.3f}, {:g}, {:.3f} and {:.3f}".format(*((code - zero) * scale for code in codes)) in text


def test_guesses_cache_and_scores_of_attention():
    text = text_of("inference-optimisation", 1, "guesses-that-are-checked")
    assert f"give {(1 - 0.8**5) / 0.2:.2f} and `a = 0.5` gives {(1 - 0.5**5) / 0.5:.2f}" in text
    assert f"{sum(range(501)):,} instead of 500" in text_of("inference-optimisation", 1, "what-the-cache-saves")
    assert f"{8192**2 * 32 * 2 // 2**30} GiB for one layer" in text_of(
        "inference-optimisation", 1, "memory-that-is-never-written"
    )
    text = text_of("edge-deployment", 2, "small-nets")
    assert f"{64 * 9 + 64 * 128:,} weights instead of {64 * 9 * 128:,}" in text


def test_budgets_of_errors():
    text = text_of("site-reliability", 1, "minutes-that-may-fail")
    assert f"{30 * 1440 * 0.001:.1f} minutes and {5_000_000 // 1000:,} requests" in text
    assert f"about {0.999**2:.1%}" in text
    hours = 30 * 24
    assert [round(rate * window / hours, 2) for rate, window in ((14.4, 1), (6, 6), (1, 72))] == [0.02, 0.05, 0.1]


def test_subnets():
    text = text_of("networking", 2, "subnets-on-paper")
    parts = list(ip_network("10.20.0.0/16").subnets(new_prefix=20))
    small = ip_network("192.168.1.64/26")
    assert f"{len(parts)} networks of {parts[0].num_addresses:,} addresses" in text
    assert (small[0], small[-1]) == (ip_address("192.168.1.64"), ip_address("192.168.1.127"))
    assert ip_network("10.0.3.0/24").subnet_of(ip_network("10.0.0.0/22"))
