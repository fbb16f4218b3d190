"""Uploaded files, and requests that are too large or too many. How files are read is tested in
tests/matching/test_uploads.py."""

import io
import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from guidance import memory
from guidance.matching import uploads
from guidance.matching.uploads import UploadError, UploadRejected
from guidance.web.match.forms import REFUSED
from tests.matching.papers import docx
from tests.web.match.readings import CV, named, problems, read, read_cv, result_of

pytestmark = pytest.mark.django_db


def test_file_is_read_in_memory(client, monkeypatch):
    def refuse(*args, **options):
        raise AssertionError("a file on disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    file = SimpleUploadedFile("ad.docx", docx("You must know Kafka.", padding=3_000_000))
    assert named(result_of(read(client, text="", file=file)).asked.rows) == ["kafka"]


def test_file_beside_a_text_is_the_other_of_the_two(client):
    file = SimpleUploadedFile("any.txt", CV.encode())
    assert read(client, file=file).context["cv_source"] == CV
    file = SimpleUploadedFile("any.txt", b"You must know Kafka.")
    assert read_cv(client, file=file).context["source"] == "You must know Kafka."


def test_file_alone_is_a_cv_where_it_reads_like_one(client):
    text = "Noor Example\nnoor@example.org\n\nEXPERIENCE\n2018 - 2022 Built pipelines with Kafka.\n\nEDUCATION\n2014 - 2018 BSc"
    response = read(client, text="", file=SimpleUploadedFile("any.txt", text.encode()))
    assert response.context["cv"].headline == "Your CV names 1 skill; there is 1 level to confirm."


@pytest.mark.parametrize("why", UploadRejected)
def test_every_reason_not_to_read_a_file_is_told_at_its_field(client, monkeypatch, why):
    def refuse(data):
        raise UploadError(why)

    monkeypatch.setattr(uploads, "text_of", refuse)
    response = read(client, text="", file=SimpleUploadedFile("ad.pdf", b"%PDF-"))
    assert response.status_code == 422
    assert problems(response) == {"file": [str(REFUSED[why]).format(n=5)]}


def test_file_that_is_too_large_is_refused_without_being_kept(client):
    file = SimpleUploadedFile("ad.txt", b"x" * (uploads.MAX_BYTES + 1))
    response = read(client, text="", file=file)
    assert problems(response) == {"file": ["The file is larger than 5 MB. Paste its text instead."]}
    assert read(client, text="", file=SimpleUploadedFile("e.txt", b"")).status_code == 422


def test_body_that_is_far_too_large_is_not_read(client):
    response = client.post(
        "/match/", io.BytesIO(b""), content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="999999999"
    )
    assert response.status_code == 413


def test_handler_keeps_one_file_of_the_field_up_to_its_limit():
    handler = memory.MemoryHandler("file", 5)
    handler.new_file("file", "a.txt", "text/plain", None)
    for start, chunk in ((0, b"abc"), (3, b"defg"), (7, b"h")):
        handler.receive_data_chunk(chunk, start)
    kept = handler.file_complete(8)
    assert (kept.read(), kept.size) == (b"abcde", 8)
    for name in ("file", "other"):
        with pytest.raises(memory.SkipFile):
            handler.new_file(name, "b.txt", "text/plain", None)


def test_a_request_that_is_done_again_reads_its_file_once(rf):
    seen = []
    view = memory.in_memory("file", 1_000, refused=HttpResponse)(
        lambda request: seen.append(request.FILES["file"].size) or HttpResponse()
    )
    request = rf.post("/", {"file": SimpleUploadedFile("ad.txt", b"Kafka")})
    request._dont_enforce_csrf_checks = True
    view(request)
    view(request)
    assert seen == [5, 5]


def test_too_many_texts_in_a_minute_are_refused_for_a_while(client, settings):
    settings.API_LIMITS = {**settings.API_LIMITS, "anonymous_post": 2}
    address = {"REMOTE_ADDR": "203.0.113.77"}
    answers = [client.post("/match/", {"text": "Python and Kafka"}, **address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert "Too many texts" in answers[2].content.decode()
    assert client.post("/match/", {"text": "Python and Kafka"}).status_code == 200  # from another address


def test_halves_of_characters_are_shown_as_question_marks(client):
    resume = '{"basics": {}, "skills": [{"name": "Python \\ud800"}, {"name": "Basket \\ud83e\\uddfa"}], "\\udfff": 1}'
    response = client.post("/match/", {"cv": resume})
    assert response.status_code == 200
    assert "Basket 🧺" in response.content.decode()
