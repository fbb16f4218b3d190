"""Names that are also everyday English words or terms of other trades, each in sentences with both meanings."""

from pathlib import Path

import pytest
import yaml

from guidance.matching import matcher
from guidance.matching.matcher import Name

SENSES = yaml.safe_load((Path(__file__).parent / "senses.yaml").read_text(encoding="utf-8"))


def names_skill(catalogue, text, skill):
    return any(match.skill == skill for match in catalogue.find(text))


def is_right(catalogue, sense):
    skill = sense["skill"]
    return names_skill(catalogue, sense["means"], skill) and not names_skill(catalogue, sense.get("other", ""), skill)


@pytest.mark.parametrize("sense", SENSES, ids=lambda sense: f"{sense['skill']}: {sense['name']}")
def test_name_counts_where_it_means_its_skill_and_nowhere_else(catalogue, sense):
    assert is_right(catalogue, sense) is ("error" not in sense)


def test_two_hundred_names_are_tested_and_nearly_all_are_read_right(catalogue, catalogue_names, record_property):
    names = {(name.skill, name.text.casefold()) for name in catalogue_names}
    tested = {(sense["skill"], sense["name"].casefold()) for sense in SENSES}
    assert tested <= names
    assert len(tested) >= 200
    share = sum(is_right(catalogue, sense) for sense in SENSES) / len(SENSES)
    record_property("share of names read right", f"{share:.3f}")
    assert share >= 0.99


def found(text, *names, leave_out=()):
    return [text[match.start : match.end] for match in matcher.compile(names).find(text, leave_out)]


KAFKA = Name("kafka", "Kafka", technology=True, subject="technology")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we use Spark a lot", ["Spark"]),
        ("we spark interest in Spark", ["Spark"]),
        ("Spark your career", []),
        ("Spark is what we use", ["Spark"]),
        ("Spark, and some patience", ["Spark"]),
        ("Spark New Careers With Our Great Team", []),
        ("Senior Spark Engineer", ["Spark"]),
        ("SPARK NEW CAREERS WITH US", []),
        ("SPARK ON OUR CLUSTER", ["SPARK"]),
        ("spark on our cluster", ["spark"]),
        ("- Spark", ["Spark"]),
        ("spark and kafka", ["spark", "kafka"]),
        ("a Spark plug for the cluster", []),
    ],
)
def test_name_that_is_only_written_counts_by_its_capitals(text, expected):
    name = Name("spark", "Spark", needs=("cluster",), excludes=("spark plug",), only_as="written", technology=True)
    assert found(text, name, KAFKA) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kafka, vision", ["kafka", "vision"]),
        ("kafka, our vision", ["kafka"]),
        ("A vision of streams", []),
        ("hallucinations, vision, drift", ["hallucinations", "vision"]),
        ("teamwork, vision, drift", ["teamwork"]),
    ],
)
def test_name_that_is_only_an_item_counts_as_a_whole_item_beside_its_subject(text, expected):
    vision = Name("vision", "vision", only_as="item", subject="technology")
    hallucinations = Name("hallucination", "hallucinations", subject="technology")
    teamwork = Name("teamwork", "teamwork", subject="people")
    assert found(text, vision, hallucinations, teamwork, KAFKA) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("edge AI on cameras", ["edge AI"]),
        ("cutting-edge AI", []),
        ("our cutting-edge cameras do edge AI", ["edge AI"]),
        ("edge AI for hospitals", []),
        ("edge AI. We also serve hospitals", ["edge AI"]),
        ("non-edge AI", []),
    ],
)
def test_plain_name_with_excludes_counts_everywhere_but_there(text, expected):
    assert found(text, Name("edge", "edge AI", excludes=("cutting edge", "hospital"))) == expected


def test_phrase_with_the_name_in_it_can_be_what_it_needs():
    glue = Name("glue", "Glue", needs=("Glue jobs",), technology=True)
    assert found("nightly Glue jobs", glue) == ["Glue"]
    assert found("Glue holds jobs together", glue) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deploy ML models daily", [("deployment", "deploy"), ("ml", "ML models")]),
        ("ML in production", [("ml", "ML"), ("deployment", "in production")]),
        ("deploy services", [("deployment", "deploy services")]),
    ],
)
def test_names_inside_a_phrase_count_beside_it(text, expected):
    ml = Name("ml", "ML", technology=True), Name("ml", "ML models", technology=True)
    phrases = [
        Name("deployment", phrase, is_phrase=True)
        for phrase in ("deploy ML models", "ML in production", "deploy services")
    ]
    matches = matcher.compile([*ml, *phrases]).find(text)
    assert [(match.skill, text[match.start : match.end]) for match in matches] == expected


def test_acronym_is_no_short_name_in_small_letters():
    phi = Name("phi", "Phi", needs=("LLM",), technology=True)
    assert found("Phi is an LLM", phi) == ["Phi"]
    assert found("no PHI in the LLM", phi) == []


@pytest.mark.parametrize("employer", ["HubSpot", "hubspot", "HubSpot, Inc."])
def test_names_to_leave_out_are_no_skills(employer):
    hubspot = Name("crm", "HubSpot", technology=True)
    rag = Name("rag", "RAG", needs=("retrieval",), technology=True)
    text = "HubSpot, RAG and Kafka at HubSpot"
    assert found(text, hubspot, rag, KAFKA) == ["HubSpot", "RAG", "Kafka", "HubSpot"]
    assert found(text, hubspot, rag, KAFKA, leave_out=[employer]) == ["RAG", "Kafka"]
