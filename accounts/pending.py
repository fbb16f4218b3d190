"""The address that was typed in this browser and is not confirmed yet: whether or not there is an account with it, so that pages which show
it tell no one anything they did not type."""

from allauth.account.internal.stagekit import unstash_login
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """Empty when no sign-up or log-in waits for a confirmation here."""
    login = unstash_login(request, peek=True)
    if login is None:
        return ""
    return str(login.email or getattr(login.user, "email", "")).lower()
