"""The links of a reminder email, which work without a login and without a cookie.

GET changes nothing, because programs follow links too; only POST does. The URL is the key (`tokens.py`), so there is no CSRF
token, and POST may be sent twice. No page reads the session: all are rendered without context processors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Concatenate
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Skill
from guidance.catalog.text import day, hours
from guidance.progress import services as progress
from guidance.progress.learner_state import learner_state
from guidance.progress.models import StudySession
from guidance.reminders import services, tokens
from guidance.reminders.models import Delivery, ReminderKind
from guidance.web.context import frame
from guidance.web.http import SECRET_ADDRESS_HEADERS, form_page, published_row
from guidance.web.reminders import page as pages

type View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


@dataclass(frozen=True)
class LinkPage:
    title: str
    text: str
    do: str = ""  # text of the button; empty without a button
    hidden: Mapping[str, str] = field(default_factory=dict)
    do_all: str = ""  # text of a second button
    links: tuple[tuple[str, str], ...] = ()
    status: HTTPStatus = HTTPStatus.OK


def link[**P](view: Callable[Concatenate[HttpRequest, P], LinkPage]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        page = view(request, *args, **kwargs)
        # The page must not mention its own secret URL.
        context = {**frame(request), "here": reverse("web:home"), "page": page}
        body = render_to_string("web/reminder_link.html", context)
        return HttpResponse(body, status=page.status, headers=SECRET_ADDRESS_HEADERS)

    return login_not_required(csrf_exempt(form_page(answer)))


def _settings() -> tuple[str, str]:
    return reverse("web:reminders"), _("Change your reminders")


def _dashboard() -> tuple[str, str]:
    return reverse("web:dashboard"), _("Open Waymark")


# Unsubscribing


@link
def unsubscribe(request: HttpRequest, token: str) -> LinkPage:
    """RFC 8058: a POST by an email program (`List-Unsubscribe=One-Click`) has to work at once, without a redirect. So any POST
    unsubscribes; the page's own form can apply to all kinds."""
    found = tokens.subscription(token)
    learner = User.objects.filter(pk=found.learner).first() if found else None
    if found is None or learner is None:
        raise Http404
    name = pages.name_of(found.kind)
    if request.method == "POST":
        kinds = list(ReminderKind) if "all" in request.POST else [found.kind]
        services.turn_off(learner=learner, kinds=kinds)
    on = {ReminderKind(kind) for kind in learner.schedules.filter(is_on=True).values_list("kind", flat=True)}
    others = _("Turn off all reminders") if on - {found.kind} else ""
    if found.kind in on:
        text = _("You’d get no more “{name}” emails. Your plan and everything else stay as they are.")
        return LinkPage(
            title=_("Turn off “{name}”?").format(name=name),
            text=text.format(name=name),
            do=_("Turn it off"),
            do_all=others,
            links=(_settings(),),
        )
    text = _("You won’t get any more “{name}” emails, except one that may already have been sent.")
    if not on:
        text = _("You won’t get any more reminders, except one that may already have been sent.")
    title = _("“{name}” is turned off") if on else _("All reminders are turned off")
    back = (_settings()[0], _("Turn it on again, or change the others"))
    return LinkPage(title=title.format(name=name), text=text.format(name=name), do_all=others, links=(back,))


# The links of a study email


def _test(token: str) -> LinkPage | None:
    if not tokens.is_of_test(token):
        return None
    text = _(
        "This link is from a test or a preview, so it does nothing. In a real email, it asks you to "
        "confirm before it does anything."
    )
    return LinkPage(_("Only a test"), text, links=(_dashboard(), _settings()))


def _of_study_mail(token: str) -> Delivery:
    """Returns the delivery. Raises Http404."""
    rows = Delivery.objects.filter(kind=ReminderKind.STUDY, learner__is_active=True).select_related("learner")
    return get_object_or_404(rows, pk=tokens.delivery(token))


def _event(delivery: Delivery) -> UUID:
    """Returns an event id that is the same each time the link in the email is used, so that only one event is stored."""
    return uuid5(delivery.message_id, "done")


@link
def log_done(request: HttpRequest, token: str) -> LinkPage:
    """Logs the study that the email proposed. POST contains the skill shown on the page, so that exactly this skill is logged."""
    if test := _test(token):
        return test
    delivery, now = _of_study_mail(token), timezone.now()
    learner: User = delivery.learner
    stored = learner.studysessions.filter(event_id=_event(delivery)).select_related("skill").first()
    if stored is not None:
        return _logged(stored)
    known = learner_state(learner, snapshot=catalogue.current(), now=now)
    steps = known.goal_state.plan.steps if known.goal_state else ()
    slug = request.POST.get("skill") or (steps[0].skill if steps else "")
    if not slug:
        text = _("Your plan has no step right now, so there is nothing to log from this email.")
        return LinkPage(title=_("Nothing to log"), text=text, links=(_dashboard(),), status=_refused(request))
    skill = published_row(Skill, slug)
    if request.method != "POST":
        text = _("This logs {time} on {skill} for today, {day}.")
        text = text.format(time=_minutes(services.LOGGED_MINUTES), skill=skill.name, day=day(known.today))
        return LinkPage(
            title=_("Log {time} on {skill}?").format(time=_minutes(services.LOGGED_MINUTES), skill=skill.name),
            text=text,
            do=_("Log it"),
            hidden={"skill": skill.slug},
            links=((reverse("web:log"), _("Log something else")),),
        )
    try:
        session = progress.log_study(
            learner=learner,
            skill=skill,
            minutes=services.LOGGED_MINUTES,
            on=known.today,
            now=now,
            event_id=_event(delivery),
        )
    except ValidationError as error:  # the day has no minutes left
        links = ((reverse("web:log"), _("Open your log")),)
        return LinkPage(_("Not logged"), " ".join(error.messages), links=links, status=_refused(request))
    return _logged(session)


def _logged(session: StudySession) -> LinkPage:
    assert session.skill is not None
    text = _("{time} on {skill} is in your log for {day}. Following the link again changes nothing.")
    text = text.format(time=_minutes(session.minutes), skill=session.skill.name, day=day(session.on))
    return LinkPage(_("Logged"), text, links=(_dashboard(), (reverse("web:log"), _("Correct it in your log"))))


def _minutes(minutes: int) -> str:
    return hours(minutes / 60)


def _refused(request: HttpRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


@link
def snooze(request: HttpRequest, token: str) -> LinkPage:
    if test := _test(token):
        return test
    delivery, now = _of_study_mail(token), timezone.now()
    learner: User = delivery.learner
    today = learner.local_date(now)
    if request.method == "POST":
        schedule = services.snooze(learner=learner, now=now)
    else:
        schedule = learner.schedules.filter(kind=ReminderKind.STUDY, is_on=True).first()
    if schedule is None:
        text = _("You’ve turned off emails about your next step, so you won’t get any.")
        return LinkPage(_("There is nothing to pause"), text, links=(_settings(),))
    if schedule.paused_until and schedule.paused_until > today:
        text = _("You won’t get an email about your next step before {day}. Following the link again changes nothing.")
        return LinkPage(_("Paused"), text.format(day=pages.on_day(schedule.paused_until, today)), links=(_settings(),))
    until = pages.on_day(today + services.SNOOZE, today)
    text = _("You wouldn’t get an email about your next step before {day}. Other reminders stay as they are.")
    title = _("Pause for three days?")
    return LinkPage(title, text.format(day=until), do=_("Pause until {day}").format(day=until), links=(_settings(),))
