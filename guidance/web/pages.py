"""Public pages, rendered once per revision.

For visitors without a session an answer depends on the revision, the path, the known query parameters, the theme cookie,
the language and whether htmx asked; nothing else. Its bytes are kept per process, gzipped, and served again until the
revision changes. Whoever carries a session or a message gets a fresh, private page and never touches what is kept.

Caches in front of us. Browsers revalidate every time (`max-age=0`, an ETag makes that a 304), because none of them looks at
`Vary: Cookie` reliably and "Log in" must not come back after logging in. Shared caches may keep a page for one second
(`s-maxage=1`), the same lag that the snapshot has. `Vary: Cookie` is right for all of them, and keeps most from ever finding
a page again. A proxy that knows better is `deploy/nginx.conf.template`: it ignores `Vary`, has the theme and `HX-Request` in
its key, neither asks nor fills its cache when a session or messages cookie comes along, and, since it asks us for plain
bytes and compresses them itself, needs no `Accept-Encoding` in the key.
"""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.utils.translation import get_language

from guidance.catalog import snapshot as catalogue
from guidance.catalog.snapshot import Record, Snapshot
from guidance.web.kept import Kept
from guidance.web.views import errors
from guidance.web.visitors import canonical_query, is_personal, theme_of

MAX_VALUES = 8  # of one parameter
MAX_LENGTH = 200  # of one value
KEPT_BYTES = 4_000_000
KEPT_FREE_BYTES = 500_000
ENTRY_BYTES = 500  # about what a page takes beside its bytes
NOTHING = QueryDict()
VARY = "Cookie, HX-Request, Accept-Encoding"
PUBLIC = "public, max-age=0, s-maxage=1"
SHAREABLE = {200, 301, 404, 410}  # what stays the same until the revision changes

type View[**P] = Callable[Concatenate[HttpRequest, Snapshot, P], HttpResponse]


class Moved(Exception):
    def __init__(self, url: str) -> None:
        self.url = url


class Gone(Exception):
    def __init__(self, kind: str) -> None:
        self.kind = kind


def find[R: Record](snapshot: Snapshot, records: Mapping[str, R], kind: str, slug: str) -> R:
    """The record, or the reason why there is none: moved (301), gone (410) or never there (404)."""
    if slug in records:
        return records[slug]
    if (kind, slug) in snapshot.redirects:
        raise Moved(records[snapshot.redirects[kind, slug]].url)
    if (kind, slug) in snapshot.gone:
        raise Gone(kind)
    raise Http404


class Page:
    """The bytes of an answer, gzipped: a fifth of the memory, and a fifth of a millisecond for whoever wants them plain."""

    __slots__ = ("content_type", "etag", "gzipped")

    def __init__(self, response: HttpResponse) -> None:
        self.gzipped = gzip.compress(response.content, 6, mtime=0)
        self.content_type = response["Content-Type"]
        # A digest of the bytes: workers that render the same revision agree, and so does a new release that renders the same.
        self.etag = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.gzipped)

    def weigh(self) -> int:
        return len(self.gzipped) + ENTRY_BYTES


kept = Kept[Page](KEPT_BYTES, Page.weigh)
# Of pages with free text there is no end; they have little room of their own, so that they cannot push the others out.
kept_free = Kept[Page](KEPT_FREE_BYTES, Page.weigh)


def _known(request: HttpRequest, names: tuple[str, ...]) -> QueryDict:
    if not names or not request.META.get("QUERY_STRING"):
        return NOTHING
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
    """A catalogue page for everybody. `parameters` are the query parameters it knows; those in `free` take any
    text."""

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
                shelf = kept_free if any(name in known for name in free) else kept
                key = (request.path, query, theme_of(request), get_language(), htmx)
                page = shelf.get(snapshot.key, key)
                if page is None:
                    response = _answer(view, request, snapshot, *args, **kwargs)
                    if response.status_code != 200:
                        response.setdefault(
                            "Cache-Control", PUBLIC if response.status_code in SHAREABLE else "no-store"
                        )
                        response["Vary"] = VARY
                        return response
                    page = Page(response)
                    shelf.put(snapshot.key, key, page)
                response = _serve(request, page)
            # The address bar shows the canonical address, without a form's empty fields. Where there is nothing to choose
            # the page was asked for after a form that it is shown in the place of: it has its address already.
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
    except Moved as moved:
        query = canonical_query(request.GET)
        return HttpResponsePermanentRedirect(f"{moved.url}?{query}" if query else moved.url)
    except Gone as gone:
        return errors.gone(request, gone.kind)


def _serve(request: HttpRequest, page: Page) -> HttpResponse:
    # Headers are read from META: `request.headers` would convert all of them first.
    headers = {"ETag": page.etag, "Cache-Control": PUBLIC, "Vary": VARY}
    if _matches(request.META.get("HTTP_IF_NONE_MATCH", ""), page.etag):
        response = HttpResponse(status=304, headers=headers)
        del response["Content-Type"]
        return response
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        headers["Content-Encoding"] = "gzip"
        return HttpResponse(page.gzipped, content_type=page.content_type, headers=headers)
    return HttpResponse(page.body, content_type=page.content_type, headers=headers)


def _matches(header: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison of any in the list, or `*`."""
    return header == "*" or etag in (tag.strip() for tag in header.split(","))
