"""The root of version 1: a list of all URLs, generated from the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from guidance.api import docs
from guidance.api.cached import RevisionResponses, dumps
from guidance.api.schema import Operation, describe
from guidance.api.shapes import address
from guidance.api.views import PublicView
from guidance.catalog import licence

TAG = "index"
METHODS = ["DELETE", "GET", "POST", "PUT"]


class LicenceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    url = serializers.URLField()
    attribution = serializers.CharField(help_text="The attribution that a copy must give.")


class EntrySerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="The operation's name in the schema.")
    method = serializers.ChoiceField(METHODS)
    href = serializers.CharField(help_text="The operation's URL. Replace the parts in braces.")
    summary = serializers.CharField()


class IndexSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0, help_text="The newest revision of the catalogue.")
    docs = serializers.URLField(help_text="The API reference.")
    schema = serializers.URLField(help_text="The OpenAPI schema.")
    licence = LicenceSerializer(help_text="Licence of the catalogue.")
    operations = EntrySerializer(many=True)


@extend_schema(tags=[TAG])
@describe(
    get=Operation(
        "read_index",
        "Read the index",
        "Every operation with its URL.",
        IndexSerializer,
        example={
            "revision": 42,
            "docs": "https://waymark.example/api/docs/",
            "schema": "https://waymark.example/api/schema/",
            "licence": {
                "name": licence.NAME,
                "url": licence.ADDRESS,
                "attribution": licence.attribution("https://waymark.example"),
            },
            "operations": [
                {
                    "id": "list_skills",
                    "method": "GET",
                    "href": "https://waymark.example/api/v1/skills/",
                    "summary": "List skills",
                }
            ],
        },
    )
)
class IndexView(PublicView):
    def body(self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **path: str) -> bytes:
        operations = [
            {"id": one["operationId"], "method": method.upper(), "href": address(href), "summary": one["summary"]}
            for href, methods in docs.document()["paths"].items()
            for method, one in methods.items()
        ]
        return dumps(
            {
                "revision": responses.snapshot.revision,
                "docs": address(reverse("api:docs")),
                "schema": address(reverse("api:schema")),
                "licence": {
                    "name": licence.NAME,
                    "url": licence.ADDRESS,
                    "attribution": licence.attribution(address("")),
                },
                "operations": operations,
            }
        )
