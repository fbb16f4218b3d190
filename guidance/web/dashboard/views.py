"""The views of Today."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guidance.progress import services
from guidance.progress.models import MAX_REVISION
from guidance.web.dashboard import page
from guidance.web.http import invalid, learner_of, learner_state_of, next_url, post_action


class SeenForm(forms.Form):
    revision = forms.IntegerField(min_value=0, max_value=MAX_REVISION)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    learner, state = learner_of(request), learner_state_of(request)
    context = {"main": page.main(request, learner, state), "came_to_work": learner.is_staff and not state.goals}
    return render(request, "web/dashboard.html", context)


@post_action("web:dashboard")
def seen(request: HttpRequest) -> HttpResponse:
    """Stores that the learner has read the catalogue's changes up to the revision that the page shows."""
    to, form = next_url(request, reverse("web:dashboard")), SeenForm(request.POST)
    if not form.is_valid():
        return invalid(request, _("We couldn’t tell which changes you’ve seen. Try again from this page."), to=to)
    services.mark_changes_seen(learner=learner_of(request), revision=form.cleaned_data["revision"])
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)
