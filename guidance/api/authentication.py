"""Who sends a request, and what they may do.

If a request has a token, only the token counts: an invalid token gets 401, whatever cookies the request has. With a session,
everything is allowed, but a write needs a page's CSRF token, as a form does. A token is limited by its scope. Creating tokens
and deleting the account also require the password (`confirm_password`): an unattended browser is not enough.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts import tokens
from accounts.forms import LIMITED
from accounts.models import AccessToken, User
from guidance.api import limits

type Credentials = tuple[User, AccessToken | None]


def has_bearer(request: Request | HttpRequest) -> bool:
    return str(request.META.get("HTTP_AUTHORIZATION", ""))[:7].lower() == "bearer "


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer wm_…`. Tokens are read only from this header, because URLs end up in logs."""

    def authenticate(self, request: Request) -> Credentials | None:
        scheme, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = tokens.find(text.strip(), now=now)
        if token is None:
            limits.enforce_anonymous(request)
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        tokens.mark_used(token, now=now)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """Authentication with the session of the pages."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(
                "To write with a session, send the csrfmiddlewaretoken of a page's form in X-CSRFToken. Programs use "
                "an access token instead."
            ) from error


def confirm_password(request: Request, password: str) -> None:
    """Checks the password of the session's user, unless they entered it on a page in the last few minutes. Guesses count
    towards the login limits: a wrong password gets 400, too many get 429."""
    if reauthentication.did_recently_reauthenticate(request._request):
        return
    if not password:
        raise exceptions.ValidationError({"password": ["Send your account's password as well."]})
    try:
        is_right = get_adapter().reauthenticate(request.user, password)
    except ValidationError as error:
        if error.code == LIMITED and error.params:
            raise exceptions.Throttled(error.params["seconds"]) from error
        raise
    if not is_right:
        raise exceptions.ValidationError({"password": ["This is not your password."]})


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "guidance.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_requirement(self, auto_schema: Any) -> Any:
        """Returns the scope that a token needs; None if the view refuses tokens."""
        view = auto_schema.view
        if any(isinstance(permission, SessionOnly) for permission in view.get_permissions()):
            return None
        return {self.name: [scope_of(view, auto_schema.method)]}

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token, created at /settings/tokens/. The scope `read` allows reading; "
            "`write` allows reading and writing. A token expires after at most a year, can be renewed, and can be "
            "revoked at any time.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "guidance.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The login of the website, for the website's own scripts. Writes need a CSRF token in "
            "`X-CSRFToken`.",
        }


def scope_of(view: Any, method: str | None) -> str:
    """Returns the scope that a request with this method needs."""
    return getattr(view, "scope", "") or ("read" if method in SAFE_METHODS else "write")


class Scoped(BasePermission):
    """Allows every authenticated user; a token needs the scope that the method requires."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user:
            limits.enforce_anonymous(request)
            return False
        scope = scope_of(view, request.method)
        if isinstance(request.auth, AccessToken) and scope not in request.auth.scopes:
            raise _insufficient(f"The token lacks the scope {scope}.", scope)
        return True


class SessionOnly(BasePermission):
    """Refuses tokens, for operations that a token must never perform, such as creating or revoking tokens and deleting the
    account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user:
            limits.enforce_anonymous(request)
            return False
        if request.auth is not None:
            raise exceptions.PermissionDenied(
                "You cannot do this with a token. Log in and do it in the settings, or send the request with your "
                "session."
            )
        return True


def _insufficient(detail: str, scope: str) -> exceptions.PermissionDenied:
    error = exceptions.PermissionDenied(detail)
    error.auth_header = f'Bearer error="insufficient_scope", scope="{scope}"'  # type: ignore[attr-defined]  # RFC 6750
    return error
