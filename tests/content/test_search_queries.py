"""Queries that people type, with the record that ought to come first. The queries were collected and their records chosen before
they were run: from guides, questions, titles of articles and names in job ads, with typing errors, levels and kinds of material."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from guidance.catalog import loading, search
from guidance.catalog.models import Kind
from tests.content.figures import CONTENT

QUERIES = [
    ("advanced python", Kind.SKILL, "python"),
    ("RAG course", Kind.SKILL, "retrieval-augmented-generation"),
    ("Building an MCP client", Kind.SKILL, "model-context-protocol"),
    ("temperature", Kind.SKILL, "large-language-models"),
    ("top-p", Kind.SKILL, "large-language-models"),
    ("pytroch", Kind.SKILL, "pytorch"),
    ("langchian", Kind.SKILL, "langchain"),
    ("vector databse", Kind.SKILL, "vector-databases"),
    ("machine lerning engineer", Kind.ROLE, "machine-learning-engineer"),
    ("prompt engineer", Kind.SKILL, "prompt-engineering"),
    ("how to fine tune an LLM", Kind.SKILL, "fine-tuning"),
    ("AI engineer salary", Kind.QUESTION, "what-do-ai-engineers-earn"),
    ("do I need a degree", Kind.QUESTION, "do-you-need-a-degree"),
    (
        "difference between AI engineering and data science",
        Kind.QUESTION,
        "how-does-ai-engineering-differ-from-data-science",
    ),
    ("learn SQL for beginners", Kind.SKILL, "sql"),
    ("docker compose tutorial", Kind.SKILL, "docker"),
    ("REST API", Kind.SKILL, "http-apis"),
    ("hallucinations", Kind.SKILL, "hallucination-mitigation"),
    ("LLM evals", Kind.SKILL, "llm-evaluation"),
    ("AWS certification", Kind.SKILL, "aws"),
    ("text to sql agent", Kind.SKILL, "text-to-sql"),
    ("quantization", Kind.SKILL, "quantisation"),
    ("EU AI Act compliance", Kind.SKILL, "ai-regulation"),
    ("MLOps engineer jobs", Kind.ROLE, "mlops-engineer"),
    ("LLM engineer", Kind.ROLE, "llm-application-engineer"),
    ("guide to building a portfolio", Kind.GUIDE, "building-a-portfolio"),
    ("healthcare AI", Kind.INDUSTRY, "healthcare"),
    ("multi agent orchestration", Kind.SKILL, "multi-agent-systems"),
    ("airflow dag", Kind.SKILL, "apache-airflow"),
    ("reinforcement learning from human feedback", Kind.SKILL, "preference-tuning"),
]
ENOUGH = 27
# Short questions and comparisons, in the words of people who have not seen the titles.
ASKED = [
    ("do I need maths", "how-much-mathematics-do-you-need"),
    ("do I need a gpu", "do-you-need-a-gpu"),
    ("which language first", "which-programming-language-first"),
    ("python vs pytorch", "python-or-pytorch-first"),
    ("how long to become an ai engineer", "how-long-does-it-take"),
    ("how to read job ads", "how-to-read-a-job-ad"),
]


@pytest.fixture
def _catalogue(db: None) -> Iterator[None]:
    with transaction.atomic():
        loading.load(CONTENT)
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_catalogue")
def test_most_of_what_people_type_has_its_record_first() -> None:
    misses = []
    for query, kind, slug in QUERIES:
        hits = search.search(query)
        if not hits or hits[0].key != (kind, slug):
            place = next((at for at, hit in enumerate(hits, start=1) if hit.key == (kind, slug)), None)
            misses.append((query, slug, place, [hit.slug for hit in hits[:3]]))
    assert len(QUERIES) - len(misses) >= ENOUGH, misses


@pytest.mark.usefixtures("_catalogue")
def test_short_questions_find_their_answers_first() -> None:
    assert [(query, search.search(query)[0].slug) for query, _slug in ASKED] == ASKED
