"""Names that were once matched to a skill they do not mean; see "Alias" in `docs/content.md`."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from guidance.matching.words import Words

EVIDENCE = Path(__file__).parents[3] / "shared" / "data" / "facts" / "false_aliases.csv"


def skills(catalogue, text):
    return {match.skill for match in catalogue.find(text) if not match.negated}


@pytest.mark.parametrize(
    ("text", "not_meant"),
    [
        ("AI tools for marketing and sales", "ai-assisted-coding"),
        ("AI tools for marketing and sales", "generative-ai"),
        ("Python, Excel, Power BI", "exploratory-data-analysis"),
        ("AngularJS, TypeScript, Git", "angular"),
        ("Hadoop, Hive and Kafka", "apache-spark"),
        ("LLM orchestration with LangGraph", "langchain"),
        ("Python, Vue.js, Docker", "full-stack-development"),
        ("backend development in Python", "full-stack-development"),
        ("7 years of software engineering with Java", "system-design"),
        ("Jira, Confluence, Git", "agile-delivery"),
        ("Jira, Confluence, Git", "technical-writing"),
        ("Fluent English and German", "communication"),
        ("Kotlin, Python, Go", "mobile-development"),
        ("C, Python, Go", "c-plus-plus"),
        ("Microsoft Copilot, Python", "low-code-agent-platforms"),
        ("PyTorch, Keras in a sentence about research", "deep-learning"),
        ("load tests with JMeter", "site-reliability"),
        ("Supabase, Python", "postgresql"),
        ("an API gateway in front of Python services", "cloud-networking"),
        ("reduce cost of the cloud: cost optimization on AWS", "ai-cost-control"),
        ("personalization of mail", "recommender-systems"),
    ],
)
def test_name_does_not_credit_a_skill_it_does_not_mean(catalogue, text, not_meant):
    assert not_meant not in skills(catalogue, text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("you use AI tools for coding and code review", "ai-assisted-coding"),
        ("Copilot and Cursor in the IDE", "ai-assisted-coding"),
        ("LLM orchestration with LangGraph", "llm-application-development"),
        ("Amazon Kinesis", "stream-processing"),
        ("AWS Kinesis", "aws"),
        ("Azure Logic Apps", "azure"),
        ("Azure Logic Apps", "workflow-automation"),
        ("an API gateway in front of Python services", "api-design"),
        ("review pull requests", "code-review"),
        ("front-end and back-end development", "full-stack-development"),
        ("Keras on TensorFlow", "tensorflow"),
        ("Playwright for end-to-end tests", "software-testing"),
        ("few-shot learning by examples in the prompt", "prompt-engineering"),
        ("cost optimization of LLM inference", "ai-cost-control"),
        ("personalization by recommendation models", "recommender-systems"),
        ("Jupyter notebooks for exploratory analysis", "exploratory-data-analysis"),
        ("Istio", "kubernetes"),
        ("Vercel AI SDK", "llm-apis"),
        ("React/Vue on the front end", "react"),
    ],
)
def test_name_credits_the_skill_it_means(catalogue, text, meant):
    assert meant in skills(catalogue, text)


@pytest.mark.skipif(not EVIDENCE.exists(), reason=f"{EVIDENCE} is not there")
def test_no_false_alias_of_the_evidence_is_a_plain_name_of_its_skill(catalogue_names):
    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        false = {(row["skill"], row["alias"].casefold()) for row in csv.DictReader(file) if row["kind"] == "false"}
    assert len(false) > 100
    assert not {(name.skill, name.text.casefold()) for name in catalogue_names if not name.ambiguous} & false


def test_no_phrase_is_a_name_or_a_phrase_of_another_skill(catalogue_names):
    skills = defaultdict(set)
    for name in catalogue_names:
        skills[tuple(Words(name.text).words)].add(name.skill)
    twice = {name.text for name in catalogue_names if name.is_phrase and len(skills[tuple(Words(name.text).words)]) > 1}
    assert not twice
