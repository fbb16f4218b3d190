"""What a learner says about a skill, from its page."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Kind, Resource, Skill
from guidance.progress import services
from guidance.progress.models import Assessment, Evidence
from guidance.web.access import learner_of, own, published, standing_of
from guidance.web.actions import action
from guidance.web.forms.study import EvidenceForm, LevelForm, NoteForm
from guidance.web.replies import back, done, failed
from guidance.web.templatetags.waymark import level_name
from guidance.web.views.skills import learner_skill


def _ids(kind: str, slug: str) -> tuple[int, ...]:
    """Those of the record and of all that were merged into it."""
    return catalogue.current().ids[kind, slug]


@action("web:skill", "slug")
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published(Skill, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return learner_skill(request, skill.slug, level_form=form)
    before, level = _readiness(request), form.cleaned_data["level"]
    last = learner_of(request).assessments.filter(skill__in=_ids(Kind.SKILL, skill.slug)).last()
    # Saying again what a project has shown is no reason to know it less well.
    shown = last is not None and last.level == level and last.kind == Assessment.How.PROJECT
    made = services.assess(
        learner=learner_of(request),
        skill=skill,
        level=level,
        kind=Assessment.How.PROJECT if shown else Assessment.How.SELF,
        project=last.project if last and shown else None,
        now=timezone.now(),
        event_id=form.cleaned_data["event_id"],
    )
    text = _("%(skill)s: level %(level)d, %(name)s.") % {
        "skill": skill.name,
        "level": made.level,
        "name": level_name(made.level),
    }
    after = _readiness(request)
    if after != before:
        text += " " + _("Readiness %(after)s, it was %(before)s.") % {"after": after, "before": before}
    undo = reverse("web:undo-assessment", args=[made.pk])
    return done(request, text, to=back(request, skill.get_absolute_url()), undo=undo)


def _readiness(request: HttpRequest) -> str:
    """As pages show it; empty without a goal."""
    aim = standing_of(request).aim
    return f"{aim.readiness.readiness:.1f}" if aim else ""


@action("web:history")
def undo_assessment(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = own(request, Assessment, pk)
    to = back(request, reverse("web:history"))
    try:
        made = services.undo_assessment(learner=learner_of(request), assessment=assessment, now=timezone.now())
    except ValidationError as error:
        return failed(request, error.messages[0], to=to)
    text = _("Taken back. %(skill)s is at level %(level)d, %(name)s, again.") % {
        "skill": made.skill.name,
        "level": made.level,
        "name": level_name(made.level),
    }
    return done(request, text, to=to)


@action("web:skill", "slug")
def add_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published(Skill, slug)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        return learner_skill(request, skill.slug, evidence_form=form)
    try:
        made = services.add_evidence(learner=learner_of(request), skill=skill, now=timezone.now(), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return learner_skill(request, skill.slug, evidence_form=form)
    undo = reverse("web:remove-evidence", args=[made.pk])
    return done(request, _("Evidence added."), to=back(request, skill.get_absolute_url()), undo=undo)


@action("web:history")
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = own(request, Evidence, pk)
    services.remove_evidence(learner=learner_of(request), evidence=evidence)
    return done(
        request,
        _("Evidence removed: %(what)s") % {"what": evidence},
        to=back(request, reverse("web:history")),
    )


@action("web:skill", "slug")
def note(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published(Skill, slug)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return learner_skill(request, skill.slug, note_form=form)
    learner = learner_of(request)
    kept = services.write_note(learner=learner, skill=skill, text=form.cleaned_data["text"])
    # The page shows the notes of merged skills as one, and what was sent stands for all of them.
    for other in Skill.objects.filter(pk__in=_ids(Kind.SKILL, skill.slug)).exclude(pk=skill.pk):
        services.write_note(learner=learner, skill=other, text="")
    text = _("Note saved.") if kept else _("Note removed.")
    return done(request, text, to=back(request, skill.get_absolute_url()))


@action("web:resources")
def tick_resource(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a message: the tick is the answer."""
    slug = catalogue.current().slugs.get((Kind.RESOURCE, pk))
    if slug is None:
        raise Http404
    done = request.POST.get("done") == "1"
    # A tick is that of one resource; taking it away is for all that were merged into it.
    ids = [published(Resource, slug).pk] if done else _ids(Kind.RESOURCE, slug)
    for resource in Resource.objects.filter(pk__in=ids):
        services.tick_resource(learner=learner_of(request), resource=resource, done=done, now=timezone.now())
    return HttpResponseRedirect(back(request, reverse("web:resources")), status=HTTPStatus.SEE_OTHER)
