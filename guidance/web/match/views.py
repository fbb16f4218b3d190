"""A job ad or a CV: which skills it names, which roles it fits and what is missing. Nothing of it is stored.

A learner can pin missing skills (`web:overrides`) or confirm levels of a CV here. A visitor takes the levels of a CV along into
onboarding, to confirm them there.
"""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import names
from guidance.matching.uploads import MAX_BYTES
from guidance.memory import in_memory
from guidance.progress import services
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import Assessment
from guidance.web.context import is_signed_in
from guidance.web.http import (
    QueryParams,
    form_page,
    invalid,
    is_personal,
    learner_of,
    learner_state_of,
    next_url,
    post_action,
    redirect_with,
)
from guidance.web.match import page
from guidance.web.match.forms import AD, CV, TOO_LONG, MatchForm, unpacked_skills
from guidance.web.onboarding import drafts
from guidance.web.onboarding.drafts import CvSkill, Draft
from guidance.web.onboarding.forms import LevelsForm
from guidance.web.onboarding.page import confirmed_levels

Source = Assessment.Source


def _too_large(request: HttpRequest) -> HttpResponse:
    return _unread(request, TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _unread(request: HttpRequest, why: str | Promise, status: HTTPStatus) -> HttpResponse:
    """The answer to a form that was not read."""
    form = MatchForm({}, snapshot=catalogue.current())
    form.full_clean()
    form.errors.clear()
    form.add_error("text", str(why))
    return render(request, "web/match.html", {"form": form}, status=status)


def _is_too_often(request: HttpRequest) -> bool:
    """As of questions to the API, since reading a document may take seconds."""
    limit = {"match": f"{settings.API_LIMITS['anonymous_post']}/m/ip"}
    return ratelimit.consume(request, app="waymark", action="match", config=limit) is None


@login_not_required
@in_memory("file", MAX_BYTES, refused=_too_large)
@form_page
@sensitive_post_parameters("text")
@sensitive_variables("form", "context")
def match(request: HttpRequest) -> HttpResponse:
    """The address may say what it is `about` (`cv`) and name a `role` to compare with."""
    snapshot = catalogue.current()
    state = learner_state_of(request) if is_signed_in(request) else None
    draft = _draft(request, snapshot) if state is None else None
    goal_of = state.goal if state else draft
    goal = snapshot.roles.get(goal_of.role or "") if goal_of else None
    if request.method != "POST":
        params = QueryParams(request.GET, snapshot)
        role = params.record("role", snapshot.roles, Kind.ROLE) or goal
        initial = {"about": params.choice("about", (AD, CV)) or AD, "role": role.slug if role else ""}
        context = {"form": MatchForm(snapshot=snapshot, initial=initial), "problems": params.problems}
        return render(request, "web/match.html", context, status=params.status)
    if _is_too_often(request):
        response = _unread(
            request, _("That were too many texts in a minute. Wait a little."), HTTPStatus.TOO_MANY_REQUESTS
        )
        response.headers["Retry-After"] = "60"
        return response
    form = MatchForm(request.POST, request.FILES, snapshot=snapshot)
    if not form.is_valid():
        return render(request, "web/match.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    context = {
        "form": MatchForm(snapshot=snapshot, initial={name: form.cleaned_data[name] for name in ("about", "role")}),
        "page": page.result(
            form.source,
            form.resume,
            about_cv=form.about_cv,
            target=snapshot.roles.get(form.cleaned_data["role"]),
            who=(who := page.reader_of(state, draft.known if draft else {}, goal)),
            snapshot=snapshot,
        ),
        "who": who,
    }
    return render(request, "web/match.html", context)


def _draft(request: HttpRequest, snapshot: Snapshot) -> Draft | None:
    return drafts.draft_of(request, snapshot, timezone.now())[0] if is_personal(request) else None


# What follows from a CV


@login_not_required
@post_action("web:match")
def levels(request: HttpRequest) -> HttpResponse:
    """`found`: what the CV says, as the page has packed it. A learner sends the levels along, as confirmed."""
    snapshot = catalogue.current()
    found = unpacked_skills(request.POST.getlist("found"), snapshot)
    if not found:
        return invalid(request, _("There are no levels to confirm. Read the CV again."), to=reverse("web:match"))
    if not is_signed_in(request):
        return _to_onboarding(request, found, snapshot)
    state = learner_state_of(request)
    shown = page.to_confirm(found, state.levels, snapshot)
    form = LevelsForm(request.POST, levels={slug: level for group in shown for slug, level in group.levels.items()})
    if not form.is_valid():
        return invalid(request, _("A level is a number from 0 to 4."), to=reverse("web:match"))
    # One that is as the CV suggests is known from it, any other is the learner's own judgement.
    levels = {
        slug: (level, Source.CV if slug in found and level == found[slug].level else Source.SELF)
        for slug, level in confirmed_levels(form, shown).items()
        if not level or level > state.levels.get(slug, 0)
    }
    made = services.raise_levels(learner=learner_of(request), levels=levels, now=timezone.now())
    to = next_url(request, reverse("web:dashboard" if state.goal else "web:start"))
    if not any(item.level for item in made):
        return redirect_with(request, _("Nothing was changed: no level is above the one you have."), to=to)
    undo = f"{reverse('web:match-undo')}?{urlencode([('made', item.pk) for item in made])}"
    return redirect_with(request, _confirmed(made, learner_state_of(request)), to=to, undo=undo)


def _to_onboarding(request: HttpRequest, found: dict[str, CvSkill], snapshot: Snapshot) -> HttpResponse:
    draft = _draft(request, snapshot) or Draft()
    drafts.store(request, draft.with_cv_skills(found))
    return HttpResponseRedirect(reverse("web:start-levels"), status=HTTPStatus.SEE_OTHER)


def _confirmed(made: list[Assessment], state: LearnerState) -> str:
    known = [item for item in made if item.level]
    text = ngettext("{n} level confirmed: {names}.", "{n} levels confirmed: {names}.", len(known))
    text = text.format(n=len(known), names=_named(known, state.snapshot))
    if state.goal_state:
        text += " " + _("Readiness {after}.").format(after=f"{state.goal_state.readiness.readiness:.1f}")
    return text


def _named(made: Iterable[Assessment], snapshot: Snapshot) -> str:
    slugs = (snapshot.slugs.get((Kind.SKILL, item.skill_id)) for item in made)
    return names([snapshot.skills[slug] for slug in slugs if slug])


@post_action("web:match")
def undo(request: HttpRequest) -> HttpResponse:
    """Take back levels that were confirmed together; the address names them."""
    learner = learner_of(request)
    asked = set(request.GET.getlist("made"))
    confirmed = learner.assessments.filter(kind__in=[Source.SELF, Source.CV])
    made = list(confirmed.filter(pk__in=[pk for pk in asked if _is_number(pk)]))
    if not made:
        raise Http404
    to = next_url(request, reverse("web:history"))
    try:
        services.undo_assessments(learner=learner, assessments=made, now=timezone.now())
    except ValidationError as error:
        return invalid(request, error.messages[0], to=to)
    return redirect_with(request, _("Taken back: {names}.").format(names=_named(made, catalogue.current())), to=to)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 19
