"""A skill to be split in two, named wherever a skill can be named, and its split."""

from dataclasses import replace
from typing import Any

from guidance.curation.operation_documents import OperationRequest
from guidance.curation.operations import OperationPlan, plan
from guidance.curation.splitting import Split
from guidance.progress.services import SplitHistory
from tests.factories import (
    check_document,
    choice_item,
    guide_document,
    industry_document,
    milestone_document,
    project_document,
    publish,
    resource_document,
    role_document,
    skill_document,
    starting_point_document,
)

UNITS = {
    1: [
        {"id": "first-image", "do": "Build an image. Done when it runs.", "minutes": 60},
        {"id": "two-services", "read": "compose-docs", "minutes": 90},
    ],
    2: [
        {"id": "small-image", "read": "docs", "minutes": 120},
        {"id": "volumes", "read": "docs", "minutes": 60},
        {"id": "a-stack", "build": "A stack of three services. Done when it starts.", "minutes": 180},
    ],
}
GOING = ((1, "two-services"), (2, "volumes"), (2, "a-stack"))
ITEMS = [
    choice_item(1, 1, taught_by="first-image"),
    choice_item(1, 2, taught_by="two-services"),
    choice_item(2, 1, taught_by="a-stack"),
    choice_item(2, 2),
]


def publish_containers() -> None:
    publish(
        skill_document("linux"),
        skill_document("networks"),
        skill_document(
            "containers",
            "Images and stacks.\n",
            name="Containers",
            prerequisites={"linux": 1, "networks": 2},
            aliases=["Docker", {"name": "Compose", "needs": ["yaml"]}],
            phrases=["in containers", "many containers"],
            external={"esco": ["e:1", "e:2"]},
            units=UNITS,
        ),
        skill_document("kubernetes", "See [it](/skills/containers/#levels).\n", prerequisites={"containers": 2}),
        skill_document("helm", prerequisites={"containers": 1}),
        resource_document("docs", skills={"containers": [1, 2]}),
        resource_document("compose-docs", skills={"containers": [0, 3]}),
        resource_document("course", skills={"containers": [0, 2]}),
        role_document(
            "mlops-engineer",
            requirements={"containers": (3, 4), "linux": (2, 1)},
            choices={"host": {"name": "A host", "one_of": {"containers": 2, "linux": 3}, "importance": 2}},
        ),
        milestone_document("first-stack", steps=[("linux", 1), ("containers", 1), ("containers", 2)]),
        industry_document("finance", emphases={"containers": 0.5}),
        project_document("stack", proves={"containers": 2}),
        starting_point_document("operator", levels={"containers": 2}),
        guide_document("daily-work", "## What\n\nRead [this](/skills/containers/).\n"),
        check_document("containers", items=ITEMS),
    )


SPLIT = Split(
    summary="Run several containers as one system.",
    levels=[f"You can run a stack at level {level}." for level in range(1, 5)],
    body="Several containers as one system.\n",
    effort=[None, None, 20, 40],
    effort_left=[None, None, 10, 20],
    units=GOING,
    names=("Compose", "many containers", "e:2"),
    prerequisites={"networks": "goes", "linux": "both"},
    between="new-needs-old",
    between_level=1,
    named_by={"skill helm": "goes", "skill kubernetes": "both", "project stack": "goes", "industry finance": "stays"},
)


def request_of(split: Split = SPLIT, **more: Any) -> OperationRequest:
    what = {"into": "container-stacks", "name": "Container stacks", **more}
    return OperationRequest("split", "skill", "containers", split=split, **what)


def plan_split(history: SplitHistory | None = None, **more: Any) -> OperationPlan:
    return plan(request_of(replace(SPLIT, history=history or SplitHistory(), **more)))
