from guidance.catalog.kinds.base import Record, record, references, steps, text


@record("milestone", plural="milestones", page=True)
class Milestone(Record):
    """Some skills that belong together, in teaching order, and projects: any one of them shows that you have learned the
    skills."""

    name: str = text(200, required=True, in_plans=True, column="name")
    summary: str = text(200, required=True, optional_in_draft=True, column="summary")
    outcome: str = text(required=True, optional_in_draft=True, column="outcome")
    steps: tuple[tuple[str, int], ...] = steps(
        "skill", low=1, required=True, optional_in_draft=True, in_plans=True, link="MilestoneStep"
    )
    projects: tuple[str, ...] = references("project", in_plans=True, link="MilestoneProject")
