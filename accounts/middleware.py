from collections.abc import Callable
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode

from accounts import browsers
from accounts.forms import form_status, seconds_to_wait
from accounts.models import User, zone_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class KnownBrowserMiddleware:
    """Sets the cookie of `accounts.browsers` when someone has logged in or chosen a password."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        browsers.set_cookie(request, response)
        return response


class StaffTotpMiddleware:
    """Keeps everyone without a second factor out of the admin, except in a demo. allauth asks everyone who has a second factor
    for its code, so it is enough to check here that there is one. Setting one up ends the sessions that started without it
    (`accounts.receivers`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @cached_property
    def prefix(self) -> str:
        return reverse("admin:index")

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if settings.DEMO or not request.path_info.startswith(self.prefix):
            return None
        user = request.user
        if not user.is_authenticated or not user.is_staff or request.path_info == f"{self.prefix}logout/":
            return None
        if Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists():
            return None
        return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': request.get_full_path()})}")


class StaffTimeZoneMiddleware:
    """Makes the admin use the user's time zone, including for times that Django itself formats or parses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.prefix) or not isinstance(request.user, User):
            return self.get_response(request)
        with timezone.override(zone_of(request.user.time_zone)):
            return self.get_response(request)

    @cached_property
    def prefix(self) -> str:
        return reverse("admin:index")


class InvalidFormStatusMiddleware:
    """Sets the status of invalid forms: allauth returns 200, but the rest of the site and htmx use 422 or 429."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            form = (response.context_data or {}).get("form")
            if isinstance(form, BaseForm):
                response.status_code = form_status(form)
                if seconds := seconds_to_wait(form):
                    response.headers["Retry-After"] = str(seconds)
        return response
