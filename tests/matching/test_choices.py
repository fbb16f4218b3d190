import pytest

from guidance.matching import matcher
from guidance.matching.choices import choices
from guidance.matching.matcher import Name

AREAS = {
    "aws": "cloud", "azure": "cloud", "gcp": "cloud", "pytorch": "ml", "tensorflow": "ml", "python": "code", "java": "code",
    "go": "code", "docker": "ops", "kubernetes": "ops", "sql": "data",
}  # fmt: skip
MATCHER = matcher.compile(Name(slug, slug) for slug in AREAS)
ALTERNATIVES = {frozenset(("aws", "azure")), frozenset(("azure", "gcp")), frozenset(("pytorch", "tensorflow"))}


def found(text):
    words = MATCHER.words(text)
    starts = {start: index for index, start in enumerate(words.starts)}
    named = [(one.skill, (starts[one.start], starts[one.start] + 1)) for one in MATCHER.find_in(words)]
    return list(choices(words, named, AREAS, ALTERNATIVES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AWS, Azure or GCP", [("aws", "azure", "gcp")]),
        ("a cloud (AWS, Azure, or GCP)", [("aws", "azure", "gcp")]),
        ("Python, SQL, PyTorch or TensorFlow, Docker", [("pytorch", "tensorflow")]),
        ("**PyTorch** *or* **TensorFlow**", [("pytorch", "tensorflow")]),
        ("Python or good Java", [("python", "java")]),
        ("Java, Hetzner or Go", [("java", "go")]),
        ("either Docker or Kubernetes", [("docker", "kubernetes")]),
        ("one of AWS, Azure and GCP", [("aws", "azure", "gcp")]),
        ("one or more of: Java, Go", [("java", "go")]),
        ("Java, Go or similar", [("java", "go")]),
        ("AWS/Azure/GCP and PyTorch/TensorFlow", [("aws", "azure", "gcp"), ("pytorch", "tensorflow")]),
        ("Docker/Kubernetes", []),
        ("Python oder Java, dazu Docker", [("python", "java")]),
        ("Python and SQL. Or Java", []),
        ("- Python\n- SQL or spreadsheets\n- Java", []),
        ("Python or similar", []),
    ],
)
def test_choices(text, expected):
    assert found(text) == expected
