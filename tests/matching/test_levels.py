import time
from pathlib import Path

import pytest

from guidance.matching import levels, matcher
from guidance.matching.matcher import Name

MATCHER = matcher.compile(Name(word.lower(), word) for word in ("Python", "Java", "SQL", "Kafka"))


def proposed(text):
    return levels.proposed(text, MATCHER.find(text), this_year=2026)


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
        ("Kafka (topics, consumer groups, basics)", {"kafka": 1}),
        ("Kafka (basics of monitoring, topics, consumer groups)", {"kafka": 1}),
        ("Kafka (topics and consumer groups)", {"kafka": 2}),
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
        ("Kafka messages with idempotent consumers", {"kafka": 1}),
        ("Experience\nKafka messages with idempotent consumers", {"kafka": 2}),
        ("Introduced Kafka", {"kafka": 2}),
        ("Java developer with seven years of experience", {"java": 3}),
        ("Maintain services in Java", {"java": 2}),
        ("Some Kafka", {"kafka": 1}),
        ("Some experience with Python, used for SQL", {"python": 1, "sql": 1}),
        ("Used some Kafka, but built services in Java", {"kafka": 1, "java": 2}),
        ("Fixed some bugs in Java", {"java": 2}),
        ("Wrote some Kafka.\nMore of some Kafka, used daily.", {"kafka": 1}),
        ("Python: beginner, used at home", {"python": 1}),
        ("Expert in Python, the best, built everything for 4 companies", {"python": 2}),
        ("Java developer, 7 years", {"java": 3}),
        ("Java Developer | 7 YOE", {"java": 3}),
        ("Java engineer with 7+ yrs of experience", {"java": 3}),
        ("A decade of Java", {"java": 3}),
        ("Java developer since 2018.", {"java": 3}),
        ("Since 2024 I have worked with Java.", {"java": 2}),
        ("Java-Entwickler mit sieben Jahren Erfahrung", {"java": 3}),
        ("Java-Entwickler seit 2019", {"java": 3}),
        ("Engineer with 7 years of experience in Java and Kafka", {"java": 3, "kafka": 2}),
        ("10 years of experience as a lead: Java, Kafka", {"java": 2, "kafka": 2}),
        ("Backend engineer (8 years), mostly Java and SQL.", {"java": 2, "sql": 2}),
        ("Kafka and Java developer with seven years in banks", {"kafka": 3, "java": 3}),
        ("Seven years of experience, currently learning Python", {"python": 1}),
        ("Java (expert), SQL (intermediate), Python (beginner)", {"java": 3, "sql": 2, "python": 1}),
        ("Java - good practice", {"java": 1}),
        ("Java (8 y), Kafka (2 y)", {"java": 3, "kafka": 2}),
        ('{"name": "Java", "years": 9}, {"name": "Kafka", "years": 2}', {"java": 3, "kafka": 2}),
        ("Experience\nClerk, Foo AG, 2014–2021\nLists in SQL", {"sql": 2}),
        ("Entwicklung von Diensten in Java", {"java": 2}),
        ("Grundkenntnisse in Java, im Studium verwendet", {"java": 1}),
        ("Interesse an Java", {}),
        ("Berufserfahrung\nEingeführt: Kafka\n\nKenntnisse\nJava\nJava 8\n\nHobbys\nPython", {"kafka": 2, "java": 1}),
        ("Experience\nEngineer, Foo, 2014–2021\nTechnologies: Java, SQL", {"java": 2, "sql": 2}),
        ("Skills\nTechnologies: Java, SQL", {"java": 1, "sql": 1}),
    ],
)
def test_proposed_level(text, expected):
    assert proposed(text) == expected


def test_years_of_another_skill_do_not_count():
    assert proposed("Python, Java (7 years)") == {"python": 1, "java": 3}
    assert proposed("6 years of Java, Python") == {"java": 3, "python": 1}


def test_work_of_another_sentence_does_not_count():
    assert proposed("Built a shop. Python!") == {"python": 1}


@pytest.mark.parametrize(
    "text",
    [
        "I want to move towards Python.",
        "Java developer looking to work with Python",
        "I would like to learn Python and SQL",
        "Interested in Python, Kafka and SQL",
        "Career goal: a job with Python",
        "Moving into Python",
        "Plan: learn Python and Kafka",
        "Next: Python",
        "I will learn Python",
        "New to Python",
        "Target role: Python programmer",
        "Working towards a job with Python",
        "Python is not something I have used",
        "Python is my next step",
        "Python is what I want to learn",
        "Objective\nA role with Python at its heart",
        "Career goals\n- Write Python\n- Run Kafka",
        "No Python yet",
        "Python: none yet",
        "Built everything without Python",
    ],
)
def test_what_is_wished_for_or_denied_proposes_nothing(text):
    assert proposed(text).keys() <= {"java"}


def test_a_wish_ends_with_its_clause_and_goals_with_their_paragraph():
    assert proposed("I want to learn Kafka, but built services in Java.") == {"java": 2}
    assert proposed("Objective\n\nA role with Python\n\nAssignments\nMaintained a shop in Java.") == {"java": 2}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Java Developer, 2018 to 2021", "Senior Java Developer, 03/2021 – today"], 3),
        (["Java Developer, 2018 to 2021"], 2),
        (["Java Developer", "May 2019 - Jun 2024"], 3),
        (["Java Developer, 2019 to 2022", "Java Consultant, 2019 to 2022"], 2),  # both jobs at the same time
        (["Java, 2019 to today"], 1),  # no job
        (["Java Developer", "Foo AG, Berlin", "Jan 2018 – Present"], 3),
        (["Jan 2018 – Present", "Java Developer, Foo AG"], 3),
        (["Clerk, 2010 to 2020", "Java Developer, 2024 to today"], 2),
        (["Java Developer", "- a shop", "- a bank, from 2010 to 2020"], 1),
        (["Foo AG", "Java-Entwicklerin, 03/2019 – heute"], 3),
    ],
)
def test_years_of_jobs_with_it_in_their_title_add_up(lines, expected):
    text = "\n".join(["Experience", *lines])
    assert levels.proposed(text, MATCHER.find(text), this_year=2026) == {"java": expected}


def test_a_database_that_is_named_with_its_queries_shows_sql(catalogue):
    text = "Experience\nPostgreSQL with window functions and EXPLAIN"
    assert levels.proposed(text, catalogue.find(text)) == {"postgresql": 2, "sql": 2}
    text = "Skills\nPostgreSQL, Docker"
    assert levels.proposed(text, catalogue.find(text)) == {"postgresql": 1, "docker": 1}


def test_a_java_developer_is_credited_with_what_she_did_and_with_nothing_she_wishes_for(catalogue):
    text = (Path(__file__).parent / "java_developer.txt").read_text(encoding="utf-8")
    assert levels.proposed(text, catalogue.find(text), this_year=2026) == {
        "java": 3,
        "spring-boot": 2,
        "http-apis": 2,
        "postgresql": 2,
        "sql": 2,
        "git": 2,
        "code-review": 2,
        "docker": 2,
        "ci-cd": 2,
        "software-testing": 2,
        "site-reliability": 2,
        "apache-kafka": 2,
        "technical-writing": 2,
        "aws": 1,
        "object-storage": 1,
        "cloud-iam": 1,
    }


@pytest.mark.parametrize("piece", ["Java developer, ", "Java since 2018 ", "year developer Java "])
def test_no_text_takes_long(piece):
    text = (piece * 20_000)[:100_000]
    matches = MATCHER.find(text)
    start = time.thread_time()
    levels.proposed(text, matches)
    assert time.thread_time() - start < 1  # usually a tenth of it


@pytest.mark.parametrize("text", ["Fluent English language", "AI engineering", "Data engineering at its best"])
def test_languages_people_speak_and_professions_are_no_skills(catalogue, text):
    assert levels.proposed(text, catalogue.find(text)) == {}
