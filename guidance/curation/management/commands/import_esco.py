from guidance.curation import esco
from guidance.curation.importing import ImportCommand
from guidance.curation.models import Source


class Command(ImportCommand):
    help = (
        "Import ESCO from its CSV files, or go on to a newer release, and suggest which of its entries our records are."
    )
    source = Source.ESCO
    read = esco.read
    release_of = esco.release_of
