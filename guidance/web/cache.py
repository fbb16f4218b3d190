"""Pages of the catalogue, rendered once per revision, and markup of a learner's page, rendered once per change.

Without a session, a response depends on the revision, the path, the known query parameters, the theme cookie, the language and
whether htmx sent the request, and on nothing else. Each process keeps the bytes of the response, gzipped, until the revision
changes. A request with a session or a message gets a fresh, private page, which is never cached.

Caches in front of us: browsers revalidate every time (`max-age=0`; an ETag makes that a 304), because none of them follows
`Vary: Cookie` reliably, and "Log in" must not reappear after logging in. Shared caches may keep a page for one second
(`s-maxage=1`), the lag that the snapshot has too. `Vary: Cookie` is correct for all of them, but because of it most never use a
cached page again. `deploy/nginx.conf.template` configures a better proxy: it ignores `Vary`, has the theme and `HX-Request` in
its key, neither reads nor fills its cache for a request with a session or a message, and needs no `Accept-Encoding` in the key,
since it asks us for plain bytes and compresses them itself.

Markup of a learner's page is cached with the learner's state. What belongs to one request only, the CSRF token and the ids of the
forms, is added when the page is sent.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import wraps
from secrets import token_hex
from typing import Concatenate
from uuid import uuid4

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guidance.catalog import snapshot as catalogue
from guidance.catalog.snapshot import RecordGone, RecordMoved, Snapshot, UnknownRecord
from guidance.lru import RevisionCache
from guidance.markup import trusted
from guidance.progress.learner_state import LearnerState
from guidance.web import errors
from guidance.web.http import canonical_query, is_personal, theme_of

MAX_VALUES = 8  # number of values of one parameter
MAX_LENGTH = 200  # characters of one value
MAX_BYTES = 4_000_000  # size of the pages that a process keeps
MAX_FREE_TEXT_BYTES = 500_000
ENTRY_BYTES = 500  # approximate memory of a page in addition to its bytes
EMPTY_QUERY = QueryDict()
VARY = "Cookie, HX-Request, Accept-Encoding"
PUBLIC_CACHE_CONTROL = "public, max-age=0, s-maxage=1"
SHAREABLE = {200, 301, 404, 410}  # statuses of responses that stay the same until the revision changes

type PageKey = tuple[str, str, str, str | None, bool]  # path, query, theme, language, whether htmx sent the request
type View[**P] = Callable[Concatenate[HttpRequest, Snapshot, P], HttpResponse]


class CachedPage:
    """The bytes of a response, gzipped: they take a fifth of the memory, and unzipping them takes a fifth of a millisecond."""

    __slots__ = ("content_type", "etag", "gzipped")

    def __init__(self, response: HttpResponse) -> None:
        self.gzipped = gzip.compress(response.content, 6, mtime=0)
        self.content_type = response["Content-Type"]
        # A digest of the bytes: it is the same in all workers that render the same revision, and in a new release with the same
        # output.
        self.etag = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.gzipped)


def _weigh(key: object, page: CachedPage) -> int:
    return len(page.gzipped) + ENTRY_BYTES


pages = RevisionCache[PageKey, CachedPage](MAX_BYTES, _weigh)
# A separate, smaller cache, so searches cannot evict other pages.
free_text_pages = RevisionCache[PageKey, CachedPage](MAX_FREE_TEXT_BYTES, _weigh)


def _known(request: HttpRequest, names: tuple[str, ...]) -> QueryDict:
    if not names or not request.META.get("QUERY_STRING"):
        return EMPTY_QUERY
    known = QueryDict(mutable=True)
    for name in names:
        values = [value[:MAX_LENGTH].strip() for value in request.GET.getlist(name)[:MAX_VALUES]]
        if values := [value for value in values if value]:
            known.setlist(name, values)
    known._mutable = False
    return known


def public_page[**P](
    *parameters: str, free: tuple[str, ...] = ()
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Decorates a public page of the catalogue. `parameters` are the query parameters that it knows; those in `free` may contain
    any text."""

    names = parameters + free

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def public(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            snapshot = catalogue.current()
            request.GET = known = _known(request, names)  # type: ignore[assignment]
            query = canonical_query(known) if known else ""
            htmx = request.META.get("HTTP_HX_REQUEST") == "true"
            if is_personal(request):
                response = _answer(view, request, snapshot, *args, **kwargs)
                response["Cache-Control"] = "private, no-store"
            else:
                cached = (free_text_pages if any(name in known for name in free) else pages).of(snapshot.key)
                key = (request.path, query, theme_of(request), get_language(), htmx)
                page = cached.get(key)
                if page is None:
                    response = _answer(view, request, snapshot, *args, **kwargs)
                    if response.status_code != 200:
                        response.setdefault(
                            "Cache-Control", PUBLIC_CACHE_CONTROL if response.status_code in SHAREABLE else "no-store"
                        )
                        response["Vary"] = VARY
                        return response
                    page = cached.put(key, CachedPage(response))
                response = _serve(request, page)
            # The address bar gets the canonical URL, without the empty fields of a form. If the page has no parameters, htmx
            # requested it after a form and the browser already has the URL.
            if htmx and names:
                response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
            return response

        public.login_required = False  # type: ignore[attr-defined]  # for LoginRequiredMiddleware
        return public

    return decorate


def _answer[**P](
    view: View[P], request: HttpRequest, snapshot: Snapshot, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        return view(request, snapshot, *args, **kwargs)
    except RecordMoved as moved:
        query, url = canonical_query(request.GET), moved.record.url
        return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)
    except RecordGone as gone:
        return errors.gone(request, gone.kind)
    except UnknownRecord:
        raise Http404 from None


def _serve(request: HttpRequest, page: CachedPage) -> HttpResponse:
    # Headers are read from META: `request.headers` would convert all of them first.
    headers = {"ETag": page.etag, "Cache-Control": PUBLIC_CACHE_CONTROL, "Vary": VARY}
    if _matches(request.META.get("HTTP_IF_NONE_MATCH", ""), page.etag):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        headers["Content-Encoding"] = "gzip"
        return HttpResponse(page.gzipped, content_type=page.content_type, headers=headers)
    return HttpResponse(page.body, content_type=page.content_type, headers=headers)


def _matches(header: str, etag: str) -> bool:
    """Returns whether any ETag in the list matches, or `*` (weak comparison, RFC 9110, 13.1.2)."""
    return header == "*" or etag in (tag.strip() for tag in header.split(","))


# Placeholders in cached markup. No one outside this process can know them, so no text of the catalogue can be mistaken for one.
CSRF_TOKEN, EVENT_ID = token_hex(16), token_hex(16)


def render_once(state: LearnerState, name: str, render: Callable[[], str]) -> str:
    """Returns markup of a learner's page, cached with the learner's state. `for_request` makes it ready to send.

    `render` renders a template with `CSRF_TOKEN` as its `csrf_token` and `EVENT_ID` as the id in each form.
    """
    return state.memoize(f"{name}, {get_language()}", render)


def for_request(markup: str, request: HttpRequest) -> SafeString:
    """Returns the markup of `render_once` with this request's CSRF token and fresh event ids."""
    fresh = re.sub(EVENT_ID, lambda _found: str(uuid4()), markup)
    return trusted(fresh.replace(CSRF_TOKEN, get_token(request)))
