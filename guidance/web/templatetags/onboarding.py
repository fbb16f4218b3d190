"""Tags for the draft on pages outside onboarding."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.catalog import snapshot
from guidance.catalog.text import hours
from guidance.web.onboarding import drafts
from guidance.web.onboarding.drafts import Draft
from guidance.web.onboarding.page import to_confirm

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn_plan(context: dict[str, Any]) -> str:
    """Returns the goal of the draft: “AI engineer, 8 h a week”; empty without a goal."""
    catalogue, draft = snapshot.current(), _draft(context)
    if draft is None or draft.role is None:
        return ""
    return _("{role}, {hours} a week").format(role=catalogue.roles[draft.role].name, hours=hours(draft.hours_per_week))


@register.simple_tag(takes_context=True)
def cv_to_confirm(context: dict[str, Any]) -> str:
    """Returns how many skills of a CV do not count yet; empty if there are none."""
    draft = _draft(context)
    return to_confirm(draft) if draft else ""


def _draft(context: dict[str, Any]) -> Draft | None:
    return drafts.draft_of(context["request"], snapshot.current(), timezone.now())[0]
