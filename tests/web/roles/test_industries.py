import pytest

from guidance.catalog.models import Kind
from tests.factories import make, make_industry, make_project, make_role, rename, retire

pytestmark = pytest.mark.django_db


@pytest.fixture
def industry():
    make_role("ai-engineer", requirements={"python": (3, 4), "privacy": (1, 1)}, order=2)
    make_role("data-scientist", requirements={"python": (3, 5)}, order=1)
    make(Kind.FACT, "pay-2024", statement="Half earned more than 112,590 dollars.")
    industry = make_industry("healthcare", emphases={"privacy": 2.0, "safety": 0.5}, facts=["pay-2024"])
    make_project("triage", industries=["healthcare"], hours=9)
    make_project("elsewhere")
    return industry


def test_industries_list_what_is_built_and_what_weighs_more(client, industry):
    text = client.get("/industries/").text
    for expected in ('href="/industries/healthcare/"', "Reading scans", 'href="/skills/privacy/"'):
        assert expected in text, expected


def test_industries_without_any_teach(client):
    assert "No industry is published yet" in client.get("/industries/").text


def test_industry_shows_everything_about_it(client, industry):
    text = client.get("/industries/healthcare/").text
    for expected in (
        "Finds what a tired eye misses.",
        "Patients come first.",
        "Privacy",
        "It matters more here.",
        "+0.5",
        "no role",
        'href="/projects/triage/"',
        "9 h",
        "Half earned more than 112,590 dollars.",
    ):
        assert expected in text, expected
    assert "/projects/elsewhere/" not in text


def test_industry_sorts_roles_by_how_much_they_change(client, industry):
    context = client.get("/industries/healthcare/").context
    changes = context["changes"] + context["unchanged"]
    assert [change.role.slug for change in context["unchanged"]] == ["data-scientist"]
    # Privacy weighs 1 of 5 without the industry and 3 of 7 with it.
    assert [(change.role.slug, round(change.moved, 2), change.heavier, change.also) for change in changes] == [
        ("ai-engineer", round(100 * (3 / 7 - 1 / 5), 2), 1, 1),
        ("data-scientist", 0, 0, 2),
    ]
    assert changes[0].url == "/roles/ai-engineer/?industry=healthcare"


def test_industry_moved_gone_and_never_there(client, industry):
    rename(industry, "health")
    response = client.get("/industries/healthcare/")
    assert (response.status_code, response["Location"]) == (301, "/industries/health/")
    retire(industry)
    assert client.get("/industries/health/").status_code == 410
    assert client.get("/industries/astronautics/").status_code == 404


def test_industry_leads_to_a_role_in_it(client, industry):
    text = client.get("/industries/healthcare/").text
    assert '<input type="hidden" name="industry" value="healthcare">' in text
    assert (
        client.get("/roles/?industry=healthcare&role=ai-engineer&from=")["Location"]
        == "/roles/ai-engineer/?industry=healthcare"
    )
