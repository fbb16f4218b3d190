"""Time spent: the log."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.cached import dumps
from guidance.api.fields import EventId, ResourceId
from guidance.api.idempotency import Conflict, once
from guidance.api.me.base import OwnListView, PlaceQuery, row_of
from guidance.api.planning import Day, Slug, Whole
from guidance.api.schema import Operation, own, own_list
from guidance.api.shapes import moment
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Kind, Record
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.models import MINUTES_OF_A_DAY, StudySession

EVENT_ID = "Yours for this event: what comes twice is stored once."
USED = "This event_id came with something else before."


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    skill = serializers.CharField(allow_null=True, help_text="Slug; null for what counts for the resource alone.")
    resource = serializers.IntegerField(allow_null=True, help_text="Id; null without one.")
    minutes = serializers.IntegerField(min_value=1, max_value=MINUTES_OF_A_DAY)
    on = serializers.DateField(help_text="The day, by your calendar.")
    at = serializers.DateTimeField(help_text="When it was logged.")


class SessionQuestionSerializer(serializers.Serializer[Any]):
    skill = Slug(Kind.SKILL, required=False, allow_null=True, help_text="Slug. It may be left out with a resource.")
    resource = ResourceId(required=False, allow_null=True, help_text="Id of the resource that it was with.")
    minutes = Whole(min_value=1, max_value=MINUTES_OF_A_DAY)
    on = Day(required=False, help_text="The day, up to your today, which it is when left out.")
    event_id = EventId(required=False, help_text=EVENT_ID)


def session(snapshot: Snapshot, row: StudySession) -> dict[str, Any]:
    """`row`: with `skill`. A merged skill is called what it became, a retired one what it was."""
    skill = snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug) if row.skill_id and row.skill else None
    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": skill,
        "resource": row.resource_id,
        "minutes": row.minutes,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


EXAMPLE = {
    "id": 4711,
    "event_id": "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10",
    "skill": "python",
    "resource": 7,
    "minutes": 45,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}


@own(
    get=Operation(
        "list_sessions",
        "List study sessions",
        "The latest first.",
        own_list(SessionSerializer),
        {"next": None, "results": [EXAMPLE]},
        path="sessions/",
        query=PlaceQuery,
    ),
    post=Operation(
        "log_session",
        "Log a study session",
        "Minutes on a skill, on a resource for it, or on a resource alone. A day has 1,440 of them.",
        SessionSerializer,
        EXAMPLE,
        path="sessions/",
        asks=SessionQuestionSerializer,
        question={name: EXAMPLE[name] for name in ("skill", "resource", "minutes", "on", "event_id")},
        wrong=("minutes", "A day has 24 hours, and 1400 minutes of this one are logged already."),
        made=True,
    ),
)
class SessionList(OwnListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.studysessions.select_related("skill").order_by("-on", "-id")
        return self.page(rows, lambda row: session(self.snapshot, row))

    def post(self, request: Request) -> HttpResponse:
        return once(request, self.log)

    def log(self) -> tuple[int, str]:
        sent = self.asked(SessionQuestionSerializer)
        now = timezone.now()
        said = {
            "skill": row_of(self.snapshot, Kind.SKILL, sent.get("skill")),
            "resource": row_of(self.snapshot, Kind.RESOURCE, sent.get("resource")),
            "minutes": sent["minutes"],
            "on": sent.get("on", self.learner.local_date(now)),
        }
        made = services.log_study(learner=self.learner, now=now, event_id=sent.get("event_id"), **said)
        # Left out, the day is whatever it was when the event came first.
        return answer(
            made, said if "on" in sent else {**said, "on": made.on}, session(self.snapshot, made), made.at == now
        )


def _now(value: Any) -> Any:
    """Of a record its kind and slug of today, since it may have been merged in between; anything else as it is."""
    if isinstance(value, Record):
        return value.KIND, catalogue.current().slugs.get((value.KIND, value.pk), value.slug)
    return value


def answer(made: Any, said: Mapping[str, Any], shape: Mapping[str, Any], new: bool) -> tuple[int, str]:
    """Status and body for an event that was just made, or was there with the same content. Raises Conflict when it was
    there with another."""
    if any(_now(getattr(made, name)) != _now(value) for name, value in said.items()):
        raise Conflict(USED)
    return (201 if new else 200), dumps(shape).decode()
