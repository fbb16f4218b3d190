"""The learner's settings and data. Downloads and deletion ask for the password again when it was not given lately."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guidance import privacy
from guidance.progress import services
from guidance.web.access import learner_of
from guidance.web.actions import form_page
from guidance.web.forms.settings import EraseForm, ProfileForm
from guidance.web.replies import done


@form_page
def settings(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=learner_of(request))
    if form.is_valid():
        services.save_profile(learner=form.instance)
        return done(request, _("Saved."), to=reverse("web:settings"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "web/settings.html", {"form": form}, status=status)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    return render(request, "web/data.html")


@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Everything there is about the learner, as a file."""
    if form not in privacy.FILES:
        raise Http404
    make, content_type = privacy.FILES[form]
    now = timezone.now()
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="waymark-{now:%Y-%m-%d}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(make(learner_of(request), now=now), headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def erase(request: HttpRequest) -> HttpResponseBase:
    """GET asks once more, after the password; POST does it."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "web/erase.html", {"form": form}, status=status)
    user = learner_of(request)
    logout(request)
    privacy.erase(user)
    messages.success(request, _("Your account and everything in it is deleted."))
    response = redirect("web:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
