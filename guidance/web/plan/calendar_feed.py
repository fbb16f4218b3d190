"""The plan as a calendar feed, and the secret URL of the feed."""

import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guidance.catalog import snapshot as catalogue
from guidance.catalog.text import goal_name, hours
from guidance.progress import ical as feeds
from guidance.progress import services
from guidance.progress.checks import REVIEW
from guidance.progress.learner_state import GoalState, LearnerState, learner_state
from guidance.progress.models import CalendarFeed
from guidance.progress.step_advice import reasons, record_of, step_name
from guidance.progress.text import describe_review
from guidance.progress.units import describe_next_unit, next_unit
from guidance.web.http import SECRET_ADDRESS_HEADERS, form_page, learner_of, post_action, redirect_with

SESSION_KEY = (
    "_calendar_secret"  # in the session until the URL is shown; like the session data of a login, it is not exported
)


@form_page
def address(request: HttpRequest) -> HttpResponse:
    """POST creates a URL and invalidates an older one. The page shows the new URL once: only its digest is stored."""
    learner = learner_of(request)
    if request.method == "POST":
        request.session[SESSION_KEY] = services.make_calendar_address(learner=learner, now=timezone.now())
        return HttpResponseRedirect(reverse("web:calendar-address"), status=HTTPStatus.SEE_OTHER)
    feed, made = CalendarFeed.objects.filter(learner=learner).first(), ""
    secret = request.session.pop(SESSION_KEY, "") if request.method == "GET" else ""
    if feed and feed.digest == services.feed_digest(secret):  # and the feed has not ended since
        made = settings.SITE_URL + reverse("web:calendar-feed", args=[secret])
    context = {
        "address": made,
        "subscription": f"webcal:{made.partition(':')[2]}" if made else "",
        "feed": feed,
    }
    return render(request, "web/calendar.html", context)


@post_action("web:calendar-address")
def revoke(request: HttpRequest) -> HttpResponse:
    services.revoke_calendar_address(learner=learner_of(request))
    return redirect_with(request, _("The address no longer works."), to=reverse("web:calendar-address"))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Returns the feed for calendar programs. Anyone with the URL may read it; no session is used."""
    found = (
        CalendarFeed.objects.select_related("learner")
        .filter(digest=services.feed_digest(token), learner__is_active=True)
        .first()
    )
    if found is None:
        text = _("There is no calendar at this address. You can create a new one on your plan page.")
        return HttpResponse(
            f"{text}\n",
            status=HTTPStatus.NOT_FOUND,
            content_type="text/plain; charset=utf-8",
            headers=SECRET_ADDRESS_HEADERS,
        )
    known = learner_state(found.learner, snapshot=catalogue.current(), now=timezone.now())
    body = known.memoize(f"calendar {found.pk}", lambda: calendar(known, found.pk))
    headers = {"Content-Disposition": 'inline; filename="waymark-plan.ics"'}
    response = HttpResponse(body, content_type=feeds.CONTENT_TYPE, headers=headers)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag, response=response) or response
    for name, value in {"ETag": etag, **SECRET_ADDRESS_HEADERS}.items():
        answer[name] = value
    return answer


def calendar(state: LearnerState, number: int) -> bytes:
    """Returns the calendar. `number`: the number of the feed, used in the ids of its entries."""
    goal_state = state.goal_state
    name = (
        _("Waymark: {goal}").format(goal=goal_name(goal_state.role, goal_state.industry))
        if goal_state
        else _("Waymark")
    )
    return feeds.calendar(
        name,
        _entries(state, goal_state, number) if goal_state else (),
        on=state.today,
        # Both only grow, and the plan depends on nothing else except the day.
        edition=state.version + state.snapshot.revision,
    )


def _entries(state: LearnerState, goal_state: GoalState, number: int) -> Iterator[feeds.CalendarEntry]:
    host = urlsplit(settings.SITE_URL).hostname
    for step, why in zip(goal_state.plan.steps, reasons(goal_state, state), strict=True):
        record = record_of(step, state.snapshot)
        kind = "" if step.skill else "project-"
        to_study = _("{hours} to study.").format(hours=hours(step.hours))
        unit = next_unit(state, step.skill, step.to_level) if step.skill else None
        lines = [
            to_study,
            *([f"{describe_next_unit(unit)} ({hours(unit.minutes / 60)})."] if unit else []),
            " ".join(why),
        ]
        yield feeds.CalendarEntry(
            uid=f"{kind}{record.id}-{step.to_level}-{number}@{host}",
            first=step.start,
            last=step.end,
            title=step_name(step, state.snapshot),
            text="\n".join(lines),
            url=f"{settings.SITE_URL}{record.url}",
        )
    for item in goal_state.reviews:
        skill = state.snapshot.skills[item.review.skill]
        about = describe_review(item.review, state)
        yield feeds.CalendarEntry(
            uid=f"review-{skill.id}-{number}@{host}",
            first=item.on,
            last=item.on,
            title=_("Review: {name}, level {level}").format(name=skill.name, level=item.review.level),
            text=f"{about[:1].upper()}{about[1:]}. {hours(REVIEW.minutes / 60)}.",
            url=f"{settings.SITE_URL}{reverse('web:review', args=[skill.slug])}",
        )
