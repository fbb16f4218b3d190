"""The learner's access tokens: with the session alone, since a token never makes or ends tokens."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts import tokens
from accounts.models import MOST_DAYS, ONE_LINE, AccessToken
from guidance.api.authentication import confirm_password
from guidance.api.own.account import PasswordSerializer
from guidance.api.own.base import OwnView, respond
from guidance.api.own.documentation import Operation, own, own_list
from guidance.api.own.fields import Text
from guidance.api.permissions import SessionOnly
from guidance.api.planning import Whole
from guidance.api.shapes import moment

SCOPES = [AccessToken.Scope.READ.value, AccessToken.Scope.WRITE.value]
USUAL_DAYS = 30
NAME_LENGTH = 80


@extend_schema_field({"type": "string", "pattern": ONE_LINE, "maxLength": NAME_LENGTH})
class Name(Text):
    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).strip()


class TokenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES), help_text="`write` comes with `read`.")
    prefix = serializers.CharField(help_text="How its text begins, to know it by.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="From then on it is refused.")
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute; null before its first use.")


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="What to send as `Authorization: Bearer …`. It is told this once.")


class TokenQuestionSerializer(PasswordSerializer):
    name = Name(max_length=NAME_LENGTH, help_text="What it is for, on one line.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), min_length=1, max_length=2, help_text="`write` includes `read`."
    )
    expires_in_days = Whole(
        min_value=1, max_value=MOST_DAYS, default=USUAL_DAYS, help_text="After so many days it is refused."
    )


def token_as_json(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": token.scopes,
        "prefix": token.prefix,
        "created_at": moment(token.created_at),
        "expires_at": moment(token.expires_at),
        "last_used_at": moment(token.last_used_at) if token.last_used_at else None,
    }


EXAMPLE: Mapping[str, Any] = {
    "id": 7,
    "name": "Weekly report",
    "scopes": ["read"],
    "prefix": "wm_q83Vx0aL",
    "created_at": "2026-11-25T12:00:00Z",
    "expires_at": "2026-12-25T12:00:00Z",
    "last_used_at": None,
}


@own(
    get=Operation(
        "list_tokens",
        "List tokens",
        "Your access tokens, the newest first, those that expired in the last 30 days included. With the session only.",
        own_list(TokenSerializer),
        example={"next": None, "results": [EXAMPLE]},
        path="tokens/",
    ),
    post=Operation(
        "make_token",
        "Make a token",
        f"A personal access token, of which you may have {tokens.MOST}. Its text is in this answer and nowhere else: only a "
        "digest is kept, so an `Idempotency-Key` is not looked at. With the session only, and with the password unless "
        "a page has asked for it in the last five minutes.",
        NewTokenSerializer,
        example={**EXAMPLE, "token": "wm_q83Vx0aL0123456789-example-0123456789-example"},
        path="tokens/",
        asks=TokenQuestionSerializer,
        question={"name": "Weekly report", "scopes": ["read"], "expires_in_days": 30, "password": "four words"},
        wrong=("scopes", "This field is required."),
        made=True,
        keyed=False,
    ),
)
class TokenList(OwnView):
    permission_classes = (SessionOnly,)
    keyed = False

    def get(self, request: Request) -> HttpResponse:
        found = self.learner.access_tokens.order_by("-created_at", "-pk")
        return respond({"next": None, "results": [token_as_json(token) for token in found]})

    def post(self, request: Request) -> HttpResponse:
        asked = self.asked(TokenQuestionSerializer)
        confirm_password(request, asked["password"])
        scope = AccessToken.Scope.WRITE if "write" in asked["scopes"] else AccessToken.Scope.READ
        token, text = tokens.make(
            owner=self.learner, name=asked["name"], scope=scope, days=asked["expires_in_days"], now=timezone.now()
        )
        return respond({**token_as_json(token), "token": text}, status=201)


@own(
    delete=Operation(
        "revoke_token",
        "Revoke a token",
        "It is refused from its next request on, and nothing of it is kept. With the session only.",
        None,
        path="tokens/7/",
        names=(
            OpenApiParameter("id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="Of a token."),
        ),
    )
)
class TokenItem(OwnView):
    permission_classes = (SessionOnly,)

    def delete(self, request: Request, id: int) -> HttpResponse:  # noqa: A002  the name in the contract
        tokens.revoke(token=get_object_or_404(self.learner.access_tokens, pk=id))
        return HttpResponse(status=204)
