"""Errors of the API as exceptions."""

from __future__ import annotations

from typing import Any

import httpx


class Problem(Exception):
    """An error response of the API (RFC 9457). Rely on its class or on `type`; the text of `detail` may change."""

    def __init__(self, response: httpx.Response) -> None:
        told = _document(response)
        self.response = response
        self.status: int = response.status_code
        self.type = str(told.get("type", "about:blank"))
        self.title = str(told.get("title", response.reason_phrase))
        self.detail = str(told.get("detail", ""))
        self.instance = str(told.get("instance", response.request.url.path))
        self.errors: dict[str, Any] = dict(told.get("errors") or {})
        """The errors of each invalid parameter or field, by name."""
        super().__init__(f"{self.status} {self.title}: {self.detail}" if self.detail else f"{self.status} {self.title}")


class Invalid(Problem):
    """400: a parameter or a field is invalid; see `errors`."""


class Unauthorized(Problem):
    """401: there is no token, or it is not valid."""


class Forbidden(Problem):
    """403: the token does not have the scope."""


class NotFound(Problem):
    """404: there is nothing at this URL."""


class Conflict(Problem):
    """409: the request conflicts with one in progress or with an earlier one."""


class Gone(Problem):
    """410: the record has been retired."""


class PreconditionFailed(Problem):
    """412: the record has changed since the response whose ETag was sent as `If-Match`."""


class Unprocessable(Problem):
    """422: the request is well formed but cannot be carried out."""


class TooManyRequests(Problem):
    """429, after all retries."""


class Unavailable(Problem):
    """503, after all retries."""


CLASSES: dict[int, type[Problem]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    422: Unprocessable,
    429: TooManyRequests,
    503: Unavailable,
}


def problem_of(response: httpx.Response) -> Problem:
    return CLASSES.get(response.status_code, Problem)(response)


def _document(response: httpx.Response) -> dict[str, Any]:
    """The JSON of the problem; empty if the response is something else, such as a proxy's error page."""
    if response.headers.get("Content-Type", "").partition(";")[0] != "application/problem+json":
        return {}
    told = response.json()
    return told if isinstance(told, dict) else {}
