"""Quick checks and reviews of a skill: their start page, the questions, and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guidance.catalog import models
from guidance.catalog.kinds import CheckItem, Skill
from guidance.catalog.models import Kind
from guidance.progress import checks, services
from guidance.progress.checks import CHECK, REVIEW
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import MAX_REPORT, Assessment, CheckAnswer, QuickCheck
from guidance.progress.services import CheckState
from guidance.progress.text import source_shares
from guidance.progress.units import LevelUnits, UnitState, units_of
from guidance.web.http import invalid, learner_of, learner_state_of, own_row, post_action, published_row, redirect_with

# The start of a check


@dataclass(frozen=True, slots=True)
class LevelCheck:
    """A level that this learner can check."""

    level: int
    text: str
    source: str  # how we know the level; empty if it is not reached
    is_proved: bool
    possible_on: date
    is_possible: bool


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    row = published_row(models.Skill, slug)
    state, learner = learner_state_of(request), learner_of(request)
    skill = state.snapshot.skills[state.snapshot.slugs[Kind.SKILL, row.pk]]
    if request.method == "POST":
        level = _level(request.POST.get("level", ""))
        try:
            begun = services.begin_check(learner=learner, skill=row, level=level, now=timezone.now())
        except ValidationError as error:
            return invalid(request, " ".join(error.messages), to=reverse("web:check", args=[skill.slug]))
        return _to(begun)
    if going := services.open_check(learner, skill.slug, state.snapshot):
        return _to(going)
    levels = level_checks(request, skill, state)
    context = {"skill": skill, "levels": levels, "length": CHECK, "past": _past(request, skill, state)}
    return render(request, "web/check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts a review of the level that was checked or shown."""
    row = published_row(models.Skill, slug)
    state, learner = learner_state_of(request), learner_of(request)
    skill = state.snapshot.skills[state.snapshot.slugs[Kind.SKILL, row.pk]]
    due = state.review_of(skill.slug)
    if due is None:
        return HttpResponseRedirect(reverse("web:check", args=[skill.slug]))
    if request.method == "POST":
        try:
            begun = services.begin_review(learner=learner, skill=row, now=timezone.now())
        except ValidationError as error:
            return invalid(request, " ".join(error.messages), to=skill.url)
        return _to(begun)
    if going := services.open_check(learner, skill.slug, state.snapshot):
        return _to(going)
    context = {
        "skill": skill,
        "review": due,
        "is_due": due.due <= state.today,
        "length": REVIEW,
        "past": _past(request, skill, state),
    }
    return render(request, "web/check.html", context)


def _level(value: str) -> int:
    return int(value) if value in {"1", "2", "3", "4"} else 0


def _to(check: QuickCheck) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:quick-check", args=[check.pk]), status=HTTPStatus.SEE_OTHER)


def level_checks(request: HttpRequest, skill: Skill, state: LearnerState) -> list[LevelCheck]:
    """Returns the levels that this learner can check. Takes two queries."""
    slices, proved = state.slices.get(skill.slug, ()), state.proved_level(skill.slug)
    found = []
    days = services.check_days(learner_of(request), skill.slug, state.today, state.snapshot)
    for level, day in days.items():
        source = slices[level - 1] if level <= len(slices) else ""
        text = skill.level_texts[level - 1]
        found.append(LevelCheck(level, text, source, level <= proved, day, day <= state.today))
    return found


@dataclass(frozen=True, slots=True)
class PastCheck:
    check: QuickCheck
    right: int
    of: int


def _past(request: HttpRequest, skill: Skill, state: LearnerState) -> list[PastCheck]:
    """Returns the last few finished checks. Takes two queries."""
    ids = state.snapshot.ids[Kind.SKILL, skill.slug]
    rows = learner_of(request).quickchecks.filter(skill__in=ids, finished_at__isnull=False).order_by("-id")
    found = list(rows.prefetch_related("answers")[:5])
    return [PastCheck(row, sum(answer.right for answer in row.answers.all()), len(row.answers.all())) for row in found]


# The questions


@require_http_methods(["GET", "HEAD", "POST"])
def quick_check(request: HttpRequest, pk: int) -> HttpResponse:
    found, learner = own_row(request, QuickCheck, pk), learner_of(request)
    state = learner_state_of(request)
    if (Kind.SKILL, found.skill_id) not in state.snapshot.slugs:
        raise Http404
    if request.method == "POST":
        return _answer(request, found, state)
    progress = services.check_state(learner, found, state.snapshot)
    if progress.current is None and not found.finished_at:  # the remaining questions have been withdrawn
        progress = services.finish_check(learner=learner, check=found, now=timezone.now())
    if answer := progress.answer_to(request.GET.get("answered", "")):
        return _answered(request, progress, answer, state)
    if progress.current is None:
        return _result(request, progress, state)
    return _question(request, progress, progress.current, state)


def _answer(request: HttpRequest, found: QuickCheck, state: LearnerState) -> HttpResponse:
    learner, key = learner_of(request), request.POST.get("item", "")
    given = _given(request)
    try:
        progress = services.answer_item(learner=learner, check=found, item=key, given=given, now=timezone.now())
    except ValidationError as error:
        to = reverse("web:quick-check", args=[found.pk])
        progress = services.check_state(learner, found, state.snapshot)
        if error.code == "invalid" and progress.current is not None:
            return _question(request, progress, progress.current, state, error.messages[0])
        # A second click on the answer shows the first answer.
        return invalid(request, error.messages[0], to=f"{to}?answered={key}" if error.code == "answered" else to)
    if progress.check.finished_at:
        request.session[f"check {found.pk}"] = _moved(state, learner_state_of(request))
    return HttpResponseRedirect(
        f"{reverse('web:quick-check', args=[found.pk])}?answered={key}", status=HTTPStatus.SEE_OTHER
    )


def _given(request: HttpRequest) -> list[str]:
    """Returns ids of options, or what was typed. In an order question each option has a position; if two have the same position,
    only one of them is returned."""
    places = {name[6:]: request.POST[name] for name in request.POST if name.startswith("place-")}
    if not places:
        return request.POST.getlist("answer")
    in_place = {place: name for name, place in places.items()}
    return [in_place[place] for place in sorted(in_place)]  # at most five, so each is one digit


def _frame(progress: CheckState, state: LearnerState) -> dict[str, Any]:
    by_item = {answer.item: answer.right for answer in progress.answers}
    return {
        "check": progress.check,
        "skill": state.snapshot.skills[progress.slug],
        "progress": progress,
        "is_review": progress.check.purpose == QuickCheck.Purpose.REVIEW,
        "marks": [by_item.get(item.key) for item in progress.items],
    }


def _question(
    request: HttpRequest, progress: CheckState, item: CheckItem, state: LearnerState, problem: str = ""
) -> HttpResponse:
    sent = request.POST if problem else {}
    chosen = request.POST.getlist("answer") if problem else []
    options = [
        checks.ShownOption(
            id=(name := checks.option_id(option)),
            label=option.label,
            is_yours=name in chosen,
            place=sent.get(f"place-{name}", ""),
        )
        for option in checks.shown_options(item, progress.check.pk)
    ]
    context = {
        **_frame(progress, state),
        "item": item,
        "number": len(progress.answers) + 1,
        "options": options,
        "places": [str(place) for place in range(1, len(options) + 1)],
        "typed": chosen[0] if chosen and checks.is_typed(item) else "",
        "problem": problem,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return _private(render(request, "web/check_question.html", context, status=status))


def _answered(request: HttpRequest, progress: CheckState, answer: CheckAnswer, state: LearnerState) -> HttpResponse:
    item = next((item for item in progress.items if item.key == answer.item), None)
    number = next(place for place, given in enumerate(progress.answers, 1) if given == answer)
    shown = progress.answers[:number]
    context = {
        **_frame(progress, state),
        "item": item,
        "answer": answer,
        "number": number,
        "right": sum(given.right for given in shown),
        "options": checks.marked_options(item, answer.answer, progress.check.pk) if item else [],
        "unit": _unit(item, progress.slug, state) if item else None,
        "reported": learner_of(request)
        .itemreports.filter(skill=answer.skill_id, item=answer.item, done_at=None)
        .first(),
        "most": MAX_REPORT,
    }
    return _private(render(request, "web/check_answered.html", context))


def _unit(item: CheckItem, slug: str, state: LearnerState) -> tuple[LevelUnits, UnitState] | None:
    """Returns the unit that teaches the item, with its level."""
    units = units_of(state, slug, item.level)
    found = next((unit for unit in units.units if unit.key == item.taught_by), None) if units else None
    return (units, found) if units and found else None


def _private(response: HttpResponse) -> HttpResponse:
    """Keeps checks out of every cache: the page before the answer must not reappear after it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


# The result


def _moved(before: LearnerState, after: LearnerState) -> dict[str, float] | None:
    """Returns the readiness, and how much of it was checked before and is checked now, in points and as shares of the current
    readiness; None without a goal."""
    if before.goal_state is None or after.goal_state is None:
        return None
    was, now = before.goal_state.readiness, after.goal_state.readiness
    # Rounded as on the dashboard, where the parts add up.
    checked_before, checked = (
        sum(share.points for share in source_shares(result.by_source) if share.source == Assessment.Source.CHECK)
        for result in (was, now)
    )
    return {
        "readiness_before": round(was.readiness, 1),
        "readiness": round(now.readiness, 1),
        "checked_before": checked_before,
        "checked": checked,
        "share_before": checked_before / now.readiness if now.readiness else 0.0,
        "share": checked / now.readiness if now.readiness else 0.0,
    }


def _result(request: HttpRequest, progress: CheckState, state: LearnerState) -> HttpResponse:
    found, learner = progress.check, learner_of(request)
    moved: Mapping[str, float] | None = request.session.get(f"check {found.pk}")
    by_item = {item.key: item for item in progress.items}
    missed = [by_item[answer.item] for answer in progress.answers if not answer.right and answer.item in by_item]
    units = [] if found.passed else units_to_help(missed, progress.slug, found.level, state)
    goal_state = state.goal_state
    step = next(iter(goal_state.plan.steps), None) if goal_state else None
    next_review = state.review_of(progress.slug)
    slices = state.slices.get(progress.slug, ())
    source = slices[found.level - 1] if found.level <= len(slices) else ""
    context = {
        **_frame(progress, state),
        "asked": [(by_item[answer.item], answer) for answer in progress.answers if answer.item in by_item],
        "missed": missed,
        "moved": moved if moved and found.passed else None,
        "gained": round(moved["checked"] - moved["checked_before"], 1) if moved else 0,
        "units": units,
        "minutes": sum(unit.minutes for _level, unit in units),
        "again": None
        if found.passed
        else services.check_days(learner, progress.slug, state.today, state.snapshot).get(found.level),
        "next_skill": state.snapshot.skills.get(step.skill or "") if step else None,
        "next_level": step.to_level if step else 0,
        "has_plan": goal_state is not None,
        "next_review": next_review,
        "refresh": next_review is not None and next_review.worth_refresh and not found.passed,
        "is_own_word": source in {Assessment.Source.SELF, Assessment.Source.CV},
    }
    return render(request, "web/check_result.html", context)


MAX_UNITS = 5


def units_to_help(
    missed: Sequence[CheckItem], slug: str, level: int, state: LearnerState
) -> list[tuple[LevelUnits, UnitState]]:
    """Returns the units that teach the missed items; for an item without a unit, the unfinished units of the level."""
    found = [pair for item in missed if (pair := _unit(item, slug, state))]
    unique = {(pair[0].level, pair[1].key): pair for pair in found}
    if not unique and (units := units_of(state, slug, level)):
        unique = {(level, unit.key): (units, unit) for unit in units.units if not unit.is_done}
    return list(unique.values())[:MAX_UNITS]


@post_action("web:quick-check", "pk")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Reports a wrong question."""
    found = own_row(request, QuickCheck, pk)
    key, text = request.POST.get("item", ""), request.POST.get("text", "")
    to = f"{reverse('web:quick-check', args=[pk])}?answered={key}"
    if not text.strip():
        return invalid(request, _("Enter what is wrong with the question."), to=to)
    try:
        services.report_item(learner=learner_of(request), skill=found.skill, item=key, text=text, now=timezone.now())
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=to)
    return redirect_with(request, _("Thank you. A curator will look at the question."), to=to)
