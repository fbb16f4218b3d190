"""What a learner does with a project, from its page."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Project
from guidance.progress import services
from guidance.progress.models import Progress
from guidance.web.access import learner_of, published, standing_of
from guidance.web.actions import action
from guidance.web.forms.study import ProveForm, WorkForm
from guidance.web.own_project import is_open, work_on
from guidance.web.replies import back, done
from guidance.web.views.projects import learner_project


@action("web:project", "slug")
def save_work(request: HttpRequest, slug: str) -> HttpResponse:
    project = published(Project, slug)
    checklist = catalogue.current().projects[project.slug].checklist
    form = WorkForm(request.POST, checklist=checklist)
    if not form.is_valid():
        return learner_project(request, project.slug, work_form=form)
    try:
        kept = services.save_project_work(learner=learner_of(request), project=project, **form.cleaned_data)
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
@transaction.atomic
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    row, learner = published(Project, slug), learner_of(request)
    # Two of the same that arrive together follow each other, so that the second one finds the levels confirmed.
    Progress.objects.select_for_update().filter(learner=learner).first()
    standing = standing_of(request)
    snapshot = standing.snapshot
    project = snapshot.projects[row.slug]
    work = work_on(learner, project, snapshot)
    form = ProveForm(request.POST, proves=project.proves, complete=work.complete)
    if not form.is_valid():
        return learner_project(request, row.slug, prove_form=form)
    levels = {slug: project.proves[slug] for slug in form.cleaned_data["skill"]}
    levels = {slug: level for slug, level in levels.items() if is_open(slug, level, standing)}
    to = back(request, row.get_absolute_url())
    if not levels:  # sent twice
        return done(request, _("These levels are yours already."), to=to)
    try:
        made = services.prove_by_project(
            learner=learner,
            project=row,
            levels={snapshot.skills[slug].id: level for slug, level in levels.items()},
            url=work.url,
            now=timezone.now(),
        )
    except ValidationError as error:  # it has changed a moment ago
        form.add_error("skill", error.messages)
        return learner_project(request, row.slug, prove_form=form)
    text = _("%(skill)s at level %(level)d")
    names = ", ".join(text % {"skill": snapshot.skills[slug].name, "level": level} for slug, level in levels.items())
    undo = reverse("web:undo-assessment", args=[made[0].pk]) if len(made) == 1 else ""
    return done(request, _("Confirmed: %(names)s.") % {"names": names}, to=to, undo=undo)
