"""What a proof page shows to a stranger: the learner's current state, filtered by their settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import Project, Skill
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import any_of, goal_name
from guidance.matching import jsonresume
from guidance.progress.curriculum import best_member
from guidance.progress.learner_rows import SkillState
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.models import Evidence, ProjectWork, ProofPage
from guidance.progress.readiness import heaviest_first
from guidance.progress.sources import CHECK, IMPLIED, PROJECT, PROOFS, SELF, SHOWN_SOURCES, as_shown
from guidance.progress.text import SourceShare, source_shares

# The name and the meaning of each source, for readers who have never seen Waymark.
SOURCE_WORDS = {
    PROJECT: _("shown by a project"),
    CHECK: _("checked with five questions"),
    SELF: _("not checked"),
    IMPLIED: _("implied"),
}
SOURCE_MEANING = {
    PROJECT: _(
        "The learner states that they finished a project that needs this level, and ticked its checklist."
        " No one at Waymark looked "
        "at the work."
    ),
    CHECK: _(
        "The learner answered at least four of five questions correctly on Waymark, mostly multiple-choice. They may have "
        "used books and the web, no one supervised the check, and learners can retake it on another day with other questions."
    ),
    # Levels that a learner chose and those of a background they picked are stored alike, so the words have to be true of both.
    SELF: _(
        "The learner set this level, or it is usual for the background that they picked, such as data analyst. Neither a check "
        "nor a project shows it."
    ),
    IMPLIED: _("The learner has another skill that needs this level first. No one has confirmed it."),
}


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """Consecutive levels of a skill with the same source and day."""

    source: str
    first: int
    last: int
    on: date | None  # when it was last stated, checked or shown; None if implied


@dataclass(frozen=True, slots=True)
class LastReview:
    """The last review since the levels were checked or shown."""

    on: date
    passed: bool


@dataclass(frozen=True, slots=True)
class ProvenSkill:
    skill: Skill
    known: tuple[Mapping[str, date | None], ...]  # the sources of level 1, 2, …, strongest first, each with its day
    review: LastReview | None
    asked: int | None  # the level that the goal asks for, if the page shows the goal and it includes the skill

    @property
    def level(self) -> int:
        return len(self.known)

    @property
    def sources(self) -> tuple[str, ...]:
        """The strongest source of level 1, 2, …"""
        return tuple(next(iter(days)) for days in self.known)

    @property
    def proved(self) -> int:
        """The highest level that a check or a project shows; 0 if there is none."""
        return max((level for level, source in enumerate(self.sources, 1) if source in PROOFS), default=0)

    @property
    def parts(self) -> list[SourceLevels]:
        """How each level is known, strongest source first. A level that was checked and is shown by a project is in two parts."""
        parts = []
        for source in SHOWN_SOURCES:
            levels = [(days[source], level) for level, days in enumerate(self.known, 1) if source in days]
            for on, same in groupby(levels, key=itemgetter(0)):
                numbers = [level for _on, level in same]
                parts.append(SourceLevels(source, numbers[0], numbers[-1], on))
        return parts


@dataclass(frozen=True, slots=True)
class Asked:
    """The number of skills that the goal asks for, and how far the page shows them. A choice counts as one skill."""

    count: int
    reached: int  # shown skills whose target level is reached
    proved: int  # those of them whose target level a check or a project shows
    below: int  # shown skills below their target level
    missing: tuple[str, ...]  # names of the skills that are not shown, largest weight first


@dataclass(frozen=True, slots=True)
class ProvenProject:
    name: str
    url: str  # of the work
    project: Project | None  # None if it has been retired
    shows: tuple[tuple[Skill, int], ...]  # levels that it proves and the learner confirmed
    ticked: int
    lines: int
    on: date  # when it was last saved

    @property
    def is_complete(self) -> bool:
        return self.lines > 0 and self.ticked == self.lines


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    name: str
    issuer: str
    issued_on: date
    url: str
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True)
class PublicProof:
    """Everything on a proof page. Parts that the learner does not show are empty."""

    display_name: str
    as_of: date
    goal: str  # name of the role, with the industry if there is one
    readiness: float | None
    split: tuple[SourceShare, ...]
    shows_said: bool  # whether the page also shows levels that no check or project shows
    asked: Asked | None  # None if no skills or no goal is shown
    required: tuple[ProvenSkill, ...]  # by the goal
    others: tuple[ProvenSkill, ...]
    projects: tuple[ProvenProject, ...]  # complete ones first
    certificates: tuple[ShownCertificate, ...]  # newest first

    @property
    def is_empty(self) -> bool:
        return self.readiness is None and not (self.required or self.others or self.projects or self.certificates)

    @property
    def hides_said(self) -> bool:
        """Whether the readiness includes levels that the page does not list because no check or project shows them."""
        return not self.shows_said and any(part.source not in PROOFS for part in self.split)

    @property
    def has_proved(self) -> bool:
        return any(item.proved for item in (*self.required, *self.others))

    @property
    def has_review(self) -> bool:
        return any(item.review for item in (*self.required, *self.others))

    @property
    def sources(self) -> list[str]:
        """The sources that the page has to explain, strongest first."""
        used = {part.source for part in self.split}
        used.update(source for item in (*self.required, *self.others) for days in item.known for source in days)
        return [source for source in SHOWN_SOURCES if source in used]


def public_proof(page: ProofPage, state: LearnerState) -> PublicProof:
    """Returns the content of a proof page, with at most three queries. A saved ad is private, so a role is shown in its
    place."""
    goal_state, snapshot = state.role_goal_state if page.shows_role else None, state.snapshot
    readiness = goal_state.readiness if goal_state and page.shows_readiness else None
    skills = skills_on(page, state)
    levels = {item.skill.slug: item.level for item in skills}
    wanted = _wanted(goal_state, levels) if goal_state else {}
    skills = [replace(item, asked=wanted.get(item.skill.slug)) for item in skills]
    return PublicProof(
        display_name=page.display_name,
        as_of=state.today,
        goal=goal_name(goal_state.role, goal_state.industry) if goal_state else "",
        readiness=readiness.readiness if readiness else None,
        split=source_shares(readiness.by_source) if readiness else (),
        shows_said=page.skills == ProofPage.ShownSkills.ALL,
        asked=_asked(goal_state, levels, state) if goal_state and skills else None,
        required=tuple(item for item in skills if item.asked),
        others=tuple(item for item in skills if not item.asked),
        projects=tuple(_projects(page, state)) if page.shows_projects else (),
        certificates=tuple(_certificates(page, snapshot)) if page.shows_certificates else (),
    )


def _wanted(goal_state: GoalState, levels: Mapping[str, int]) -> dict[str, int]:
    """Returns the level that the goal requires in each of these skills. In a choice, only the member with the highest coverage
    counts."""
    wanted: dict[str, int] = {}
    for target in goal_state.targets.values():
        skill = best_member(target, levels)
        if skill in levels:
            wanted[skill] = max(wanted.get(skill, 0), target.one_of[skill])
    return wanted


def _asked(goal_state: GoalState, levels: Mapping[str, int], state: LearnerState) -> Asked:
    reached, proved, below, missing = 0, 0, 0, []
    for _slug, target in heaviest_first(goal_state.targets):
        skill = best_member(target, levels)
        if skill not in levels:
            missing.append(any_of([state.snapshot.skills[member].name for member in target.one_of]))
        elif levels[skill] < target.one_of[skill]:
            below += 1
        else:
            reached += 1
            proved += state.proved_level(skill) >= target.one_of[skill]
    return Asked(len(goal_state.targets), reached, proved, below, tuple(missing))


def skills_on(page: ProofPage, state: LearnerState) -> list[ProvenSkill]:
    """Returns the skills to show, the best proven first. If the page shows only proven levels, the others are left out."""
    if page.skills == ProofPage.ShownSkills.NONE:
        return []
    shown, given = [], _days(page, state.snapshot)
    for slug, slices in state.slices.items():
        sources = tuple(as_shown(source) for source in slices)
        if page.skills == ProofPage.ShownSkills.PROVED:
            sources = sources[: state.proved_level(slug)]
        if sources:
            row = state.skills.get(slug)
            known = tuple(
                {
                    name: given.get((slug, name, level)) or _day_of_state(row, name)
                    for name in _sources_of(row, source, level)
                }
                for level, source in enumerate(sources, 1)
            )
            review = _last_review(row, known) if row else None
            shown.append(ProvenSkill(state.snapshot.skills[slug], known, review, None))
    return sorted(
        shown,
        key=lambda item: (
            min(SHOWN_SOURCES.index(source) for source in item.sources),
            -item.level,
            item.skill.name.casefold(),
        ),
    )


def _days(page: ProofPage, snapshot: Snapshot) -> dict[tuple[str, str, int], date]:
    """Returns the last day on which each level was stated, checked or shown, by skill, source and level. The state does not hold
    these days: it has a single day for everything proved about a skill, reviews included."""
    days: dict[tuple[str, str, int], date] = {}
    rows = page.learner.assessments.filter(undoes__isnull=True, undone_by__isnull=True).order_by("id")
    for pk, kind, level, up_to, on in rows.values_list("skill_id", "kind", "level", "up_to", "on"):
        slug = snapshot.slugs.get((Kind.SKILL, pk))
        if slug is None:
            continue
        for reached in range(1, (level if up_to is None else up_to) + 1):
            key = slug, as_shown(kind), reached
            days[key] = max(days.get(key, on), on)
    return days


def _day_of_state(known: SkillState | None, source: str) -> date | None:
    """Returns the day in the state, for levels that have no day in the history."""
    if known is None or source == IMPLIED:
        return None
    return known.proved_on if source in PROOFS else known.since


def _sources_of(row: SkillState | None, source: str, level: int) -> tuple[str, ...]:
    """Returns the strongest source of a level, and the check that the level of a project has passed as well."""
    return (PROJECT, CHECK) if row and source == PROJECT and level <= row.checked_to else (source,)


def _last_review(row: SkillState, known: Sequence[Mapping[str, date | None]]) -> LastReview | None:
    """Returns the last review; None if the levels were checked or shown since then. A failed review stays failed even after
    study."""
    proved = [day for days in known for source, day in days.items() if source in PROOFS and day]
    on = row.reviewed_on
    if on is None or not proved or on < max(proved):
        return None
    if row.review_failed or row.proved_on is None or on > row.proved_on:
        return LastReview(on, passed=False)
    return LastReview(on, passed=True) if on > max(proved) else None


def _projects(page: ProofPage, state: LearnerState) -> list[ProvenProject]:
    """Returns the projects with a link to the work. Merged projects are combined, since each may have a part of the work."""
    snapshot = state.snapshot
    rows = page.learner.projectworks.select_related("project").order_by("-updated_at")
    by_project: dict[str | int, list[ProjectWork]] = {}
    for row in rows:
        by_project.setdefault(snapshot.slugs.get((Kind.PROJECT, row.project_id)) or row.project_id, []).append(row)
    shown = []
    for slug, works in by_project.items():
        url = next((work.url for work in works if work.url), "")
        project = snapshot.projects.get(slug) if isinstance(slug, str) else None
        if not url:
            continue
        ticked = {line for work in works for line in work.ticked}
        shown.append(
            ProvenProject(
                name=project.name if project else works[0].project.name,
                url=url,
                project=project,
                shows=tuple(
                    (snapshot.skills[skill], level)
                    for skill, level in (project.proves if project else {}).items()
                    if state.is_shown(skill, level)
                ),
                ticked=len(ticked.intersection(project.checklist)) if project else len(ticked),
                lines=len(project.checklist) if project else 0,
                on=works[0].on,
            )
        )
    return sorted(shown, key=lambda work: not work.is_complete)


def _certificates(page: ProofPage, snapshot: Snapshot) -> Iterator[ShownCertificate]:
    """Yields the certificates. A certificate that was added for several skills is shown once."""
    kind = Evidence.EvidenceKind.CERTIFICATE
    rows = page.learner.evidences.filter(kind=kind).order_by("-issued_on", "issuer", "name", "url", "pk")
    for (issued_on, issuer, name, url), same in groupby(
        rows, key=lambda row: (row.issued_on, row.issuer, row.name, row.url)
    ):
        slugs = (snapshot.slugs.get((Kind.SKILL, row.skill_id)) for row in same)
        skills = tuple(snapshot.skills[slug] for slug in dict.fromkeys(slugs) if slug)
        assert issued_on is not None
        yield ShownCertificate(name, issuer, issued_on, url, skills)


def as_resume(proof: PublicProof, *, url: str, now: datetime) -> dict[str, Any]:
    """Returns the page as a JSON Resume. `url` is the URL of the page."""
    skills: Sequence[ProvenSkill] = sorted((*proof.required, *proof.others), key=lambda item: -item.level)
    resume = jsonresume.write(
        name=proof.display_name,
        email="",
        label=str(_("Learning to become {role}")).format(role=proof.goal) if proof.goal else "",
        levels=[(item.skill.name, item.level) for item in skills],
        works=[
            jsonresume.WorkEntry(
                work.name,
                work.project.summary if work.project else "",
                work.url,
                tuple(skill.name for skill, _level in work.shows),
            )
            for work in proof.projects
        ],
        certificates=[
            jsonresume.CertificateEntry(item.name, item.issuer, item.issued_on, item.url) for item in proof.certificates
        ],
        now=now,
    )
    resume["basics"]["url"] = url
    for entry, item in zip(resume["skills"], skills, strict=True):
        entry["sources"] = resume_sources(item)
        if item.review:
            entry["review"] = {"date": item.review.on.isoformat(), "passed": item.review.passed}
    return resume


def resume_sources(item: ProvenSkill) -> list[dict[str, Any]]:
    """Returns an extra field of a skill, which JSON Resume allows: how we know each level, and since when."""
    return [
        {
            "levels": list(range(part.first, part.last + 1)),
            "source": str(SOURCE_WORDS[part.source]),
            **({"date": part.on.isoformat()} if part.on else {}),
        }
        for part in item.parts
    ]
