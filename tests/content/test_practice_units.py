"""Claims of the units on working practice and responsible AI that can be tested without a library.

The other figures in those units were checked with scikit-learn 1.9.1, shap 0.51.0, Fairlearn 0.15.0 and c2pa-python 0.38.1.
"""

import random
from statistics import mean

from tests.content.figures import text_of, wilson

FINISHED = (3, 5, 2, 6, 4, 0, 5, 3, 7, 2, 4, 5)


def weeks_until_done(draw: random.Random, pieces: int) -> int:
    weeks = 0
    while pieces > 0:
        pieces -= draw.choice(FINISHED)
        weeks += 1
    return weeks


def test_the_forecast_from_throughput_has_the_stated_weeks():
    text = text_of("agile-delivery", 2, "forecast-from-throughput")
    assert ", ".join(map(str, FINISHED[:-1])) + f" and {FINISHED[-1]} pieces. 30 are left" in text
    draw = random.Random(7)
    runs = sorted(weeks_until_done(draw, 30) for _run in range(10_000))
    middle, most, nearly_all = (runs[int(share * len(runs)) - 1] for share in (0.5, 0.85, 0.95))
    assert (
        f"middle result is {middle} weeks, the shortest time that is enough in 85% of the runs is {most} weeks" in text
    )
    assert f"{most} weeks and in 95% {nearly_all}," in text
    assert round(10 * mean(run > middle for run in runs)) == 4
    assert "“8 weeks” as a promise fails about 4 times in 10" in text


def test_intervals_are_those_of_wilson():
    low, high = wilson(34, 40)
    assert f"between about {low:.0%} and {high:.0%}" in text_of("stakeholder-management", 2, "errors-on-their-cases")
    low, high = wilson(49, 87)
    assert f"{low:.0%} to {high:.0%}" in text_of("fairness", 2, "gap-with-an-interval")
    low, high = wilson(0, 60)
    assert low < 1e-12
    assert f"“up to about {high:.0%}”" in text_of("semantic-caching", 2, "choose-the-threshold")


def roman(number: int) -> str:
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    text = ""
    for value, sign in signs:
        text += sign * (number // value)
        number %= value
    return text


def number_of(text: str) -> int:
    values = [dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000), strict=True))[sign] for sign in text]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def test_a_dictionary_passes_five_tests_and_not_the_way_back():
    text = text_of("ai-assisted-coding", 2, "tests-that-can-be-bought")
    bought = {number: roman(number) for number in (1, 4, 9, 14, 40)}
    assert "1, 4, 9, 14 and 40" in text
    assert all(number_of(roman(number)) == number for number in range(1, 4000))
    first = next(number for number in range(1, 4000) if number not in bought)
    assert f"the dictionary fails at {first}" in text
    cheat = {number: bought.get(number, "I" * number) for number in range(1, 4000)}
    assert all(number_of(cheat[number]) == number for number in cheat)
    looked_at = (90, 400, 900)
    assert "test the texts for 90, 400 and 900" in text
    second = next(number for number in looked_at if cheat[number] != roman(number))
    assert f"the second cheat at {second}" in text


def test_equal_accuracy_has_unequal_shares():
    text = text_of("fairness", 1, "same-accuracy")
    shares = []
    for found, ill, wrong, well in ((40, 50, 10, 50), (4, 20, 4, 80)):
        assert (found + well - wrong) / (ill + well) == 0.8
        shares.append((1 - found / ill, wrong / well))
    (missed_a, wrong_a), (missed_b, wrong_b) = shares
    assert f"missed are {missed_a:.0%} in A and {missed_b:.0%} in B" in text
    assert f"wrongly {wrong_a:.0%} and {wrong_b:.0%}" in text


def test_few_refusals_are_right_when_unknowns_are_rare():
    text = text_of("model-robustness", 2, "rare-unknowns")
    caught, refused = 10_000 * 0.01 * 0.91, 10_000 * 0.99 * 0.056
    assert f"{caught:.0f} are caught, {100 - caught:.0f} pass, and {refused:.0f} known ones are refused" in text
    assert round((caught + refused) / caught) == 7


def test_energy_and_carbon_of_a_run():
    energy = {use: 8 * 400 * 72 * use * 1.2 / 1000 for use in (0.5, 0.8, 1.0)}
    text = text_of("sustainable-ai", 1, "energy-of-a-run")
    assert f"about {energy[0.8]:.0f} kWh, a range from {energy[0.5]:.0f} to {energy[1.0]:.0f}" in text
    text = text_of("sustainable-ai", 1, "place-and-hour")
    low, middle, high = (energy[0.8] * grams / 1000 for grams in (50, 250, 700))
    assert f"{low:.0f}, {middle:.0f} and {high:.0f} kg" in text
    assert f"{10 * (6 * 200 + 18 * 450) / 24 / 1000:.1f} kg at any hour" in text
