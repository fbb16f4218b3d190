from guidance.curation.models.changes import BulkEdit, Operation, Proposal, ProposalQuerySet
from guidance.curation.models.checks import DistinctPair, HealthReview, LinkCheck, LinkHost
from guidance.curation.models.reports import MAX_REPORT, ReaderReport
from guidance.curation.models.reviews import Comment, PendingOperation, ProposalEmail
from guidance.curation.models.taxonomies import (
    ClassificationImport,
    Mapping,
    Rating,
    Source,
    TaxonomyEntry,
    TaxonomyLink,
    TaxonomyName,
)

__all__ = [
    "MAX_REPORT",
    "BulkEdit",
    "ClassificationImport",
    "Comment",
    "DistinctPair",
    "HealthReview",
    "LinkCheck",
    "LinkHost",
    "Mapping",
    "Operation",
    "PendingOperation",
    "Proposal",
    "ProposalEmail",
    "ProposalQuerySet",
    "Rating",
    "ReaderReport",
    "Source",
    "TaxonomyEntry",
    "TaxonomyLink",
    "TaxonomyName",
]
