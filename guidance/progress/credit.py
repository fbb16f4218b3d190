"""Works out which levels of each milestone a learner already has, and how we know. A level that several milestones teach counts
in the first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.kinds import Skill
from guidance.catalog.text import names
from guidance.progress.implied import ImpliedLevel, implied
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.models import Assessment
from guidance.progress.path import in_order
from guidance.progress.sources import IMPLIED
from guidance.progress.text import levels_in_words
from guidance.progress.units import units_done

SOURCES: Mapping[str, object] = {
    Assessment.Source.SELF: gettext_lazy("not checked"),
    Assessment.Source.CV: gettext_lazy("from your CV"),
    Assessment.Source.CHECK: gettext_lazy("checked"),
    Assessment.Source.PROJECT: gettext_lazy("shown by a project"),
}


@dataclass(frozen=True, slots=True)
class Credited:
    """Levels of a skill that the learner has from one source and that this milestone is the first to teach."""

    skill: Skill
    levels: tuple[int, ...]
    source: str  # self, cv, check, project or implied
    how: str  # the same in words

    @property
    def hours(self) -> float:
        """The hours of these levels."""
        return sum(self.skill.effort[level - 1] for level in self.levels)

    @property
    def text(self) -> str:
        """What the hours are for: “level 2” or “levels 1 and 2”."""
        return levels_in_words(self.levels)


def credits_of(state: LearnerState, goal_state: GoalState) -> dict[str, list[Credited]]:
    """Returns the credited levels by milestone of the goal, in the order of the plan, without skipped milestones."""
    by = state.memoize("implied by", lambda: implied(state.snapshot.graph, state.stated, state.at_least))
    seen, credited = set[tuple[str, int]](), dict[str, list[Credited]]()
    for milestone in in_order(goal_state.curriculum, state.levels, goal_state.wishes.order):
        if milestone.slug in goal_state.wishes.skip_milestones:
            continue
        reached: dict[tuple[str, str, int], list[int]] = {}
        for slug, level in milestone.steps:
            if state.levels.get(slug, 0) >= level and (slug, level) not in seen:
                seen.add((slug, level))
                source = state.slices[slug][level - 1]
                units = units_done(state, slug, level) if source == Assessment.Source.SELF else 0
                reached.setdefault((slug, source, units), []).append(level)
        credited[milestone.slug] = [
            Credited(state.snapshot.skills[slug], tuple(sorted(levels)), source, _how(slug, source, units, state, by))
            for (slug, source, units), levels in reached.items()
        ]
    return credited


def _how(slug: str, source: str, units: int, state: LearnerState, by: Mapping[str, ImpliedLevel]) -> str:
    if units:
        return ngettext("you’ve done its unit", "you’ve done its {n} units", units).format(n=units)
    if source != IMPLIED:
        return str(SOURCES[source])
    return _("implied by {skills}").format(skills=names([state.snapshot.skills[other] for other in by[slug].by]))
