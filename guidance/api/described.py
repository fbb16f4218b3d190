"""Fields that the API serves because their kind defines them with `api=True` (`guidance/catalog/kinds/`)."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from guidance.catalog.containers import EntryOf, Items, Table
from guidance.catalog.fields import Address, Day, Field, Flag, Number, OneOf
from guidance.catalog.kinds import Record, fields_of


# A record of a kind; the fields that the kind's definition adds come last. Not a docstring, because that would appear in the
# schema of each subclass.
class KindSerializer(serializers.Serializer[Any]):
    record_kind = ""

    def get_fields(self) -> dict[str, Any]:
        declared: dict[str, Any] = super().get_fields()
        if self.record_kind:
            for field in _served(self.record_kind):
                declared.setdefault(field.key, serializer_field(field))
        return declared


def described_values(shape: Any, record: Record) -> dict[str, Any]:
    """Returns the values of the fields that the definition of the kind adds to a response of this shape."""
    kind = getattr(shape, "record_kind", "")
    return {field.key: _plain(getattr(record, field.attribute)) for field in _served(kind)} if kind else {}


def _served(kind: str) -> list[Field]:
    return [field for field in fields_of(kind).values() if field.api]


def serializer_field(field: Field) -> Any:
    """Returns the serializer field for a field of a kind."""
    options: dict[str, Any] = {"help_text": field.help} if field.help else {}
    match field:
        case Flag():
            return serializers.BooleanField(**options)
        case Number():
            number = serializers.IntegerField if field.whole else serializers.FloatField
            return number(allow_null=not field.required and field.default is None, **options)
        case Day():
            return serializers.DateField(allow_null=not field.required, **options)
        case Address():
            return serializers.URLField(allow_blank=not field.required, **options)
        case OneOf():
            return serializers.ChoiceField(field.values, allow_blank=not field.required, **options)
        case Items() if not field.by:
            return serializers.ListField(child=serializer_field(field.item), **options)
        case Items():
            return serializers.DictField(child=serializer_field(field.item), **options)
        case Table():
            return serializers.DictField(child=serializer_field(field.item), **options)
        case EntryOf():
            return serializers.DictField(**options)
    if field.is_text:
        return serializers.CharField(allow_blank=not field.required, **options)
    return serializers.JSONField(**options)


def _plain(value: Any) -> Any:
    """Returns a loaded value as plain JSON types."""
    match value:
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
    return _plain(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value
