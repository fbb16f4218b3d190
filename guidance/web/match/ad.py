"""Compares a job ad with what its reader can do: which skills they have, and which required and optional skills they lack."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.matching import service as matching
from guidance.matching.header import titles_of_two
from guidance.matching.service import FoundSkill, JobAd, Match, Mentioned
from guidance.progress import readiness as gaps
from guidance.progress.ads import by_weight
from guidance.progress.learner_rows import AdSkill, SavedAd
from guidance.progress.models import MAX_AD_TITLE
from guidance.progress.readiness import NO_REQUIREMENTS
from guidance.web.ads.forms import one_line, packed_ad_skill
from guidance.web.match import verdict
from guidance.web.match.corrections import NO_ROLE, Corrections, PageAction
from guidance.web.match.marks import Mark, TextLine, lines, markup, quote
from guidance.web.match.reader import Reader
from guidance.web.match.verdict import AdFact


@dataclass(frozen=True, slots=True)
class AskedSkill:
    """A skill that the ad names, alone or as one of several alternatives."""

    skill: Skill
    level: int
    target: int
    hours: float  # to the target, including what has to be learned first; 0 once the target is reached

    @property
    def is_met(self) -> bool:
        return self.level >= self.target


@dataclass(frozen=True, slots=True)
class AdRow:
    """One thing that the ad asks for: a skill, or any one of several skills."""

    options: tuple[AskedSkill, ...]
    cue: str | None
    mentions: int
    importance: int  # importance for the role; 0 if the role does not require it
    quote: str
    note: str  # how the level is known, or what has been started
    is_claimed: bool  # claimed on this page
    is_out: bool  # the reader says that it is not in this ad
    is_next: bool = False  # where the focus goes after a button was pressed
    share: float = 0.0  # share of the longest bar

    @property
    def best(self) -> AskedSkill:
        """Returns the skill that the reader has, or else the one closest to its target."""
        return min(self.options, key=lambda option: (not option.is_met, option.hours))

    @property
    def is_met(self) -> bool:
        return self.best.is_met

    @property
    def time(self) -> str:
        return verdict.time(self.best.hours)

    @property
    def is_welcome(self) -> bool:
        return self.cue == "nice"

    @property
    def name(self) -> str:
        """Returns names such as “AWS, Azure or Google Cloud”."""
        *others, last = (option.skill.name for option in self.options)
        return _("{names} or {last}").format(names=", ".join(others), last=last) if others else last

    @property
    def slugs(self) -> str:
        """Returns the slugs in the form in which a button sends them."""
        return " ".join(option.skill.slug for option in self.options)


@dataclass(frozen=True, slots=True)
class AdSection:
    """A section of rows, sorted by weight, heaviest first."""

    rows: list[AdRow]
    hours: float  # of all rows together, each prerequisite counted once

    @property
    def time(self) -> str:
        return verdict.time(self.hours)


@dataclass(frozen=True, slots=True)
class AdResult:
    title: str
    role: Role | None
    headline: str
    lead: str
    notes: list[str]  # what the reader should know before relying on the result
    met: list[AdRow]
    asked: AdSection
    welcome: AdSection
    left_out: list[AdRow]  # skills that are not in this ad according to the reader
    facts: list[AdFact]
    lines: list[TextLine]
    can_be_first: list[Skill]  # missing skills that the reader's plan teaches
    saved: list[tuple[str, str]]  # names and values of the form that saves the ad
    same: SavedAd | None  # the same ad, if the reader has saved it before
    is_goal: bool  # whether that saved ad is their goal

    @property
    def markup(self) -> SafeString:
        return markup(self.lines)

    @property
    def total(self) -> int:
        return len(self.met) + len(self.missing)

    @property
    def missing(self) -> list[AdRow]:
        return [*self.asked.rows, *self.welcome.rows]

    @property
    def bar(self) -> Iterator[tuple[str, int, int]]:
        """Yields (look, start, width) for each part of a bar that is as long as the number of rows."""
        start = 0
        for look, rows in (("have", self.met), ("must", self.asked.rows), ("nice", self.welcome.rows)):
            if rows:
                yield look, start, len(rows)
            start += len(rows)


def corrected(ad: JobAd, corrections: Corrections, snapshot: Snapshot) -> JobAd:
    """Returns the ad with the reader's corrections and without the skills that they took out."""
    if corrections.title and corrections.title != ad.title:
        ad = matching.with_title(ad, corrections.title, snapshot)
    named = {item.skill for item in ad.found.skills}
    added = [Mentioned(slug, 0, "must") for slug in corrections.added if slug not in named]
    return replace(ad, found=FoundSkill(ad.found.matches, (*ad.found.skills, *added))) if added else ad


def role_of(ad: JobAd, corrections: Corrections, snapshot: Snapshot) -> Role | None:
    """Returns the closest role, or the one that the reader chose."""
    if corrections.role:
        return None if corrections.role == NO_ROLE else snapshot.roles[corrections.role]
    return snapshot.roles[ad.roles[0].role] if ad.roles else None


def result(
    text: str, read: JobAd, corrections: Corrections, action: PageAction, who: Reader, snapshot: Snapshot
) -> AdResult:
    ad = corrected(read, corrections, snapshot)
    role = role_of(ad, corrections, snapshot)
    every = _in_order(_rows(text, ad, role, corrections, who, snapshot), action)
    rows = [row for row in every if not row.is_out]
    met = [row for row in rows if row.is_met]
    asked = [row for row in rows if not row.is_met and not row.is_welcome]
    welcome = [row for row in rows if not row.is_met and row.is_welcome]
    missing = [*asked, *welcome]
    asked_hours, welcome_hours = _hours(asked, who, snapshot), _hours(welcome, who, snapshot)
    same = _same(ad, every, who.ads)
    taught = ([option.skill for option in row.options if option.skill.slug in who.planned] for row in missing)
    return AdResult(
        title=ad.title or "",
        role=role,
        headline=verdict.headline(
            len(met), len(asked), len(welcome), asked_hours or welcome_hours, is_known=who.is_known
        ),
        lead=verdict.lead(asked, asked_hours, welcome, welcome_hours, who),
        notes=verdict.notes(ad, role, snapshot, who, found=bool(rows), two=titles_of_two(text)),
        met=met,
        asked=AdSection(asked, asked_hours),
        welcome=AdSection(welcome, welcome_hours),
        left_out=[row for row in every if row.is_out],
        facts=verdict.facts(ad, role, snapshot),
        lines=lines(text, list(_marks(ad.found.matches, rows))),
        can_be_first=[skills[0] for skills in taught if skills],
        saved=list(_saved(ad, role, every)),
        same=same,
        is_goal=same is not None and same.id == who.goal_ad,
    )


def _same(ad: JobAd, rows: Iterable[AdRow], saved: Iterable[SavedAd]) -> SavedAd | None:
    """Returns the saved ad with the same title and the same skills."""
    named = {option.skill.slug for row in rows for option in row.options}
    title = one_line(ad.title or "", MAX_AD_TITLE)
    return next(
        (one for one in saved if title in {"", one.title} and {item.skill for item in one.skills} == named), None
    )


def _saved(ad: JobAd, role: Role | None, rows: Iterable[AdRow]) -> Iterator[tuple[str, str]]:
    """Yields the fields that `web.ads.views.save` takes."""
    yield "title", ad.title or ""
    yield "employer", ad.employer or ""
    yield "role", role.slug if role else ""
    yield "seniority", ad.seniority.rank if ad.seniority else ""
    yield "event_id", str(uuid4())
    choices = 0
    for row in rows:
        choices += len(row.options) > 1
        for option in row.options:
            choice = choices if len(row.options) > 1 else None
            packed = packed_ad_skill(AdSkill(option.skill.slug, option.target, row.cue or "", choice))
            yield "out" if row.is_out else "skill", packed


def _rows(
    text: str, ad: JobAd, role: Role | None, corrections: Corrections, who: Reader, snapshot: Snapshot
) -> Iterator[AdRow]:
    requirements = role.skills if role else NO_REQUIREMENTS
    wanted = matching.targets(ad, requirements)
    effort = snapshot.effort_for(who.levels)
    hours = {
        item.skill: item.hours for item in gaps.gap(snapshot.graph, effort, wanted, who.levels, who.logged).missing
    }
    named = {item.skill: item for item in ad.found.skills}
    for slugs in _alternatives(named, ad.choices):
        items = [named[slug] for slug in slugs]
        cues = {item.cue for item in items}
        cue = "must" if "must" in cues else "nice" if "nice" in cues else None
        options = tuple(
            AskedSkill(snapshot.skills[slug], who.levels.get(slug, 0), wanted[slug], hours.get(slug, 0.0))
            for slug in slugs
        )
        claimed = any(slug in corrections.known or slug in corrections.made for slug in slugs)
        mentions = [match for match in ad.found.matches if match.skill in slugs]
        yield AdRow(
            options=options,
            cue=cue,
            mentions=max(item.mentions for item in items),
            importance=max((requirements[slug].importance for slug in slugs if slug in requirements), default=0),
            quote=_quote(text, mentions, cue),
            note=_note(options, who, is_claimed=claimed),
            is_claimed=claimed,
            is_out=any(slug in corrections.out for slug in slugs),
        )


def _alternatives(named: Mapping[str, Mentioned], choices: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Returns each skill once, in the order of the text, with its alternatives if it has any."""
    together: dict[str, tuple[str, ...]] = {}
    for choice in choices:
        members = tuple(slug for slug in choice if slug in named and slug not in together)
        if len(members) > 1:
            together |= dict.fromkeys(members, members)
    return list(dict.fromkeys(together.get(slug, (slug,)) for slug in named))


def _quote(text: str, mentions: Sequence[Match], cue: str | None) -> str:
    """Returns the words at the first mention that shows what the ad requires; for a choice, the words from its first to its last
    skill."""
    if not mentions:
        return ""
    first = next((match for match in mentions if match.cue == cue), mentions[0])
    whole = [match for match in mentions if match.sentence == first.sentence]
    named = len({match.skill for match in whole}) > 1
    start, end = (whole[0].start, whole[-1].end) if named else (first.start, first.end)
    return quote(text, start, end, first.sentence)


def _note(options: Sequence[AskedSkill], who: Reader, *, is_claimed: bool) -> str:
    met = next((option for option in options if option.is_met), None)
    if is_claimed:
        return _("you said so here")
    if met:
        return _("from your CV") if met.skill.slug in who.from_cv else ""
    return next(filter(None, (who.begun(option.skill.slug) for option in options)), "")


def _in_order(rows: Iterable[AdRow], action: PageAction) -> list[AdRow]:
    """Returns the rows sorted by weight, heaviest first. The row that gets the focus is marked."""
    ordered = sorted(rows, key=lambda row: by_weight(row.cue, row.importance, row.mentions))
    longest = max((row.best.hours for row in ordered if not row.is_out), default=0.0)
    at = _next(ordered, action)
    return [replace(row, is_next=row is at, share=row.best.hours / longest if longest else 0.0) for row in ordered]


def _next(rows: Sequence[AdRow], action: PageAction) -> AdRow | None:
    """Returns the row of the button that was pressed or, if that row moved to another section, the next open row."""
    touched = next((row for row in rows if set(action.skills) & set(row.slugs.split(" "))), None)
    if touched is None or not (touched.is_met or touched.is_out):
        return touched
    after = rows[rows.index(touched) + 1 :]
    return next((row for row in after if row.is_welcome == touched.is_welcome and not (row.is_met or row.is_out)), None)


def _hours(rows: Iterable[AdRow], who: Reader, snapshot: Snapshot) -> float:
    """Returns the hours to all targets; prerequisites that several skills share are counted once."""
    wanted = {row.best.skill.slug: row.best.target for row in rows}
    return gaps.gap(snapshot.graph, snapshot.effort_for(who.levels), wanted, who.levels, who.logged).hours


def _marks(matches: Iterable[Match], rows: Iterable[AdRow]) -> Iterator[Mark]:
    """Yields the marks, except those of skills that were taken out."""
    row_of = {option.skill.slug: row for row in rows for option in row.options}
    for match in matches:
        row = row_of.get(match.skill)
        if row is None:
            continue
        look = "have" if row.is_met else "nice" if row.is_welcome else "must"
        yield Mark(match.start, match.end, look, str(verdict.LOOKS[look]), row.options[0].skill.slug)
