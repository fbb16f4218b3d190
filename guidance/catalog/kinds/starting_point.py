from collections.abc import Mapping

from guidance.catalog.kinds.base import Record, integer, level, mapping, record, text


@record("starting-point", plural="starting_points")
class StartingPoint(Record):
    """What people with a certain background already know."""

    name: str = text(200, required=True, in_plans=True, column="name")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
    order: int = integer(0, 10_000, default=0, column="order")
    levels: Mapping[str, int] = mapping("skill", level(), in_plans=True, link="StartingLevel")
