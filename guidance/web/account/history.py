"""The history: what a learner did on each day, with undo for levels."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day as in_words
from guidance.catalog.text import goal_name, hours, level_name
from guidance.progress import history as past
from guidance.progress.models import Assessment, Goal
from guidance.progress.text import describe_slice, levels_in_words
from guidance.progress.units import kind_when_ticked, title_of
from guidance.web.http import learner_of, learner_state_of

MAX_UNFOLDED = 6  # if a day has more levels than this, they are folded into one line


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An event in the history. `url` leads to the event's subject if that is published."""

    name: str
    url: str
    text: str
    undo: int | None = None  # the assessment that can be undone


@dataclass(frozen=True, slots=True)
class HistoryDay:
    name: str
    on: date
    studied: str
    lines: list[HistoryLine]  # latest first; the totals of the day last
    levels: list[HistoryLine]  # only if there are many: folded into one line
    folded: str  # that line


def history(request: HttpRequest) -> HttpResponse:
    state = learner_state_of(request)
    before, problem = _before(request.GET.get("before", ""))

    def read() -> past.HistoryPage:
        return past.page(learner_of(request), snapshot=state.snapshot, before=before)

    # The first page, with the latest days, stays the same until the learner writes something.
    page = state.memoize("history", read) if before is None else read()
    context = {
        "state": state,
        "days": [_day(day, page.latest, state.snapshot) for day in page.days],
        "older": page.older,
        "newest": before is None,
        "problem": problem,
    }
    return render(request, "web/history.html", context, status=400 if problem else 200)


def _before(value: str) -> tuple[date | None, str]:
    if not value:
        return None, ""
    try:
        return date.fromisoformat(value), ""
    except ValueError:
        return None, _("“{value}” is not a date such as 2026-11-30.").format(value=value)


def _day(day: past.HistoryDay, latest: Collection[int], snapshot: Snapshot) -> HistoryDay:
    dated = [(item.at, _goal(item)) for item in day.goals]
    dated += [
        (item.at, _link(snapshot, item.kind, item.record_id, item.name, _what(item, snapshot))) for item in day.done
    ]
    dated += [(item.at, _link(snapshot, Kind.SKILL, item.skill_id, item.name, _check(item))) for item in day.checks]
    levels = [_assessment(item, item.pk in latest, snapshot) for item in day.assessments]
    folded = ""
    if len(levels) > MAX_UNFOLDED:
        folded = ngettext("{n} level set", "{n} levels set", len(levels)).format(n=len(levels))
    else:
        dated += zip([item.at for item in day.assessments], levels, strict=True)
        levels = []
    lines = [line for _at, line in sorted(dated, key=lambda item: item[0], reverse=True)]
    for item in day.studied:
        of, number = (Kind.SKILL, item.skill_id) if item.skill_id else (Kind.RESOURCE, item.resource_id)
        assert number is not None
        lines.append(_link(snapshot, of, number, item.name, hours(item.minutes / 60)))
    return HistoryDay(in_words(day.on), day.on, hours(day.minutes / 60) if day.minutes else "", lines, levels, folded)


def _what(done: past.DoneEntry, snapshot: Snapshot) -> str:
    if done.unit:
        skill = snapshot.skills.get(snapshot.slugs.get((Kind.SKILL, done.record_id), ""))
        kind = kind_when_ticked(done.unit_type, done.unit, skill, snapshot)
        return _("{kind}: {unit}").format(kind=kind, unit=title_of(done.unit))
    if done.kind == Kind.SKILL:
        return _("Evidence added")
    if done.kind == Kind.RESOURCE:
        return _("Ticked as done")
    if not done.lines:
        return _("Work saved")
    return ngettext("Work saved, {n} line ticked", "Work saved, {n} lines ticked", done.lines).format(n=done.lines)


def _check(item: past.CheckEntry) -> str:
    """Returns a line such as “Review of level 2: 3 of 3, passed”."""
    text = _("Review of level {level}: {result}") if item.is_review else _("Check of level {level}: {result}")
    result = _("{right} of {of}, passed") if item.passed else _("{right} of {of}, not passed")
    return text.format(level=item.level, result=result.format(right=item.right, of=item.of))


def _assessment(item: Assessment, may_undo: bool, snapshot: Snapshot) -> HistoryLine:
    level = _("level {level}, {name}").format(level=item.level, name=level_name(item.level))
    if item.undoes_id is not None:
        text = _("undone, back to {level}").format(level=level)
    elif item.up_to is not None and item.up_to < item.level:
        levels = levels_in_words(range(1, item.up_to + 1))
        text = _("still at {level}; {levels} {how}").format(level=level, levels=levels, how=_how(item))
    else:
        text = _("{level}, {how}").format(level=level, how=_how(item))
    return _link(snapshot, Kind.SKILL, item.skill_id, item.skill.name, text, item.pk if may_undo else None)


def _how(item: Assessment) -> str:
    if item.project is not None:
        return _("by the project {project}").format(project=item.project.name)
    return describe_slice(item.kind)


def _goal(goal: Goal) -> HistoryLine:
    text = _("{hours} a week").format(hours=hours(goal.hours_per_week))
    if goal.deadline:
        text = _("{text}, by {day}").format(text=text, day=in_words(goal.deadline))
    if goal.ad is not None and goal.ad.removed_at is None:
        return HistoryLine(_("Goal: {name}").format(name=goal.ad.title), reverse("web:ad", args=[goal.ad.pk]), text)
    name = goal_name(goal.role, goal.industry)
    if goal.is_ad:
        name = _("a job ad that you deleted, planned with the milestones of {role}").format(role=name)
    return HistoryLine(_("Goal: {name}").format(name=name), "", text)


def _link(snapshot: Snapshot, kind: str, number: int, name: str, text: str, undo: int | None = None) -> HistoryLine:
    """Returns a line about a record. A merged record has the name of the record it was merged into; a retired record has only its
    stored name."""
    slug = snapshot.slugs.get((kind, number))
    record = snapshot.of_kind(kind)[slug] if slug else None
    # A link to a resource leads to another site, so it would have to be marked as external; the name is enough here.
    url = record.url if record and kind != Kind.RESOURCE else ""
    return HistoryLine(record.name if record else name, url, text, undo)
