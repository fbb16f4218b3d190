"""Rate limits for views whose requests are counted before any other work."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from guidance.api import limits
from guidance.api.errors import problem
from guidance.api.origins import with_cors

type View = Callable[..., HttpResponseBase]


def rate_limited(policy: str) -> Callable[[View], View]:
    """Returns a decorator that counts a request by its token or address before any other work. A browser's preflight is not
    counted: if it were refused, the page could not see the reason."""

    def decorate(view: View) -> View:
        @wraps(view)
        def serve(request: HttpRequest, **address: str) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return view(request, **address)
            result = limits.count_once(request, *limits.public_caller(request, policy))
            response = view(request, **address) if result.allowed else _refused(request, result)
            if response.status_code == 304:
                limits.give_back(request)
            for name, value in limits.result_of(request).headers.items():
                response.headers[name] = value
            return response

        return serve

    return decorate


def _refused(request: HttpRequest, result: limits.LimitResult) -> HttpResponseBase:
    return with_cors(problem(request, 429, headers={"Retry-After": str(result.seconds)}))
