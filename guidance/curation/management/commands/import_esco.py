from guidance.curation.models import Source
from guidance.curation.taxonomies import ImportCommand


class Command(ImportCommand):
    help = (
        "Import ESCO from its CSV files, or go on to a newer release, and suggest which of its entries our records are."
    )
    source = Source.ESCO
