"""`Idempotency-Key`: a repeated `POST` is executed only once.

The response of a successful request is stored. A refused request changed nothing, so its key can be used again.
"""

import re
from collections.abc import Callable
from http import HTTPMethod
from typing import cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.request import Request

from accounts.models import User
from guidance.progress import stored_responses
from guidance.progress.models import MAX_KEY
from guidance.progress.stored_responses import StatusAndBody

HEADER = "Idempotency-Key"
PATTERN = f"^[!-~]{{1,{MAX_KEY}}}$"
WAIT_SECONDS = 1

PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": PATTERN},
    OpenApiParameter.HEADER,
    description="A key of your own for this request, such as a UUID. If you send the request again within 24 hours "
    "with the same body, nothing changes and you get the same response; with a different body, you get 422.",
)


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"

    def __init__(self, detail: str, *, wait: int | None = None) -> None:
        super().__init__(detail)
        self.wait = wait  # seconds, for Retry-After


class Unprocessable(exceptions.APIException):
    status_code = 422
    default_code = "unprocessable"


def run_once(request: Request, make: Callable[[], StatusAndBody]) -> HttpResponse:
    """Returns the response of `make` to a learner's request. If the request has a key, `make` runs only once. It always runs in
    one transaction."""
    status, body = _run_once(request, make)
    return HttpResponse(body, status=status, content_type="application/json")


def _run_once(request: Request, make: Callable[[], StatusAndBody]) -> StatusAndBody:
    key = request.headers.get(HEADER)
    if key is None:
        return make()
    if not re.fullmatch(PATTERN, key):
        raise exceptions.ValidationError({HEADER: [f"1 to {MAX_KEY} visible ASCII characters."]})
    whole_request = f"{HTTPMethod.POST} {request.get_full_path()}\n".encode() + request._request.body
    try:
        return stored_responses.run_once(
            learner=cast(User, request.user), key=key, request=whole_request, now=timezone.now(), make=make
        )
    except stored_responses.InFlightError as error:
        raise Conflict("A request with this key is still in progress.", wait=WAIT_SECONDS) from error
    except stored_responses.KeyUsedError as error:
        raise Unprocessable("This Idempotency-Key was used with a different request.") from error
