"""The settings of the learner's proof page."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request

from guidance.api.fields import JsonBoolean, JsonText
from guidance.api.me.base import MeView, respond
from guidance.api.schema import Operation, describe
from guidance.api.shapes import moment
from guidance.progress import services
from guidance.progress.models import MAX_PROOF_NAME, MIN_PROOF_NAME, PROOF_NAME, ProofPage

ShownSkills = ProofPage.ShownSkills
# {field of the API: field of the service}
FIELDS = {
    "display_name": "display_name",
    "role": "shows_role",
    "readiness": "shows_readiness",
    "skills": "skills",
    "projects": "shows_projects",
    "certificates": "shows_certificates",
}
MAX_DISPLAY_NAME = 80


NAME_SCHEMA = {"type": "string", "pattern": PROOF_NAME, "minLength": MIN_PROOF_NAME, "maxLength": MAX_PROOF_NAME}


@extend_schema_field(NAME_SCHEMA)
class ProofName(JsonText):
    """The name of the page; the service validates it."""


class ProofPageSerializer(serializers.Serializer[Any]):
    public = serializers.BooleanField(help_text="True if the page is on: anyone who has the address can read it.")
    name = serializers.CharField(allow_null=True, help_text="The name in the address; null before you save the page.")
    url = serializers.CharField(allow_null=True, help_text="The address of the page; null before you save it.")
    taken_down_at = serializers.DateTimeField(
        allow_null=True, help_text="When the operator took the page down; null if it is not taken down."
    )
    display_name = serializers.CharField(help_text="Your name on the page; may be empty.")
    role = serializers.BooleanField(help_text="Shows the role of your goal.")
    readiness = serializers.BooleanField(help_text="Shows your readiness for that role, by source.")
    skills = serializers.ChoiceField(
        ShownSkills.choices,
        help_text="Which levels the page shows: `none`, `proved` (those that a check or project shows), or `all`, which includes "
        "levels that are not checked: self-reported, those of the chosen background, and implied ones.",
    )
    projects = serializers.BooleanField(help_text="Shows projects with a link to your work.")
    certificates = serializers.BooleanField(help_text="Shows your certificates.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null before you save the page.")


@extend_schema_serializer(component_name="ProofPageQuestion")
class ProofPageRequestSerializer(serializers.Serializer[Any]):
    public = JsonBoolean(help_text="Whether the page is on. You can save it while it is off.")
    name = ProofName(
        max_length=MAX_PROOF_NAME,
        required=False,
        allow_null=True,
        help_text="The name in the address. No one else may have used it. If it is null or left out, you get a secret "
        "name, which stays the same once it exists.",
    )
    display_name = JsonText(max_length=MAX_DISPLAY_NAME, default="", help_text="Your name on the page.")
    role = JsonBoolean(default=True, help_text="Shows the role of your goal.")
    readiness = JsonBoolean(default=True, help_text="Shows your readiness for that role, by source; needs `role`.")
    skills = serializers.ChoiceField(
        ShownSkills.choices, default=ShownSkills.PROVED.value, help_text="`none`, `proved` or `all`."
    )
    projects = JsonBoolean(default=True, help_text="Shows projects with a link to your work.")
    certificates = JsonBoolean(default=True, help_text="Shows your certificates.")


def proof_page_as_json(page: ProofPage | None) -> dict[str, Any]:
    shown = page or ProofPage()
    return {
        "public": shown.is_public,
        "name": page.name if page else None,
        "url": page.address if page else None,
        "taken_down_at": moment(shown.taken_down_at) if shown.taken_down_at else None,
        **{name: getattr(shown, field) for name, field in FIELDS.items()},
        "updated_at": moment(page.updated_at) if page else None,
    }


PROOF_PAGE_EXAMPLE = {
    "public": True,
    "name": "lena-example",
    "url": "https://waymark.example/p/lena-example/",
    "taken_down_at": None,
    "display_name": "Lena Example",
    "role": True,
    "readiness": True,
    "skills": "all",
    "projects": True,
    "certificates": False,
    "updated_at": "2026-11-25T18:30:00Z",
}


@describe(
    get=Operation(
        "read_proof_page",
        "Read the proof page",
        "What the page shows, whether it is on, and its address. Before you save the page, this is what it would show.",
        ProofPageSerializer,
        PROOF_PAGE_EXAMPLE,
        call="proof-page/",
    ),
    put=Operation(
        "save_proof_page",
        "Save the proof page",
        "You choose what the page shows, and whether it is on. A name that someone else has or had is refused. If you "
        "change the name, the old address stops working immediately.",
        ProofPageSerializer,
        PROOF_PAGE_EXAMPLE,
        call="proof-page/",
        request=ProofPageRequestSerializer,
        request_example={"public": True, "name": "lena-example", "display_name": "Lena Example", "certificates": False},
        wrong=("name", "This name is taken. Choose another."),
    ),
    delete=Operation(
        "revoke_proof_page",
        "Turn the proof page off",
        "Takes effect immediately: the address responds with 404. You keep your settings and the name.",
        None,
        call="proof-page/",
    ),
)
class ProofPageView(MeView):
    def get(self, request: Request) -> HttpResponse:
        return respond(proof_page_as_json(ProofPage.objects.filter(learner=self.learner).first()))

    def put(self, request: Request) -> HttpResponse:
        sent = self.validated(ProofPageRequestSerializer)
        page = services.save_proof_page(
            learner=self.learner,
            now=timezone.now(),
            name=sent.get("name"),
            is_public=sent["public"],
            **{field: sent[name] for name, field in FIELDS.items()},
        )
        return respond(proof_page_as_json(page))

    def delete(self, request: Request) -> HttpResponse:
        services.revoke_proof_page(learner=self.learner, now=timezone.now())
        return HttpResponse(status=204)
