"""Roles, comparisons of roles, and milestones, which are the stages of the path to a role."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from guidance.api import linked
from guidance.api.cached import RevisionResponses, dumps
from guidance.api.fields import Identifier, SlugField
from guidance.api.schema import Operation, describe
from guidance.api.shapes import (
    MARKDOWN,
    TAXONOMIES,
    ExternalSerializer,
    FactSerializer,
    NamedSerializer,
    RecordSerializer,
    SkillLevelSerializer,
    address,
    external,
    facts,
    named,
    record,
    skill_levels,
)
from guidance.api.views import ItemView, ListQuery, ListView, PublicView, Query, has_area
from guidance.catalog.kinds import Milestone, Requirement, Role
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot

MAX_COMPARED = 6


class RoleSerializer(RecordSerializer):
    skill_count = serializers.IntegerField(min_value=0, help_text="Number of skills that the role requires.")


def role(snapshot: Snapshot, source: Role) -> dict[str, Any]:
    return {**record(source), "skill_count": len(source.skills)}


class RequirementSerializer(SkillLevelSerializer):
    area = serializers.CharField(help_text="Slug of the skill's area.")
    importance = serializers.IntegerField(min_value=1, max_value=5)


class ChoiceSerializer(NamedSerializer):
    """A requirement that any one of several skills meets."""

    importance = serializers.IntegerField(min_value=1, max_value=5)
    one_of = SkillLevelSerializer(many=True, help_text="Skills that meet the requirement, with the level each needs.")


class ActivitySerializer(serializers.Serializer[Any]):
    time = serializers.RegexField(r"^\d\d:\d\d$", help_text="When the hour begins.")
    minutes = serializers.IntegerField(min_value=1, max_value=720)
    activity = serializers.CharField()


class NeighbourSerializer(NamedSerializer):
    difference = serializers.CharField(help_text="How that role differs from this one.")


class RoleDetailSerializer(RoleSerializer):
    record_kind = Kind.ROLE

    body = serializers.CharField(help_text=MARKDOWN)
    requirements = RequirementSerializer(many=True, help_text="Target levels, most important first.")
    choices = ChoiceSerializer(many=True, help_text="Requirements that any one of several skills can meet.")
    milestones = NamedSerializer(many=True, help_text="The milestones of the path, in teaching order.")
    apply_after = serializers.CharField(
        allow_null=True, help_text="Slug of the milestone after which you can start applying; null if there is none."
    )
    day = ActivitySerializer(many=True, help_text="A day in the life.")
    neighbours = NeighbourSerializer(many=True, help_text="Roles that this role is often confused with.")
    facts = FactSerializer(many=True, help_text="The outlook for the role, in figures.")
    external = ExternalSerializer()


def requirements(snapshot: Snapshot, required: Iterable[Requirement]) -> list[dict[str, Any]]:
    """Returns the requirements of a role or an industry in the form of `RequirementSerializer`."""
    skills = snapshot.skills
    return [
        {
            "slug": item.skill,
            "name": skills[item.skill].name,
            "level": item.level,
            "area": skills[item.skill].area.slug,
            "importance": item.importance,
        }
        for item in required
    ]


def role_detail(snapshot: Snapshot, source: Role) -> dict[str, Any]:
    return {
        **role(snapshot, source),
        "body": source.body,
        "requirements": requirements(snapshot, source.requirements.values()),
        "choices": [
            {
                "slug": choice.slug,
                "name": choice.name,
                "importance": choice.importance,
                "one_of": skill_levels(snapshot, choice.one_of),
            }
            for choice in source.choices.values()
        ],
        "milestones": named(snapshot.milestones, source.milestones),
        "apply_after": source.apply_after,
        "day": [
            {"time": f"{entry.time:%H:%M}", "minutes": entry.minutes, "activity": entry.activity}
            for entry in source.day
        ],
        "neighbours": [
            {"slug": slug, "name": snapshot.roles[slug].name, "difference": neighbour.difference}
            for slug, neighbour in source.neighbours.items()
        ],
        "facts": facts(snapshot, source.facts),
        "external": external(source),
    }


class RoleQuery(ListQuery):
    skill = SlugField(Kind.SKILL, required=False, help_text="Only roles that require this skill.")
    area = SlugField(Kind.AREA, required=False, help_text="Only roles that require a skill of this area.")
    esco = Identifier("ESCO")
    onet = Identifier("O*NET")


ROLE_EXAMPLE = {
    "slug": "ai-engineer",
    "name": "AI engineer",
    "summary": "Builds products on models that others or they themselves have trained.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/roles/ai-engineer/",
    "skill_count": 32,
}


@describe(
    get=Operation(
        "list_roles",
        "List roles",
        "All published roles, or those that match the filters.",
        example=ROLE_EXAMPLE,
        call="?skill=python",
    )
)
class RoleList(ListView):
    kind = Kind.ROLE
    shape = RoleSerializer
    query = RoleQuery
    build = staticmethod(role)
    filters = {
        "skill": lambda snapshot, role, skill: skill in role.skills,
        "area": lambda snapshot, role, area: has_area(snapshot, role.skills, area),
        **TAXONOMIES,
    }


@describe(
    get=Operation(
        "read_role",
        "Read a role",
        "What a role requires and at which level, what a day looks like, and how the role differs from similar roles. "
        + linked.HELP,
        example={
            **ROLE_EXAMPLE,
            "body": "An AI engineer turns a model into something that people use …",
            "requirements": [{"slug": "python", "name": "Python", "level": 3, "area": "programming", "importance": 5}],
            "choices": [
                {
                    "slug": "cloud-platform",
                    "name": "A cloud platform",
                    "importance": 5,
                    "one_of": [
                        {"slug": "aws", "name": "AWS", "level": 2},
                        {"slug": "azure", "name": "Azure", "level": 2},
                    ],
                }
            ],
            "milestones": [{"slug": "put-a-model-to-work", "name": "Put a model to work in a program"}],
            "apply_after": "put-a-model-to-work",
            "day": [{"time": "09:00", "minutes": 30, "activity": "Reads what the evaluation found overnight."}],
            "neighbours": [
                {
                    "slug": "data-scientist",
                    "name": "Data scientist",
                    "difference": "Answers questions; an AI engineer ships.",
                }
            ],
            "facts": [
                {
                    "slug": "computer-research-scientists-growth",
                    "statement": "Employment is projected to grow by 20% from 2024 to 2034.",
                    "source": "US Bureau of Labor Statistics",
                    "url": "https://www.bls.gov/ooh/computer-and-information-technology/computer-and-information-research-scientists.htm",
                    "year": 2024,
                    "secondary": False,
                    "caveat": "AI engineers are not counted separately; the figure is for computer and information "
                    "research scientists.",
                }
            ],
            "external": {"esco": [], "onet": ["15-1221.00"]},
        },
        call="ai-engineer",
    )
)
class RoleItem(ItemView):
    linked = staticmethod(linked.role)
    kind = Kind.ROLE
    shape = RoleDetailSerializer
    build = staticmethod(role_detail)


class ComparedRoleSerializer(NamedSerializer):
    summary = serializers.CharField()
    url = serializers.URLField()


class TargetSerializer(serializers.Serializer[Any]):
    role = serializers.CharField(help_text="Slug of the role.")
    level = serializers.IntegerField(
        min_value=1, max_value=4, allow_null=True, help_text="Null if the role does not require the skill."
    )
    importance = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)


class ComparedSkillSerializer(NamedSerializer):
    area = serializers.CharField(help_text="Slug of the skill's area.")
    targets = TargetSerializer(many=True, help_text="One level for each role, in the order of `roles`.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """Requirements side by side."""

    roles = ComparedRoleSerializer(many=True, help_text="In the order of your request.")
    requirements = ComparedSkillSerializer(
        many=True,
        help_text="Every skill that at least one of the roles requires: first by how many roles require it, then by "
        "importance.",
    )


def comparison(snapshot: Snapshot, slugs: list[str]) -> dict[str, Any]:
    roles = [snapshot.roles[slug] for slug in slugs]

    def targets(skill: str) -> list[dict[str, Any]]:
        by_role = [(role.slug, role.skills.get(skill)) for role in roles]
        return [
            {"role": slug, "level": item and item.level, "importance": item and item.importance}
            for slug, item in by_role
        ]

    def rank(skill: str) -> tuple[Any, ...]:
        items = [role.skills[skill] for role in roles if skill in role.skills]
        name = snapshot.skills[skill].name
        importance, level = max((item.importance, item.level) for item in items)
        return (-len(items), -importance, -level, name.casefold())

    required = sorted({skill for role in roles for skill in role.skills}, key=rank)
    return {
        "roles": [
            {"slug": role.slug, "name": role.name, "summary": role.summary, "url": address(role.url)} for role in roles
        ],
        "requirements": [
            {
                "slug": skill,
                "name": snapshot.skills[skill].name,
                "area": snapshot.skills[skill].area.slug,
                "targets": targets(skill),
            }
            for skill in required
        ],
    }


class ComparisonQuery(Query):
    role = serializers.ListField(
        child=SlugField(Kind.ROLE),
        min_length=2,
        max_length=MAX_COMPARED,
        help_text=f"Slug of a role. Repeat it for 2 to {MAX_COMPARED} different roles.",
    )

    def validate_role(self, slugs: list[str]) -> list[str]:
        if len(set(slugs)) < len(slugs):
            raise serializers.ValidationError("A role appears twice.")
        return slugs


@describe(
    get=Operation(
        "compare_roles",
        "Compare roles",
        f"The requirements of 2 to {MAX_COMPARED} roles side by side.",
        ComparisonSerializer,
        example={
            "roles": [
                {key: ROLE_EXAMPLE[key] for key in ("slug", "name", "summary", "url")},
                {
                    "slug": "data-scientist",
                    "name": "Data scientist",
                    "summary": "Answers questions with data, and states how certain the answer is.",
                    "url": "https://waymark.example/roles/data-scientist/",
                },
            ],
            "requirements": [
                {
                    "slug": "python",
                    "name": "Python",
                    "area": "programming",
                    "targets": [
                        {"role": "ai-engineer", "level": 3, "importance": 5},
                        {"role": "data-scientist", "level": 3, "importance": 5},
                    ],
                },
                {
                    "slug": "kubernetes",
                    "name": "Kubernetes",
                    "area": "operations",
                    "targets": [
                        {"role": "ai-engineer", "level": 2, "importance": 3},
                        {"role": "data-scientist", "level": None, "importance": None},
                    ],
                },
            ],
        },
        call="?role=ai-engineer&role=data-scientist",
    )
)
class RoleComparison(PublicView):
    query = ComparisonQuery

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        return dumps(comparison(responses.snapshot, query["role"]))


class MilestoneSerializer(RecordSerializer):
    outcome = serializers.CharField(help_text="What you can do afterwards.")


def milestone(snapshot: Snapshot, source: Milestone) -> dict[str, Any]:
    return {**record(source), "outcome": source.outcome}


class MilestoneDetailSerializer(MilestoneSerializer):
    record_kind = Kind.MILESTONE

    body = serializers.CharField(help_text=MARKDOWN)
    steps = SkillLevelSerializer(many=True, help_text="Levels to reach, in teaching order.")
    projects = NamedSerializer(many=True, help_text="Projects that prove the milestone; one is enough.")
    roles = NamedSerializer(many=True, help_text="Roles whose path includes this milestone.")
    industries = NamedSerializer(many=True, help_text="Industries that add this milestone to the path of a role.")


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
    skill = SlugField(Kind.SKILL, required=False, help_text="Only milestones that teach a level of this skill.")
    role = SlugField(Kind.ROLE, required=False, help_text="Only milestones of this role.")


MILESTONE_EXAMPLE = {
    "slug": "answer-from-your-own-documents",
    "name": "Answer from your own documents",
    "summary": "Retrieval that finds the right passage, and numbers that show it.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/milestones/answer-from-your-own-documents/",
    "outcome": "You can answer questions from a document set and show how often the answers are right.",
}


@describe(
    get=Operation(
        "list_milestones",
        "List milestones",
        "All published milestones by name, or those that match the filters.",
        example=MILESTONE_EXAMPLE,
        call="?role=ai-engineer",
    )
)
class MilestoneList(ListView):
    kind = Kind.MILESTONE
    shape = MilestoneSerializer
    query = MilestoneQuery
    build = staticmethod(milestone)
    filters = {
        "skill": lambda snapshot, milestone, skill: any(slug == skill for slug, _level in milestone.steps),
        "role": lambda snapshot, milestone, role: milestone.slug in snapshot.roles[role].milestones,
    }


@describe(
    get=Operation(
        "read_milestone",
        "Read a milestone",
        "Its steps in teaching order, the projects that prove it, and the roles whose path includes it.",
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
)
class MilestoneItem(ItemView):
    kind = Kind.MILESTONE
    shape = MilestoneDetailSerializer
    build = staticmethod(milestone_detail)
