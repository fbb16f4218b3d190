# mypy: disallow_subclassing_any=False
"""Account views that differ from allauth's.

The pages shown after an email has been sent (to confirm an address or choose a new password) show the address typed in this
browser and can send the email again.
"""

from enum import StrEnum, auto
from http import HTTPStatus

from allauth.account import views as account_views
from allauth.account.forms import default_token_generator
from allauth.account.internal import flows
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress, EmailConfirmationHMAC, Login
from allauth.account.utils import get_next_redirect_url, user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import forms, services
from accounts.forms import ConfirmAddressForm, ResetPasswordForm, SignupForm, form_status
from accounts.models import User


class SignupView(account_views.SignupView):
    def form_valid(self, form: SignupForm) -> HttpResponse:
        """Saves the account, the plan made before the sign-up, and the confirmation email in one transaction."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response


signup = SignupView.as_view()


@method_decorator(login_not_required, name="dispatch")
class LogoutView(account_views.LogoutView):
    """Ends all of the user's sessions and makes the browser delete the data we stored there."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        if self.request.user.is_authenticated:
            services.end_sessions(user=self.request.user)
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


logout = LogoutView.as_view()


class ConfirmationProof(StrEnum):
    """What someone who opens a confirmation link has to prove."""

    NOTHING = auto()  # the browser that signed up, or a logged-in user who changes the address
    LOGIN = auto()  # an account in use: the link alone must not add an address to a stranger's account
    PASSWORD = (
        auto()
    )  # a sign-up from elsewhere: the person who chose its password may not be the one who reads the email


def proof_needed(request: HttpRequest, address: EmailAddress) -> ConfirmationProof:
    if request.user.is_authenticated and request.user.pk == address.user_id:
        return ConfirmationProof.NOTHING
    if EmailAddress.objects.filter(user_id=address.user_id, verified=True).exists():
        return ConfirmationProof.LOGIN
    pending = unstash_login(request, peek=True)
    same_browser = pending is not None and pending.user is not None and pending.user.pk == address.user_id
    return (
        ConfirmationProof.NOTHING if same_browser and not request.user.is_authenticated else ConfirmationProof.PASSWORD
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def confirm_email(request: HttpRequest, key: str) -> HttpResponseBase:
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return render(request, "account/email_confirm.html", status=HTTPStatus.NOT_FOUND)
    address = confirmation.email_address
    proof = proof_needed(request, address)
    user = User.objects.get(pk=address.user_id)
    form = ConfirmAddressForm(user=user)
    if request.method == "POST" and proof is not ConfirmationProof.LOGIN:
        if "choose" in request.POST and proof is ConfirmationProof.PASSWORD:
            return _confirm_with_new_password(request, confirmation, user)
        form = ConfirmAddressForm(request.POST, user=user)
        if proof is ConfirmationProof.NOTHING or form.is_valid():
            return _confirm(request, confirmation, user, proof)
    context = {"address": address, "proof": proof.value, "form": form}
    return render(request, "account/email_confirm.html", context, status=form_status(form))


def _confirm(
    request: HttpRequest, confirmation: EmailConfirmationHMAC, user: User, proof: ConfirmationProof
) -> HttpResponseBase:
    address, response = flows.email_verification.verify_email_and_resume(request, confirmation)
    if address is None:
        return render(request, "account/email_confirm.html", status=HTTPStatus.CONFLICT)
    if response is None and proof is ConfirmationProof.PASSWORD:
        login = Login(user=user, email=address.email)
        response = flows.login.perform_password_login(request, {"email": address.email}, login)
    return response or redirect("account_email")


def _confirm_with_new_password(
    request: HttpRequest, confirmation: EmailConfirmationHMAC, user: User
) -> HttpResponseBase:
    services.discard_password(user=user)
    if confirmation.confirm(request) is None:
        return render(request, "account/email_confirm.html", status=HTTPStatus.CONFLICT)
    user.refresh_from_db()
    # From here on, allauth's reset takes over, as if its link had been opened. The key stays out of the URL.
    request.session[account_views.INTERNAL_RESET_SESSION_KEY] = default_token_generator.make_token(user)
    parts = {"uidb36": user_pk_to_url_str(user), "key": account_views.PasswordResetFromKeyView.reset_url_key}
    return redirect(reverse("account_reset_password_from_key", kwargs=parts))


@login_not_required
@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Replaces Django's own login form, which has neither limits nor a second factor."""
    target = get_next_redirect_url(request) or reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': target})}")
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(target)


def admin_password_change(request: HttpRequest) -> HttpResponse:
    return redirect("account_change_password")


RESET_ADDRESS = "reset_address"  # a cookie, because a session would store the address in the database
RESET_FOR = 3600  # seconds, the lifetime of the link
RESET_PATH = reverse_lazy("account_reset_password")


@method_decorator(never_cache, name="dispatch")
class VerificationSentView(account_views.EmailVerificationSentView):
    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "address": forms.pending_address(self.request),
            "demo": settings.DEMO,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sends the email again, at most as often as `ACCOUNT_RATE_LIMITS` allows for one address. If the address already has
        an account, its owner gets the email about that, as after a sign-up."""
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
