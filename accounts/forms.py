# mypy: disallow_subclassing_any=False
"""allauth's forms with our texts: labels instead of placeholders, one field for a new password, hints for keyboards."""

from copy import copy
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import user_signed_up
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import login_limits, outbox, services
from accounts.adapter import TOO_MANY_CODES, TOO_MANY_SIGN_UPS, too_many
from accounts.models import OutgoingMail, User, time_zones
from accounts.sessions import SessionStore

NEW_PASSWORD_HELP = _("At least 10 characters. A few words that only you would combine work well.")
LIMITED = "rate_limited"  # code of the validation error for a limit
EMAIL_ATTRS = {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
CODE_ATTRS = {"inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}


def form_status(form: forms.BaseForm) -> HTTPStatus:
    """Returns the status of the page that shows the form again."""
    if not form.errors:
        return HTTPStatus.OK
    codes = {error["code"] for errors in form.errors.get_json_data().values() for error in errors}
    return HTTPStatus.TOO_MANY_REQUESTS if LIMITED in codes else HTTPStatus.UNPROCESSABLE_ENTITY


def seconds_to_wait(form: forms.BaseForm) -> int | None:
    """Returns the seconds to wait, for Retry-After; None if no limit caused an error."""
    for errors in form.errors.as_data().values():
        for error in errors:
            if error.code == LIMITED and error.params:
                return int(error.params["seconds"])
    return None


def relabel(form: forms.BaseForm, *, attrs: dict[str, dict[str, str]] | None = None, **labels: Any) -> None:
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update((attrs or {}).get(name, {}))
        field.label = labels.get(name, field.label)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(
            self,
            attrs={"login": {**EMAIL_ATTRS, "autocomplete": "username"}},
            login=_("Email address"),
            remember=_("Keep me logged in for 30 days"),
        )
        self.fields["password"].help_text = ""


class SignupForm(account.SignupForm):
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)  # filled in by js/zone.js

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"email": EMAIL_ATTRS}, email=_("Email address"))
        if not self.is_bound and context.request and (typed := pending_address(context.request)):
            self.initial.setdefault("email", typed)  # so that it can be corrected
        self.fields["password1"].help_text = NEW_PASSWORD_HELP

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:  # a form with errors does not count as a sign-up
            try:
                login_limits.count_sign_up(context.request)
            except login_limits.TooManyError as error:
                raise too_many(error, TOO_MANY_SIGN_UPS) from None
            # Hashed before the transaction, which would hold a connection while the hash waits for its turn. The password for a
            # taken address is hashed too, so that the response takes as long.
            self.hashed_password = make_password(cleaned["password1"])
        return cleaned

    def clean_time_zone(self) -> str:
        """Returns the browser's time zone, or UTC if we do not know it: an unknown zone is no reason to refuse a sign-up."""
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in time_zones() else "UTC"

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth as soon as the user exists."""
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["time_zone"])

    def validate_unique_email(self, value: str) -> str:
        # allauth would also treat an address as taken if some account has only asked to change to it. That would lock the owner
        # out.
        taken = User.objects.filter(email=value).exists() or EmailAddress.objects.is_verified(value)
        self.account_already_exists = taken
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            self._rehearse(request)
        else:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # the same address signed up at the same moment
                self.account_already_exists = True
        result: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return result

    def _rehearse(self, request: HttpRequest) -> None:
        """Creates an account with an unused address and rolls it back, so that the response for a taken address does not come
        sooner than for a free one."""
        stand_in = copy(request)
        stand_in.session = SessionStore()
        stand_in.session.update(dict(request.session.items()))
        email = self.cleaned_data["email"]
        self.account_already_exists, self.cleaned_data["email"] = False, f"{uuid4().hex}@rehearsal.invalid"
        with transaction.atomic():
            user_signed_up.send(sender=User, request=stand_in, user=self.save(stand_in))
            transaction.set_rollback(True)
        self.account_already_exists, self.cleaned_data["email"] = True, email


class ConfirmAddressForm(forms.Form):
    """Asks the person who opened the email for the sign-up password, to check that they are the person who signed up."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        adapter = get_adapter()
        if adapter.authenticate(context.request, email=self.user.email, password=password) != self.user:
            raise forms.ValidationError(_("This isn’t the password that was chosen at sign-up."))
        return password


class AddEmailForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"email": EMAIL_ATTRS}, email=_("New email address"))


class ResetPasswordForm(account.ResetPasswordForm):
    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"email": EMAIL_ATTRS}, email=_("Email address"))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        # Only the account that has the address, not one that asked to change to it.
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Writes the same row whether or not there is an account; the content is decided when the email is sent."""
        user = self.users[0] if self.users else None
        outbox.hand_over(kind=OutgoingMail.MailKind.RESET, user=user, address=user.email if user else "")
        return str(self.cleaned_data["email"])


class _OneNewPassword(forms.Form):
    """Removes the field that repeats the password: people can reset a mistyped password, and password managers make no typing
    errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        relabel(self, password1=_("New password"), oldpassword=_("Current password"))
        self.fields["password1"].help_text = NEW_PASSWORD_HELP
        if "oldpassword" in self.fields:
            self.fields["oldpassword"].help_text = ""


class ResetPasswordKeyForm(_OneNewPassword, account.ResetPasswordKeyForm):
    user: User

    def save(self) -> None:
        services.reset_password(user=self.user, password=self.cleaned_data["password1"])


class ChangePasswordForm(_OneNewPassword, account.ChangePasswordForm):
    user: User

    def clean_oldpassword(self) -> str:
        # Through the adapter, so that guesses count towards the same limits as on the login page.
        password: str = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("enter_current_password")
        return password


class SetPasswordForm(_OneNewPassword, account.SetPasswordForm):
    pass


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self)
        self.fields["password"].help_text = ""


class _LimitedCode(forms.Form):
    """Applies our limits to codes: allauth limits guesses only per account, so anyone's guesses could keep the owner out."""

    user: User

    def clean_code(self) -> str:
        try:
            counted = login_limits.try_code(context.request, self.user)
        except login_limits.TooManyError as error:
            raise too_many(error, TOO_MANY_CODES) from None
        code: str = super().clean_code()  # type: ignore[misc]
        counted.was_right()
        return code


class AuthenticateForm(_LimitedCode, mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"code": CODE_ATTRS}, code=_("Code from your app, or a recovery code"))


class CodeReauthenticateForm(_LimitedCode, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"code": CODE_ATTRS}, code=_("Code from your app, or a recovery code"))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relabel(self, attrs={"code": CODE_ATTRS}, code=_("Six-digit code from your app"))


def pending_address(request: HttpRequest) -> str:
    """Returns the address of a sign-up or login that is waiting for confirmation in this browser; empty if there is none."""
    login = unstash_login(request, peek=True)
    if login is None:
        return ""
    return str(login.email or getattr(login.user, "email", "")).lower()
