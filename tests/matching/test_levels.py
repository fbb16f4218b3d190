import pytest

from guidance.matching import levels, matcher
from guidance.matching.matcher import Name

MATCHER = matcher.compile(Name(word.lower(), word) for word in ("Python", "Java", "SQL", "Kafka"))


def proposed(text):
    return levels.proposed(text, MATCHER.find(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skills: Python, SQL", {"python": 1, "sql": 1}),
        ("Python (6 years), Java (3 years), SQL (Less than 1 year)", {"python": 3, "java": 2, "sql": 1}),
        ("10+ years of experience with Java", {"java": 3}),
        ("Kafka - 2 yrs", {"kafka": 2}),
        ("Java for four summers", {"java": 1}),
        ("Seven years of Java", {"java": 3}),
        ("Java: two years", {"java": 2}),
        ("Kafka with consumer groups and a schema registry", {"kafka": 2}),
        ("Kafka (streams, connect)", {"kafka": 2}),
        ("Kafka (basics, course)", {"kafka": 1}),
        ("Kafka with consumer groups", {"kafka": 1}),
        ("Familiar with Kafka (streams, connect)", {"kafka": 1}),
        ("Built services in Python.", {"python": 2}),
        ("Services using Kafka", {"kafka": 2}),
        ("Basic knowledge of Python, used in a course", {"python": 1}),
        ("Familiar with Kafka", {"kafka": 1}),
        ("Education\nDeveloped a game in Java at university", {"java": 1}),
        ("Interests\nReading about Python", {}),
        ("No experience with Java", {}),
        ("Experience\nTeam of Python developers.\nMore Python at night.", {"python": 2}),
        ("Skills\nPython\nSkills\nPython", {"python": 1}),
        ("Skills\nJava\n\nExperience\nMaintained a shop in Java.", {"java": 2}),
        ("Expert in Python, the best, built everything for 4 companies", {"python": 2}),
    ],
)
def test_proposed_level(text, expected):
    assert proposed(text) == expected


def test_years_of_another_skill_do_not_count():
    assert proposed("Python, Java (7 years)") == {"python": 1, "java": 3}
    assert proposed("6 years of Java, Python") == {"java": 3, "python": 1}


def test_work_of_another_sentence_does_not_count():
    assert proposed("Built a shop. Python!") == {"python": 1}
