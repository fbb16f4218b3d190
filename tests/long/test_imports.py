"""ESCO whole, as `make test-long` imports it: 14,000 skills of the same shape, in a minute and in 300 MB."""

import re
import resource
import subprocess
import sys
import time

import pytest

from guidance.curation.models import TaxonomyEntry
from tests.curation import folders

SECONDS = 60
MEGABYTES = 300


@pytest.mark.django_db(transaction=True)
def test_all_of_esco_is_imported_in_a_minute_and_in_300_megabytes(tmp_path, settings, monkeypatch):
    """In a process of its own, whose largest size the system tells; the second import, of the same, changes nothing."""
    folder = folders.large_esco(tmp_path / "esco", 14_000)
    database = settings.DATABASES["default"]["NAME"]
    script = (
        "import django; from django.conf import settings; django.setup();"
        f"settings.DATABASES['default']['NAME'] = {database!r};"
        "from django.core.management import call_command; import sys; call_command('import_esco', sys.argv[1])"
    )
    results = []
    for _ in range(2):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            env={**__import__("os").environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        results.append((done.stdout.splitlines()[-1], time.monotonic() - began))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert [line for line, _ in results] == ["added 17002, changed 0, removed 0", "added 0, changed 0, removed 0"]
    assert TaxonomyEntry.objects.count() == 17_002
    assert max(seconds for _, seconds in results) <= SECONDS
    assert largest <= MEGABYTES
