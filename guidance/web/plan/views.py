"""The plan, and what changes it: other hours, another deadline, another goal, and skills pinned, skipped or done later.

An undo is a URL with all its data in the query, since the button beside a message sends no data of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Industry, Kind, Milestone, Project, Role, Skill
from guidance.catalog.text import day
from guidance.progress import services
from guidance.progress.learner_rows import Goal
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.models import CalendarFeed, PlanOverride, ResourceState
from guidance.progress.path import OrderError, Wishes, in_order
from guidance.progress.text import arrival, number, role_before
from guidance.web import cache
from guidance.web.http import (
    QueryParams,
    errors_of,
    form_page,
    invalid,
    learner_of,
    learner_state_of,
    next_url,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.plan import changes, page
from guidance.web.plan.changes import ends, ends_or_stays, overridden
from guidance.web.plan.forms import AdjustForm, GoalForm, HoursForm, tidy

NONE = "none"
OVERRIDES = (*PlanOverride.Override.values, NONE)
MOVES = ("earlier", "later", "skip", "plan", "usual")
NO_GOAL = gettext_lazy("You have no goal yet. Choose one first.")


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Shows the plan. `hours_per_week` shows it with that many hours; `open` lists the milestones whose steps are shown, `all` shows all
    steps."""
    state = learner_state_of(request)
    now = state.goal_state
    if now is None:
        return render(request, "web/plan.html", {"goal": state.goal})
    asked = request.GET if request.GET.get("hours_per_week") else None
    form, goal_state = HoursForm(asked, initial={"hours_per_week": tidy(now.goal.hours_per_week)}), now
    if form.is_valid() and form.cleaned_data["hours_per_week"] != now.goal.hours_per_week:
        goal_state = state.goal_state_for(replace(now.goal, hours_per_week=form.cleaned_data["hours_per_week"]))
    page = _page(request, state, goal_state)
    context = {
        "goal": now.goal,
        "goal_state": goal_state,
        "now": now,
        "page": page,
        "path": _path(request, state, page, is_kept=goal_state is now),
        "form": form,
        "beside": changes.other_hours(goal_state.goal.hours_per_week),
        "arrival": arrival(goal_state, would=goal_state is not now) if page.rows else "",
        "compared": changes.hours_comparison(goal_state, now) if goal_state is not now and page.rows else "",
        "calendar": CalendarFeed.objects.filter(learner=learner_of(request)).first(),
        "role_before": role_before(state),
    }
    return render(request, "web/plan.html", context, status=HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK)


def _page(request: HttpRequest, state: LearnerState, goal_state: GoalState) -> page.PlanPage:
    now = state.goal_state
    assert now is not None

    def make() -> page.PlanPage:
        rows = ResourceState.objects.filter(learner=learner_of(request)).values_list("resource_id", flat=True)
        slugs = state.snapshot.slugs
        ticked = {slugs[Kind.RESOURCE, pk] for pk in rows if (Kind.RESOURCE, pk) in slugs}
        return page.plan_page(state, goal_state, now, ticked)

    # A preview is not worth caching.
    return state.memoize(f"plan page {get_language()}", make) if goal_state is now else make()


def _path(request: HttpRequest, state: LearnerState, page: page.PlanPage, *, is_kept: bool) -> SafeString:
    """Returns the sections as markup. They are the same until the learner writes something, except for the token of their forms."""
    opened = request.GET.getlist("open")
    unfolded = "all" in request.GET

    def make() -> str:
        context = {
            "page": page,
            "csrf_token": cache.CSRF_TOKEN,
            "controls": True,
            "opened": opened,
            "unfolded": unfolded,
        }
        return render_to_string("web/parts/path.html", context)

    is_usual = is_kept and not opened and not unfolded
    return cache.for_request(cache.render_once(state, "plan path", make) if is_usual else make(), request)


# Another goal


@form_page
def goal(request: HttpRequest) -> HttpResponse:
    """Shows the goal form. The URL may have another `role` and `industry`. Without `save` the form shows what the goal would lead
    to. htmx sends the form while the learner fills it in, and gets only that part."""
    state = learner_state_of(request)
    now, then = state.goal_state, None
    params = QueryParams(request.GET, state.snapshot)
    chosen = _chosen(params)
    form = GoalForm.of(state, request.POST if request.method == "POST" else None, chosen)
    if "save" in request.POST and form.is_valid() and form.save(learner_of(request), timezone.now()):
        return redirect_with(request, _saved(learner_state_of(request)), to=reverse("web:plan"))
    if form.is_valid():  # false if saving was rejected
        then = replace(state, days_off=frozenset(form.cleaned_data["days_off"])).goal_state_for(form.goal)
    elif not form.is_bound:
        then = state.goal_state_for(form.goal) if chosen and form.goal.role else now
    context = {
        "form": form,
        "outlook": changes.outlook(then, now, state) if then else None,
        "goal": state.goal,
        "role_before": role_before(state),
        "saved_ads": len(state.ads),
        "problems": params.problems,
    }
    template = "web/goal.html#outlook" if request.htmx else "web/goal.html"  # type: ignore[attr-defined]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else params.status
    return render(request, template, context, status=status)


def _chosen(params: QueryParams) -> dict[str, str]:
    """Returns the slugs of the role and the industry in the URL."""
    role = params.record("role", params.snapshot.roles, Kind.ROLE)
    industry = params.record("industry", params.snapshot.industries, Kind.INDUSTRY)
    return {name: record.slug for name, record in (("role", role), ("industry", industry)) if record}


def _saved(state: LearnerState) -> str:
    goal_state = state.goal_state  # None if the role has been retired since
    return arrival(goal_state) if goal_state and goal_state.plan.steps else _("Goal saved.")


# Hours and deadline


@post_action("web:plan")
def adjust(request: HttpRequest) -> HttpResponse:
    """Sets other hours or another deadline for the current goal, or takes the shorter path to its deadline."""
    to, state = next_url(request, reverse("web:plan")), learner_state_of(request)
    goal = state.goal
    if goal is None or goal.role is None:
        return invalid(request, str(NO_GOAL), to=to)
    form = AdjustForm(_sent(request))
    if not form.is_valid():
        return invalid(request, errors_of(form), to=to)
    if (shorter := form.cleaned_data["shorter"]) is not None:
        return _take_way(request, state, shorter=shorter, to=to)
    changes = form.changes(goal, state.today)
    try:
        services.set_goal(
            learner=learner_of(request),
            role=published_row(Role, goal.role),
            industry=published_row(Industry, goal.industry) if goal.industry else None,
            weekdays=goal.weekdays,
            ad=learner_of(request).savedads.get(pk=goal.ad.id) if goal.ad else None,
            now=timezone.now(),
            **changes,
        )
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=to)
    return redirect_with(request, _adjusted(goal, learner_state_of(request)), to=to, undo=_readjusted(goal, state))


def _take_way(request: HttpRequest, before: LearnerState, *, shorter: bool, to: str) -> HttpResponse:
    goal_state = before.goal_state
    answer = goal_state.plan.by_deadline if goal_state else None
    if shorter and (answer is None or answer.shorter is None):
        return invalid(request, _("No shorter path gets you further by your deadline."), to=to)
    services.set_path(learner=learner_of(request), shorter=shorter)
    text = _("The plan is in its usual order again.")
    if shorter and goal_state and answer and answer.shorter:
        text = _(
            "The steps that add the most points per hour now come first: you’ll be at {ready} of 100 by "
            "{day}. The rest come after them."
        ).format(ready=number(answer.shorter.readiness), day=day(goal_state.goal.deadline))
    undo = f"{reverse('web:plan-adjust')}?{urlencode({'shorter': int(before.shorter)})}"
    return redirect_with(request, text, to=to, undo=undo)


def _sent(request: HttpRequest) -> QueryDict:
    """Returns the data of the form, or of an undo URL."""
    sent = request.GET.copy()
    sent.update(request.POST)
    return sent


def _adjusted(before: Goal, state: LearnerState) -> str:
    goal_state, goal = state.goal_state, state.goal
    sentences = [arrival(goal_state)] if goal_state and goal_state.plan.steps else [_("Saved.")]
    if goal and goal.deadline is None and before.deadline is not None:
        sentences.insert(0, _("Deadline removed."))
    return " ".join(sentences)


def _readjusted(goal: Goal, state: LearnerState) -> str:
    """Returns the URL that restores the goal. A past deadline cannot be set again."""
    values = {"hours_per_week": repr(goal.hours_per_week)}
    if goal.deadline is None or goal.deadline >= state.today:
        values["deadline"] = goal.deadline.isoformat() if goal.deadline else ""
    return f"{reverse('web:plan-adjust')}?{urlencode(values)}"


# What a choice teaches, and the project that ends a milestone


@post_action("web:plan")
def choice(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets `skill` as the one to learn for a choice of the role; if it is empty, the plan picks the skill that suits the learner
    best."""
    to, before, sent = (
        next_url(request, reverse("web:plan")),
        learner_state_of(request),
        _sent(request).get("skill", ""),
    )
    goal_state = before.goal_state
    if goal_state is None:
        return invalid(request, str(NO_GOAL), to=to)
    if (asked := goal_state.role.choices.get(slug)) is None:
        raise Http404
    skill = published_row(Skill, sent) if sent else None
    if skill is not None and skill.slug not in asked.one_of:
        return invalid(request, _("{skill} isn’t one of the options. Choose from the list.").format(skill=skill), to=to)
    services.pick_skill(learner=learner_of(request), choice=slug, skill=skill)
    after = learner_state_of(request)
    then = after.goal_state
    assert then is not None
    taught = before.snapshot.skills[then.plan.taught[slug]].name
    text = _("{skill} is in your plan for “{choice}”.").format(skill=taught, choice=asked.name)
    return redirect_with(
        request,
        f"{text} {ends_or_stays(then, goal_state, after)}".strip(),
        to=to,
        undo=_picked_before("web:choice", slug, "skill", before.wishes.picked.get(slug)),
    )


@post_action("web:plan")
def milestone_project(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes `project` the end of the milestone; if it is empty, the plan picks the project that suits the goal best."""
    to, before, sent = (
        next_url(request, reverse("web:plan")),
        learner_state_of(request),
        _sent(request).get("project", ""),
    )
    if before.goal_state is None:
        return invalid(request, str(NO_GOAL), to=to)
    milestone, project = published_row(Milestone, slug), published_row(Project, sent) if sent else None
    offered = before.goal_state.milestones.get(milestone.slug)
    if project is not None and (offered is None or project.slug not in offered.projects):
        return invalid(request, _("That project doesn’t show the skills of this milestone."), to=to)
    services.pick_project(learner=learner_of(request), milestone=milestone, project=project)
    after = learner_state_of(request)
    then = after.goal_state
    assert then is not None
    planned = next((stage.project for stage in then.plan.stages if stage.milestone == milestone.slug), None)
    text = _("Saved.")
    if planned is not None:
        names = {"milestone": milestone.name, "project": before.snapshot.projects[planned].name}
        text = _("“{milestone}” now ends with “{project}”.").format(**names)
        text = f"{text} {ends_or_stays(then, before.goal_state, after)}".strip()
    earlier = before.wishes.projects.get(milestone.slug)
    return redirect_with(request, text, to=to, undo=_picked_before("web:milestone-project", slug, "project", earlier))


def _picked_before(route: str, slug: str, name: str, earlier: str | None) -> str:
    """Returns the URL that restores the earlier pick, if there was one."""
    return f"{reverse(route, args=[slug])}?{urlencode({name: earlier or ''})}"


# Order and skips of milestones


@post_action("web:plan")
def milestones(request: HttpRequest) -> HttpResponse:
    """`earlier`, `later`, `skip` and `plan` each contain a milestone of the goal; `usual` undoes all moves. A URL with `order`
    and `skipped` restores the previous state."""
    to, before = next_url(request, reverse("web:plan")), learner_state_of(request)
    goal_state = before.goal_state
    if goal_state is None:
        return invalid(request, str(NO_GOAL), to=to)
    records = before.snapshot.milestones
    ids = {slug.slug: records[slug.slug].id for slug in goal_state.curriculum.milestones if slug.slug in records}
    wishes, text = before.wishes, _("Your milestones are back as they were.")
    if "order" in request.GET:
        order, skipped = request.GET.getlist("order"), request.GET.getlist("skipped")
        wishes = replace(wishes, order=order, skip_milestones=frozenset(skipped))
    else:
        name, slug = next(((name, request.POST[name]) for name in MOVES if name in request.POST), ("", ""))
        about = published_row(Milestone, slug).slug if slug and name != "usual" else ""
        if not name or (name != "usual" and about not in ids):
            return invalid(request, _("Choose a milestone on your path, and whether to move or skip it."), to=to)
        try:
            wishes, text = _rearranged(name, about, before, goal_state)
        except OrderError as error:
            return invalid(request, _order_words(error, before), to=to)
    services.update_wishes(
        learner=learner_of(request),
        of_milestones=ids.values(),
        milestone_order=[ids[slug] for slug in wishes.order if slug in ids],
        skip_milestones=[ids[slug] for slug in sorted(wishes.skip_milestones) if slug in ids],
    )
    after = learner_state_of(request)
    told = f"{text} {ends(after.goal_state, goal_state, after)}".strip() if after.goal_state else text
    return redirect_with(request, told, to=to, undo=_rearranged_before(before))


def _rearranged(name: str, slug: str, state: LearnerState, goal_state: GoalState) -> tuple[Wishes, str]:
    """Returns the resulting wishes and the message. Raises OrderError."""
    wishes, title = state.wishes, goal_state.milestones[slug].name if slug else ""
    skipped = frozenset(wishes.skip_milestones)
    if name == "usual":
        return replace(wishes, order=()), _("The milestones are in the usual order again.")
    if name == "skip":
        return replace(wishes, skip_milestones=skipped | {slug}), _("Skipped: “{name}”.").format(name=title)
    if name == "plan":
        text = _("“{name}” is in your plan again.").format(name=title)
        return replace(wishes, skip_milestones=skipped - {slug}), text
    order = [milestone.slug for milestone in in_order(goal_state.curriculum, state.levels, goal_state.wishes.order)]
    movable = state.snapshot.milestones  # the last milestone of an ad always stays last
    left = {stage.milestone for stage in goal_state.plan.stages if stage.end and stage.milestone in movable}
    at = order.index(slug)
    nearest = reversed(order[:at]) if name == "earlier" else iter(order[at + 1 :])
    other = next((item for item in nearest if item in left), None)
    if other is None:
        text = _("“{name}” is already first.") if name == "earlier" else _("“{name}” is already last.")
        return wishes, text.format(name=title)
    order.insert(order.index(other), order.pop(at))
    in_order(goal_state.curriculum, state.levels, order)
    if order == [milestone.slug for milestone in goal_state.curriculum.milestones]:
        order = []
    text = _("“{name}” now comes before “{other}”.") if name == "earlier" else _("“{name}” now comes after “{other}”.")
    other_title = goal_state.milestones[other].name
    return replace(wishes, order=order), text.format(name=title, other=other_title)


def _order_words(error: OrderError, state: LearnerState) -> str:
    milestones = state.snapshot.milestones
    return _(
        "“{name}” needs {skill}, which “{by}” teaches, so it has to come after that milestone. Nothing was changed."
    ).format(
        name=milestones[error.milestone].name,
        skill=state.snapshot.skills[error.skill].name,
        by=milestones[error.by].name,
    )


def _rearranged_before(before: LearnerState) -> str:
    """Returns the URL that restores the order and the skips of milestones."""
    wishes = before.wishes
    values = {"order": list(wishes.order) or [""], "skipped": sorted(wishes.skip_milestones)}
    return f"{reverse('web:plan-milestones')}?{urlencode(values, doseq=True)}"


# Pin, skip, later


@post_action("web:plan")
def override(request: HttpRequest, slug: str) -> HttpResponse:
    return _override(request, {slug: request.POST.get("kind", "")})


@post_action("web:plan")
def overrides(request: HttpRequest) -> HttpResponse:
    """Changes several skills at once: `pin`, `skip`, `later` and `none` contain slugs."""
    sent = _sent(request)
    return _override(request, {slug: kind for kind in OVERRIDES for slug in sent.getlist(kind)})


def _override(request: HttpRequest, wanted: Mapping[str, str]) -> HttpResponse:
    to, learner, before = next_url(request, reverse("web:plan")), learner_of(request), learner_state_of(request)
    skills = _skills(wanted)
    if not skills or not set(wanted.values()) <= set(OVERRIDES):
        return invalid(request, _("Choose a skill, and whether to pin it, skip it or do it later."), to=to)
    changed = {skills[slug].slug: kind for slug, kind in wanted.items()}
    if not request.GET and (problem := _problem(changed, before)):  # an undo only restores what was there before
        return invalid(request, problem, to=to)
    kinds = {skills[slug].pk: None if kind == NONE else kind for slug, kind in wanted.items()}
    services.override(learner=learner, kinds=kinds, now=timezone.now())
    text = overridden(changed, before, learner_state_of(request))
    return redirect_with(request, text, to=to, undo=_put_back(changed, before))


def _skills(slugs: Mapping[str, str]) -> dict[str, Skill]:
    """Returns the row of each skill, by current or former slug. Raises Http404."""
    snapshot = catalogue.current()
    found = {slug: snapshot.skills.get(snapshot.latest_slug(Kind.SKILL, slug)) for slug in slugs}
    ids = {slug: record.id for slug, record in found.items() if record is not None}
    rows = Skill.objects.in_bulk(ids.values())
    if len(ids) < len(found) or not rows.keys() >= set(ids.values()):
        raise Http404
    return {slug: rows[pk] for slug, pk in ids.items()}


def _problem(changed: Mapping[str, str], state: LearnerState) -> str:
    """Returns why the change would have no effect on the plan; empty if it would have one. An undo always works."""
    slugs = [slug for slug, kind in changed.items() if kind != NONE]
    goal_state = state.goal_state
    if not slugs:
        return ""
    if goal_state is None:
        return str(NO_GOAL)
    outside = [state.snapshot.skills[slug].name for slug in slugs if slug not in goal_state.within]
    if not outside:
        return ""
    return _("{skill} is not part of your goal, so there is nothing in the plan to change.").format(skill=outside[0])


def _put_back(changed: Mapping[str, str], before: LearnerState) -> str:
    """Returns the URL that restores the earlier overrides of these skills."""
    kinds = {slug: kind for kind in PlanOverride.Override.values for slug in getattr(before, kind)}
    slugs = dict.fromkeys((*before.pin, *changed)) if changed.keys() & set(before.pin) else changed
    return f"{reverse('web:overrides')}?{urlencode([(kinds.get(slug, NONE), slug) for slug in slugs])}"
