"""The OpenAPI document is valid and matches the responses of the API."""

import copy
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from guidance.api.docs import document
from tests.clients.calls import is_json

pytestmark = pytest.mark.django_db
EVERY = [(path, operation) for path, methods in document()["paths"].items() for operation in methods.values()]
OWN = [(path, operation) for path, operation in EVERY if path.startswith("/api/v1/me/")]  # see own/test_schema.py
OPERATIONS = [one for one in EVERY if one not in OWN]
CALLS = {
    "/api/v1/skills/{slug}/": ["skill-003"],
    "/api/v1/roles/{slug}/": ["ai-engineer"],
    "/api/v1/industries/{slug}/": ["healthcare"],
    "/api/v1/projects/{slug}/": ["project-0"],
    "/api/v1/milestones/{slug}/": ["first-program"],
    "/api/v1/guides/{slug}/": ["daily-work"],
    "/api/v1/areas/{slug}/": ["programming"],
    "/api/v1/resources/{slug}/": ["resource-001"],
    "/api/v1/questions/{slug}/": ["what-do-they-do"],
    "/api/v1/starting-points/{slug}/": ["backend-developer"],
    "/api/v1/facts/{slug}/": ["growth"],
    "/api/v1/roles/compare/": ["?role=ai-engineer&role=data-scientist"],
    "/api/v1/search/": ["?q=skill", "?q=skil", "?q=nothing-like-it"],
    "/api/v1/changes/": ["?limit=3", "?since=1"],
}


QUESTIONS = {
    "/api/v1/placement/": [
        {"role": "ai-engineer"},
        {
            "role": "ai-engineer",
            "industry": "healthcare",
            "levels": {"skill-000": 1},
            "answers": [{"skill": "skill-001", "level": 1, "answer": "partly"}],
        },
    ],
    "/api/v1/readiness/": [{"role": "ai-engineer"}, {"role": "ai-engineer", "industry": "healthcare"}],
    "/api/v1/plan/": [
        {"role": "ai-engineer", "hours_per_week": 8},
        {"role": "ai-engineer", "hours_per_week": 8, "start": "2026-11-30", "deadline": "2026-12-04"},
        {"role": "ai-engineer", "hours_per_week": 0.5, "levels": {"skill-001": 4}, "skip": ["skill-000"]},
    ],
    "/api/v1/match/": [
        {"text": "Skill 001 is required, Skill 004 a plus."},
        {"text": "We ask for Skill 001.", "role": "ai-engineer", "levels": {"skill-001": 1}},
    ],
}
QUESTIONS |= {f"{path}batch/": [{"requests": QUESTIONS[path]}] for path in ("/api/v1/readiness/", "/api/v1/plan/")}
FILES = {"/api/v1/dump/"}  # see test_dump.py
TOLD = [(path, operation) for path, operation in OPERATIONS if path not in FILES]
READING = [(path, operation) for path, operation in TOLD if path not in QUESTIONS]


def strict(schema):
    """The schema with additional properties forbidden."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
        return {key: strict(value) for key, value in schema.items()}
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def validator(schema, change=lambda schema: schema):
    whole = change({**copy.deepcopy(schema), "components": copy.deepcopy(document()["components"])})
    return Draft202012Validator(whole, format_checker=FormatChecker())


def optional(reference):
    """The schema of the record with no field required, for responses to `fields`."""
    schema = document()["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    return {name: value for name, value in schema.items() if name != "required"}


def content(operation, status, media_type="application/json"):
    return operation["responses"][status]["content"][media_type]


def test_the_document_is_valid_and_without_warnings():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_document_is_written_in_forms_that_generators_read():
    """Each of these forms once led to a generated client that failed or had no types; see `guidance/api/schema_hooks.py`."""
    found = []

    def look(node, where):
        if isinstance(node, list):
            for number, item in enumerate(node):
                look(item, f"{where}/{number}")
            return
        if not isinstance(node, dict):
            return
        if not where.endswith("/properties"):
            found.extend(
                f"{where}: {what}"
                for what, wrong in {
                    "anyOf": "anyOf" in node,
                    "allOf of one": len(node.get("allOf", "two")) == 1,
                    "const without a type": "const" in node and "type" not in node,
                    "enum without a type": "enum" in node and "type" not in node,
                    "oneOf of texts": sum("string" in one.get("type", ()) for one in node.get("oneOf", [])) > 1,
                    "an object that may have nothing": node.get("type") == "object"
                    and not node.keys() & {"properties", "additionalProperties"},
                }.items()
                if wrong
            )
        for key, value in node.items():
            if not key.startswith("example"):
                look(value, f"{where}/{key}")

    look(document(), "")
    assert found == []


def test_json_has_no_other_media_type_beside_it():
    """From two media types openapi-fetch makes a union, whose fields have no types. Others belong in the text or in another operation."""
    for path, operation in EVERY:
        for status, response in operation["responses"].items():
            content = response.get("content", {})
            assert len(content) <= 1 or not any(is_json(media_type) for media_type in content), (path, status)


def test_the_document_says_who_may_use_it_and_how():
    info = document()["info"]
    assert info["license"] == {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}
    (server,) = document()["servers"]
    assert info["x-attribution"] == f"Waymark ({server['url']}), CC BY 4.0"
    assert info["x-attribution"] in info["description"]
    tags = {tag["name"]: tag["description"] for tag in document()["tags"]}
    assert {tag for _path, operation in EVERY for tag in operation["tags"]} == tags.keys()
    assert all(operation["security"] == [] for _path, operation in OPERATIONS)


def test_what_a_body_may_leave_out_has_its_default_in_words():
    schemas = document()["components"]["schemas"]
    assert not [
        name for name, one in schemas.items() for field in one.get("properties", {}).values() if "default" in field
    ]
    assert schemas["Password"]["properties"]["password"]["description"].endswith("Default: empty.")


def test_fields_stand_beside_what_a_generated_client_sends():
    sparse = {operation["operationId"] for _path, operation in EVERY if "x-fields" in operation}
    assert {"list_skills", "read_skill", "list_areas", "read_guide"} <= sparse
    for _path, operation in EVERY:
        assert all(parameter["name"] != "fields" for parameter in operation.get("parameters", []))


def test_the_document_is_served(client, whole_catalogue):
    response = client.get("/api/schema/")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json()["openapi"] == "3.1.0"
    assert response.json()["paths"].keys() == document()["paths"].keys()
    assert "/api/schema/" not in response.json()["paths"]


def test_every_public_path_of_the_contract_is_described():
    names = [
        "areas",
        "skills",
        "milestones",
        "roles",
        "industries",
        "resources",
        "projects",
        "guides",
        "questions",
        "starting-points",
        "facts",
    ]
    expected = {f"/api/v1/{name}/" for name in [*names, "graph", "search", "changes", "dump"]}
    expected |= {f"/api/v1/{name}/{{slug}}/" for name in names} | {"/api/v1/"}
    assert {path for path, _operation in OPERATIONS} == expected | {"/api/v1/roles/compare/"} | QUESTIONS.keys()


@pytest.mark.parametrize(
    ("path", "operation"), OPERATIONS, ids=[operation["operationId"] for _, operation in OPERATIONS]
)
def test_every_operation_is_described(path, operation):
    assert operation["summary"]
    assert operation["description"]
    expected = {"200", "400", "default"} | ({"301", "404", "410"} if "{slug}" in path else set())
    expected |= {"304"} if path not in QUESTIONS else set()
    expected |= {"410"} if any(one["name"] == "revision" for one in operation.get("parameters", [])) else set()
    assert operation["responses"].keys() == expected
    assert all(answer["description"] for answer in operation["responses"].values())
    assert all(parameter["description"] for parameter in operation.get("parameters", []))


@pytest.mark.parametrize(("path", "operation"), TOLD, ids=[operation["operationId"] for _, operation in TOLD])
def test_examples_are_true_to_their_schema(path, operation):
    (example,) = content(operation, "200")["examples"].values()
    validator(content(operation, "200")["schema"], strict).validate(example["value"])
    for status in operation["responses"].keys() & {"400", "404", "410"}:
        described = content(operation, status, "application/problem+json")
        (example,) = described["examples"].values()
        validator(described["schema"], strict).validate(example["value"])


@pytest.mark.parametrize("path", QUESTIONS)
def test_answers_to_questions_are_true_to_their_schema(client, whole_catalogue, path):
    operation = document()["paths"][path]["post"]
    asked = operation["requestBody"]["content"]["application/json"]
    (example,) = asked["examples"].values()
    validator(asked["schema"], strict).validate(example["value"])
    for question in QUESTIONS[path]:
        validator(asked["schema"], strict).validate(question)
        response = client.post(path, question, "application/json")
        assert response.status_code == 200, response.content
        validator(content(operation, "200")["schema"], strict).validate(response.json())


@pytest.mark.parametrize(("path", "operation"), READING, ids=[operation["operationId"] for _, operation in READING])
def test_answers_are_true_to_their_schema(client, whole_catalogue, path, operation):
    described = content(operation, "200")["schema"]
    for call in CALLS.get(path, [""]):
        address = path.replace("{slug}", call) if "{slug}" in path else path + call
        response = client.get(address)
        assert response.status_code == 200
        answer = response.json()
        validator(described, strict).validate(answer)
        if "results" in answer and path != "/api/v1/search/":
            assert answer["results"]
    if "x-fields" in operation:
        separator = "&" if "?" in address else "?"
        answer = client.get(f"{address}{separator}fields=slug,name").json()
        for part in answer.get("results", [answer]):
            assert part.keys() == {"slug", "name"}
            validator(optional(operation["x-fields"]["record"]), strict).validate(part)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("skills/?page=0", "400"),
        ("roles/compare/?role=a&role=ai-engineer", "400"),
        ("skills/nobody/", "404"),
        ("skills/theano/", "410"),
    ],
)
def test_problems_are_true_to_their_schema(client, whole_catalogue, path, status):
    response = client.get(f"/api/v1/{path}")
    assert str(response.status_code) == status
    schema = {"$ref": "#/components/schemas/Problem"}
    validator(schema, strict).validate(response.json())


def test_other_problems_are_true_to_their_schema(client, whole_catalogue):
    schema = {"$ref": "#/components/schemas/Problem"}
    for response in (
        client.post("/api/v1/skills/"),
        client.get("/api/v1/skills/", headers={"Accept": "text/html"}),
        client.get("/api/nothing/"),
        Client().get("/api/v1/skills/", headers={"Host": "evil.example"}),
    ):
        validator(schema, strict).validate(response.json())
