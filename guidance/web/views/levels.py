"""What a learner says about a skill, from its page."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Kind, Resource, Skill
from guidance.catalog.wording import level_name
from guidance.progress import services
from guidance.progress.models import Assessment, Evidence
from guidance.web.access import learner_of, own, published, standing_of
from guidance.web.actions import action
from guidance.web.forms.study import EvidenceForm, LevelForm, NoteForm
from guidance.web.replies import back, done, errors_of, failed, stands_elsewhere
from guidance.web.views.skills import learner_skill


@action("web:skill", "slug", repeats=False)
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published(Skill, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _refused(request, skill, form)
    before, level = _readiness(request), form.cleaned_data["level"]
    made = services.assess(
        learner=learner_of(request),
        skill=skill,
        level=level,
        now=timezone.now(),
        event_id=form.cleaned_data["event_id"],
    )
    if (made.skill_id, made.level) != (skill.pk, level):
        form.used_up()
        return _refused(request, skill, form)
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


def _refused(request: HttpRequest, skill: Skill, form: LevelForm) -> HttpResponse:
    url = skill.get_absolute_url()
    if stands_elsewhere(request, url):
        return failed(request, errors_of(form), to=back(request, url))
    return learner_skill(request, skill.slug, level_form=form)


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


@action("web:skill", "slug", repeats=False)
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
    if (made.skill_id, made.url, made.text) != (skill.pk, form.cleaned_data["url"], form.cleaned_data["text"]):
        form.used_up()
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
    kept = services.write_note(learner=learner_of(request), skill=skill, text=form.cleaned_data["text"])
    text = _("Note saved.") if kept else _("Note removed.")
    return done(request, text, to=back(request, skill.get_absolute_url()))


@action("web:resources")
def tick_resource(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a message: the tick is the answer."""
    slug = catalogue.current().slugs.get((Kind.RESOURCE, pk))
    if slug is None:
        raise Http404
    done = request.POST.get("done") == "1"
    services.tick_resource(
        learner=learner_of(request), resource=published(Resource, slug), done=done, now=timezone.now()
    )
    return HttpResponseRedirect(back(request, reverse("web:resources")), status=HTTPStatus.SEE_OTHER)
