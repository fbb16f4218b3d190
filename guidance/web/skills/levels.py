"""All levels of a learner on one page: those that matter for the goal, and the others. Levels that were saved together, here or
from a CV, are undone together."""

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import names
from guidance.progress import services
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import Assessment
from guidance.web.http import form_page, invalid, learner_of, learner_state_of, next_url, post_action, redirect_with
from guidance.web.onboarding.forms import LevelsForm
from guidance.web.onboarding.page import ProposedLevels, by_area, level_groups

Source = Assessment.Source


@form_page
def levels(request: HttpRequest) -> HttpResponse:
    """Saves the levels that differ from those the page showed, so that a level changed elsewhere meanwhile is not reset."""
    state = learner_state_of(request)
    shown = groups(state)
    sent = request.POST if request.method == "POST" else None
    form = LevelsForm(sent, levels={slug: level for group in shown for slug, level in group.levels.items()})
    if form.is_valid():
        return _save(request, {slug: form.levels[slug] for slug in form.changed_data}, state)
    context = {"form": form, "groups": level_groups(shown, form, state.snapshot)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/levels.html", context, status=status)


def groups(state: LearnerState) -> list[ProposedLevels]:
    """Returns the learner's levels, 0 included, of the skills that the goal needs, then those of all other skills."""
    goal = state.goal_state
    wanted = {slug: state.levels.get(slug, 0) for slug in goal.within} if goal else {}
    others = {slug: level for slug, level in state.levels.items() if slug not in wanted}
    found = {
        "goal": (_("What counts for your goal"), wanted),
        "others": (_("Your other skills") if goal else _("Your skills"), others),
    }
    return [
        ProposedLevels(
            group, title, "", by_area(levels, state.snapshot), {slug: _known(slug, state) for slug in levels}
        )
        for group, (title, levels) in found.items()
        if levels
    ]


def _known(slug: str, state: LearnerState) -> str:
    """Returns what else is known about a level: that it follows from others, or how far it is proven."""
    if slug not in state.own:
        return _("it follows from your other levels") if state.levels.get(slug) else ""
    proven = state.proved_level(slug)
    return _("proven up to level {level}").format(level=proven) if proven else ""


def _save(request: HttpRequest, levels: Mapping[str, int], state: LearnerState) -> HttpResponse:
    to = next_url(request, reverse("web:levels"))
    ids = {state.snapshot.skills[slug].id: level for slug, level in levels.items()}
    made = services.assess_all(learner=learner_of(request), levels=ids, now=timezone.now()) if ids else []
    if not made:
        return redirect_with(request, _("Nothing changed."), to=to)
    text = ngettext("{n} level changed: {names}.", "{n} levels changed: {names}.", len(made))
    return redirect_with(request, told(text, made, learner_state_of(request)), to=to, undo=undo_url(made))


def told(text: str, made: Collection[Assessment], state: LearnerState) -> str:
    """Returns a text with the number and names of the saved levels, and the readiness that they lead to."""
    text = text.format(n=len(made), names=names_of(made, state.snapshot))
    if state.goal_state:
        text += " " + _("Readiness {after}.").format(after=f"{state.goal_state.readiness.readiness:.1f}")
    return text


def names_of(made: Iterable[Assessment], snapshot: Snapshot) -> str:
    slugs = (snapshot.slugs.get((Kind.SKILL, item.skill_id)) for item in made)
    return names([snapshot.skills[slug] for slug in slugs if slug])


def undo_url(made: Iterable[Assessment]) -> str:
    return f"{reverse('web:undo-levels')}?{urlencode([('made', item.pk) for item in made])}"


@post_action("web:levels")
def undo(request: HttpRequest) -> HttpResponse:
    """Undoes levels that were saved together; the URL lists them."""
    learner = learner_of(request)
    asked = [pk for pk in request.GET.getlist("made") if _is_number(pk)]
    made = list(learner.assessments.filter(kind__in=[Source.SELF, Source.CV], pk__in=asked))
    if not made:
        raise Http404
    to = next_url(request, reverse("web:history"))
    snapshot = learner_state_of(request).snapshot
    try:
        services.undo_assessments(learner=learner, assessments=made, now=timezone.now())
    except ValidationError as error:
        return invalid(request, error.messages[0], to=to)
    return redirect_with(request, _("Undone: {names}.").format(names=names_of(made, snapshot)), to=to)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 19  # a bigint
