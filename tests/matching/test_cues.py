import pytest

from guidance.matching import matcher
from guidance.matching.matcher import Name, Section

MATCHER = matcher.compile(Name(word.lower(), word) for word in ("Python", "Java", "SQL", "Kafka", "Docker", "Scala"))


def read(text):
    """{name: "must", "nice", "not" or "plain"}"""
    return {match.skill: "not" if match.negated else match.cue or "plain" for match in MATCHER.find(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python is a must, Kafka a plus.", {"python": "must", "kafka": "nice"}),
        ("You must know Python and preferably Java.", {"python": "must", "java": "nice"}),
        ("Ideally you have used Kafka.", {"kafka": "nice"}),
        ("You have used Kafka.", {"kafka": "must"}),
        ("At least three years of Python; Java would be nice.", {"python": "must", "java": "nice"}),
        ("5+ years with Java", {"java": "must"}),
        ("Python and SQL are required, while Kafka is desirable.", {"python": "must", "sql": "must", "kafka": "nice"}),
        ("Python, SQL and Kafka are a plus.", {"python": "nice", "sql": "nice", "kafka": "nice"}),
        ("We work in Python, some exposure to Kafka is welcome", {"python": "plain", "kafka": "nice"}),
        (
            "Required: Python, SQL. Bonus: Kafka. Docker.",
            {"python": "must", "sql": "must", "kafka": "nice", "docker": "plain"},
        ),
        ("Must haves: Python; nice-to-haves: Java, Kafka", {"python": "must", "java": "nice", "kafka": "nice"}),
        (
            "Python (required), Java (nice to have), Scala (not needed)",
            {"python": "must", "java": "nice", "scala": "not"},
        ),
        ("Kafka, if you know it, is an advantage.", {"kafka": "nice"}),
        ("Required skills include Python and SQL", {"python": "must", "sql": "must"}),
        ("You know Python.", {"python": "plain"}),
        ("Curiosity is a must, and Python runs here", {"python": "plain"}),
        ("Tech stack: Python", {"python": "plain"}),
    ],
)
def test_cue_of_words(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No Java required, but Python.", {"java": "not", "python": "plain"}),
        (
            "No experience with Java or Scala needed, Python is a must",
            {"java": "not", "scala": "not", "python": "must"},
        ),
        ("We do not use Java, Scala or Kafka.", {"java": "not", "scala": "not", "kafka": "not"}),
        ("We don’t use Java, we use Python.", {"java": "not", "python": "plain"}),
        ("We don't use Java, Python is required.", {"java": "not", "python": "must"}),
        ("Java is not necessary", {"java": "not"}),
        ("Java isn't required; Python is required.", {"java": "not", "python": "must"}),
        ("Java is not required but a plus.", {"java": "nice"}),
        ("Java is welcome but not required.", {"java": "nice"}),
        ("Candidates without experience in Java are welcome.", {"java": "not"}),
        ("Python rather than Java", {"python": "plain", "java": "not"}),
        ("Python, not Java", {"python": "plain", "java": "not"}),
        ("Neither Java nor Scala", {"java": "not", "scala": "not"}),
        ("You will not be writing any Java", {"java": "not"}),
        ("We do not require Java", {"java": "not"}),
        ("What we do not use: Java, Scala", {"java": "not", "scala": "not"}),
        ("PHP (procedural, not object-oriented), Python", {"python": "plain"}),
        ("We are not a bank, and our product is built with Python", {"python": "plain"}),
    ],
)
def test_negation(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "not only Python",
        "including but not limited to Python",
        "There is no way around Python",
        "Without Python you will not get far",
        "Not a day passes without Python",
        "We cannot live without Python",
        "No. 1 for Python",
    ],
)
def test_what_only_looks_like_a_negation_is_none(text):
    assert read(text) == {"python": "plain"}


def test_heading_says_it_for_its_section():
    text = """About us
We like Scala.

Requirements
- Python
- Kafka is a plus

**Nice to have**
Java

What we offer:
Docker
"""
    assert read(text) == {"scala": "plain", "python": "must", "kafka": "nice", "java": "nice", "docker": "plain"}


def test_sentence_goes_on_over_the_end_of_a_line_within_a_name():
    names = matcher.compile([Name("spark", "Apache Spark")])
    assert [match.cue for match in names.find("Time with Apache\nSpark is an asset")] == ["nice"]


def test_match_has_its_section_and_sentence():
    text = "SKILLS\nPython, SQL\n\nEXPERIENCE\nBuilt it in Java. Then Kafka."
    assert [(match.skill, match.section, text[slice(*match.sentence)]) for match in MATCHER.find(text)] == [
        ("python", Section.SKILLS, "Python, SQL"),
        ("sql", Section.SKILLS, "Python, SQL"),
        ("java", Section.EXPERIENCE, "Built it in Java."),
        ("kafka", Section.EXPERIENCE, "Then Kafka."),
    ]
