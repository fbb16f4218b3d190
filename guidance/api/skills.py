"""Skills, and the units that lead to their levels."""

from typing import Any

from rest_framework import serializers

from guidance.api import linked
from guidance.api.described import KindSerializer
from guidance.api.fields import Identifier, SlugField
from guidance.api.resources import FREE, CostField, cost, out
from guidance.api.schema import Operation, describe
from guidance.api.shapes import (
    MARKDOWN,
    TAXONOMIES,
    ExternalSerializer,
    NamedSerializer,
    SkillLevelSerializer,
    address,
    external,
    moment,
    skill_levels,
)
from guidance.api.views import ItemView, ListQuery, ListView, Query
from guidance.catalog.kinds import MAX_UNIT_MINUTES, MIN_UNIT_MINUTES, Resource, Skill
from guidance.catalog.models import Kind
from guidance.catalog.models import Resource as ResourceModel
from guidance.catalog.models import Skill as SkillModel
from guidance.catalog.models import Unit as UnitModel
from guidance.catalog.snapshot import Snapshot
from guidance.progress.units import LevelUnits, UnitState, catalogue_units


class UnitSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Id of the unit, unique within its level.")
    type = serializers.ChoiceField(UnitModel.UnitType.choices)
    text = serializers.CharField(
        help_text="What to do or build, in paragraphs, lists (lines that begin with “- ”) and code (between lines of ```); for a unit to read, its name."
    )
    resource = serializers.CharField(allow_null=True, help_text="Slug of the resource to read; null for other types.")
    part = serializers.CharField(help_text="The part of the resource to read; empty for all of it.")
    minutes = serializers.IntegerField(min_value=MIN_UNIT_MINUTES, max_value=MAX_UNIT_MINUTES)
    untried = serializers.BooleanField(
        help_text="True if the unit needs an outside service, so that we have not run it ourselves."
    )


class StepUnitSerializer(UnitSerializer):
    done = serializers.BooleanField(
        help_text="True if you have ticked the unit. Always false in a plan that belongs to no learner."
    )


class PlanQuery(Query):
    units = serializers.ChoiceField(
        ["first", "all"], default="first", help_text="Which steps include their `units`: only the first, or all."
    )


def unit(source: UnitState) -> dict[str, Any]:
    return {
        "id": source.key,
        "type": source.type,
        "text": source.text,
        "resource": source.resource.slug if source.resource else None,
        "part": source.part,
        "minutes": source.minutes,
        "untried": source.is_untried,
    }


def step_units(source: LevelUnits | None) -> list[dict[str, Any]]:
    return [unit(state) | {"done": state.is_done} for state in source.units] if source else []


UNIT_EXAMPLE = {
    "id": "ten-questions",
    "type": "do",
    "text": "Ask a model ten questions about a manual you own. Mark each answer right, wrong or unsupported.",
    "resource": None,
    "part": "",
    "minutes": 60,
    "untried": False,
}


class SkillSerializer(KindSerializer):
    slug = serializers.CharField(help_text="The record's name in URLs. If it changes, the old URL redirects.")
    name = serializers.CharField()
    area = serializers.CharField(help_text="Slug of the skill's area.")
    kind = serializers.ChoiceField(SkillModel.SkillKind.choices)
    horizon = serializers.ChoiceField(SkillModel.Horizon.choices)
    summary = serializers.CharField()
    aliases = serializers.ListField(
        child=serializers.CharField(), help_text="Other names that people use for the skill."
    )
    effort = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4.",
    )
    demand = serializers.IntegerField(
        allow_null=True, help_text="Per cent of the counted job ads that name the skill; null if unknown."
    )
    updated_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="URL of the skill's page.")


def skill(snapshot: Snapshot, source: Skill) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "name": source.name,
        "area": source.area.slug,
        "kind": source.kind,
        "horizon": source.horizon,
        "summary": source.summary,
        "aliases": list(source.other_names),
        "effort": list(source.effort),
        "demand": source.demand,
        "updated_at": moment(source.updated_at),
        "url": address(source.url),
    }


class LevelSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField(min_value=1, max_value=4)
    hours = serializers.FloatField(help_text="Hours from the level below.")
    text = serializers.CharField(help_text="What a person can do at this level.")


class SkillRoleSerializer(SkillLevelSerializer):
    importance = serializers.IntegerField(min_value=1, max_value=5)


class SkillIndustrySerializer(NamedSerializer):
    weight = serializers.FloatField(help_text="Added to the skill's importance: 0.5 makes it half as important again.")
    why = serializers.CharField()


class SkillResourceSerializer(NamedSerializer):
    id = serializers.IntegerField()
    type = serializers.ChoiceField(ResourceModel.ResourceType.choices)
    url = serializers.URLField(help_text="The URL of the resource.")
    out = serializers.URLField(help_text="The same URL as a redirect through Waymark, which tracks nothing.")
    hours = serializers.FloatField()
    cost = CostField()
    free = serializers.BooleanField(allow_null=True, help_text=FREE)
    programming_language = serializers.CharField(
        help_text="Programming language, such as python; empty if it does not matter."
    )
    affiliate = serializers.BooleanField(
        help_text="True if Waymark earns a commission when you buy after following `out`."
    )
    from_level = serializers.IntegerField(min_value=0, max_value=3)
    to_level = serializers.IntegerField(min_value=1, max_value=4)


class SkillProjectSerializer(SkillLevelSerializer):
    hours = serializers.FloatField()


class SkillDetailSerializer(SkillSerializer):
    record_kind = Kind.SKILL

    body = serializers.CharField(help_text=MARKDOWN)
    levels = LevelSerializer(many=True)
    units = serializers.DictField(
        child=UnitSerializer(many=True), help_text="For each level, the units that lead to it, in order."
    )
    prerequisites = SkillLevelSerializer(
        many=True, help_text="Prerequisites: levels to reach before you start this skill."
    )
    unlocks = SkillLevelSerializer(many=True, help_text="Skills that need this skill, with the level they need.")
    roles = SkillRoleSerializer(many=True, help_text="Roles that require this skill, most important first.")
    industries = SkillIndustrySerializer(many=True, help_text="Industries that emphasise this skill.")
    resources = SkillResourceSerializer(
        many=True, help_text="Resources: first those that the units use, then lowest level first and free before paid."
    )
    projects = SkillProjectSerializer(many=True, help_text="Projects that prove a level of this skill.")
    external = ExternalSerializer()


def skill_detail(snapshot: Snapshot, source: Skill) -> dict[str, Any]:
    slug = source.slug
    roles = [snapshot.roles[role] for role in snapshot.roles_of[slug]]
    industries = [snapshot.industries[industry] for industry in snapshot.industries_of[slug]]
    resources = [snapshot.resources[resource] for resource in snapshot.resources_of[slug]]
    projects = [snapshot.projects[project] for project in snapshot.projects_of[slug]]
    return {
        **skill(snapshot, source),
        "body": source.body,
        "levels": [
            {"level": level, "hours": hours, "text": text}
            for level, (hours, text) in enumerate(zip(source.effort, source.level_texts, strict=True), start=1)
        ],
        "units": {
            str(level.level): [unit(state) for state in level.units] for level in catalogue_units(source, snapshot)
        },
        "prerequisites": skill_levels(snapshot, source.prerequisites),
        "unlocks": skill_levels(snapshot, snapshot.unlocks[slug]),
        "roles": [
            {
                "slug": role.slug,
                "name": role.name,
                "level": role.skills[slug].level,
                "importance": role.skills[slug].importance,
            }
            for role in roles
        ],
        "industries": [
            {
                "slug": industry.slug,
                "name": industry.name,
                "weight": industry.emphases[slug].weight,
                "why": industry.emphases[slug].why,
            }
            for industry in industries
            if slug in industry.emphases
        ],
        "resources": [skill_resource(slug, resource) for resource in resources],
        "projects": [
            {"slug": project.slug, "name": project.name, "level": project.proves[slug], "hours": project.hours}
            for project in projects
        ],
        "external": external(source),
    }


def skill_resource(skill: str, resource: Resource) -> dict[str, Any]:
    from_level, to_level = resource.skills[skill]
    return {
        "id": resource.id,
        "slug": resource.slug,
        "name": resource.name,
        "type": resource.type,
        "url": resource.address,
        "out": out(resource),
        "hours": resource.hours,
        "cost": cost(resource),
        "free": resource.free,
        "programming_language": resource.programming_language,
        "affiliate": resource.affiliate,
        "from_level": from_level,
        "to_level": to_level,
    }


class SkillQuery(ListQuery):
    orderable = ("name", "slug", "demand", "updated_at")

    area = SlugField(Kind.AREA, required=False, help_text="Only skills of this area.")
    kind = serializers.ChoiceField(SkillModel.SkillKind.choices, required=False, help_text="Only skills of this kind.")
    horizon = serializers.ChoiceField(
        SkillModel.Horizon.choices, required=False, help_text="Only skills of this horizon."
    )
    role = SlugField(Kind.ROLE, required=False, help_text="Only skills that this role requires.")
    industry = SlugField(Kind.INDUSTRY, required=False, help_text="Only skills that this industry emphasises.")
    skill = SlugField(Kind.SKILL, required=False, help_text="Only skills that have this skill as a prerequisite.")
    esco = Identifier("ESCO")
    onet = Identifier("O*NET")


SKILL_EXAMPLE = {
    "slug": "retrieval-augmented-generation",
    "name": "Retrieval-augmented generation",
    "area": "retrieval-and-rag",
    "kind": "practice",
    "horizon": "core",
    "summary": "Answer from documents that are fetched for the question instead of from the model's memory.",
    "aliases": ["RAG", "retrieval augmented generation"],
    "effort": [6.0, 20.0, 40.0, 80.0],
    "demand": 34,
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/skills/retrieval-augmented-generation/",
}


@describe(
    get=Operation(
        "list_skills",
        "List skills",
        "All published skills by name, or the skills that match the filters.",
        example=SKILL_EXAMPLE,
        call="?role=ai-engineer&kind=practice&ordering=-demand",
    )
)
class SkillList(ListView):
    kind = Kind.SKILL
    shape = SkillSerializer
    query = SkillQuery
    build = staticmethod(skill)
    filters = {
        "area": lambda snapshot, skill, area: skill.area.slug == area,
        "kind": lambda snapshot, skill, kind: skill.kind == kind,
        "horizon": lambda snapshot, skill, horizon: skill.horizon == horizon,
        "role": lambda snapshot, skill, role: skill.slug in snapshot.roles[role].skills,
        "industry": lambda snapshot, skill, industry: skill.slug in snapshot.industries[industry].emphases,
        "skill": lambda snapshot, skill, needed: needed in skill.prerequisites,
        **TAXONOMIES,
    }


@describe(
    get=Operation(
        "read_skill",
        "Read a skill",
        "Everything about a skill: its levels, what it needs and leads to, which roles and industries require it, and "
        "how to learn it. " + linked.HELP,
        example={
            **SKILL_EXAMPLE,
            "body": "A language model knows what it was trained on …",
            "levels": [
                {
                    "level": 1,
                    "hours": 6.0,
                    "text": "You can explain why answers improve when documents are fetched first.",
                },
                {
                    "level": 2,
                    "hours": 20.0,
                    "text": "You can build a pipeline that splits, embeds, retrieves and answers.",
                },
                {
                    "level": 3,
                    "hours": 40.0,
                    "text": "You can measure retrieval and answers separately, and improve them.",
                },
                {"level": 4, "hours": 80.0, "text": "You can design retrieval with permissions and fresh data."},
            ],
            "units": {"1": [UNIT_EXAMPLE]},
            "prerequisites": [{"slug": "vector-search", "name": "Vector search", "level": 2}],
            "unlocks": [{"slug": "agentic-retrieval", "name": "Agentic retrieval", "level": 2}],
            "roles": [{"slug": "ai-engineer", "name": "AI engineer", "level": 3, "importance": 5}],
            "industries": [
                {"slug": "healthcare", "name": "Healthcare", "weight": 0.5, "why": "Answers must cite a guideline."}
            ],
            "resources": [
                {
                    "id": 7,
                    "slug": "rag-paper",
                    "name": "Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks",
                    "type": "paper",
                    "url": "https://arxiv.org/abs/2005.11401",
                    "out": "https://waymark.example/out/7/",
                    "hours": 3.0,
                    "cost": 0,
                    "free": True,
                    "programming_language": "",
                    "affiliate": False,
                    "from_level": 1,
                    "to_level": 2,
                }
            ],
            "projects": [{"slug": "docs-assistant", "name": "Documentation assistant", "level": 2, "hours": 24.0}],
            "external": {"esco": [], "onet": []},
        },
        call="retrieval-augmented-generation",
    )
)
class SkillItem(ItemView):
    linked = staticmethod(linked.skill)
    kind = Kind.SKILL
    shape = SkillDetailSerializer
    build = staticmethod(skill_detail)
