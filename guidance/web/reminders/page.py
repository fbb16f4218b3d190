"""What the pages about reminders show: when each kind is sent, what was sent, and why something was not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.mail import EmailMultiAlternatives
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import zone_of
from guidance.catalog.text import listed, short, weekdays
from guidance.reminders import emails, services
from guidance.reminders.backoff import BackoffStage, IgnoredCount, next_sending
from guidance.reminders.context import ReminderContext
from guidance.reminders.models import Delivery, ReminderKind, Schedule, Suppression
from guidance.reminders.rhythm import Due
from guidance.web.reminders.forms import KINDS, KindForm, RemindersForm

State, Reason = Delivery.State, Delivery.Reason

ABOUT = {
    ReminderKind.STUDY: gettext_lazy(
        "What to learn next, with what, and how long it takes. Not sent on a day when another reminder is. If you ignore them, they "
        "come less often."
    ),
    ReminderKind.WEEKLY: gettext_lazy("What you did in the week, how ready you are, and what comes next."),
    ReminderKind.BEHIND: gettext_lazy(
        "Only if you have fallen behind by a week or more in the last four weeks, or your deadline is at risk."
    ),
    ReminderKind.REVIEW: gettext_lazy(
        "Only when a level that you checked or showed with a project is due for review: three questions, 5 minutes."
    ),
}
WHY = {
    BackoffStage.EVERY_OTHER: gettext_lazy(
        "Only every other email is sent, because nothing happened in Waymark after the last three or more."
    ),
    BackoffStage.WEEKLY: gettext_lazy(
        "Only one email a week is sent, because nothing happened in Waymark after the last six or more."
    ),
    BackoffStage.LAST_NOTICE: gettext_lazy(
        "This is the last email, because nothing happened in Waymark after the previous ones."
    ),
    BackoffStage.SILENT: gettext_lazy(
        "No more emails are sent, because nothing happened in Waymark after the last ones."
    ),
}
AGAIN = gettext_lazy("Once you log something or save this page, they come as often as you chose.")
NOTHING_TO_SEND = {
    ReminderKind.STUDY: gettext_lazy("Your plan has no step left, so there is nothing to write about."),
    ReminderKind.BEHIND: gettext_lazy("You are not behind, so no email would be sent."),
    ReminderKind.REVIEW: gettext_lazy("No new review is due, so no email would be sent."),
}


def name_of(kind: str) -> str:
    """Returns the name of the kind, capitalised for the beginning of a line."""
    return str(capfirst(ReminderKind(kind).label))


def at_time(moment: time | datetime) -> str:
    return time_format(moment, "H:i")


def on_day(day: date, today: date) -> str:
    """Returns a date such as “Tuesday 1 December”, with the year if it is not the current one."""
    return date_format(day, "l j F" if day.year == today.year else "l j F Y")


def rhythm(at: time, days: Collection[int]) -> str:
    """Returns words such as “every day, 07:30”."""
    return _("{days}, {time}").format(days=weekdays(sorted(days)), time=at_time(at))


# The settings


@dataclass(frozen=True, slots=True)
class KindPanel:
    form: KindForm
    name: str
    about: str
    rhythm: str
    next: str  # time of the next one; empty if it is turned off
    why: str  # why it comes so rarely


@dataclass(frozen=True, slots=True)
class ReminderOffer:
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class ReminderPage:
    kinds: list[KindPanel]
    any_on: bool
    paused: str  # a sentence about the pause; empty without one
    more: bool  # whether quiet hours or a pause are set or have errors
    words: str  # the consent given by saving


def reminder_page(reminder: ReminderContext, form: RemindersForm) -> ReminderPage:
    today, schedules = reminder.state.today, reminder.schedules
    return ReminderPage(
        kinds=[_panel(kind, schedules.get(kind.kind), reminder, today) for kind in form.kinds],
        any_on=any(item.is_on for item in schedules.values()),
        paused=_paused(form, today),
        more=bool(form.errors or any(form[name].value() for name in form.fields)),
        words=str(services.CONSENT_TEXTS[services.CONSENT]),
    )


def _paused(form: RemindersForm, today: date) -> str:
    if form.paused:
        return _("You’ve paused your reminders: none will be sent before {day}.").format(day=on_day(form.paused, today))
    if form.pauses:
        names = listed([name_of(kind) for kind in form.pauses])
        day = on_day(max(form.pauses.values()), today)
        return _("You’ve paused “{names}”: none will be sent before {day}.").format(names=names, day=day)
    return ""


def _panel(form: KindForm, schedule: Schedule | None, reminder: ReminderContext, today: date) -> KindPanel:
    following, why = _next(schedule, reminder, today) if schedule and schedule.is_on else ("", "")
    when = rhythm(form.initial["at"], form.initial["weekdays"])
    return KindPanel(form, name_of(form.kind), str(ABOUT[form.kind]), when, following, why)


def _next(schedule: Schedule, reminder: ReminderContext, today: date) -> tuple[str, str]:
    assert schedule.next_at is not None
    assert schedule.next_on is not None
    ignored = reminder.ignored if schedule.kind == ReminderKind.STUDY else IgnoredCount()
    first = Due(schedule.next_at, schedule.next_on)
    found = next_sending(services.rhythm_of(schedule), first, ignored, paused_until=schedule.paused_until)
    why = f"{WHY[found.why]} {AGAIN}" if found.why in WHY else ""
    if found.due is None:
        return "", why
    at = found.due.at.astimezone(zone_of(schedule.time_zone))
    text = (
        _("Next: {day}, {time}")
        if schedule.kind in {ReminderKind.STUDY, ReminderKind.WEEKLY}
        else _("We’ll look again: {day}, {time}")
    )
    return text.format(day=on_day(found.due.on, today), time=at_time(at)), why


def reminder_offers(days: Collection[int]) -> list[ReminderOffer]:
    """Returns the reminders that are proposed to a learner who studies on these weekdays and has not been asked yet."""
    return [ReminderOffer(name_of(kind), rhythm(*services.default_times(kind, days))) for kind in KINDS]


# The address


@dataclass(frozen=True, slots=True)
class BouncedMail:
    """An email that bounced."""

    day: str
    reply: str


def bounced_mail(suppression: Suppression, zone: str) -> BouncedMail:
    on = suppression.at.astimezone(zone_of(zone)).date()
    return BouncedMail(date_format(on, "j F Y"), f"{suppression.code} {suppression.reply}".strip())


# Today's email


@dataclass(frozen=True, slots=True)
class MailPreview:
    kinds: list[tuple[str, str, bool]]  # value, name, and whether it is the one shown
    kind: str
    subject: str
    text: str
    problem: str  # why there is no email today; the text is then empty


def preview(reminder: ReminderContext) -> MailPreview:
    kind, problem = ReminderKind(reminder.delivery.kind), unwritable(reminder)
    kinds = [(str(other), name_of(other), other == kind) for other in KINDS]
    if problem:
        return MailPreview(kinds, kind, "", "", problem)
    message = emails.compose(reminder)
    return MailPreview(kinds, kind, str(message.subject), str(message.body).strip(), "")


def unwritable(reminder: ReminderContext) -> str:
    """Returns why there is nothing to write today; empty if there is something."""
    kind = ReminderKind(reminder.delivery.kind)
    if reminder.state.goal_state is None and kind != ReminderKind.REVIEW:
        return _("There is no goal yet, so there is nothing to write about.")
    return "" if reminder.has_something_to_say(kind) else str(NOTHING_TO_SEND[kind])


def test_mail(reminder: ReminderContext) -> EmailMultiAlternatives:
    message = emails.compose(reminder)
    message.subject = _("Test: {subject}").format(subject=message.subject)
    return message


# What was sent


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    on: date
    day: str
    kind: str
    text: str
    sent: bool
    note: str


def delivery_line(delivery: Delivery, zone: str, today: date) -> DeliveryLine:
    sent = delivery.state == State.SENT
    return DeliveryLine(
        delivery.on, short(delivery.on, today), name_of(delivery.kind), _state(delivery, zone), sent, _note(delivery)
    )


def _state(delivery: Delivery, zone: str) -> str:
    match delivery.state:
        case State.SENT:
            assert delivery.sent_at is not None
            at = delivery.sent_at.astimezone(zone_of(zone))
            return _("sent at {time}").format(time=at_time(at))
        case State.CANCELLED:
            return _("not sent: {reason}").format(reason=Reason(delivery.reason).label)
        case State.FAILED:
            answer = f"{delivery.code or ''} {delivery.reply}".strip()
            return _("not sent: the mail server said “{answer}”").format(answer=answer)
        case State.EXPIRED:
            return _("not sent: it would have been more than six hours late")
        case State.DUE if delivery.attempts:
            text = ngettext(
                "tried {n} time, and we’ll try again", "tried {n} times, and we’ll try again", delivery.attempts
            )
            return text.format(n=delivery.attempts)
        case State.DUE:
            return _("waiting to be sent")
        case _:
            return _("being sent")


def _note(delivery: Delivery) -> str:
    if not delivery.ambiguous:
        return ""
    if delivery.state == State.SENT:
        return _("The connection broke once, so you may have received it twice.")
    return _("The connection broke during sending, so you may have received it anyway.")
