from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from guidance.web.actions import repeatable
from guidance.web.visitors import THEMES

YEAR = 365 * 24 * 60 * 60


# Without a CSRF token, because public pages are cached and must not carry one: all that another site could do with a forged
# request is to switch somebody's colours, and browsers say when a request comes from elsewhere.
@csrf_exempt
@login_not_required
@repeatable
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page."""
    theme = request.POST.get("theme", "")
    if theme not in {*THEMES, "auto"} or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return HttpResponseBadRequest()
    response = HttpResponseRedirect(_came_from(request), status=303)
    if theme == "auto":
        response.delete_cookie("theme", samesite="Lax")
    else:
        response.set_cookie("theme", theme, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def _came_from(request: HttpRequest) -> str:
    """The page with the switch, as the browser tells (`Referrer-Policy: same-origin`), or the first page. The form could
    name it, but then it would differ from page to page."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    if not referer.startswith(here) or not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return "/"
    parts = urlsplit(referer)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For those who ask without reading the page."""
    return HttpResponseRedirect(static("icons/icon-48.png"), headers={"Cache-Control": "public, max-age=86400"})
