"""Job ads that a learner saved: the list, a page for each, and making one the goal.

An ad is saved from the page that read it (`save`). Its requirements are edited here; the goal and the plan change with them.
"""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import Role
from guidance.progress import services
from guidance.progress.learner_rows import SavedAd
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import SavedAd as SavedAdRow
from guidance.progress.text import arrival, goal_title, role_before
from guidance.web.ads import page
from guidance.web.ads.forms import AdForm, sent_ad, sent_event, sent_levels
from guidance.web.context import is_signed_in
from guidance.web.http import (
    form_page,
    invalid,
    learner_of,
    learner_state_of,
    next_url,
    own_row,
    post_action,
    published_row,
    redirect_with,
)
from guidance.web.onboarding import drafts
from guidance.web.onboarding.drafts import Draft
from guidance.web.onboarding.packing import unpacked_levels, unpacked_skills

GOAL = "goal"


@require_safe
def ads(request: HttpRequest) -> HttpResponse:
    """Shows the saved ads, closest first."""
    state = learner_state_of(request)
    return render(request, "web/ads.html", {"page": page.ads_page(state), "state": state})


@login_not_required
@post_action("web:match", repeats=False)
@sensitive_post_parameters("text", "title", "employer", "skill", "out")
@sensitive_variables("values")
def save(request: HttpRequest) -> HttpResponse:
    """Saves an ad that a page has read, from a form with:

    - `skill`, once for each: `forms.packed_ad_skill`; `out`: the same for each skill that the reader took out;
    - `title`, `employer`, `role` (slug), `seniority` (junior, mid, senior, lead): each may be empty;
    - `text`, stored only with `keep_text`, a tick box that is not ticked unless the reader ticks it;
    - `event_id`, a UUID made with the form: if the form is sent twice, the ad is saved once;
    - `then`: with the value `goal`, the ad becomes the goal and the response leads to the plan; with any other value, the ad is
      only saved.

    A visitor has no saved ads: with `goal`, the ad is stored in their draft and the response leads to the plan of the draft; the
    text is not stored. The form also contains the levels that they stated on the ad's page (`known`, see `unpacked_levels`) and
    the skills found in their CV (`found`, see `unpacked_skills`).
    """
    snapshot = catalogue.current()
    values = sent_ad(request.POST, snapshot)
    to_goal = request.POST.get("then") == GOAL
    if all(item.is_out for item in values["skills"]):
        return invalid(request, _("This ad has no skills to plan for."), to=reverse("web:match"))
    if not is_signed_in(request):
        return _into_draft(request, values) if to_goal else _to_login()
    learner, now = learner_of(request), timezone.now()
    values["role"] = published_row(Role, values["role"]) if values["role"] else None
    try:
        with transaction.atomic():
            ad = services.save_ad(learner=learner, now=now, event_id=sent_event(request.POST), **values)
            if to_goal and ad.role is not None:
                services.make_ad_goal(learner=learner, ad=ad, now=now)
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=reverse("web:ads"))
    if to_goal and ad.role is None:
        text = _(
            "Saved. The ad matches none of our roles. Choose the closest role, and your plan will follow its "
            "milestones."
        )
        return redirect_with(request, text, to=reverse("web:ad", args=[ad.pk]))
    if to_goal:
        return redirect_with(request, _now_goal(request), to=reverse("web:plan"), undo=reverse("web:ad-leave"))
    text = _("Saved: {title}").format(title=ad.title)
    return redirect_with(request, text, to=reverse("web:ads"), undo=reverse("web:ad-remove", args=[ad.pk]))


def _to_login() -> HttpResponse:
    to = f"{reverse('account_login')}?{urlencode({'next': reverse('web:match')})}"
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def _into_draft(request: HttpRequest, values: dict[str, object]) -> HttpResponse:
    snapshot, now = catalogue.current(), timezone.now()
    draft = drafts.draft_of(request, snapshot, now)[0] or Draft()
    ad = page.unsaved_ad(values, draft.today(now))
    if found := unpacked_skills(request.POST.getlist("found"), snapshot):
        draft = draft.with_cv_skills(found)
    claimed = unpacked_levels(request.POST.getlist("known"), snapshot)
    draft = replace(draft.with_ad(ad), levels={**draft.levels, **claimed})
    drafts.store(request, draft)
    to = reverse("web:start-goal" if not ad.role else "web:start-levels" if draft.to_confirm else "web:start-plan")
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def _now_goal(request: HttpRequest) -> str:
    """Returns the message to show after an ad has become the goal."""
    state = learner_state_of(request)
    goal_state = state.goal_state
    assert goal_state is not None
    ad = goal_state.goal.ad
    text = _("The job ad “{title}” from {employer} is your goal.")
    if ad is None or not ad.employer:
        text = _("The job ad “{title}” is your goal.")
    sentences = [text.format(title=goal_state.role.name, employer=ad.employer if ad else "")]
    if goal_state.plan.steps:
        sentences.append(arrival(goal_state))
    if before := role_before(state):
        sentences.append(_("You can go back to {role} with one click.").format(role=before))
    return " ".join(sentences)


# A single ad


@form_page
def ad(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what an ad asks for, with a form for its title, employer and role."""
    state = learner_state_of(request)
    saved = _saved(state, pk)
    row = own_row(request, SavedAdRow, pk)
    sent = request.POST if request.method == "POST" else None
    form = AdForm(sent, ad=saved, has_text=bool(row.text), snapshot=state.snapshot)
    if sent is not None and form.is_valid() and _change(request, row, form):
        return redirect_with(request, _("Saved."), to=reverse("web:ad", args=[pk]))
    context = {"page": page.ad_page(saved, state), "form": form, "text": row.text, "state": state}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/ad.html", context, status=status)


def _saved(state: LearnerState, pk: int) -> SavedAd:
    """Returns the saved ad. Raises Http404 if it was deleted or belongs to someone else."""
    found = next((item for item in state.ads if item.id == pk), None)
    if found is None:
        raise Http404
    return found


def _change(request: HttpRequest, row: SavedAdRow, form: AdForm) -> bool:
    changes = {name: form.cleaned_data[name] for name in ("title", "employer")}
    changes["role"] = published_row(Role, form.cleaned_data["role"]) if form.cleaned_data["role"] else None
    if form.cleaned_data.get("forget_text"):
        changes["text"] = ""
    try:
        services.change_ad(learner=learner_of(request), ad=row, now=timezone.now(), **changes)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@post_action("web:ad", "pk")
def skills(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes the skills of an ad: `level-<slug>` sets the level of one, and `asked` lists the skills that count; the others are
    taken out."""
    saved = _saved(learner_state_of(request), pk)
    asked = set(request.POST.getlist("asked"))
    out = [item.skill for item in saved.skills if item.skill not in asked]
    to = next_url(request, reverse("web:ad", args=[pk]))
    if len(out) == len(saved.skills):
        return invalid(request, _("Keep at least one skill. To remove the ad, delete it."), to=to)
    row = own_row(request, SavedAdRow, pk)
    services.set_ad_skills(learner=learner_of(request), ad=row, levels=sent_levels(request.POST, saved), out=out)
    return redirect_with(request, _changed(saved, learner_state_of(request)), to=to)


def _changed(before: SavedAd, state: LearnerState) -> str:
    if (
        state.goal
        and state.goal.ad
        and state.goal.ad.id == before.id
        and state.goal_state
        and state.goal_state.plan.steps
    ):
        return " ".join([_("Saved."), arrival(state.goal_state)])
    return _("Saved.")


@post_action("web:ad", "pk")
def make_goal(request: HttpRequest, pk: int) -> HttpResponse:
    ad = get_object_or_404(learner_of(request).savedads.filter(removed_at=None), pk=pk)
    try:
        services.make_ad_goal(learner=learner_of(request), ad=ad, now=timezone.now())
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=reverse("web:ad", args=[pk]))
    to = next_url(request, reverse("web:plan"))
    return redirect_with(request, _now_goal(request), to=to, undo=reverse("web:ad-leave"))


@post_action("web:ads")
def leave(request: HttpRequest) -> HttpResponse:
    """Changes the goal back from an ad to the role that was the goal before."""
    before = learner_state_of(request).goal
    to = next_url(request, reverse("web:plan"))
    if services.leave_ad(learner=learner_of(request), now=timezone.now()) is None:
        return invalid(request, _("Your goal isn’t a job ad."), to=to)
    state = learner_state_of(request)
    text = _("Your goal is {role} again.").format(role=goal_title(state))
    undo = reverse("web:ad-goal", args=[before.ad.id]) if before and before.ad else ""
    return redirect_with(request, text, to=to, undo=undo)


@post_action("web:ads")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    ad = get_object_or_404(learner_of(request).savedads.filter(removed_at=None), pk=pk)
    was_goal = services.remove_ad(learner=learner_of(request), ad=ad, now=timezone.now())
    text = _("Deleted: {title}").format(title=ad.title)
    if was_goal:
        role = goal_title(learner_state_of(request))
        text = _("Deleted: {title}. Your goal is {role} again.").format(title=ad.title, role=role)
    undo = reverse("web:ad-restore", args=[pk]) + ("?goal=1" if was_goal else "")
    return redirect_with(request, text, to=reverse("web:ads"), undo=undo)


@post_action("web:ads")
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a deletion; `goal` in the URL makes the ad the goal again."""
    ad = own_row(request, SavedAdRow, pk)
    try:
        with transaction.atomic():
            services.restore_ad(learner=learner_of(request), ad=ad)
            if "goal" in request.GET:
                services.make_ad_goal(learner=learner_of(request), ad=ad, now=timezone.now())
    except ValidationError as error:
        return invalid(request, " ".join(error.messages), to=reverse("web:ads"))
    return redirect_with(request, _("Restored: {title}").format(title=ad.title), to=reverse("web:ads"))
