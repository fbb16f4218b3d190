"""The learner's work on projects, and resources that they have ticked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from accounts.models import User
from guidance.api.cached import dumps
from guidance.api.fields import MAX_ID, MAX_SLUG, JsonBoolean, JsonText
from guidance.api.idempotency import run_once
from guidance.api.me.base import MeListView, MeView, SlugQuery, published, respond, row_of
from guidance.api.me.levels import ASSESSMENT_EXAMPLE, AssessmentSerializer, assessment_as_json
from guidance.api.schema import Operation, cursor_page_serializer, describe, slug_parameter
from guidance.api.shapes import moment
from guidance.catalog.kinds import MAX_LEVEL, Project
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.learner_state import ProjectState, project_state, project_states
from guidance.progress.models import MAX_URL

MAX_LINES = 100
MAX_LINE_LENGTH = 1_000
MAX_PROVEN = 50  # maximum number of skills per request


class LineSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    ticked = serializers.BooleanField()


class WorkSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(help_text="Slug.")
    checklist = LineSerializer(many=True, help_text="The lines of the checklist, in order.")
    url = serializers.CharField(help_text="Link to your work; may be empty.")
    complete = serializers.BooleanField(help_text="True if every line is ticked.")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null if you have saved nothing yet.")


@extend_schema_serializer(component_name="WorkQuestion")
class WorkRequestSerializer(serializers.Serializer[Any]):
    ticked = serializers.ListField(
        child=JsonText(max_length=MAX_LINE_LENGTH),
        max_length=MAX_LINES,
        help_text="The lines of the checklist that are done, word for word. All other lines become unticked.",
    )
    url = JsonText(max_length=MAX_URL, default="", help_text="Link to your work.")


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
        {"text": "It is tested.", "ticked": True},
    ],
    "url": "https://example.com/my-work",
    "complete": True,
    "updated_at": "2026-11-25T18:30:00Z",
}
PROJECT_PATH = (slug_parameter("slug", "project"),)


@describe(
    get=Operation(
        "list_work",
        "List work on projects",
        "Projects on which you have saved work, sorted by slug.",
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
        "The checklist, and the lines of it that are done.",
        WorkSerializer,
        WORK_EXAMPLE,
        call="projects/docs-assistant/",
        path_parameters=PROJECT_PATH,
    ),
    put=Operation(
        "save_work",
        "Save work on a project",
        "Send the lines that are ticked, and the link to your work. When every line is ticked, confirm the levels "
        "that the project proves with `POST /me/projects/{slug}/levels/`.",
        WorkSerializer,
        WORK_EXAMPLE,
        call="projects/docs-assistant/",
        request=WorkRequestSerializer,
        request_example={
            "ticked": ["It answers from the documents.", "It is tested."],
            "url": "https://example.com/my-work",
        },
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


class ProvenLevelSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug.")
    level = serializers.IntegerField(min_value=1, max_value=MAX_LEVEL, help_text="The level that the project proves.")
    shown = serializers.BooleanField(
        help_text="True if this project, another project or a check has already proved it."
    )


@extend_schema_serializer(component_name="ProvenLevelsQuestion")
class ProvenLevelsRequestSerializer(serializers.Serializer[Any]):
    skills = serializers.ListField(
        child=JsonText(max_length=MAX_SLUG),
        min_length=1,
        max_length=MAX_PROVEN,
        help_text="Slugs of the skills whose level you confirm.",
    )


@describe(
    get=Operation(
        "list_proven_levels",
        "List the levels that a project proves",
        "The levels, and whether each has already been proved.",
        cursor_page_serializer(ProvenLevelSerializer),
        {"next": None, "results": [{"skill": "python", "level": 2, "shown": False}]},
        call="projects/docs-assistant/levels/",
        path_parameters=PROJECT_PATH,
    ),
    post=Operation(
        "confirm_proven_levels",
        "Confirm levels that a project proves",
        "Every line of the checklist must be ticked first. The link to your work becomes evidence of each level. A "
        "higher level stays, and a level that is already proved is ignored. Returns the entries that were added to "
        "your level history; you can undo each of them.",
        cursor_page_serializer(AssessmentSerializer),
        {
            "next": None,
            "results": [
                {**ASSESSMENT_EXAMPLE, "level": 2, "kind": "project", "up_to": 2, "project": "docs-assistant"},
            ],
        },
        call="projects/docs-assistant/levels/",
        request=ProvenLevelsRequestSerializer,
        request_example={"skills": ["python"]},
        wrong=("skills", "The project does not prove this skill: go."),
        path_parameters=PROJECT_PATH,
    ),
)
class ProvenLevelList(MeView):
    def get(self, request: Request, slug: str) -> HttpResponse:
        project, state = published(self.snapshot, Kind.PROJECT, slug), self.learner_state()
        results = [
            {"skill": skill, "level": level, "shown": state.is_shown(skill, level)}
            for skill, level in project.proves.items()
        ]
        return respond({"next": None, "results": results})

    def post(self, request: Request, slug: str) -> HttpResponse:
        return run_once(request, lambda: self.confirm(published(self.snapshot, Kind.PROJECT, slug)))

    def confirm(self, project: Project) -> tuple[int, str]:
        asked = [
            self.snapshot.latest_slug(Kind.SKILL, slug)
            for slug in self.validated(ProvenLevelsRequestSerializer)["skills"]
        ]
        if unknown := [slug for slug in asked if slug not in project.proves]:
            raise exceptions.ValidationError({"skills": [f"The project does not prove this skill: {unknown[0]}."]})
        work = project_state(self.learner, project, self.snapshot)
        if not work.complete:
            raise exceptions.ValidationError({"skills": ["Tick every line of the checklist and save it first."]})
        made = services.prove_by_project(
            learner=self.learner,
            project=row_of(self.snapshot, Kind.PROJECT, project.slug),
            levels={self.snapshot.skills[slug].id: project.proves[slug] for slug in asked},
            url=work.url,
            now=timezone.now(),
        )
        prefetch_related_objects(made, "skill", "project")
        results = [assessment_as_json(self.snapshot, row) for row in made]
        return 200, dumps({"next": None, "results": results}).decode()


class TickSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    done = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True, help_text="Null if it is not ticked.")


@extend_schema_serializer(component_name="TickQuestion")
class TickRequestSerializer(serializers.Serializer[Any]):
    done = JsonBoolean()


TICK_EXAMPLE = {"id": 7, "slug": "rag-paper", "done": True, "done_at": "2026-11-25T18:30:00Z"}
RESOURCE_PATH = (
    OpenApiParameter(
        "id",
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        OpenApiParameter.PATH,
        description="Id of the resource, as in the list of resources.",
    ),
)


def ticks(learner: User, snapshot: Snapshot, ids: Iterable[int] | None = None) -> dict[str, datetime]:
    """Returns when each resource was first ticked, by slug, for all resources or those with these ids."""
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
        "Resources that you have finished, sorted by slug.",
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
        "Whether you have ticked the resource, and when.",
        TickSerializer,
        TICK_EXAMPLE,
        call="resources/7/",
        path_parameters=RESOURCE_PATH,
    ),
    put=Operation(
        "tick_resource",
        "Tick a resource",
        "Marks a resource as finished or not finished. A resource that was ticked before keeps the time of the first "
        "tick.",
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
