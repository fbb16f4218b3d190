from collections.abc import Mapping

from guidance.catalog.kinds.base import (
    Record,
    entry,
    integer,
    items,
    mapping,
    number,
    one_of,
    record,
    reference,
    references,
    text,
)
from guidance.catalog.kinds.role import Requirement

TOPICS = (
    "regulation", "privacy", "safety", "latency", "explainability", "security", "data", "cost", "fairness",
)  # fmt: skip


@entry()
class UseCase:
    name: str = text(120, required=True)
    text: str = text(required=True)


@entry()
class Consideration:
    """Something to watch out for in the industry."""

    topic: str = one_of(*TOPICS, required=True)
    text: str = text(required=True)

    @property
    def label(self) -> str:
        return self.topic.capitalize()


@entry()
class Emphasis:
    """A skill that matters more in an industry than elsewhere, and why."""

    skill: str = reference("skill", required=True)
    weight: float = number(0, 2, above=True, required=True)
    why: str = text(required=True)


@record("industry", plural="industries", page=True)
class Industry(Record):
    """An industry in which the work is done."""

    name: str = text(200, required=True, in_plans=True, column="name")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
    order: int = integer(0, 10_000, default=0, column="order")
    use_cases: tuple[UseCase, ...] = items(UseCase, unique_by="name", link="UseCase")
    considerations: tuple[Consideration, ...] = items(Consideration, unique_by="topic", link="Consideration")
    # Requirements in addition to those of the role.
    requirements: Mapping[str, Requirement] = mapping(
        "skill", Requirement, heaviest=("importance", "level"), in_plans=True, link="IndustryRequirement"
    )
    milestone: str | None = reference(
        "milestone", in_plans=True, column="milestone"
    )  # this milestone comes before the last milestone of the role
    emphases: Mapping[str, Emphasis] = items(
        Emphasis, unique_by="skill", by="skill", heaviest="weight", in_plans=True, link="Emphasis"
    )
    facts: tuple[str, ...] = references("fact", sorted=True, flow=True, link="facts")

    @property
    def weights(self) -> dict[str, float]:
        """Returns how much the industry adds to the importance of each skill, as a share of that importance."""
        return {slug: item.weight for slug, item in self.emphases.items()}
