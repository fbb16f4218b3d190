"""Links and texts that back a level."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.idempotency import once
from guidance.api.own.base import OwnListView, PlaceQuery, row_of
from guidance.api.own.documentation import Operation, own, own_list
from guidance.api.own.fields import EventId, Text
from guidance.api.own.sessions import EVENT_ID, answer
from guidance.api.planning import Slug
from guidance.api.shapes import moment
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.models import LONGEST_EVIDENCE, LONGEST_URL, Evidence


class EvidenceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    skill = serializers.CharField(help_text="Slug.")
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the project that it comes from; null without one."
    )
    url = serializers.CharField(help_text="May be empty.")
    text = serializers.CharField(help_text="What it shows; may be empty.")
    on = serializers.DateField(help_text="The day, by your calendar.")
    at = serializers.DateTimeField()


class EvidenceQuestionSerializer(serializers.Serializer[Any]):
    skill = Slug(Kind.SKILL, help_text="Slug.")
    project = Slug(Kind.PROJECT, required=False, allow_null=True, help_text="Slug of the project that it comes from.")
    url = Text(max_length=LONGEST_URL, default="", help_text="Of something you made. This or `text` has to be there.")
    text = Text(max_length=LONGEST_EVIDENCE, default="", help_text="What it shows.")
    event_id = EventId(required=False, help_text=EVENT_ID)


def evidence(snapshot: Snapshot, row: Evidence) -> dict[str, Any]:
    """`row`: with `skill` and `project`."""
    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug),
        "project": row.project and snapshot.slugs.get((Kind.PROJECT, row.project.pk), row.project.slug),
        "url": row.url,
        "text": row.text,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


EVIDENCE_EXAMPLE = {
    "id": 42,
    "event_id": "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11",
    "skill": "python",
    "project": None,
    "url": "https://example.com/my-work",
    "text": "A parser with tests.",
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}


@own(
    get=Operation(
        "list_evidence",
        "List evidence",
        "The latest first.",
        own_list(EvidenceSerializer),
        {"next": None, "results": [EVIDENCE_EXAMPLE]},
        path="evidence/",
        query=PlaceQuery,
    ),
    post=Operation(
        "add_evidence",
        "Add evidence",
        "A link, a text or both, for a skill.",
        EvidenceSerializer,
        EVIDENCE_EXAMPLE,
        path="evidence/",
        asks=EvidenceQuestionSerializer,
        question={name: EVIDENCE_EXAMPLE[name] for name in ("skill", "url", "text", "event_id")},
        wrong=("url", "Give a link or say what it is."),
        made=True,
    ),
)
class EvidenceList(OwnListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.evidences.select_related("skill", "project").order_by("-on", "-id")
        return self.page(rows, lambda row: evidence(self.snapshot, row))

    def post(self, request: Request) -> HttpResponse:
        return once(request, self.add)

    def add(self) -> tuple[int, str]:
        sent = self.asked(EvidenceQuestionSerializer)
        now = timezone.now()
        said = {
            "skill": row_of(self.snapshot, Kind.SKILL, sent["skill"]),
            "project": row_of(self.snapshot, Kind.PROJECT, sent.get("project")),
            "url": services.web_address(sent["url"]),
            "text": sent["text"].strip(),
        }
        made = services.add_evidence(learner=self.learner, now=now, event_id=sent.get("event_id"), **said)
        return answer(made, said, evidence(self.snapshot, made), made.at == now)
