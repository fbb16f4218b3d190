"""The comparison of a job ad with its reader, and the reading of a CV. No part of a text is stored: the form of the page carries
it, along with the reader's corrections.

A learner's "I know this" is a level like any other, with undo. A visitor's claims stay in the form and are passed on to onboarding, as are
the levels of a CV, which are confirmed there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
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
from guidance.web.match import ad, page
from guidance.web.match.corrections import Corrections, PageAction, Verb
from guidance.web.match.forms import AD, CV, TOO_LONG, MatchForm
from guidance.web.match.reader import Reader, reader_of
from guidance.web.onboarding import drafts
from guidance.web.onboarding.cv import CvSkill
from guidance.web.onboarding.drafts import Draft
from guidance.web.onboarding.forms import LevelsForm
from guidance.web.onboarding.packing import packed_skill, unpacked_skills
from guidance.web.onboarding.page import confirmed_levels
from guidance.web.skills.levels import told, undo_url

Source = Assessment.Source


def _too_large(request: HttpRequest) -> HttpResponse:
    return _unread(request, TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _unread(request: HttpRequest, why: str | Promise, status: HTTPStatus) -> HttpResponse:
    """Answers a form whose text was not read."""
    form = MatchForm({}, snapshot=catalogue.current())
    form.full_clean()
    form.errors.clear()
    form.add_error("text", str(why))
    return render(request, "web/match.html", {"form": form}, status=status)


def _is_too_often(request: HttpRequest) -> bool:
    """Returns whether the limit is exceeded. The limit is the same as for API requests, since reading a document may take
    seconds."""
    limit = {"match": f"{settings.API_LIMITS['anonymous_post']}/m/ip"}
    return ratelimit.consume(request, app="waymark", action="match", config=limit) is None


@login_not_required
@in_memory("file", MAX_BYTES, refused=_too_large)
@form_page
@sensitive_post_parameters("text", "cv", "title", "missed")
@sensitive_variables("form", "context", "sent", "reading", "cv", "result")
def match(request: HttpRequest) -> HttpResponse:
    """Reads texts and shows the result. The URL may state what the page is `about` (`cv`) and give a `role` to compare with."""
    snapshot = catalogue.current()
    if request.method != "POST":
        params = QueryParams(request.GET, snapshot)
        role = params.record("role", snapshot.roles, Kind.ROLE)
        about = params.choice("about", (AD, CV)) or AD
        context: dict[str, Any] = {"form": MatchForm(snapshot=snapshot), "about": about, "role": role}
        return render(request, "web/match.html", {**context, "problems": params.problems}, status=params.status)
    if _is_too_often(request):
        response = _unread(
            request, _("Too many texts in a minute. Wait a moment and try again."), HTTPStatus.TOO_MANY_REQUESTS
        )
        response.headers["Retry-After"] = "60"
        return response
    sent = _texts(request.POST)
    form = MatchForm(sent, request.FILES, snapshot=snapshot)
    if not form.is_valid():
        role = snapshot.roles.get(snapshot.latest_slug(Kind.ROLE, sent.get("role", "")))
        return render(request, "web/match.html", {"form": form, "role": role}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.job_ad is None:
        return render(request, "web/match.html", _cv_context(request, form, snapshot))
    return render(request, "web/match.html", _ad_context(request, form, snapshot))


def _texts(sent: QueryDict) -> QueryDict:
    """Returns the form's data: with the two texts swapped if the reader states that they are the wrong way round, or with the CV
    only."""
    if sent.get("as") != "swap" and sent.get("only") != CV:
        return sent
    changed = sent.copy()
    changed["text"], changed["cv"] = (
        ("", sent.get("cv", "")) if "only" in sent else (sent.get("cv", ""), sent.get("text", ""))
    )
    return changed


def _draft(request: HttpRequest, snapshot: Snapshot) -> Draft | None:
    return drafts.draft_of(request, snapshot, timezone.now())[0] if is_personal(request) else None


def _who(request: HttpRequest, snapshot: Snapshot, claimed: Mapping[str, int], cv: Mapping[str, CvSkill]) -> Reader:
    if is_signed_in(request):
        return reader_of(learner_state_of(request), None, snapshot, cv=cv)
    return reader_of(None, _draft(request, snapshot), snapshot, claimed=claimed, cv=cv)


@sensitive_variables("form", "cv")
def _cv_context(request: HttpRequest, form: MatchForm, snapshot: Snapshot) -> dict[str, Any]:
    assert form.cv_found is not None
    who = _who(request, snapshot, {}, {})
    cv = page.read_cv(form.cv_text, form.resume, form.cv_found, snapshot)
    return {"cv": page.result(cv, who, snapshot), "who": who, "form": MatchForm(snapshot=snapshot)}


@sensitive_variables("form", "cv")
def _ad_context(request: HttpRequest, form: MatchForm, snapshot: Snapshot) -> dict[str, Any]:
    assert form.job_ad is not None
    action = PageAction.of(request.POST, snapshot)
    corrections = Corrections.of(request.POST, snapshot)
    done = _act(request, action, corrections, snapshot)
    cv = page.read_cv(form.cv_text, form.resume, form.cv_found, snapshot).proposed if form.cv_found else {}
    who = _who(request, snapshot, done.corrections.known, cv)
    return {
        "ad": ad.result(form.ad_text, form.job_ad, done.corrections, action, who, snapshot),
        "who": who,
        "done": done,
        "corrections": done.corrections,
        "roles": list(snapshot.roles.values()),
        "source": form.ad_text,
        "cv_source": form.cv_source,
        "cv_found": [packed_skill(slug, find) for slug, find in cv.items()],
        "form": MatchForm(snapshot=snapshot),
    }


# The buttons of the page


@dataclass(frozen=True, slots=True)
class ActionDone:
    corrections: Corrections
    message: str = ""
    undo: str = ""  # value of the button that undoes it


def _act(request: HttpRequest, action: PageAction, corrections: Corrections, snapshot: Snapshot) -> ActionDone:
    name = names([snapshot.skills[slug] for slug in action.skills])
    slugs = " ".join(action.skills)
    after = corrections.after(action)
    match action.verb:
        case Verb.OUT:
            return ActionDone(
                after, _("{name}: not in this ad, so it does not count.").format(name=name), f"{Verb.BACK} {slugs}"
            )
        case Verb.BACK:
            return ActionDone(after, _("{name}: counts again.").format(name=name))
        case Verb.KNOW if is_signed_in(request):
            return _claim(request, action, corrections, name, snapshot)
        case Verb.KNOW:
            text = _("{name}: counts at level {level}, as you stated.").format(name=name, level=action.level)
            return ActionDone(after, text, f"{Verb.FORGET} {slugs}")
        case Verb.FORGET:
            if is_signed_in(request):
                return _forget(request, action, corrections, after, name)
            return ActionDone(after, _("{name}: change undone.").format(name=name))
    return ActionDone(after)


def _claim(
    request: HttpRequest, action: PageAction, corrections: Corrections, name: str, snapshot: Snapshot
) -> ActionDone:
    """Saves a level that the learner claims. It is stored with their levels, not with the ad."""
    levels = dict.fromkeys(action.skills, (action.level, Source.SELF))
    made = services.raise_levels(learner=learner_of(request), levels=levels, now=timezone.now())
    stored = {snapshot.slugs[Kind.SKILL, item.skill_id]: item.pk for item in made}
    if not stored:
        return ActionDone(corrections)
    text = _("{name}: level {level} saved.").format(name=name, level=action.level)
    corrections = replace(corrections, made={**corrections.made, **stored})
    return ActionDone(corrections, text, f"{Verb.FORGET} {' '.join(action.skills)}")


def _forget(
    request: HttpRequest, action: PageAction, corrections: Corrections, after: Corrections, name: str
) -> ActionDone:
    learner = learner_of(request)
    ids = [corrections.made[slug] for slug in action.skills if slug in corrections.made]
    made = list(learner.assessments.filter(pk__in=ids, kind=Source.SELF))
    try:
        services.undo_assessments(learner=learner, assessments=made, now=timezone.now())
    except ValidationError as error:
        return ActionDone(after, error.messages[0])
    return ActionDone(after, _("{name}: back at its previous level.").format(name=name))


# What follows from a CV


@login_not_required
@post_action("web:match")
def levels(request: HttpRequest) -> HttpResponse:
    """Saves the levels of a CV. `found`: the content of the CV, as packed by the page. A learner sends the confirmed levels
    along."""
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
    # A level that matches the CV's suggestion has the CV as its source; any other is the learner's own judgement.
    levels = {
        slug: (level, Source.CV if slug in found and level == found[slug].level else Source.SELF)
        for slug, level in confirmed_levels(form, shown).items()
        if not level or level > state.levels.get(slug, 0)
    }
    made = services.raise_levels(learner=learner_of(request), levels=levels, now=timezone.now())
    to = next_url(request, reverse("web:dashboard" if state.goal else "web:start"))
    if not any(item.level for item in made):
        return redirect_with(request, _("Nothing changed: none of these levels is above the one you have."), to=to)
    return redirect_with(request, _confirmed(made, learner_state_of(request)), to=to, undo=undo_url(made))


def _to_onboarding(request: HttpRequest, found: Mapping[str, CvSkill], snapshot: Snapshot) -> HttpResponse:
    draft = _draft(request, snapshot) or Draft()
    drafts.store(request, draft.with_cv_skills(found))
    return HttpResponseRedirect(reverse("web:start-levels"), status=HTTPStatus.SEE_OTHER)


def _confirmed(made: list[Assessment], state: LearnerState) -> str:
    known = [item for item in made if item.level]
    text = ngettext("{n} level confirmed: {names}.", "{n} levels confirmed: {names}.", len(known))
    return told(text, known, state)
