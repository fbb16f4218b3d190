"""The public page as it would look: the record is written, the catalogue read, the record rolled back; then the page is rendered
for a visitor who is not logged in."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext

from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Kind, Record
from guidance.curation import workflow
from guidance.curation.admin.workflow import WorkflowAdmin

# The others have no page that shows them whole.
PREVIEWED = {
    Kind.AREA,
    Kind.SKILL,
    Kind.MILESTONE,
    Kind.ROLE,
    Kind.INDUSTRY,
    Kind.PROJECT,
    Kind.GUIDE,
    Kind.QUESTION,
    Kind.FACT,
}


class PreviewAdmin(WorkflowAdmin):
    def get_urls(self) -> list[Any]:
        urls: list[Any] = super().get_urls()
        if self.model.KIND not in PREVIEWED:
            return urls
        own: list[URLPattern] = [
            path(
                "<path:object_id>/preview/",
                self.admin_site.admin_view(self.preview_view),
                name=f"catalog_{self.opts.model_name}_preview",
            )
        ]
        return own + urls

    def preview_url(self, record: Record) -> str:
        return preview_url(record.KIND, record.pk)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        proposal = self._editing(request, record).proposal
        document = proposal.proposed if proposal is not None else workflow.as_public(workflow.document_of(record))
        try:
            if not document.published:
                raise ValidationError(gettext("It would be retired: then it has no page."))
            with workflow.applied(record.KIND, record.pk, document) as shown:
                # A moment of its own names it: nothing that is kept for the real catalogue is asked for it or given it.
                catalogue, where = replace(snapshot.build(), at=timezone.now()), shown.get_absolute_url()
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:catalog_{self.opts.model_name}_change", args=[record.pk]))
        with snapshot.showing(catalogue):
            page = _page(request, where, catalogue)
        page["X-Robots-Tag"] = "noindex, nofollow"  # that nobody keeps it, the admin says of every page of its
        return page


def preview_url(kind: str, record_id: int) -> str:
    if kind not in PREVIEWED:
        return ""
    return reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_preview", args=[record_id])


def _page(request: HttpRequest, address: str, catalogue: snapshot.Snapshot) -> HttpResponse:
    """What the view of that address answers to a visitor, past everything that keeps answers."""
    where, _, query = address.partition("#")[0].partition("?")
    match = resolve(where)
    visit = HttpRequest()
    visit.method, visit.path, visit.path_info = "GET", where, where
    visit.META = {
        name: request.META[name] for name in ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST") if name in request.META
    }
    visit.GET = QueryDict(query)
    visit.user = AnonymousUser()
    visit.resolver_match = match
    visit.htmx = False  # type: ignore[attr-defined]
    visit.preview = True  # type: ignore[attr-defined]  # base.html says so
    answer = match.func.__wrapped__(visit, catalogue, *match.args, **match.kwargs)  # type: ignore[attr-defined]  # that of a public page
    return HttpResponse(answer.content, status=answer.status_code, content_type=answer["Content-Type"])
