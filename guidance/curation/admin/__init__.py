"""The curators' pages, one module for each thing they do."""

from guidance.curation.admin import merging, queue, records, skills, taxonomies

__all__ = ["merging", "queue", "records", "skills", "taxonomies"]
