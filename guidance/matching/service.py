"""Finds skills from the catalogue in a job ad or a CV, reads what else the ad says, and proposes levels from a CV."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from operator import itemgetter

from guidance.catalog import models
from guidance.catalog.kinds import Skill
from guidance.catalog.snapshot import Snapshot
from guidance.lru import RevisionCache
from guidance.matching import choices, cues, degree, header, language, levels, matcher, seniority, years
from guidance.matching import targets as target_levels
from guidance.matching.beside import Beside
from guidance.matching.cues import Reading
from guidance.matching.degree import Degree
from guidance.matching.matcher import MAX_TEXT, Cue, Match, Matcher, Name
from guidance.matching.roles import RequirementLike, RoleGuess, RoleReader, names_other_trade
from guidance.matching.seniority import Seniority
from guidance.matching.vocabulary.terms import Section
from guidance.matching.words import Span, Words
from guidance.matching.years import Mention, Years

__all__ = [
    "MAX_TEXT",
    "Degree",
    "FoundSkill",
    "JobAd",
    "Match",
    "Mentioned",
    "RoleGuess",
    "Seniority",
    "Years",
    "match",
    "named",
    "proposed_levels",
    "read_ad",
    "summed_up",
    "targets",
    "with_title",
]

_WORKING_PRACTICE = "working-practice"  # area of the skills that people need in any trade


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A skill in the text: how often it is named, and the strongest cue of its mentions."""

    skill: str
    mentions: int
    cue: Cue | None


@dataclass(frozen=True, slots=True)
class FoundSkill:
    matches: tuple[Match, ...]  # in the order of the text, not overlapping
    skills: tuple[Mentioned, ...]  # in the order of their first mention


@dataclass(frozen=True, slots=True)
class JobAd:
    """What a job ad says."""

    title: str | None
    employer: str | None
    place: str | None
    language: str  # ISO code, or `language.UNKNOWN`
    found: FoundSkill
    choices: tuple[tuple[str, ...], ...]  # slugs of skills that are alternatives
    roles: tuple[RoleGuess, ...]  # best first; empty if it is none of our roles
    seniority: Seniority | None
    years: tuple[Years, ...]
    degree: Degree | None
    little: frozenset[str] = frozenset()  # slugs of skills of which the ad wants only a little


def match(text: str, snapshot: Snapshot, leave_out: Iterable[str] = ()) -> FoundSkill:
    """The skills that `text` names, except skills that it does not want and the names in `leave_out`, such as the employer's.

    Raises ValueError for more than MAX_TEXT code points.
    """
    return summed_up(tuple(found for found in _matcher(snapshot).find(text, leave_out) if not found.negated))


def read_ad(text: str, snapshot: Snapshot) -> JobAd:
    """What the job ad says. The result has the skills that `match` finds, except those that are not part of the job.

    Raises ValueError for more than MAX_TEXT code points.
    """
    reader = _matcher(snapshot)
    words = reader.words(text)
    spoken = language.language(words)
    kept = _for_ads(snapshot)
    top = header.header(text)
    if top.employer and top.place and reader.named(top.employer) and reader.named(top.place):
        top = replace(top, employer=None, place=None)  # the line below the title lists skills
    employer = (top.employer,) if top.employer else ()
    degrees = degree.every(text)
    studied = list(degree.fields(text, degrees))
    other = Beside(text)
    matches = tuple(
        one
        for one in reader.find_in(words, employer)
        if not (
            one.negated
            or _is_offered(text, one)
            or _is_studied(one, studied, snapshot)
            or _is_beside(text, one, top, kept, other)
        )
    )
    roles = kept.roles.guesses(top.title, list(dict.fromkeys(one.skill for one in matches)))
    if not roles:  # another trade, in which words mean other things: "supervision of apprentices", "Fehlersuche"
        few = FEW if names_other_trade(top.title or "") else 0
        matches = tuple(_of_another_trade(text, matches, kept.areas, few))
    found = summed_up(_with_cues(words, matches) if spoken in language.UNDERSTOOD else matches)
    return JobAd(
        title=top.title,
        employer=top.employer,
        place=top.place,
        language=spoken,
        found=found,
        choices=_choices(words, found, kept),
        roles=roles,
        seniority=seniority.seniority(text, top.title_span),
        years=_years(words, found),
        degree=_degree(words, degrees),
        little=_little(text, matches),
    )


def with_title(ad: JobAd, title: str, snapshot: Snapshot) -> JobAd:
    """The ad with this title, and with the roles and the seniority that follow from it."""
    named_skills = [item.skill for item in ad.found.skills]
    elsewhere = ad.seniority if ad.seniority and not ad.seniority.in_title else None
    return replace(
        ad,
        title=title,
        roles=_for_ads(snapshot).roles.guesses(title, named_skills),
        seniority=seniority.seniority(title, (0, len(title))) or elsewhere,
    )


def targets(ad: JobAd, requirements: Mapping[str, RequirementLike]) -> dict[str, int]:
    """{slug: level} for each skill that the ad names, with the level that it asks for by the rules of `targets.py`."""
    rank = ad.seniority.rank if ad.seniority else None
    cues_of = ((one.skill, one.cue) for one in ad.found.skills)
    return target_levels.targets(cues_of, requirements, rank, ad.years, ad.little)


def summed_up(matches: tuple[Match, ...]) -> FoundSkill:
    """These matches, none of them negated, with the skills that they name."""
    by_skill: dict[str, list[Match]] = {}
    for found in matches:
        by_skill.setdefault(found.skill, []).append(found)
    return FoundSkill(
        matches,
        tuple(Mentioned(skill, len(mentions), _strongest(mentions)) for skill, mentions in by_skill.items()),
    )


def named(text: str, snapshot: Snapshot) -> str | None:
    """The slug of the skill with exactly this name; None if there is no such skill."""
    return _matcher(snapshot).named(text)


def proposed_levels(text: str, matches: Iterable[Match]) -> dict[str, int]:
    """{slug: level from 1 to 3} that a CV suggests for its `matches`, by the rules of `levels.py`. These are proposals, which
    the CV's writer has to confirm."""
    return levels.proposed(text, matches)


def names(skills: Iterable[Skill]) -> Iterator[Name]:
    """The names, aliases and phrases of the skills. A tool's name is the proper name of a technology, as is an alias with a
    capital letter."""
    for skill in skills:
        subject = "people" if skill.area.slug == _WORKING_PRACTICE else "technology"
        is_tool = skill.kind == models.Skill.SkillKind.TOOL
        yield Name(skill.slug, skill.name, technology=is_tool, subject=subject)
        for alias in skill.aliases:
            is_own = alias.name.casefold() == skill.name.casefold()  # this alias sets the conditions for the name
            proper = alias.name != alias.name.lower() or (is_tool and is_own)
            yield Name(
                skill.slug, alias.name, alias.needs, alias.excludes, alias.only_as, technology=proper, subject=subject
            )
        for phrase in skill.phrases:
            yield Name(skill.slug, phrase, subject=subject, is_phrase=True)


def _is_offered(text: str, one: Match) -> bool:
    """Whether the ad names the skill only as something the employer offers (courses, certificates, communities), unlike AWS in
    "we run on AWS"."""
    if one.section is not Section.OFFER or one.cue is not None:
        return False
    return not _IN_USE.search(text, max(one.sentence[0], one.start - _BEFORE), one.start)


def _is_studied(one: Match, fields: Sequence[tuple[int, int]], snapshot: Snapshot) -> bool:
    """Whether the skill is named as a subject of a degree."""
    at = bisect_right(fields, one.start, key=itemgetter(0)) - 1
    return at >= 0 and one.start < fields[at][1] and snapshot.skills[one.skill].kind != models.Skill.SkillKind.TOOL


# "With the data science team": the work of others, unless the skill is a tool.
_OTHERS = re.compile(
    r"\s(?:platform |engineering |research )?(?:teams?|guys|colleagues|folks|people|department|engineers|scientists|researchers)\b",
    re.IGNORECASE,
)

_OTHER_JOBS = re.compile(r"(?:engineers|scientists|researchers|developers|analysts|specialists|teams?)", re.IGNORECASE)


def _is_beside(text: str, one: Match, top: header.Header, kept: "_ForAds", other: Beside) -> bool:
    """Whether the skill is not part of the job: "with the machine learning team", "live coding in Java"."""
    if top.title_span and top.title_span[0] <= one.start < top.title_span[1]:
        return False
    if other.of_applying(one.sentence):
        return True
    if one.cue is None and other.of_others(one.start, one.sentence):
        return True
    if one.skill not in kept.subjects:
        return False
    if one.cue is None and (
        other.of_the_firm(one.start, one.sentence) or other.of_colleagues(one.start, one.end, one.sentence)
    ):
        return True
    return bool(_OTHER_JOBS.fullmatch(text, one.start, one.end) if one.told else _OTHERS.match(text, one.end))


def _of_another_trade(text: str, matches: Iterable[Match], areas: Mapping[str, str], few: int) -> Iterator[Match]:
    """The matches that an ad from another trade asks for. If it names at most `few` technical skills, those without a cue are
    what the firm sells or uses, unless the sentence tells the reader what to do with them."""
    named = [one for one in matches if not one.told or areas[one.skill] == _WORKING_PRACTICE]
    technical = {one.skill for one in named if areas[one.skill] != _WORKING_PRACTICE}
    for one in named:
        kept = one.cue is not None or areas[one.skill] == _WORKING_PRACTICE or len(technical) > few
        if kept or _is_told_to_the_reader(text, one):
            yield one


def _is_told_to_the_reader(text: str, one: Match) -> bool:
    """Whether the skill is something that the reader will use: "you count the stock with Python", but not "you sell our
    Kubernetes platform"."""
    before = text[max(one.sentence[0], one.start - _BEFORE) : one.start]
    return _TO_YOU.search(before) is not None and _SOLD.search(before) is None


def _strongest(mentions: Iterable[Match]) -> Cue | None:
    cues = {found.cue for found in mentions}
    return "must" if "must" in cues else "nice" if "nice" in cues else None


WHOLE_AD = 100  # words that a whole ad has at least
FEW = 4  # technical skills that an ad from another trade may name without asking for them
_BEFORE = 200  # code points of the sentence that are read before a skill, so that the time stays linear in a text without full stops
_IN_USE = re.compile(
    r"\b(?:we(?:[’']re| are) (?:on|built on|running on)|we (?:use|run|deploy|build) (?:on |with |in )?|our (?:tech |technology )?stack|wir (?:nutzen|verwenden|arbeiten mit))\b",
    re.IGNORECASE,
)
_TO_YOU = re.compile(r"\b(?:[Yy]ou|[Dd]u|Sie)\b")
_SOLD = re.compile(r"\b(?:our|sell\w*|unser\w*|verkauf\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _ForAds:
    """The parts of the catalogue that reading an ad needs."""

    roles: RoleReader
    areas: Mapping[str, str]  # by skill slug
    subjects: frozenset[str]  # skills that are neither tools nor working practice
    alternatives: frozenset[frozenset[str]]  # pairs of skills of which a role asks for one


_matchers = RevisionCache[str, Matcher](1)
_kept_for_ads = RevisionCache[str, _ForAds](1)


def _matcher(snapshot: Snapshot) -> Matcher:
    """The matcher of this revision, which is created once."""
    return _matchers.of(snapshot.key).memoize("skills", lambda: matcher.compile(names(snapshot.skills.values())))


def _for_ads(snapshot: Snapshot) -> _ForAds:
    return _kept_for_ads.of(snapshot.key).memoize(
        "ads",
        lambda: _ForAds(
            RoleReader(snapshot.roles),
            {slug: skill.area.slug for slug, skill in snapshot.skills.items()},
            frozenset(
                slug
                for slug, skill in snapshot.skills.items()
                if skill.kind != models.Skill.SkillKind.TOOL and skill.area.slug != _WORKING_PRACTICE
            ),
            frozenset(
                frozenset(pair)
                for role in snapshot.roles.values()
                for choice in role.choices.values()
                for pair in combinations(choice.one_of, 2)
            ),
        ),
    )


def _span(words: Words, start: int, end: int) -> Span:
    """The indexes of the words from one code point to another."""
    return bisect_left(words.ends, start + 1), bisect_left(words.starts, end)


def _readings(words: Words, places: Iterable[tuple[int, int]]) -> list[Reading]:
    spans = [_span(words, *place) for place in places]
    return cues.read(words, spans) if spans else []


def _with_cues(words: Words, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The matches, with cues for a whole ad that never states how necessary a skill is. Such an ad asks for the skills that it
    names outside duties and offers, or for all skills if there are no others."""
    if any(one.cue == "must" for one in matches) or len(words.text.split()) < WHOLE_AD:
        return matches
    silent = [one for one in matches if one.cue is None]
    outside = {one.skill for one in silent if one.section not in {Section.ABOUT, Section.OFFER}}
    return tuple(
        replace(one, cue="must") if one.cue is None and (one.skill in outside or not outside) else one
        for one in matches
    )


def _little(text: str, matches: Iterable[Match]) -> frozenset[str]:
    """Skills of which every mention asks for only a little."""
    little: set[str] = set()
    more: set[str] = set()
    for one in matches:
        if one.skill not in more:
            (little if target_levels.is_little(text, one.start, one.end) else more).add(one.skill)
    return frozenset(little - more)


def _choices(words: Words, found: FoundSkill, kept: _ForAds) -> tuple[tuple[str, ...], ...]:
    named = [(one.skill, _span(words, one.start, one.end)) for one in found.matches]
    return choices.choices(words, named, kept.areas, kept.alternatives)


def _years(words: Words, found: FoundSkill) -> tuple[Years, ...]:
    mentions = years.mentions(words.text)
    readings = _readings(words, [(one.start, one.end) for one in mentions])
    read: dict[tuple[float | None, float | None, str], Years] = {}
    for one, reading in zip(mentions, readings, strict=True):
        asked = reading.section in {Section.REQUIREMENTS, Section.WISHES} or reading.cue is not None
        skill = _skill_of(found, one)
        if reading.negated or reading.section is Section.OFFER or not (one.is_clear or asked or (skill and not one.of)):
            continue
        welcome = reading.cue == "nice"
        read.setdefault(
            (one.minimum, one.maximum, skill or one.of),
            Years(one.minimum, one.maximum, one.of, skill, not welcome, one.start, one.end),
        )
    return tuple(read.values())


def _skill_of(found: FoundSkill, years: Mention) -> str | None:
    """The skill that the years refer to, if there is only one, or the skill right before the years: "C++, 3+ years"."""
    start, end = years.of_span
    inside = {one.skill for one in found.matches if start <= one.start < end}
    if inside:
        first = next(one for one in found.matches if start <= one.start < end)
        return first.skill if len(inside) == 1 and " or " not in years.of[: first.start - start] else None
    if years.of:
        return None
    return next((one.skill for one in found.matches if 0 < years.start - one.end <= 3), None)


def _degree(words: Words, found: Iterable[re.Match[str]]) -> Degree | None:
    """The first required degree, or else the first welcome one."""
    places = list(degree.mentions(words.text, found))
    degrees = [
        Degree(words.text[start:end], reading.cue != "nice", start, end)
        for (start, end), reading in zip(places, _readings(words, places), strict=True)
        if not reading.negated
    ]
    return min(degrees, key=lambda one: not one.required, default=None)
