"""Projects: briefs to work on, and what finishing them proves."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.fields import SlugOf
from guidance.api.listing import ItemView, ListQuery, ListView, SparseQuery, share, touches_area
from guidance.api.shapes import (
    MARKDOWN,
    NamedSerializer,
    RecordSerializer,
    SkillLevelSerializer,
    named,
    record,
    skill_levels,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Project, Snapshot


class ProjectSerializer(RecordSerializer):
    hours = serializers.FloatField()
    proves = SkillLevelSerializer(many=True, help_text="The levels that the finished project shows.")
    industries = NamedSerializer(many=True, help_text="Where it is set.")


def project(snapshot: Snapshot, source: Project) -> dict[str, Any]:
    return {
        **record(source),
        "hours": source.hours,
        "proves": skill_levels(snapshot, source.proves),
        "industries": named(snapshot.industries, source.industries),
    }


class ProjectDetailSerializer(ProjectSerializer):
    body = serializers.CharField(help_text=MARKDOWN)
    checklist = serializers.ListField(child=serializers.CharField(), help_text="When all of it holds, it is done.")


def project_detail(snapshot: Snapshot, source: Project) -> dict[str, Any]:
    return {**project(snapshot, source), "body": source.body, "checklist": list(source.checklist)}


class ProjectQuery(ListQuery):
    shape = ProjectSerializer
    orderable = ("name", "slug", "hours", "updated_at")

    skill = SlugOf(Kind.SKILL, required=False, help_text="Only projects that prove a level of this skill.")
    area = SlugOf(Kind.AREA, required=False, help_text="Only projects that prove a skill of this area.")
    role = SlugOf(Kind.ROLE, required=False, help_text="Only projects that prove a skill which this role requires.")
    industry = SlugOf(Kind.INDUSTRY, required=False, help_text="Only projects set in this industry.")


class ProjectDetailQuery(SparseQuery):
    shape = ProjectDetailSerializer


PROJECT_EXAMPLE = {
    "slug": "docs-assistant",
    "name": "Documentation assistant",
    "summary": "Answers questions from a documentation site and names the page it rests on.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/projects/docs-assistant/",
    "hours": 24.0,
    "proves": [{"slug": "retrieval-augmented-generation", "name": "Retrieval-augmented generation", "level": 2}],
    "industries": [{"slug": "technology", "name": "Technology"}],
}


@described(
    "list_projects",
    "List projects",
    "All published projects, or those that the filters leave.",
    listed(ProjectSerializer),
    example=page_of(PROJECT_EXAMPLE),
    call="?skill=retrieval-augmented-generation",
)
class ProjectList(ListView):
    kind = Kind.PROJECT
    query = ProjectQuery
    build = staticmethod(project)
    filters = {
        "skill": lambda snapshot, project, skill: skill in project.proves,
        "area": lambda snapshot, project, area: touches_area(snapshot, project.proves, area),
        "role": lambda snapshot, project, role: share(project.proves, snapshot.roles[role].skills),
        "industry": lambda snapshot, project, industry: industry in project.industries,
    }


@described(
    "read_project",
    "Read a project",
    "The brief, the checklist by which it is accepted, and the levels it then proves.",
    ProjectDetailSerializer,
    example={
        **PROJECT_EXAMPLE,
        "body": "Take a documentation site that you use …",
        "checklist": ["30 questions with known answers are in the repository.", "Every answer names its page."],
    },
    call="docs-assistant",
)
class ProjectItem(ItemView):
    kind = Kind.PROJECT
    query = ProjectDetailQuery
    build = staticmethod(project_detail)
