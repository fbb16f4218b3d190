"""The proof page as strangers see it, its JSON Resume, and the form to report it.

None of these views reads a session, sets a cookie, counts visitors or lets a cache store the page: once it is turned off, the next request
does not find it. Templates are rendered without context processors.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts import outbox
from accounts.models import OutgoingMail
from guidance.catalog import snapshot as catalogue
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import ProofPage
from guidance.progress.proof_page import PublicProof, as_resume, public_proof
from guidance.web.context import frame
from guidance.web.http import form_page
from guidance.web.proof.forms import ReportForm

HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
REPORTS = "5/h/ip,20/h/key"  # from one address, and about one page


def _render(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    body = render_to_string(f"web/{template}.html", {**frame(request), **context})
    return HttpResponse(body, status=status, headers=HEADERS)


def _message(request: HttpRequest, title: str, text: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {"title": title, "text": text, "here": reverse("web:home")}
    return _render(request, "proof_message", context, status)


def _missing(request: HttpRequest) -> HttpResponse:
    """Returns the same response, whether or not there has ever been a page at this URL."""
    text = _("There is no proof page at this address. Its owner may have turned it off or moved it.")
    return _message(request, _("No page here"), text, HTTPStatus.NOT_FOUND)


def _proof_of(page: ProofPage) -> PublicProof:
    state = learner_state(page.learner, snapshot=catalogue.current(), now=timezone.now())
    return public_proof(page, state)


@login_not_required
@require_safe
def proof(request: HttpRequest, name: str) -> HttpResponse:
    page = services.proof_page_at(name)
    if page is None:
        return _missing(request)
    return _render(request, "proof", {"proof_page": page, "proof": _proof_of(page)})


@login_not_required
@require_safe
def resume(request: HttpRequest, name: str) -> HttpResponse:
    page = services.proof_page_at(name)
    if page is None:
        return _missing(request)
    content = as_resume(_proof_of(page), url=page.address, now=timezone.now())
    body = json.dumps(content, ensure_ascii=False, indent=1)
    return HttpResponse(body, content_type="application/json", headers=HEADERS)


# Has no CSRF token, which would need a cookie. All that a forged request from another site could do is send a report.
@csrf_exempt
@login_not_required
@form_page
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Sends the report to the operator as an email, with the page and the text, and nothing about the person who wrote it."""
    page = services.proof_page_at(name)
    if page is None:
        return _missing(request)
    form = ReportForm(request.POST if request.method == "POST" else None, auto_id="report-%s")
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return _render(request, "proof_report", {"proof_page": page, "form": form, "here": reverse("web:home")}, status)
    if _is_too_often(request, page):
        text = _("There were too many reports in the last hour. Your report wasn’t sent. Try again in an hour.")
        response = _message(request, _("Too many reports"), text, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = "3600"
        return response
    outbox.hand_over(
        kind=OutgoingMail.MailKind.PAGE_REPORTED, user=None, page=page.name, text=form.cleaned_data["text"]
    )
    text = _(
        "The people who run this site will look at the page. They can’t answer you, because we don’t know who you are."
    )
    return _message(request, _("Report sent"), text)


def _is_too_often(request: HttpRequest, page: ProofPage) -> bool:
    limit = {"proof-report": REPORTS}
    return ratelimit.consume(request, app="waymark", action="proof-report", config=limit, key=page.name) is None
