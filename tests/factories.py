"""Catalogue records for tests, published as a curator or the pack publishes them: rows, version, revision, search index.

    make_skill("python")
    make_skill("rag", prerequisites={"python": 2}, demand=36)
    make_role("ai-engineer", requirements={"rag": (3, 5)})     # target level, importance

Every maker takes a slug and keys of the pack format (`docs/content.md`), fills in the rest, writes and publishes the record, and
returns the row. Records that it names and that do not exist yet are made too, so a test states only what it is about.
`status="draft"`, `"retired"` and so on work as in a pack. `make_catalogue(60)` makes a whole catalogue, connected and
deterministic.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from guidance.catalog import record_store, snapshot, writing
from guidance.catalog.documents import Document
from guidance.catalog.models import (
    RECORD_MODELS,
    Area,
    Check,
    Guide,
    Industry,
    Kind,
    Milestone,
    Project,
    Question,
    Record,
    Resource,
    Revision,
    Role,
    Skill,
    StartingPoint,
)
from tests import copies

AREAS = (
    ("programming", "Programming", "P", "foundations"),
    ("maths-and-statistics", "Maths and statistics", "M", "foundations"),
    ("data-engineering", "Data engineering", "D", "foundations"),
    ("machine-learning", "Machine learning", "L", "models"),
    ("deep-learning", "Deep learning", "N", "models"),
    ("generative-ai", "Generative AI", "G", "models"),
    ("operations", "Operations", "O", "running"),
    ("security-and-privacy", "Security and privacy", "S", "running"),
)


def name_of(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def publish(*documents: Document) -> Revision | None:
    """Write the documents, and the records they name that do not exist yet, in one transaction; the snapshot sees them at once."""
    with transaction.atomic():
        revision = copies.publish(documents, _publish)
    snapshot.forget()
    return revision


def _publish(documents: Sequence[Document]) -> Revision | None:
    return record_store.commit(writing.write(_with_what_they_name(documents), {}), source="pack")


def _with_what_they_name(documents: Iterable[Document]) -> list[Document]:
    found = {(document.kind, document.slug): document for document in documents}
    there = record_store.all_ids()
    waiting = list(found.values())
    while waiting:
        for _, kind, slug in waiting.pop().references():
            if (kind, slug) not in found and (kind, slug) not in there:
                found[kind, slug] = DOCUMENTS[kind](slug)
                waiting.append(found[kind, slug])
    return list(found.values())


def _document(kind: str, slug: str, body: str, data: dict[str, Any]) -> Document:
    return Document(kind, slug, {key: value for key, value in data.items() if value not in (None, "", [], {})}, body)


def area_document(slug: str = "programming", **data: Any) -> Document:
    known = {row[0]: row for row in AREAS}
    _, name, letter, family = known.get(slug, (slug, name_of(slug), slug[0].upper(), "models"))
    order = list(known).index(slug) + 1 if slug in known else 99
    return _document(
        Kind.AREA, slug, "", {"name": name, "letter": letter, "family": family, "order": order, "summary": name, **data}
    )


def skill_document(
    slug: str = "python", body: str = "What a person does with it, and where it bites.\n", **data: Any
) -> Document:
    name = data.get("name", name_of(slug))
    return _document(
        Kind.SKILL,
        slug,
        body,
        {
            "name": name,
            "area": "programming",
            "kind": "concept",
            "horizon": "core",
            "summary": f"Do useful work with {name}.",
            "effort": [4, 12, 30, 60],
            "levels": {level: f"You can use {name} at level {level}." for level in range(1, 5)},
            **data,
        },
    )


def resource_document(slug: str = "documentation", body: str = "", **data: Any) -> Document:
    return _document(
        Kind.RESOURCE,
        slug,
        body,
        {
            "name": name_of(slug),
            "type": "documentation",
            "url": f"https://{slug}.example/",
            "author": "Its authors",
            "hours": 4,
            "cost": 0,
            "language": "en",
            "skills": {"python": [0, 2]},
            **data,
        },
    )


def role_document(
    slug: str = "ai-engineer",
    body: str = "What the job is.\n",
    requirements: dict[str, tuple[int, int]] | None = None,
    **data: Any,
) -> Document:
    wanted = {"python": (3, 5)} if requirements is None else requirements
    return _document(
        Kind.ROLE,
        slug,
        body,
        {
            "name": name_of(slug).replace("Ai", "AI"),
            "summary": f"Works as {name_of(slug)}.",
            "order": 1,
            "requirements": {
                skill: {"level": level, "importance": weight} for skill, (level, weight) in wanted.items()
            },
            "day": [{"time": "09:00", "minutes": 30, "activity": "Reads what failed overnight."}],
            **data,
        },
    )


def milestone_document(
    slug: str = "first-program",
    body: str = "Why now.\n",
    steps: Iterable[tuple[str, int]] = (("python", 1),),
    **data: Any,
) -> Document:
    return _document(
        Kind.MILESTONE,
        slug,
        body,
        {
            "name": name_of(slug),
            "summary": "Something to show.",
            "outcome": "You can show something that works.",
            "steps": [{skill: level} for skill, level in steps],
            **data,
        },
    )


def industry_document(slug: str = "healthcare", emphases: dict[str, float] | None = None, **data: Any) -> Document:
    wanted = {"python": 1.0} if emphases is None else emphases
    return _document(
        Kind.INDUSTRY,
        slug,
        "",
        {
            "name": name_of(slug),
            "summary": f"Work in {slug}.",
            "order": 1,
            "use_cases": [{"name": "Reading scans", "text": "Finds what a tired eye misses."}],
            "considerations": [{"topic": "privacy", "text": "Patients come first."}],
            "emphases": [
                {"skill": skill, "weight": weight, "why": "It matters more here."} for skill, weight in wanted.items()
            ],
            **data,
        },
    )


def project_document(slug: str = "report", body: str = "The brief.\n", **data: Any) -> Document:
    return _document(
        Kind.PROJECT,
        slug,
        body,
        {
            "name": name_of(slug),
            "summary": "Build it and show it.",
            "hours": 12,
            "checklist": [f"Check {number}." for number in range(1, 5)],
            "proves": {"python": 2},
            **data,
        },
    )


def starting_point_document(slug: str = "backend-developer", **data: Any) -> Document:
    return _document(
        Kind.STARTING_POINT, slug, "", {"name": name_of(slug), "order": 1, "levels": {"python": 2}, **data}
    )


def guide_document(
    slug: str = "daily-work", body: str = "## What you do\n\nYou build.\n\n## How\n\nIn steps.\n", **data: Any
) -> Document:
    return _document(
        Kind.GUIDE,
        slug,
        body,
        {"name": name_of(slug), "tldr": "In short.", "takeaways": ["First.", "Second.", "Third."], "order": 1, **data},
    )


def question_document(slug: str = "what-do-they-do", body: str = "They build.\n", **data: Any) -> Document:
    return _document(Kind.QUESTION, slug, body, {"name": f"{name_of(slug)}?", "order": 1, **data})


def fact_document(slug: str = "pay-2024", **data: Any) -> Document:
    return _document(
        Kind.FACT,
        slug,
        "",
        {
            "name": name_of(slug),
            "statement": "It was so.",
            "source": "Bureau",
            "url": "https://bureau.example/",
            "year": 2024,
            **data,
        },
    )


def check_document(slug: str = "python", **data: Any) -> Document:
    """The check items of the skill with this slug: ten for level 1 and ten for level 2."""
    items = [choice_item(level, number) for level in (1, 2) for number in range(1, 11)]
    return Document(Kind.CHECK, slug, {"name": name_of(slug), "skill": slug, "items": items, **data}, "")


DOCUMENTS = {
    Kind.AREA: area_document,
    Kind.SKILL: skill_document,
    Kind.CHECK: check_document,
    Kind.RESOURCE: resource_document,
    Kind.MILESTONE: milestone_document,
    Kind.ROLE: role_document,
    Kind.INDUSTRY: industry_document,
    Kind.PROJECT: project_document,
    Kind.STARTING_POINT: starting_point_document,
    Kind.GUIDE: guide_document,
    Kind.QUESTION: question_document,
    Kind.FACT: fact_document,
}


def make(kind: str, slug: str, /, **data: Any) -> Record:
    publish(DOCUMENTS[Kind(kind)](slug, **data))
    return RECORD_MODELS[kind].objects.get(slug=slug)


def make_area(slug: str = "programming", **data: Any) -> Area:
    return make(Kind.AREA, slug, **data)  # type: ignore[return-value]


def make_skill(slug: str = "python", **data: Any) -> Skill:
    return make(Kind.SKILL, slug, **data)  # type: ignore[return-value]


def make_resource(slug: str = "documentation", **data: Any) -> Resource:
    return make(Kind.RESOURCE, slug, **data)  # type: ignore[return-value]


def make_role(slug: str = "ai-engineer", **data: Any) -> Role:
    return make(Kind.ROLE, slug, **data)  # type: ignore[return-value]


def make_milestone(slug: str = "first-program", **data: Any) -> Milestone:
    return make(Kind.MILESTONE, slug, **data)  # type: ignore[return-value]


def make_industry(slug: str = "healthcare", **data: Any) -> Industry:
    return make(Kind.INDUSTRY, slug, **data)  # type: ignore[return-value]


def make_project(slug: str = "report", **data: Any) -> Project:
    return make(Kind.PROJECT, slug, **data)  # type: ignore[return-value]


def make_starting_point(slug: str = "backend-developer", **data: Any) -> StartingPoint:
    return make(Kind.STARTING_POINT, slug, **data)  # type: ignore[return-value]


def make_guide(slug: str = "daily-work", **data: Any) -> Guide:
    return make(Kind.GUIDE, slug, **data)  # type: ignore[return-value]


def make_question(slug: str = "what-do-they-do", **data: Any) -> Question:
    return make(Kind.QUESTION, slug, **data)  # type: ignore[return-value]


def make_check(slug: str = "python", **data: Any) -> Check:
    return make(Kind.CHECK, slug, **data)  # type: ignore[return-value]


def choice_item(level: int, number: int, **data: Any) -> dict[str, Any]:
    """A check item with four options, of which number `number % 4` is right."""
    options = [
        {"text": f"Answer {place}", "why": f"That is what {place} does."}
        | ({"right": True} if place == number % 4 else {})
        for place in range(4)
    ]
    return {
        "id": f"item-{level}-{number}",
        "level": level,
        "kind": "choice",
        "question": f"What comes after {number}?",
        "options": options,
    } | data


def rename(record: Record, slug: str) -> Record:
    """Give a published record another slug; the old one redirects."""
    with transaction.atomic():
        record.slug = slug
        record.save()
        record_store.commit([record], source="curator")
    snapshot.forget()
    return record


def retire(record: Record) -> Record:
    with transaction.atomic():
        record.status = "retired"
        record.save()
        record_store.commit([record], source="curator")
    snapshot.forget()
    return record


def make_catalogue(skills: int = 60) -> None:
    """A connected catalogue: `skill-000` needs nothing, each later one needs one or two earlier ones."""
    slugs = [f"skill-{number:03}" for number in range(skills)]
    documents = [
        skill_document(
            slug,
            area=AREAS[number * len(AREAS) // skills][0],
            kind=("concept", "tool", "practice")[number % 3],
            horizon=("core", "core", "core", "advanced", "emerging")[number % 5],
            demand=max(1, 82 - number) if number % 2 == 0 else None,
            aliases=[f"s{number}x"],
            prerequisites={
                slugs[earlier]: 1 + earlier % 2 for earlier in {number // 2, number * 2 // 3} if earlier < number
            },
        )
        for number, slug in enumerate(slugs)
    ]
    documents += [
        resource_document(
            f"resource-{number:03}",
            skills={slug: [number % 2, 2 + number % 2]},
            checked_on=date(2026, 11, 24) if number % 3 else None,
            affiliate=number % 7 == 3 or None,
        )
        for number, slug in enumerate(slugs)
    ]
    documents += [
        role_document(
            slug, order=order, requirements={s: (2 + i % 2, 1 + i % 5) for i, s in enumerate(slugs[order:60:3])}
        )
        for order, slug in enumerate(("ai-engineer", "data-scientist", "software-developer"), 1)
    ]
    documents += [
        industry_document(slug, order=order, emphases=dict.fromkeys(slugs[order:60:11], 1.0))
        for order, slug in enumerate(("healthcare", "finance"), 1)
    ]
    documents += [project_document(f"project-{number}", proves={slugs[number]: 2}) for number in range(min(8, skills))]
    documents.append(milestone_document(steps=[(slug, 1) for slug in slugs[:3]], projects=["project-0"]))
    documents += [starting_point_document(levels=dict.fromkeys(slugs[:3], 2)), guide_document(), question_document()]
    publish(*documents)
