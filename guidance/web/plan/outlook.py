"""What would follow from another goal, or from other hours a week, before it is saved.

What a learner has of each milestone, and how we know. A level that several milestones teach counts in the first of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.snapshot import Skill
from guidance.catalog.wording import aim_name, day, hours, listed, names, short
from guidance.progress.models import Assessment
from guidance.progress.onboarding import Implied, implied
from guidance.progress.path import in_order
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS
from guidance.progress.standing import IMPLIED, Aim, Standing
from guidance.progress.wording import arrival
from guidance.web.dashboard.first_day import NEAR
from guidance.web.dashboard.next_milestones import may_apply
from guidance.web.plan.changes import moved

STATES = {None: "plain", True: "good", False: "late"}  # by whether the plan is on time


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from a goal."""

    title: str
    state: str  # late, good or plain
    sentence: str
    facts: list[tuple[str, str, str]]  # label, figure, note


def outlook(aim: Aim, now: Aim | None, standing: Standing) -> Outlook:
    """The next milestone first, the end of the plan last. `now`: what follows from the goal as it is, which another `aim` is
    compared with."""
    plan, finish = aim.plan, aim.plan.finish
    ready = floatformat(plan.readiness, 1)
    if finish is None:
        facts = [(_("ready today"), ready, _ready_before(aim, now))]
        return Outlook(
            aim_name(aim.role, aim.industry), STATES[plan.on_time], _("Nothing is left to do for it."), facts
        )
    shift = moved(now.plan.finish, finish) if now and now is not aim and now.plan.finish else ""
    steps = ngettext("%(n)d step", "%(n)d steps", len(plan.steps)) % {"n": len(plan.steps)}
    sentence = arrival(aim, would=aim is not now)
    if shift:
        sentence = _("{arrival} That is {shift}.").format(arrival=sentence, shift=shift)
    facts = [
        *milestones(aim, standing),
        (_("to do"), hours(plan.total_hours), steps),
        (_("ready today"), ready, _ready_before(aim, now)),
    ]
    if plan.hours_per_week_needed is not None:
        facts.append((_("to be on time"), hours(plan.hours_per_week_needed), _("a week")))
    return Outlook(aim_name(aim.role, aim.industry), STATES[plan.on_time], sentence, facts)


def milestones(aim: Aim, standing: Standing) -> Iterator[tuple[str, str, str]]:
    """The next milestone, and when applying makes sense."""
    stages = {stage.milestone: (number, stage) for number, stage in enumerate(aim.plan.stages, 1)}
    following = next((stage for _number, stage in stages.values() if stage.end is not None), None)
    if following is not None and following.end is not None:
        name = standing.snapshot.milestones[following.milestone].name
        note = _("{name}, {hours}").format(name=name, hours=hours(following.hours))
        yield _("next milestone"), _by(following.end, standing.today), note
    if may_apply(aim):
        yield _("you can start applying"), _("now"), ""
    elif aim.plan.applying is not None:
        number, _stage = stages[aim.role.apply_after or ""]
        note = _("after milestone {number} of {all}").format(number=number, all=len(stages))
        yield _("you can start applying"), _by(aim.plan.applying.end, standing.today), note


def _by(day: date, today: date) -> str:
    """Of what is far away the month says enough."""
    return short(day, today, "F" if day - today > NEAR else "j M")


def _ready_before(aim: Aim, now: Aim | None) -> str:
    if now is None or (now.role, now.industry) == (aim.role, aim.industry):
        return _("of 100")
    return _("of 100; %(ready)s with the goal you have") % {"ready": floatformat(now.plan.readiness, 1)}


# Other hours


def compared(aim: Aim, now: Aim) -> str:
    """When a plan would end that is looked at with other hours, against the plan as it is. Of plans with steps."""
    finish, then = now.plan.finish, aim.plan.finish
    assert finish is not None
    assert then is not None
    values = {"hours": hours(now.goal.hours_per_week), "day": day(finish), "moved": moved(finish, then)}
    if finish == then:
        return _("Nothing is saved yet. With %(hours)s a week it is the same day.") % values
    return _("Nothing is saved yet. With %(hours)s a week it is %(day)s, so this is %(moved)s.") % values


def beside(per_week: float) -> list[tuple[str, str]]:
    """An hour less and an hour more, as far as there is room: label and value of a query."""
    less, more = max(LEAST_HOURS, per_week - 1), min(MOST_HOURS, per_week + 1)
    return [
        (f"{sign} {hours(abs(value - per_week))}", f"{value:.4g}")
        for sign, value in (("−", less), ("+", more))
        if value != per_week
    ]


SAID: Mapping[str, object] = {
    Assessment.How.SELF: gettext_lazy("from what you told us"),
    Assessment.How.CV: gettext_lazy("from your CV"),
    Assessment.How.PROJECT: gettext_lazy("shown by a project"),
}


@dataclass(frozen=True, slots=True)
class Credited:
    """Levels of a skill that a milestone teaches, that the learner has, and that no milestone before it teaches."""

    skill: Skill
    levels: tuple[int, ...]
    source: str  # self, cv, project or implied
    how: str  # the same in words

    @property
    def hours(self) -> float:
        """Those of its levels."""
        return sum(self.skill.effort[level - 1] for level in self.levels)

    @property
    def text(self) -> str:
        """“level 2”, “levels 1 and 2”: what the hours are for."""
        if len(self.levels) == 1:
            return _("level {level}").format(level=self.levels[0])
        return _("levels {levels}").format(levels=listed([str(level) for level in self.levels]))


def credits_of(standing: Standing, aim: Aim) -> dict[str, list[Credited]]:
    """By milestone of the goal, in the order of the plan; those that are skipped have none."""
    by = standing.keep("implied by", lambda: implied(standing.snapshot.graph, standing.stated))
    seen, found = set[tuple[str, int]](), dict[str, list[Credited]]()
    for milestone in in_order(aim.curriculum, standing.levels, aim.wishes.order):
        if milestone.slug in aim.wishes.skip_milestones:
            continue
        reached: dict[str, list[int]] = {}
        for slug, level in milestone.steps:
            if standing.levels.get(slug, 0) >= level and (slug, level) not in seen:
                seen.add((slug, level))
                reached.setdefault(slug, []).append(level)
        found[milestone.slug] = [
            Credited(
                standing.snapshot.skills[slug], tuple(sorted(levels)), standing.sources[slug], _how(slug, standing, by)
            )
            for slug, levels in reached.items()
        ]
    return found


def _how(slug: str, standing: Standing, by: Mapping[str, Implied]) -> str:
    source = standing.sources[slug]
    if source != IMPLIED:
        return str(SAID[source])
    return _("implied by {skills}").format(skills=names([standing.snapshot.skills[other] for other in by[slug].by]))
