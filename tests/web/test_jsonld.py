import json

import pytest

from guidance.catalog import snapshot
from guidance.web import jsonld
from tests.factories import make_resource, make_role, make_skill
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db


def graph(script: str) -> list[dict]:
    document = json.loads(script)
    assert check(document) == []
    return document["@graph"]


def test_script_cannot_be_left_from_inside():
    make_skill("python", name="</script><script>alert(1)</script>", summary="<!-- & \u2028")
    script = jsonld.skill_json_ld(snapshot.current().skills["python"], snapshot.current())
    assert not set("<>&\u2028") & set(script)
    term = graph(script)[0]
    assert (term["name"], term["description"]) == ("</script><script>alert(1)</script>", "<!-- & \u2028")


def test_skill_is_a_defined_term():
    make_skill(
        "kubernetes", aliases=["k8s"], external={"esco": ["http://data.europa.eu/esco/skill/1"], "onet": ["2.B.3.e"]}
    )
    term, breadcrumbs = graph(jsonld.skill_json_ld(snapshot.current().skills["kubernetes"], snapshot.current()))
    assert term == {
        "@type": "DefinedTerm",
        "@id": "http://testserver/skills/kubernetes/",
        "name": "Kubernetes",
        "alternateName": ["k8s"],
        "description": "Do useful work with Kubernetes.",
        "termCode": "kubernetes",
        "url": "http://testserver/skills/kubernetes/",
        "sameAs": ["http://data.europa.eu/esco/skill/1"],
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "@id": "http://testserver/skills/",
            "name": "AI engineering skills",
            "url": "http://testserver/skills/",
            "version": 1,
        },
    }
    assert [(item["position"], item["name"], item["item"]) for item in breadcrumbs["itemListElement"]] == [
        (1, "Waymark", "http://testserver/"),
        (2, "Skills", "http://testserver/skills/"),
        (3, "Programming", "http://testserver/skills/?area=programming"),
        (4, "Kubernetes", "http://testserver/skills/kubernetes/"),
    ]


def test_occupation_names_the_official_one_without_being_it():
    make_role("ai-engineer", external={"onet": ["15-2051.00"], "esco": ["http://data.europa.eu/esco/occupation/1"]})
    catalogue = snapshot.current()
    (role,) = graph(jsonld.script(jsonld.occupation(catalogue.roles["ai-engineer"], catalogue)))
    assert "sameAs" not in role
    assert [item["codeValue"] for item in role["occupationalCategory"]] == [
        "15-2051.00",
        "http://data.europa.eu/esco/occupation/1",
    ]
    assert role["skills"] == [{"@type": "DefinedTerm", "name": "Python", "url": "http://testserver/skills/python/"}]


def test_resource_of_unknown_price_says_nothing_of_it():
    make_resource("free", cost=0)
    make_resource("paid", cost={"amount": 60, "currency": "USD"})
    make_resource("priceless", cost="paid")
    make_resource("unknown", cost=None)
    catalogue = snapshot.current()
    (listing,) = graph(jsonld.script(jsonld.resource_list(list(catalogue.resources.values()), catalogue, 41)))
    assert [
        (element["position"], element["item"]["url"], element["item"].get("isAccessibleForFree"))
        for element in listing["itemListElement"]
    ] == [
        (41, "https://free.example/", True),
        (42, "https://paid.example/", False),
        (43, "https://priceless.example/", False),
        (44, "https://unknown.example/", None),
    ]


@pytest.mark.parametrize(
    ("hours", "expected"), [(0.5, "PT30M"), (1, "PT1H"), (1.5, "PT1H30M"), (40, "PT40H"), (0.001, "PT0M")]
)
def test_duration_is_iso_8601(hours, expected):
    assert jsonld.duration(hours) == expected
