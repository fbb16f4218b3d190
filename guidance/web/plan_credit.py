"""What a learner has of a milestone, and how we know."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.catalog.snapshot import Milestone, Skill
from guidance.catalog.wording import names
from guidance.progress.models import Assessment
from guidance.progress.onboarding import Implied, implied
from guidance.progress.standing import IMPLIED, Standing

SAID: Mapping[str, object] = {
    Assessment.How.SELF: gettext_lazy("said by you"),
    Assessment.How.CV: gettext_lazy("from your CV"),
    Assessment.How.PROJECT: gettext_lazy("shown by a project"),
}


@dataclass(frozen=True, slots=True)
class Credited:
    """A skill of a milestone that the learner has at some level of it."""

    skill: Skill
    level: int
    source: str  # self, cv, project or implied
    how: str  # the same in words
    hours: float  # that its levels of this milestone take


def credited(standing: Standing, milestone: Milestone) -> list[Credited]:
    reached: dict[str, list[int]] = {}
    for slug, level in milestone.steps:
        if standing.levels.get(slug, 0) >= level:
            reached.setdefault(slug, []).append(level)
    by = standing.keep("implied by", lambda: implied(standing.snapshot.graph, standing.stated))
    return [_credited(slug, levels, standing, by) for slug, levels in reached.items()]


def _credited(slug: str, levels: list[int], standing: Standing, by: Mapping[str, Implied]) -> Credited:
    skill, source = standing.snapshot.skills[slug], standing.sources[slug]
    if source == IMPLIED:
        how = _("implied by {skills}").format(skills=names([standing.snapshot.skills[other] for other in by[slug].by]))
    else:
        how = str(SAID[source])
    return Credited(
        skill=skill,
        level=standing.levels[slug],
        source=source,
        how=how,
        hours=sum(skill.effort[level - 1] for level in levels),
    )
