from guidance.curation.models import Source
from guidance.curation.taxonomies import ImportCommand


class Command(ImportCommand):
    help = "Import the O*NET database from its text files, or go on to a newer release, and suggest mappings."
    source = Source.ONET
