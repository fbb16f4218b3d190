"""Fields for parameters that are stricter, or know more, than those of Django REST framework."""

import re
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from guidance.catalog import search
from guidance.catalog.models import SLUG_PATTERN, Kind
from guidance.catalog.snapshot import Snapshot


class WholeNumber(serializers.IntegerField):
    """Digits only. `int()` would also read `1_0`, `+1`, `１` and `1.0`."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch("[0-9]{1,19}", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A date and time of RFC 3339. A `+` that was not encoded in the address arrives as a space."""

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            value = re.sub(r"(T.*) (?=\d\d:?\d\d$)", r"\1+", value.upper())
        return super().to_internal_value(value)


# In an allOf, or drf-spectacular adds "or the empty text" in a oneOf, which the empty text then breaks by fitting twice.
@extend_schema_field({"allOf": [{"type": "string", "pattern": "^[^\\u0000]*$", "maxLength": search.MAX_QUERY}]})
class Words(serializers.CharField):
    """What to search for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, max_length=search.MAX_QUERY, **options)


@extend_schema_field({"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80})
class SlugOf(serializers.CharField):
    """The slug of a published record; an old slug of it means the record too."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        snapshot: Snapshot = self.context["snapshot"]
        slug = snapshot.redirects.get((self.kind, slug), slug)
        if (self.kind, slug) in snapshot.gone:
            raise serializers.ValidationError(f"This {self.kind.label} has been retired.", code="retired")
        if slug not in snapshot.of_kind(self.kind):
            raise serializers.ValidationError(f"No {self.kind.label} has this slug.", code="unknown")
        return slug
