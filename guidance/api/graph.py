"""The prerequisite graph in one answer, for programs that draw it or plan with it."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from guidance.api.documentation import described
from guidance.api.editions import Edition, dumps
from guidance.api.public import PublicView
from guidance.catalog.models import Skill as Model
from guidance.catalog.snapshot import Snapshot


class NodeSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField(help_text="Slug of its area.")
    kind = serializers.ChoiceField(Model.SkillKind.choices)
    horizon = serializers.ChoiceField(Model.Horizon.choices)
    effort = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4.",
    )


class EdgeSerializer(serializers.Serializer[Any]):
    skill = serializers.CharField(help_text="Slug of a skill.")
    requires = serializers.CharField(help_text="Slug of a skill that it needs before it is begun.")
    level = serializers.IntegerField(min_value=1, max_value=4, help_text="The level it needs of it.")


class GraphSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0)
    nodes = NodeSerializer(many=True, help_text="All published skills, prerequisites first.")
    edges = EdgeSerializer(many=True, help_text="No edge leads round in a circle.")


def graph(snapshot: Snapshot) -> dict[str, Any]:
    skills = [snapshot.skills[slug] for slug in snapshot.order]
    return {
        "revision": snapshot.revision,
        "nodes": [
            {
                "slug": skill.slug,
                "name": skill.name,
                "area": skill.area.slug,
                "kind": skill.kind,
                "horizon": skill.horizon,
                "effort": list(skill.effort),
            }
            for skill in skills
        ],
        "edges": [
            {"skill": skill.slug, "requires": slug, "level": level}
            for skill in skills
            for slug, level in skill.prerequisites.items()
        ],
    }


@described(
    "read_graph",
    "Read the graph",
    "All skills and what they need, in one answer. The graph has no cycle.",
    GraphSerializer,
    example={
        "revision": 42,
        "nodes": [
            {
                "slug": "vector-search",
                "name": "Vector search",
                "area": "retrieval-and-rag",
                "kind": "concept",
                "horizon": "core",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
            {
                "slug": "retrieval-augmented-generation",
                "name": "Retrieval-augmented generation",
                "area": "retrieval-and-rag",
                "kind": "practice",
                "horizon": "core",
                "effort": [6.0, 20.0, 40.0, 80.0],
            },
        ],
        "edges": [{"skill": "retrieval-augmented-generation", "requires": "vector-search", "level": 2}],
    },
)
class GraphView(PublicView):
    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        return dumps(graph(edition.snapshot))
