"""Proof pages for administrators, who look up a reported page, take it down or allow it again."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import ForAdministrators, Numbered
from guidance.catalog.admin import ReadOnly
from guidance.progress import services
from guidance.progress.models import ProofPage


@admin.register(ProofPage)
class ProofPageAdmin(ReadOnly, ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg, misc]
    list_display = ("name", "learner_id", "is_public", "taken_down_at", "updated_at")
    list_filter = ("is_public", ("taken_down_at", admin.EmptyFieldListFilter))
    search_fields = ("name__exact",)
    search_help_text = gettext_lazy("The name in the address of the page.")
    ordering = ("-pk",)
    actions = ("take_down", "allow")

    @admin.action(description=gettext_lazy("Take these pages down"))
    def take_down(self, request: HttpRequest, pages: QuerySet[ProofPage]) -> None:
        count = self._set(request, pages, taken_down=True)
        messages.success(request, ngettext("{n} page taken down.", "{n} pages taken down.", count).format(n=count))

    @admin.action(description=gettext_lazy("Allow these pages again"))
    def allow(self, request: HttpRequest, pages: QuerySet[ProofPage]) -> None:
        count = self._set(request, pages, taken_down=False)
        messages.success(
            request, ngettext("{n} page allowed again.", "{n} pages allowed again.", count).format(n=count)
        )

    def _set(self, request: HttpRequest, pages: QuerySet[ProofPage], *, taken_down: bool) -> int:
        changed = list(pages.filter(taken_down_at__isnull=taken_down).select_related("learner"))
        for page in changed:
            services.take_down_proof_page(page=page, now=timezone.now() if taken_down else None)
        named: Any = [Numbered(page) for page in changed]
        who: Any = request.user.pk
        LogEntry.objects.log_actions(who, named, CHANGE, _("Taken down.") if taken_down else _("Allowed again."))
        return len(changed)
