"""The progress page: it streams the steps, then the result, and stores nothing if the reader leaves."""

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from guidance.catalog import loading, record_store
from guidance.curation import bulk
from guidance.curation.admin import bulk as pages
from guidance.curation.models import BulkEdit, Proposal
from tests.curation.people import browser, person

pytestmark = pytest.mark.django_db
IMPORT = "/admin/curation/import/"
DONE = '<p class="notice">Done.'
NEW_WORDS = b"slug,summary\npython,New words.\n"


@pytest.fixture
def curator(pack_folder, settings, monkeypatch):
    loading.load(pack_folder.root)
    settings.DEMO = True  # staff without a second factor
    monkeypatch.setattr(pages, "LARGE", 0)
    yield browser(person("carl"))
    caches["shared"].clear()


def upload(client, content: bytes = NEW_WORDS):
    return client.post(IMPORT, {"file": SimpleUploadedFile("skills.csv", content), "kind": ""})


def value(text: str, name: str) -> str:
    return text.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def confirm(client, text: str):
    return client.post(IMPORT, {"token": value(text, "token"), "mark": value(text, "mark"), "post": "yes"})


def test_each_step_is_told_before_it_is_taken_and_the_result_follows(curator, monkeypatch):
    read, taken = bulk.read_catalogue, []
    monkeypatch.setattr(bulk, "read_catalogue", lambda: (taken.append("catalogue"), read())[1])
    shown = upload(curator)
    assert shown.headers["X-Accel-Buffering"] == "no"
    pieces = iter(shown)
    told = b""
    while b"Reading the catalogue." not in told:
        told += next(pieces)
    assert taken == []
    told += b"".join(pieces)
    page = told.decode()
    assert page.index("Reading skills.csv.") < page.index("Checking 1 record and its changes.") < page.index("<ins>")
    assert page.rstrip().endswith("</html>")
    done = confirm(curator, page).getvalue().decode()
    edit = BulkEdit.objects.get()
    assert "1 record was imported." in done
    assert DONE in done
    assert done.index("Saving.") < done.index(f'<a href="{pages.edit_url(edit)}">See the result</a>')
    again = confirm(curator, page)  # a second click
    assert "has been deleted" in again.client.get(again.url).text
    assert BulkEdit.objects.count() == 1


def test_reader_who_goes_away_before_the_saving_leaves_nothing(curator):
    page = upload(curator).getvalue().decode()
    answer = confirm(curator, page)
    pieces = iter(answer)
    while b"Saving." not in next(pieces):
        pass
    answer._iterator.close()  # as the server does when it cannot send any more
    assert not Proposal.objects.exists()
    assert not BulkEdit.objects.exists()
    assert "1 record was imported." in confirm(curator, page).getvalue().decode()


def test_import_that_fails_while_it_saves_says_so_and_leaves_nothing(curator, monkeypatch):
    page = upload(curator).getvalue().decode()

    def fail(*args, **options):
        raise RuntimeError("the power went")

    monkeypatch.setattr(BulkEdit, "save", fail)
    told = confirm(curator, page).getvalue().decode()
    assert "This could not be finished. Either everything was saved or nothing" in told
    assert DONE not in told
    assert not Proposal.objects.exists()


def test_import_that_does_not_get_the_lock_says_that_nothing_was_saved(curator, monkeypatch):
    page = upload(curator).getvalue().decode()

    def locked() -> None:
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

    monkeypatch.setattr(record_store, "lock", locked)
    told = confirm(curator, page).getvalue().decode()
    assert "Someone else is changing the catalogue. Nothing was saved." in told
    assert value(told, "token") == value(page, "token")  # it can be confirmed again
    assert not Proposal.objects.exists()


def test_small_import_is_answered_at_once(curator, monkeypatch):
    monkeypatch.setattr(pages, "LARGE", len(NEW_WORDS) + 1)
    assert not upload(curator).streaming
