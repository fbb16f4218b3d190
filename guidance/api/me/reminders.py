"""The learner's reminders and their deliveries."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.fields import JsonBoolean, JsonDate, JsonInteger, JsonText, JsonTime
from guidance.api.me.base import CursorQuery, MeListView, MeView, respond
from guidance.api.schema import Operation, cursor_page_serializer, describe
from guidance.api.shapes import moment
from guidance.progress import services as progress
from guidance.reminders import services
from guidance.reminders.models import Delivery, ReminderKind, Schedule
from guidance.reminders.rhythm import Quiet
from guidance.reminders.services import CONSENT, CONSENT_TEXTS, DEFAULT_TIMES, ReminderSetting


class ConsentSerializer(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="Send this as `consent` to turn on a reminder.")
    words = serializers.CharField(help_text="The text that you agree to.")


class ReminderSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ReminderKind.choices)
    on = serializers.BooleanField()
    at = serializers.CharField(help_text="The time, in your time zone.")
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday.")
    quiet_from = serializers.CharField(
        allow_null=True, help_text="Quiet hours, when no reminder of any kind is sent; null if there are none."
    )
    quiet_until = serializers.CharField(allow_null=True)
    paused_until = serializers.DateField(
        allow_null=True, help_text="The first date on which emails of this kind are sent again."
    )
    agreed_at = serializers.DateTimeField(allow_null=True, help_text="When you last turned on the reminder.")
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="When the next email is due; null if the reminder is off."
    )
    consent = ConsentSerializer()


@extend_schema_serializer(component_name="ReminderQuestion")
class ReminderRequestSerializer(serializers.Serializer[Any]):
    on = JsonBoolean()
    consent = JsonText(
        max_length=20,
        required=False,
        help_text="Needed to turn the reminder on: the version of the consent text that the learner has read and "
        "agrees to. Show the learner the text first.",
    )
    at = JsonTime(required=False, help_text="The time, in your time zone. If you leave this out, it stays.")
    weekdays = serializers.ListField(
        child=JsonInteger(min_value=1, max_value=7),
        required=False,
        min_length=1,
        max_length=7,
        help_text="From 1 for Monday to 7 for Sunday. If you leave this out, the days stay.",
    )
    paused_until = JsonDate(
        required=False, allow_null=True, help_text="A future date, or null. If you leave this out, it stays."
    )
    quiet_from = JsonTime(
        required=False,
        allow_null=True,
        help_text="Start of the quiet hours in your time zone, when no reminder of any kind is sent. If this and "
        "`quiet_until` are null, there are no quiet hours. If you leave out both, they stay.",
    )
    quiet_until = JsonTime(required=False, allow_null=True, help_text="End of the quiet hours; needs `quiet_from`.")

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        begin, end = sent.get("quiet_from"), sent.get("quiet_until")
        if ("quiet_from" in sent) != ("quiet_until" in sent) or (begin is None) != (end is None):
            missing = "quiet_until" if end is None else "quiet_from"
            raise exceptions.ValidationError({missing: ["Quiet hours need both times, or null for both."]})
        if begin is not None and begin == end:
            raise exceptions.ValidationError({"quiet_until": ["Quiet hours cannot start and end at the same time."]})
        return sent


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ReminderKind.choices)
    on = serializers.DateField(help_text="The date of the reminder, in your time zone.")
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(Delivery.State.choices)
    reason = serializers.ChoiceField(
        Delivery.Reason.choices, allow_null=True, help_text="Why no email was sent; null in any other state."
    )
    attempts = serializers.IntegerField(min_value=0)
    sent_at = serializers.DateTimeField(allow_null=True)


def reminder_as_json(kind: ReminderKind, schedule: Schedule | None) -> dict[str, Any]:
    at, weekdays = (schedule.at, schedule.weekdays) if schedule else DEFAULT_TIMES[kind]
    quiet = Quiet.between(schedule.quiet_from, schedule.quiet_until) if schedule else None
    return {
        "kind": kind.value,
        "on": schedule is not None and schedule.is_on,
        "at": f"{at:%H:%M}",
        "weekdays": list(weekdays),
        "quiet_from": f"{quiet.begin:%H:%M}" if quiet else None,
        "quiet_until": f"{quiet.end:%H:%M}" if quiet else None,
        "paused_until": schedule.paused_until.isoformat() if schedule and schedule.paused_until else None,
        "agreed_at": moment(schedule.consented_at) if schedule and schedule.consented_at else None,
        "next_at": moment(schedule.next_at) if schedule and schedule.next_at else None,
        "consent": {"version": CONSENT, "words": str(CONSENT_TEXTS[CONSENT])},
    }


EXAMPLE = {
    "kind": "study",
    "on": True,
    "at": "07:30",
    "weekdays": [1, 3, 6],
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "paused_until": None,
    "agreed_at": "2026-11-25T18:30:00Z",
    "next_at": "2026-11-28T06:30:00Z",
    "consent": {"version": CONSENT, "words": "I want Waymark to send the reminders that I turn on …"},
}
NAMES = (
    OpenApiParameter(
        "kind",
        {"type": "string", "enum": ReminderKind.values},
        OpenApiParameter.PATH,
        description="`study`: your next step. `weekly`: your week. `behind`: when you fall behind schedule. `review`: "
        "reviews that are due.",
    ),
)


@describe(
    get=Operation(
        "list_reminders",
        "List reminders",
        "Every kind, whether or not you have set it up.",
        cursor_page_serializer(ReminderSerializer),
        {"next": None, "results": [EXAMPLE]},
        call="reminders/",
    )
)
class ReminderList(MeView):
    def get(self, request: Request) -> HttpResponse:
        schedules = {schedule.kind: schedule for schedule in self.learner.schedules.all()}
        results = [reminder_as_json(kind, schedules.get(kind)) for kind in ReminderKind]
        return respond({"next": None, "results": results})


@describe(
    get=Operation(
        "read_reminder",
        "Read a reminder",
        "When emails of this kind are sent. Before you set up the reminder, these are the usual times.",
        ReminderSerializer,
        EXAMPLE,
        call="reminders/study/",
        path_parameters=NAMES,
    ),
    put=Operation(
        "set_reminder",
        "Set a reminder",
        "You choose when emails of this kind are sent, or turn them off. Reminders are off until the learner agrees to "
        "them: to turn one on, send the version of the consent text that the learner has read.",
        ReminderSerializer,
        EXAMPLE,
        call="reminders/study/",
        request=ReminderRequestSerializer,
        request_example={
            "on": True,
            "consent": CONSENT,
            "at": "07:30",
            "weekdays": [1, 3, 6],
            "quiet_from": "22:00",
            "quiet_until": "07:00",
        },
        wrong=(
            "consent",
            f"Turning on a reminder needs the learner’s consent to the text they have read. Send {CONSENT}.",
        ),
        path_parameters=NAMES,
    ),
)
class ReminderView(MeView):
    def get(self, request: Request, kind: str) -> HttpResponse:
        valid_kind = self.valid_kind(kind)
        return respond(reminder_as_json(valid_kind, self.learner.schedules.filter(kind=valid_kind).first()))

    @transaction.atomic
    def put(self, request: Request, kind: str) -> HttpResponse:
        valid_kind, learner, now = self.valid_kind(kind), self.learner, timezone.now()
        sent = self.validated(ReminderRequestSerializer)
        progress.record_activity(learner=learner)  # this also locks the learner until the transaction ends
        schedules = {schedule.kind: schedule for schedule in learner.schedules.all()}
        schedule, other = schedules.get(valid_kind), next(iter(schedules.values()), None)
        if sent["on"] and not (schedule and schedule.is_on) and sent.get("consent") != CONSENT:
            words = f"Turning on a reminder needs the learner’s consent to the text they have read. Send {CONSENT}."
            raise exceptions.ValidationError({"consent": [words]})
        paused_until = sent.get("paused_until", schedule.paused_until if schedule else None)
        if sent.get("paused_until") and paused_until <= learner.local_date(now):
            raise Refused({"paused_until": "Choose a date in the future."})
        at, weekdays = (schedule.at, schedule.weekdays) if schedule else DEFAULT_TIMES[valid_kind]
        setting = ReminderSetting(sent["on"], sent.get("at", at), tuple(sent.get("weekdays", weekdays)))
        quiet = Quiet.between(other.quiet_from, other.quiet_until) if other else None
        if "quiet_from" in sent:
            quiet = Quiet.between(sent["quiet_from"], sent["quiet_until"])
        saved = services.set_schedules(
            learner=learner, settings={valid_kind: setting}, quiet=quiet, paused_until=paused_until, now=now
        )
        return respond(reminder_as_json(valid_kind, saved[valid_kind]))

    def valid_kind(self, kind: str) -> ReminderKind:
        if kind not in ReminderKind.values:
            raise exceptions.NotFound("There is no such kind of reminder.")
        return ReminderKind(kind)


def delivery_as_json(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "on": row.on.isoformat(),
        "due_at": moment(row.due_at),
        "state": row.state,
        "reason": row.reason or None,
        "attempts": row.attempts,
        "sent_at": moment(row.sent_at) if row.sent_at else None,
    }


@describe(
    get=Operation(
        "list_deliveries",
        "List deliveries",
        "Every reminder that was due, latest first, with the reason if it was not sent.",
        cursor_page_serializer(DeliverySerializer),
        {
            "next": None,
            "results": [
                {
                    "id": 4711,
                    "kind": "study",
                    "on": "2026-11-25",
                    "due_at": "2026-11-25T06:30:00Z",
                    "state": "sent",
                    "reason": None,
                    "attempts": 1,
                    "sent_at": "2026-11-25T06:30:07Z",
                }
            ],
        },
        call="deliveries/",
        query=CursorQuery,
    )
)
class DeliveryList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        return self.page(self.learner.deliveries.order_by("-on", "-id"), delivery_as_json)
