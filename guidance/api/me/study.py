"""Study sessions, and units that the learner has ticked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.cached import dumps
from guidance.api.fields import SLUG_SCHEMA, EventId, JsonDate, JsonInteger, JsonSlug, JsonText, ResourceId
from guidance.api.idempotency import Conflict, Unprocessable, run_once
from guidance.api.me.base import CursorQuery, MeListView, MeView, published, respond, row_of
from guidance.api.schema import Operation, cursor_page_serializer, describe, id_parameter, slug_parameter
from guidance.api.shapes import moment
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind, Record
from guidance.catalog.models import Unit as UnitModel
from guidance.catalog.snapshot import Snapshot
from guidance.progress import removed_sessions, services
from guidance.progress.history import Cursor
from guidance.progress.models import MINUTES_OF_A_DAY, StudySession, UnitTick

EVENT_ID_HELP = "An id of your own for this event. An event that you send twice is stored once."
EVENT_ID_USED = "This event_id was used with different values."


class SessionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    skill = serializers.CharField(allow_null=True, help_text="Slug; null if the session only counts for the resource.")
    resource = serializers.IntegerField(allow_null=True, help_text="Id; null if there is none.")
    minutes = serializers.IntegerField(min_value=1, max_value=MINUTES_OF_A_DAY)
    on = serializers.DateField(help_text="The date of the session, in your time zone.")
    at = serializers.DateTimeField(help_text="When the session was logged.")


@extend_schema_serializer(component_name="SessionQuestion")
class SessionRequestSerializer(serializers.Serializer[Any]):
    skill = JsonSlug(
        Kind.SKILL,
        required=False,
        allow_null=True,
        help_text="Slug of the skill. You can leave it out if you send a resource.",
    )
    resource = ResourceId(required=False, allow_null=True, help_text="Id of the resource you studied with.")
    minutes = JsonInteger(min_value=1, max_value=MINUTES_OF_A_DAY)
    on = JsonDate(required=False, help_text="The date, today or earlier. The default is today in your time zone.")
    event_id = EventId(required=False, help_text=EVENT_ID_HELP)


# Raw SQL: Django takes longer to build and compile this query than to do everything else in the request (decision 58).
LATEST_SESSIONS = """
    SELECT session.id, session.event_id::text, session.skill_id, session.resource_id, session.minutes, session."on", session.at, skill.slug
    FROM progress_studysession AS session LEFT JOIN catalog_skill AS skill ON skill.id = session.skill_id
    WHERE session.learner_id = %(learner)s
        AND (%(day)s::date IS NULL OR (session."on", session.id) < (%(day)s, %(id)s))
        AND (%(since)s::date IS NULL OR session."on" >= %(since)s)
        AND (%(until)s::date IS NULL OR session."on" <= %(until)s)
    ORDER BY session."on" DESC, session.id DESC
    LIMIT %(rows)s
"""


class SessionRow(NamedTuple):
    """A row of `LATEST_SESSIONS`."""

    pk: int
    event_id: str
    skill_id: int | None
    resource_id: int | None
    minutes: int
    on: date
    at: datetime
    slug: str | None  # slug of the skill


def session_as_json(snapshot: Snapshot, row: Any, slug: str | None) -> dict[str, Any]:
    """Returns a session as JSON. `slug` is the slug of the row's skill: the new slug for a merged skill, the old slug for a
    retired skill."""
    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), slug) if row.skill_id else None,
        "resource": row.resource_id,
        "minutes": row.minutes,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


def stored_session(snapshot: Snapshot, row: StudySession) -> dict[str, Any]:
    return session_as_json(snapshot, row, row.skill.slug if row.skill else None)


SESSION_EXAMPLE = {
    "id": 4711,
    "event_id": "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10",
    "skill": "python",
    "resource": 7,
    "minutes": 45,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}


@describe(
    get=Operation(
        "list_sessions",
        "List study sessions",
        "Your study sessions, latest first.",
        cursor_page_serializer(SessionSerializer),
        {"next": None, "results": [SESSION_EXAMPLE]},
        call="sessions/",
        query=CursorQuery,
    ),
    post=Operation(
        "log_session",
        "Log a study session",
        "You can log minutes on a skill, on a resource for it, or on a resource alone, up to 1,440 minutes a day.",
        SessionSerializer,
        SESSION_EXAMPLE,
        call="sessions/",
        request=SessionRequestSerializer,
        request_example={name: SESSION_EXAMPLE[name] for name in ("skill", "resource", "minutes", "on", "event_id")},
        wrong=("minutes", "A day has 24 hours, and 1400 minutes of this day are already logged."),
        creates=True,
    ),
)
class SessionList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        snapshot = self.snapshot
        return self.page_of(self.latest, lambda row: session_as_json(snapshot, row, row.slug))

    def latest(self, rows: int, cursor: Cursor | None, days: Mapping[str, date]) -> list[SessionRow]:
        day, pk = cursor or (None, None)
        values = {"since": None, "until": None, **days, "learner": self.learner.pk, "day": day, "id": pk, "rows": rows}
        with connection.cursor() as found:
            found.execute(LATEST_SESSIONS, values)
            return list(map(SessionRow._make, found.fetchall()))

    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.log)

    def log(self) -> tuple[int, str]:
        sent = self.validated(SessionRequestSerializer)
        now = timezone.now()
        values = {
            "skill": row_of(self.snapshot, Kind.SKILL, sent.get("skill")),
            "resource": row_of(self.snapshot, Kind.RESOURCE, sent.get("resource")),
            "minutes": sent["minutes"],
            "on": sent.get("on", self.learner.local_date(now)),
        }
        event = services.log_study(learner=self.learner, now=now, event_id=sent.get("event_id"), **values)
        # A request without a day matches the event on whatever day it was first stored.
        return event_response(
            event,
            values if "on" in sent else {**values, "on": event.on},
            stored_session(self.snapshot, event),
            event.at == now,
        )


class RemovedSessionSerializer(serializers.Serializer[Any]):
    restore = serializers.CharField(
        help_text="Send this to `POST /me/sessions/restore/` to restore the session as it was."
    )


class RestoreRequestSerializer(serializers.Serializer[Any]):
    restore = JsonText(
        max_length=removed_sessions.MAX_TEXT, help_text="The text in the response to the removal of the session."
    )


SESSION_PATH = (id_parameter("a session"),)
RESTORE_EXAMPLE = {"restore": "eyJza2lsbCI6MX0:1vO0aB:signed"}
NOT_REMOVED = "This text does not belong to a session that you removed."


@describe(
    get=Operation(
        "read_session",
        "Read a study session",
        "A session that you logged.",
        SessionSerializer,
        SESSION_EXAMPLE,
        call="sessions/7/",
        path_parameters=SESSION_PATH,
    ),
    delete=Operation(
        "remove_session",
        "Remove a study session",
        "Afterwards, it is as if you had never logged the session. We no longer store any part of it; the response "
        "contains what you need to restore it.",
        RemovedSessionSerializer,
        RESTORE_EXAMPLE,
        call="sessions/7/",
        path_parameters=SESSION_PATH,
    ),
)
class SessionItem(MeView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return respond(stored_session(self.snapshot, self.row(id)))

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        session = self.row(id)
        restore = removed_sessions.sign(session)
        services.remove_session(learner=self.learner, session=session)
        return respond({"restore": restore})

    def row(self, pk: int) -> StudySession:
        return get_object_or_404(self.learner.studysessions.select_related("skill"), pk=pk)


@describe(
    post=Operation(
        "restore_session",
        "Restore a study session",
        "A session that you removed gets its time, `event_id` and ticked unit again, but a new `id`.",
        SessionSerializer,
        SESSION_EXAMPLE,
        call="sessions/restore/",
        request=RestoreRequestSerializer,
        request_example=RESTORE_EXAMPLE,
        wrong=("restore", NOT_REMOVED),
    )
)
class SessionRestore(MeView):
    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.restore)

    def restore(self) -> tuple[int, str]:
        try:
            session = removed_sessions.restore(self.learner, self.validated(RestoreRequestSerializer)["restore"])
        except removed_sessions.UnknownSession:
            raise exceptions.ValidationError({"restore": [NOT_REMOVED]}) from None
        return 200, dumps(stored_session(self.snapshot, session)).decode()


def _comparable(value: Any) -> Any:
    """Returns the kind and current slug of a record, because the record may have been merged since; returns any other value
    unchanged."""
    if isinstance(value, Record):
        return value.KIND, catalogue.current().slugs.get((value.KIND, value.pk), value.slug)
    return value


def event_response(event: Any, values: Mapping[str, Any], shape: Mapping[str, Any], new: bool) -> tuple[int, str]:
    """Returns the status and body for an event that is new or was already stored with the same values. Raises Conflict if it was
    stored with different values."""
    if any(_comparable(getattr(event, name)) != _comparable(value) for name, value in values.items()):
        raise Conflict(EVENT_ID_USED)
    return (201 if new else 200), dumps(shape).decode()


UNKNOWN_UNIT = "No unit of this level has this id."
LEVEL_TOO_HIGH = "You are at level 0 of RAG. Do the units of level 1 first."


class UnitTickSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL)
    id = serializers.CharField(help_text="Id of the unit, which the catalogue may no longer have.")
    type = serializers.ChoiceField(UnitModel.UnitType.choices)
    text = serializers.CharField(help_text="The unit's text when you ticked it.")
    minutes = serializers.IntegerField(
        min_value=0, max_value=MINUTES_OF_A_DAY, help_text="Minutes logged with the unit; 0 if none."
    )
    session = serializers.IntegerField(
        allow_null=True,
        help_text="Id of the study session that logged these minutes; null if there is none, or if it has been "
        "removed.",
    )
    on = serializers.DateField(help_text="The date on which you ticked the unit, in your time zone.")
    at = serializers.DateTimeField()


@extend_schema_serializer(component_name="UnitTickQuestion")
class UnitTickRequestSerializer(serializers.Serializer[Any]):
    minutes = JsonInteger(
        min_value=0,
        max_value=MINUTES_OF_A_DAY,
        required=False,
        help_text="Minutes to log instead of the unit's remaining minutes; 0 logs nothing.",
    )


def tick_as_json(snapshot: Snapshot, row: UnitTick) -> dict[str, Any]:
    """Returns a ticked unit as JSON. `row` needs `skill`. The slug is the new one for a merged skill, and the old one for a
    retired skill."""
    return {
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug),
        "level": row.level,
        "id": row.key,
        "type": row.type,
        "text": row.text,
        "minutes": row.minutes,
        "session": row.session_id,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


UNIT_TICK_EXAMPLE = {
    "skill": "retrieval-augmented-generation",
    "level": 1,
    "id": "ten-questions",
    "type": "do",
    "text": "Ask a model ten questions about a manual you own. Mark each answer right, wrong or unsupported.",
    "minutes": 60,
    "session": 4711,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}
UNIT_CALL = "units/retrieval-augmented-generation/1/ten-questions/"
UNIT_PATH = (
    slug_parameter("skill", "skill"),
    OpenApiParameter(
        "level",
        {"type": "integer", "minimum": 1, "maximum": MAX_LEVEL},
        OpenApiParameter.PATH,
        description="The level that the unit leads to.",
    ),
    OpenApiParameter(
        "id", SLUG_SCHEMA, OpenApiParameter.PATH, description="The unit's id, as in `units` of the skill."
    ),
)


@describe(
    get=Operation(
        "list_units",
        "List ticked units",
        "The units you have ticked, latest first.",
        cursor_page_serializer(UnitTickSerializer),
        {"next": None, "results": [UNIT_TICK_EXAMPLE]},
        call="units/",
        query=CursorQuery,
    )
)
class UnitList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.unitticks.select_related("skill").order_by("-on", "-id")
        return self.page(rows, lambda row: tick_as_json(self.snapshot, row))


NOT_TICKED = "You have not ticked this unit."


@describe(
    get=Operation(
        "read_unit_tick",
        "Read a ticked unit",
        "When you ticked the unit, and what was logged with it. Returns 404 if the unit is not ticked.",
        UnitTickSerializer,
        UNIT_TICK_EXAMPLE,
        call="units/retrieval-augmented-generation/1/read-it/",
        path_parameters=UNIT_PATH,
        errors={404: NOT_TICKED},
    ),
    put=Operation(
        "tick_unit",
        "Tick a unit",
        "Marks the unit as done. Logs the unit's minutes on the skill, minus the minutes that you have already logged "
        "there without a unit; or logs the minutes you send. The unit must lead to the level after yours, or to a "
        "lower level. Ticking it again changes nothing.",
        UnitTickSerializer,
        UNIT_TICK_EXAMPLE,
        call=UNIT_CALL,
        request=UnitTickRequestSerializer,
        request_example={"minutes": 60},
        wrong=("minutes", "A day has 24 hours, and 1400 minutes of this day are already logged."),
        path_parameters=UNIT_PATH,
        errors={404: UNKNOWN_UNIT, 422: LEVEL_TOO_HIGH},
    ),
    delete=Operation(
        "untick_unit",
        "Untick a unit",
        "Afterwards, it is as if you had never ticked the unit: the session that it logged is also removed. If the "
        "unit is not ticked, nothing happens.",
        None,
        call=UNIT_CALL,
        path_parameters=UNIT_PATH,
    ),
)
class UnitItem(MeView):
    def get(self, request: Request, skill: str, level: int, id: str) -> HttpResponse:  # noqa: A002
        ids = self.snapshot.ids[Kind.SKILL, published(self.snapshot, Kind.SKILL, skill).slug]
        rows = self.learner.unitticks.select_related("skill").filter(skill__in=ids, level=level, key=id)
        tick = rows.order_by("id").first()
        if tick is None:
            raise exceptions.NotFound(NOT_TICKED)
        return respond(tick_as_json(self.snapshot, tick))

    def put(self, request: Request, skill: str, level: int, id: str) -> HttpResponse:  # noqa: A002
        row = row_of(self.snapshot, Kind.SKILL, published(self.snapshot, Kind.SKILL, skill).slug)
        minutes = self.validated(UnitTickRequestSerializer).get("minutes")
        try:
            event = services.tick_unit(
                learner=self.learner, skill=row, level=level, key=id, minutes=minutes, now=timezone.now()
            )
        except ValidationError as error:
            if "unit" in error.error_dict:
                raise exceptions.NotFound(UNKNOWN_UNIT) from error
            if "level" in error.error_dict:
                raise Unprocessable(" ".join(error.messages)) from error
            raise
        return respond(tick_as_json(self.snapshot, event))

    def delete(self, request: Request, skill: str, level: int, id: str) -> HttpResponse:  # noqa: A002
        row = row_of(self.snapshot, Kind.SKILL, published(self.snapshot, Kind.SKILL, skill).slug)
        services.untick_unit(learner=self.learner, skill=row, level=level, key=id)
        return HttpResponse(status=204)
