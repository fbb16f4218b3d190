"""The only place where text becomes markup that templates do not escape."""

from django.utils.safestring import SafeString, mark_safe


def trusted(*parts: str) -> SafeString:
    """Returns the joined parts for a template to show unescaped. Callers build the parts from numbers, dates and constants,
    escape or clean every word, and add a comment where this is not obvious."""
    return mark_safe("".join(parts))  # noqa: S308 - see above
