"""What the one who asks may do: a token as far as its scope goes, the session everything."""

from typing import Any

from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import AccessToken
from guidance.api import limits


def scope_of(method: str | None) -> str:
    """The scope that a request of this method needs."""
    return "read" if method in SAFE_METHODS else "write"


class Scoped(BasePermission):
    """For everybody known; a token needs the scope of the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user:
            limits.count_stranger(request)
            return False
        scope = scope_of(request.method)
        if isinstance(request.auth, AccessToken) and scope not in request.auth.scopes:
            raise _insufficient(f"The token lacks the scope {scope}.", scope)
        return True


class SessionOnly(BasePermission):
    """For what a token must never do: make or revoke tokens, delete the account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user:
            limits.count_stranger(request)
            return False
        if request.auth is not None:
            raise exceptions.PermissionDenied(
                "No token can do this. Log in, and do it in the settings or with the session."
            )
        return True


def _insufficient(detail: str, scope: str) -> exceptions.PermissionDenied:
    error = exceptions.PermissionDenied(detail)
    error.auth_header = f'Bearer error="insufficient_scope", scope="{scope}"'  # type: ignore[attr-defined]  # RFC 6750
    return error
