import pytest

from guidance.catalog import snapshot
from guidance.matching import service
from tests.factories import make_role, make_skill

pytestmark = pytest.mark.django_db

AD = """Senior Data Engineer
Company: Tarn & Vale
Location: Leeds, or remote in the UK

What you'll bring
- 5+ years of Python and a BSc in computer science
- AWS or Azure
- Ideally two years of Kafka
We build with Docker.
"""


@pytest.fixture
def skills():
    for slug in ("python", "kafka", "aws", "azure", "docker"):
        make_skill(slug, kind="tool")
    make_role("data-engineer", requirements={"kafka": (1, 5), "docker": (2, 4)})
    return snapshot.current()


def test_read_ad(skills):
    ad = service.read_ad(AD, skills)
    assert (ad.title, ad.employer, ad.place, ad.language) == (
        "Senior Data Engineer",
        "Tarn & Vale",
        "Leeds, or remote in the UK",
        "en",
    )
    assert ad.found == service.match(AD, skills)
    assert ad.choices == (("aws", "azure"),)
    assert [(guess.role, guess.why) for guess in ad.roles] == [("data-engineer", "title")]
    assert ad.seniority and (ad.seniority.rank, ad.seniority.words, ad.seniority.in_title) == ("senior", "Senior", True)
    assert [(one.minimum, one.maximum, one.skill, one.required, AD[one.start : one.end]) for one in ad.years] == [
        (5, None, "python", True, "5+ years"),
        (2, None, "kafka", False, "two years"),
    ]
    assert ad.degree and (ad.degree.words, ad.degree.required) == ("BSc", True)
