"""What pages outside of onboarding say of a plan in the making."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.catalog import snapshot
from guidance.catalog.wording import hours
from guidance.web import drafts

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn_plan(context: dict[str, Any]) -> str:
    """“AI engineer, 8 h a week”; empty without one."""
    catalogue = snapshot.current()
    draft, _notes = drafts.kept(context["request"], catalogue, timezone.now())
    if draft is None or draft.role is None:
        return ""
    return _("%(role)s, %(hours)s a week") % {
        "role": catalogue.roles[draft.role].name,
        "hours": hours(draft.hours_per_week),
    }
