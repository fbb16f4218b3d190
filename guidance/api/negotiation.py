from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


def takes_json(accept: str | None) -> bool:
    """Returns whether `Accept` clearly allows JSON. In doubtful cases DRF decides, because it parses the full grammar."""
    return accept is None or "*/*" in accept or "application/json" in accept


class JsonNegotiation(DefaultContentNegotiation):
    """A shortcut for the most common case: JSON from a view that only returns JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only, *others = renderers
        if not others and only.format == "json" and takes_json(request.META.get("HTTP_ACCEPT")):
            return only, str(only.media_type)
        selected: tuple[BaseRenderer, str] = super().select_renderer(request, [only, *others], format_suffix)
        return selected
