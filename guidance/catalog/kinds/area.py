from guidance.catalog.kinds.base import Record, integer, one_of, pattern, record, text


@record("area", plural="areas")
class Area(Record):
    """A field of knowledge that skills belong to."""

    name: str = text(200, required=True, in_plans=True, column="name")
    letter: str = pattern("[A-Z]", "one capital letter", required=True, unique="letter", column="letter")
    family: str = one_of("foundations", "models", "running", required=True, column="family")
    order: int = integer(0, 10_000, default=0, column="order")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
