"""What a learner does with a project, from its page."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Project
from guidance.progress import services
from guidance.progress.models import Assessment
from guidance.progress.work import work_on
from guidance.web.access import learner_of, published
from guidance.web.actions import action
from guidance.web.forms.study import ProveForm, WorkForm
from guidance.web.replies import back, done, failed
from guidance.web.views.projects import learner_project


@action("web:project", "slug")
def save_work(request: HttpRequest, slug: str) -> HttpResponse:
    project = published(Project, slug)
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
        "Your work on this project is saved: %(ticked)d of %(count)d line ticked.",
        "Your work on this project is saved: %(ticked)d of %(count)d lines ticked.",
        len(checklist),
    )
    values = {"ticked": len(kept.ticked), "count": len(checklist)}
    return done(request, text % values, to=back(request, project.get_absolute_url()))


@action("web:project", "slug")
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    row, learner, snapshot = published(Project, slug), learner_of(request), catalogue.current()
    project = snapshot.projects[row.slug]
    work = work_on(learner, project, snapshot)
    form = ProveForm(request.POST, proves=project.proves, complete=work.complete)
    if not form.is_valid():
        return learner_project(request, row.slug, prove_form=form)
    to = back(request, row.get_absolute_url())
    try:
        made = services.prove_by_project(
            learner=learner,
            project=row,
            levels={snapshot.skills[slug].id: project.proves[slug] for slug in form.cleaned_data["skill"]},
            url=work.url,
            now=timezone.now(),
        )
    except ValidationError as error:  # it has changed a moment ago
        form.add_error("skill", error.messages)
        return learner_project(request, row.slug, prove_form=form)
    if not made:  # sent twice
        return done(request, _("These levels are yours already."), to=to)
    undo = f"{reverse('web:disprove', args=[row.slug])}?{urlencode([('made', item.pk) for item in made])}"
    return done(request, _("Confirmed: %(names)s.") % {"names": _named(made)}, to=to, undo=undo)


@action("web:project", "slug")
def disprove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the levels that were confirmed together; the address names them."""
    row, learner = published(Project, slug), learner_of(request)
    asked = set(request.GET.getlist("made"))
    made = [item for item in learner.assessments.filter(project=row) if str(item.pk) in asked]
    if not made:
        raise Http404
    to = back(request, row.get_absolute_url())
    try:
        services.undo_assessments(learner=learner, assessments=made, now=timezone.now())
    except ValidationError as error:
        return failed(request, error.messages[0], to=to)
    return done(request, _("Taken back: %(names)s.") % {"names": _named(made)}, to=to)


def _named(made: list[Assessment]) -> str:
    prefetch_related_objects(made, "skill")
    text = _("%(skill)s at level %(level)d")
    return ", ".join(text % {"skill": item.skill.name, "level": item.level} for item in made)
