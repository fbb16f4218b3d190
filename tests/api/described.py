"""The operations that the OpenAPI document describes, each with its own example as a valid call; for tests of all operations.

The fixture `named` (`tests/api/conftest.py`) makes the records that the examples name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from guidance.api.docs import document
from guidance.catalog.models import Project, Resource, Role, Skill
from guidance.progress import removed_sessions, services
from guidance.progress.learner_rows import AdSkill
from guidance.progress.models import Evidence, QuickCheck, SavedAd
from tests.factories import (
    area_document,
    check_document,
    choice_item,
    fact_document,
    guide_document,
    industry_document,
    milestone_document,
    project_document,
    publish,
    question_document,
    resource_document,
    role_document,
    skill_document,
    starting_point_document,
)

EXAMPLE_ID = 7
OWN = "/api/v1/me/"


@dataclass(frozen=True, slots=True)
class Operation:
    path: str
    method: str
    described: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        """All parameters, including `fields`, which the document describes separately from the others."""
        sparse = [self.described["x-fields"]["parameter"]] if "x-fields" in self.described else []
        return [*self.described.get("parameters", []), *sparse]

    @property
    def asked(self) -> Mapping[str, Any] | None:
        """The schema of the request body; None without a body."""
        if "requestBody" not in self.described:
            return None
        schema = self.described["requestBody"]["content"]["application/json"]["schema"]
        return document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]

    @property
    def body(self) -> dict[str, Any] | None:
        if self.asked is None:
            return None
        (example,) = self.described["requestBody"]["content"]["application/json"]["examples"].values()
        return json.loads(json.dumps(example["value"]))

    def address(self, ids: Mapping[str, Any]) -> str:
        """The path of the example call. `ids` replaces its ids, as returned by `existing`."""
        call = self.described["x-call"]
        if not call.startswith("/"):
            call = self.path.replace("{slug}", call) if "{slug}" in self.path else self.path + call
        for tag, number in ids.items():
            call = call.replace(f"/{tag}/{EXAMPLE_ID}/", f"/{tag}/{number}/")
        return call

    def right(self, ids: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
        """Path and body of a call whose response is a 2xx."""
        body = self.body
        if body and body.get("resource") == EXAMPLE_ID:
            body["resource"] = ids["resources"]
        if body and "restore" in body:
            body["restore"] = ids["restore"]
        return self.address(ids), body


OPERATIONS = [
    Operation(path, method, described)
    for path, methods in document()["paths"].items()
    for method, described in methods.items()
]


def certified(learner: User) -> Evidence:
    """A certificate for the examples that change and remove evidence."""
    return services.add_certificate(
        learner=learner,
        skill=Skill.objects.get(slug="python"),
        name="Beginner",
        issuer="Example Institute",
        issued_on=date(2025, 5, 31),
        now=timezone.now(),
    )


def saved(learner: User) -> SavedAd:
    """An ad for the examples that change it, delete it and make it the goal. It already is the goal, so that the example that
    returns to the role works too."""
    now = timezone.now()
    ad = services.save_ad(
        learner=learner,
        title="AI engineer",
        role=Role.objects.get(slug="ai-engineer"),
        skills=[AdSkill("python", 2, "must"), AdSkill("kubernetes", 1, "nice")],
        now=now,
    )
    services.make_ad_goal(learner=learner, ad=ad, now=now)
    return ad


def asked(learner: User) -> QuickCheck:
    """A check whose first question is the one in the examples."""
    python, now = Skill.objects.get(slug="python"), timezone.now()
    items = ["sum-of-squares", *(f"item-1-{number}" for number in range(1, 5))]
    return QuickCheck.objects.create(
        learner=learner, skill=python, level=1, items=items, needed=4, at=now, on=learner.local_date(now)
    )


def existing(learner: User) -> dict[str, Any]:
    """Make for this learner what the examples of single items name. Returns ids by the tag of the path, and the text that
    restores a removed session."""
    python, kubernetes, rag = (
        Skill.objects.get(slug=slug) for slug in ("python", "kubernetes", "retrieval-augmented-generation")
    )
    now = timezone.now()
    token, _text = tokens.issue(owner=learner, name="Old", scope="read", days=1, now=now - timedelta(hours=1))
    kept, removed = (
        services.log_study(learner=learner, skill=python, minutes=5, on=learner.local_date(now), now=now)
        for _number in range(2)
    )
    restore = removed_sessions.sign(removed)
    services.remove_session(learner=learner, session=removed)
    services.tick_unit(learner=learner, skill=rag, level=1, key="read-it", minutes=0, now=now)
    project = Project.objects.get(slug="docs-assistant")
    done = list(project.checklist.values_list("text", flat=True))
    services.save_project_work(learner=learner, project=project, ticked=done, now=now)
    return {
        "resources": Resource.objects.order_by("pk")[0].pk,
        "tokens": token.pk,
        "evidence": certified(learner).pk,
        "checks": asked(learner).pk,
        "ads": saved(learner).pk,
        "sessions": kept.pk,
        "assessments": services.assess(learner=learner, skill=kubernetes, level=1, now=now).pk,
        "restore": restore,
    }


def publish_what_is_named() -> None:
    rag = "retrieval-augmented-generation"
    publish(
        skill_document("python", effort=[10, 20, 30, 40]),
        check_document(
            "python",
            items=[
                {
                    "id": "sum-of-squares",
                    "level": 1,
                    "kind": "output",
                    "question": "What does it print?",
                    "code": "print(sum(n * n for n in range(3)))\n",
                    "answer": "5",
                    "why": "0 + 1 + 4.",
                },
                *(choice_item(1, number) for number in range(1, 10)),
            ],
        ),
        skill_document("kubernetes", effort=[5, 10, 20, 40]),
        skill_document(
            rag,
            effort=[4, 8, 16, 32],
            prerequisites={"python": 2},
            units={
                1: [
                    {"id": "ten-questions", "do": "Ask ten questions.", "minutes": 60},
                    {"id": "read-it", "read": "rag-paper", "part": "Part 1", "minutes": 180},
                ]
            },
        ),
        role_document(
            requirements={"python": (3, 5), "kubernetes": (2, 3), rag: (1, 2)},
            choices={"cloud-platform": {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 1}},
            milestones=["answer-from-your-own-documents"],
        ),
        milestone_document(
            "answer-from-your-own-documents",
            steps=[(rag, 1)],
            projects=["docs-assistant", "assistant-that-quotes-the-law"],
        ),
        role_document("data-scientist", order=2),
        role_document("machine-learning-engineer", order=3),
        industry_document(emphases={rag: 1.5}),
        resource_document("rag-paper"),
        area_document("retrieval-and-rag"),
        question_document("do-i-need-a-degree"),
        starting_point_document("backend-developer", levels={"python": 2}),
        fact_document("computer-research-scientists-growth"),
        project_document("docs-assistant", checklist=["It answers from the documents.", "It is tested."]),
        guide_document("what-ai-engineers-do"),
    )


def rows(learner: int | None = None) -> dict[str, Any]:
    """Every row of every table, as PostgreSQL stores it; with `learner`, only the rows of that learner."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        if learner is not None:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND column_name = ANY(%s)",
                [["learner_id", "owner_id", "user_id"]],
            )
            chosen = {table: f"WHERE {column} = {learner:d}" for table, column in cursor.fetchall()}
        else:
            chosen = dict.fromkeys(tables, "")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', (SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text) FROM \"{table}\" t {which})"
                for table, which in sorted(chosen.items())
            )
        )
        return {table: json.loads(found) if isinstance(found, str) else found for table, found in cursor.fetchall()}
