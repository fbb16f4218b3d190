"""What a proof page shows to a stranger: the settings of its learner, applied to what is known of them now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import Project, Skill
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import goal_name
from guidance.matching import jsonresume
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import Evidence, ProjectWork, ProofPage
from guidance.progress.sources import CHECK, IMPLIED, PROJECT, SELF, SHOWN_SOURCES, as_shown
from guidance.progress.text import SourceShare, source_shares

# For somebody who has never seen Waymark: what each is called, and what it means.
SOURCE_WORDS = {
    PROJECT: _("shown by a project"),
    CHECK: _("checked with five questions"),
    SELF: _("said by the learner"),
    IMPLIED: _("implied"),
}
SOURCE_MEANING = {
    PROJECT: _("The learner finished a project that needs this level."),
    CHECK: _("The learner answered at least four of five questions correctly on Waymark. No one supervised it."),
    SELF: _("The learner chose this level after reading what it means. No one has checked it."),
    IMPLIED: _("The learner has another skill that needs this level first. No one has checked it."),
}


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """Neighbouring levels of a skill with the same source."""

    source: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ProvenSkill:
    skill: Skill
    sources: tuple[str, ...]  # of level 1, 2, …
    since: date | None  # when the level last changed; None for one that is implied

    @property
    def level(self) -> int:
        return len(self.sources)

    @property
    def parts(self) -> list[SourceLevels]:
        parts, at = [], 1
        for source, levels in groupby(self.sources):
            count = len(list(levels))
            parts.append(SourceLevels(source, at, at + count - 1))
            at += count
        return parts


@dataclass(frozen=True, slots=True)
class ProvenProject:
    name: str
    url: str  # of the work
    project: Project | None  # None once it is retired
    shows: tuple[tuple[Skill, int], ...]  # of what it proves, what the learner confirmed
    ticked: int
    lines: int
    on: date  # when it was saved last

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
    """Everything on a proof page. What the learner does not show is empty."""

    display_name: str
    as_of: date
    goal: str  # role, and industry where there is one
    readiness: float | None
    split: tuple[SourceShare, ...]
    required: tuple[ProvenSkill, ...]  # by the goal
    others: tuple[ProvenSkill, ...]
    projects: tuple[ProvenProject, ...]  # complete ones first
    certificates: tuple[ShownCertificate, ...]  # the newest first

    @property
    def is_empty(self) -> bool:
        return self.readiness is None and not (self.required or self.others or self.projects or self.certificates)

    @property
    def sources(self) -> list[str]:
        """Those that the page has to explain, strongest first."""
        used = {part.source for part in self.split}
        used.update(source for item in (*self.required, *self.others) for source in item.sources)
        return [source for source in SHOWN_SOURCES if source in used]


def public_proof(page: ProofPage, state: LearnerState) -> PublicProof:
    """At most two queries, however much there is."""
    goal_state, snapshot = state.goal_state, state.snapshot
    shows_goal = goal_state is not None and page.shows_role
    readiness = goal_state.readiness if goal_state and shows_goal and page.shows_readiness else None
    needed: Collection[str] = [term.skill for term in goal_state.readiness.terms] if goal_state and shows_goal else ()
    skills = _skills(page, state)
    return PublicProof(
        display_name=page.display_name,
        as_of=state.today,
        goal=goal_name(goal_state.role, goal_state.industry) if goal_state and shows_goal else "",
        readiness=readiness.readiness if readiness else None,
        split=source_shares(readiness.by_source) if readiness else (),
        required=tuple(item for item in skills if item.skill.slug in needed),
        others=tuple(item for item in skills if item.skill.slug not in needed),
        projects=tuple(_projects(page, state)) if page.shows_projects else (),
        certificates=tuple(_certificates(page, snapshot)) if page.shows_certificates else (),
    )


def _skills(page: ProofPage, state: LearnerState) -> list[ProvenSkill]:
    """The best proven first. Of those that are only partly proven a page of proven levels shows the proven ones."""
    if page.skills == ProofPage.ShownSkills.NONE:
        return []
    shown = []
    for slug, slices in state.slices.items():
        sources = tuple(as_shown(source) for source in slices)
        if page.skills == ProofPage.ShownSkills.PROVED:
            sources = sources[: state.proved_level(slug)]
        if sources:
            known = state.skills.get(slug)
            since = known.since if known and len(sources) == known.level else None
            shown.append(ProvenSkill(state.snapshot.skills[slug], sources, since))
    return sorted(
        shown,
        key=lambda item: (
            min(SHOWN_SOURCES.index(source) for source in item.sources),
            -item.level,
            item.skill.name.casefold(),
        ),
    )


def _projects(page: ProofPage, state: LearnerState) -> list[ProvenProject]:
    """Those with a link to the work; of merged projects each may have a part of it."""
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
    """One that stands for several skills is shown once."""
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
    """The same page as a JSON Resume. `url`: of the page."""
    skills: Sequence[ProvenSkill] = sorted((*proof.required, *proof.others), key=lambda item: -item.level)
    resume = jsonresume.write(
        name=proof.display_name,
        email="",
        label=proof.goal,
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
        # Not a field of JSON Resume, which allows others: how each level is known.
        entry["sources"] = [str(SOURCE_WORDS[source]) for source in item.sources]
    return resume
