"""What the units of mathematics, statistics and models claim, as far as it needs no library.

The other figures in those units were tried with scikit-learn 1.9.1, statsmodels 0.15.0, NumPy 2.4.6 and pandas 3.1.1.
"""

import math
from statistics import mean, median, quantiles, stdev

import pytest

from tests.content.test_units import text_of

DAYS = (2, 3, 3, 4, 4, 5, 5, 6, 7, 9, 14, 46)


def interval(rate: float, cases: int) -> tuple[float, float]:
    error = 1.96 * math.sqrt(rate * (1 - rate) / cases)
    return rate - error, rate + error


def wilson(right: int, cases: int) -> tuple[float, float]:
    rate, z2 = right / cases, 1.96**2
    middle = (rate + z2 / (2 * cases)) / (1 + z2 / cases)
    half = 1.96 / (1 + z2 / cases) * math.sqrt(rate * (1 - rate) / cases + z2 / (4 * cases**2))
    return middle - half, middle + half


def covered(rate: float, cases: int, bounds) -> float:
    """How probable a count is whose interval contains the rate."""
    return sum(
        math.comb(cases, right) * rate**right * (1 - rate) ** (cases - right)
        for right in range(cases + 1)
        if bounds(right)[0] <= rate <= bounds(right)[1]
    )


def test_one_long_delivery_moves_the_mean_and_not_the_median():
    text = text_of("statistics", 1, "mean-that-nobody-had")
    assert f"the mean falls from {mean(DAYS):g} to {mean(DAYS[:-1]):.1f}" in text
    assert f"the standard deviation from {stdev(DAYS):.1f} to {stdev(DAYS[:-1]):.1f}" in text
    assert f"the median stays at {median(DAYS):g}" in text
    assert median(DAYS[:-1]) == median(DAYS)


def test_two_shapes_have_one_box():
    flat, humps = (0, 1, 2, 3.5, 5, 6.5, 8, 9, 10), (0, 2, 2, 2, 5, 8, 8, 8, 10)
    assert quantiles(flat, method="inclusive") == quantiles(humps, method="inclusive") == [2, 5, 8]


def test_intervals_of_the_two_prompts():
    text = text_of("statistics", 1, "interval-by-hand")
    for rate in (0.81, 0.84):
        low, high = interval(rate, 150)
        assert f"{low:.1%} to {high:.1%}" in text
    text = text_of("statistics", 2, "is-three-points-news")
    half = 196 * math.sqrt((0.81 * 0.19 + 0.84 * 0.16) / 150)
    assert f"from {3 - half:.1f} to {3 + half:.1f}" in text


def test_intervals_of_a_rare_error():
    text = text_of("statistics", 2, "proportions-near-the-edge")
    simple = covered(0.05, 20, lambda right: interval(right / 20, 20))
    better = covered(0.05, 20, lambda right: wilson(right, 20))
    assert f"the simple one covers {simple:.0%} and Wilson's {better:.0%}" in text
    assert f"0 to {wilson(0, 20)[1]:.0%}" in text
    text = text_of("model-evaluation", 2, "small-group")
    for right, cases in ((864, 960), (24, 40)):
        low, high = wilson(right, cases)
        assert f"from {100 * low:.0f} to {100 * high:.0f}" in text


def test_cases_needed_for_three_points():
    text = text_of("statistics", 2, "how-many")
    needed = [math.ceil(1.96**2 * variance / half**2) for variance, half in ((0.16, 0.03), (0.16, 0.01))]
    each = math.ceil(1.96**2 * (0.81 * 0.19 + 0.84 * 0.16) / 0.03**2)
    assert f"{needed[0]}, {needed[1]:,} and about {each:,} each" in text


def test_precision_falls_with_the_share_of_positives():
    found = [0.9 * share / (0.9 * share + 0.1 * (1 - share)) for share in (0.5, 0.1, 0.01, 0.001)]
    assert found == pytest.approx([0.9, 0.5, 0.083, 0.0089], rel=0.01)
    assert "you have 90%, 50%, 8% and 0.9%" in text_of("model-evaluation", 2, "share-of-positives")


def test_best_cut_of_eight_rows():
    classes = (0, 0, 1, 0, 1, 1, 1, 1)

    def gini(part):
        return 2 * mean(part) * (1 - mean(part))

    cuts = {k + 0.5: (k * gini(classes[:k]) + (8 - k) * gini(classes[k:])) / 8 for k in range(1, 8)}
    assert min(cuts, key=cuts.get) == 4.5
    text = text_of("tree-ensembles", 1, "best-cut")
    assert (
        f"is {gini(classes):.3f} before any cut, {cuts[2.5]:.3f} at 2.5 and lowest at 4.5 with {cuts[4.5]:.4f}" in text
    )
