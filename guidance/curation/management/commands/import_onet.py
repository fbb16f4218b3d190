from guidance.curation.models import Source
from guidance.curation.taxonomy_releases import ImportCommand


class Command(ImportCommand):
    help = "Import the O*NET database, or a newer release of it, from its text files, and suggest mappings."
    source = Source.ONET
