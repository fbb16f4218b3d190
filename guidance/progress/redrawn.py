"""A goal that was redrawn: what its role and its industry ask for now, and what that does to the readiness of one learner."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from guidance.catalog.documents import parse
from guidance.catalog.models import Kind, Revision, Version
from guidance.catalog.snapshot import Choice, Requirement, Snapshot
from guidance.catalog.text import aim_name, names
from guidance.progress.advice import LEAST_POINTS
from guidance.progress.learner_state import Aim, Standing
from guidance.progress.path import Targets, targets
from guidance.progress.readiness import Score

type Data = Mapping[str, Any]  # of a document


def redrawn(standing: Standing, aim: Aim) -> str:
    """In sentences; empty where the goal asks for the same in the same order, or what the learner saw last is not known.
    One query."""
    before = _before(standing, aim)
    if Kind.ROLE not in before or (aim.industry is not None and Kind.INDUSTRY not in before):
        return ""
    role, industry = before[Kind.ROLE], before.get(Kind.INDUSTRY, {})
    earlier = _targets(role, industry, standing.snapshot)
    goal = aim_name(aim.role, aim.industry)
    if earlier == dict(aim.targets):
        if role.get("milestones", []) == list(aim.role.milestones):
            return ""
        return _("{goal} has a new path of milestones. Your levels and your readiness are unchanged.").format(goal=goal)
    then, now = Score(earlier, standing.levels).readiness, aim.readiness.readiness
    text = _("{goal} was redrawn. Your levels are unchanged; readiness went from {then} to {now}, because {reasons}.")
    if abs(now - then) < LEAST_POINTS:
        text = _("{goal} was redrawn: {reasons}. Your levels are unchanged, and readiness is still {now}.")
    reasons = "; ".join(_reasons(earlier, aim, standing.snapshot))
    return text.format(goal=goal, then=f"{then:.1f}", now=f"{now:.1f}", reasons=reasons)


def _before(standing: Standing, aim: Aim) -> dict[str, Data]:
    """The documents of the role and of the industry as the learner saw them last, by kind."""
    records = Q(kind=Kind.ROLE, record_id=aim.role.id)
    if aim.industry is not None:
        records |= Q(kind=Kind.INDUSTRY, record_id=aim.industry.id)
    seen = Revision.objects.filter(number=standing.seen).values("at")
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


def _reasons(earlier: Targets, aim: Aim, snapshot: Snapshot) -> Iterator[str]:
    then = {skill for target in earlier.values() for skill in target.one_of}
    now = {skill for target in aim.targets.values() for skill in target.one_of}
    choices = [choice for slug, choice in aim.role.choices.items() if slug not in earlier]
    chosen = {skill for choice in choices for skill in choice.one_of}
    asked = dict.fromkeys([*aim.role.skills, *aim.targets])
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
