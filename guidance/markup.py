"""The one place where text becomes markup that templates do not escape."""

from django.utils.safestring import SafeString, mark_safe


def trusted(*parts: str) -> SafeString:
    """The parts, joined, for a template to show as they are. Callers build them from numbers, dates and constants, escape
    or clean every word, and say so where it does not show."""
    return mark_safe("".join(parts))  # noqa: S308 - see above
