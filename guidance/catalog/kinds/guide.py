from guidance.catalog.kinds.base import Record, integer, items, record, references, text


@record("guide", plural="guides", page=True)
class Guide(Record):
    """An article."""

    name: str = text(200, required=True, in_plans=True, column="name")
    tldr: str = text(required=True, column="tldr", label="in short")
    takeaways: tuple[str, ...] = items(
        text(), 1, required=True, optional_in_draft=True, column="takeaways", label="key takeaways"
    )
    order: int = integer(0, 10_000, default=0, column="order")
    facts: tuple[str, ...] = references("fact", sorted=True, flow=True, link="facts")
    summary: str = text(200, column="summary")
