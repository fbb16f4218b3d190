"""The ledger of reminders in the admin. It holds learners' data, so only administrators can see it. They can read it, retry
deliveries and lift suppressions; the application writes everything else. The tables can be very large, so nothing here counts
or sorts a whole one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import ForAdministrators, Numbered
from accounts.models import User
from guidance.catalog.admin import ReadOnly
from guidance.reminders import ledger, services
from guidance.reminders.models import Delivery, Schedule, Suppression

MAX_COUNTED = 10_000  # rows of a list, at most
MAX_ROWS = 100  # rows shown before a retry
MAX_DIGITS = 18  # every number of this length fits into a bigint


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator for lists of any length: it counts and shows only the first 10,000 rows."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # only used with querysets
        return rows[:MAX_COUNTED].count()


class LedgerAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg, misc]
    ordering = ("-pk",)  # newest first, using the primary key
    sortable_by = ()
    list_per_page = 30
    list_max_show_all = 0
    list_select_related = ("learner",)
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("learner__email",)
    search_help_text = _("A learner’s whole email address, or the number of a learner or of a row.")

    @admin.display(description=_("learner"))
    def whose(self, row: Any) -> str:
        return f"{row.learner_id}: {row.learner.email}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        if term.isdecimal() and len(term) <= MAX_DIGITS:
            return queryset.filter(Q(pk=int(term)) | Q(learner=int(term))), False
        return queryset.filter(learner__in=User.objects.filter(email=term).values("pk")), False

    def log(self, request: HttpRequest, rows: Sequence[Model], message: str) -> None:
        """Logs a change to these rows by number, because the log outlives the account."""
        named: Any = [Numbered(row) for row in rows]
        who: Any = request.user.pk
        LogEntry.objects.log_actions(who, named, CHANGE, message)


@admin.register(Schedule)
class ScheduleAdmin(LedgerAdmin):
    list_display = ("id", "whose", "kind", "is_on", "at", "weekdays", "time_zone", "paused_until", "next_at", "since")
    list_filter = ("kind", "is_on", ("paused_until", admin.EmptyFieldListFilter))


@admin.register(Delivery)
class DeliveryAdmin(LedgerAdmin):
    list_display = (
        "id",
        "whose",
        "kind",
        "on",
        "due_at",
        "state",
        "reason",
        "attempts",
        "sent_at",
    )
    list_filter = ("state", "kind", "reason", "planned_at")
    actions = ("try_again",)

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> HttpResponse | None:
        over = queryset.filter(state__in=[Delivery.State.FAILED, Delivery.State.EXPIRED])
        rows = list(over.select_related("learner")[:MAX_COUNTED])
        all_of_list = request.POST.get("select_across") == "1"
        if not rows:
            self.message_user(
                request, gettext("Only reminders that failed or were too late can be tried again."), messages.WARNING
            )
            return None
        if request.POST.get("post") != "yes":
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Try again"),
                "opts": self.opts,
                "rows": rows,
                "shown": rows[:MAX_ROWS],
                "action": "try_again",
                "button": gettext("Try again"),
                "chosen": [str(row.pk) for row in rows[: 1 if all_of_list else None]],  # a form has a maximum size
                "all_of_list": all_of_list,
                "uncertain": sum(row.ambiguous > 0 for row in rows),
                "left_out": 0 if all_of_list else queryset.count() - len(rows),
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/reminders/try_again.html", context)
        count = ledger.retry(deliveries=[row.pk for row in rows], now=timezone.now())
        self.log(request, rows, gettext("Tried again."))
        self.message_user(
            request,
            ngettext("%d reminder is due again.", "%d reminders are due again.", count) % count,
            messages.SUCCESS,
        )
        return None


@admin.register(Suppression)
class SuppressionAdmin(LedgerAdmin):
    list_display = ("id", "whose", "address", "code", "reply", "at")
    actions = ("lift",)

    @admin.action(description=_("Lift the block: send to these addresses again"))
    def lift(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        rows = list(queryset.select_related("learner"))
        count = sum(services.lift_suppression(learner=row.learner) for row in rows)
        self.log(request, rows, gettext("Lifted."))
        self.message_user(
            request,
            ngettext("Sending to %d address again.", "Sending to %d addresses again.", count) % count,
            messages.SUCCESS,
        )
