"""Finds the roles in the catalogue that a job ad describes. Pure.

The title decides, by the words that each role lists (`titles` in its file). A match with the `names` of one role counts more than
a match with the `subjects` of another, which counts more than a match with `broad`: "AI Platform Engineer" is a platform
engineer. A title with two jobs ("Data Scientist / ML Engineer") is read as two titles. Roles that match the title equally well
are sorted by how well the skills of the text fit them.

A title from another trade ("Sales Manager, AI Products") matches one of our roles only by the role's `names`, and otherwise none.
If there is no title, or one that fits any job ("Member of Staff"), the skills decide: the text has to name at least LEAST_NAMED
of the skills that the role requires, with a fit of at least LEAST_FIT.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple, Protocol

from guidance.matching.vocabulary.english import ENGLISH
from guidance.matching.vocabulary.german import GERMAN
from guidance.matching.vocabulary.terms import word_keys
from guidance.matching.words import Words, word_set


class RequirementLike(Protocol):
    @property
    def level(self) -> int: ...
    @property
    def importance(self) -> int: ...


class ChoiceLike(Protocol):
    @property
    def one_of(self) -> Mapping[str, int]: ...
    @property
    def importance(self) -> int: ...


class TitlesLike(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def subjects(self) -> tuple[str, ...]: ...
    @property
    def broad(self) -> tuple[str, ...]: ...
    @property
    def others(self) -> tuple[str, ...]: ...


class RoleLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def titles(self) -> TitlesLike: ...
    @property
    def requirements(self) -> Mapping[str, RequirementLike]: ...
    @property
    def choices(self) -> Mapping[str, ChoiceLike]: ...


@dataclass(frozen=True, slots=True)
class RoleGuess:
    role: str  # slug
    why: Literal["title", "skills"]


LEAST_NAMED = 4
LEAST_FIT = 0.25
MAX_ROLES = 3

_FIRST, _NAMES, _SUBJECT, _BROAD, _BESIDE, _OTHER = 5, 4, 3, 2, 1, 0
_MAKERS = word_keys((ENGLISH.makers, GERMAN.makers))
_TRADES = word_keys((ENGLISH.trades, GERMAN.trades))
# German words are compounds: "Softwareentwickler".
_MAKER_ENDS = tuple(word_keys((GERMAN.makers,)))
_TRADE_ENDS = tuple(word_keys((GERMAN.trades,)))
# Forms for all genders: Entwickler:in, Mitarbeiter/-in, Wissenschaftliche:r.
_GENDER = re.compile(r"(?<=\w)(?:[:*_/]-?(?:in|innen|r|n)\b|\(in\))", re.IGNORECASE)
_BESIDES = word_set(
    "with mit including inkl bit dash touch pinch taste hint interest bisschen prise"
)  # what follows is not what the job is about
_SHARING = word_set("/ & and or und oder + sowie")  # words between two jobs, or between two subjects of one job
_PARTING = word_set(", ; | - — ( ) : · • [ ] @ * _ #")
_LEADERS = word_set(
    "leader head director manager owner coordinator leiter leiterin leitung managerin partner president"
)
_SALES = word_set("sale account marketing recruitment recruiting talent procurement vertrieb")
_RANKS = word_set("senior sr junior jr lead principal staff mid level i ii iii m w d f x gn")


class _Phrase(NamedTuple):
    keys: tuple[str, ...]
    strength: int


class RoleReader:
    """Guesses the roles of an ad; built once from the roles in the catalogue."""

    def __init__(self, roles: Mapping[str, RoleLike]) -> None:
        self._roles = roles
        self._phrases = {slug: _phrases(role) for slug, role in roles.items()}

    def guesses(self, title: str | None, skills: Collection[str]) -> tuple[RoleGuess, ...]:
        """The roles, best first; empty if none fits."""
        fitting = fits(skills, self._roles)
        named, is_open = self._in_title(title, fitting) if title else ([], True)
        if not named and not is_open:
            return ()
        by_skills = [slug for slug, fit in fitting.items() if fit >= LEAST_FIT and slug not in named]
        return (
            *(RoleGuess(slug, "title") for slug in named[:MAX_ROLES]),
            *(RoleGuess(slug, "skills") for slug in by_skills[: max(MAX_ROLES - len(named), 0)]),
        )

    def _in_title(self, title: str, fitting: Mapping[str, float]) -> tuple[list[str], bool]:
        """The roles that the title names, best first, and whether the job may be one of ours at all."""
        order = {slug: number for number, slug in enumerate(self._roles)}
        first: list[str] = []
        broad: list[str] = []  # "Consultant, Data Science": the job says less than its subject
        in_order: list[str] = []
        rest: list[str] = []
        is_open, is_named = True, False
        is_other = False  # "Risk Analyst": a job that sounds like one of ours
        for part in _parts(title):
            strengths = {slug: self._strength(phrases, part) for slug, phrases in self._phrases.items()}
            least = _BESIDE
            if not any(map(_is_maker, part)) and any(map(_is_trade, part)):
                is_open, least = False, _NAMES
                if any(map(_is_other_trade, part)):  # "Account Executive – AI Platform": the rest says what is sold
                    strengths = {slug: found if found[1] else (0, False) for slug, found in strengths.items()}
            ranked = sorted(
                (slug for slug, (strength, _) in strengths.items() if strength >= least),
                key=lambda slug: (*(-rank for rank in strengths[slug]), -fitting.get(slug, 0.0), order[slug]),
            )
            best = strengths[ranked[0]][0] if ranked else 0
            is_other = is_other or (not ranked and (_OTHER, True) in strengths.values())
            equal = [slug for slug in ranked if strengths[slug][0] == best]
            (first if best > _BROAD else broad).extend(equal)
            in_order.extend(equal)
            is_named = is_named or best >= _NAMES
            rest.extend(slug for slug in ranked if strengths[slug][0] != best)
        best_first = (*first, *broad) if is_named else in_order
        named = list(dict.fromkeys((*best_first, *rest)))
        return named, is_open and (bool(named) or not is_other)

    @staticmethod
    def _strength(phrases: Mapping[str, Sequence[_Phrase]], part: Sequence[str]) -> tuple[int, bool]:
        """The strength of the strongest phrase, and whether that phrase includes the name of the job, as "data engineer" does."""
        strongest = (0, False)
        at = 0
        besides = False
        while at < len(part):
            besides = besides or part[at] in _BESIDES
            found = next(
                (one for one in phrases.get(part[at], ()) if tuple(part[at : at + len(one.keys)]) == one.keys), None
            )
            if found:
                has_job = any(_is_maker(key) or _is_trade(key) or key == "position" for key in found.keys)
                strength = min(found.strength, _BESIDE) if besides else found.strength
                end = at + len(found.keys)
                if has_job and strength >= _SUBJECT and "" in part[end : end + 2] and "" not in part[:at]:
                    strength = _FIRST  # "AI Engineer – RAG": what follows says more about the same job
                strongest = max(strongest, (strength, has_job))
            at += len(found.keys) if found else 1
        return strongest


def fits(skills: Collection[str], roles: Mapping[str, RoleLike]) -> dict[str, float]:
    """How well the skills fit each role, best first: the harmonic mean of the share of the skills that the role requires and the share
    of the role's importance that they cover. A choice counts once, whichever of its members are named. Roles with fewer than
    LEAST_NAMED requirements named are left out."""
    found = {}
    given = set(skills)
    for slug, role in roles.items():
        terms = [
            *((frozenset({skill}), item.importance) for skill, item in role.requirements.items()),
            *((frozenset(choice.one_of), choice.importance) for choice in role.choices.values()),
        ]
        named = [(members, importance) for members, importance in terms if members & given]
        if len(named) < LEAST_NAMED:
            continue
        covered = sum(importance for _, importance in named) / sum(importance for _, importance in terms)
        share = len(given.intersection(chain.from_iterable(members for members, _ in named))) / len(given)
        found[slug] = 2 * covered * share / (covered + share)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _phrases(role: RoleLike) -> dict[str, list[_Phrase]]:
    """The phrases of a role by their first word, longest first."""
    titles = role.titles
    listed = titles.names or titles.subjects or titles.broad
    found: dict[str, list[_Phrase]] = {}
    for strength, texts in (
        (_NAMES, titles.names if listed else (role.name,)),
        (_SUBJECT, titles.subjects),
        (_BROAD, titles.broad),
        (_OTHER, titles.others),
    ):
        for text in texts:
            keys = tuple(_signless(Words(text).keys))
            if keys:
                found.setdefault(keys[0], []).append(_Phrase(keys, strength))
    for phrases in found.values():
        phrases.sort(key=lambda phrase: -len(phrase.keys))
    return found


def _signless(keys: Iterable[str]) -> Iterator[str]:
    """The words without signs; a sign that separates them becomes an empty string."""
    for key in keys:
        if key in {"&", "+"}:
            yield "and"
        elif key in _PARTING:
            yield ""
        elif key[0].isalnum():
            yield key


def names_job(text: str) -> bool:
    """Whether one of the words names a job, whether ours or another."""
    return any(_is_maker(word) or _is_trade(word) for word in Words(_GENDER.sub("", text)).keys)


def names_other_trade(title: str) -> bool:
    """Whether the title names a job in another trade and none that may be one of ours."""
    keys = Words(_GENDER.sub("", title)).keys
    return any(map(_is_other_trade, keys)) and not any(map(_is_maker, keys))


def _is_maker(word: str) -> bool:
    return word in _MAKERS or (word.endswith(_MAKER_ENDS) and not _is_trade(word))


def _is_trade(word: str) -> bool:
    return word in _TRADES or word.endswith(_TRADE_ENDS)


def _is_other_trade(word: str) -> bool:
    """Whether the word names a trade, not only a rank like "Lead" or "Head"."""
    return word in _SALES or (_is_trade(word) and word not in _RANKS and word not in _LEADERS)


def _parts(title: str) -> list[list[str]]:
    """The jobs that a title names, each as a list of words. A part without a job belongs to the next part if "and" or "/" follows
    it, or else to the previous part: "AI / ML Engineer", "Engineer, AI"."""
    parts: list[list[str]] = []
    words = Words(_GENDER.sub("", title))
    waiting: list[str] = []  # the beginning of a part that has not named a job yet
    begin = 0
    for end in (*(at for at, key in enumerate(words.keys) if key in _SHARING or _parts_at(words, at)), len(words)):
        part = waiting + list(_signless(words.keys[begin:end]))
        sign = words.keys[end] if end < len(words) else ""
        begin = end + 1
        joint = ["and"] if sign in _SHARING - {"/"} else [""] if sign not in _SHARING else []
        jobs = [word for word in part if _is_maker(word) or _is_trade(word)]
        is_bare = len(jobs) < 2 and all(word in jobs or word in _RANKS or not word for word in part)
        if jobs and not (is_bare and parts):
            parts.append(part + joint)
            waiting = []
        elif sign in _SHARING and not is_bare:
            waiting = part + joint
        elif parts:
            parts[-1].extend((*part, *joint))
            waiting = []
        else:
            waiting = part + joint
    if waiting:
        parts.append(waiting)
    following = [*parts[1:], []]
    return [part for part, after in zip(parts, following, strict=True) if not _is_same_job(part, after)]


def _is_same_job(part: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the next part is the same job in the other grammatical gender: "KI-Entwicklerin / KI-Entwickler für …"."""
    size = len(part)
    return size <= len(after) and any(map(_is_maker, part)) and list(map(_male, part)) == list(map(_male, after[:size]))


def _male(word: str) -> str:
    return word.removesuffix("in") if len(word) > 6 else word


def _parts_at(words: Words, at: int) -> bool:
    return words.keys[at] in _PARTING and not words.glued[at]
