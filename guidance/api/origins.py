"""What pages from other origins can do with the API (CORS)."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.http.response import HttpResponseBase

# Open to every origin, but never with cookies: public responses are the same for everyone, and learners' data needs a token,
# which a page from another origin only has if someone gave the page a token.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, RateLimit, RateLimit-Policy, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}


def with_cors[R: HttpResponseBase](response: R) -> R:
    for name, value in CORS.items():
        response.headers.setdefault(name, value)
    return response


def preflight(headers: Mapping[str, str]) -> HttpResponse:
    response = HttpResponse(status=204, headers=headers)
    del response.headers["Content-Type"]
    return response
