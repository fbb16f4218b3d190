"""What pinning, skipping and putting off do to a plan, in words: before it is done and after."""

from collections.abc import Collection, Mapping
from datetime import date

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.snapshot import Skill
from guidance.catalog.wording import day, lapse, names
from guidance.progress import skipping
from guidance.progress.plan import Outcome
from guidance.progress.standing import Aim, Standing
from guidance.progress.steps import LEAST_POINTS

TOLD = {  # about overrides
    "pin": gettext_lazy("Pinned: %(skills)s, prerequisites included."),
    "skip": gettext_lazy("Skipped: %(skills)s."),
    "later": gettext_lazy("Put off: %(skills)s."),
    "none": gettext_lazy("Back in its usual place: %(skills)s."),
}


def moved(finish: date, then: date) -> str:
    """How far a finish moves: “11 days earlier”."""
    if finish == then:
        return _("the same day")
    text = _("%(stretch)s earlier") if then < finish else _("%(stretch)s later")
    return text % {"stretch": lapse(abs((finish - then).days))}


def out_of_reach(aim: Aim) -> set[str]:
    return {item.skill for item in aim.plan.unreachable}


# Before


def skips(standing: Standing, aim: Aim) -> dict[str, str]:
    """What skipping it would do, for each skill of the plan."""
    now = skipping.end(aim.plan)
    skills = dict.fromkeys(step.skill for step in aim.plan.steps if step.skill is not None)
    return {
        slug: _sentences(_also_left_out(standing, without.lost), would_end(without.end, now))
        for slug, without in skipping.each_skipped(standing, aim, skills).items()
    }


def would_end(then: Outcome, now: Outcome) -> str:
    """How a plan would end that is not chosen yet."""
    values = _values(then, now)
    if then.finish is None:
        return _("Nothing would be left in your plan, and you would stay at %(ready)s of 100.") % values
    if _as_ready(then, now):
        return _("Your plan would still end at %(ready)s of 100, on %(day)s.") % values
    return _("Your plan would end at %(ready)s of 100 on %(day)s, instead of %(was_ready)s on %(was_day)s.") % values


# After


def overridden(changed: Mapping[str, str], before: Standing, after: Standing) -> str:
    """`changed`: pin, skip, later or none by skill."""
    by_kind: dict[str, list[Skill]] = {}
    for slug, kind in changed.items():
        by_kind.setdefault(kind, []).append(after.snapshot.skills[slug])
    sentences = [str(TOLD[kind]) % {"skills": names(skills)} for kind, skills in by_kind.items()]
    then, now = after.aim, before.aim
    if then is not None and now is not None:
        lost, found = out_of_reach(then) - out_of_reach(now), out_of_reach(now) - out_of_reach(then) - changed.keys()
        sentences += [
            _also_left_out(after, lost),
            _also_again(after, found),
            now_ends(skipping.end(then.plan), skipping.end(now.plan)),
        ]
    return _sentences(*sentences)


def now_ends(then: Outcome, now: Outcome) -> str:
    """How a plan ends that ended otherwise before. An earlier day is a gain only where the readiness is the same."""
    values = _values(then, now)
    if _as_ready(then, now):
        if then.finish is None or now.finish is None or then.finish == now.finish:
            return ""
        return _("You’ll finish on %(day)s, %(moved)s.") % {**values, "moved": moved(now.finish, then.finish)}
    if then.finish is None:
        return _("Nothing is left in your plan. You stay at %(ready)s of 100.") % values
    if now.finish is None:
        return _("Your plan now ends at %(ready)s of 100 on %(day)s.") % values
    return _("Your plan now ends at %(ready)s of 100 on %(day)s, instead of %(was_ready)s on %(was_day)s.") % values


# Both


def _values(then: Outcome, now: Outcome) -> dict[str, str]:
    return {
        "ready": floatformat(then.readiness),
        "day": day(then.finish),
        "was_ready": floatformat(now.readiness),
        "was_day": day(now.finish),
    }


def _as_ready(then: Outcome, now: Outcome) -> bool:
    return abs(then.readiness - now.readiness) < LEAST_POINTS


def _also_left_out(standing: Standing, lost: Collection[str]) -> str:
    text = ngettext(
        "This also leaves out %(skills)s, which needs it.", "This also leaves out %(n)d skills that need it.", len(lost)
    )
    return text % {"skills": _named(standing, lost), "n": len(lost)} if lost else ""


def _also_again(standing: Standing, found: Collection[str]) -> str:
    text = ngettext("%(skills)s is in your plan again too.", "%(n)d more skills are in your plan again.", len(found))
    return text % {"skills": _named(standing, found), "n": len(found)} if found else ""


def _named(standing: Standing, slugs: Collection[str]) -> str:
    return names([standing.snapshot.skills[slug] for slug in sorted(slugs)])


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)
