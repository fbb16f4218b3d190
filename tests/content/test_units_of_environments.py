"""Claims of the units on RL environments, sandboxes and sampling that can be tested with the standard library.

The other figures in those units were seen with bubblewrap on Linux and with OpenEnv 0.10.0.
"""

import math
import random
import statistics
import subprocess
import sys

import pytest

from tests.content.figures import text_of

GUESSES = 7


def play(policy, number, rng, bonus=0.0):
    """The reward of a game with this policy, and whether it found the number."""
    low, high, last, total = 1, 100, None, 0.0
    for turn in range(GUESSES):
        guess = policy(low, high, turn, rng)
        if last is not None and abs(guess - number) < last:
            total += bonus
        last = abs(guess - number)
        if guess == number:
            return total + 1, True
        low, high = (max(low, guess + 1), high) if guess < number else (low, min(high, guess - 1))
    return total, False


def counting(low, high, turn, rng):
    return turn + 1


def middle(low, high, turn, rng):
    return (low + high) // 2


def found(policy, games=1):
    rng = random.Random(1)
    return sum(play(policy, number, rng)[1] for _ in range(games) for number in range(1, 101)) / games


def test_scripted_policies():
    text = text_of("rl-environments", 1, "policies-before-models")
    assert f"counting finds {found(counting):.0f} numbers and the middle all {found(middle):.0f}" in text
    assert "the first random one only a few and the second about half" in text
    assert 6 <= found(lambda low, high, turn, rng: rng.randint(1, 100), 40) <= 8
    assert 45 <= found(lambda low, high, turn, rng: rng.randint(low, high), 40) <= 57


def test_groups_that_teach():
    text = text_of("rl-environments", 1, "signal-in-a-group")
    rewards = [1, 1, 0, 0, 0, 0, 0, 0]
    mean, deviation = statistics.mean(rewards), statistics.pstdev(rewards)
    assert f"{(1 - mean) / deviation:.2f} and {(0 - mean) / deviation:.2f}" in text
    once, five, twenty, half, often = (f"{1 - p**8 - (1 - p) ** 8:.1%}" for p in (0.01, 0.05, 0.2, 0.5, 0.95))
    assert f"{once} for a model" in text
    assert f"{five} at 5%, {twenty} at 20%, {half} at 50%, and {often} again at 95%" in text


@pytest.mark.parametrize(("bonus", "words"), [(0.2, "a bonus of 0.2 gives"), (0.5, "one of 0.5 gives")])
def test_bonus_that_is_gamed(bonus, words):
    means = [
        sum(play(policy, number, None, bonus)[0] for number in range(1, 101)) / 100 for policy in (middle, counting)
    ]
    assert f"{words} {means[0]:.3f} and {means[1]:.3f}" in text_of("rl-environments", 1, "reward-that-is-gamed")


def learned(seed, groups=800, rate=0.5):
    """Success before and after, and the probability of three places around the middle: nine scores, groups of eight."""
    rng = random.Random(seed)
    scores = [0.0] * 9

    def shares():
        exponents = [math.exp(score) for score in scores]
        return [exponent / sum(exponents) for exponent in exponents]

    def game(number):
        low, high, used = 1, 100, []
        for _ in range(GUESSES):
            used.append(rng.choices(range(9), shares())[0])
            guess = low + (high - low) * (used[-1] + 1) // 10
            if guess == number:
                return 1, used
            low, high = (guess + 1, high) if guess < number else (low, guess - 1)
        return 0, used

    def success():
        return sum(game(number)[0] for number in range(1, 101) for _ in range(5)) / 500

    before = success()
    for _ in range(groups):
        number = rng.randint(1, 100)
        games = [game(number) for _ in range(8)]
        deviation = statistics.pstdev(reward for reward, _ in games)
        if not deviation:
            continue
        mean, probabilities, steps = statistics.mean(reward for reward, _ in games), shares(), [0.0] * 9
        for reward, used in games:
            for choice in used:
                for place in range(9):
                    steps[place] += (reward - mean) / deviation * ((place == choice) - probabilities[place])
        for place in range(9):
            scores[place] += rate * steps[place] / 40
    return before, success(), sum(shares()[3:6])


@pytest.mark.parametrize("seed", range(3))
def test_policy_learns_from_the_reward(seed):
    before, after, share = learned(seed)
    assert "from about 60% to more than 90% within 800 groups" in text_of("rl-environments", 1, "policy-that-learns")
    assert 0.5 < before < 0.7
    assert after > 0.9
    assert share > 0.8


def test_exec_without_builtins_is_no_wall():
    text = text_of("agent-sandboxes", 1, "no-wall-inside-python")
    assert all(
        word in text for word in ("().__class__.__base__.__subclasses__()", "_wrap_close", "__init__.__globals__")
    )
    code = (
        "import os\n"
        "exec(\"found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]\\n"
        "print(found.__init__.__globals__['popen']('echo out').read())\", {'__builtins__': {'print': print}})"
    )
    assert (
        subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "out"
    )


def test_log_probabilities():
    logs = (-0.1, -0.05, -2.3)
    parts = ", ".join(f"{math.exp(log):.1%}" for log in logs[:2]) + f" and {math.exp(logs[2]):.1%}"
    text = text_of("large-language-models", 2, "log-probabilities")
    assert f"{parts}, and together {math.exp(sum(logs)):.1%}" in text
