"""What a learner knows and wants, as the map shows it. Pure but for its words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.web.skillmap.milestones import MapMilestone

MAX_NEXT_STEPS = 8
ORDINALS = (
    gettext_lazy("1st next"),
    gettext_lazy("2nd next"),
    gettext_lazy("3rd next"),
    gettext_lazy("4th next"),
    gettext_lazy("5th next"),
    gettext_lazy("6th next"),
    gettext_lazy("7th next"),
    gettext_lazy("8th next"),
)


@dataclass(frozen=True, slots=True)
class MapState:
    """All by slug. Empty: nobody in particular looks at the map."""

    levels: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)  # of the goal, what has to come before included
    next_steps: Sequence[str] = ()  # of the plan, each skill once
    also_asked_for: Collection[str] = ()  # by the industry, not scored
    stretches: Sequence[MapMilestone] = ()  # milestones of the goal, in the order of the plan

    def kind(self, slug: str) -> str:
        """at, begun or none; of what is not scored for the goal known, off (asked for) or aside (no part of it)."""
        level, target = self.levels.get(slug, 0), self.targets.get(slug, 0)
        if target:
            return "at" if level >= target else "begun" if level else "none"
        if not self.targets:
            return "at" if level else "none"
        return "known" if level else "off" if slug in self.also_asked_for else "aside"

    def words(self) -> "StationText":
        return StationText(self)


class StationText:
    """The same for those who read: “1 of 2 · 6th next”."""

    def __init__(self, state: MapState) -> None:
        self._state = state
        self._of = _("{level} of {target}")
        self._level = _("level {level}")
        self._kinds = {"off": _("asked for, not scored"), "aside": _("not needed"), "none": ""}
        self._next = dict(zip(state.next_steps, map(str, ORDINALS), strict=False))

    def __call__(self, slug: str) -> str:
        state = self._state
        level, target = state.levels.get(slug, 0), state.targets.get(slug, 0)
        if target:
            text = self._of.format(level=level, target=target)
            return f"{text} · {self._next[slug]}" if slug in self._next else text
        return self._level.format(level=level) if level else self._kinds[state.kind(slug)]


def counts(state: MapState, slugs: Collection[str]) -> tuple[int, int, int]:
    """How many of the goal's skills are at their target, in progress and not begun."""
    kinds = [state.kind(slug) for slug in slugs if state.targets.get(slug)]
    return kinds.count("at"), kinds.count("begun"), kinds.count("none")
