"""The account, its access tokens, and export and import of the learner's data.

Tokens can only be created and revoked with a session: a token never creates or revokes tokens.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts import tokens
from accounts.models import MAX_DAYS, ONE_LINE, AccessToken
from guidance.api.authentication import Scoped, SessionOnly, confirm_password
from guidance.api.bodies import refuse_unknown_keys
from guidance.api.cached import dumps
from guidance.api.fields import JsonInteger, JsonText
from guidance.api.idempotency import run_once
from guidance.api.me.base import MeView, respond
from guidance.api.schema import Operation, cursor_page_serializer, describe, id_parameter
from guidance.api.shapes import moment
from guidance.api.views import BoundedJSONParser, Query
from guidance.personal_data import account_data, restore
from guidance.progress import services

MAX_PASSWORD = 1_000
NAME_LENGTH = 80


class AccountSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(help_text="Your name on the site; may be empty.")
    time_zone = serializers.CharField(
        help_text="Your time zone, such as Europe/Berlin. It decides when your days begin."
    )
    today = serializers.DateField(help_text="Today's date in your time zone.")
    joined_at = serializers.DateTimeField()


class PasswordSerializer(serializers.Serializer[Any]):
    """The part of a body that `confirm_password` needs."""

    password = JsonText(
        max_length=MAX_PASSWORD,
        default="",
        help_text="Your password. Not needed if you entered it on a page in the last five minutes.",
    )


class ProfileSerializer(serializers.Serializer[Any]):
    name = JsonText(max_length=NAME_LENGTH, required=False, help_text="Your name on the site; may be empty.")
    time_zone = JsonText(
        max_length=64, required=False, help_text="Your time zone, by its IANA name. It decides when your days begin."
    )


ACCOUNT_EXAMPLE = {
    "email": "learner@waymark.example",
    "name": "Lena",
    "time_zone": "Europe/Berlin",
    "today": "2026-11-25",
    "joined_at": "2026-05-20T08:00:00Z",
}


@describe(
    get=Operation(
        "read_account",
        "Read the account",
        "The account that the token or session belongs to.",
        AccountSerializer,
        ACCOUNT_EXAMPLE,
    ),
    put=Operation(
        "change_account",
        "Change the account",
        "You can change your name and time zone. Fields that you leave out stay as they are. Past days keep their "
        "dates.",
        AccountSerializer,
        ACCOUNT_EXAMPLE,
        request=ProfileSerializer,
        request_example={"name": "Lena", "time_zone": "Europe/Berlin"},
        wrong=("time_zone", "“Europe/Atlantis” is not a known time zone."),
    ),
    delete=Operation(
        "delete_account",
        "Delete the account",
        "The account and everything in it are deleted immediately and permanently. Requires a session and the "
        "password.",
        None,
        request=PasswordSerializer,
        request_example={"password": "correct horse battery staple"},
        wrong=("password", "This is not your password."),
    ),
)
class AccountView(MeView):
    def get_permissions(self) -> list[Any]:
        return [SessionOnly()] if self.request and self.request.method == "DELETE" else [Scoped()]

    def get(self, request: Request) -> HttpResponse:
        learner = self.learner
        return respond(
            {
                "email": learner.email,
                "name": learner.name,
                "time_zone": learner.time_zone,
                "today": learner.local_date(timezone.now()).isoformat(),
                "joined_at": moment(learner.date_joined),
            }
        )

    def put(self, request: Request) -> HttpResponse:
        learner, sent = self.learner, self.validated(ProfileSerializer)
        for name, value in sent.items():
            setattr(learner, name, value.strip())
        learner.clean_fields(exclude={field.name for field in learner._meta.fields} - sent.keys())
        services.save_profile(learner=learner)
        return self.get(request)

    def delete(self, request: Request) -> HttpResponse:
        learner = self.learner
        confirm_password(request, self.validated(PasswordSerializer).get("password", ""))
        logout(request._request)
        account_data.erase(learner)
        return HttpResponse(status=204, headers={"Clear-Site-Data": '"cache", "storage"'})


SCOPES = [AccessToken.Scope.READ.value, AccessToken.Scope.WRITE.value]
DEFAULT_DAYS = 30


@extend_schema_field({"type": "string", "pattern": ONE_LINE, "maxLength": NAME_LENGTH})
class TokenName(JsonText):
    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).strip()


class TokenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES), help_text="`write` includes `read`.")
    prefix = serializers.CharField(help_text="The first characters of the token, so that you can recognise it.")
    created_at = serializers.DateTimeField()
    renewed_at = serializers.DateTimeField(allow_null=True, help_text="When the token was last renewed; null if never.")
    expires_at = serializers.DateTimeField(help_text="When the token expires.")
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="When the token was last used, to the minute; null if never."
    )


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="The token, to send as `Authorization: Bearer …`. It is shown only once.")


@extend_schema_serializer(component_name="RenewalQuestion")
class RenewalSerializer(PasswordSerializer):
    expires_in_days = JsonInteger(
        min_value=1, max_value=MAX_DAYS, default=DEFAULT_DAYS, help_text="The number of days after which it expires."
    )


@extend_schema_serializer(component_name="TokenQuestion")
class TokenRequestSerializer(RenewalSerializer):
    name = TokenName(max_length=NAME_LENGTH, help_text="What the token is for, in one line.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), min_length=1, max_length=2, help_text="`write` includes `read`."
    )


def token_as_json(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": token.scopes,
        "prefix": token.prefix,
        "created_at": moment(token.created_at),
        "renewed_at": moment(token.renewed_at) if token.renewed_at else None,
        "expires_at": moment(token.expires_at),
        "last_used_at": moment(token.last_used_at) if token.last_used_at else None,
    }


TOKEN_EXAMPLE: Mapping[str, Any] = {
    "id": 7,
    "name": "Weekly report",
    "scopes": ["read"],
    "prefix": "wm_q83Vx0aL",
    "created_at": "2026-11-25T12:00:00Z",
    "renewed_at": None,
    "expires_at": "2026-12-25T12:00:00Z",
    "last_used_at": None,
}


@describe(
    get=Operation(
        "list_tokens",
        "List tokens",
        "Your access tokens, newest first, including tokens that expired in the last 30 days. Requires a session.",
        cursor_page_serializer(TokenSerializer),
        example={"next": None, "results": [TOKEN_EXAMPLE]},
        call="tokens/",
    ),
    post=Operation(
        "make_token",
        "Create a token",
        f"You can have up to {tokens.MAX_TOKENS} personal access tokens. Only this response contains "
        "the token's text, because we store only a digest; so an `Idempotency-Key` is ignored. Requires a session, "
        "and the password unless you entered it on a page in the last five minutes.",
        NewTokenSerializer,
        example={**TOKEN_EXAMPLE, "token": "wm_q83Vx0aL0123456789-example-0123456789-example"},
        call="tokens/",
        request=TokenRequestSerializer,
        request_example={"name": "Weekly report", "scopes": ["read"], "expires_in_days": 30, "password": "four words"},
        wrong=("scopes", "This field is required."),
        creates=True,
        takes_key=False,
    ),
)
class TokenList(MeView):
    permission_classes = (SessionOnly,)
    keyed = False

    def get(self, request: Request) -> HttpResponse:
        rows = self.learner.access_tokens.order_by("-created_at", "-pk")
        return respond({"next": None, "results": [token_as_json(token) for token in rows]})

    def post(self, request: Request) -> HttpResponse:
        validated = self.validated(TokenRequestSerializer)
        confirm_password(request, validated["password"])
        scope = AccessToken.Scope.WRITE if "write" in validated["scopes"] else AccessToken.Scope.READ
        token, text = tokens.issue(
            owner=self.learner,
            name=validated["name"],
            scope=scope,
            days=validated["expires_in_days"],
            now=timezone.now(),
        )
        return respond({**token_as_json(token), "token": text}, status=201)


TOKEN_PATH = (id_parameter("a token"),)


@describe(
    get=Operation(
        "read_token",
        "Read a token",
        "Everything about the token except its text. Requires a session.",
        TokenSerializer,
        TOKEN_EXAMPLE,
        call="tokens/7/",
        path_parameters=TOKEN_PATH,
    ),
    put=Operation(
        "renew_token",
        "Renew a token",
        "Makes the token valid for this many days from now. Its text stays the same, and an expired token works "
        "again. Requires a session, and the password unless you entered it on a page in the last five minutes.",
        TokenSerializer,
        {**TOKEN_EXAMPLE, "renewed_at": "2026-12-20T12:00:00Z", "expires_at": "2027-12-20T12:00:00Z"},
        call="tokens/7/",
        request=RenewalSerializer,
        request_example={"expires_in_days": 365, "password": "four words"},
        wrong=("expires_in_days", f"Ensure this value is less than or equal to {MAX_DAYS}."),
        path_parameters=TOKEN_PATH,
    ),
    delete=Operation(
        "revoke_token",
        "Revoke a token",
        "The token stops working immediately and is deleted. Requires a session.",
        None,
        call="tokens/7/",
        path_parameters=TOKEN_PATH,
    ),
)
class TokenItem(MeView):
    permission_classes = (SessionOnly,)

    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002 the name in the API
        return respond(token_as_json(self.row(id)))

    def put(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        token, sent = self.row(id), self.validated(RenewalSerializer)
        confirm_password(request, sent["password"])
        tokens.renew(token=token, days=sent["expires_in_days"], now=timezone.now())
        return respond(token_as_json(token))

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        tokens.revoke(token=self.row(id))
        return HttpResponse(status=204)

    def row(self, pk: int) -> AccessToken:
        return get_object_or_404(self.learner.access_tokens, pk=pk)


class ExportParser(BoundedJSONParser):
    max_bytes = restore.MAX_BYTES


class TableSerializer(serializers.Serializer[Any]):
    """How many rows of one table were imported."""

    added = serializers.IntegerField(min_value=0)
    changed = serializers.IntegerField(min_value=0, help_text="Rows that a later row replaces.")
    there = serializers.IntegerField(
        min_value=0, help_text="Rows that were already there, or are older than the existing rows."
    )


class TablesSerializer(serializers.Serializer[Any]):
    saved_ads = TableSerializer()
    goals = TableSerializer()
    days_off = TableSerializer()
    assessments = TableSerializer(help_text="Levels, and how you reached them.")
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
    dry_run = serializers.BooleanField(help_text="True if nothing was stored.")
    tables = TablesSerializer()


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": True}})
class ExportRows(serializers.ListField):
    """The rows of one table of the export. Errors are reported by path, such as `study_sessions[3].minutes`."""


@extend_schema_serializer(component_name="Export")
class ExportSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField([account_data.FORMAT])
    made_at = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {table.name: ExportRows(required=False) for table in account_data.TABLES}


class ImportQuery(Query):
    dry_run = serializers.ChoiceField(
        ["true", "false"],
        default="false",
        help_text="With `true`, nothing is stored, and the response shows what would be.",
    )


EXPORT_EXAMPLE = {
    "format": account_data.FORMAT,
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
NO_ROWS = {"added": 0, "changed": 0, "there": 0}
TABLES = dict.fromkeys(TablesSerializer().fields, NO_ROWS) | {"study_sessions": {**NO_ROWS, "added": 1}}


@describe(
    post=Operation(
        "export",
        "Export everything",
        "Everything we store about you, as in the export on the site. The request changes nothing and we keep no "
        "copy, so an `Idempotency-Key` is ignored. A session needs the password, a token the scope `read`.",
        ExportSerializer,
        EXPORT_EXAMPLE,
        call="export/",
        request=PasswordSerializer,
        request_example={"password": "four words"},
        wrong=("password", "This is not your password."),
        takes_key=False,
    )
)
class ExportView(MeView):
    keyed = False
    scope = AccessToken.Scope.READ.value  # it only reads, although it is a POST

    def post(self, request: Request) -> HttpResponse:
        sent = self.validated(PasswordSerializer)
        if request.auth is None:
            confirm_password(request, sent.get("password", ""))
        return HttpResponse(account_data.as_json(self.learner, now=timezone.now()), content_type="application/json")


@describe(
    post=Operation(
        "import",
        "Import an export",
        "Adds the saved ads, goals, days off, levels, evidence, sessions, ticked resources, project work, notes and "
        "plan changes of a Waymark export to your data in one transaction: all of them or, if a row is invalid, none. "
        "Importing the same export twice adds nothing. If both have an entry, the later one is kept. A level that was "
        "checked is imported as your own judgement. The account, its logins, tokens and addresses are not read, and "
        f"no reminder is turned on. At most {restore.MAX_BYTES // 2**20} MiB and {restore.MAX_ROWS:,} rows.",
        ImportSerializer,
        {"dry_run": False, "tables": TABLES},
        call="import/",
        request=ExportSerializer,
        request_example=EXPORT_EXAMPLE,
        wrong=("study_sessions[0].minutes", "This is not a whole number from 1 to 1440."),
        query=ImportQuery,
    )
)
class ImportView(MeView):
    parser_classes = (ExportParser,)

    def post(self, request: Request) -> HttpResponse:
        return run_once(request, self.import_history)

    def import_history(self) -> tuple[int, str]:
        dry_run = self.validated_query(ImportQuery)["dry_run"] == "true"
        refuse_unknown_keys(ExportSerializer, self.request.data)
        counts = restore.import_history(
            learner=self.learner, data=self.request.data, now=timezone.now(), dry_run=dry_run
        )
        tables = {name: asdict(table) for name, table in counts.items()}
        return 200, dumps({"dry_run": dry_run, "tables": tables}).decode()
