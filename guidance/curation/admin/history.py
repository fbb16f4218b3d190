"""The history of a record: its versions with author and time, the differences between any two, and restoring one of them.

Also previews of the public page (`previews`), rendered for a visitor who is not logged in.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils.translation import gettext

from guidance.catalog import snapshot
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Version
from guidance.curation import previews, proposals, publishing, record_documents
from guidance.curation.admin.editing import posted_note
from guidance.curation.admin.http import user_of
from guidance.curation.admin.proposals import WorkflowAdmin
from guidance.curation.models import Proposal
from guidance.curation.naming import named_differences
from guidance.curation.version_origins import origins_of

MAX_ROWS = 200  # maximum number of versions, and of proposals


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
        found = list(Version.objects.filter(kind=record.KIND, record_id=record.pk).select_related("author")[:MAX_ROWS])
        after = _chosen(request, "after", found, 0)
        before = _chosen(request, "before", found, found.index(after) + 1 if after in found else 1)
        proposed = list(Proposal.objects.of(record).select_related("author", "editor", "reviewer")[:MAX_ROWS])
        origins = origins_of(record, found, proposed)
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "title": gettext("History: %s") % record,
            "opts": self.opts,
            "object": record,
            "versions": [(version, origins[version.number]) for version in found],
            "before": before,
            "after": after,
            "differences": named_differences(
                record_documents.document_of_version(before) if before else None,
                record_documents.document_of_version(after),
            )
            if after
            else [],
            "proposals": proposed,
            "also_by": {row.version: row.editor for row in proposed if row.version and row.editor},
            "may_restore": editing.may_write,
            "may_restore_at_once": editing.may_write and editing.is_public and editing.is_only_reviewer,
            "is_draft": not editing.is_public,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/curation/history.html", context)

    def _restore(self, request: HttpRequest, record: Record) -> HttpResponse:
        """Restores a version. A sole reviewer may publish it at once, with a reason; for everyone else, it becomes a proposal in
        review."""
        user, number, why = user_of(request), request.POST.get("restore", ""), posted_note(request)
        here = HttpResponseRedirect(request.path)
        version = None
        if number.isdecimal() and len(number) < 10:
            version = Version.objects.filter(kind=record.KIND, record_id=record.pk, number=int(number)).first()
        if version is None:
            self.message_user(request, gettext("There is no such version."), messages.ERROR)
            return here
        if "at_once" in request.POST and not why:
            said = gettext("Nothing is restored yet. Give the reason under “Why”, because no one else reviews it.")
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        try:
            with transaction.atomic():
                proposal = proposals.revert(record, version, by=user, why=why)
                if proposal is None:
                    said = gettext("The draft is back to version %d.")
                elif "at_once" in request.POST:
                    publishing.publish([proposal], by=user)
                    said = gettext("Version %d is public again. To undo that, restore the version before it.")
                else:
                    if proposal.state in Proposal.WITH_AUTHOR:
                        proposal = proposals.submit(proposal, by=user)
                    said = gettext("You proposed to restore version %d. A reviewer will decide.")
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


# The other kinds have no page that shows a whole record.
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
        document = (
            proposal.proposed
            if proposal is not None
            else record_documents.as_public(record_documents.document_of(record))
        )
        form = reverse(f"admin:catalog_{self.opts.model_name}_change", args=[record.pk])
        back = form
        if proposal is not None and "proposal" in request.GET:
            back = reverse("admin:curation_proposal_change", args=[proposal.pk])
        try:
            return preview_page(request, record.KIND, record.pk, document, back=back)
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(back)


def preview_url(kind: str, record_id: int) -> str:
    if kind not in PREVIEWED:
        return ""
    return reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_preview", args=[record_id])


def preview_page(
    request: HttpRequest, kind: str, record_id: int, document: Document, *, back: str, left_out: Sequence[str] = ()
) -> HttpResponse:
    """Returns the public page of the document, with a link back to its form. `left_out` says which parts of the form are missing
    from the document, and why. Raises ValidationError."""
    catalogue, where = previews.catalogue_with(kind, record_id, document)
    with snapshot.showing(catalogue):
        page = _page(request, where, catalogue, back, left_out)
    page["X-Robots-Tag"] = "noindex, nofollow"  # the admin already forbids storing any of its pages
    return page


def _page(
    request: HttpRequest, address: str, catalogue: snapshot.Snapshot, back: str, left_out: Sequence[str]
) -> HttpResponse:
    """Returns the response that a visitor would get at that URL, bypassing all caches."""
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
    visit.preview = {"back": back, "left_out": left_out}  # type: ignore[attr-defined]  # shown by base.html
    answer = match.func.__wrapped__(visit, catalogue, *match.args, **match.kwargs)  # type: ignore[attr-defined]  # that of a public page
    return HttpResponse(answer.content, status=answer.status_code, content_type=answer["Content-Type"])
