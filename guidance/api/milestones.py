"""Milestones: skills that belong together, in teaching order, and the projects that show them."""

from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described, listed, page_of
from guidance.api.fields import SlugOf
from guidance.api.listing import ItemView, ListQuery, ListView, SparseQuery
from guidance.api.shapes import (
    MARKDOWN,
    NamedSerializer,
    RecordSerializer,
    SkillLevelSerializer,
    named,
    record,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Milestone, Snapshot


class MilestoneSerializer(RecordSerializer):
    outcome = serializers.CharField(help_text="What you can show afterwards.")


def milestone(snapshot: Snapshot, source: Milestone) -> dict[str, Any]:
    return {**record(source), "outcome": source.outcome}


class MilestoneDetailSerializer(MilestoneSerializer):
    body = serializers.CharField(help_text=MARKDOWN)
    steps = SkillLevelSerializer(many=True, help_text="Levels to reach, in teaching order.")
    projects = NamedSerializer(many=True, help_text="Any one of them shows the outcome.")
    roles = NamedSerializer(many=True, help_text="Roles whose path has it.")
    industries = NamedSerializer(many=True, help_text="Industries that add it to the path of a role.")


def milestone_detail(snapshot: Snapshot, source: Milestone) -> dict[str, Any]:
    return {
        **milestone(snapshot, source),
        "body": source.body,
        "steps": [{"slug": slug, "name": snapshot.skills[slug].name, "level": level} for slug, level in source.steps],
        "projects": named(snapshot.projects, source.projects),
        "roles": named(
            snapshot.roles, [role.slug for role in snapshot.roles.values() if source.slug in role.milestones]
        ),
        "industries": named(
            snapshot.industries,
            [industry.slug for industry in snapshot.industries.values() if industry.milestone == source.slug],
        ),
    }


class MilestoneQuery(ListQuery):
    shape = MilestoneSerializer

    skill = SlugOf(Kind.SKILL, required=False, help_text="Only milestones that teach a level of this skill.")
    role = SlugOf(Kind.ROLE, required=False, help_text="Only milestones of this role.")


class MilestoneDetailQuery(SparseQuery):
    shape = MilestoneDetailSerializer


MILESTONE_EXAMPLE = {
    "slug": "answer-from-your-own-documents",
    "name": "Answer from your own documents",
    "summary": "Retrieval that finds the right passage, and numbers that show it.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/milestones/answer-from-your-own-documents/",
    "outcome": "You can answer questions from a document set and show how often the answers are right.",
}


@described(
    "list_milestones",
    "List milestones",
    "All published milestones by name, or those that the filters leave.",
    listed(MilestoneSerializer),
    example=page_of(MILESTONE_EXAMPLE),
    call="?role=ai-engineer",
)
class MilestoneList(ListView):
    kind = Kind.MILESTONE
    query = MilestoneQuery
    build = staticmethod(milestone)
    filters = {
        "skill": lambda snapshot, milestone, skill: any(slug == skill for slug, _level in milestone.steps),
        "role": lambda snapshot, milestone, role: milestone.slug in snapshot.roles[role].milestones,
    }


@described(
    "read_milestone",
    "Read a milestone",
    "Its steps in teaching order, the projects that show it, and the roles whose path has it.",
    MilestoneDetailSerializer,
    example={
        **MILESTONE_EXAMPLE,
        "body": "Once a model answers from your own files, people ask it real questions …",
        "steps": [{"slug": "embeddings", "name": "Embeddings", "level": 1}],
        "projects": [{"slug": "docs-assistant", "name": "Documentation assistant"}],
        "roles": [{"slug": "ai-engineer", "name": "AI engineer"}],
        "industries": [],
    },
    call="answer-from-your-own-documents",
)
class MilestoneItem(ItemView):
    kind = Kind.MILESTONE
    query = MilestoneDetailQuery
    build = staticmethod(milestone_detail)
