from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


def takes_json(accept: str | None) -> bool:
    """Whether JSON is clearly wanted. In doubt DRF decides, which knows the rest of the grammar."""
    return accept is None or "*/*" in accept or "application/json" in accept


class JsonNegotiation(DefaultContentNegotiation):
    """Settles at once what most requests ask for: JSON, from a view that answers nothing else."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        only, *others = renderers
        if not others and only.format == "json" and takes_json(request.META.get("HTTP_ACCEPT")):
            return only, str(only.media_type)
        selected: tuple[BaseRenderer, str] = super().select_renderer(request, [only, *others], format_suffix)
        return selected
