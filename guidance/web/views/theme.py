from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from guidance.web.visitors import THEMES

YEAR = 365 * 24 * 60 * 60


# Without a CSRF token, because public pages are cached and must not carry one: all that another site could do with a forged
# request is to switch somebody's colours, and browsers say when a request comes from elsewhere.
@csrf_exempt
@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page."""
    theme = request.POST.get("theme", "")
    if theme not in {*THEMES, "auto"} or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return HttpResponseBadRequest()
    target = request.POST.get("next", "/")
    if not (target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)):
        target = "/"
    response = HttpResponseRedirect(target, status=303)
    if theme == "auto":
        response.delete_cookie("theme", samesite="Lax")
    else:
        response.set_cookie("theme", theme, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For those who ask without reading the page."""
    return HttpResponseRedirect(static("icons/icon-48.png"), headers={"Cache-Control": "public, max-age=86400"})
