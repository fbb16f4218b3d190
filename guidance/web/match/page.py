"""The result of reading a job ad or CV: skills, roles that fit, and levels to confirm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import graph
from guidance.catalog.kinds import Industry, Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.matching import jsonresume
from guidance.matching import service as matching
from guidance.matching.jsonresume import Resume
from guidance.matching.matcher import Cue
from guidance.matching.service import FoundSkill, Match
from guidance.progress import readiness as gaps
from guidance.progress import readiness as scores
from guidance.progress.learner_state import LearnerState, role_curriculum
from guidance.web.match.forms import packed_skill
from guidance.web.onboarding.drafts import MAX_WORDS_LENGTH, CvSkill, cv_skills, with_foundations
from guidance.web.onboarding.forms import LevelsForm
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
class Reader:
    """Who reads: a learner, somebody with a plan in the making, or nobody we know anything of."""

    levels: Mapping[str, int]
    logged: Mapping[str, float]
    industry: Industry | None
    goal: Role | None
    is_known: bool  # there are levels to compare with


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A part of the text; `look` says whether, and how, it is marked."""

    text: str
    look: str = ""
    says: str = ""  # for who does not see the mark


@dataclass(frozen=True, slots=True)
class MatchedSkill:
    """A skill of the text."""

    skill: Skill
    mentions: str
    cue: str
    look: str
    level: int
    target: int
    hours: float  # 0 at the target
    can_be_first: bool  # it is missing, and the plan may begin with it


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: Role
    share: float  # of a bar, from 0 to 1
    text: str


@dataclass(frozen=True, slots=True)
class MatchResult:
    about_cv: bool
    pieces: list[TextPiece]
    rows: list[MatchedSkill]
    asked: int  # skills that a job ad asks for in so many words
    met: int  # that are at their target
    hours: float
    roles: list[RoleRow]
    target_role: Role | None
    outside: list[Skill]  # missing, and not part of the goal
    groups: list[LevelGroup]  # levels to confirm, of a learner
    found: list[str]  # the same for who has no account yet, to be sent on
    higher: int  # skills of the CV whose level the learner has already
    unknown: tuple[str, ...]  # entries of a JSON Resume that name no skill of ours

    @property
    def can_be_first(self) -> list[MatchedSkill]:
        return [row for row in self.rows if row.can_be_first]


def reader_of(state: LearnerState | None, kept: Mapping[str, int], goal: Role | None) -> Reader:
    """`kept`: levels of a plan in the making."""
    if state is None:
        return Reader(kept, {}, None, goal, bool(kept))
    return Reader(state.levels, state.logged, state.industry, goal, True)


def result(
    text: str, resume: Resume | None, *, about_cv: bool, target: Role | None, who: Reader, snapshot: Snapshot
) -> MatchResult:
    found = matching.match(text, snapshot)
    matches, unknown = found.matches, tuple[str, ...]()
    proposed: dict[str, CvSkill] = {}
    if resume is not None:
        read = jsonresume.understood(resume, matches, lambda words: matching.named(words, snapshot))
        matches, unknown = read.matches, read.unknown
        proposed = {item.skill: _find(item) for item in read.proposals}
        found = matching.summed_up(matches)
    elif about_cv:
        proposed = with_foundations(cv_skills(text, matches), snapshot)
    wanted = gaps.targets((item.skill for item in found.skills), target.skills if target else gaps.NO_REQUIREMENTS)
    gap = gaps.gap(snapshot.graph, snapshot.effort_for(who.levels), wanted, who.levels, who.logged)
    hours = {item.skill: item.hours for item in gap.missing}
    within = role_curriculum(snapshot, who.goal, who.industry).within if who.goal else frozenset[str]()
    new = {slug: find for slug, find in proposed.items() if find.level > who.levels.get(slug, 0)}
    return MatchResult(
        about_cv=about_cv,
        pieces=_pieces(text, matches, about_cv=about_cv),
        rows=_rows(found, wanted, hours, within, who, snapshot),
        asked=sum(item.cue == "must" for item in found.skills),
        met=len(wanted) - len(hours),
        hours=gap.hours,
        roles=_readiest(proposed, who, snapshot) if about_cv else _fitting(found, who, snapshot),
        target_role=target,
        outside=[snapshot.skills[slug] for slug in hours if slug not in within] if who.goal else [],
        groups=_groups(to_confirm(new, who.levels, snapshot), snapshot) if new else [],
        found=[packed_skill(slug, find) for slug, find in new.items()],
        higher=len(proposed) - len(new),
        unknown=unknown,
    )


def to_confirm(found: Mapping[str, CvSkill], levels: Mapping[str, int], snapshot: Snapshot) -> list[ProposedLevels]:
    """Levels that a CV suggests to somebody with these `levels`, and what these rest on."""
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


def _rows(
    found: FoundSkill,
    wanted: Mapping[str, int],
    hours: Mapping[str, float],
    within: frozenset[str],
    who: Reader,
    snapshot: Snapshot,
) -> list[MatchedSkill]:
    return [
        MatchedSkill(
            skill=snapshot.skills[item.skill],
            mentions=ngettext("named once", "named {n} times", item.mentions).format(n=item.mentions),
            cue=_cue(item.cue),
            look=item.cue or "plain",
            level=who.levels.get(item.skill, 0),
            target=wanted[item.skill],
            hours=hours.get(item.skill, 0.0),
            can_be_first=item.skill in hours and item.skill in within,
        )
        for item in found.skills
    ]


def _cue(cue: Cue | None) -> str:
    return {"must": _("asked for"), "nice": _("welcome"), None: ""}[cue]


def _pieces(text: str, matches: Iterable[Match], *, about_cv: bool) -> list[TextPiece]:
    """The whole text in pieces. In a CV nothing is asked for, whatever its words are."""
    pieces: list[TextPiece] = []
    at = 0
    for match in matches:
        if at < match.start:
            pieces.append(TextPiece(text[at : match.start]))
        cue = None if about_cv else match.cue
        pieces.append(TextPiece(text[match.start : match.end], cue or "plain", _cue(cue)))
        at = match.end
    if at < len(text):
        pieces.append(TextPiece(text[at:]))
    return pieces


def _fitting(found: FoundSkill, who: Reader, snapshot: Snapshot) -> list[RoleRow]:
    """The roles that a job ad is about."""
    roles = {slug: role_curriculum(snapshot, role, who.industry).targets for slug, role in snapshot.roles.items()}
    named = [item.skill for item in found.skills]
    text = _("{n} of the {all} skills are among its {requirements}; they make up {points} % of it")
    return [
        RoleRow(
            snapshot.roles[fit.role],
            fit.score,
            text.format(n=len(fit.named), all=len(named), requirements=len(roles[fit.role]), points=round(fit.points)),
        )
        for fit in gaps.fits(named, roles)[:MAX_ROLES]
    ]


def _readiest(proposed: Mapping[str, CvSkill], who: Reader, snapshot: Snapshot) -> list[RoleRow]:
    """The roles that somebody with the levels of the CV, and with what these rest on, is readiest for."""
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
