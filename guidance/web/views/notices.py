"""What people look for who trust us with something, or have found a fault: the privacy notice and security.txt."""

from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from guidance.catalog.snapshot import Snapshot
from guidance.web import privacy_notice
from guidance.web.jsonld import absolute
from guidance.web.pages import public_page

GOOD_FOR = timedelta(days=90)  # RFC 9116 recommends less than a year


@public_page()
def privacy(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = {
        "parts": privacy_notice.PARTS,
        "periods": privacy_notice.periods(),
        "cookies": privacy_notice.cookies(),
        "operator": settings.OPERATOR,
        "contact": settings.PRIVACY_CONTACT,
        "error_reports": bool(settings.SENTRY_DSN),
    }
    return render(request, "web/privacy.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Without a contact there is none, rather than one that nobody reads."""
    if not settings.SECURITY_CONTACT:
        return HttpResponse("Not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain; charset=utf-8")
    expires = datetime.combine(timezone.now().date() + GOOD_FOR, time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {absolute(reverse('web:security-txt'))}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
