"""The settings of reminders, a test email, and the history of what was sent."""

from datetime import datetime
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.core.mail import mailers
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User, time_zones
from accounts.smtp import SendResult, ServerUnreachable, SmtpSession
from guidance.catalog import snapshot as catalogue
from guidance.progress import services as progress
from guidance.progress.history import Cursor
from guidance.reminders import services
from guidance.reminders.context import ReminderContext, for_learner
from guidance.reminders.models import ReminderKind
from guidance.reminders.services import ReminderSetting
from guidance.web.http import (
    QueryParams,
    form_page,
    invalid,
    learner_of,
    learner_state_of,
    next_url,
    post_action,
    redirect_with,
)
from guidance.web.reminders import page as pages
from guidance.web.reminders.forms import KINDS, RemindersForm

PAGE_SIZE = 30
MAX_LATEST = 5  # number of deliveries shown beside the settings
DEFAULT_ZONE = "UTC"  # time zone of an account until the browser's is known
TEST_LIMIT = {"reminder_test": "3/h/user"}


@form_page
def reminders(request: HttpRequest) -> HttpResponse:
    learner, now = learner_of(request), timezone.now()
    prefetch_related_objects([learner], "schedules")
    if request.method == "POST":
        schedules = {schedule.kind: schedule for schedule in learner.schedules.all()}
        form = RemindersForm(schedules, request.POST, today=learner.local_date(now))
        if form.is_valid():
            text = _("Saved.")
            if not schedules and _follow_browser(request, learner):
                text = _("Saved. Your time zone is now {zone}, taken from your browser.").format(zone=learner.time_zone)
            progress.record_activity(learner=learner)
            form.save(learner, now)
            return redirect_with(request, text, to=reverse("web:reminders"))
        return _settings(request, learner, now, form)
    return _settings(request, learner, now, None)


def _settings(request: HttpRequest, learner: User, now: datetime, form: RemindersForm | None) -> HttpResponse:
    params = QueryParams(request.GET, catalogue.current())
    kind = ReminderKind(params.choice("show", ReminderKind.values) or KINDS[0])
    reminder = for_learner(learner, kind, snapshot=params.snapshot, now=now)
    goal = reminder.state.goal
    days = goal.weekdays if goal else ()
    form = form or RemindersForm(reminder.schedules, today=reminder.state.today, study_days=days)
    zone, today = learner.time_zone, reminder.state.today
    latest = [pages.delivery_line(delivery, zone, today) for delivery in learner.deliveries.all()[: MAX_LATEST + 1]]
    context = {
        "form": form,
        "page": pages.reminder_page(reminder, form),
        "reminder": reminder,
        "refused": pages.bounced_mail(reminder.learner.suppression, zone) if reminder.suppressed else None,
        "preview": pages.preview(reminder),
        "latest": latest[:MAX_LATEST],
        "more": len(latest) > MAX_LATEST,
        "problems": params.problems,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else params.status
    return render(request, "web/reminders.html", context, status=status)


def _follow_browser(request: HttpRequest, learner: User) -> bool:
    """Sets the browser's time zone if the learner has not chosen one: the times of reminders are local times."""
    zone = request.POST.get("time_zone", "")
    if learner.time_zone != DEFAULT_ZONE or zone == DEFAULT_ZONE or zone not in time_zones():
        return False
    learner.time_zone = zone
    progress.save_profile(learner=learner)
    return True


@post_action("web:dashboard")
def answer(request: HttpRequest) -> HttpResponse:
    """Stores the answer to the question that is asked once, after the first plan. Settings made since then stay."""
    learner, now, to = learner_of(request), timezone.now(), next_url(request, reverse("web:dashboard"))
    if learner.schedules.exists():
        return redirect_with(request, _("Your reminders stay as you have set them."), to=to)
    wanted = request.POST.get("answer") == "yes"
    if wanted:
        _follow_browser(request, learner)
    goal = learner_state_of(request).goal
    days = goal.weekdays if goal else ()
    settings = {kind: ReminderSetting(wanted, *services.default_times(kind, days)) for kind in KINDS}
    services.set_schedules(learner=learner, settings=settings, quiet=None, paused_until=None, now=now)
    if wanted:
        text = _(
            "Reminders are on. Every email has a link that turns them off. To change them, go to “Reminders” under Account."
        )
        return redirect_with(request, text, to=to)
    return redirect_with(
        request, _("No reminders, then. If you want them later, go to “Reminders” under Account."), to=to
    )


@post_action("web:reminders")
def resume(request: HttpRequest) -> HttpResponse:
    learner = learner_of(request)
    progress.record_activity(learner=learner)
    services.resume(learner=learner, now=timezone.now())
    return redirect_with(request, _("The pause is over."), to=reverse("web:reminders"))


@post_action("web:reminders")
def use_zone(request: HttpRequest) -> HttpResponse:
    """Changes to the browser's time zone after the learner agrees."""
    learner, zone, to = learner_of(request), request.POST.get("time_zone", ""), reverse("web:reminders")
    if zone not in time_zones():
        return invalid(
            request, _("Your browser doesn’t state its time zone. Choose a time zone in the settings."), to=to
        )
    learner.time_zone = zone
    progress.save_profile(learner=learner)
    return redirect_with(request, _("Your time zone is now {zone}.").format(zone=zone), to=to)


@post_action("web:reminders")
def address_works(request: HttpRequest) -> HttpResponse:
    services.lift_suppression(learner=learner_of(request))
    return redirect_with(request, _("We’re sending email to your address again."), to=reverse("web:reminders"))


# A test email


@post_action("web:reminders", repeats=False)
def send_test(request: HttpRequest) -> HttpResponse:
    """Sends one email now, outside the ledger: it neither counts as the email of the day nor replaces it."""
    learner, now, kind = learner_of(request), timezone.now(), request.POST.get("kind", "")
    if kind not in ReminderKind.values:
        return invalid(request, _("Choose which email to send."), to=reverse("web:reminders"))
    to = f"{reverse('web:reminders')}?show={kind}#mail"
    reminder = for_learner(learner, ReminderKind(kind), snapshot=catalogue.current(), now=now)
    if problem := _problem(reminder):
        return invalid(request, problem, to=to)
    usage = ratelimit.consume(request, app="waymark", action="reminder_test", config=TEST_LIMIT)
    if usage is None:
        return invalid(request, _("You’ve sent three tests this hour. Try again later."), to=to)
    if problem := _send(reminder, now):
        return invalid(request, problem, to=to)
    return redirect_with(request, _("We have sent a test to {address}.").format(address=reminder.address), to=to)


def _problem(reminder: ReminderContext) -> str:
    if not reminder.confirmed:
        return _("Confirm your email address first.")
    if reminder.suppressed:
        return _("Email to your address bounced. First tell us that the address works again.")
    return pages.unwritable(reminder)


def _send(reminder: ReminderContext, now: datetime) -> str:
    """Returns what went wrong, in words; empty if nothing did."""
    post = SmtpSession(mailers["page"])
    try:
        post.open()
        outcome = post.send(pages.test_mail(reminder))
    except ServerUnreachable:
        return _("The mail server isn’t responding. Try again in a few minutes.")
    finally:
        post.close()
    if outcome.result is SendResult.SENT:
        return ""
    if outcome.is_address_error and outcome.code:
        services.suppress(
            learner=reminder.learner, address=reminder.address, code=outcome.code, reply=outcome.reply, now=now
        )
    answer = f"{outcome.code or ''} {outcome.reply}".strip()
    return _("The mail server didn’t accept it: “{answer}”.").format(answer=answer)


# What was sent


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Shows why each email was or was not sent."""
    learner, params = learner_of(request), QueryParams(request.GET, catalogue.current())
    place = params.place("before")
    rows = learner.deliveries.all()
    found = list((place.before(rows) if place else rows)[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    zone, today = learner.time_zone, learner.local_date(timezone.now())
    context = {
        "lines": [pages.delivery_line(delivery, zone, today) for delivery in found[:PAGE_SIZE]],
        "earlier": f"?before={Cursor(last.on, last.pk)}" if last else "",
        "newest": place is None,
        "problems": params.problems,
    }
    return render(request, "web/reminder_history.html", context, status=params.status)
