import pytest

from tests.factories import (
    fact_document,
    make_guide,
    make_industry,
    make_milestone,
    make_project,
    make_resource,
    make_role,
    make_skill,
    publish,
    rename,
    retire,
)

pytestmark = pytest.mark.django_db


def test_a_skill_tells_everything_about_it(get):
    make_skill("python")
    skill = make_skill(
        "rag",
        name="RAG",
        prerequisites={"python": 2},
        body="What it is.\n",
        external={"esco": ["http://data.europa.eu/esco/skill/1"], "onet": ["15-1"]},
    )
    make_skill("agents", prerequisites={"rag": 3})
    make_role("ai-engineer", requirements={"rag": (3, 5)})
    make_industry("healthcare", emphases={"rag": 1.5})
    resource = make_resource("paper", skills={"rag": [1, 2]})
    make_project("assistant", proves={"rag": 2})
    assert get("skills/rag/") == {
        "slug": "rag",
        "name": "RAG",
        "area": "programming",
        "kind": "concept",
        "horizon": "core",
        "summary": "Do useful work with RAG.",
        "aliases": [],
        "effort": [4.0, 12.0, 30.0, 60.0],
        "demand": None,
        "updated_at": skill.updated_at.isoformat().replace("+00:00", "Z"),
        "url": "http://localhost:8000/skills/rag/",
        "body": "What it is.\n",
        "levels": [
            {"level": 1, "hours": 4.0, "text": "You can use RAG at level 1."},
            {"level": 2, "hours": 12.0, "text": "You can use RAG at level 2."},
            {"level": 3, "hours": 30.0, "text": "You can use RAG at level 3."},
            {"level": 4, "hours": 60.0, "text": "You can use RAG at level 4."},
        ],
        "units": {},
        "prerequisites": [{"slug": "python", "name": "Python", "level": 2}],
        "unlocks": [{"slug": "agents", "name": "Agents", "level": 3}],
        "roles": [{"slug": "ai-engineer", "name": "AI engineer", "level": 3, "importance": 5}],
        "industries": [{"slug": "healthcare", "name": "Healthcare", "weight": 1.5, "why": "It matters more here."}],
        "resources": [
            {
                "id": resource.pk,
                "slug": "paper",
                "name": "Paper",
                "type": "documentation",
                "url": "https://paper.example/",
                "out": f"http://localhost:8000/out/{resource.pk}/",
                "hours": 4.0,
                "cost": 0,
                "free": True,
                "affiliate": False,
                "programming_language": "",
                "from_level": 1,
                "to_level": 2,
            }
        ],
        "projects": [{"slug": "assistant", "name": "Assistant", "level": 2, "hours": 12.0}],
        "external": {"esco": ["http://data.europa.eu/esco/skill/1"], "onet": ["15-1"]},
    }


def test_a_role_tells_everything_about_it(get):
    publish(fact_document("growth", caveat="A stand-in."))
    make_role("data-scientist", order=2)
    role = make_role(
        "ai-engineer",
        requirements={"python": (3, 5), "sql": (2, 3)},
        choices={"cloud-platform": {"name": "A cloud platform", "one_of": {"aws": 2, "azure": 1}, "importance": 4}},
        milestones=["shared-code", "first-program"],
        apply_after="first-program",
        neighbours=[{"role": "data-scientist", "difference": "Asks other questions."}],
        facts=["growth"],
        external={"esco": [], "onet": ["15-1221.00"]},
    )
    assert get("roles/ai-engineer/") == {
        "slug": "ai-engineer",
        "name": "AI engineer",
        "summary": "Works as Ai engineer.",
        "updated_at": role.updated_at.isoformat().replace("+00:00", "Z"),
        "url": "http://localhost:8000/roles/ai-engineer/",
        "skill_count": 4,
        "body": "What the job is.\n",
        "requirements": [
            {"slug": "python", "name": "Python", "level": 3, "area": "programming", "importance": 5},
            {"slug": "sql", "name": "Sql", "level": 2, "area": "programming", "importance": 3},
        ],
        "choices": [
            {
                "slug": "cloud-platform",
                "name": "A cloud platform",
                "importance": 4,
                "one_of": [
                    {"slug": "aws", "name": "Aws", "level": 2},
                    {"slug": "azure", "name": "Azure", "level": 1},
                ],
            }
        ],
        "milestones": [
            {"slug": "shared-code", "name": "Shared code"},
            {"slug": "first-program", "name": "First program"},
        ],
        "apply_after": "first-program",
        "day": [{"time": "09:00", "minutes": 30, "activity": "Reads what failed overnight."}],
        "neighbours": [{"slug": "data-scientist", "name": "Data scientist", "difference": "Asks other questions."}],
        "facts": [
            {
                "slug": "growth",
                "statement": "It was so.",
                "source": "Bureau",
                "url": "https://bureau.example/",
                "year": 2024,
                "secondary": False,
                "caveat": "A stand-in.",
            }
        ],
        "external": {"esco": [], "onet": ["15-1221.00"]},
    }


def test_an_industry_tells_everything_about_it(get):
    make_milestone("data-of-patients", name="The data of patients")
    asked = {"python": {"level": 2, "importance": 4}}
    industry = make_industry("healthcare", emphases={"python": 1.0}, requirements=asked, milestone="data-of-patients")
    make_project("triage", industries=["healthcare"])
    make_project("report")
    assert get("industries/healthcare/") == {
        "slug": "healthcare",
        "name": "Healthcare",
        "summary": "Work in healthcare.",
        "updated_at": industry.updated_at.isoformat().replace("+00:00", "Z"),
        "url": "http://localhost:8000/industries/healthcare/",
        "skill_count": 1,
        "body": "",
        "use_cases": [{"name": "Reading scans", "text": "Finds what a tired eye misses."}],
        "considerations": [{"topic": "privacy", "label": "Privacy", "text": "Patients come first."}],
        "requirements": [{"slug": "python", "name": "Python", "level": 2, "area": "programming", "importance": 4}],
        "milestone": {"slug": "data-of-patients", "name": "The data of patients"},
        "emphases": [{"slug": "python", "name": "Python", "weight": 1.0, "why": "It matters more here."}],
        "facts": [],
        "projects": [{"slug": "triage", "name": "Triage"}],
    }


def test_a_project_tells_how_it_is_accepted(get):
    make_project("report")
    project = get("projects/report/")
    assert project["checklist"] == ["Check 1.", "Check 2.", "Check 3.", "Check 4."]
    assert project["body"] == "The brief.\n"
    assert list(project) == [
        *("slug", "name", "summary", "updated_at", "url", "hours", "proves", "industries", "body", "checklist")
    ]


def test_a_guide_has_its_text_and_sources(get):
    publish(fact_document("growth"))
    make_guide("daily-work", facts=["growth"])
    guide = get("guides/daily-work/")
    assert guide["takeaways"] == ["First.", "Second.", "Third."]
    assert guide["body"].startswith("## What you do")
    assert [fact["slug"] for fact in guide["facts"]] == ["growth"]


def test_fields_of_an_item_are_chosen(get):
    make_skill("python")
    assert get("skills/python/", fields="name,unlocks") == {"name": "Python", "unlocks": []}
    assert get("skills/python/", 400, fields="price")["errors"] == {
        "fields": [
            "Choose from slug, name, area, kind, horizon, summary, aliases, effort, demand, updated_at, url, body, levels, "
            "units, prerequisites, unlocks, roles, industries, resources, projects, external, separated by commas."
        ]
    }


@pytest.mark.parametrize("kind", ["skills", "roles", "milestones", "industries", "projects", "guides"])
def test_an_unknown_slug_is_not_found(get, kind):
    problem = get(f"{kind}/nobody/", 404)
    assert problem["type"] == "http://localhost:8000/api/docs/#not-found"
    assert problem["instance"] == f"/api/v1/{kind}/nobody/"


def test_a_draft_is_not_found(get):
    make_skill("secret", status="draft")
    assert get("skills/secret/", 404)["detail"] == "No skill has this slug."


def test_an_old_slug_leads_to_the_new_one(client):
    rename(make_skill("k8s"), "kubernetes")
    response = client.get("/api/v1/skills/k8s/?fields=slug,name")
    assert response.status_code == 301
    assert response.headers["Location"] == "/api/v1/skills/kubernetes/?fields=slug,name"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/skills/k8s/", follow=True).json()["slug"] == "kubernetes"


def test_a_retired_record_is_gone(get):
    retire(make_skill("theano"))
    problem = get("skills/theano/", 410)
    assert (problem["title"], problem["detail"]) == ("Gone", "This record has been retired.")


@pytest.mark.parametrize(("path", "make"), [("skills/", make_skill), ("roles/", make_role)])
def test_records_are_found_by_what_other_taxonomies_call_them(slugs, path, make):
    make("one", external={"esco": ["http://data.europa.eu/esco/x/a-1"], "onet": ["15-1221.00"]})
    make("two", external={"esco": [], "onet": ["15-1221.00"]})
    make("three")
    assert slugs(path, esco="http://data.europa.eu/esco/x/a-1") == slugs(path, esco="a-1") == ["one"]
    assert slugs(path, onet="15-1221.00") == ["one", "two"]
    assert slugs(path, esco="a") == slugs(path, onet="15-1221") == []
