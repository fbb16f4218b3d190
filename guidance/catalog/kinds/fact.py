from guidance.catalog.kinds.base import Record, address, flag, integer, record, text


@record("fact", plural="facts")
class Fact(Record):
    """A dated figure with its source."""

    name: str = text(200, required=True, in_plans=True, column="name")
    statement: str = text(required=True, column="statement")
    source: str = text(200, required=True, column="source")
    source_url: str = address(key="url", required=True, column="url", label="address")
    year: int = integer(1990, 2100, required=True, column="year")
    secondary: bool = flag(column="secondary")
    caveat: str = text(column="caveat")
