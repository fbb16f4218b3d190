from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Industry, Project, Skill, Snapshot
from guidance.progress.work import work_on
from guidance.web import jsonld
from guidance.web.access import learner_of, standing_of
from guidance.web.asked import Asked
from guidance.web.context import is_signed_in
from guidance.web.forms.study import ProveForm, WorkForm
from guidance.web.own_project import needs, proofs
from guidance.web.pages import find, public_page

AT_MOST_HOURS = ("10", "20", "40")


@dataclass(frozen=True, slots=True)
class SkillLevel:
    skill: Skill
    level: int

    @property
    def text(self) -> str:
        """What a person at that level can do."""
        return self.skill.level_texts[self.level - 1]


def skill_levels(levels: Mapping[str, int], snapshot: Snapshot) -> tuple[SkillLevel, ...]:
    return tuple(SkillLevel(snapshot.skills[slug], level) for slug, level in levels.items())


@dataclass(frozen=True, slots=True)
class ToLearn:
    """A level that the project proves and that the reader does not have yet."""

    skill: Skill
    level: int
    hours: float  # from the level to start with


@dataclass(frozen=True, slots=True)
class ProjectCard:
    project: Project
    proves: tuple[SkillLevel, ...]
    industries: tuple[Industry, ...]


def project_card(project: Project, snapshot: Snapshot) -> ProjectCard:
    industries = tuple(snapshot.industries[slug] for slug in project.industries)
    return ProjectCard(project, skill_levels(project.proves, snapshot), industries)


@public_page("skill", "industry", "hours")
def projects(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    asked = Asked(request.GET, snapshot)
    skill = asked.record("skill", snapshot.skills, Kind.SKILL)
    industry = asked.record("industry", snapshot.industries, Kind.INDUSTRY)
    hours = asked.choice("hours", AT_MOST_HOURS)
    found = [item for item in snapshot.projects.values() if matches(item, skill, industry, hours)]
    context = {
        "problems": asked.problems,
        "cards": [project_card(item, snapshot) for item in found],
        "total": len(snapshot.projects),
        "skill": skill,
        "industry": industry,
        "hours": hours,
        "skills": [item for slug, item in snapshot.skills.items() if snapshot.projects_of[slug] or item is skill],
        "industries": snapshot.industries.values(),
        "at_most_hours": AT_MOST_HOURS,
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Projects"), reverse("web:projects"))])),
    }
    template = "web/projects.html#results" if request.htmx else "web/projects.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=asked.status)


def matches(project: Project, skill: Skill | None, industry: Industry | None, hours: str) -> bool:
    return (
        (skill is None or skill.slug in project.proves)
        and (industry is None or industry.slug in project.industries)
        and (not hours or project.hours <= int(hours))
    )


@public_page()
def project(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    project = find(snapshot, snapshot.projects, Kind.PROJECT, slug)
    if is_signed_in(request):
        return learner_project(request, slug)
    before = levels_before(project, snapshot)
    context = {
        "card": project_card(project, snapshot),
        "project": project,
        "before": skill_levels(before, snapshot),
        "before_hours": snapshot.hours(snapshot.closure(before)),
        "to_learn": to_learn(project, before, {}, snapshot),
        "json_ld": jsonld.script(
            jsonld.project(project, snapshot),
            jsonld.breadcrumbs([(_("Projects"), reverse("web:projects")), (project.name, project.url)]),
        ),
    }
    return render(request, "web/project.html", context)


def learner_project(request: HttpRequest, slug: str, **sent: Form) -> HttpResponse:
    """The page of a project with the learner's work on it. `sent`: a form that came and was not right, by its name."""
    standing = standing_of(request)
    snapshot, levels = standing.snapshot, standing.levels
    project = snapshot.projects[slug]
    work = work_on(learner_of(request), project, snapshot)
    shown, before = proofs(project, standing), levels_before(project, snapshot)
    context = {
        "project": project,
        "card": project_card(project, snapshot),
        "work": work,
        "proofs": shown,
        "open": any(proof.open for proof in shown),
        "needs": needs(before, standing),
        "hours_before": snapshot.hours(snapshot.closure(before, levels), levels),
        "to_learn": to_learn(project, before, levels, snapshot),
        "work_form": WorkForm(checklist=project.checklist, initial={"ticked": work.ticked, "url": work.url}),
        "prove_form": ProveForm(proves=project.proves, complete=work.complete),
        **sent,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "web/project_learner.html", context, status=status)


def levels_before(project: Project, snapshot: Snapshot) -> dict[str, int]:
    """What to have before starting: one level below what it proves, and where that is none, the skill's prerequisites."""
    levels: dict[str, int] = {}
    for slug, level in project.proves.items():
        for need, at in ({slug: level - 1} if level > 1 else snapshot.skills[slug].prerequisites).items():
            levels[need] = max(levels.get(need, 0), at)
    return {slug: levels[slug] for slug in snapshot.order if slug in levels}


def to_learn(
    project: Project, before: Mapping[str, int], levels: Mapping[str, int], snapshot: Snapshot
) -> tuple[ToLearn, ...]:
    """What is proved at the end and is still to be learned, first or during the work, by someone who starts with `before`."""
    start = {slug: max(before.get(slug, 0), levels.get(slug, 0)) for slug in project.proves}
    return tuple(
        ToLearn(snapshot.skills[slug], level, snapshot.hours({slug: level}, {**levels, **start}))
        for slug, level in project.proves.items()
        if start[slug] < level
    )
