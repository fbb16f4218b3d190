"""Template tags for what every page of the admin shows around its content."""

from datetime import datetime
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
def moment(at: datetime) -> str:
    """Returns a past or future time in everyday words: "today, 09:12" or "yesterday, 16:20"; for other days, the date in the
    usual form."""
    local, today = timezone.localtime(at), timezone.localdate()
    time, days = date_format(local, "H:i"), (today - local.date()).days
    match days:
        case 0:
            return _("today, %s") % time
        case 1:
            return _("yesterday, %s") % time
        case -1:
            return _("tomorrow, %s") % time
    return date_format(local, "DATETIME_FORMAT")
