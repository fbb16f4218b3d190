"""Serializers used by several modules, and functions that fill them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from guidance.api.described import KindSerializer
from guidance.catalog.kinds import Record, Role, Skill
from guidance.catalog.snapshot import Snapshot


def address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


class RecordSerializer(KindSerializer):
    slug = serializers.CharField(help_text="The record's name in URLs. If it changes, the old URL redirects.")
    name = serializers.CharField()
    summary = serializers.CharField(help_text="One or two sentences; may be empty.")
    updated_at = serializers.DateTimeField()
    url = serializers.URLField(help_text="URL of the record's page.")


def record(source: Record) -> dict[str, Any]:
    return {
        "slug": source.slug,
        "name": source.name,
        "summary": source.summary,
        "updated_at": moment(source.updated_at),
        "url": address(source.url),
    }


class NamedSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


def named(records: Mapping[str, Record], slugs: Iterable[str]) -> list[dict[str, str]]:
    return [{"slug": slug, "name": records[slug].name} for slug in slugs]


class SkillLevelSerializer(NamedSerializer):
    """A skill at a level."""

    level = serializers.IntegerField(min_value=1, max_value=4)


def skill_levels(snapshot: Snapshot, levels: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"slug": slug, "name": snapshot.skills[slug].name, "level": level} for slug, level in levels.items()]


class ExternalSerializer(serializers.Serializer[Any]):
    """The equivalent entries in other taxonomies."""

    esco = serializers.ListField(child=serializers.CharField(), help_text="Identifiers in ESCO.")
    onet = serializers.ListField(child=serializers.CharField(), help_text="Codes in O*NET.")


def external(source: Skill | Role) -> dict[str, list[str]]:
    return {"esco": list(source.external.esco), "onet": list(source.external.onet)}


def is_called(identifiers: Iterable[str], sent: str) -> bool:
    """Returns whether one of the identifiers equals the identifier that was sent, or is a URL that ends in it."""
    return any(sent in {identifier, identifier.rpartition("/")[2]} for identifier in identifiers)


TAXONOMIES = {
    "esco": lambda snapshot, source, sent: is_called(source.external.esco, sent),
    "onet": lambda snapshot, source, sent: is_called(source.external.onet, sent),
}


class FactSerializer(serializers.Serializer[Any]):
    """A dated figure with its source."""

    slug = serializers.CharField()
    statement = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # DRF takes fields out of the class
    url = serializers.URLField(help_text="Where you can read the figure.")
    year = serializers.IntegerField(help_text="The year that the figure describes.")
    secondary = serializers.BooleanField(help_text="True if we read the figure on a page that reports the original.")
    caveat = serializers.CharField(help_text="What to keep in mind about the figure; may be empty.")


def facts(snapshot: Snapshot, slugs: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "slug": slug,
            "statement": fact.statement,
            "source": fact.source,
            "url": fact.source_url,
            "year": fact.year,
            "secondary": fact.secondary,
            "caveat": fact.caveat,
        }
        for slug in slugs
        for fact in (snapshot.facts[slug],)
    ]


MARKDOWN = "Markdown; may be empty."
