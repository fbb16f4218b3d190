"""The log: the form for a study session, and earlier sessions."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guidance.catalog.kinds import Skill as PublishedSkill
from guidance.catalog.models import Kind, Resource, Skill
from guidance.catalog.text import day, hours
from guidance.progress import removed_sessions, services
from guidance.progress.history import Cursor
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import StudySession
from guidance.web import cache
from guidance.web.context import page_address
from guidance.web.http import (
    QueryParams,
    errors_of,
    invalid,
    is_embedded_form,
    learner_of,
    learner_state_of,
    next_url,
    own_row,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.skills.forms import LogForm
from guidance.web.skills.learner import ListedSession, listed_sessions

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    sessions: list[ListedSession]


@dataclass(frozen=True, slots=True)
class SessionList:
    """Some of the sessions, newest first."""

    months: list[Month]
    earlier: str  # URL of earlier sessions; empty at the beginning of the log


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    state = learner_state_of(request)
    params = QueryParams(request.GET, state.snapshot)
    if request.method == "POST":
        form, to = LogForm(request.POST, state=state), next_url(request, reverse("web:log"))
        if session := _logged(request, form, state.today):
            undo = reverse("web:remove-session", args=[session.pk])
            return redirect_with(request, _said(session, state.today), to=to, undo=undo)
        if is_embedded_form(request, request.path):
            return invalid(request, errors_of(form), to=to)
        skill, status = None, HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        skill = params.record("skill", state.snapshot.skills, Kind.SKILL)
        form = LogForm(state=state, skill=skill.slug if skill else "")
        form.initial["event_id"] = cache.EVENT_ID
        status = HTTPStatus.OK
    before = params.place("before")

    def make() -> str:
        context = {
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "skill": skill,
            "past": _past(request, state, skill, before),
            "before": before,
            "here": page_address(request),
            "problems": params.problems,
            "csrf_token": cache.CSRF_TOKEN,
        }
        return render_to_string("web/log.html#log", context)

    # The first page, with the latest sessions, stays the same until the learner writes something.
    is_first = request.method != "POST" and request.get_full_path() == reverse("web:log")
    markup = cache.render_once(state, "log", make) if is_first else make()
    context = {"main": cache.for_request(markup, request)}
    return render(request, "web/log.html", context, status=params.status if params.problems else status)


def _logged(request: HttpRequest, form: LogForm, today: date) -> StudySession | None:
    """Returns the session that the form created; None if it created none, with the reasons in the form."""
    if not form.is_valid():
        return None
    sent = form.cleaned_data
    skill = published_row(Skill, sent["skill"]) if sent["skill"] else None
    resource = get_object_or_404(Resource, pk=sent["resource"]) if sent["resource"] else None
    try:
        session = services.log_study(
            learner=learner_of(request),
            skill=skill,
            resource=resource,
            minutes=sent["minutes"],
            on=sent["on"] or today,
            now=timezone.now(),
            event_id=sent["event_id"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    on = sent["on"] or session.on  # sent twice around midnight
    said = (skill and skill.pk, resource and resource.pk, sent["minutes"], on)
    if (session.skill_id, session.resource_id, session.minutes, session.on) != said:
        form.used_up()
        return None
    return session


def _said(session: StudySession, today: date) -> str:
    if session.on == today:
        return _("{time} on {name} logged.").format(**_named(session))
    return _("{time} on {name} logged for {day}.").format(**_named(session))


def _past(
    request: HttpRequest, state: LearnerState, skill: PublishedSkill | None, before: Cursor | None
) -> SessionList:
    rows = learner_of(request).studysessions.all()
    if skill:
        rows = rows.filter(skill__in=state.snapshot.ids[Kind.SKILL, skill.slug])
    if before:
        rows = before.before(rows)
    found = list(listed_sessions(rows[: PAGE_SIZE + 1], state.snapshot))
    earlier = ""
    if len(found) > PAGE_SIZE:
        last = found[PAGE_SIZE - 1]
        query = {"before": str(Cursor(last.on, last.pk)), **({"skill": skill.slug} if skill else {})}
        earlier = f"?{urlencode(query)}"
    months = groupby(found[:PAGE_SIZE], key=lambda session: session.on.replace(day=1))
    return SessionList([Month(first, list(items)) for first, items in months], earlier)


@post_action("web:log")
def remove_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = own_row(request, StudySession, pk)
    undo = f"{reverse('web:restore-session')}?{urlencode({'session': removed_sessions.sign(session)})}"
    services.remove_session(learner=learner_of(request), session=session)
    text = _("Removed: {time} on {name}, {day}.").format(**_named(session))
    return redirect_with(request, text, to=next_url(request, reverse("web:log")), undo=undo)


@post_action("web:log")
def restore_session(request: HttpRequest) -> HttpResponse:
    """Restores a removed session. Its content is in the signed URL, since the session itself is no longer stored."""
    learner, to = learner_of(request), next_url(request, reverse("web:log"))
    try:
        session = removed_sessions.restore(learner, request.GET.get("session", ""))
    except removed_sessions.UnknownSession as error:
        raise Http404 from error
    except ValidationError as error:  # the day has no minutes left for it
        return invalid(request, " ".join(error.messages), to=to)
    return redirect_with(request, _("In your log again: {time} on {name}, {day}.").format(**_named(session)), to=to)


def _named(session: StudySession) -> dict[str, Any]:
    name = session.skill or session.resource
    return {"time": hours(session.minutes / 60), "name": name, "day": day(session.on)}
