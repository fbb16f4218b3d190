"""Onboarding: from a background and a goal to a plan, before there is an account.

Every page can be linked. Its URL parameters (`BeginForm`) take precedence over the session. Only a submitted form writes the
session, so nothing is stored about a visitor who is only looking around.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from guidance.catalog import snapshot as catalogue
from guidance.catalog.snapshot import Snapshot
from guidance.progress.implied import implied
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.placement import Answer
from guidance.progress.plausible import Level
from guidance.web.cache import public_page
from guidance.web.catalogue.pages import EXAMPLE_ROLE
from guidance.web.context import is_signed_in
from guidance.web.http import form_page, invalid, is_personal, learner_of, learner_state_of, post_action, redirect_with
from guidance.web.onboarding import drafts, page
from guidance.web.onboarding.drafts import Draft
from guidance.web.onboarding.forms import AnswerForm, BeginForm, CVForm, DeadlineForm, FirstGoalForm, LevelsForm
from guidance.web.onboarding.page import ProposedLevels
from guidance.web.onboarding.placement import DraftPlacement
from guidance.web.plan.forms import HoursForm, tidy


@dataclass
class OnboardingState:
    """The common state of the onboarding pages."""

    snapshot: Snapshot
    now: datetime
    form: BeginForm  # from the URL
    kept: Draft | None  # the draft in the session
    notes: list[str]  # what no longer exists since the draft was stored
    account: LearnerState | None

    @cached_property
    def draft(self) -> Draft:
        draft = self.kept or _of_account(self.account)
        if self.form.asked:
            self.form.is_valid()
            draft = _following(draft, self.form.cleaned_data, self.snapshot)
        if draft.role is None and self.kept is None:
            roles = self.snapshot.roles
            draft = replace(draft, role=EXAMPLE_ROLE if EXAMPLE_ROLE in roles else next(iter(roles), None))
        return draft

    @property
    def today(self) -> date:
        return self.account.today if self.account else self.draft.today(self.now)

    def state(self, draft: Draft | None = None) -> LearnerState:
        return (draft or self.draft).state(self.snapshot, self.today, self.account)

    @property
    def placement(self) -> DraftPlacement:
        """Returns the placement for a draft with a role."""
        return DraftPlacement(self.draft, self.snapshot, self.account)

    @property
    def query(self) -> dict[str, str]:
        """Returns the URL parameters, which links and forms on the page pass on until there is a draft in the session."""
        return {name: value for name in self.form.fields if (value := self.form.data.get(name))}

    def url(self, name: str, **more: str) -> str:
        return reverse(name) + _query_string(self.query | more)

    @property
    def refused(self) -> bool:
        """Returns whether the URL names something that does not exist."""
        return any(name in self.form.errors for name in ("role", "industry", "from"))


def start_of(request: HttpRequest) -> OnboardingState:
    snapshot, now = catalogue.current(), timezone.now()
    kept, notes = drafts.draft_of(request, snapshot, now)
    return OnboardingState(
        snapshot=snapshot,
        now=now,
        form=BeginForm(request.GET, snapshot=snapshot),
        kept=kept,
        notes=notes,
        account=learner_state_of(request) if is_signed_in(request) else None,
    )


def _of_account(account: LearnerState | None) -> Draft:
    goal = account.goal if account else None
    if account is None or goal is None:
        return Draft()
    deadline = goal.deadline if goal.deadline and goal.deadline >= account.today else None
    return Draft().with_goal(replace(goal, deadline=deadline), days_off=None)


def _following(draft: Draft, said: dict[str, Any], snapshot: Snapshot) -> Draft:
    """Returns the draft changed according to the URL."""
    if begin := said.get("from"):
        draft = draft.with_background(begin, snapshot)
    if role := said.get("role"):
        draft = replace(draft, role=role, industry=said.get("industry") or None, ad=None)
    if hours := said.get("hours_per_week"):
        draft = replace(draft, hours_per_week=hours)
    return draft


# Background


@public_page("role", "industry", "from", "hours_per_week")
def start(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    if is_personal(request):
        return _begin(request, start_of(request))
    form = BeginForm(request.GET, snapshot=snapshot)
    return _begin(request, OnboardingState(snapshot, timezone.now(), form, None, [], None))


def _begin(request: HttpRequest, start: OnboardingState) -> HttpResponse:
    draft = start.draft
    if not start.form.asked:
        initial = {"role": draft.role, "industry": draft.industry or ""}
        start.form = BeginForm(snapshot=start.snapshot, initial=initial)
    context = {
        "form": start.form,
        "notes": start.notes,
        "beginnings": page.background_options(start.snapshot, start.form["from"].value() or draft.begin),
        "kept": start.kept,
        "begun": page.background_text(start.kept, start.snapshot) if start.kept else "",
        "role": start.snapshot.roles.get(start.kept.role or "") if start.kept else None,
        "zero": drafts.ZERO,
    }
    status = HTTPStatus.BAD_REQUEST if start.form.errors else HTTPStatus.OK
    return render(request, "web/start/begin.html", context, status=status)


@login_not_required
@form_page
@sensitive_post_parameters("cv")
@sensitive_variables("form")
def cv(request: HttpRequest) -> HttpResponse:
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    form = CVForm(_sent(request))
    if form.is_valid():
        draft = start.draft.with_cv(form.cleaned_data["cv"], start.snapshot)
        if draft.found:
            return _keep(request, draft, "web:start-levels")
        form.add_error("cv", _("This text names no skill that we know."))
    return render(request, "web/start/cv.html", {"form": form}, status=_status(form))


@login_not_required
@form_page
def questions(request: HttpRequest) -> HttpResponse:
    """Shows a question. `skill` and `level` identify the question, so that each question has a URL to return to."""
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    if start.draft.role is None:
        return redirect("web:start")
    placement = start.placement
    asked = _asked_level(request.GET)
    form = AnswerForm(_sent(request))
    if asked is None or not placement.may_ask(asked):
        following, query = _asking(start.draft, start)
        return redirect(start.url(following, **query))
    if form.is_valid():
        draft = start.draft.with_answer(Answer(*asked, form.cleaned_data["answer"]))
        following, query = _asking(draft, start)
        return _keep(request, draft, following, **query)
    page = placement.question(asked)
    context = {
        "form": form,
        "page": page,
        "progress": placement.progress if placement.answered else None,
        "before": start.url("web:start-questions", **_question_query(page.before)) if page.before else "",
        "enough": start.url("web:start-placement"),
        "levels": start.url("web:start-levels") if placement.begun else "",
    }
    return render(request, "web/start/question.html", context, status=_status(form))


def _asked_level(query: QueryDict) -> Level | None:
    slug, level = query.get("skill", ""), query.get("level", "")
    return (slug, int(level)) if slug and level in {"1", "2", "3", "4"} else None


def _question_query(level: Level) -> dict[str, str]:
    return {"skill": level[0], "level": str(level[1])}


def _asking(draft: Draft, start: OnboardingState) -> tuple[str, dict[str, str]]:
    """Returns the page of the next question or, after the last one, the next page."""
    following = DraftPlacement(draft, start.snapshot, start.account).next_level if draft.role else None
    return ("web:start-questions", _question_query(following)) if following else ("web:start-placement", {})


@login_not_required
@form_page
def placement(request: HttpRequest) -> HttpResponse:
    """Shows what the answers imply, to be confirmed line by line."""
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    if start.draft.role is None:
        return redirect("web:start")
    placement = start.placement
    if request.method == "POST":
        draft = start.draft.with_placed(placement.stated(request.POST.getlist("line")))
        return _keep(request, draft, "web:start-levels" if draft.to_confirm else "web:start-plan")
    last = placement.answered[-1] if placement.answered else None
    context = {
        "page": placement,
        "notes": start.notes,
        "query": _query_string(start.query),
        "before": start.url("web:start-questions", **_question_query(last)) if last else "",
        "levels": start.url("web:start-levels") if placement.begun else "",
    }
    return render(request, "web/start/placement.html", context)


@login_not_required
@form_page
def levels(request: HttpRequest) -> HttpResponse:
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    draft, snapshot = start.draft, start.snapshot
    shown = page.shown_levels(draft, snapshot, start.account)
    form = LevelsForm(_sent(request), levels={slug: level for group in shown for slug, level in group.levels.items()})
    if form.is_valid():
        offered = next((group.levels for group in shown if group.id == "others"), {})
        said = page.confirmed_levels(form, shown)
        draft = replace(draft, levels={slug: level for slug, level in said.items() if level or slug not in offered})
        following, query = _asking(draft, start) if "ask" in request.POST else (_after(shown, draft, start), {})
        return _keep(request, draft, following, **query)
    context = {
        "form": form,
        "groups": page.level_groups(shown, form, snapshot),
        "hours_per_week": draft.hours_per_week,
        "role": snapshot.roles.get(draft.role or ""),
        "notes": start.notes,
        "query": _query_string(start.query),
        "more": draft.role is not None and start.placement.next_level is not None,
    }
    return render(request, "web/start/levels.html", context, status=_status(form))


def _after(shown: Sequence[ProposedLevels], draft: Draft, start: OnboardingState) -> str:
    """Returns the page of the plan or, if these levels imply others that were not among them, the page of levels."""
    known = {**(start.account.levels if start.account else {}), **draft.levels}
    there = {slug for group in shown for slug in group.levels}
    return "web:start-levels" if implied(start.snapshot.graph, known).keys() - there else "web:start-plan"


# The goal


@login_not_required
@form_page
def goal(request: HttpRequest) -> HttpResponse:
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    form = FirstGoalForm.of(start.state(), _sent(request))
    if form.is_valid():
        draft = start.draft.with_goal(form.goal, _days_off(form, start.draft))
        return _keep(request, draft, "web:start-levels" if draft.to_confirm else "web:start-plan")
    context = {"form": form, "notes": start.notes, "query": _query_string(start.query)}
    return render(request, "web/start/goal.html", context, status=_status(form))


def _days_off(form: FirstGoalForm, draft: Draft) -> tuple[date, ...] | None:
    """Returns the days off that the visitor chose. Days off that are sent back unchanged do not count as chosen: an account that
    gets the draft later keeps its own."""
    days: list[date] = form.cleaned_data["days_off"]
    return draft.days_off if days == form.initial["days_off"] else tuple(days)


# The plan


@login_not_required
@form_page
def plan(request: HttpRequest) -> HttpResponse:
    """A form may change the hours, the deadline, the order or what is skipped."""
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    if start.kept is None and not start.form.asked:
        has_plan = start.account is not None and start.account.goal is not None
        return redirect("web:plan" if has_plan else "web:start")
    goal_state = start.state().goal_state
    if goal_state is None:  # the role has been retired since
        return redirect("web:start-goal" if start.snapshot.roles else "web:start")
    hours = HoursForm(initial={"hours_per_week": tidy(start.draft.hours_per_week)})
    deadline = DeadlineForm(today=start.today)
    if request.method == "POST":
        hours = HoursForm(request.POST) if "hours_per_week" in request.POST else hours
        deadline = DeadlineForm(request.POST, today=start.today) if "deadline" in request.POST else deadline
        if not hours.errors and not deadline.errors:
            draft = _changed(start.draft, request, hours, deadline, start.snapshot)
            return _keep(request, draft, "web:start-plan")
    elif "hours_per_week" in start.form.errors:
        hours = HoursForm(request.GET)
    return _plan_page(request, start, goal_state, hours, deadline)


def _changed(draft: Draft, request: HttpRequest, hours: HoursForm, deadline: DeadlineForm, snapshot: Snapshot) -> Draft:
    if hours.is_bound:
        draft = replace(draft, hours_per_week=hours.cleaned_data["hours_per_week"])
    if deadline.is_bound:
        draft = replace(draft, deadline=deadline.cleaned_data["deadline"])
    if (shorter := request.POST.get("shorter")) in {"0", "1"}:
        draft = replace(draft, shorter=shorter == "1")
    left_out = dict.fromkeys((*draft.skip, *(slug for slug in request.POST.getlist("skip") if slug in snapshot.skills)))
    return replace(draft, skip=tuple(slug for slug in left_out if slug not in request.POST.getlist("put_back")))


def _plan_page(
    request: HttpRequest, start: OnboardingState, goal_state: GoalState, hours: HoursForm, deadline: DeadlineForm
) -> HttpResponse:
    draft = start.draft
    context = {
        "form": hours,
        "problems": [error for errors in deadline.errors.values() for error in errors],
        "page": page.preview(draft, start.state(), goal_state),
        "goal_state": goal_state,
        "skills": start.snapshot.skills,
        "notes": start.notes,
        "query": _query_string(start.query),
        "other": start.kept is not None and start.kept.known and start.kept.levels != draft.levels,
        "goal": list(page.goal_in_words(start.account)) if start.account else [],
    }
    wrong = hours.errors or deadline.errors
    status = HTTPStatus.OK
    if wrong:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.BAD_REQUEST
    return render(request, "web/start/plan.html", context, status=status)


@login_not_required
@post_action("web:start-plan")
def keep(request: HttpRequest) -> HttpResponse:
    """Saves the plan of a visitor who is logged in; others first create an account, or log in (`how`)."""
    start = start_of(request)
    if start.refused:
        return _begin(request, start)
    if not is_signed_in(request):
        if request.POST.get("how") == "login":
            return _keep(request, start.draft, "account_login", next=reverse("web:start-plan"))
        return _keep(request, start.draft, "account_signup")
    if start.kept is None and not start.form.asked:  # the form was sent twice
        return redirect("web:dashboard")
    try:
        drafts.save(start.draft, learner_of(request), start.snapshot, start.now)
    except ValidationError as error:  # the maximum number of saved ads is reached
        return invalid(request, " ".join(error.messages), to=reverse("web:ads"))
    drafts.drop_saved(request, start.draft)
    return redirect_with(request, _("This is your plan from now on."), to=reverse("web:dashboard"))


@login_not_required
@post_action("web:start-plan")
def discard(request: HttpRequest) -> HttpResponse:
    drafts.discard(request)
    to = reverse("web:dashboard" if is_signed_in(request) else "web:start")
    return redirect_with(request, _("Your plan was discarded. Nothing was saved."), to=to)


def _keep(request: HttpRequest, draft: Draft, page: str, **query: str) -> HttpResponseRedirect:
    """Saves the draft and redirects."""
    drafts.store(request, draft)
    return HttpResponseRedirect(reverse(page) + _query_string(query), status=HTTPStatus.SEE_OTHER)


def _query_string(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(form: BaseForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
