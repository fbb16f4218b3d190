from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from guidance.catalog import affiliates
from guidance.catalog.fields import Price
from guidance.catalog.kinds.base import (
    Record,
    address,
    cost,
    day,
    flag,
    integer,
    level_range,
    mapping,
    number,
    one_of,
    pattern,
    record,
    text,
)

MAX_SKILLS_PER_RESOURCE = 5
RESOURCE_TYPES = (
    "course", "book", "documentation", "article", "video", "paper", "project", "community", "event",
)  # fmt: skip


@record("resource", plural="resources")
class Resource(Record):
    """Something to learn a skill with."""

    name: str = text(200, required=True, in_plans=True, column="name")
    type: str = one_of(*RESOURCE_TYPES, required=True, column="type")
    address: str = address(
        key="url", required=True, unique="address", column="url", label="address"
    )  # the resource's own URL; `url` is the link without tracking
    author: str = text(200, required=True, column="author")
    year: int | None = integer(1900, 2100, column="year")
    hours: float = number(0, 2_000, above=True, required=True, column="hours")
    price: Price = cost(key="cost", column=("cost", "currency", "paid"))
    language: str = pattern(
        "[a-z]{2,3}(-[A-Za-z]{2,4})?", "a language code such as en", default="en", column="language"
    )
    programming_language: str = pattern(
        "[a-z][a-z0-9+#]{0,19}", "a name in lower case such as python", column="programming_language"
    )
    checked_on: date | None = day(column="checked_on", help="The day on which someone opened it.")
    pays_commission: bool = flag(key="affiliate", column="affiliate")  # to an operator with a tag for the shop
    skills: Mapping[str, tuple[int, int]] = mapping(
        "skill",
        level_range(column=("from_level", "to_level")),
        high=MAX_SKILLS_PER_RESOURCE,
        required=True,
        optional_in_draft=True,
        link="ResourceSkill",
    )
    summary: str = text(200, column="summary")

    @property
    def cost(self) -> Decimal | None:
        """The price; 0 if the resource is free, None if the price is unknown."""
        return self.price.amount

    @property
    def currency(self) -> str:
        return self.price.currency

    @property
    def paid(self) -> bool:
        """Whether the resource costs money and the price is unknown."""
        return self.price.paid

    @property
    def free(self) -> bool | None:
        """Whether the resource is free; None if that is unknown."""
        if self.paid:
            return False
        return None if self.cost is None else self.cost == 0

    @property
    def affiliate(self) -> bool:
        """Whether `url` contains the operator's affiliate tag."""
        return self.pays_commission and affiliates.has_tag(self.address)
