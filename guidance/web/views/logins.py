"""Where the learner is logged in, and logging out there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import logins as access
from accounts.models import zone_of
from guidance.web.access import learner_of
from guidance.web.actions import action
from guidance.web.replies import done


@require_safe
def logins(request: HttpRequest) -> HttpResponse:
    learner = learner_of(request)
    found = access.logins_of(learner, this=request.session.session_key, now=timezone.now())
    return render(request, "web/logins.html", {"logins": found, "zone": zone_of(learner.time_zone)})


@action("web:logins")
def end_login(request: HttpRequest) -> HttpResponse:
    """Nothing can undo it and nothing is lost, so it does not ask again. One that has ended already is no mistake."""
    access.end(user=learner_of(request), reference=request.POST.get("login", ""), now=timezone.now())
    return done(request, _("You’re logged out there."), to=reverse("web:logins"))


@action("web:logins")
def end_other_logins(request: HttpRequest) -> HttpResponse:
    access.end_others(user=learner_of(request), this=str(request.session.session_key))
    return done(request, _("You’re logged out everywhere except here."), to=reverse("web:logins"))
