"""Fields for parameters that are stricter, or know more, than those of Django REST framework.

Fields of JSON that take their own type and no other: `"5"` is no number, and `5` no text.
"""

import re
import uuid
from datetime import datetime, time
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from guidance.catalog import search
from guidance.catalog.models import SLUG_PATTERN, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress.history import Place


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
        slug = snapshot.latest_slug(self.kind, slug)
        if (self.kind, slug) in snapshot.gone:
            raise serializers.ValidationError(f"This {self.kind.label} has been retired.", code="retired")
        if slug not in snapshot.of_kind(self.kind):
            raise serializers.ValidationError(f"No {self.kind.label} has this slug.", code="unknown")
        return slug


EVENT_ID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
CURSOR = "^[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{1,19}$"
LARGEST = 2**63 - 1  # of an id


class Text(serializers.CharField):
    """As it was written, blanks included."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, allow_blank=True, trim_whitespace=False, **options)
        # In an allOf, for the reason that `Words` has.
        schema = {"allOf": [{"type": "string", "pattern": "^[^\\u0000]*$", "maxLength": max_length}]}
        self._spectacular_annotation = {"field": schema}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "string", "format": "uuid", "pattern": EVENT_ID})
class EventId(serializers.UUIDField):
    """A UUID as it is mostly written."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str) or not re.fullmatch(EVENT_ID, data, re.ASCII | re.IGNORECASE):
            self.fail("invalid", value=data)
        return uuid.UUID(data)


@extend_schema_field({"type": "string", "pattern": CLOCK})
class Clock(serializers.TimeField):
    """A time of day, such as 07:30."""

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(CLOCK, value, re.ASCII):
            self.fail("invalid", format="hh:mm")
        return time.fromisoformat(value)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST})
class ResourceId(serializers.Field[Any, Any, Any, Any]):
    """The id of a published resource; cleans to its slug."""

    default_error_messages = {"unknown": "No resource has this id."}

    def to_internal_value(self, data: Any) -> str:
        slug = self.context["snapshot"].slugs.get((Kind.RESOURCE, data)) if type(data) is int else None
        if slug is None:
            self.fail("unknown")
        return str(slug)

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field({"type": "string", "pattern": CURSOR})
class PlaceCursor(serializers.Field[Any, Any, Any, Any]):
    default_error_messages = {"invalid": "This is no cursor of a `next`."}

    def to_internal_value(self, data: Any) -> Place:
        if not re.fullmatch(CURSOR, data, re.ASCII):
            self.fail("invalid")
        try:
            return Place.read(data)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: Place) -> str:
        return str(value)
