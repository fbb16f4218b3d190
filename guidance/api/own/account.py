"""The account itself."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from guidance import privacy
from guidance.api.authentication import confirm_password
from guidance.api.own.base import OwnView, respond
from guidance.api.own.documentation import Operation, own
from guidance.api.own.fields import Text
from guidance.api.permissions import Scoped, SessionOnly
from guidance.api.shapes import moment

LONGEST_PASSWORD = 1_000


class AccountSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(help_text="What the pages call you; may be empty.")
    time_zone = serializers.CharField(help_text="By which your days begin, such as Europe/Berlin.")
    today = serializers.DateField(help_text="The date on your wall now.")
    joined_at = serializers.DateTimeField()


class PasswordSerializer(serializers.Serializer[Any]):
    """The part of a body that `confirm_password` needs."""

    password = Text(
        max_length=LONGEST_PASSWORD,
        default="",
        help_text="Of your account. Not needed when a page has asked for it in the last five minutes.",
    )


@own(
    get=Operation(
        "read_account",
        "Read the account",
        "Whose token or session it is.",
        AccountSerializer,
        {
            "email": "learner@waymark.example",
            "name": "Lena",
            "time_zone": "Europe/Berlin",
            "today": "2026-11-25",
            "joined_at": "2026-05-20T08:00:00Z",
        },
    ),
    delete=Operation(
        "delete_account",
        "Delete the account",
        "The account and everything in it, at once and for good. With the session only, and the password.",
        None,
        asks=PasswordSerializer,
        question={"password": "correct horse battery staple"},
        wrong=("password", "This is not your password."),
    ),
)
class AccountView(OwnView):
    def get_permissions(self) -> list[Any]:
        return [SessionOnly()] if self.request and self.request.method == "DELETE" else [Scoped()]

    def get(self, request: Request) -> HttpResponse:
        learner = self.learner
        return respond(
            {
                "email": learner.email,
                "name": learner.name,
                "time_zone": learner.time_zone,
                "today": self.standing().today.isoformat(),
                "joined_at": moment(learner.date_joined),
            }
        )

    def delete(self, request: Request) -> HttpResponse:
        learner = self.learner
        confirm_password(request, self.asked(PasswordSerializer).get("password", ""))
        logout(request._request)
        privacy.erase(learner)
        return HttpResponse(status=204, headers={"Clear-Site-Data": '"cache", "storage"'})
