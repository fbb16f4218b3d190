"""Finds alternatives among the skills of a text. Pure.

These are choices: skills joined by "or" ("AWS, Azure or GCP"; commas before the "or" only join skills of one area, so "Python,
TensorFlow or PyTorch" is a choice of two); a list that begins with "one of" or ends with "or similar"; and skills joined by a
slash, if a role in the catalogue also has them as a choice ("PyTorch/TensorFlow", but not "Docker/Kubernetes").
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from guidance.matching.words import Span, Words, word_set

_OR = word_set("or oder bzw beziehungsweise alternatively respectively")
_AND = word_set("and und & plus as sowie")
_QUIET = word_set(
    "* _ ` ( ) [ ] either a an the any else even with in e g for strong good solid some knowledge of experience other better ideally / ,"
)
_ENDS = word_set('. ; : | ! ? • — "')
_SIMILAR = word_set(
    "similar comparable equivalent equal alike something other another ahnlich ahnliche ahnlichem vergleichbar vergleichbare vergleichbarem andere anderen"
)
_ONE_OF = (
    ("one", "of"), ("one", "or", "more", "of"), ("any", "of"), ("either",), ("such", "a"), ("one", "or", "two", "of"), ("eine", "der"), ("einer", "der"), ("ein", "oder", "mehrere"),
)  # fmt: skip
_LEADS = frozenset(lead[0] for lead in _ONE_OF)
_UNKNOWN = 2  # maximum number of unknown words between two skills of a list
_BEFORE = 6  # words before a list that are searched for "one of"


class _Item(NamedTuple):
    skill: str
    span: Span


def choices(
    words: Words,
    named: Sequence[tuple[str, Span]],
    areas: Mapping[str, str],
    alternatives: Collection[frozenset[str]],
) -> tuple[tuple[str, ...], ...]:
    """Returns the choices, each as slugs in the order of the text. `named` has the skills and their words, in order;
    `alternatives` has the pairs that a slash may join."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    items = [_Item(*one) for one in named]
    for run, joints in _runs(words, items):
        for group in _groups(words, run, joints, areas, alternatives):
            slugs = tuple(dict.fromkeys(item.skill for item in group))
            if len(slugs) > 1:
                found.setdefault(frozenset(slugs), slugs)
    return tuple(slugs for key, slugs in found.items() if not any(key < other for other in found))


def _runs(words: Words, items: Sequence[_Item]) -> Iterator[tuple[list[_Item], list[str]]]:
    """Lists of skills, with what joins their items: "or", "/", ",", "and"."""
    run: list[_Item] = []
    joints: list[str] = []
    for item in items:
        joint = _joint(words, run[-1].span[1], item.span[0]) if run else ""
        if run and not joint:
            yield run, joints
            run, joints = [], []
        elif joint:
            joints.append(joint)
        run.append(item)
    if run:
        yield run, joints


def _joint(words: Words, start: int, end: int) -> str:
    between = words.words[start:end]
    if words.lines[end] != words.lines[start - 1] and words.sentences[end] != words.sentences[start - 1]:
        return ""
    unknown = sum(word not in _QUIET and word not in _OR and word not in _AND for word in between)
    if (
        unknown > _UNKNOWN
        or not _ENDS.isdisjoint(between)
        or (start < len(words) and words.lines[end] > words.lines[start - 1] + 1)
    ):
        return ""
    if not _OR.isdisjoint(between):
        return "or"
    if not _AND.isdisjoint(between):
        return "and"
    if "," in between:
        return ","
    if "/" in between:
        return "/"
    return ""


def _groups(
    words: Words,
    run: Sequence[_Item],
    joints: Sequence[str],
    areas: Mapping[str, str],
    alternatives: Collection[frozenset[str]],
) -> Iterator[Sequence[_Item]]:
    if _begins_with_one_of(words, run[0].span[0]):
        yield run
        return
    if _ends_with_similar(words, run[-1].span[1]):
        yield run[_first(run, joints, len(run) - 1, areas) :]
    at = 0
    while at < len(joints):
        last = at
        if joints[at] == "or":
            while last + 1 < len(joints) and joints[last + 1] in {"or", "/"}:
                last += 1
            yield run[_first(run, joints, at, areas) : last + 2]
        elif joints[at] == "/":
            while last + 1 < len(joints) and joints[last + 1] == "/":
                last += 1
            group = run[at : last + 2]
            ends_with_or = last + 1 < len(joints) and joints[last + 1] == "or"
            if not ends_with_or and all(
                one.skill == other.skill or frozenset((one.skill, other.skill)) in alternatives
                for one, other in pairwise(group)
            ):
                yield group
        at = last + 1


def _first(run: Sequence[_Item], joints: Sequence[str], at: int, areas: Mapping[str, str]) -> int:
    """The index of the first item of the list that ends at `at`; a comma only joins items of one area."""
    area = areas.get(run[at].skill)
    while at and (joints[at - 1] in {"or", "/"} or (joints[at - 1] == "," and areas.get(run[at - 1].skill) == area)):
        at -= 1
    return at


def _begins_with_one_of(words: Words, start: int) -> bool:
    before = words.words[max(start - _BEFORE, 0) : start]
    if _LEADS.isdisjoint(before):
        return False
    for lead in _ONE_OF:
        size = len(lead)
        for at in range(len(before) - size, -1, -1):
            if tuple(before[at : at + size]) == lead:
                return (
                    _ENDS.isdisjoint(word for word in before[at + size :] if word != ":")
                    and "," not in before[at + size :]
                )
    return False


def _ends_with_similar(words: Words, end: int) -> bool:
    after = words.words[end : end + 4]
    return any(word in _OR for word in after[:2]) and not _SIMILAR.isdisjoint(after)
