"""Lists and records of the catalogue: filters, order, pages, and what all public reads have in common."""

import pytest
from django.utils import timezone

from tests.factories import (
    make_area,
    make_catalogue,
    make_guide,
    make_industry,
    make_project,
    make_question,
    make_resource,
    make_role,
    make_skill,
    make_starting_point,
    rename,
)

pytestmark = pytest.mark.django_db


def test_skills_have_the_shape_of_the_contract(get):
    skill = make_skill(
        "kubernetes", name="Kubernetes", kind="tool", aliases=["k8s"], demand=25, effort=[6, 20.5, 45, 90]
    )
    assert get("skills/") == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "slug": "kubernetes",
                "name": "Kubernetes",
                "area": "programming",
                "kind": "tool",
                "horizon": "core",
                "summary": "Do useful work with Kubernetes.",
                "aliases": ["k8s"],
                "effort": [6.0, 20.5, 45.0, 90.0],
                "demand": 25,
                "updated_at": skill.updated_at.isoformat().replace("+00:00", "Z"),
                "url": "http://localhost:8000/skills/kubernetes/",
            }
        ],
    }


def test_lists_show_published_records_only(slugs):
    make_skill("python")
    make_skill("draft", status="draft")
    make_skill("old", status="retired")
    assert slugs("skills/") == ["python"]


def test_an_empty_catalogue_has_an_empty_first_page(get):
    assert get("skills/") == {"count": 0, "next": None, "previous": None, "results": []}


def test_pages_lead_to_each_other(get):
    for slug in "abcde":
        make_skill(slug)
    first = get("skills/", page_size=2, kind="concept", unknown="x")
    assert [skill["slug"] for skill in first["results"]] == ["a", "b"]
    assert (first["count"], first["previous"]) == (5, None)
    assert first["next"] == "http://localhost:8000/api/v1/skills/?kind=concept&page_size=2&page=2"
    second = get(first["next"].removeprefix("http://localhost:8000/api/v1/"))
    assert [skill["slug"] for skill in second["results"]] == ["c", "d"]
    assert second["previous"] == "http://localhost:8000/api/v1/skills/?kind=concept&page=1&page_size=2"
    third = get(second["next"].removeprefix("http://localhost:8000/api/v1/"))
    assert ([skill["slug"] for skill in third["results"]], third["next"]) == (["e"], None)


def test_page_size_is_50_and_at_most_200(get):
    make_catalogue(60)
    assert len(get("skills/")["results"]) == 50
    assert len(get("skills/", page_size=200)["results"]) == 60
    problem = get("skills/", 400, page_size=201)
    assert problem["errors"] == {"page_size": ["Ensure this value is less than or equal to 200."]}


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize(
    "value", ["", "0", "-1", "NaN", "inf", "1.5", "1e3", "1_0", " 1", "१", "x", str(2**63), "9" * 400]
)
def test_a_number_that_is_none_is_refused(get, name, value):
    assert set(get("skills/", 400, **{name: value})["errors"]) == {name}


def test_a_page_beyond_the_last_is_refused(get):
    make_skill()
    assert get("skills/", 400, page=2)["errors"] == {"page": ["The last page is 1."]}


def test_skills_are_filtered(slugs):
    make_skill("python")
    make_skill("docker", area="operations", kind="tool")
    make_skill("agents", horizon="emerging", prerequisites={"python": 2})
    make_role(requirements={"python": (3, 5), "agents": (2, 4)})
    make_industry(emphases={"docker": 1.0})
    expected = [
        ({"area": "operations"}, ["docker"]),
        ({"kind": "tool"}, ["docker"]),
        ({"horizon": "emerging"}, ["agents"]),
        ({"role": "ai-engineer"}, ["agents", "python"]),
        ({"industry": "healthcare"}, ["docker"]),
        ({"skill": "python"}, ["agents"]),
        ({"q": "dockr"}, ["docker"]),
        ({"q": ""}, ["agents", "docker", "python"]),
        ({"role": "ai-engineer", "horizon": "core"}, ["python"]),
        ({"role": "ai-engineer", "kind": "tool"}, []),
        ({"limit": "x", "colour": "red"}, ["agents", "docker", "python"]),
    ]
    for parameters, found in expected:
        assert slugs("skills/", **parameters) == found, parameters


@pytest.mark.parametrize(
    "parameters",
    [
        {"area": "nowhere"},
        {"area": "Operations"},
        {"area": ""},
        {"kind": "game"},
        {"horizon": "CORE"},
        {"role": "python"},
        {"industry": "x" * 500},
        {"skill": "a\0b"},
        {"q": "x" * 201},
        {"q": "a\0b"},
        {"updated_since": "yesterday"},
        {"updated_since": "2026-13-01T00:00:00Z"},
        {"ordering": "price"},
        {"ordering": "name,"},
        {"ordering": ""},
        {"fields": "slug,price"},
        {"fields": ""},
    ],
)
def test_a_wrong_value_of_a_known_parameter_is_refused(get, parameters):
    assert set(get("skills/", 400, **parameters)["errors"]) == set(parameters)


def test_an_old_slug_filters_like_the_new_one(slugs):
    make_skill("python")
    role = make_role("ml-engineer", requirements={"python": (3, 5)})
    rename(role, "machine-learning-engineer")
    assert slugs("skills/", role="ml-engineer") == ["python"]


def test_skills_are_ordered(slugs):
    make_skill("b", demand=10)
    make_skill("a", demand=20)
    make_skill("c")
    make_skill("d", demand=20)
    assert slugs("skills/") == ["a", "b", "c", "d"]
    assert slugs("skills/", ordering="-name") == ["d", "c", "b", "a"]
    assert slugs("skills/", ordering="demand") == ["b", "a", "d", "c"]
    assert slugs("skills/", ordering="-demand,-slug") == ["d", "a", "b", "c"]
    assert slugs("skills/", ordering="-updated_at") == ["d", "c", "a", "b"]


@pytest.mark.parametrize(
    "zone", ["Z", "+00:00", "%2B00:00"], ids=["Z", "a plus that arrives as a space", "an encoded plus"]
)
def test_updated_since_includes_its_moment(client, zone):
    make_skill("old")
    new = make_skill("new")
    moment = new.updated_at.replace(tzinfo=None).isoformat()
    response = client.get(f"/api/v1/skills/?updated_since={moment}{zone}")
    assert [skill["slug"] for skill in response.json()["results"]] == ["new"]
    response = client.get(f"/api/v1/skills/?updated_since={timezone.now().replace(tzinfo=None).isoformat()}{zone}")
    assert response.json()["count"] == 0


@pytest.mark.parametrize(
    "value", ["2026-01-01", "2026-01-01 00:00", "2026-01-01T00:00:00.5+02:00", "2026-01-01t00:00z"]
)
def test_updated_since_reads_other_ways_of_writing_a_moment(slugs, value):
    make_skill("python")
    assert slugs("skills/", updated_since=value) == ["python"]


def test_fields_are_chosen(get):
    make_skill("python", demand=82)
    make_skill("sql")
    found = get("skills/", fields="demand,slug")
    assert found["results"] == [{"slug": "python", "demand": 82}, {"slug": "sql", "demand": None}]
    assert found["count"] == 2


def test_areas_are_listed_in_the_order_of_the_map(get):
    area = make_area("generative-ai")
    make_skill("rag", area="generative-ai")
    make_area("programming")
    first, second = get("areas/")["results"]
    assert first["slug"] == "programming"
    assert second == {
        "slug": "generative-ai",
        "name": "Generative AI",
        "summary": "Generative AI",
        "updated_at": area.updated_at.isoformat().replace("+00:00", "Z"),
        "url": "http://localhost:8000/skills/?area=generative-ai",
        "letter": "G",
        "family": "models",
        "body": "",
        "skill_count": 1,
    }


def test_roles_are_listed_and_filtered(get, slugs):
    make_role("ai-engineer", order=1, requirements={"python": (3, 5), "rag": (3, 5)})
    make_role("data-scientist", order=2, requirements={"python": (3, 5)})
    make_skill("docker", area="operations")
    assert slugs("roles/") == ["ai-engineer", "data-scientist"]
    assert get("roles/")["results"][0]["skill_count"] == 2
    assert slugs("roles/", skill="rag") == ["ai-engineer"]
    assert slugs("roles/", area="operations") == []
    assert slugs("roles/", ordering="-name") == ["data-scientist", "ai-engineer"]


def test_industries_are_listed_and_filtered(get, slugs):
    make_industry("healthcare", order=1, emphases={"python": 1.0})
    make_industry("finance", order=2, emphases={"sql": 1.0})
    assert slugs("industries/") == ["healthcare", "finance"]
    assert get("industries/")["results"][0]["skill_count"] == 1
    assert slugs("industries/", skill="sql") == ["finance"]
    assert slugs("industries/", area="programming") == ["healthcare", "finance"]


def test_resources_have_their_address_and_the_link_out(get):
    resource = make_resource(
        "fluent-python",
        type="book",
        url="https://publisher.example/fluent",
        cost={"amount": 59.99, "currency": "USD"},
        year=2022,
        affiliate=True,
        skills={"python": [2, 3]},
    )
    assert get("resources/")["results"] == [
        {
            "id": resource.pk,
            "slug": "fluent-python",
            "name": "Fluent python",
            "type": "book",
            "url": "https://publisher.example/fluent",
            "out": f"http://localhost:8000/out/{resource.pk}/",
            "author": "Its authors",
            "year": 2022,
            "hours": 4.0,
            "cost": {"amount": 59.99, "currency": "USD"},
            "free": False,
            "language": "en",
            "programming_language": "",
            "affiliate": True,
            "checked_on": None,
            "skills": [{"slug": "python", "name": "Python", "from_level": 2, "to_level": 3}],
            "summary": "",
            "body": "",
            "updated_at": resource.updated_at.isoformat().replace("+00:00", "Z"),
        }
    ]


def test_a_resource_is_free_or_paid_or_nobody_knows(get):
    make_resource("free", cost=0)
    make_resource("paid", cost="paid")
    make_resource("unknown", cost=None)
    assert get("resources/", fields="slug,cost,free")["results"] == [
        {"slug": "free", "cost": 0, "free": True},
        {"slug": "paid", "cost": None, "free": False},
        {"slug": "unknown", "cost": None, "free": None},
    ]


def test_resources_are_filtered_and_ordered(slugs):
    make_skill("python")
    make_skill("docker", area="operations")
    make_resource("book", type="book", skills={"python": [0, 2]})
    make_resource("manual", hours=30, skills={"docker": [0, 2]})
    make_role(requirements={"python": (3, 5)})
    make_industry(emphases={"docker": 1.0})
    expected = [
        ({"skill": "python"}, ["book"]),
        ({"area": "operations"}, ["manual"]),
        ({"role": "ai-engineer"}, ["book"]),
        ({"industry": "healthcare"}, ["manual"]),
        ({"type": "book"}, ["book"]),
        ({"kind": "book"}, ["book"]),
        ({"ordering": "-hours"}, ["manual", "book"]),
    ]
    for parameters, found in expected:
        assert slugs("resources/", **parameters) == found, parameters


def test_projects_are_filtered_and_ordered(slugs):
    make_skill("python")
    make_skill("docker", area="operations")
    make_role(requirements={"python": (3, 5)})
    make_project("report", hours=40, proves={"python": 2})
    make_project("ship", proves={"docker": 2}, industries=["healthcare"])
    expected = [
        ({"skill": "python"}, ["report"]),
        ({"area": "operations"}, ["ship"]),
        ({"role": "ai-engineer"}, ["report"]),
        ({"industry": "healthcare"}, ["ship"]),
        ({"ordering": "-hours"}, ["report", "ship"]),
    ]
    for parameters, found in expected:
        assert slugs("projects/", **parameters) == found, parameters


def test_projects_tell_what_they_prove(get):
    make_project("report", proves={"python": 2}, industries=["healthcare"])
    (project,) = get("projects/", fields="hours,proves,industries")["results"]
    assert project == {
        "hours": 12.0,
        "proves": [{"slug": "python", "name": "Python", "level": 2}],
        "industries": [{"slug": "healthcare", "name": "Healthcare"}],
    }


def test_guides_questions_and_starting_points_are_listed(get, slugs):
    make_guide("daily-work", order=2)
    make_guide("first", order=1)
    make_question("degree", name="Do I need a degree?")
    make_starting_point("backend-developer", levels={"python": 2})
    assert get("guides/", fields="slug,tldr")["results"] == [
        {"slug": "first", "tldr": "In short."},
        {"slug": "daily-work", "tldr": "In short."},
    ]
    (question,) = get("questions/", fields="name,body,url")["results"]
    assert question["name"] == "Do I need a degree?"
    assert question["url"] == "http://localhost:8000/questions/#degree"
    assert question["body"].strip() == "They build."
    assert get("starting-points/", fields="slug,levels")["results"] == [
        {"slug": "backend-developer", "levels": [{"slug": "python", "name": "Python", "level": 2}]}
    ]
    make_skill("sql")
    assert slugs("starting-points/", skill="python") == ["backend-developer"]
    assert slugs("starting-points/", skill="sql") == []


PATHS = [
    "areas/",
    "skills/",
    "skills/skill-003/",
    "roles/",
    "roles/ai-engineer/",
    "roles/compare/?role=ai-engineer&role=data-scientist",
    "industries/",
    "resources/",
    "projects/",
    "guides/",
    "questions/",
    "starting-points/",
    "graph/",
    "search/?q=skill",
    "changes/",
]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_public_and_cacheable(client, whole_catalogue, path):
    first = client.get(f"/api/v1/{path}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=1"
    assert "Cookie" not in first.headers["Vary"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in first.headers
    assert not first.cookies
    again = client.get(f"/api/v1/{path}")  # served without entering DRF
    assert again.content == first.content
    different = {"X-Request-ID", "RateLimit"}
    assert {k: v for k, v in again.headers.items() if k not in different} == {
        k: v for k, v in first.headers.items() if k not in different
    }


@pytest.mark.parametrize("path", PATHS)
def test_an_unchanged_answer_is_304(client, whole_catalogue, path):
    etag = client.get(f"/api/v1/{path}").headers["ETag"]
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = client.get(f"/api/v1/{path}", headers={"If-None-Match": asked})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == etag
        assert "Content-Type" not in response.headers
    for asked in ('"other"', "", "nonsense", etag[:-2] + '"'):
        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": asked}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_without_a_body(client, whole_catalogue, path):
    expected = client.get(f"/api/v1/{path}")
    response = client.head(f"/api/v1/{path}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == expected.headers["ETag"]
    assert response.headers["Content-Length"] == str(len(expected.content))


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered(client, whole_catalogue, path):
    response = client.options(
        f"/api/v1/{path}",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert (response.status_code, response.headers.get("Content-Type")) == (204, None)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1", "application/*"])
def test_json_is_served_to_whoever_takes_it(client, whole_catalogue, accept):
    for _ in range(2):
        assert client.get("/api/v1/skills/", headers={"Accept": accept}).status_code == 200
