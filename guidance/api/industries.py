"""Industries: where the work is done."""

from typing import Any

from rest_framework import serializers

from guidance.api.fields import SlugOf
from guidance.api.listing import ItemView, ListQuery, ListView, SparseQuery, touches_area
from guidance.api.roles import RequirementSerializer, requirements
from guidance.api.schema import described, listed, page_of
from guidance.api.shapes import MARKDOWN, FactSerializer, NamedSerializer, RecordSerializer, facts, named, record
from guidance.catalog.models import Consideration, Kind
from guidance.catalog.snapshot import Industry, Snapshot


class IndustrySerializer(RecordSerializer):
    skill_count = serializers.IntegerField(min_value=0, help_text="Skills that it weighs more than others do.")


def industry(snapshot: Snapshot, source: Industry) -> dict[str, Any]:
    return {**record(source), "skill_count": len(source.emphases)}


class UseCaseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    text = serializers.CharField(help_text=MARKDOWN)


class ConsiderationSerializer(serializers.Serializer[Any]):
    topic = serializers.ChoiceField(Consideration.Topic.choices)
    label = serializers.CharField(help_text="The topic as a heading.")  # type: ignore[assignment]
    text = serializers.CharField(help_text=MARKDOWN)


class EmphasisSerializer(NamedSerializer):
    weight = serializers.FloatField(help_text="Added to a skill's importance: 0.5 makes it half as important again.")
    why = serializers.CharField()


class IndustryDetailSerializer(IndustrySerializer):
    body = serializers.CharField(help_text=MARKDOWN)
    use_cases = UseCaseSerializer(many=True)
    considerations = ConsiderationSerializer(many=True)
    requirements = RequirementSerializer(many=True, help_text="What it asks for beside every role, at target levels.")
    milestone = NamedSerializer(allow_null=True, help_text="What it adds to every path; null where it adds none.")
    emphases = EmphasisSerializer(many=True, help_text="Skills that it weighs more than others do, heaviest first.")
    facts = FactSerializer(many=True)
    projects = NamedSerializer(many=True, help_text="Projects set in this industry.")


def industry_detail(snapshot: Snapshot, source: Industry) -> dict[str, Any]:
    projects = [slug for slug, project in snapshot.projects.items() if source.slug in project.industries]
    return {
        **industry(snapshot, source),
        "body": source.body,
        "use_cases": [{"name": case.name, "text": case.text} for case in source.use_cases],
        "considerations": [
            {"topic": item.topic, "label": str(item.label), "text": item.text} for item in source.considerations
        ],
        "requirements": requirements(snapshot, source.requirements.values()),
        "milestone": named(snapshot.milestones, [source.milestone])[0] if source.milestone else None,
        "emphases": [
            {"slug": item.skill, "name": snapshot.skills[item.skill].name, "weight": item.weight, "why": item.why}
            for item in source.emphases.values()
        ],
        "facts": facts(snapshot, source.facts),
        "projects": named(snapshot.projects, projects),
    }


class IndustryQuery(ListQuery):
    shape = IndustrySerializer

    skill = SlugOf(Kind.SKILL, required=False, help_text="Only industries that emphasise this skill.")
    area = SlugOf(Kind.AREA, required=False, help_text="Only industries that emphasise a skill of this area.")


class IndustryDetailQuery(SparseQuery):
    shape = IndustryDetailSerializer


EXAMPLE = {
    "slug": "healthcare",
    "name": "Healthcare",
    "summary": "Imaging, triage and paperwork, where a wrong answer can hurt somebody.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/industries/healthcare/",
    "skill_count": 8,
}


@described(
    "list_industries",
    "List industries",
    "All published industries, or those that the filters leave.",
    listed(IndustrySerializer),
    example=page_of(EXAMPLE),
    call="?skill=python",
)
class IndustryList(ListView):
    kind = Kind.INDUSTRY
    query = IndustryQuery
    build = staticmethod(industry)
    filters = {
        "skill": lambda snapshot, industry, skill: skill in industry.emphases,
        "area": lambda snapshot, industry, area: touches_area(snapshot, industry.emphases, area),
    }


@described(
    "read_industry",
    "Read an industry",
    "What AI is used for in an industry, what has to be considered there, and which skills weigh more.",
    IndustryDetailSerializer,
    example={
        **EXAMPLE,
        "body": "Hospitals buy slowly and check carefully …",
        "use_cases": [{"name": "Reading images", "text": "Marks what a radiologist should look at first."}],
        "considerations": [{"topic": "privacy", "label": "Privacy", "text": "Health data is a special category."}],
        "requirements": [
            {
                "slug": "data-privacy",
                "name": "Data privacy",
                "level": 2,
                "area": "security-and-privacy",
                "importance": 5,
            }
        ],
        "milestone": {"slug": "data-of-patients", "name": "The data of patients"},
        "emphases": [
            {
                "slug": "explainability",
                "name": "Explainability",
                "weight": 1.0,
                "why": "Physicians must be able to object.",
            }
        ],
        "facts": [],
        "projects": [{"slug": "triage-assistant", "name": "A triage assistant that knows when to stop"}],
    },
    call="healthcare",
)
class IndustryItem(ItemView):
    kind = Kind.INDUSTRY
    query = IndustryDetailQuery
    build = staticmethod(industry_detail)
