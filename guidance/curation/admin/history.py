"""What a record was: its versions with who and when, what differs between any two, and the way back to one of them."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import zone_of
from guidance.catalog.models import Record, Version
from guidance.curation import workflow
from guidance.curation.admin.pages import user_of
from guidance.curation.admin.workflow import WorkflowAdmin
from guidance.curation.differences import differences
from guidance.curation.models import Proposal

SHOWN = 200  # versions, and proposals


class HistoryAdmin(WorkflowAdmin):
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        editing = self._editing(request, record)
        if request.method == "POST":
            if not editing.may_write:
                raise PermissionDenied
            return self._restore(request, record)
        found = list(Version.objects.filter(kind=record.KIND, record_id=record.pk).select_related("author")[:SHOWN])
        after = _chosen(request, "after", found, 0)
        before = _chosen(request, "before", found, found.index(after) + 1 if after in found else 1)
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "title": gettext("History: %s") % record,
            "opts": self.opts,
            "object": record,
            "versions": found,
            "before": before,
            "after": after,
            "differences": differences(workflow.document_in(before) if before else None, workflow.document_in(after))
            if after
            else [],
            "proposals": Proposal.objects.of(record).select_related("author", "reviewer")[:SHOWN],
            "zone": zone_of(user_of(request).time_zone),
            "may_restore": editing.may_write,
            "may_restore_at_once": editing.may_write and editing.is_public and workflow.is_reviewer(editing.user),
            "is_draft": not editing.is_public,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/curation/history.html", context)

    def _restore(self, request: HttpRequest, record: Record) -> HttpResponse:
        """A reviewer may have it public at once: it was public before. For everybody else it is a proposal in review."""
        user, number = user_of(request), request.POST.get("restore", "")
        here = HttpResponseRedirect(request.path)
        version = None
        if number.isdecimal() and len(number) < 10:
            version = Version.objects.filter(kind=record.KIND, record_id=record.pk, number=int(number)).first()
        if version is None:
            self.message_user(request, gettext("There is no such version."), messages.ERROR)
            return here
        try:
            with transaction.atomic():
                proposal = workflow.revert(record, version, by=user)
                if proposal is None:
                    said = gettext("The draft is what it was in version %d.")
                elif "at_once" in request.POST:
                    workflow.publish([proposal], by=user)
                    said = gettext("Version %d is public again. To undo that, restore the version before.")
                else:
                    if proposal.state == Proposal.State.DRAFT:
                        proposal = workflow.submit(proposal, by=user)
                    said = gettext("To restore version %d is proposed and in review.")
                    here = HttpResponseRedirect(reverse("admin:curation_proposal_change", args=[proposal.pk]))
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.log_change(request, record, gettext("Restored version %d.") % version.number)
        self.message_user(request, said % version.number, messages.SUCCESS)
        return here


def _chosen(request: HttpRequest, name: str, found: list[Version], usual: int) -> Version | None:
    number = request.GET.get(name, "")
    for version in found:
        if number == str(version.number):
            return version
    return found[usual] if usual < len(found) else None
