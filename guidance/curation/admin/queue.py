"""The review queue: which proposals are waiting for whom."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.admin import ReadOnlyAdmin
from guidance.catalog.models import Revision
from guidance.curation import permissions, proposals, publishing, review_queue
from guidance.curation.admin import review
from guidance.curation.admin.home import waiting_proposals
from guidance.curation.admin.http import EMPTY_CELL, primary_key, user_of
from guidance.curation.admin.review import address
from guidance.curation.models import Proposal

MAX_ROWS = 100  # number of proposals published together
MAX_CHECKED = 20  # number of them shown with the results of their checks, which take some thirty queries each
State = Proposal.ProposalState


class ByState(admin.SimpleListFilter):
    """By default, shows open proposals."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            *State.choices,
            ("decided", _("decided: published or rejected")),
            ("edited", _("edited, not yet seen by its author")),
            ("all", _("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext("open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        chosen = self.value()
        if chosen in State.values:
            return queryset.filter(state=chosen)
        if chosen == "decided":
            return queryset.filter(state__in=(State.PUBLISHED, State.REFUSED))
        if chosen == "edited":
            return queryset.filter(state=State.IN_REVIEW, edited_at__isnull=False)
        return queryset if chosen == "all" else queryset.filter(state__in=Proposal.OPEN)


class ByAuthor(admin.SimpleListFilter):
    title = _("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        wrote = Q(pk__in=Proposal.objects.values("author")) | Q(pk__in=Proposal.objects.values("editor"))
        authors = User.objects.filter(wrote).order_by("name", "email")
        return [("me", _("me")), *((str(author.pk), str(author)) for author in authors if author != request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        chosen = self.value() or ""
        if chosen == "me":
            return queryset.filter(author=request.user.pk)
        if (key := primary_key(chosen)) is None:
            return queryset
        return queryset.filter(Q(author=key) | Q(editor=key))


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    change_list_template = "admin/curation/proposal_list.html"
    list_display = ["what", "kind", "state", "writers", "waits_for", "submitted"]
    list_display_links = None
    list_filter = [ByState, "kind", ByAuthor]
    list_per_page = 100
    search_fields = ["slug", "document"]
    ordering = ["submitted_at", "pk"]  # longest wait first
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False  # the total count matches none of the filtered lists
    actions = ["publish_together"]

    # --- The list

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.with_newest().select_related("author", "editor", "reviewer")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        state, mine = request.GET.get("state", ""), request.GET.get("author") == "me"
        own_drafts = state == State.DRAFT and mine
        titles = {
            (State.DRAFT, True): gettext("My drafts"),
            (State.SENT_BACK, True): gettext("Sent back to me"),
            ("edited", True): gettext("Edited by a reviewer"),
            ("decided", True): gettext("My proposals that were decided"),
            (State.IN_REVIEW, True): gettext("Mine in review"),
            (State.IN_REVIEW, False): gettext("In review"),
        }
        every = request.GET.copy()
        every["state"] = "all"
        more = {
            "only_open": not state,
            "all_url": f"?{every.urlencode()}",
            "title": titles.get((state, mine), gettext("Review queue")),
            "new_drafts": review_queue.new_drafts_of(user_of(request)) if own_drafts else (),
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @admin.display(description=_("proposal"), ordering="slug")
    def what(self, proposal: Proposal) -> SafeString:
        return format_html('<a href="{}">{}</a>', address(proposal), proposal.name)

    @admin.display(description=_("author"), ordering="author")
    def writers(self, proposal: Proposal) -> str:
        """Returns the proposal's author and the others who edited it."""
        return ", ".join(str(user) for user in (proposal.author, proposal.editor) if user) or EMPTY_CELL

    @admin.display(description=_("waiting for"))
    def waits_for(self, proposal: Proposal) -> str:
        match proposal.state:
            case State.DRAFT | State.SENT_BACK:
                return gettext("its author")
            case State.IN_REVIEW | State.SCHEDULED if proposals.is_outdated(proposal):
                return gettext("its author: the record has changed since")
            case State.IN_REVIEW if proposal.edited_at is not None:
                asked = gettext("a reviewer; %(author)s is asked to agree to the edits by %(editor)s")
                return asked % {"author": proposal.author or EMPTY_CELL, "editor": proposal.editor or EMPTY_CELL}
            case State.IN_REVIEW if proposal.seen_document:  # as it was when it was sent back
                return gettext("a reviewer, again: the author has replied")
            case State.IN_REVIEW:
                return gettext("a reviewer")
            case State.SCHEDULED if proposal.publish_at is not None:
                return gettext("its scheduled time: %s") % date_format(
                    timezone.localtime(proposal.publish_at), "DATETIME_FORMAT"
                )
        return EMPTY_CELL

    @admin.display(description=_("submitted"), ordering="submitted_at")
    def submitted(self, proposal: Proposal) -> str:
        return (
            date_format(timezone.localtime(proposal.submitted_at), "DATETIME_FORMAT")
            if proposal.submitted_at
            else EMPTY_CELL
        )

    def has_review_permission(self, request: HttpRequest) -> bool:
        return permissions.is_reviewer(user_of(request))

    @admin.action(description=_("Publish together, now"), permissions=["review"])
    def publish_together(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> HttpResponse | None:
        if request.POST.get("select_across") != "1":  # proposals that the list no longer shows are included
            keys = [key for text in request.POST.getlist(ACTION_CHECKBOX_NAME) if (key := primary_key(text))]
            queryset = Proposal.objects.filter(pk__in=keys).order_by(*self.ordering)
        found = publishing.sort_out(list(queryset), by=user_of(request))
        rows, is_asked = found.rows, request.POST.get("post") != "yes"
        if is_asked or found.left_out or not rows:
            return self._ask(request, found, has_changed=not is_asked)
        try:
            revision = publishing.publish(rows, by=user_of(request))
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return None
        count = len(rows)
        self.message_user(
            request,
            ngettext("%d proposal published.", "%d proposals published.", count) % count,
            messages.SUCCESS,
        )
        self._say(request, revision)
        return None

    def _ask(self, request: HttpRequest, found: publishing.TogetherNow, *, has_changed: bool) -> HttpResponse:
        """Shows which proposals would be published, each with the results of its checks, and which are left out."""
        rows = found.rows
        is_checked = len(rows) <= MAX_CHECKED
        revision = snapshot.current().revision if is_checked else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Publish together"),
            "opts": self.opts,
            "count": len(rows),
            "shown": waiting_proposals(rows[:MAX_ROWS], revision),
            "is_checked": is_checked,
            "most_checked": MAX_CHECKED,
            "left_out": found.left_out,
            "has_changed": has_changed,
            "action": "publish_together",
            "button": gettext("Publish"),
            "chosen": [str(proposal.pk) for proposal in rows],
            "all_of_list": False,  # proposals that arrive in the meantime are not included
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/curation/publish_together.html", context)

    def _say(self, request: HttpRequest, revision: Revision | None) -> None:
        if revision is not None:
            self.message_user(request, gettext("Published as revision %d.") % revision.number, messages.INFO)

    # --- One proposal

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        return review.show(request, proposal, {**self.admin_site.each_context(request), "opts": self.opts})
