"""The setting that determines whether a curator gets the digest of proposals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.curation import permissions, proposal_emails
from guidance.curation.admin.http import context, curator_page, user_of


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    if request.method == "POST":
        is_on = request.POST.get("is_on") == "1"
        proposal_emails.set_on(user, is_on=is_on, now=timezone.now())
        messages.success(
            request, _("Emails about proposals are on.") if is_on else _("Emails about proposals are off.")
        )
        return HttpResponseRedirect(request.path)
    values = context(
        request,
        _("Emails about proposals"),
        is_on=proposal_emails.is_on(user),
        is_reviewer=permissions.is_reviewer(user),
        address=user.email,
    )
    return TemplateResponse(request, "admin/curation/proposal_emails.html", values)
