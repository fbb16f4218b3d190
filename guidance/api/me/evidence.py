"""Evidence for the learner's levels: their own work, and certificates from others."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.fields import EventId, JsonDate, JsonSlug, JsonText
from guidance.api.idempotency import run_once
from guidance.api.me.base import CursorQuery, MeListView, MeView, respond, row_of
from guidance.api.me.study import EVENT_ID_HELP, event_response
from guidance.api.schema import Operation, cursor_page_serializer, describe, id_parameter
from guidance.api.shapes import moment
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.models import MAX_CERTIFICATE, MAX_EVIDENCE, MAX_URL, Evidence

CERTIFICATE = Evidence.EvidenceKind.CERTIFICATE
OF_CERTIFICATES = ("name", "issuer", "issued_on")
OF_WORK = ("text", "project")


class EvidenceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.UUIDField()
    kind = serializers.ChoiceField(
        Evidence.EvidenceKind.choices,
        help_text="`work`: something you made. `certificate`: something that someone else confirmed.",
    )
    skill = serializers.CharField(help_text="Slug.")
    project = serializers.CharField(
        allow_null=True, help_text="Slug of the project that the work belongs to; null if there is none."
    )
    url = serializers.CharField(help_text="Link to the work or the certificate; may be empty.")
    text = serializers.CharField(help_text="What the work shows; may be empty.")
    name = serializers.CharField(help_text="Name of the certificate; empty for work.")
    issuer = serializers.CharField(help_text="Who issued the certificate; empty for work.")
    issued_on = serializers.DateField(allow_null=True, help_text="The date of the certificate; null for work.")
    on = serializers.DateField(help_text="The date on which you added it, in your time zone.")
    at = serializers.DateTimeField()


class EvidenceContentSerializer(serializers.Serializer[Any]):
    """The part of evidence that can be changed later."""

    url = JsonText(
        max_length=MAX_URL,
        default="",
        help_text="Link to something you made, or to the certificate. Work needs this, `text` or both.",
    )
    text = JsonText(max_length=MAX_EVIDENCE, default="", help_text="What the work shows.")
    name = JsonText(
        max_length=MAX_CERTIFICATE, default="", help_text="Name of the certificate. Certificates need this."
    )
    issuer = JsonText(
        max_length=MAX_CERTIFICATE, default="", help_text="Who issued the certificate. Certificates need this."
    )
    issued_on = JsonDate(
        required=False, allow_null=True, default=None, help_text="Date of the certificate. Certificates need this."
    )


@extend_schema_serializer(component_name="EvidenceQuestion")
class EvidenceRequestSerializer(EvidenceContentSerializer):
    skill = JsonSlug(Kind.SKILL, help_text="Slug.")
    kind = serializers.ChoiceField(
        Evidence.EvidenceKind.choices,
        default=Evidence.EvidenceKind.WORK.value,
        help_text="`work`: something you made. `certificate`: something that someone else confirmed; it changes no "
        "level.",
    )
    project = JsonSlug(
        Kind.PROJECT, required=False, allow_null=True, help_text="Slug of the project that the work belongs to."
    )
    event_id = EventId(required=False, help_text=EVENT_ID_HELP)


@extend_schema_serializer(component_name="EvidenceChangeQuestion")
class EvidenceChangeSerializer(EvidenceContentSerializer):
    pass


def content(sent: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Returns the values of this kind. Raises ValidationError for values of the other kind or a missing date."""
    strange = OF_WORK if kind == CERTIFICATE else OF_CERTIFICATES
    wrong = {
        name: [f"Leave this out. Evidence of the kind `{kind}` does not have it."] for name in strange if sent.get(name)
    }
    if kind == CERTIFICATE and not sent["issued_on"]:
        wrong["issued_on"] = ["Enter the date of the certificate."]
    if wrong:
        raise serializers.ValidationError(wrong)
    values = {"url": services.web_address(sent["url"])}
    if kind == CERTIFICATE:
        return values | {"name": sent["name"].strip(), "issuer": sent["issuer"].strip(), "issued_on": sent["issued_on"]}
    return values | {"text": sent["text"].strip()}


def evidence_as_json(snapshot: Snapshot, row: Evidence) -> dict[str, Any]:
    """Returns evidence as JSON. `row` needs `skill` and `project`."""
    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "kind": row.kind,
        "skill": snapshot.slugs.get((Kind.SKILL, row.skill_id), row.skill.slug),
        "project": row.project and snapshot.slugs.get((Kind.PROJECT, row.project.pk), row.project.slug),
        "url": row.url,
        "text": row.text,
        "name": row.name,
        "issuer": row.issuer,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "on": row.on.isoformat(),
        "at": moment(row.at),
    }


EVIDENCE_EXAMPLE = {
    "id": 7,
    "event_id": "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11",
    "kind": "work",
    "skill": "python",
    "project": None,
    "url": "https://example.com/my-work",
    "text": "A parser with tests.",
    "name": "",
    "issuer": "",
    "issued_on": None,
    "on": "2026-11-25",
    "at": "2026-11-25T18:30:00Z",
}
CERTIFICATE_EXAMPLE = {
    **EVIDENCE_EXAMPLE,
    "kind": "certificate",
    "url": "https://example.com/credentials/42",
    "text": "",
    "name": "Python Programmer",
    "issuer": "Example Institute",
    "issued_on": "2026-05-31",
}


@describe(
    get=Operation(
        "list_evidence",
        "List evidence",
        "Your work and your certificates, latest first.",
        cursor_page_serializer(EvidenceSerializer),
        {"next": None, "results": [EVIDENCE_EXAMPLE]},
        call="evidence/",
        query=CursorQuery,
    ),
    post=Operation(
        "add_evidence",
        "Add evidence",
        "Evidence for a skill is your own work, with a link, a text or both, or a certificate, with `name`, `issuer` "
        "and `issued_on`. Neither changes a level.",
        EvidenceSerializer,
        EVIDENCE_EXAMPLE,
        call="evidence/",
        request=EvidenceRequestSerializer,
        request_example={name: EVIDENCE_EXAMPLE[name] for name in ("skill", "url", "text", "event_id")},
        wrong=("url", "Give a link or describe it."),
        creates=True,
    ),
)
class EvidenceList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.evidences.select_related("skill", "project").order_by("-on", "-id")
        return self.page(rows, lambda row: evidence_as_json(self.snapshot, row))

    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.add)

    def add(self) -> tuple[int, str]:
        sent = self.validated(EvidenceRequestSerializer)
        now, kind = timezone.now(), sent["kind"]
        values = {"skill": row_of(self.snapshot, Kind.SKILL, sent["skill"]), **content(sent, kind)}
        event = {"learner": self.learner, "now": now, "event_id": sent.get("event_id")}
        if kind == CERTIFICATE:
            row = services.add_certificate(**values, **event)
        else:
            values["project"] = row_of(self.snapshot, Kind.PROJECT, sent.get("project"))
            row = services.add_evidence(**values, **event)
        return event_response(row, {"kind": kind, **values}, evidence_as_json(self.snapshot, row), row.at == now)


ID_PATH = (id_parameter("evidence"),)


@describe(
    get=Operation(
        "read_evidence",
        "Read evidence",
        "Something you made, or a certificate.",
        EvidenceSerializer,
        EVIDENCE_EXAMPLE,
        call="evidence/7/",
        path_parameters=ID_PATH,
    ),
    put=Operation(
        "change_evidence",
        "Change evidence",
        "You can change the link and text of your work, or the details of a certificate. Skill, kind and project stay "
        "the same.",
        EvidenceSerializer,
        CERTIFICATE_EXAMPLE,
        call="evidence/7/",
        request=EvidenceChangeSerializer,
        request_example={name: CERTIFICATE_EXAMPLE[name] for name in ("url", *OF_CERTIFICATES)},
        wrong=("issued_on", "Choose a day that isn’t in the future."),
        path_parameters=ID_PATH,
    ),
    delete=Operation(
        "remove_evidence",
        "Remove evidence",
        "This is permanent. Levels stay as they are.",
        None,
        call="evidence/7/",
        path_parameters=ID_PATH,
    ),
)
class EvidenceItem(MeView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return respond(evidence_as_json(self.snapshot, self.row(id)))

    def put(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        row, now = self.row(id), timezone.now()
        values = content(self.validated(EvidenceChangeSerializer), row.kind)
        if row.is_certificate:
            services.change_certificate(learner=self.learner, certificate=row, now=now, **values)
        else:
            services.change_evidence(learner=self.learner, evidence=row, **values)
        return respond(evidence_as_json(self.snapshot, row))

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        services.remove_evidence(learner=self.learner, evidence=self.row(id))
        return HttpResponse(status=204)

    def row(self, pk: int) -> Evidence:
        return get_object_or_404(self.learner.evidences.select_related("skill", "project"), pk=pk)
