"""The curators' pages, one module for each task."""

from guidance.curation.admin import classification_imports, mappings, operations, queue, records, skills, taxonomies

__all__ = ["classification_imports", "mappings", "operations", "queue", "records", "skills", "taxonomies"]
