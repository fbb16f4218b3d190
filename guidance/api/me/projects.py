"""The learner's work on projects, and resources that they have ticked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from accounts.models import User
from guidance.api.fields import MAX_ID, JsonBoolean, JsonText
from guidance.api.me.base import MeListView, MeView, SlugQuery, published, respond, row_of
from guidance.api.schema import Operation, cursor_page_serializer, describe, slug_parameter
from guidance.api.shapes import moment
from guidance.catalog.kinds import Project
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.learner_state import ProjectState, project_state, project_states
from guidance.progress.models import MAX_URL

MAX_LINES = 100
MAX_LINE_LENGTH = 1_000


class LineSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    ticked = serializers.BooleanField()


class WorkSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(help_text="Slug.")
    checklist = LineSerializer(many=True, help_text="Its lines, in their order.")
    url = serializers.CharField(help_text="Of your work; may be empty.")
    complete = serializers.BooleanField(help_text="Every line is ticked.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="null: nothing was saved yet.")


@extend_schema_serializer(component_name="WorkQuestion")
class WorkRequestSerializer(serializers.Serializer[Any]):
    ticked = serializers.ListField(
        child=JsonText(max_length=MAX_LINE_LENGTH),
        max_length=MAX_LINES,
        help_text="The lines of the checklist that are done, word for word; all others are not.",
    )
    url = JsonText(max_length=MAX_URL, default="", help_text="Of your work.")


def work_as_json(project: Project, state: ProjectState) -> dict[str, Any]:
    return {
        "project": project.slug,
        "checklist": [{"text": line, "ticked": line in state.ticked} for line in project.checklist],
        "url": state.url,
        "complete": state.complete,
        "updated_at": moment(state.updated_at) if state.updated_at else None,
    }


WORK_EXAMPLE = {
    "project": "docs-assistant",
    "checklist": [
        {"text": "It answers from the documents.", "ticked": True},
        {"text": "It has tests.", "ticked": False},
    ],
    "url": "https://example.com/my-work",
    "complete": False,
    "updated_at": "2026-11-25T18:30:00Z",
}
PROJECT_PATH = (slug_parameter("slug", "project"),)


@describe(
    get=Operation(
        "list_work",
        "List work on projects",
        "Projects that you have saved something of, by slug.",
        cursor_page_serializer(WorkSerializer),
        {"next": None, "results": [WORK_EXAMPLE]},
        call="projects/",
        query=SlugQuery,
    )
)
class WorkList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        states = project_states(self.learner, self.snapshot)
        return self.page_by_slug(states, lambda slug: work_as_json(self.snapshot.projects[slug], states[slug]))


@describe(
    get=Operation(
        "read_work",
        "Read work on a project",
        "Its checklist, and what of it is done.",
        WorkSerializer,
        WORK_EXAMPLE,
        call="projects/docs-assistant/",
        path_parameters=PROJECT_PATH,
    ),
    put=Operation(
        "save_work",
        "Save work on a project",
        "What is ticked from now on, and the link to it. Levels that a project proves are confirmed on its page.",
        WorkSerializer,
        WORK_EXAMPLE,
        call="projects/docs-assistant/",
        request=WorkRequestSerializer,
        request_example={"ticked": ["It answers from the documents."], "url": "https://example.com/my-work"},
        wrong=("ticked", "This is not on the checklist: It sings."),
        path_parameters=PROJECT_PATH,
    ),
)
class WorkView(MeView):
    def get(self, request: Request, slug: str) -> HttpResponse:
        return self.work(published(self.snapshot, Kind.PROJECT, slug))

    def put(self, request: Request, slug: str) -> HttpResponse:
        project = published(self.snapshot, Kind.PROJECT, slug)
        sent = self.validated(WorkRequestSerializer)
        row = row_of(self.snapshot, Kind.PROJECT, project.slug)
        services.save_project_work(learner=self.learner, project=row, now=timezone.now(), **sent)
        return self.work(project)

    def work(self, project: Project) -> HttpResponse:
        return respond(work_as_json(project, project_state(self.learner, project, self.snapshot)))


class TickSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    done = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True, help_text="null while it is not.")


@extend_schema_serializer(component_name="TickQuestion")
class TickRequestSerializer(serializers.Serializer[Any]):
    done = JsonBoolean()


TICK_EXAMPLE = {"id": 7, "slug": "rag-paper", "done": True, "done_at": "2026-11-25T18:30:00Z"}
RESOURCE_PATH = (
    OpenApiParameter(
        "id",
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        OpenApiParameter.PATH,
        description="Its id, as the list of resources has it.",
    ),
)


def ticks(learner: User, snapshot: Snapshot, ids: Iterable[int] | None = None) -> dict[str, datetime]:
    """By slug, when a resource was ticked first: of all, or of those with these ids."""
    rows = learner.resourcestates.filter(done_at__isnull=False).order_by("done_at")
    if ids is not None:
        rows = rows.filter(resource__in=ids)
    found: dict[str, datetime] = {}
    for resource_id, at in rows.values_list("resource_id", "done_at"):
        if (slug := snapshot.slugs.get((Kind.RESOURCE, resource_id))) is not None:
            found.setdefault(slug, at)
    return found


def resource_tick_as_json(snapshot: Snapshot, slug: str, done_at: datetime | None) -> dict[str, Any]:
    return {
        "id": snapshot.resources[slug].id,
        "slug": slug,
        "done": done_at is not None,
        "done_at": moment(done_at) if done_at else None,
    }


@describe(
    get=Operation(
        "list_ticks",
        "List ticked resources",
        "Those that you have done, by slug.",
        cursor_page_serializer(TickSerializer),
        {"next": None, "results": [TICK_EXAMPLE]},
        call="resources/",
        query=SlugQuery,
    )
)
class TickList(MeListView):
    def get(self, request: Request) -> HttpResponse:
        found = ticks(self.learner, self.snapshot)
        return self.page_by_slug(found, lambda slug: resource_tick_as_json(self.snapshot, slug, found[slug]))


@describe(
    get=Operation(
        "read_tick",
        "Read whether a resource is done",
        "Whether you have ticked it, and when.",
        TickSerializer,
        TICK_EXAMPLE,
        call="resources/7/",
        path_parameters=RESOURCE_PATH,
    ),
    put=Operation(
        "tick_resource",
        "Tick a resource",
        "As done, or as not. Ticked again it keeps its moment.",
        TickSerializer,
        TICK_EXAMPLE,
        call="resources/7/",
        request=TickRequestSerializer,
        request_example={"done": True},
        wrong=("done", "Must be a valid boolean."),
        path_parameters=RESOURCE_PATH,
    ),
)
class TickView(MeView):
    def get(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        return self.state(self.slug_of(id))

    def put(self, request: Request, id: int) -> HttpResponse:  # noqa: A002
        slug = self.slug_of(id)
        sent = self.validated(TickRequestSerializer)
        row = row_of(self.snapshot, Kind.RESOURCE, slug)
        services.tick_resource(learner=self.learner, resource=row, done=sent["done"], now=timezone.now())
        return self.state(slug)

    def slug_of(self, pk: int) -> str:
        slug = self.snapshot.slugs.get((Kind.RESOURCE, pk))
        if slug is None:
            raise exceptions.NotFound("No resource has this id.")
        return slug

    def state(self, slug: str) -> HttpResponse:
        done_at = ticks(self.learner, self.snapshot, self.snapshot.ids[Kind.RESOURCE, slug]).get(slug)
        return respond(resource_tick_as_json(self.snapshot, slug, done_at))
