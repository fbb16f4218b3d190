"""A JSON Schema for the front matter of each kind, for editors that check a file while you write it (`docs/schema/`). Pure."""

import json
from typing import Any

from guidance.catalog.documents import DRAFTS
from guidance.catalog.fields import object_schema
from guidance.catalog.kinds import KINDS


def schema_of(kind: str) -> dict[str, Any]:
    described = KINDS[kind]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "description": (described.__doc__ or "").strip(),
        **object_schema(described.FIELDS),
    }
    if later := [key for key, field in described.FIELDS.items() if field.required and field.optional_in_draft]:
        schema["if"] = {"properties": {"status": {"enum": list(DRAFTS)}}, "required": ["status"]}
        schema["else"] = {"required": later}
    return schema


def written(kind: str) -> str:
    """Returns the text of the schema file."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
