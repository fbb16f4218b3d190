"""Evidence for a skill: links and texts by the learner, and certificates from others."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.catalog import models
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Kind
from guidance.progress import services
from guidance.progress.models import Evidence
from guidance.web.http import (
    form_page,
    learner_of,
    learner_state_of,
    next_url,
    own_row,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.skills.forms import CertificateForm, EvidenceForm
from guidance.web.skills.views import learner_skill

type AnyForm = EvidenceForm | CertificateForm


@post_action("web:skill", "slug", repeats=False)
def add_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published_row(models.Skill, slug)
    form = EvidenceForm(request.POST)
    made = _saved(form, lambda: services.add_evidence(skill=skill, **_event(request, form)))
    if made is None or not _is_what_was_sent(form, made, skill):
        return learner_skill(request, skill.slug, evidence_form=form)
    return _added(request, skill, made, _("Evidence added."))


@post_action("web:skill", "slug", repeats=False)
def add_certificate(request: HttpRequest, slug: str) -> HttpResponse:
    skill = published_row(models.Skill, slug)
    form = CertificateForm(request.POST, today=learner_state_of(request).today)
    made = _saved(form, lambda: services.add_certificate(skill=skill, **_event(request, form)))
    if made is None or not _is_what_was_sent(form, made, skill):
        return learner_skill(request, skill.slug, certificate_form=form)
    return _added(request, skill, made, _("Certificate added."))


def _event(request: HttpRequest, form: AnyForm) -> dict[str, Any]:
    return {"learner": learner_of(request), "now": timezone.now(), **form.cleaned_data}


def _saved(form: AnyForm, save: Callable[[], Evidence]) -> Evidence | None:
    """Returns the saved evidence; None if something is wrong, in which case the form shows the problem."""
    if not form.is_valid():
        return None
    try:
        return save()
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _is_what_was_sent(form: AnyForm, made: Evidence, skill: models.Skill) -> bool:
    sent = {name: value for name, value in form.cleaned_data.items() if name != "event_id"}
    if made.skill_id == skill.pk and all(getattr(made, name) == value for name, value in sent.items()):
        return True
    form.used_up()
    return False


def _added(request: HttpRequest, skill: models.Skill, made: Evidence, text: str) -> HttpResponse:
    undo = reverse("web:remove-evidence", args=[made.pk])
    return redirect_with(request, text, to=next_url(request, skill.get_absolute_url()), undo=undo)


@form_page
def edit_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = own_row(request, Evidence, pk)
    slug = catalogue.current().slugs.get((Kind.SKILL, evidence.skill_id), "")
    skill = catalogue.current().skills.get(slug)
    sent = request.POST if request.method == "POST" else None
    form: AnyForm
    if evidence.is_certificate:
        fields = ("name", "issuer", "issued_on", "url")
        options = {"initial": {name: getattr(evidence, name) for name in fields}, "auto_id": f"edit{pk}-%s"}
        form = CertificateForm(sent, today=learner_state_of(request).today, **options)
    else:
        initial = {"url": evidence.url, "text": evidence.text}
        form = EvidenceForm(sent, initial=initial, auto_id=f"edit{pk}-%s")
    if sent is not None and _saved(form, lambda: _change(request, evidence, form)):
        to = skill.url if skill else reverse("web:history")
        return redirect_with(request, _("Saved."), to=next_url(request, to))
    context = {"form": form, "evidence": evidence, "skill": skill}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent is not None else HTTPStatus.OK
    return render(request, "web/evidence.html", context, status=status)


def _change(request: HttpRequest, evidence: Evidence, form: AnyForm) -> Evidence:
    values = {name: value for name, value in form.cleaned_data.items() if name != "event_id"}
    if evidence.is_certificate:
        return services.change_certificate(
            learner=learner_of(request), certificate=evidence, now=timezone.now(), **values
        )
    return services.change_evidence(learner=learner_of(request), evidence=evidence, **values)


@post_action("web:history")
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = own_row(request, Evidence, pk)
    services.remove_evidence(learner=learner_of(request), evidence=evidence)
    return redirect_with(
        request,
        _("Evidence removed: {what}").format(what=evidence),
        to=next_url(request, reverse("web:history")),
    )
