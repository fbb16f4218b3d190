"""The catalogue of one revision as the API tells it: bytes, made once and served until the next revision.

What all public reading has in common: an answer made once is served again before Django REST framework is entered.

Only a first request, and one that is wrong, goes through DRF's dispatch, which negotiates, validates and explains.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.client_ip import network
from guidance.api import limits
from guidance.api.errors import exception_handler, problem
from guidance.api.limits import Verdict
from guidance.catalog import snapshot as snapshots
from guidance.catalog.snapshot import Record, Snapshot
from guidance.lru import Lru

MAX_BYTES = 8 * 1024 * 1024  # of answers kept by one process
ENTRY_BYTES = 1024  # about what an entry takes beside its body and the texts in its key

Key = tuple[object, ...]
Build = Callable[[Snapshot, Any], dict[str, Any]]


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    etag: str


class Edition:
    """A snapshot with the answers made from it. Threads share it: what two of them make at once is the same."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._items: dict[str, Mapping[str, bytes]] = {}
        self._answers = Lru[Key, Answer](MAX_BYTES, _weigh)

    def items(self, kind: str, build: Build) -> Mapping[str, bytes]:
        """The records of a kind as they stand in its list, {slug: JSON}."""
        if kind not in self._items:
            records: Mapping[str, Record] = self.snapshot.of_kind(kind)
            self._items[kind] = {slug: dumps(build(self.snapshot, record)) for slug, record in records.items()}
        return self._items[kind]

    def answer(self, key: Key) -> Answer | None:
        return self._answers.get(key)

    def keep(self, key: Key, body: bytes) -> Answer:
        """The answer of these bytes, kept until so many younger ones have been asked for that it has to go."""
        # The digest tells apart what the revision does not: another query, or the same one after an upgrade of Waymark.
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        return self._answers.put(key, Answer(body, f'"{self.snapshot.key}-{digest}"'))


def _weigh(key: Key, answer: Answer) -> int:
    return len(answer.body) + len(str(key)) + ENTRY_BYTES


_edition: Edition | None = None


def current() -> Edition:
    """The edition of `snapshot.current()`. The one before goes with its snapshot."""
    global _edition
    snapshot = snapshots.current()
    edition = _edition
    if edition is None or edition.snapshot is not snapshot:
        _edition = edition = Edition(snapshot)
    return edition


MAX_AGE_SECONDS = 1  # what a cache may add to the second by which the snapshot may lag; then it asks with the ETag
# Reading is open to every origin, and without credentials: public answers are the same for everybody.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, RateLimit, RateLimit-Policy, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}
CACHEABLE = {"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}", "Vary": "Accept", **CORS}

type View = Callable[..., HttpResponseBase]


def limited(policy: str) -> Callable[[View], View]:
    """For views that ask for nobody: counts a request by its address before anything else is done for it. A browser's
    preflight is not counted: one that is refused would hide from the page why."""

    def decorate(view: View) -> View:
        @wraps(view)
        def serve(request: HttpRequest, **address: str) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return view(request, **address)
            verdict = limits.take_once(request, policy, network(request))
            response = view(request, **address) if verdict.allowed else _refused(request, verdict)
            for name, value in verdict.headers.items():
                response.headers[name] = value
            return response

        return serve

    return decorate


def _refused(request: HttpRequest, verdict: Verdict) -> HttpResponseBase:
    return with_cors(problem(request, 429, headers={"Retry-After": str(verdict.seconds)}))


class Query(serializers.Serializer[Any]):
    """The parameters of an operation. Those it does not know are ignored; a wrong value of one it knows is a 400."""


class PublicView(APIView):
    """A `GET` whose answer depends on the revision, the address and the parameters of `query` alone."""

    authentication_classes = ()
    permission_classes = ()
    query: type[Query] = Query
    known: tuple[tuple[str, bool], ...]  # the names of the parameters, and whether one may be repeated

    @classmethod
    def as_view(cls, **initkwargs: Any) -> View:  # type: ignore[override]
        view = super().as_view(**initkwargs)
        fields = cls.query().fields
        cls.known = tuple((name, isinstance(field, serializers.ListField)) for name, field in fields.items())

        @limited(limits.CATALOGUE)
        @wraps(view)  # DRF's marks on the view too: its class, and that neither a login nor a CSRF token is needed
        def serve(request: HttpRequest, **address: str) -> HttpResponseBase:
            return _served_again(cls, request, address) or with_cors(view(request, **address))

        return serve

    @classmethod
    def parameters(cls, request: HttpRequest) -> dict[str, Any]:
        """The known parameters as they were sent."""
        if not request.META.get("QUERY_STRING"):
            return {}
        sent = request.GET
        return {name: sent.getlist(name) if many else sent[name] for name, many in cls.known if name in sent}

    @classmethod
    def key(cls, parameters: Mapping[str, Any], address: Mapping[str, str]) -> Key:
        values = ((name, tuple(value) if isinstance(value, list) else value) for name, value in parameters.items())
        return (cls, *address.values(), *values)

    def get(self, request: Request, **address: str) -> HttpResponseBase:
        edition = current()
        parameters = self.parameters(request._request)
        query = self.query(data=parameters, context={"snapshot": edition.snapshot})
        query.is_valid(raise_exception=True)
        body = self.body(edition, query.validated_data, parameters, **address)
        return respond(request, edition.keep(self.key(parameters, address), body))

    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        """The answer to valid parameters: `wanted` as `query` reads them, `sent` as they stood in the address."""
        raise NotImplementedError

    def options(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """A browser's preflight."""
        response = HttpResponse(status=204, headers=PREFLIGHT)
        del response.headers["Content-Type"]
        return response

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}  # the same headers whether DRF was entered or not


def respond(request: HttpRequest | Request, answer: Answer) -> HttpResponseBase:
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked is not None and _matches(asked, answer.etag):
        return HttpResponseNotModified(headers={"ETag": answer.etag, **CACHEABLE})
    return HttpResponse(answer.body, headers={"Content-Type": "application/json", "ETag": answer.etag, **CACHEABLE})


def _matches(asked: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2): a proxy that compresses makes the tag a weak one."""
    return asked == etag or any(tag in ("*", etag) for tag in (tag.removeprefix("W/") for tag in parse_etags(asked)))


def _served_again(view: type[PublicView], request: HttpRequest, address: Mapping[str, str]) -> HttpResponseBase | None:
    if request.method not in ("GET", "HEAD") or not _takes_json(request.META.get("HTTP_ACCEPT")):
        return None
    try:
        answer = current().answer(view.key(view.parameters(request), address))
    except Exception as error:  # such as a database that is away: DRF would only wait for it once more
        return with_cors(exception_handler(error, {"request": request}))
    return respond(request, answer) if answer else None


def _takes_json(accept: str | None) -> bool:
    """Whether JSON is clearly wanted. In doubt DRF decides, which knows the rest of the grammar."""
    return accept is None or "*/*" in accept or "application/json" in accept


def with_cors[R: HttpResponseBase](response: R) -> R:
    for name, value in CORS.items():
        response.headers.setdefault(name, value)
    return response
