"""The curators' pages, one module for each thing they do."""

from guidance.curation.admin import operations, queue, records, taxonomies

__all__ = ["operations", "queue", "records", "taxonomies"]
