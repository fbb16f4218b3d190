"""Lists and records of areas, industries, projects, guides, questions and starting points."""

from typing import Any

from rest_framework import serializers

from guidance.api.fields import SlugField
from guidance.api.roles import RequirementSerializer, requirements
from guidance.api.schema import Operation, describe
from guidance.api.shapes import (
    MARKDOWN,
    FactSerializer,
    NamedSerializer,
    RecordSerializer,
    SkillLevelSerializer,
    facts,
    named,
    record,
    skill_levels,
)
from guidance.api.views import ItemView, ListQuery, ListView, has_area, overlap
from guidance.catalog.kinds import (
    Area,
    Guide,
    Industry,
    Project,
    Question,
    StartingPoint,
)
from guidance.catalog.models import Area as Model
from guidance.catalog.models import Consideration, Kind
from guidance.catalog.snapshot import Snapshot


class AreaSerializer(RecordSerializer):
    record_kind = Kind.AREA

    letter = serializers.CharField(help_text="A letter from A to Z that stands for the area on the skill map.")
    family = serializers.ChoiceField(Model.Family.choices)
    body = serializers.CharField(help_text=MARKDOWN)
    skill_count = serializers.IntegerField(min_value=0)


def area(snapshot: Snapshot, source: Area) -> dict[str, Any]:
    return {
        **record(source),
        "letter": source.letter,
        "family": source.family,
        "body": source.body,
        "skill_count": len(snapshot.skills_of_area[source.slug]),
    }


class AreaQuery(ListQuery):
    orderable = ("letter", "name", "slug", "updated_at")


AREA_EXAMPLE = {
    "slug": "retrieval-and-rag",
    "name": "Retrieval and RAG",
    "summary": "Give a model the documents it needs.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/skills/?area=retrieval-and-rag",
    "letter": "R",
    "family": "models",
    "body": "",
    "skill_count": 12,
}


@describe(
    get=Operation(
        "list_areas",
        "List areas",
        "The groups into which skills are sorted, in the order of the skill map. Every skill belongs to exactly one.",
        example=AREA_EXAMPLE,
    )
)
class AreaList(ListView):
    kind = Kind.AREA
    shape = AreaSerializer
    query = AreaQuery
    build = staticmethod(area)


class GuideSerializer(RecordSerializer):
    tldr = serializers.CharField(help_text="A summary of the guide in a few sentences.")


def guide(snapshot: Snapshot, source: Guide) -> dict[str, Any]:
    return {**record(source), "tldr": source.tldr}


class GuideDetailSerializer(GuideSerializer):
    record_kind = Kind.GUIDE

    takeaways = serializers.ListField(child=serializers.CharField())
    body = serializers.CharField(help_text=MARKDOWN)
    facts = FactSerializer(many=True, help_text="The figures that the guide uses, with their sources.")


def guide_detail(snapshot: Snapshot, source: Guide) -> dict[str, Any]:
    return {
        **guide(snapshot, source),
        "takeaways": list(source.takeaways),
        "body": source.body,
        "facts": facts(snapshot, source.facts),
    }


GUIDE_EXAMPLE = {
    "slug": "what-ai-engineers-do",
    "name": "What AI engineers do all day",
    "summary": "Less model training than most people expect, and more measuring.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/guides/what-ai-engineers-do/",
    "tldr": "An AI engineer makes models useful: chooses them, feeds them, measures them and runs them.",
}


@describe(
    get=Operation(
        "list_guides",
        "List guides",
        "All published guides, in the order in which we suggest reading them.",
        example=GUIDE_EXAMPLE,
    )
)
class GuideList(ListView):
    kind = Kind.GUIDE
    shape = GuideSerializer
    build = staticmethod(guide)


@describe(
    get=Operation(
        "read_guide",
        "Read a guide",
        "The whole text as Markdown, with its key takeaways and the sources of its figures.",
        example={
            **GUIDE_EXAMPLE,
            "takeaways": ["Most of the work is around the model.", "What is not measured does not improve."],
            "body": "## A day\n\nIt starts with yesterday's evaluation …",
            "facts": [],
        },
        call="what-ai-engineers-do",
    )
)
class GuideItem(ItemView):
    kind = Kind.GUIDE
    shape = GuideDetailSerializer
    build = staticmethod(guide_detail)


class QuestionSerializer(RecordSerializer):
    record_kind = Kind.QUESTION

    name = serializers.CharField(help_text="The question.")
    body = serializers.CharField(help_text="The answer, in Markdown.")


def question(snapshot: Snapshot, source: Question) -> dict[str, Any]:
    return {**record(source), "body": source.body}


QUESTION_EXAMPLE = {
    "slug": "do-i-need-a-degree",
    "name": "Do I need a degree?",
    "summary": "",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/questions/#do-i-need-a-degree",
    "body": "Many job ads mention a degree; fewer insist on it …",
}


@describe(
    get=Operation(
        "list_questions",
        "List questions",
        "Questions that people ask about the work, with answers.",
        example=QUESTION_EXAMPLE,
        call="?q=degree",
    )
)
class QuestionList(ListView):
    kind = Kind.QUESTION
    shape = QuestionSerializer
    build = staticmethod(question)


class StartingPointSerializer(RecordSerializer):
    record_kind = Kind.STARTING_POINT

    body = serializers.CharField(help_text=MARKDOWN)
    levels = SkillLevelSerializer(many=True, help_text="What people with this background can usually already do.")


def starting_point(snapshot: Snapshot, source: StartingPoint) -> dict[str, Any]:
    return {**record(source), "body": source.body, "levels": skill_levels(snapshot, source.levels)}


class StartingPointQuery(ListQuery):
    skill = SlugField(Kind.SKILL, required=False, help_text="Only starting points that include a level of this skill.")


STARTING_POINT_EXAMPLE = {
    "slug": "backend-developer",
    "name": "Backend developer",
    "summary": "You write services for a living.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/",
    "body": "",
    "levels": [{"slug": "python", "name": "Python", "level": 3}],
}


@describe(
    get=Operation(
        "list_starting_points",
        "List starting points",
        "Backgrounds that people come from, with the levels they usually have.",
        example=STARTING_POINT_EXAMPLE,
        call="?skill=python",
    )
)
class StartingPointList(ListView):
    kind = Kind.STARTING_POINT
    shape = StartingPointSerializer
    query = StartingPointQuery
    build = staticmethod(starting_point)
    filters = {"skill": lambda snapshot, point, skill: skill in point.levels}


class ProjectSerializer(RecordSerializer):
    hours = serializers.FloatField()
    proves = SkillLevelSerializer(many=True, help_text="The levels that the finished project proves.")
    industries = NamedSerializer(many=True, help_text="The industries in which the project is set.")


def project(snapshot: Snapshot, source: Project) -> dict[str, Any]:
    return {
        **record(source),
        "hours": source.hours,
        "proves": skill_levels(snapshot, source.proves),
        "industries": named(snapshot.industries, source.industries),
    }


class ProjectDetailSerializer(ProjectSerializer):
    record_kind = Kind.PROJECT

    body = serializers.CharField(help_text=MARKDOWN)
    checklist = serializers.ListField(
        child=serializers.CharField(), help_text="The project is done when every line of this list is true."
    )


def project_detail(snapshot: Snapshot, source: Project) -> dict[str, Any]:
    return {**project(snapshot, source), "body": source.body, "checklist": list(source.checklist)}


class ProjectQuery(ListQuery):
    orderable = ("name", "slug", "hours", "updated_at")

    skill = SlugField(Kind.SKILL, required=False, help_text="Only projects that prove a level of this skill.")
    area = SlugField(Kind.AREA, required=False, help_text="Only projects that prove a skill of this area.")
    role = SlugField(Kind.ROLE, required=False, help_text="Only projects that prove a skill that this role requires.")
    industry = SlugField(Kind.INDUSTRY, required=False, help_text="Only projects set in this industry.")


PROJECT_EXAMPLE = {
    "slug": "docs-assistant",
    "name": "Documentation assistant",
    "summary": "Answers questions from a documentation site and names the page behind each answer.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/projects/docs-assistant/",
    "hours": 24.0,
    "proves": [{"slug": "retrieval-augmented-generation", "name": "Retrieval-augmented generation", "level": 2}],
    "industries": [{"slug": "technology", "name": "Technology"}],
}


@describe(
    get=Operation(
        "list_projects",
        "List projects",
        "All published projects, or those that match the filters.",
        example=PROJECT_EXAMPLE,
        call="?skill=retrieval-augmented-generation",
    )
)
class ProjectList(ListView):
    kind = Kind.PROJECT
    shape = ProjectSerializer
    query = ProjectQuery
    build = staticmethod(project)
    filters = {
        "skill": lambda snapshot, project, skill: skill in project.proves,
        "area": lambda snapshot, project, area: has_area(snapshot, project.proves, area),
        "role": lambda snapshot, project, role: overlap(project.proves, snapshot.roles[role].skills),
        "industry": lambda snapshot, project, industry: industry in project.industries,
    }


@describe(
    get=Operation(
        "read_project",
        "Read a project",
        "The brief, the checklist for the finished work, and the levels that the project proves.",
        example={
            **PROJECT_EXAMPLE,
            "body": "Take a documentation site that you use …",
            "checklist": ["30 questions with known answers are in the repository.", "Every answer names its page."],
        },
        call="docs-assistant",
    )
)
class ProjectItem(ItemView):
    kind = Kind.PROJECT
    shape = ProjectDetailSerializer
    build = staticmethod(project_detail)


class IndustrySerializer(RecordSerializer):
    skill_count = serializers.IntegerField(min_value=0, help_text="Skills that this industry emphasises.")


def industry(snapshot: Snapshot, source: Industry) -> dict[str, Any]:
    return {**record(source), "skill_count": len(source.emphases)}


class UseCaseSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    text = serializers.CharField(help_text=MARKDOWN)


class ConsiderationSerializer(serializers.Serializer[Any]):
    topic = serializers.ChoiceField(Consideration.Topic.choices)
    label = serializers.CharField(help_text="The topic, as a heading.")  # type: ignore[assignment]
    text = serializers.CharField(help_text=MARKDOWN)


class EmphasisSerializer(NamedSerializer):
    weight = serializers.FloatField(help_text="Added to a skill's importance: 0.5 makes it half as important again.")
    why = serializers.CharField()


class IndustryDetailSerializer(IndustrySerializer):
    record_kind = Kind.INDUSTRY

    body = serializers.CharField(help_text=MARKDOWN)
    use_cases = UseCaseSerializer(many=True)
    considerations = ConsiderationSerializer(many=True)
    requirements = RequirementSerializer(
        many=True, help_text="What the industry requires in addition to any role, with target levels."
    )
    milestone = NamedSerializer(
        allow_null=True, help_text="The milestone that the industry adds to every path; null if it adds none."
    )
    emphases = EmphasisSerializer(
        many=True, help_text="Skills that this industry emphasises, strongest emphasis first."
    )
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
    skill = SlugField(Kind.SKILL, required=False, help_text="Only industries that emphasise this skill.")
    area = SlugField(Kind.AREA, required=False, help_text="Only industries that emphasise a skill of this area.")


INDUSTRY_EXAMPLE = {
    "slug": "healthcare",
    "name": "Healthcare",
    "summary": "Imaging, triage and paperwork, where a wrong answer can hurt someone.",
    "updated_at": "2026-11-24T09:30:00Z",
    "url": "https://waymark.example/industries/healthcare/",
    "skill_count": 8,
}


@describe(
    get=Operation(
        "list_industries",
        "List industries",
        "All published industries, or those that match the filters.",
        example=INDUSTRY_EXAMPLE,
        call="?skill=python",
    )
)
class IndustryList(ListView):
    kind = Kind.INDUSTRY
    shape = IndustrySerializer
    query = IndustryQuery
    build = staticmethod(industry)
    filters = {
        "skill": lambda snapshot, industry, skill: skill in industry.emphases,
        "area": lambda snapshot, industry, area: has_area(snapshot, industry.emphases, area),
    }


@describe(
    get=Operation(
        "read_industry",
        "Read an industry",
        "What the industry uses AI for, what to watch out for, and which skills it emphasises.",
        example={
            **INDUSTRY_EXAMPLE,
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
)
class IndustryItem(ItemView):
    kind = Kind.INDUSTRY
    shape = IndustryDetailSerializer
    build = staticmethod(industry_detail)
