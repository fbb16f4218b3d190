"""URLs that belong to the site as a whole: site map, robots.txt, outbound links, theme, privacy notice, security.txt."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from guidance.catalog import snapshot as catalogue
from guidance.catalog.affiliates import tagged
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.web.account import privacy_cookies, privacy_notice, privacy_periods
from guidance.web.cache import public_page
from guidance.web.http import THEMES, repeatable
from guidance.web.jsonld import absolute

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LISTS = {
    "web:skills": Kind.SKILL,
    "web:skill-map": Kind.SKILL,
    "web:roles": Kind.ROLE,
    "web:compare": Kind.ROLE,
    "web:industries": Kind.INDUSTRY,
    "web:projects": Kind.PROJECT,
    "web:guides": Kind.GUIDE,
    "web:resources": Kind.RESOURCE,
    "web:questions": Kind.QUESTION,
    "web:about-the-data": Kind.FACT,
    "web:match": Kind.SKILL,
}
WITH_A_PAGE = (Kind.SKILL, Kind.MILESTONE, Kind.ROLE, Kind.INDUSTRY, Kind.PROJECT, Kind.GUIDE)
HIDDEN = (
    "/accounts/",
    "/admin/",
    "/demo/",
    "/out/",
    "/reminders/",
    "/report/",
    "/search/",
    "/unsubscribe/",
    "/readyz",
    "/metrics",
)


def public_pages(snapshot: Snapshot) -> Iterator[tuple[str, datetime | None]]:
    """Yields the path of every page that can be found without a search, and when its content last changed."""
    yield reverse("web:home"), snapshot.at
    for name, kind in LISTS.items():
        changed = [record.updated_at for record in snapshot.of_kind(kind).values()]
        yield reverse(name), max(changed, default=snapshot.at)
    yield reverse("web:privacy"), None
    for kind in WITH_A_PAGE:
        for record in snapshot.of_kind(kind).values():
            yield record.url, record.updated_at


@public_page()
def sitemap(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    root = ET.Element("urlset", xmlns=NAMESPACE)
    for path, changed in public_pages(snapshot):
        page = ET.SubElement(root, "url")
        ET.SubElement(page, "loc").text = absolute(path)
        if changed:
            ET.SubElement(page, "lastmod").text = changed.isoformat(timespec="seconds")
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', content_type="application/xml")


@public_page()
def robots(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    rules = [f"Disallow: {path}" for path in HIDDEN]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {absolute(reverse('web:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def out(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects to a resource. The resource must be published, so no one can use our domain to redirect elsewhere. Clicks are not
    recorded."""
    resource = next((item for item in catalogue.current().resources.values() if item.id == pk), None)
    if resource is None:
        raise Http404
    response = HttpResponseRedirect(tagged(resource.address) if resource.affiliate else resource.address)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "public, max-age=0, s-maxage=1"
    return response


YEAR = 365 * 24 * 60 * 60


# Has no CSRF token, because public pages are cached and must not contain one. All that a forged request could do is switch the
# visitor's theme, and browsers state when a request comes from another site.
@csrf_exempt
@login_not_required
@repeatable
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Stores the chosen theme in a cookie and returns to the page."""
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
    """Returns the page on which the visitor used the switch, as sent by the browser (`Referrer-Policy: same-origin`), or the home
    page. The form could contain the page's URL, but would then differ from page to page."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    if not referer.startswith(here) or not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return "/"
    parts = urlsplit(referer)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Returns the icon, for browsers that request it without reading the page."""
    return HttpResponseRedirect(static("icons/icon-48.png"), headers={"Cache-Control": "public, max-age=86400"})


SECURITY_TXT_VALID_FOR = timedelta(days=90)  # RFC 9116 recommends less than a year


@public_page()
def privacy(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = {
        "parts": privacy_notice.PARTS,
        "periods": privacy_periods.periods(),
        "cookies": privacy_cookies.cookies(),
        "operator": settings.OPERATOR,
        "contact": settings.PRIVACY_CONTACT,
        "error_reports": bool(settings.SENTRY_DSN),
    }
    return render(request, "web/privacy.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Returns the contact file of RFC 9116. Without a contact there is no file, since no one would read the reports."""
    if not settings.SECURITY_CONTACT:
        return HttpResponse("Not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain; charset=utf-8")
    expires = datetime.combine(timezone.now().date() + SECURITY_TXT_VALID_FOR, time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {absolute(reverse('web:security-txt'))}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
