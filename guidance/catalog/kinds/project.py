from collections.abc import Mapping

from guidance.catalog.kinds.base import Record, items, level, mapping, number, record, references, text


@record("project", plural="projects", page=True)
class Project(Record):
    """Work that shows levels of skills."""

    name: str = text(200, required=True, in_plans=True, column="name")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
    hours: float = number(0, 2_000, above=True, required=True, column="hours")
    checklist: tuple[str, ...] = items(
        text(column="text"), 1, required=True, optional_in_draft=True, link="ChecklistItem"
    )
    proves: Mapping[str, int] = mapping("skill", level(), required=True, optional_in_draft=True, link="Proof")
    industries: tuple[str, ...] = references("industry", sorted=True, flow=True, as_shown=True, link="industries")
