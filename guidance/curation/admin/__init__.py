"""The curators' pages, one module for each thing they do."""

from guidance.curation.admin import classification_imports, merging, queue, records, skills, taxonomies

__all__ = ["classification_imports", "merging", "queue", "records", "skills", "taxonomies"]
