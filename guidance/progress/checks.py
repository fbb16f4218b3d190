"""Quick checks: which items are drawn, whether an answer is right, and how many right answers are needed. Pure.

A check of level n has five questions, at least three from level n and the others from the level below; four right answers
pass it. A review has three questions, and two right answers pass it. Items that the learner answered in the last 60 days are
not drawn for a check, so that a second try has other questions. A review prefers items whose last answer was wrong.

If each question has four options, the chance of guessing four of five is 1.6% (`chance_to_guess`).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random, SystemRandom

from guidance.catalog.kinds import CheckItem, Option

OF_LEVEL = 3  # minimum number of items from the level itself
SEEN_DAYS = 60
DAYS_BETWEEN = 1  # between the end of a check and the next check of the same skill


@dataclass(frozen=True, slots=True)
class Length:
    items: int
    needed: int  # right answers
    minutes: int


CHECK = Length(items=5, needed=4, minutes=5)
REVIEW = Length(items=3, needed=2, minutes=5)


@dataclass(frozen=True, slots=True)
class Answered:
    """A learner's last answer to an item."""

    on: date
    right: bool


class InvalidAnswer(Exception):
    """Raised for an answer that cannot be marked; its argument gives the reason in one word."""


# Drawing


def can_check(own: Sequence[CheckItem], lower: Sequence[CheckItem]) -> bool:
    """Returns whether there are enough items for a check of a level. `lower` are the items of the level below."""
    return len(own) >= OF_LEVEL and len(own) + len(lower) >= CHECK.items


def draw(
    own: Sequence[CheckItem],
    lower: Sequence[CheckItem],
    answered: Mapping[str, Answered],
    today: date,
    random: Random,
) -> list[CheckItem] | None:
    """Returns the items of a check, or None if too few are unseen (`next_check` returns the first day with enough)."""
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
    """Returns the first day, `today` or later, with enough unseen items. The level must have enough items for a check."""
    days = [today, *sorted({_free_on(item, answered) for item in (*own, *lower)})]
    return next(day for day in days if day >= today and draw(own, lower, answered, day, SystemRandom()) is not None)


def draw_review(
    own: Sequence[CheckItem], lower: Sequence[CheckItem], answered: Mapping[str, Answered], random: Random
) -> list[CheckItem]:
    """Returns the items of a review: first items whose last answer was wrong, then items never asked, then those asked longest
    ago. There are fewer than REVIEW.items if the pool is smaller."""

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
    """Returns the item that replaces a withdrawn one, the same on every call; None if no item is left."""
    free = [item for item in _unseen(pool, answered, today) if item.key not in set(taken)]
    return min(free, key=lambda item: item.key, default=None)


def _unseen(items: Iterable[CheckItem], answered: Mapping[str, Answered], today: date) -> list[CheckItem]:
    return [item for item in items if _free_on(item, answered) <= today]


def _free_on(item: CheckItem, answered: Mapping[str, Answered]) -> date:
    last = answered.get(item.key)
    return last.on + timedelta(days=SEEN_DAYS) if last else date.min


# Asking and marking


def option_id(option: Option) -> str:
    """Returns an id that does not reveal the option's position in the file: for an order question, the position is the answer."""
    return hashlib.sha256(option.label.encode()).hexdigest()[:10]


def shown_options(item: CheckItem, seed: int) -> list[Option]:
    """Returns the options in an order that differs between checks but is the same each time the check is shown."""
    options = list(item.options)
    Random(f"{seed} {item.key}").shuffle(options)  # noqa: S311  # not for security: the order has to be repeatable
    return options


@dataclass(frozen=True, slots=True)
class ShownOption:
    """An option as a learner sees it."""

    id: str
    label: str
    why: str = ""
    is_right: bool = False
    is_yours: bool = False
    place: str = ""  # the position that the learner gave it in an order question


def marked_options(item: CheckItem, given: Sequence[str], seed: int) -> list[ShownOption]:
    """Returns the options after the answer: those of an order question in the right order, others as they were shown."""
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
    """Returns the answer in the form in which it is stored: the labels of the options, or the typed text. `given` holds the
    ids of options (in the chosen order for an order question) or one text. Raises InvalidAnswer."""
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
    """Returns whether an answer from `read_answer` is right."""
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
    """Parses a number as people type it: with a decimal comma, spaces between thousands or a percent sign. None if the text is
    not a number."""
    plain = text.strip().removesuffix("%").replace("\u2009", "").replace("\u00a0", "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _as_printed(text: str) -> str:
    """Returns printed output without differences that do not matter: the kind of quotes, and spaces next to brackets and
    commas."""
    text = " ".join(text.replace('"', "'").split())
    for sign in "[](){},:":
        text = text.replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return text


# Guessing


def chance_to_guess(items: Sequence[CheckItem], needed: int) -> float:
    """Returns the chance of answering at least `needed` items right by guessing."""
    by_count = [1.0]  # chances, by the number of right answers
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
        case "several":  # always two or three right options, as learners notice after a few questions
            return 1 / (math.comb(len(item.options), 2) + math.comb(len(item.options), 3))
        case "order":
            return 1 / math.factorial(len(item.options))
    return 0.0
