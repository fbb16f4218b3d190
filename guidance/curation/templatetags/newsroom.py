"""What every page of the admin shows around its content."""

from datetime import datetime, tzinfo
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guidance.curation.admin.sidebar import Sidebar, sidebar_of

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar(context: RequestContext) -> Sidebar:
    apps: Any = context["available_apps"]
    return sidebar_of(context["request"], apps)


@register.filter
def moment(at: datetime, zone: tzinfo) -> str:
    """When it was or will be, as people say it: "today, 09:12", "yesterday, 16:20", "Tue 1 Dec, 06:00"."""
    local, today = timezone.localtime(at, zone), timezone.localtime(timezone.now(), zone).date()
    time, days = date_format(local, "H:i"), (today - local.date()).days
    match days:
        case 0:
            return _("today, %s") % time
        case 1:
            return _("yesterday, %s") % time
        case -1:
            return _("tomorrow, %s") % time
    return date_format(local, "D j M, H:i" if local.year == today.year or days < 0 else "j M Y, H:i")
