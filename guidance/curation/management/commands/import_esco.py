from guidance.curation.models import Source
from guidance.curation.taxonomy_releases import ImportCommand


class Command(ImportCommand):
    help = (
        "Import ESCO, or a newer release of it, from its CSV files, and suggest mappings of our records to its entries."
    )
    source = Source.ESCO
