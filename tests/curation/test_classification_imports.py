"""A release of ESCO or O*NET is uploaded in the admin and read by the worker; what is refused."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import outbox
from guidance.curation import classification_imports, permissions, taxonomy_releases
from guidance.curation.models import ClassificationImport, Mapping, TaxonomyEntry
from tests.curation import folders
from tests.curation.folders import skill
from tests.curation.people import browser, person
from tests.factories import make_skill

pytestmark = pytest.mark.django_db
PAGE = "/admin/curation/classificationimport/add/"
State = ClassificationImport.ImportState


@pytest.fixture
def rita(settings):
    settings.DEMO = True  # staff without a second factor
    return browser(person("rita", permissions.REVIEWER))


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name}/{path.name}")
    return out.getvalue()


def upload(client, content: bytes, name: str = "esco-v1.2.0.zip", **values):
    return client.post(PAGE, {"source": "esco", "file": SimpleUploadedFile(name, content), **values})


def test_list_says_what_was_imported_by_command(rita):
    TaxonomyEntry.objects.create(source="esco", kind="skill", identifier="uri:a", label="A", release="1.2.0")
    page = rita.get("/admin/curation/classificationimport/").text
    assert "ESCO 1.2.0 (1 entry)" in page
    assert "Nothing has been imported yet" not in page


def test_release_is_uploaded_read_by_the_worker_and_reported(
    rita, tmp_path, monkeypatch, django_capture_on_commit_callbacks
):
    make_skill("python")
    folder = folders.esco(tmp_path / "esco", [skill("a", "Python"), skill("b", "Go")])
    called: list[str] = []
    monkeypatch.setattr(outbox, "call_worker", called.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(rita, packed(folder))
    assert called == [classification_imports.TASK]
    page = rita.get(response.url)
    assert page.headers["Refresh"] == "2"
    assert "will be in a few seconds" in page.text
    row = classification_imports.run_next(now=timezone.now())
    assert (row.state, row.release, row.content) == (State.DONE, "1.2.0", None)
    page = rita.get(page.request["PATH_INFO"])
    assert "Refresh" not in page.headers
    assert "suggested mappings: 1 new" in page.text
    assert "added 2, changed 0, removed 0" in page.text
    assert Mapping.objects.count() == 1
    assert classification_imports.run_next(now=timezone.now()) is None


def test_dry_run_saves_nothing(rita, tmp_path):
    upload(rita, packed(folders.esco(tmp_path / "esco", [skill("a", "Python")])), dry_run="on")
    assert classification_imports.run_next(now=timezone.now()).report == "added 1, changed 0, removed 0"
    assert not TaxonomyEntry.objects.exists()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (None, "This file cannot be read as a zip file"),
        ({}, "The archive contains no table"),
        ({"picture.png": b"x"}, "The archive contains no table"),
        ({"skills_en.csv": b""}, "skills_en.csv is empty."),
        ({"a/skills_en.csv": b"x", "b/skills_en.csv": b"x"}, "The archive contains skills_en.csv twice."),
    ],
)
def test_file_that_cannot_be_one_is_refused_at_the_field(rita, members, message):
    content = b"not a zip"
    if members is not None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
        content = out.getvalue()
    page = upload(rita, content, release="1.2.0")
    assert message in " ".join(page.context["adminform"].form.errors["file"])
    assert 'value="1.2.0"' in page.text
    assert not ClassificationImport.objects.exists()
    assert "The submitted file is empty." in upload(rita, b"").text


def test_release_that_lost_everything_of_a_kind_is_refused(rita, tmp_path):
    full = folders.esco(tmp_path / "esco", [skill("a", "Python")])
    taxonomy_releases.load(
        source="esco", release="1", entries=taxonomy_releases.READERS["esco"].read(full, {}), now=timezone.now()
    )
    upload(rita, packed(folders.esco(tmp_path / "none", [])))
    row = classification_imports.run_next(now=timezone.now())
    assert row.state == State.FAILED
    assert "no entr" in row.report
    assert TaxonomyEntry.objects.current().count() == 1


def test_files_of_something_else_are_refused_with_their_name(rita):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notes.csv", "a,b\n1,2\n")
    upload(rita, out.getvalue())
    row = classification_imports.run_next(now=timezone.now())
    assert row.state == State.FAILED
    assert "there is no" in row.report
    assert "nothing was written" in row.report
    assert "/tmp" not in row.report


def test_upload_that_no_worker_can_finish_is_given_up(rita, tmp_path):
    upload(rita, packed(folders.esco(tmp_path / "esco", [skill("a", "Python")])))
    row = classification_imports.run_next(now=timezone.now() + timedelta(hours=3))
    assert (row.state, TaxonomyEntry.objects.count()) == (State.FAILED, 0)


def test_curators_look_and_do_not_upload(rita, tmp_path):
    carl = browser(person("carl"))
    assert carl.get(PAGE).status_code == 403
    assert upload(carl, packed(folders.esco(tmp_path / "esco", [skill("a", "Python")]))).status_code == 403
    assert carl.get("/admin/curation/classificationimport/").status_code == 200
