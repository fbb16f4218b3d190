"""A goal that was redrawn: what its role and its industry ask for now, and what that does to the readiness of one learner."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from guidance.catalog.documents import parse
from guidance.catalog.kinds import Choice, Requirement
from guidance.catalog.models import Kind, Revision, Version
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import goal_name, names
from guidance.progress.advice import MIN_POINTS
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.path import Targets, targets
from guidance.progress.readiness import Score

type Data = Mapping[str, Any]  # of a document


def redrawn(state: LearnerState, goal_state: GoalState) -> str:
    """In sentences; empty where the goal asks for the same in the same order, or what the learner saw last is not known.
    One query."""
    before = _before(state, goal_state)
    if Kind.ROLE not in before or (goal_state.industry is not None and Kind.INDUSTRY not in before):
        return ""
    role, industry = before[Kind.ROLE], before.get(Kind.INDUSTRY, {})
    earlier = _targets(role, industry, state.snapshot)
    goal = goal_name(goal_state.role, goal_state.industry)
    if earlier == dict(goal_state.targets):
        if role.get("milestones", []) == list(goal_state.role.milestones):
            return ""
        return _("{goal} has a new path of milestones. Your levels and your readiness are unchanged.").format(goal=goal)
    then, now = Score(earlier, state.levels).readiness, goal_state.readiness.readiness
    text = _("{goal} was redrawn. Your levels are unchanged; readiness went from {then} to {now}, because {reasons}.")
    if abs(now - then) < MIN_POINTS:
        text = _("{goal} was redrawn: {reasons}. Your levels are unchanged, and readiness is still {now}.")
    reasons = "; ".join(_reasons(earlier, goal_state, state.snapshot))
    return text.format(goal=goal, then=f"{then:.1f}", now=f"{now:.1f}", reasons=reasons)


def _before(state: LearnerState, goal_state: GoalState) -> dict[str, Data]:
    """The documents of the role and of the industry as the learner saw them last, by kind."""
    records = Q(kind=Kind.ROLE, record_id=goal_state.role.id)
    if goal_state.industry is not None:
        records |= Q(kind=Kind.INDUSTRY, record_id=goal_state.industry.id)
    seen = Revision.objects.filter(number=state.seen).values("at")
    rows = Version.objects.filter(records, at__lte=Subquery(seen)).order_by("kind", "-number").distinct("kind")
    found: dict[str, Data] = {}
    for kind, slug, content in rows.values_list("kind", "slug", "document"):
        document, _problems = parse(content, kind=kind, slug=slug)
        if document is not None:
            found[kind] = document.data
    return found


def _targets(role: Data, industry: Data, snapshot: Snapshot) -> dict[str, Any]:
    """As they would be today: skills that were merged since are what they became, those that were retired are left out."""

    def slugs[V](found: Mapping[str, V]) -> Iterator[tuple[str, V]]:
        for slug, value in found.items():
            today = snapshot.latest_slug(Kind.SKILL, slug)
            if today in snapshot.skills:
                yield today, value

    def asked(data: Data) -> dict[str, Requirement]:
        found: dict[str, Requirement] = {}
        for slug, item in slugs(data.get("requirements", {})):
            other = found.get(slug, Requirement(slug, 0, 0))
            found[slug] = Requirement(slug, max(item["level"], other.level), max(item["importance"], other.importance))
        return found

    choices = {
        slug: Choice(slug, item["name"], one_of, item["importance"])
        for slug, item in role.get("choices", {}).items()
        if (one_of := dict(slugs(item["one_of"])))
    }
    emphases = dict(slugs({item["skill"]: item["weight"] for item in industry.get("emphases", [])}))
    return targets(asked(role), choices, asked(industry), emphases)


def _reasons(earlier: Targets, goal_state: GoalState, snapshot: Snapshot) -> Iterator[str]:
    then = {skill for target in earlier.values() for skill in target.one_of}
    now = {skill for target in goal_state.targets.values() for skill in target.one_of}
    choices = [choice for slug, choice in goal_state.role.choices.items() if slug not in earlier]
    chosen = {skill for choice in choices for skill in choice.one_of}
    asked = dict.fromkeys([*goal_state.role.skills, *goal_state.targets])
    added = [snapshot.skills[slug] for slug in asked if slug in now - then - chosen]
    gone = [snapshot.skills[slug] for slug in sorted(then - now)]
    if added:
        yield _("it now asks for {names}").format(names=names(added))
    if gone:
        yield _("it no longer asks for {names}").format(names=names(gone))
    for choice in choices:
        yield _("any one of {names} is enough").format(names=names([snapshot.skills[slug] for slug in choice.one_of]))
    if not (added or gone or choices):
        yield _("it asks for other levels, or gives skills another weight")
