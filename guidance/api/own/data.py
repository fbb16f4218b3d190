"""What the learner takes along, and brings back."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from guidance import portability, privacy
from guidance.api.authentication import confirm_password
from guidance.api.editions import dumps
from guidance.api.idempotency import once
from guidance.api.own.account import PasswordSerializer
from guidance.api.own.base import OwnView
from guidance.api.own.documentation import Operation, own
from guidance.api.planning import BoundedJSONParser
from guidance.api.public import Query


class ExportParser(BoundedJSONParser):
    max_bytes = portability.MAX_BYTES


class TableSerializer(serializers.Serializer[Any]):
    """How many rows of a table."""

    added = serializers.IntegerField(min_value=0)
    changed = serializers.IntegerField(min_value=0, help_text="For which a later one came.")
    there = serializers.IntegerField(min_value=0, help_text="That were there before, or are older than what is.")


class TablesSerializer(serializers.Serializer[Any]):
    goals = TableSerializer()
    days_off = TableSerializer()
    assessments = TableSerializer(help_text="The levels, and how they came about.")
    evidence = TableSerializer()
    study_sessions = TableSerializer()
    ticked_resources = TableSerializer()
    ticked_units = TableSerializer()
    projects = TableSerializer()
    notes = TableSerializer()
    plan_changes = TableSerializer()
    completed_milestones = TableSerializer()
    path_wishes = TableSerializer()


class ImportSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(help_text="Nothing was stored.")
    tables = TablesSerializer()


@extend_schema_field({"type": "array", "items": {"type": "object"}})
class Rows(serializers.ListField):
    """Of a table of the export. What is wrong in them is told by path, such as `study_sessions[3].minutes`."""


@extend_schema_serializer(component_name="Export")
class ExportSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField([privacy.FORMAT])
    made_at = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {table.name: Rows(required=False) for table in privacy.TABLES}


class ImportQuery(Query):
    dry_run = serializers.ChoiceField(
        ["true", "false"], default="false", help_text="With `true` nothing is stored: the answer says what would be."
    )


EXPORT = {
    "format": privacy.FORMAT,
    "made_at": "2026-11-25T18:30:00Z",
    "study_sessions": [
        {
            "event_id": "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10",
            "at": "2026-11-25T18:30:00Z",
            "on": "2026-11-25",
            "minutes": 45,
            "skill_slug": "python",
            "resource_slug": None,
        }
    ],
}
NONE = {"added": 0, "changed": 0, "there": 0}
TABLES = dict.fromkeys(TablesSerializer().fields, NONE) | {"study_sessions": {**NONE, "added": 1}}


@own(
    post=Operation(
        "export",
        "Export everything",
        "All that there is about you, as the page gives it. It changes nothing and no copy of it is kept, so an "
        "`Idempotency-Key` is not looked at. With the session it takes the password, with a token the scope `write`.",
        ExportSerializer,
        EXPORT,
        path="export/",
        asks=PasswordSerializer,
        question={"password": "four words"},
        wrong=("password", "This is not your password."),
        keyed=False,
    )
)
class ExportView(OwnView):
    keyed = False

    def post(self, request: Request) -> HttpResponse:
        sent = self.asked(PasswordSerializer)
        if request.auth is None:
            confirm_password(request, sent.get("password", ""))
        return HttpResponse(privacy.as_json(self.learner, now=timezone.now()), content_type="application/json")


@own(
    post=Operation(
        "import",
        "Import an export",
        "What an export of Waymark has of goals, days off, levels, evidence, sessions, ticked resources, project work, notes "
        "and changes of the plan, added to yours in one transaction: all of it or, when a row is wrong, nothing. Twice is "
        "once. Of what both have, the later one stays. The account, its logins, tokens and addresses are not read, and no "
        f"reminder is turned on by it. At most {portability.MAX_BYTES // 2**20} MiB and {portability.MAX_ROWS:,} rows.",
        ImportSerializer,
        {"dry_run": False, "tables": TABLES},
        path="import/",
        asks=ExportSerializer,
        question=EXPORT,
        wrong=("study_sessions[0].minutes", "This is not a whole number from 1 to 1440."),
        query=ImportQuery,
    )
)
class ImportView(OwnView):
    parser_classes = (ExportParser,)

    def post(self, request: Request) -> HttpResponse:
        return once(request, self.import_history)

    def import_history(self) -> tuple[int, str]:
        query = ImportQuery(data=self.request.GET.dict())
        query.is_valid(raise_exception=True)
        dry_run = query.validated_data["dry_run"] == "true"
        brought = portability.import_history(
            learner=self.learner, data=self.request.data, now=timezone.now(), dry_run=dry_run
        )
        tables = {name: asdict(counts) for name, counts in brought.items()}
        return 200, dumps({"dry_run": dry_run, "tables": tables}).decode()
