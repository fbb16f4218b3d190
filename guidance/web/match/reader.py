"""Who reads a job ad or a CV, and what they can do: a learner, a visitor with a draft plan, or a visitor about whom nothing is
known."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import graph
from guidance.catalog.kinds import Industry
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import hours
from guidance.progress.learner_rows import SavedAd
from guidance.progress.learner_state import LearnerState
from guidance.progress.text import goal_title, role_before
from guidance.progress.units import units_of
from guidance.web.onboarding.cv import CvSkill
from guidance.web.onboarding.drafts import Draft


@dataclass(frozen=True, slots=True)
class Reader:
    levels: Mapping[str, int]
    logged: Mapping[str, float]
    industry: Industry | None
    back_to: str  # the role that a job ad would replace as the goal; empty without a goal
    is_known: bool  # whether anything is known about what they can do
    is_learner: bool
    planned: Collection[str]  # skills that their plan teaches; empty without an account
    hours_per_week: float | None  # None if they have not said
    current: str | None  # the skill that they are learning now
    from_cv: Collection[str]  # skills whose level comes from the CV sent with the ad
    begun: Callable[[str], str]  # returns in words what has been started of a skill
    ads: Sequence[SavedAd] = ()  # saved ads
    goal_ad: int | None = None  # the saved ad that is the goal


def reader_of(
    state: LearnerState | None,
    draft: Draft | None,
    snapshot: Snapshot,
    *,
    claimed: Mapping[str, int] | None = None,
    cv: Mapping[str, CvSkill] | None = None,
) -> Reader:
    """Returns the reader. `claimed`: levels that a visitor claims on the page; `cv`: the content of a CV sent with the ad."""
    stated = dict(state.stated if state else draft.levels if draft else {})
    known = dict(state.levels if state else draft.known if draft else {})
    found = {slug: find.level for slug, find in (cv or {}).items() if find.level > known.get(slug, 0)}
    # A skill that a CV only mentions in passing says nothing about its prerequisites.
    sure = {slug: level for slug, level in found.items() if level > 1}
    levels = graph.with_implied(snapshot.graph, {**stated, **sure, **(claimed or {})}, state.at_least if state else {})
    levels = {**found, **levels} | {slug: max(level, levels.get(slug, 0)) for slug, level in found.items()}
    goal_of, goal_state = state.goal if state else draft, state.goal_state if state else None
    steps = goal_state.plan.steps if goal_state else ()
    return Reader(
        levels=levels,
        logged=state.logged if state else {},
        industry=state.industry if state else None,
        back_to=(role_before(state) or goal_title(state)) if state and goal_state else "",
        is_known=bool(stated or any(levels.values())),
        is_learner=state is not None,
        planned=frozenset(step.skill for step in steps if step.skill),
        hours_per_week=goal_of.hours_per_week if goal_of else None,
        current=next((step.skill for step in steps if step.skill), None),
        from_cv=found.keys() - (claimed or {}).keys(),
        begun=lambda slug: _begun(state, slug) if state else "",
        ads=state.ads if state else (),
        goal_ad=state.goal.ad.id if state and state.goal and state.goal.ad else None,
    )


def _begun(state: LearnerState, slug: str) -> str:
    """Returns words such as “you have started: 3 of 5 units of level 1 done”."""
    level = state.levels.get(slug, 0) + 1
    units = units_of(state, slug, level)
    if units and units.done:
        text = ngettext(
            "you have started: {done} of {n} unit of level {level} done",
            "you have started: {done} of {n} units of level {level} done",
            len(units.units),
        )
        return text.format(done=units.done, n=len(units.units), level=level)
    logged = state.logged.get(slug, 0.0)
    return _("you have started: {hours} logged").format(hours=hours(logged)) if logged >= 1 / 60 else ""
