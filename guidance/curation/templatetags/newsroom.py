"""What every page of the admin shows around its content."""

from typing import Any

from django import template
from django.template.context import RequestContext

from guidance.curation.admin.sidebar import Sidebar, sidebar_of

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar(context: RequestContext) -> Sidebar:
    apps: Any = context["available_apps"]
    return sidebar_of(context["request"], apps)
