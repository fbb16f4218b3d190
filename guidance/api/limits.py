"""Rate limits of the API: how many requests a caller may send in a minute, counted for all processes (`accounts.counters`).

The minute of a caller begins with their first request. Requests over the limit get 429; the first one after the minute begins
another. A caller is a token, wherever it is sent; without one an address (of IPv6 its /64 network, most of which belong to one
machine), and below `/me/` a user with the session. An answer that has not changed, a 304, is not counted.

While Valkey is away each process counts on its own, so reading and writing go on (decision 14).
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
    used: int  # with this request
    seconds: int  # until the minute has passed

    @property
    def allowed(self) -> bool:
        return self.used <= self.limit

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(0, self.limit - self.used)};t={self.seconds}',
        }


def count(policy: str, caller: str, times: int = 1) -> LimitResult:
    """One request of this caller, or one that stands for several."""
    counted = counters.count(_key(policy, caller), window=WINDOW_SECONDS, times=times)
    return LimitResult(policy, caller, settings.API_LIMITS[policy], counted.used, max(1, ceil(counted.seconds)))


def _key(policy: str, caller: str) -> str:
    return f"api:{policy}:{caller}"


def count_once(request: HttpRequest, policy: str, caller: str) -> LimitResult:
    """As `count`; a request that `DatabaseRestartMiddleware` does again counts once."""
    if not hasattr(request, "limited"):
        request.limited = count(policy, caller)  # type: ignore[attr-defined]
    return result_of(request)


def result_of(request: HttpRequest) -> LimitResult:
    """Of a request that was counted."""
    result: LimitResult = request.limited  # type: ignore[attr-defined]
    return result


def count_more(request: HttpRequest, times: int) -> None:
    """What a counted request asks besides, such as the items of a batch. Raises Throttled, and counts nothing of it, when that is
    more than is left."""
    before = result_of(request)
    result = count(before.policy, before.caller, times)
    if not result.allowed:
        counters.undo(_key(result.policy, result.caller), times=times)
        raise exceptions.Throttled(result.seconds)
    request.limited = result  # type: ignore[attr-defined]


def give_back(request: HttpRequest) -> None:
    """The request costs nothing after all."""
    result = result_of(request)
    counters.undo(_key(result.policy, result.caller))
    request.limited = replace(result, used=result.used - 1)  # type: ignore[attr-defined]


def public_caller(request: HttpRequest, policy: str) -> tuple[str, str]:
    """Policy and caller of a request that needs no account: with a token those of the token."""
    kind, _space, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() == "bearer":
        now = timezone.now()
        with suppress(DatabaseError):  # without it there is no telling; what is public is answered all the same
            if token := tokens.find(text.strip(), now=now):
                tokens.mark_used(token, now=now)
                return AUTHENTICATED, token_caller(token)
    return policy, network(request)


def token_caller(token: AccessToken) -> str:
    return f"token:{token.pk}"


def enforce(request: Request, policy: str, caller: str) -> None:
    """Count a request that Django REST framework answers, and add the headers of the limit. Raises Throttled."""
    result = count_once(request._request, policy, caller)
    request.parser_context["view"].headers.update(result.headers)
    if not result.allowed:
        raise exceptions.Throttled(result.seconds)


def enforce_anonymous(request: Request) -> None:
    """Count a request that is refused for lack of credentials, so that tokens cannot be tried out without end."""
    enforce(request, CATALOGUE, network(request._request))


class LearnerThrottle(BaseThrottle):
    """Counts requests of a known user. Views without authentication count with `counted.rate_limited`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user:
            return True
        caller = token_caller(request.auth) if isinstance(request.auth, AccessToken) else f"user:{request.user.pk}"
        enforce(request, AUTHENTICATED, caller)
        return True
