import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, FormatChecker

from guidance.matching import matcher
from guidance.matching.jsonresume import CertificateEntry, ProposedSkill, WorkEntry, is_resume, read, understood, write
from guidance.matching.matcher import MAX_TEXT, Name
from tests.matching.conftest import catalogue, catalogue_names  # noqa: F401

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "jsonresume"
NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
NAMES = (
    Name("python", "Python", technology=True),
    Name("kafka", "Kafka", technology=True),
    Name("docker", "Docker", technology=True),
    Name("go", "Go", needs=("Golang",), technology=True),
    Name("r", "R", needs=("tidyverse",), technology=True),
)

# The parts of the schema (version 1.0) that we write.
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
# The schema's own pattern for dates.
ISO_8601 = "^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$"
DATE = {"type": "string", "pattern": ISO_8601}
SOURCES = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["levels", "source"],
        "properties": {"levels": {"type": "array", "items": {"type": "integer"}}, "source": TEXT, "date": DATE},
    },
}
REVIEW = {"type": "object", "required": ["date", "passed"], "properties": {"date": DATE, "passed": {"type": "boolean"}}}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "basics": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": TEXT,
                "label": TEXT,
                "email": {"type": "string", "format": "email"},
                "url": {"type": "string", "format": "uri"},
            },
        },
        "skills": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                # The schema allows others: ours are `sources`, of each level, and `review`, the last one.
                "properties": {"name": TEXT, "level": TEXT, "keywords": TEXTS, "sources": SOURCES, "review": REVIEW},
            },
        },
        "projects": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": TEXT,
                    "description": TEXT,
                    "url": {"type": "string", "format": "uri"},
                    "keywords": TEXTS,
                },
            },
        },
        "certificates": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": TEXT,
                    "issuer": TEXT,
                    "date": {"type": "string", "pattern": ISO_8601},
                    "url": {"type": "string", "format": "uri"},
                },
            },
        },
        "meta": {"type": "object", "properties": {"version": TEXT, "lastModified": TEXT}},
    },
}


@pytest.fixture(scope="module")
def ours():
    return matcher.compile(NAMES)


def understand(document, ours):
    resume = read(document)
    return resume, understood(resume, ours.find(resume.text), ours.named)


# Reading


def test_resume_becomes_the_text_of_a_cv():
    document = {
        "basics": {"name": "Lena", "email": "lena@example.com", "label": "Engineer", "summary": "Builds\nthings."},
        "work": [{"name": "Acme", "position": "Developer", "summary": "Data.", "highlights": ["Used Kafka", "Led"]}],
        "projects": [{"name": "Ferry", "description": "Times.", "keywords": ["Python", "Docker"]}],
        "education": [{"institution": "Oslo", "area": "Computing", "studyType": "BSc", "courses": ["R"]}],
        "skills": [{"name": "Languages", "level": "Master", "keywords": ["Python", "Go"]}, {"name": "Docker"}],
        "languages": [{"language": "English"}],
        "references": [{"name": "Noor", "reference": "Good at Kafka."}],
    }
    assert read(document).text == (
        "Summary\nEngineer\nBuilds things.\n\nWork experience\nDeveloper, Acme\nData.\n• Used Kafka\n• Led\n\n"
        "Projects\nFerry\nTimes.\nPython, Docker\n\nEducation\nBSc, Computing, Oslo\n• R\n\nSkills\nLanguages: Python, Go\nDocker"
    )


def test_old_and_new_field_names_read_the_same():
    old = {"work": [{"company": "Acme", "position": "Developer", "website": "https://acme.example"}]}
    new = {"work": [{"name": "Acme", "position": "Developer", "url": "https://acme.example"}]}
    assert read(old) == read(new)
    assert read({"volunteer": [{"organization": "Acme", "position": "Developer"}]}).text == read(new).text


def test_proposals_say_their_level_and_where_it_comes_from(ours):
    document = {
        "work": [{"name": "Acme", "highlights": ["Built pipelines with Kafka", "Deployed with Docker"]}],
        "skills": [
            {"name": "Languages", "level": "Expert", "keywords": ["Python", "R"]},
            {"name": "Tools", "level": "beginner", "keywords": ["Docker", "Go"]},
        ],
    }
    _, found = understand(document, ours)
    assert set(found.proposals) == {
        ProposedSkill("kafka", 2, "", "Kafka", 3, 1),
        ProposedSkill("docker", 2, "", "Docker", 4, 2),  # work experience counts for more than the list of skills
        ProposedSkill("python", 3, "Expert", "Python", 7, 1),
        ProposedSkill("r", 3, "Expert", "R", 7, 1),
        ProposedSkill("go", 1, "beginner", "Go", 8, 1),
    }
    assert found.unknown == ()


def test_names_that_need_context_in_a_text_need_none_in_the_list_of_skills(ours):
    resume, found = understand({"basics": {"summary": "I go, R."}, "skills": [{"name": "R"}, {"name": "golf"}]}, ours)
    assert [(resume.text[match.start : match.end], match.skill) for match in found.matches] == [("R", "r")]
    assert found.matches[0].start == resume.text.rindex("R")


def test_what_is_not_understood_is_listed(ours):
    document = {
        "hobbies": ["Chess"],
        "skills": [{"name": "Compression", "level": "Ninja", "keywords": ["Python", "Mpeg", "x" * 100]}, "Weaving"],
    }
    resume, found = understand(document, ours)
    assert found.unknown == ("Mpeg", "x" * 60, "Weaving", "hobbies", "Ninja")
    assert [proposal.skill for proposal in found.proposals] == ["python"]
    assert resume.listed[0].level == 0


@pytest.mark.parametrize(
    "document",
    [
        {"basics": 5, "work": "no", "skills": [None, 5, [], {"name": 5, "keywords": {"a": 1}}, {}]},
        {"basics": {"summary": ["a", None]}, "work": [{"highlights": "one", "name": ["a"]}], "skills": None},
        {"skills": [{"name": "", "keywords": ["", " "], "level": ["Master"]}]},
    ],
)
def test_what_is_not_as_it_should_be_is_passed_over(ours, document):
    understand(document, ours)


def test_resume_is_known_by_its_parts():
    assert is_resume({"basics": {}})
    assert is_resume({"skills": []})
    assert not any(is_resume(other) for other in ({}, [], "x", None, {"basics": []}, {"name": "Lena"}))


def test_text_that_is_too_long_is_refused():
    assert len(read({"basics": {"summary": "x" * (MAX_TEXT - len("Summary\n"))}}).text) == MAX_TEXT
    with pytest.raises(ValueError, match="100000"):
        read({"basics": {"summary": "x" * (MAX_TEXT - len("Summary\n") + 1)}})


def test_negated_skills_are_no_proposals(ours):
    assert understand({"basics": {"summary": "I have never used Kafka."}}, ours)[1].proposals == ()


# Writing


def written():
    return write(
        name="Lena",
        email="lena@example.com",
        label="AI engineer",
        levels=[("Python", 4), ("R", 2), ("Go", 1)],
        works=[
            WorkEntry("Ferry", "Times.", "https://example.com/ferry", ("Kafka",)),
            WorkEntry("Talk", "Talk", "", ()),
        ],
        certificates=[
            CertificateEntry("Kafka Developer", "Example Institute", date(2026, 5, 31), "https://example.com/42"),
            CertificateEntry("On paper", "Example School", date(2020, 1, 1), ""),
        ],
        now=NOW,
    )


def test_what_is_written_holds_the_schema():
    Draft7Validator(SCHEMA, format_checker=FormatChecker()).validate(written())
    assert written()["projects"] == [
        {"name": "Ferry", "description": "Times.", "url": "https://example.com/ferry", "keywords": ["Kafka"]},
        {"name": "Talk", "description": "Talk"},
    ]
    assert written()["certificates"][1] == {"name": "On paper", "issuer": "Example School", "date": "2020-01-01"}
    assert write(name="", email="a@b.example", label="", levels=[], works=[], now=NOW)["basics"] == {
        "email": "a@b.example"
    }


def test_what_is_written_reads_back_as_far_as_a_cv_can_say(ours):
    _, found = understand(json.loads(json.dumps(written())), ours)
    levels = {proposal.skill: proposal.level for proposal in found.proposals}
    assert levels == {"kafka": 2, "python": 3, "r": 2, "go": 1}
    assert found.unknown == ()


# Files from other programs


@pytest.mark.skipif(not SAMPLES.exists(), reason=f"{SAMPLES} is not there")
def test_samples_are_understood(catalogue):  # noqa: F811
    listed, lost, proposed = 0, 0, 0
    for path in sorted(SAMPLES.glob("*.json")):
        if "schema__schema" in path.name:
            continue
        resume, found = understand(json.loads(path.read_text(encoding="utf-8")), catalogue)
        listed += len(resume.listed)
        lost += len(found.unknown)
        proposed += len(found.proposals)
        assert all(1 <= proposal.level <= 3 for proposal in found.proposals)
    assert listed > 80
    assert lost / listed < 0.2
    assert proposed > 100


@pytest.mark.skipif(not SAMPLES.exists(), reason=f"{SAMPLES} is not there")
def test_what_is_written_holds_the_whole_schema():
    schema = json.loads((SAMPLES / "resume-schema__schema.json").read_text(encoding="utf-8"))
    Draft7Validator(schema, format_checker=FormatChecker()).validate(written())
