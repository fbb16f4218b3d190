from guidance.catalog.kinds.base import Record, integer, record, text


@record("question", plural="questions")
class Question(Record):
    """A question that people ask, with its answer as the body."""

    name: str = text(200, required=True, in_plans=True, column="name")
    order: int = integer(0, 10_000, default=0, column="order")
