"""Receives delivery reports and complaints unchanged (`message/rfc822`) from a mail server, or from a program that reads its mailbox."""

import hmac
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from guidance.reminders import reports


@login_not_required
@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Responds with 404 if MAIL_REPORT_TOKEN is not set. A report that changes nothing is also accepted, so that it is not sent
    again."""
    if not settings.MAIL_REPORT_TOKEN:
        return HttpResponseNotFound()
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), settings.MAIL_REPORT_TOKEN.encode()):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    if int(request.META.get("CONTENT_LENGTH") or 0) > reports.LIMIT_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    outcome = reports.process(request.read(reports.LIMIT_BYTES), now=timezone.now())
    return JsonResponse({"outcome": outcome.value}, headers={"Cache-Control": "no-store"})
