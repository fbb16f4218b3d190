"""Resources that the learner has ticked."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.own.base import OwnView, respond, row_of
from guidance.api.own.documentation import Operation, own
from guidance.api.own.fields import LARGEST, Truth
from guidance.api.shapes import moment
from guidance.catalog.models import Kind
from guidance.progress import services


class TickSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    done = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True, help_text="null while it is not.")


class TickQuestionSerializer(serializers.Serializer[Any]):
    done = Truth()


TICK_EXAMPLE = {"id": 7, "slug": "rag-paper", "done": True, "done_at": "2026-11-25T18:30:00Z"}
RESOURCE_PATH = (
    OpenApiParameter(
        "id",
        {"type": "integer", "minimum": 1, "maximum": LARGEST},
        OpenApiParameter.PATH,
        description="Its id, as the list of resources has it.",
    ),
)


@own(
    get=Operation(
        "read_tick",
        "Read whether a resource is done",
        "Whether you have ticked it, and when.",
        TickSerializer,
        TICK_EXAMPLE,
        path="resources/7/",
        names=RESOURCE_PATH,
    ),
    put=Operation(
        "tick_resource",
        "Tick a resource",
        "As done, or as not. Ticked again it keeps its moment.",
        TickSerializer,
        TICK_EXAMPLE,
        path="resources/7/",
        asks=TickQuestionSerializer,
        question={"done": True},
        wrong=("done", "Must be a valid boolean."),
        names=RESOURCE_PATH,
    ),
)
class TickView(OwnView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return self.state(self.slug_of(id))

    def put(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        slug = self.slug_of(id)
        sent = self.asked(TickQuestionSerializer)
        row = row_of(self.snapshot, Kind.RESOURCE, slug)
        services.tick_resource(learner=self.learner, resource=row, done=sent["done"], now=timezone.now())
        return self.state(slug)

    def slug_of(self, pk: int) -> str:
        slug = self.snapshot.slugs.get((Kind.RESOURCE, pk))
        if slug is None:
            raise exceptions.NotFound("No resource has this id.")
        return slug

    def state(self, slug: str) -> HttpResponse:
        ids = self.snapshot.ids[Kind.RESOURCE, slug]
        at = self.learner.resourcestates.filter(resource__in=ids).order_by("done_at").values_list("done_at", flat=True)
        done_at = at.first()
        return respond(
            {
                "id": self.snapshot.resources[slug].id,
                "slug": slug,
                "done": done_at is not None,
                "done_at": moment(done_at) if done_at else None,
            }
        )
