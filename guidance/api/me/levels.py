"""The learner's levels, and notes on skills."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import User
from guidance.api.cached import dumps
from guidance.api.fields import EventId, JsonInteger, JsonText
from guidance.api.idempotency import Conflict, run_once
from guidance.api.me.base import CursorQuery, MeListView, MeView, SlugQuery, published, respond, row_of
from guidance.api.schema import Operation, cursor_page_serializer, describe, id_parameter, slug_parameter
from guidance.api.shapes import moment
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import MAX_TEXT, Assessment


@extend_schema_serializer(component_name="OwnLevel")
class MeLevelSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL)
    kind = serializers.ChoiceField(
        Assessment.Source.choices, help_text="How we know the level: your own word, your CV, a check or a project."
    )
    sources = serializers.ListField(
        child=serializers.ChoiceField(Assessment.Source.choices),
        help_text="How we know each level from 1 up to `level`: the strongest source of each.",
    )
    since = serializers.DateField(allow_null=True, help_text="When the level last changed; null if never.")
    minutes = serializers.IntegerField(min_value=0, help_text="Minutes studied since `level` last changed.")
    total_minutes = serializers.IntegerField(min_value=0, help_text="Total minutes studied.")
    touched_on = serializers.DateField(
        allow_null=True,
        help_text="The date of the last assessment or session, whichever is later; null if there is neither.",
    )


@extend_schema_serializer(component_name="LevelQuestion")
class LevelRequestSerializer(serializers.Serializer[Any]):
    level = JsonInteger(min_value=0, max_value=MAX_LEVEL, help_text="Your level, in your own judgement.")


def level_as_json(state: LearnerState, skill: str) -> dict[str, Any]:
    known = state.skills.get(skill)
    if known is None:
        nothing = {"level": 0, "kind": Assessment.Source.SELF.value, "sources": [], "since": None}
        return {"skill": skill, **nothing, "minutes": 0, "total_minutes": 0, "touched_on": None}
    return {
        "skill": skill,
        "level": known.level,
        "kind": known.source,
        "sources": list(known.known.slices),
        "since": known.since.isoformat() if known.since else None,
        "minutes": known.minutes,
        "total_minutes": known.total_minutes,
        "touched_on": known.touched_on.isoformat(),
    }


LEVEL_EXAMPLE = {
    "skill": "python",
    "level": 3,
    "kind": "self",
    "sources": ["check", "check", "self"],
    "since": "2026-11-25",
    "minutes": 90,
    "total_minutes": 1_440,
    "touched_on": "2026-11-25",
}


@describe(
    get=Operation(
        "list_levels",
        "List levels",
        "Every skill that you have assessed or studied, sorted by slug. All other skills are at level 0.",
        cursor_page_serializer(MeLevelSerializer),
        {"next": None, "results": [LEVEL_EXAMPLE]},
        call="levels/",
        query=SlugQuery,
    )
)
class LevelList(MeListView):
    query = SlugQuery

    def get(self, request: Request) -> HttpResponse:
        state = self.learner_state()
        return self.page_by_slug(state.skills, lambda skill: level_as_json(state, skill))


LEVEL_PATH = (slug_parameter("skill", "skill"),)


@describe(
    get=Operation(
        "read_level",
        "Read a level",
        "Your level in a skill.",
        MeLevelSerializer,
        LEVEL_EXAMPLE,
        call="levels/python/",
        path_parameters=LEVEL_PATH,
    ),
    put=Operation(
        "set_level",
        "Set a level",
        "This is your level from now on, in your own judgement. Sending the same level again changes nothing. Levels "
        "that a check or project has shown still count, up to this level.",
        MeLevelSerializer,
        LEVEL_EXAMPLE,
        call="levels/python/",
        request=LevelRequestSerializer,
        request_example={"level": 3},
        wrong=("level", "Ensure this value is less than or equal to 4."),
        path_parameters=LEVEL_PATH,
    ),
)
class LevelItem(MeView):
    def get(self, request: Request, skill: str) -> HttpResponse:
        return respond(level_as_json(self.learner_state(), published(self.snapshot, Kind.SKILL, skill).slug))

    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        sent = self.validated(LevelRequestSerializer)
        services.assess_all(learner=self.learner, levels={record.id: sent["level"]}, now=timezone.now())
        return respond(level_as_json(self.learner_state(), record.slug))


class AssessmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=0, max_value=MAX_LEVEL, help_text="The level after this change.")
    kind = serializers.ChoiceField(
        Assessment.Source.choices, help_text="How we know the level: your own word, your CV, a check or a project."
    )
    up_to = serializers.IntegerField(
        min_value=1,
        max_value=MAX_LEVEL,
        allow_null=True,
        help_text="The level that a check or a project shows; null if it equals `level`.",
    )
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the project that shows the level; null if there is none."
    )
    undoes = serializers.IntegerField(
        allow_null=True,
        help_text="Id of the assessment that this one undoes: `level` and `kind` are the values that count again.",
    )
    on = serializers.DateField(help_text="The date of the assessment, in your time zone.")
    at = serializers.DateTimeField()


def assessment_as_json(snapshot: Snapshot, row: Assessment) -> dict[str, Any]:
    """Returns an assessment as JSON. `row` needs `skill` and `project`."""
    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug),
        "level": row.level,
        "kind": row.kind,
        "up_to": row.up_to,
        "project": row.project and snapshot.slugs.get((Kind.PROJECT, row.project.pk), row.project.slug),
        "undoes": row.undoes_id,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


ASSESSMENT_EXAMPLE = {
    "id": 43,
    "event_id": "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f12",
    "skill": "python",
    "level": 3,
    "kind": "check",
    "up_to": 2,
    "project": None,
    "undoes": None,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}


@describe(
    get=Operation(
        "list_assessments",
        "List your level history",
        "When each of your levels changed and how we know the level, latest first. `GET /me/levels/` returns your "
        "current levels.",
        cursor_page_serializer(AssessmentSerializer),
        {"next": None, "results": [ASSESSMENT_EXAMPLE]},
        call="assessments/",
        query=CursorQuery,
    )
)
class AssessmentList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.assessments.select_related("skill", "project").order_by("-on", "-id")
        return self.page(rows, lambda row: assessment_as_json(self.snapshot, row))


ASSESSMENT_PATH = (id_parameter("an entry in your level history"),)
NOT_LATEST = "You have changed this level since. Undo that change first."


@describe(
    get=Operation(
        "read_assessment",
        "Read an entry in your level history",
        "When a level changed, and how we know the level.",
        AssessmentSerializer,
        ASSESSMENT_EXAMPLE,
        call="assessments/7/",
        path_parameters=ASSESSMENT_PATH,
    )
)
class AssessmentItem(MeView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return respond(assessment_as_json(self.snapshot, assessment_of(self.learner, id)))


def assessment_of(learner: User, pk: int) -> Assessment:
    return get_object_or_404(learner.assessments.select_related("skill", "project"), pk=pk)


class UndoRequestSerializer(serializers.Serializer[Any]):
    event_id = EventId(
        required=False, help_text="An id of your own for this event. An event that you send twice is stored once."
    )


@describe(
    post=Operation(
        "undo_assessment",
        "Undo a level",
        "The latest assessment of a skill no longer counts, whether it came from you, a check or a project; the "
        "previous one counts again. Returns the entry that undoes it. Undoing it twice has no further effect.",
        AssessmentSerializer,
        {**ASSESSMENT_EXAMPLE, "id": 44, "kind": "self", "level": 2, "up_to": None, "undoes": 43},
        call="assessments/7/undo/",
        request=UndoRequestSerializer,
        request_example={},
        wrong=("event_id", "Must be a valid UUID."),
        path_parameters=ASSESSMENT_PATH,
        errors={409: NOT_LATEST},
    )
)
class AssessmentUndo(MeView):
    def post(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return run_once(request, lambda: self.undo(id))

    def undo(self, pk: int) -> tuple[int, str]:
        row, sent = assessment_of(self.learner, pk), self.validated(UndoRequestSerializer)
        try:
            made = services.undo_assessment(
                learner=self.learner, assessment=row, now=timezone.now(), event_id=sent.get("event_id")
            )
        except ValidationError as error:
            if getattr(error, "code", "") == "not_latest":
                raise Conflict(error.messages[0]) from error
            raise
        return 200, dumps(assessment_as_json(self.snapshot, assessment_of(self.learner, made.pk))).decode()


class NoteSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    text = serializers.CharField(help_text="Empty if there is no note.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null if there is no note.")


@extend_schema_serializer(component_name="NoteQuestion")
class NoteRequestSerializer(serializers.Serializer[Any]):
    text = JsonText(max_length=MAX_TEXT, help_text="Replaces the note. An empty text removes it.")


type Notes = list[tuple[str, datetime]]


def notes_by_skill(learner: User, snapshot: Snapshot, slug: str | None = None) -> dict[str, Notes]:
    """Returns the text and time of notes by slug, for all skills or one, including notes on skills that were merged into it."""
    rows = learner.notes.order_by("pk")
    if slug is not None:
        rows = rows.filter(skill__in=snapshot.ids[Kind.SKILL, slug])
    found: dict[str, Notes] = {}
    for skill_id, text, at in rows.values_list("skill_id", "text", "updated_at"):
        if (skill := snapshot.slugs.get((Kind.SKILL, skill_id))) is not None:
            found.setdefault(skill, []).append((text, at))
    return found


def note_as_json(slug: str, notes: Notes) -> dict[str, Any]:
    return {
        "skill": slug,
        "text": "\n\n".join(text for text, _at in notes),
        "updated_at": moment(max(at for _text, at in notes)) if notes else None,
    }


NOTE_EXAMPLE = {"skill": "python", "text": "Look at descriptors again.", "updated_at": "2026-11-25T18:30:00Z"}
NOTE_PATH = (slug_parameter("skill", "skill"),)


@describe(
    get=Operation(
        "list_notes",
        "List notes",
        "Your notes, sorted by the slug of the skill.",
        cursor_page_serializer(NoteSerializer),
        {"next": None, "results": [NOTE_EXAMPLE]},
        call="notes/",
        query=SlugQuery,
    )
)
class NoteList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        notes = notes_by_skill(self.learner, self.snapshot)
        return self.page_by_slug(notes, lambda skill: note_as_json(skill, notes[skill]))


@describe(
    get=Operation(
        "read_note",
        "Read a note",
        "Your note on a skill.",
        NoteSerializer,
        NOTE_EXAMPLE,
        call="notes/python/",
        path_parameters=NOTE_PATH,
    ),
    put=Operation(
        "write_note",
        "Write a note",
        "A note on a skill, which only you can read.",
        NoteSerializer,
        NOTE_EXAMPLE,
        call="notes/python/",
        request=NoteRequestSerializer,
        request_example={"text": "Look at descriptors again."},
        wrong=("text", "This field is required."),
        path_parameters=NOTE_PATH,
    ),
)
class NoteView(MeView):
    def get(self, request: Request, skill: str) -> HttpResponse:
        return self.note(published(self.snapshot, Kind.SKILL, skill).slug)

    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        sent = self.validated(NoteRequestSerializer)
        row = row_of(self.snapshot, Kind.SKILL, record.slug)
        services.write_note(learner=self.learner, skill=row, text=sent["text"])
        return self.note(record.slug)

    def note(self, slug: str) -> HttpResponse:
        return respond(note_as_json(slug, notes_by_skill(self.learner, self.snapshot, slug).get(slug, [])))
