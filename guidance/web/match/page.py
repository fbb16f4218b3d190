"""The result of reading a CV: levels to confirm, the skills it names, and the roles that its owner is readiest for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import graph
from guidance.catalog.kinds import Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.matching import jsonresume
from guidance.matching import service as matching
from guidance.matching.jsonresume import Resume
from guidance.matching.service import FoundSkill, Match
from guidance.progress import readiness as scores
from guidance.progress.learner_state import role_curriculum
from guidance.web.match.marks import Mark, TextLine, lines, markup
from guidance.web.match.reader import Reader
from guidance.web.onboarding.cv import MAX_WORDS_LENGTH, CvSkill, cv_skills, with_foundations
from guidance.web.onboarding.forms import LevelsForm
from guidance.web.onboarding.packing import packed_skill
from guidance.web.onboarding.page import (
    LevelGroup,
    ProposedLevels,
    by_area,
    cv_place,
    implied_levels,
    level_groups,
    named_in_passing,
)

MAX_ROLES = 3


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: Role
    share: float  # of a bar, from 0 to 1
    text: str


@dataclass(frozen=True, slots=True)
class CvReading:
    """What a CV names, and the levels that it suggests."""

    text: str
    matches: tuple[Match, ...]
    proposed: Mapping[str, CvSkill]
    unknown: tuple[str, ...] = ()  # entries of a JSON Resume that match no skill


@dataclass(frozen=True, slots=True)
class CvResult:
    headline: str
    named: list[Skill]  # in the order of the text
    groups: list[LevelGroup]  # levels for a learner to confirm
    found: list[str]  # the same for a visitor without an account, to be passed on
    higher: int  # number of skills whose level the learner has already reached
    roles: list[RoleRow]
    unknown: tuple[str, ...]
    lines: list[TextLine]

    @property
    def markup(self) -> SafeString:
        return markup(self.lines)


def read_cv(text: str, resume: Resume | None, found: FoundSkill, snapshot: Snapshot) -> CvReading:
    if resume is None:
        proposed = with_foundations(cv_skills(text, found.matches), snapshot)
        return CvReading(text, found.matches, proposed)
    read = jsonresume.understood(resume, found.matches, lambda words: matching.named(words, snapshot))
    return CvReading(text, read.matches, {item.skill: _find(item) for item in read.proposals}, read.unknown)


def result(cv: CvReading, who: Reader, snapshot: Snapshot) -> CvResult:
    new = {slug: find for slug, find in cv.proposed.items() if find.level > who.levels.get(slug, 0)}
    named = matching.summed_up(cv.matches).skills
    return CvResult(
        headline=_headline(len(named), len(new)),
        named=[snapshot.skills[item.skill] for item in named],
        groups=_groups(to_confirm(new, who.levels, snapshot), snapshot) if new else [],
        found=[packed_skill(slug, find) for slug, find in new.items()],
        higher=len(cv.proposed) - len(new),
        roles=_readiest(cv.proposed, who, snapshot),
        unknown=cv.unknown,
        lines=lines(cv.text, [Mark(match.start, match.end, "plain") for match in cv.matches]),
    )


def _headline(named: int, new: int) -> str:
    if not named:
        return _("This CV names no skill that Waymark knows.")
    text = ngettext("Your CV names {n} skill", "Your CV names {n} skills", named).format(n=named)
    if not new:
        return _("{said}; you already have every level that it suggests.").format(said=text)
    return ngettext("{said}; there is {n} level to confirm.", "{said}; there are {n} levels to confirm.", new).format(
        said=text, n=new
    )


def to_confirm(found: Mapping[str, CvSkill], levels: Mapping[str, int], snapshot: Snapshot) -> list[ProposedLevels]:
    """Returns the levels that a CV suggests to someone with these `levels`, and the levels that these imply."""
    suggested = {slug: find.level for slug, find in found.items()}
    return [
        ProposedLevels("found", "", "", suggested, {slug: cv_place(find) for slug, find in found.items()}),
        *implied_levels({**levels, **suggested}, snapshot, named_in_passing(suggested)),
    ]


def _groups(shown: list[ProposedLevels], snapshot: Snapshot) -> list[LevelGroup]:
    form = LevelsForm(levels={slug: level for group in shown for slug, level in group.levels.items()})
    in_order = [replace(group, levels=by_area(group.levels, snapshot)) for group in shown if group.levels]
    return level_groups(in_order, form, snapshot)


def _find(item: jsonresume.ProposedSkill) -> CvSkill:
    words = f"{item.words}: {item.stated}" if item.stated else item.words
    return CvSkill(item.level, words[:MAX_WORDS_LENGTH], item.line, item.times)


def _readiest(proposed: Mapping[str, CvSkill], who: Reader, snapshot: Snapshot) -> list[RoleRow]:
    """Returns the roles for which someone with the levels of the CV and the levels that these imply is readiest."""
    suggested = {slug: max(find.level, who.levels.get(slug, 0)) for slug, find in proposed.items()}
    passing = named_in_passing(suggested)
    worked = {slug: level for slug, level in suggested.items() if slug not in passing}
    levels = graph.with_implied(snapshot.graph, {**who.levels, **worked})
    for slug, level in suggested.items():
        levels[slug] = max(level, levels.get(slug, 0))
    found = [
        (scores.readiness(role_curriculum(snapshot, role, who.industry).targets, levels).readiness, role)
        for role in snapshot.roles.values()
        if role.skills
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].slug))
    return [
        RoleRow(role, score / 100, _("readiness {score:.0f} of 100 with these levels").format(score=score))
        for score, role in found[:MAX_ROLES]
        if score
    ]
