"""Rate limits of the API: how many requests a caller may send in a minute, counted for all processes (`accounts.counters`).

The minute of a caller begins with their first request. Requests over the limit get 429; the first one after the minute begins
another. Without credentials a caller is an address (of IPv6 its /64 network, most of which belong to one machine), otherwise a
token, or a user with the session.

While Valkey is away each process counts on its own, so reading and writing go on (decision 14).
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import counters
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


def count(policy: str, caller: str) -> LimitResult:
    """One request of this caller."""
    counted = counters.count(f"api:{policy}:{caller}", window=WINDOW_SECONDS)
    return LimitResult(policy, settings.API_LIMITS[policy], counted.used, max(1, ceil(counted.seconds)))


def count_once(request: HttpRequest, policy: str, caller: str) -> LimitResult:
    """As `count`; a request that `DatabaseRestartMiddleware` does again counts once."""
    if not hasattr(request, "limited"):
        request.limited = count(policy, caller)  # type: ignore[attr-defined]
    result: LimitResult = request.limited  # type: ignore[attr-defined]
    return result


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
    """Counts requests of a known user. Views without authentication count with `views.rate_limited`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user:
            return True
        caller = f"token:{request.auth.pk}" if isinstance(request.auth, AccessToken) else f"user:{request.user.pk}"
        enforce(request, AUTHENTICATED, caller)
        return True
