"""Fields for parameters and bodies that are stricter than those of Django REST framework or that use the catalogue.

Query fields parse text from a URL. JSON fields accept only their own JSON type: `"5"` is not a number, and `5` is not text.
"""

import re
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from guidance.catalog import search
from guidance.catalog.fields import SLUG_PATTERN
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress.history import Cursor

MAX_LEVELS = 5_000
MAX_OVERRIDES = 500
MAX_ID = 2**63 - 1
MAX_IDENTIFIER = 200
MAX_SLUG = 80
DATE_PATTERN = "^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]$"
TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
EVENT_ID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
CURSOR_PATTERN = "^([a-z][a-z-]*_)?[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{1,19}$"
SLUG_CURSOR_PATTERN = "^([a-z][a-z-]*_)?[a-z0-9]+(-[a-z0-9]+)*$"

SLUG_SCHEMA = {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80}


def text_schema(max_length: int) -> dict[str, Any]:
    """Returns the schema of a text. It excludes NUL, which PostgreSQL cannot store."""
    return {"type": "string", "pattern": "^[^\\u0000]*$", "maxLength": max_length}


# Query parameters


class QueryInteger(serializers.IntegerField):
    """Digits only. `int()` would also read `1_0`, `+1`, `１` and `1.0`."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch("[0-9]{1,19}", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class QueryDateTime(serializers.DateTimeField):
    """A date and time as in RFC 3339. A `+` that was not encoded in the URL arrives as a space."""

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            value = re.sub(r"(T.*) (?=\d\d:?\d\d$)", r"\1+", value.upper())
        return super().to_internal_value(value)


@extend_schema_field(text_schema(search.MAX_QUERY))
class SearchText(serializers.CharField):
    """The search text; can be empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, max_length=search.MAX_QUERY, **options)


@extend_schema_field(text_schema(MAX_IDENTIFIER))
class Identifier(serializers.CharField):
    """The identifier of a record in another taxonomy."""

    def __init__(self, taxonomy: str) -> None:
        text = f"Only records with this identifier in {taxonomy}; for a URL, its last part is enough."
        super().__init__(required=False, max_length=MAX_IDENTIFIER, help_text=text)


@extend_schema_field(SLUG_SCHEMA)
class SlugField(serializers.CharField):
    """The slug of a published record, current or former. It is converted to the current slug."""

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


@extend_schema_field({"type": "string", "format": "date", "pattern": DATE_PATTERN})
class QueryDate(serializers.DateField):
    default_error_messages = {"invalid": "Enter a date such as 2026-11-30."}

    def to_internal_value(self, value: Any) -> Any:
        if not re.fullmatch(DATE_PATTERN, value, re.ASCII):
            self.fail("invalid")
        return super().to_internal_value(value)


class ListCursor(serializers.Field[Any, Any, Any, Any]):
    """The position where a list continues. It starts with the name of the list (`list` in the context), so that a list does not
    accept the cursor of another list."""

    default_error_messages = {
        "invalid": "Not a valid cursor. Use the one in `next`.",
        "strange": "This cursor belongs to another list, {name}. Use the one in this list's `next`.",
    }
    pattern: ClassVar[str]

    def to_internal_value(self, data: Any) -> Any:
        if not re.fullmatch(self.pattern, data, re.ASCII):
            self.fail("invalid")
        name, sign, place = data.partition("_")
        if not sign or name[0].isdigit():  # the old format, without a name
            return self.read(data)
        if name != self.context["list"]:
            self.fail("strange", name=name)
        return self.read(place)

    def read(self, place: str) -> Any:
        raise NotImplementedError

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field({"type": "string", "pattern": CURSOR_PATTERN})
class CursorField(ListCursor):
    """A cursor for rows with a date."""

    pattern = CURSOR_PATTERN

    def read(self, place: str) -> Cursor:
        try:
            return Cursor.read(place)
        except ValueError:
            self.fail("invalid")


@extend_schema_field({"type": "string", "pattern": SLUG_CURSOR_PATTERN, "maxLength": 130})
class SlugCursor(ListCursor):
    """A cursor for records sorted by slug."""

    pattern = SLUG_CURSOR_PATTERN

    def read(self, place: str) -> str:
        if len(place) > MAX_SLUG:
            self.fail("invalid")
        return place


# Values of a JSON body


class JsonField(serializers.Field[Any, Any, Any, Any]):
    """A mixin for a DRF field: refuses values that are not of `json_type` or do not match `pattern`."""

    json_type: ClassVar[type | tuple[type, ...]] = str
    pattern: ClassVar[str] = ""
    written: ClassVar[str] = ""  # description of the pattern in error messages

    def to_internal_value(self, data: Any) -> Any:
        is_of_type = isinstance(data, self.json_type) and (self.json_type is bool or not isinstance(data, bool))
        if not is_of_type or (self.pattern and not re.fullmatch(self.pattern, data, re.ASCII | re.IGNORECASE)):
            self.fail("invalid", value=data, input=data, format=self.written)
        return super().to_internal_value(data)


class JsonBoolean(JsonField, serializers.BooleanField):
    json_type = bool


class JsonNumber(JsonField, serializers.FloatField):
    json_type = (int, float)


class JsonInteger(JsonField, serializers.IntegerField):
    """An integer; `1.0` is accepted."""

    json_type = int

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        number: int = super().to_internal_value(data)
        return number


class JsonWeekdays(serializers.ListField):
    child = JsonInteger(min_value=1, max_value=7)

    def __init__(self) -> None:
        super().__init__(
            required=False,
            min_length=1,
            max_length=7,
            help_text="Study days, from 1 for Monday to 7 for Sunday. The default is every day.",
        )


class JsonText(JsonField, serializers.CharField):
    """Text as it was sent, including white space; can be empty."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, allow_blank=True, trim_whitespace=False, **options)
        self._spectacular_annotation = {"field": text_schema(max_length)}


@extend_schema_field({"type": "string", "format": "date", "pattern": DATE_PATTERN})
class JsonDate(JsonField, serializers.DateField):
    """A date from 2000 to 2199, always written like 2026-11-30."""

    pattern = DATE_PATTERN
    written = "YYYY-MM-DD, from 2000-01-01 to 2199-12-31"


@extend_schema_field({"type": "string", "pattern": TIME_PATTERN})
class JsonTime(JsonField, serializers.TimeField):
    """A time of day, such as 07:30."""

    pattern = TIME_PATTERN
    written = "hh:mm"


@extend_schema_field({"type": "string", "format": "uuid", "pattern": EVENT_ID_PATTERN})
class EventId(JsonField, serializers.UUIDField):
    """A UUID in its usual notation."""

    pattern = EVENT_ID_PATTERN


@extend_schema_field(SLUG_SCHEMA)
class JsonSlug(JsonField, SlugField):
    """A `SlugField` that does not accept a number instead of text."""


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MAX_ID})
class ResourceId(serializers.Field[Any, Any, Any, Any]):
    """The id of a published resource. It is converted to the slug."""

    default_error_messages = {"unknown": "No resource has this id."}

    def to_internal_value(self, data: Any) -> str:
        slug = self.context["snapshot"].slugs.get((Kind.RESOURCE, data)) if type(data) is int else None
        if slug is None:
            self.fail("unknown")
        return str(slug)

    def to_representation(self, value: int) -> int:
        return value


class SlugList(serializers.ListField):
    """Slugs of records of a kind; optional."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        super().__init__(child=JsonSlug(kind), required=False, max_length=MAX_OVERRIDES, **options)


class ByMilestone(serializers.DictField):
    """Values by a milestone's slug, current or former. The slugs are converted to current ones."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        values: dict[str, str] = super().to_internal_value(data)
        snapshot: Snapshot = self.context["snapshot"]
        return {snapshot.latest_slug(Kind.MILESTONE, slug): value for slug, value in values.items()}


@extend_schema_field(
    {
        "type": "object",
        "propertyNames": {"pattern": SLUG_PATTERN, "maxLength": 80},
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 4},
        "maxProperties": MAX_LEVELS,
    }
)
class LevelsField(serializers.DictField):
    """Levels by a skill's slug. If both a former and the current slug are sent, the higher level counts. Unknown slugs are
    ignored and listed in the context as `ignored`."""

    child = JsonInteger(min_value=0, max_value=4)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if isinstance(data, dict) and len(data) > MAX_LEVELS:
            raise serializers.ValidationError(f"At most {MAX_LEVELS} levels.")
        sent: dict[str, int] = super().to_internal_value(data)
        slug_field = JsonSlug(Kind.SKILL)
        slug_field.bind("slug", self)  # type: ignore[arg-type] # it gets the context from its parent
        levels: dict[str, int] = {}
        ignored: list[str] = []
        for slug, level in sent.items():
            try:
                skill = slug_field.run_validation(slug)
            except serializers.ValidationError:
                ignored.append(slug)
            else:
                levels[skill] = max(level, levels.get(skill, 0))
        self.context["ignored"] = sorted(ignored)  # type: ignore[index] # the context is the view's dictionary
        return levels


class IgnoredSlugs(serializers.ListField):
    """In a response: the slugs that `LevelsField` ignored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            child=serializers.CharField(), required=False, help_text="Slugs in `levels` that match no skill.", **options
        )
