"""The curators' pages, one module for each thing they do."""

from guidance.curation.admin import records, taxonomies

__all__ = ["records", "taxonomies"]
