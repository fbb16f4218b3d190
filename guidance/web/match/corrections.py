"""What a reader corrects in a result. The page's form sends the corrections along with the text; they are not stored anywhere.
This works without JavaScript too."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from django.http import QueryDict

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.matching import service as matching
from guidance.web.onboarding.packing import unpacked_levels

NO_ROLE = "none"
_LEVELS = {str(level) for level in range(1, MAX_LEVEL + 1)}
MAX_TITLE = 120
MAX_NAMES = 500  # characters


class Verb(StrEnum):
    """What a button of the page does; its value is one of these verbs followed by the slugs of skills."""

    CORRECT = "correct"
    OUT = "out"  # not in this ad
    BACK = "back"  # in this ad after all
    KNOW = "know"  # claim a level
    FORGET = "forget"  # withdraw a claim


@dataclass(frozen=True, slots=True)
class PageAction:
    """The button that was pressed, if it was one of these."""

    verb: Verb | None = None
    skills: tuple[str, ...] = ()
    level: int = 0  # the level that is claimed

    @classmethod
    def of(cls, sent: QueryDict, snapshot: Snapshot) -> Self:
        name, *words = sent.get("do", "").split(" ")
        if name not in set(Verb):
            return cls()
        verb, level = Verb(name), 0
        if verb is Verb.KNOW:
            last = words.pop() if words else ""
            level = int(last) if last in _LEVELS else 0
        skills = tuple(slug for slug in words if slug in snapshot.skills)
        is_whole = verb is Verb.CORRECT or (skills and (level or verb is not Verb.KNOW))
        return cls(verb, skills, level) if is_whole else cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    title: str = ""  # empty if unchanged
    role: str = ""  # slug, or NO_ROLE; empty if unchanged
    known: Mapping[str, int] = field(default_factory=dict)  # levels that a visitor claims, by slug
    made: Mapping[str, int] = field(default_factory=dict)  # ids of what a learner's claims stored, by slug
    out: tuple[str, ...] = ()  # skills that are not in this ad
    added: tuple[str, ...] = ()  # skills that the reading of the ad missed
    unknown: tuple[str, ...] = ()  # names that match no skill
    sure: bool = False  # the reader confirms what kind of text it is, whatever it looks like

    @classmethod
    def of(cls, sent: QueryDict, snapshot: Snapshot) -> Self:
        """Reads the corrections from a form. Values that the page would not send are ignored."""
        role = snapshot.latest_slug(Kind.ROLE, sent.get("role", ""))
        added, unknown = _named(sent.get("missed", "")[:MAX_NAMES], snapshot)
        return cls(
            title=" ".join(sent.get("title", "").split())[:MAX_TITLE],
            role=role if role == NO_ROLE or role in snapshot.roles else "",
            known=unpacked_levels(sent.getlist("known"), snapshot),
            made=dict(_ids(sent.getlist("made"), snapshot)),
            out=_slugs(sent.getlist("out"), snapshot),
            added=_slugs((*sent.getlist("added"), *added), snapshot),
            unknown=unknown,
            sure="sure" in sent,
        )

    def after(self, action: PageAction) -> Self:
        """Returns the corrections after a press of a button that changes only how the ad is read. A learner's claim is stored by
        the view instead."""
        match action.verb:
            case Verb.OUT:
                return replace(self, out=tuple(dict.fromkeys((*self.out, *action.skills))))
            case Verb.BACK:
                return replace(self, out=tuple(slug for slug in self.out if slug not in action.skills))
            case Verb.KNOW:
                return replace(self, known={**self.known, **dict.fromkeys(action.skills, action.level)})
            case Verb.FORGET:
                return replace(self, known=_without(self.known, action.skills), made=_without(self.made, action.skills))
        return self

    @property
    def hidden(self) -> Iterator[tuple[str, str]]:
        """Yields the names and values of the hidden fields that carry the corrections to the next request; title and role have
        visible fields."""
        yield from (("known", f"{slug} {level}") for slug, level in self.known.items())
        yield from (("made", f"{slug} {pk}") for slug, pk in self.made.items())
        yield from (("out", slug) for slug in self.out)
        yield from (("added", slug) for slug in self.added)
        if self.sure:
            yield ("sure", "1")


def _without(values: Mapping[str, int], slugs: Iterable[str]) -> dict[str, int]:
    gone = set(slugs)
    return {slug: value for slug, value in values.items() if slug not in gone}


def _slugs(values: Iterable[str], snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(slug for slug in dict.fromkeys(values) if slug in snapshot.skills)


def _ids(values: Iterable[str], snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    for value in values:
        slug, _blank, number = value.partition(" ")
        if slug in snapshot.skills and number.isascii() and number.isdecimal() and len(number) < 19 and int(number):
            yield slug, int(number)


def _named(text: str, snapshot: Snapshot) -> tuple[list[str], tuple[str, ...]]:
    """Returns the slugs of the skills in the reader's comma-separated list, and the names that match no skill."""
    slugs, unknown = [], []
    for name in filter(None, (" ".join(part.split()) for part in text.replace("\n", ",").replace(";", ",").split(","))):
        slug = matching.named(name, snapshot)
        if slug:
            slugs.append(slug)
        else:
            unknown.append(name)
    return slugs, tuple(unknown)
