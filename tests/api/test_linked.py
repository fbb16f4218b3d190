import pytest

from guidance.api import linked
from tests.factories import make_role, make_skill, rename

pytestmark = pytest.mark.django_db
LINKED = "application/ld+json"


@pytest.fixture(autouse=True)
def _catalogue(db):
    make_skill("python")
    make_skill(
        "rag", prerequisites={"python": 2}, external={"esco": ["http://data.europa.eu/esco/skill/1"], "onet": []}
    )
    make_role("ai-engineer", requirements={"rag": (3, 5)})


def read(client, path, accept=LINKED):
    response = client.get(f"/api/v1/{path}", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Vary"] == "Accept"
    return response


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        (LINKED, LINKED),
        ("application/ld+json, application/json;q=0.5", LINKED),
        ("application/ld+json;q=0.5, application/json", "application/json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_what_is_preferred_is_answered(client, accept, found):
    for _time in range(2):  # the second answer is a stored one
        assert read(client, "skills/rag/", accept).headers["Content-Type"] == found


def test_skill_is_a_concept_with_its_address_and_licence(client):
    skill = read(client, "skills/rag/").json()
    site = "http://localhost:8000"
    assert skill["@id"] == skill["url"] == f"{site}/skills/rag/"
    assert skill["@type"] == ["skos:Concept", "schema:DefinedTerm"]
    assert skill["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert skill["creditText"] == "Waymark (http://localhost:8000), CC BY 4.0"
    assert skill["requires"] == [{"skill": f"{site}/skills/python/", "level": 2}]
    assert skill["closeMatch"] == ["http://data.europa.eu/esco/skill/1"]


def test_role_names_its_skills_and_the_graph_has_them_all(client):
    role = read(client, "roles/ai-engineer/").json()
    assert (role["@type"], role["skills"][0]["level"]) == ("schema:Occupation", 3)
    scheme, *rest = read(client, "graph/").json()["@graph"]
    by_id = {node["@id"]: node for node in rest}
    assert role["skills"][0]["@id"] in by_id
    assert scheme["license"] == role["license"]
    for node in rest:
        assert node["inScheme"] == scheme["@id"]
        assert {node["broader"], *node["related"]} <= by_id.keys() if "broader" in node else True


@pytest.mark.parametrize("path", ["skills/rag/", "roles/ai-engineer/", "graph/"])
def test_every_key_has_its_meaning_in_the_context(client, path):
    document = read(client, path).json()
    terms = document.pop("@context")
    prefixes = {name for name, meaning in linked.context().items() if str(meaning).startswith("http")}

    def check(node):
        if isinstance(node, list):
            for item in node:
                check(item)
        if isinstance(node, dict):
            for key, value in node.items():
                assert key in terms or key in {"@id", "@type", "@graph"}, key
                types = value if isinstance(value, list) else [value]
                assert key != "@type" or all(one.partition(":")[0] in prefixes for one in types)
                check(value)

    check(document)


def test_answers_are_kept_apart_and_errors_stay_problems(client):
    etags = {read(client, "skills/rag/", accept).headers["ETag"] for accept in (LINKED, "application/json")}
    assert len(etags) == 2
    for etag in etags:
        assert client.get("/api/v1/skills/rag/", headers={"Accept": LINKED, "If-None-Match": etag}).status_code in {
            200,
            304,
        }
    assert (
        client.get("/api/v1/skills/no/", headers={"Accept": LINKED}).headers["Content-Type"]
        == "application/problem+json"
    )
    rename(make_skill("k8s"), "kubernetes")
    assert client.get("/api/v1/skills/k8s/", headers={"Accept": LINKED}).status_code == 301
    assert client.get("/api/v1/skills/", headers={"Accept": LINKED}).status_code == 406  # a list has no linked form


@pytest.mark.parametrize("path", ["/skills/rag/", "/roles/ai-engineer/", "/skills/map/"])
def test_pages_lead_to_what_they_are_as_linked_data(client, path):
    html = client.get(path).content.decode()
    address = html.partition('rel="alternate" type="application/ld+json" href="')[2].partition('"')[0]
    assert client.get(address, headers={"Accept": LINKED}).headers["Content-Type"] == LINKED
