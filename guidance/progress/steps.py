"""Why a step is in a plan, and what to use for it: the same wherever the step is shown."""

from collections.abc import Collection, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.models import MAX_IMPORTANCE
from guidance.catalog.snapshot import Industry, Project, Resource, Snapshot
from guidance.catalog.wording import cost, hours, names
from guidance.progress.plan import Step
from guidance.progress.standing import Aim, Standing

LEAST_POINTS = 0.05  # what rounds to 0.0 is not said
ADVICE = {
    "course": gettext_lazy("Take {name}"),
    "book": gettext_lazy("Read {name}"),
    "documentation": gettext_lazy("Read {name}"),
    "article": gettext_lazy("Read {name}"),
    "video": gettext_lazy("Watch {name}"),
    "paper": gettext_lazy("Read {name}"),
    "project": gettext_lazy("Work on {name}"),
    "community": gettext_lazy("Ask in {name}"),
    "event": gettext_lazy("Go to {name}"),
}


def reasons(aim: Aim, standing: Standing) -> Iterator[list[str]]:
    """Of each step in the plan's order, in sentences."""
    most = {step.skill: step.to_level for step in aim.plan.steps}
    pinned = {
        slug: standing.snapshot.closure({slug: most[slug]}, standing.levels) for slug in standing.pin if slug in most
    }
    for step in aim.plan.steps:
        yield list(_reasons(step, aim, standing.snapshot, pinned))


def _reasons(step: Step, aim: Aim, snapshot: Snapshot, pinned: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """`pinned`: what has to be reached for each pinned skill."""
    role, because = aim.role, step.because
    if step.skill in pinned:
        yield _("You put it first.")
    elif wanted := [slug for slug, needed in pinned.items() if step.to_level <= needed.get(step.skill, 0)]:
        yield _("You put {name} first, which needs it.").format(name=snapshot.skills[wanted[0]].name)
    if step.skill in because.required_by:
        required = role.requirements[step.skill]
        yield _("{role} asks for level {level}, importance {importance} of {most}.").format(
            role=role.name, level=required.level, importance=required.importance, most=MAX_IMPORTANCE
        )
        if aim.industry and step.skill in aim.industry.emphases:
            why = aim.industry.emphases[step.skill].why
            yield _("{industry} weighs it up: {why}").format(industry=aim.industry.name, why=why)
    else:
        needing = [snapshot.skills[slug] for slug in because.required_by]
        yield ngettext(
            "{role} asks for {names}, which needs this first.",
            "{role} asks for {names}, which need this first.",
            len(needing),
        ).format(role=role.name, names=names(needing))
    if because.unlocks:
        yield _("It opens {names}.").format(names=names([snapshot.skills[slug] for slug in because.unlocks]))


def why(step: Step, aim: Aim, standing: Standing) -> Iterator[str]:
    """Of the first step, what the plan takes it for and what it brings."""
    yield from next(reasons(aim, standing))
    if aim.gains and (aim.gains[0].skill, aim.gains[0].to_level) == (step.skill, step.to_level):
        yield ngettext(
            "It is the only step left.",
            "It brings the most readiness for an hour of all {steps} steps left.",
            len(aim.plan.steps),
        ).format(steps=len(aim.plan.steps))


def resource_for(step: Step, snapshot: Snapshot, ticked: Collection[str] = ()) -> Resource | None:
    """One that leads through the step's level and is not ticked yet: free before paid, one that pays nobody before one
    that pays us, one that takes no longer than the levels it leads through before a longer one, what begins at this level
    before what begins earlier, the shortest first."""
    effort = snapshot.effort[step.skill]

    def rank(item: Resource) -> tuple[bool, bool, bool, int, float, str]:
        low, high = item.skills[step.skill]
        return item.cost != 0, item.affiliate, item.hours > sum(effort[low:high]), -low, item.hours, item.slug

    resources = (snapshot.resources[slug] for slug in snapshot.resources_of[step.skill] if slug not in ticked)
    fitting = [
        item
        for item in resources
        if item.skills[step.skill][0] <= step.from_level and step.to_level <= item.skills[step.skill][1]
    ]
    return min(fitting, key=rank, default=None)


def notes(resource: Resource) -> str:
    """“Its author, free, 4 h”: what stands behind its name."""
    said = [resource.author, cost(resource), hours(resource.hours)]
    if resource.affiliate:
        said.append(_("affiliate link"))
    return ", ".join(said)


def project_for(step: Step, snapshot: Snapshot, industry: Industry | None = None) -> Project | None:
    """One that proves just this level, of the industry before others, the shortest first."""
    proving = [
        snapshot.projects[slug]
        for slug in snapshot.projects_of[step.skill]
        if snapshot.projects[slug].proves[step.skill] == step.to_level
    ]
    return min(
        proving,
        key=lambda item: (industry is None or industry.slug not in item.industries, item.hours, item.slug),
        default=None,
    )
