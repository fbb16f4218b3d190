import pytest

from guidance.catalog import snapshot
from tests.factories import make_skill

pytestmark = pytest.mark.django_db


def test_the_graph_has_the_shape_of_the_contract(get):
    make_skill("python", kind="tool")
    make_skill("agents", area="generative-ai", horizon="emerging", prerequisites={"rag": 3, "python": 2})
    assert get("graph/") == {
        "revision": snapshot.current().revision,
        "nodes": [
            {
                "slug": "python",
                "name": "Python",
                "area": "programming",
                "kind": "tool",
                "horizon": "core",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
            {
                "slug": "rag",
                "name": "Rag",
                "area": "programming",
                "kind": "concept",
                "horizon": "core",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
            {
                "slug": "agents",
                "name": "Agents",
                "area": "generative-ai",
                "kind": "concept",
                "horizon": "emerging",
                "effort": [4.0, 12.0, 30.0, 60.0],
            },
        ],
        "edges": [
            {"skill": "agents", "requires": "rag", "level": 3},
            {"skill": "agents", "requires": "python", "level": 2},
        ],
    }


def test_an_empty_catalogue_has_an_empty_graph(get):
    assert get("graph/") == {"revision": 0, "nodes": [], "edges": []}
