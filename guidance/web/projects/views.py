"""Projects: the list, the page of each and, for a learner, its checklist and the levels that it proves."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import models
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds import Industry, Milestone, Project, Role, Skill
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.learner_state import LearnerState, project_state
from guidance.progress.models import Assessment
from guidance.progress.sources import PROJECT
from guidance.web import jsonld
from guidance.web.cache import public_page
from guidance.web.context import is_signed_in
from guidance.web.http import (
    QueryParams,
    invalid,
    learner_of,
    learner_state_of,
    next_url,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.paging import page_of
from guidance.web.skills.forms import ProveForm, WorkForm


@dataclass(frozen=True, slots=True)
class ProvenLevel:
    """One skill that the project proves."""

    skill: Skill
    level: int
    text: str  # what a person at that level can do
    open: bool  # still to be confirmed
    shown: bool  # whether this or another project shows this level or a higher one
    yours: str  # the learner's own level


def is_open(slug: str, level: int, state: LearnerState) -> bool:
    """Returns whether confirming the level would add to what is known. Confirming never lowers a level."""
    return not state.is_shown(slug, level)


def proven_levels(project: Project, state: LearnerState) -> list[ProvenLevel]:
    found = []
    for slug, level in project.proves.items():
        skill, yours = state.snapshot.skills[slug], state.levels.get(slug, 0)
        shown = state.is_shown(slug, level)
        text = _("shown at level {level}") if shown else _("you are at {level}")
        at = state.slices[slug].count(PROJECT) if shown else yours
        found.append(
            ProvenLevel(
                skill=skill,
                level=level,
                text=skill.level_texts[level - 1],
                open=is_open(slug, level, state),
                shown=shown,
                yours=text.format(level=at),
            )
        )
    return found


def needs(before: Mapping[str, int], state: LearnerState) -> list[tuple[Skill, int, int]]:
    """Returns the levels to have before starting: skill, level, and the learner's own level."""
    skills = state.snapshot.skills
    return [(skills[slug], level, state.levels.get(slug, 0)) for slug, level in before.items()]


PAGE_SIZE = 24
MAX_HOURS = ("10", "20", "40")


def skill_levels(levels: Mapping[str, int], snapshot: Snapshot) -> tuple[tuple[Skill, int], ...]:
    return tuple((snapshot.skills[slug], level) for slug, level in levels.items())


@dataclass(frozen=True, slots=True)
class ProjectCard:
    project: Project
    proves: tuple[tuple[Skill, int], ...]
    industries: tuple[Industry, ...]
    milestone: Milestone | None  # which it completes on the path of the chosen role


def project_card(project: Project, snapshot: Snapshot, milestone: Milestone | None = None) -> ProjectCard:
    industries = tuple(snapshot.industries[slug] for slug in project.industries)
    return ProjectCard(project, skill_levels(project.proves, snapshot), industries, milestone)


@public_page("role", "skill", "industry", "hours", "page")
def projects(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    role = params.record("role", snapshot.roles, Kind.ROLE)
    skill = params.record("skill", snapshot.skills, Kind.SKILL)
    industry = params.record("industry", snapshot.industries, Kind.INDUSTRY)
    hours = params.choice("hours", MAX_HOURS)
    candidates = projects_for(role, snapshot) if role else snapshot.projects.values()
    found = [item for item in candidates if matches(item, skill, industry, hours)]
    milestone_of = milestones_by_project(role, snapshot) if role else {}
    page = page_of(found, PAGE_SIZE, params)
    filtered = any((role, skill, industry, hours))
    context = {
        "problems": params.problems,
        "cards": [project_card(item, snapshot, milestone_of.get(item.slug)) for item in page.items],
        "count": len(found),
        "page": page,
        "canonical_query": urlencode({"page": page.number}) if page.number > 1 and not filtered else "",
        "total": len(snapshot.projects),
        "role": role,
        "roles": snapshot.roles.values(),
        "skill": skill,
        "industry": industry,
        "hours": hours,
        "skills": [item for slug, item in snapshot.skills.items() if snapshot.projects_of[slug] or item is skill],
        "industries": snapshot.industries.values(),
        "at_most_hours": MAX_HOURS,
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Projects"), reverse("web:projects"))])),
    }
    template = "web/projects.html#results" if request.htmx else "web/projects.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=params.status)


def projects_for(role: Role, snapshot: Snapshot) -> list[Project]:
    """Returns the projects of the role's milestones in the order of the path, then the others that prove a skill it requires,
    shortest first."""
    first = [snapshot.projects[slug] for slug in milestones_by_project(role, snapshot)]
    others = [
        item for item in snapshot.projects.values() if item not in first and item.proves.keys() & role.skills.keys()
    ]
    return [*first, *sorted(others, key=lambda item: item.hours)]


def milestones_by_project(role: Role, snapshot: Snapshot) -> dict[str, Milestone]:
    """Returns the milestone that each project completes, in the order of the path; the first one if there are several."""
    found: dict[str, Milestone] = {}
    for milestone in role.milestones:
        for project in snapshot.milestones[milestone].projects:
            found.setdefault(project, snapshot.milestones[milestone])
    return found


def matches(project: Project, skill: Skill | None, industry: Industry | None, hours: str) -> bool:
    return (
        (skill is None or skill.slug in project.proves)
        and (industry is None or industry.slug in project.industries)
        and (not hours or project.hours <= int(hours))
    )


@public_page()
def project(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    project: Project = snapshot.find(Kind.PROJECT, slug)
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
    """Shows the page of a project with the learner's work on it. `sent`: invalid forms by name."""
    state = learner_state_of(request)
    snapshot, levels = state.snapshot, state.levels
    project = snapshot.projects[slug]
    work = project_state(learner_of(request), project, snapshot)
    shown, before = proven_levels(project, state), levels_before(project, snapshot)
    context = {
        "project": project,
        "card": project_card(project, snapshot),
        "work": work,
        "proofs": shown,
        "open": any(proof.open for proof in shown),
        "needs": needs(before, state),
        "hours_before": snapshot.hours(snapshot.closure(before, levels), levels),
        "to_learn": to_learn(project, before, levels, snapshot),
        "work_form": WorkForm(checklist=project.checklist, initial={"ticked": work.ticked, "url": work.url}),
        "prove_form": ProveForm(proves=project.proves, complete=work.complete),
        **sent,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "web/project_learner.html", context, status=status)


def levels_before(project: Project, snapshot: Snapshot) -> dict[str, int]:
    """Returns the levels to have before starting: one level below what the project proves or, if that is 0, the skill's
    prerequisites."""
    levels: dict[str, int] = {}
    for slug, level in project.proves.items():
        for need, at in ({slug: level - 1} if level > 1 else snapshot.skills[slug].prerequisites).items():
            levels[need] = max(levels.get(need, 0), at)
    return {slug: levels[slug] for slug in snapshot.order if slug in levels}


def to_learn(
    project: Project, before: Mapping[str, int], levels: Mapping[str, int], snapshot: Snapshot
) -> tuple[tuple[Skill, int, float], ...]:
    """Returns the levels that the project proves and that someone who starts with `before` still has to learn: skill, level and hours."""
    start = {slug: max(before.get(slug, 0), levels.get(slug, 0)) for slug in project.proves}
    return tuple(
        (snapshot.skills[slug], level, snapshot.hours({slug: level}, {**levels, **start}))
        for slug, level in project.proves.items()
        if start[slug] < level
    )


@post_action("web:project", "slug")
def save_work(request: HttpRequest, slug: str) -> HttpResponse:
    project = published_row(models.Project, slug)
    checklist = catalogue.current().projects[project.slug].checklist
    form = WorkForm(request.POST, checklist=checklist)
    if not form.is_valid():
        return learner_project(request, project.slug, work_form=form)
    try:
        kept = services.save_project_work(
            learner=learner_of(request), project=project, now=timezone.now(), **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return learner_project(request, project.slug, work_form=form)
    text = ngettext(
        "Your work on this project is saved: {ticked} of {count} line ticked.",
        "Your work on this project is saved: {ticked} of {count} lines ticked.",
        len(checklist),
    )
    values = {"ticked": len(kept.ticked), "count": len(checklist)}
    return redirect_with(request, text.format(**values), to=next_url(request, project.get_absolute_url()))


@post_action("web:project", "slug")
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    row, learner, snapshot = published_row(models.Project, slug), learner_of(request), catalogue.current()
    project = snapshot.projects[row.slug]
    work = project_state(learner, project, snapshot)
    form = ProveForm(request.POST, proves=project.proves, complete=work.complete)
    if not form.is_valid():
        return learner_project(request, row.slug, prove_form=form)
    to = next_url(request, row.get_absolute_url())
    try:
        made = services.prove_by_project(
            learner=learner,
            project=row,
            levels={snapshot.skills[slug].id: project.proves[slug] for slug in form.cleaned_data["skill"]},
            url=work.url,
            now=timezone.now(),
        )
    except ValidationError as error:  # it changed a moment ago
        form.add_error("skill", error.messages)
        return learner_project(request, row.slug, prove_form=form)
    if not made:  # the form was sent twice
        return redirect_with(request, _("You already have these levels."), to=to)
    undo = f"{reverse('web:disprove', args=[row.slug])}?{urlencode([('made', item.pk) for item in made])}"
    return redirect_with(request, _("Confirmed: {names}.").format(names=_named(made)), to=to, undo=undo)


@post_action("web:project", "slug")
def disprove(request: HttpRequest, slug: str) -> HttpResponse:
    """Undoes levels that were confirmed together; the URL lists them."""
    row, learner = published_row(models.Project, slug), learner_of(request)
    asked = set(request.GET.getlist("made"))
    made = [item for item in learner.assessments.filter(project=row) if str(item.pk) in asked]
    if not made:
        raise Http404
    to = next_url(request, row.get_absolute_url())
    try:
        services.undo_assessments(learner=learner, assessments=made, now=timezone.now())
    except ValidationError as error:
        return invalid(request, error.messages[0], to=to)
    return redirect_with(request, _("Undone: {names}.").format(names=_named(made)), to=to)


def _named(made: list[Assessment]) -> str:
    prefetch_related_objects(made, "skill")
    text = _("{skill} at level {level}")
    return ", ".join(text.format(skill=item.skill.name, level=item.level) for item in made)
