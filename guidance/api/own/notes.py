"""What the learner writes about a skill, for nobody else."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.own.base import OwnView, published, respond, row_of
from guidance.api.own.documentation import Operation, own, slug
from guidance.api.own.fields import Text
from guidance.api.shapes import moment
from guidance.catalog.models import Kind
from guidance.progress import services
from guidance.progress.models import LONGEST_TEXT


class NoteSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    text = serializers.CharField(help_text="Empty without a note.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="null without a note.")


class NoteQuestionSerializer(serializers.Serializer[Any]):
    text = Text(max_length=LONGEST_TEXT, help_text="Takes the place of what was there; an empty one removes it.")


NOTE_EXAMPLE = {"skill": "python", "text": "Look at descriptors again.", "updated_at": "2026-11-25T18:30:00Z"}
NOTE_PATH = (slug("skill", "skill"),)


@own(
    get=Operation(
        "read_note",
        "Read a note",
        "Yours on a skill.",
        NoteSerializer,
        NOTE_EXAMPLE,
        path="notes/python/",
        names=NOTE_PATH,
    ),
    put=Operation(
        "write_note",
        "Write a note",
        "On a skill, for nobody else.",
        NoteSerializer,
        NOTE_EXAMPLE,
        path="notes/python/",
        asks=NoteQuestionSerializer,
        question={"text": "Look at descriptors again."},
        wrong=("text", "This field is required."),
        names=NOTE_PATH,
    ),
)
class NoteView(OwnView):
    def get(self, request: Request, skill: str) -> HttpResponse:
        return self.note(published(self.snapshot, Kind.SKILL, skill).slug)

    def put(self, request: Request, skill: str) -> HttpResponse:
        record = published(self.snapshot, Kind.SKILL, skill)
        sent = self.asked(NoteQuestionSerializer)
        row = row_of(self.snapshot, Kind.SKILL, record.slug)
        services.write_note(learner=self.learner, skill=row, text=sent["text"])
        return self.note(record.slug)

    def note(self, slug: str) -> HttpResponse:
        """Where skills were merged, what was written on each, as the page of the skill shows it."""
        notes = self.learner.notes.filter(skill__in=self.snapshot.ids[Kind.SKILL, slug])
        found = list(notes.values_list("text", "updated_at"))
        return respond(
            {
                "skill": slug,
                "text": "\n\n".join(text for text, _at in found),
                "updated_at": moment(max(at for _text, at in found)) if found else None,
            }
        )
