"""Claims of the units on first predictions that can be tested without a library.

The other figures in those units were checked with scikit-learn 1.9.1, NumPy 2.4.6 and pandas 3.1.1.
"""

import math
from collections.abc import Sequence
from itertools import product
from statistics import linear_regression, mean

from tests.content.figures import text_of

ILL = (0.9, 0.8, 0.7, 0.4, 0.2)
HEALTHY = (0.85, 0.6, 0.5, 0.45, 0.35, 0.3, 0.3, 0.25, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.02)
Y = (3, 4, 6, 9, 10, 12, 15, 15, 18, 20)
X = range(1, len(Y) + 1)


def squared(slope: float, intercept: float) -> float:
    return mean((slope * x + intercept - y) ** 2 for x, y in zip(X, Y, strict=True))


def called(threshold: float) -> tuple[int, int]:
    """The number of ill and of healthy people who are classified as ill."""
    return sum(score >= threshold for score in ILL), sum(score >= threshold for score in HEALTHY)


def precision(threshold: float) -> float:
    right, wrong = called(threshold)
    return right / (right + wrong)


def test_confusion_matrix_and_thresholds_are_those_of_the_twenty_scores():
    text = text_of("model-evaluation", 1, "matrix-by-hand")
    assert all(str(score) in text for score in ILL + HEALTHY)
    right, wrong = called(0.5)
    assert f"{right} and {len(ILL) - right} of the ill, {wrong} and {len(HEALTHY) - wrong} of the healthy" in text
    accuracy = (right + len(HEALTHY) - wrong) / 20
    assert f"precision {precision(0.5):.2f}, recall {right / len(ILL):.2f} and accuracy {accuracy:.2f}" in text
    assert accuracy == len(HEALTHY) / 20
    low, high = (called(threshold)[0] / len(ILL) for threshold in (0.35, 0.65))
    text = text_of("model-evaluation", 1, "threshold-moves")
    assert (
        f"precision goes from {precision(0.35):.2f} to {precision(0.65):.2f} and recall from {low:.2f} to {high:.2f}"
        in text
    )


def test_area_under_the_curve_is_the_share_of_pairs():
    pairs = [(ill > healthy) + (ill == healthy) / 2 for ill, healthy in product(ILL, HEALTHY)]
    text = text_of("model-evaluation", 1, "pairs-and-area")
    assert f"{len(pairs)} pairs" in text
    assert f"{sum(pairs)} points, which is {mean(pairs):.3f}" in text


def test_one_large_miss_moves_the_two_errors_as_the_unit_says():
    def errors(misses: Sequence[int]) -> tuple[float, float]:
        return mean(misses), math.sqrt(mean(miss**2 for miss in misses))

    few, more = errors([1, 0, 1, 1]), errors([1, 0, 1, 1, 10])
    text = text_of("model-evaluation", 1, "one-large-miss")
    assert (
        f"from {few[0]:g} to {more[0]:g} and the root of the mean squared error from {few[1]:.2f} to {more[1]:.2f}"
        in text
    )


def learned(rate: float) -> tuple[float, float]:
    """Slope and intercept after 2,000 steps of gradient descent."""
    slope = intercept = 0.0
    for _step in range(2000):
        misses = [slope * x + intercept - y for x, y in zip(X, Y, strict=True)]
        slope, intercept = (
            slope - rate * 2 * mean(miss * x for miss, x in zip(misses, X, strict=True)),
            intercept - rate * 2 * mean(misses),
        )
        if abs(slope) > 1e100:
            break
    return slope, intercept


def test_the_loop_finds_the_best_line_at_one_rate_and_runs_away_at_another():
    best, text = linear_regression(X, Y), text_of("machine-learning", 1, "three-lines")
    assert ", ".join(map(str, Y)) in text
    assert (
        f"the slope {best.slope:.2f}, the intercept {best.intercept:.2f} and an error of {squared(*best):.2f}" in text
    )
    assert "the rate 0.02 ends within 0.001 of np.polyfit, 0.03 runs off" in text_of(
        "machine-learning", 1, "loop-that-learns"
    )
    assert all(abs(one - other) < 0.001 for one, other in zip(learned(0.02), best, strict=True))
    assert abs(learned(0.03)[0]) > 1e100


def test_the_weight_of_ten_is_scaled_by_the_deviation_of_the_whole():
    kilograms = (1, 2, 3, 4, 10)
    middle = mean(kilograms)
    deviation = math.sqrt(mean((item - middle) ** 2 for item in kilograms))
    assert f"10 becomes {(10 - middle) / deviation:.2f}" in text_of("feature-engineering", 1, "scale-and-encode")
