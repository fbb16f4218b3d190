# mypy: disallow_subclassing_any=False
"""The pages after an email was sent: to confirm an address, and to choose a new password. They show the address that was typed in this
browser, and send the email again."""

from allauth.account import views as account_views
from allauth.account.internal import flows
from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import pending
from accounts.forms import ResetPasswordForm

RESET_ADDRESS = "reset_address"  # a cookie, because a session would keep the address in the database
RESET_FOR = 3600  # seconds, as long as the link works
RESET_PATH = reverse_lazy("account_reset_password")


@method_decorator(never_cache, name="dispatch")
class VerificationSentView(account_views.EmailVerificationSentView):
    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "address": pending.address(self.request), "demo": settings.DEMO}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sends the email again, at most as often as `ACCOUNT_RATE_LIMITS` allows for one address. Of an address that has an account
        its owner gets the other email, as after a sign-up."""
        login = unstash_login(request, peek=True)
        if login is None:
            return redirect("account_login")
        if flows.email_verification.send_verification_email_at_login(request, login):
            messages.success(request, _("We’ve sent the email again."))
        else:
            messages.warning(request, _("You can send it again three minutes after the last one."))
        return redirect("account_email_verification_sent")


verification_sent = VerificationSentView.as_view()


class PasswordResetView(account_views.PasswordResetView):
    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        address = form.cleaned_data["email"]
        if address == reset_address(self.request):
            messages.success(self.request, _("We’ve sent the email again, if there is an account."))
        response.set_signed_cookie(
            RESET_ADDRESS,
            address,
            max_age=RESET_FOR,
            path=str(RESET_PATH),
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
        return response


password_reset = PasswordResetView.as_view()


@method_decorator(never_cache, name="dispatch")
class PasswordResetDoneView(account_views.PasswordResetDoneView):
    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "address": reset_address(self.request), "demo": settings.DEMO}


password_reset_done = PasswordResetDoneView.as_view()


def reset_address(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(RESET_ADDRESS, "", max_age=RESET_FOR))
