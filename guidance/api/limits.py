"""Rate limits of the API: how many requests a caller can send per minute, counted across all processes (`accounts.counters`).

A caller's minute starts with their first request. Requests over the limit get 429; the first request after the minute starts
another minute. A caller is a token, from any address; without a token, an IP address (for IPv6 its /64 network, which usually
belongs to one machine) or, below `/me/`, the user of the session. Unchanged responses (304) are not counted.

While Valkey is unavailable, each process counts on its own, so that requests still work (decision 14).
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import counters, tokens
from accounts.client_ip import network
from accounts.models import AccessToken

# The policies of API_LIMITS
CATALOGUE = "catalogue"
ANONYMOUS_POST = "anonymous_post"
AUTHENTICATED = "authenticated"

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LimitResult:
    policy: str
    caller: str
    limit: int
    used: int  # including this request
    seconds: int  # until the minute has passed

    @property
    def allowed(self) -> bool:
        return self.used <= self.limit

    @property
    def headers(self) -> dict[str, str]:
        """Returns the headers defined in draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(0, self.limit - self.used)};t={self.seconds}',
        }


def count(policy: str, caller: str, times: int = 1) -> LimitResult:
    """Counts a request of this caller, or `times` requests, and returns the result."""
    counted = counters.count(_key(policy, caller), window=WINDOW_SECONDS, times=times)
    return LimitResult(policy, caller, settings.API_LIMITS[policy], counted.used, max(1, ceil(counted.seconds)))


def _key(policy: str, caller: str) -> str:
    return f"api:{policy}:{caller}"


def count_once(request: HttpRequest, policy: str, caller: str) -> LimitResult:
    """Works like `count`, but a request that `DatabaseRestartMiddleware` repeats counts only once."""
    if not hasattr(request, "limited"):
        request.limited = count(policy, caller)  # type: ignore[attr-defined]
    return result_of(request)


def result_of(request: HttpRequest) -> LimitResult:
    """Returns the result of a request that was counted."""
    result: LimitResult = request.limited  # type: ignore[attr-defined]
    return result


def count_more(request: HttpRequest, times: int) -> None:
    """Counts additional work of a request that was counted, such as the items of a batch. If that exceeds what is left,
    raises Throttled and counts nothing."""
    before = result_of(request)
    result = count(before.policy, before.caller, times)
    if not result.allowed:
        counters.undo(_key(result.policy, result.caller), times=times)
        raise exceptions.Throttled(result.seconds)
    request.limited = result  # type: ignore[attr-defined]


def give_back(request: HttpRequest) -> None:
    """Undoes the count of a request."""
    result = result_of(request)
    counters.undo(_key(result.policy, result.caller))
    request.limited = replace(result, used=result.used - 1)  # type: ignore[attr-defined]


def public_caller(request: HttpRequest, policy: str) -> tuple[str, str]:
    """Returns the policy and the caller of a request that needs no account. A valid token determines both."""
    kind, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() == "bearer":
        now = timezone.now()
        with suppress(DatabaseError):  # no database: treat the request as anonymous, as public data stays available
            if token := tokens.find(text.strip(), now=now):
                tokens.mark_used(token, now=now)
                return AUTHENTICATED, token_caller(token)
    return policy, network(request)


def token_caller(token: AccessToken) -> str:
    return f"token:{token.pk}"


def enforce(request: Request, policy: str, caller: str) -> None:
    """Counts a request to a view of Django REST framework and adds the headers of the limit. Raises Throttled."""
    result = count_once(request._request, policy, caller)
    request.parser_context["view"].headers.update(result.headers)
    if not result.allowed:
        raise exceptions.Throttled(result.seconds)


def enforce_anonymous(request: Request) -> None:
    """Counts a request that is refused without valid credentials, so that tokens cannot be guessed without limit."""
    enforce(request, CATALOGUE, network(request._request))


class LearnerThrottle(BaseThrottle):
    """Counts the requests of an authenticated user. Views without authentication count with `counted.rate_limited`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user:
            return True
        caller = token_caller(request.auth) if isinstance(request.auth, AccessToken) else f"user:{request.user.pk}"
        enforce(request, AUTHENTICATED, caller)
        return True
