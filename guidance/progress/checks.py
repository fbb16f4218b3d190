"""Quick checks: which items are drawn, whether an answer is right, and what the result needs. Pure.

A check of level n has five questions, at least three of them from level n and the others from the level below; four right
answers pass it. A review has three questions and needs two. An item that the learner answered in the last 60 days is not
drawn for a check, so that a second try has other questions; a review takes first what was answered wrong last time.

Guessing: four of five questions with four options are guessed with a chance of 1.6 % (`chance_to_guess`).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random, SystemRandom

from guidance.catalog.kinds import CheckItem, Option

OF_LEVEL = 3  # items of the level itself, at least
SEEN_DAYS = 60
DAYS_BETWEEN = 1  # from the end of a check to the next of the same skill


@dataclass(frozen=True, slots=True)
class Length:
    items: int
    needed: int  # right answers
    minutes: int


CHECK = Length(items=5, needed=4, minutes=5)
REVIEW = Length(items=3, needed=2, minutes=5)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a learner last did with an item."""

    on: date
    right: bool


class InvalidAnswer(Exception):
    """An answer that cannot be marked; says what is missing."""


# Drawing


def can_check(own: Sequence[CheckItem], lower: Sequence[CheckItem]) -> bool:
    """Whether there are items enough for a check of a level. `lower`: those of the level below."""
    return len(own) >= OF_LEVEL and len(own) + len(lower) >= CHECK.items


def draw(
    own: Sequence[CheckItem],
    lower: Sequence[CheckItem],
    answered: Mapping[str, Answered],
    today: date,
    random: Random,
) -> list[CheckItem] | None:
    """The items of a check, or None while too few are unseen (`next_check`)."""
    of_level, below = _unseen(own, answered, today), _unseen(lower, answered, today)
    from_below = min(len(below), CHECK.items - OF_LEVEL)
    if len(of_level) < CHECK.items - from_below:
        return None
    drawn = random.sample(below, from_below) + random.sample(of_level, CHECK.items - from_below)
    random.shuffle(drawn)
    return drawn


def next_check(
    own: Sequence[CheckItem], lower: Sequence[CheckItem], answered: Mapping[str, Answered], today: date
) -> date:
    """The first day from `today` on which enough items are unseen, for a level that can be checked."""
    days = [today, *sorted({_free_on(item, answered) for item in (*own, *lower)})]
    return next(day for day in days if day >= today and draw(own, lower, answered, day, SystemRandom()) is not None)


def draw_review(
    own: Sequence[CheckItem], lower: Sequence[CheckItem], answered: Mapping[str, Answered], random: Random
) -> list[CheckItem]:
    """What was answered wrong last, then what was never asked, then what was asked longest ago; fewer than a review has where
    there are no more."""

    def order(item: CheckItem) -> tuple[int, date, float]:
        last = answered.get(item.key)
        rank = 1 if last is None else 2 if last.right else 0
        return rank, last.on if last else date.min, random.random()

    drawn = sorted((*own, *lower), key=order)[: REVIEW.items]
    random.shuffle(drawn)
    return drawn


def substitute(
    pool: Sequence[CheckItem], taken: Iterable[str], answered: Mapping[str, Answered], today: date
) -> CheckItem | None:
    """An item in place of one that was withdrawn: always the same one."""
    free = [item for item in _unseen(pool, answered, today) if item.key not in set(taken)]
    return min(free, key=lambda item: item.key, default=None)


def _unseen(items: Iterable[CheckItem], answered: Mapping[str, Answered], today: date) -> list[CheckItem]:
    return [item for item in items if _free_on(item, answered) <= today]


def _free_on(item: CheckItem, answered: Mapping[str, Answered]) -> date:
    last = answered.get(item.key)
    return last.on + timedelta(days=SEEN_DAYS) if last else date.min


# Asking and marking


def option_id(option: Option) -> str:
    """Names an option without saying where it stands in the file, which for an order would be the answer."""
    return hashlib.sha256(option.label.encode()).hexdigest()[:10]


def shown_options(item: CheckItem, seed: int) -> list[Option]:
    """In an order of their own for each check, and the same each time it is shown."""
    options = list(item.options)
    Random(f"{seed} {item.key}").shuffle(options)  # noqa: S311  # the same each time
    return options


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option as a learner sees it."""

    id: str
    label: str
    why: str = ""
    is_right: bool = False
    is_yours: bool = False
    place: str = ""  # that was given in an order


def marked_options(item: CheckItem, given: Sequence[str], seed: int) -> list[ShownOption]:
    """After the answer: those of an order in the right one, others as they were shown."""
    if item.kind == "order":
        places = [given.index(option.label) + 1 if option.label in given else None for option in item.options]
        return [
            ShownOption(option_id(option), option.label, option.why, is_right=place == number, place=str(place or ""))
            for number, (option, place) in enumerate(zip(item.options, places, strict=True), 1)
        ]
    return [
        ShownOption(option_id(option), option.label, option.why, is_right=option.right, is_yours=option.label in given)
        for option in shown_options(item, seed)
    ]


def is_typed(item: CheckItem) -> bool:
    return item.kind in ("number", "output")


def read_answer(item: CheckItem, given: Sequence[str]) -> list[str]:
    """What was answered, as it is stored: the texts of the options, or what was typed. `given`: ids of options, in their order
    for an order, or one text. Raises InvalidAnswer."""
    if is_typed(item):
        [typed] = given if len(given) == 1 else [""]
        typed = " ".join(typed.split())
        if not typed:
            raise InvalidAnswer("empty")
        if item.kind == "number" and _number(typed) is None:
            raise InvalidAnswer("number")
        return [typed]
    labels = {option_id(option): option.label for option in item.options}
    if not given:
        raise InvalidAnswer("empty")
    if any(name not in labels for name in given) or len(set(given)) != len(given):
        raise InvalidAnswer("unknown")
    if (item.kind == "choice" and len(given) != 1) or (item.kind == "order" and len(given) != len(labels)):
        raise InvalidAnswer("one" if item.kind == "choice" else "each")
    return [labels[name] for name in given]


def is_right(item: CheckItem, answer: Sequence[str]) -> bool:
    """Whether an answer as `read_answer` gives it is right."""
    if item.kind == "number":
        value = _number(answer[0])
        assert isinstance(item.answer, int | float)
        return value is not None and abs(value - item.answer) <= item.tolerance + 1e-9
    if item.kind == "output":
        return _as_printed(answer[0]) == _as_printed(str(item.answer))
    if item.kind == "order":
        return list(answer) == [option.label for option in item.options]
    return set(answer) == {option.label for option in item.options if option.right}


def _number(text: str) -> float | None:
    """A number as people type it: with a comma for the point, with spaces between thousands, with a sign for per cent."""
    plain = text.strip().removesuffix("%").replace("\u2009", "").replace("\u00a0", "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _as_printed(text: str) -> str:
    """Without what nobody means by it: the kind of quotes and blanks beside brackets and commas."""
    text = " ".join(text.replace('"', "'").split())
    for sign in "[](){},:":
        text = text.replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return text


# Guessing


def chance_to_guess(items: Sequence[CheckItem], needed: int) -> float:
    """The chance to answer at least `needed` of them right by guessing."""
    by_count = [1.0]  # by the number that are right
    for item in items:
        guess = _guess(item)
        right = [chance * guess for chance in by_count]
        wrong = [chance * (1 - guess) for chance in by_count]
        by_count = [a + b for a, b in zip([*wrong, 0.0], [0.0, *right], strict=True)]
    return math.fsum(by_count[needed:])


def _guess(item: CheckItem) -> float:
    match item.kind:
        case "choice":
            return 1 / len(item.options)
        case "several":  # two or three are right, and whoever has answered a few of them knows it
            return 1 / (math.comb(len(item.options), 2) + math.comb(len(item.options), 3))
        case "order":
            return 1 / math.factorial(len(item.options))
    return 0.0
