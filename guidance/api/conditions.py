"""`ETag`, `If-None-Match` and `If-Match` for learners' data (RFC 9110, 13.1).

Tags are compared weakly, even for `If-Match`, because proxies that compress a response make its tag weak.
"""

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions

from guidance.api.cached import etag, matches

READING = frozenset({"GET", "HEAD"})
CONDITIONAL = frozenset({"PUT", "DELETE"})

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the version you read. If it has changed since, you get 412 and nothing is written.",
)
READ_HEADERS = (
    OpenApiParameter(
        "If-None-Match",
        str,
        OpenApiParameter.HEADER,
        description="The `ETag` of an earlier response. If the response has not changed, you get 304 without a body.",
    ),
    OpenApiParameter(
        "ETag",
        str,
        OpenApiParameter.HEADER,
        response=[200],
        description="Identifies this version. Send it in `If-Match` when you change the record, or in `If-None-Match` "
        "when you read it again.",
    ),
)


class PreconditionFailed(exceptions.APIException):
    status_code = 412
    default_detail = "This has changed since you read it. Read it again before you change it."
    default_code = "precondition_failed"


def tagged(response: HttpResponseBase, method: str | None, if_none_match: str | None) -> HttpResponseBase:
    """Adds the ETag to a successful response. For a `PUT`, it is the tag of the new state, which a `GET` then returns."""
    if response.status_code != 200 or not isinstance(response, HttpResponse) or method not in READING | {"PUT"}:
        return response
    tag = etag(response.content)
    if method in READING and if_none_match is not None and matches(if_none_match, tag):
        return HttpResponseNotModified(headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response
