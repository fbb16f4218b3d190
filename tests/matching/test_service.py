import pytest

from guidance.catalog import snapshot
from guidance.matching import service
from guidance.matching.service import Mentioned
from tests.factories import make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def skills():
    make_skill("python", kind="tool", aliases=["Python 3"])
    make_skill("kafka", kind="tool")
    make_skill("java", kind="tool")
    make_skill("go", kind="tool", aliases=[{"name": "Go", "needs": ["Golang"]}])
    return snapshot.current()


def test_match_leaves_out_what_is_negated_and_sums_up_the_rest(skills):
    text = "Python 3 here. Kafka is a plus. Python is required. We do not use Java. Kafka, Go"
    found = service.match(text, skills)
    assert [(match.skill, text[match.start : match.end], match.cue) for match in found.matches] == [
        ("python", "Python 3", None),
        ("kafka", "Kafka", "nice"),
        ("python", "Python", "must"),
        ("kafka", "Kafka", None),
        ("go", "Go", None),
    ]
    assert found.skills == (
        Mentioned("python", 2, "must"),
        Mentioned("kafka", 2, "nice"),
        Mentioned("go", 1, None),
    )


def test_proposed_levels(skills):
    text = "SKILLS\nPython (6 years), Kafka\n\nI have never used Java."
    assert service.proposed_levels(text, service.match(text, skills).matches) == {"python": 3, "kafka": 1}


def test_named_knows_what_is_called_just_so(skills):
    assert [service.named(text, skills) for text in ("python 3", "Go", "GO")] == ["python", "go", "go"]
    assert [service.named(text, skills) for text in ("", "Python and", "going", "snake")] == [None] * 4


def test_matcher_is_made_once_per_revision(skills, monkeypatch):
    made = []
    compiled = service.matcher.compile
    monkeypatch.setattr(service.matcher, "compile", lambda names: made.append(names) or compiled(names))
    service._matchers.clear()
    for _ in range(3):
        service.match("Python", skills)
    assert len(made) == 1
    make_skill("scala")
    assert [mentioned.skill for mentioned in service.match("Scala", snapshot.current()).skills] == ["scala"]
    assert len(made) == 2


def test_match_asks_the_database_nothing(skills, django_assert_num_queries):
    with django_assert_num_queries(0):
        service.match("Python", skills)


def test_text_that_is_too_long_is_refused(skills):
    with pytest.raises(ValueError, match="100001"):
        service.match("x" * 100_001, skills)
