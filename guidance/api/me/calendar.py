"""The secret URL of the learner's plan as a calendar."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.me.base import MeView, respond
from guidance.api.schema import Operation, describe
from guidance.api.shapes import moment
from guidance.progress import services
from guidance.progress.models import CalendarFeed


class CalendarSerializer(serializers.Serializer[Any]):
    created_at = serializers.DateTimeField(
        allow_null=True, help_text="When the current address was created; null if there is none."
    )


class NewCalendarSerializer(CalendarSerializer):
    url = serializers.CharField(
        help_text="The address. Anyone who has it can read your plan. Only this response shows it."
    )


CALENDAR_EXAMPLE = {"created_at": "2026-11-25T18:30:00Z"}


@describe(
    get=Operation(
        "read_calendar",
        "Read about the calendar address",
        "Whether there is an address, and since when. The address itself is shown only once, when it is created.",
        CalendarSerializer,
        CALENDAR_EXAMPLE,
        call="calendar/",
    ),
    post=Operation(
        "make_calendar",
        "Create a calendar address",
        "The address is a secret URL of your plan as a calendar (iCalendar), to which other programs can subscribe. "
        "Any older address stops working. We store only a digest of the address, so an `Idempotency-Key` is ignored.",
        NewCalendarSerializer,
        {**CALENDAR_EXAMPLE, "url": "https://waymark.example/plan/calendar/example-0123456789.ics"},
        call="calendar/",
        creates=True,
        takes_key=False,
    ),
    delete=Operation(
        "revoke_calendar",
        "Delete the calendar address",
        "The address responds with 404 from now on. If there is none, nothing happens.",
        None,
        call="calendar/",
    ),
)
class CalendarView(MeView):
    keyed = False

    def get(self, request: Request) -> HttpResponse:
        return respond(self.state())

    def post(self, request: Request) -> HttpResponse:
        secret = services.make_calendar_address(learner=self.learner, now=timezone.now())
        url = settings.SITE_URL + reverse("web:calendar-feed", args=[secret])
        return respond({**self.state(), "url": url}, status=201)

    def delete(self, request: Request) -> HttpResponse:
        services.revoke_calendar_address(learner=self.learner)
        return HttpResponse(status=204)

    def state(self) -> dict[str, Any]:
        feed = CalendarFeed.objects.filter(learner=self.learner).first()
        return {"created_at": moment(feed.created_at) if feed else None}
