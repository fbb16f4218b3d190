"""Claims of the units on mathematics, statistics and models that can be tested without a library.

The other figures in those units were checked with scikit-learn 1.9.1, statsmodels 0.15.0, NumPy 2.4.6 and pandas 3.1.1.
"""

import math
from itertools import combinations
from statistics import linear_regression, mean, median, quantiles, stdev

import pytest

from tests.content.figures import text_of, wilson

DAYS = (2, 3, 3, 4, 4, 5, 5, 6, 7, 9, 14, 46)


def interval(rate: float, cases: int) -> tuple[float, float]:
    error = 1.96 * math.sqrt(rate * (1 - rate) / cases)
    return rate - error, rate + error


def covered(rate: float, cases: int, bounds) -> float:
    """The probability of a count whose interval contains the rate."""
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
    flat, humps = (0, 2, 2, 3.5, 5, 6.5, 8, 8, 10), (0, 2, 2, 2, 5, 8, 8, 8, 10)
    text = text_of("statistics", 1, "same-box-other-shape")
    for values in (flat, humps):
        assert ", ".join(f"{value:g}" for value in values) in text
        assert quantiles(values, method="inclusive") == quantiles(values, method="exclusive") == [2, 5, 8]


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
    assert f"the simple one covers {simple:.0%} and Wilson’s {better:.0%}" in text
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


def test_bayes_by_whole_people():
    ill, alarms = 99, 99 + 0.05 * 99_900
    text = text_of("probability", 1, "hundred-thousand-people")
    assert f"{ill} ill and {alarms - ill:,.0f} healthy people" in text
    assert f"{ill / alarms:.1%} of the alarms" in text


def test_bets_codes_and_chains_of_steps():
    text = text_of("probability", 1, "at-least-one-six")
    assert f"wins with {1 - (5 / 6) ** 4:.1%} and the second with {1 - (35 / 36) ** 24:.1%}" in text
    assert f"{math.perm(10, 4):,} of 10,000 codes" in text
    text = text_of("probability", 1, "twenty-steps")
    assert f"{0.95**20:.0%}, {20 * 0.05 * 0.95**19:.0%} and {0.9**0.05:.1%}" in text


def test_four_documents_in_three_orders():
    query, documents = (1, 0, 0), ((3, 0, 1), (6, 0, 2), (0, 2, 2), (1, 1, 0))
    dots = [math.sumprod(query, document) for document in documents]
    cosines = [dot / math.hypot(*document) for dot, document in zip(dots, documents, strict=True)]
    distances = [math.dist(query, document) for document in documents]
    assert dots.index(max(dots)) == 1
    assert distances.index(min(distances)) == 3
    text = text_of("linear-algebra", 1, "three-ways-to-be-near")
    assert f"level with {cosines[0]:.3f}" in text
    assert cosines[0] == pytest.approx(cosines[1])


def test_cosines_of_random_directions_spread_by_the_root_of_their_number():
    text = text_of("linear-algebra", 1, "many-directions")
    assert f"about {1 / math.sqrt(2):.2f} and {1 / math.sqrt(100):.2f}" in text


def test_line_through_eight_points():
    line = linear_regression(range(1, 9), (2, 3, 5, 4, 6, 8, 7, 9))
    text = text_of("regression-analysis", 1, "line-by-hand")
    assert f"the slope is {line.slope:.3f} and the intercept {line.intercept:.3f}" in text


def test_labels_dealt_in_seventy_ways():
    old, new = (12, 15, 11, 14), (9, 10, 8, 13)
    found = [mean(deal) - (sum(old + new) - sum(deal)) / 4 for deal in combinations(old + new, 4)]
    assert len(found) == 70
    assert mean(old) - mean(new) == 3
    assert (sum(item >= 3 for item in found), sum(abs(item) >= 3 for item in found)) == (4, 8)
    assert "four of the 70 ways reach 3 or more and eight" in text_of("hypothesis-testing", 1, "seventy-ways")


def test_gradient_and_the_largest_rate():
    text = text_of("calculus", 1, "which-way-is-up")
    slope, angle = math.hypot(4, 13), math.degrees(math.atan2(13, 4))
    assert f"about {angle:.0f} degrees and rises {slope:.1f}" in text
    steepest = 4 + math.sqrt(5)  # the larger eigenvalue of [[2, 1], [1, 6]]
    assert f"it is {2 / steepest:.2f}" in text_of("calculus", 1, "walk-downhill")


def test_two_outliers_hide_each_other():
    values = (10.1, 9.9, 10.0, 10.2, 9.8, 10.1, 9.9, 10.0, 25, 26)
    spread = 1.4826 * median(abs(item - median(values)) for item in values)
    text = text_of("anomaly-detection", 1, "two-hide-each-other")
    assert f"the largest are {(26 - mean(values)) / stdev(values):.2f}" in text
    assert f"{(25 - median(values)) / spread:.0f} and {(26 - median(values)) / spread:.0f}" in text


def test_ten_forecasts_scored():
    said = (0.1, 0.1, 0.3, 0.3, 0.6, 0.6, 0.8, 0.8, 0.9, 0.9)
    happened = (0, 0, 0, 1, 1, 0, 1, 1, 1, 0)
    brier = mean((one - other) ** 2 for one, other in zip(said, happened, strict=True))
    parts = [(said[:4], happened[:4]), (said[4:], happened[4:])]
    error = sum(len(one) / 10 * abs(mean(one) - mean(other)) for one, other in parts)
    text = text_of("calibration-and-uncertainty", 1, "ten-forecasts")
    assert f"you have {brier:.3f}, {error:.2f} for the calibration error" in text


def test_one_ranking_and_two_fused():
    grades = (0, 2, 3, 0, 1)

    def gain(order):
        return sum(grade / math.log2(place + 2) for place, grade in enumerate(order))

    have, best = gain(grades), gain(sorted(grades, reverse=True))
    text = text_of("information-retrieval", 2, "one-ranking-scored")
    assert f"{have:.2f}, {best:.2f} and an NDCG of {have / best:.2f}" in text
    text = text_of("information-retrieval", 2, "two-lists-into-one")
    assert f"{1 / 61 + 1 / 110:.4f} loses to {2 / 63:.4f}" in text


def test_counts_of_arrangements():
    numbers = (26**2 * 10**4, math.factorial(8), math.comb(8, 3), 2**10, 5 * 4 * 3, math.factorial(4))
    text = text_of("discrete-mathematics", 1, "counting-arrangements")
    assert ", ".join(f"{number:,}" for number in numbers) + f" and {math.comb(52, 5):,}" in text


def test_best_corner_of_the_bakery():
    def best(oven):
        plans = [(bread / 3, cake / 3) for bread in range(91) for cake in range(46)]
        return max(
            3 * bread + 5 * cake
            for bread, cake in plans
            if bread + 2 * cake <= oven + 1e-9 and 2 * bread + cake <= 50 + 1e-9
        )

    assert best(40) == pytest.approx(110)
    assert f"{best(41):.2f} and {best(39):.2f}" in text_of("operations-research", 1, "same-in-pulp")


def test_five_updates_of_a_table():
    first = last = 0.0
    for _round in range(3):
        first += 0.5 * (0.9 * last - first)
        last += 0.5 * (1 - last)
    assert (first, last) == pytest.approx((0.45, 0.875))
    assert "0.5, 0.75 and 0.875 after three rounds and the first 0, 0.225 and 0.45" in text_of(
        "reinforcement-learning", 1, "update-by-hand"
    )
