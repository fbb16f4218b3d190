"""Import of data as large as the whole ESCO (14,000 skills), in one minute and 300 MB, for `make test-long`."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from django.db import connection

from guidance.curation.models import TaxonomyEntry
from tests.curation import folders
from tests.factories import make_catalogue

SECONDS = 60
MEGABYTES = 300
# The kernel reports the size, because `getrusage` starts with the size of the parent process.
IMPORT = """
import sys
from pathlib import Path
import django
from django.core.management import call_command
django.setup()
call_command("import_esco", sys.argv[1])
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.django_db(transaction=True)
def test_all_of_esco_is_imported_in_a_minute_and_in_300_megabytes(tmp_path):
    """Runs in a process of its own, with a catalogue as large as ours, whose names are matched. A second import changes nothing."""
    make_catalogue(250)
    folder = folders.large_esco(tmp_path / "esco", 14_000)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
    lines, seconds, megabytes = [], [], []
    for _ in range(2):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", IMPORT, folder], env=environment, capture_output=True, text=True, check=True
        )
        seconds.append(time.monotonic() - began)
        lines.append(done.stdout.splitlines()[-1])
        megabytes.append(int(done.stderr.splitlines()[-1]) / 1024)
    print(seconds, megabytes)  # noqa: T201  shown where it fails, and with -s
    assert lines == ["added 17002, changed 0, removed 0", "added 0, changed 0, removed 0"]
    assert TaxonomyEntry.objects.count() == 17_002
    assert max(seconds) <= SECONDS
    assert max(megabytes) <= MEGABYTES
