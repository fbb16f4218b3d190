"""The catalogue as one file, and its lists as they were at a revision."""

import json
import sqlite3
from datetime import timedelta

import pytest
from django.utils import timezone

from guidance.catalog import editions, snapshot
from guidance.catalog.models import Edition, EditionFile, Guide, Skill
from guidance.compression import DECOMPRESS
from tests.factories import guide_document, make_catalogue, make_skill, publish, rename, retire, skill_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    make_catalogue(12)
    rename(make_skill("k8s"), "kubernetes")


def dump(client, parameters="", status=200, **headers):
    response = client.get(f"/api/v1/dump/{parameters}", headers=headers)
    assert response.status_code == status, response.content
    return response


def entries(response):
    return [json.loads(line) for line in response.content.decode().splitlines()]


def test_the_first_line_says_what_it_is_and_on_which_terms(client, catalogue):
    response = dump(client)
    head, *lines = entries(response)
    current = snapshot.current()
    assert response.headers["Content-Type"] == "application/jsonl"
    assert (head["kind"], head["revision"], head["since"]) == ("catalogue", current.revision, None)
    assert head["licence"] == "CC BY 4.0"
    assert head["attribution"] == "Waymark (http://localhost:8000), CC BY 4.0"
    assert len(lines) == len({(line["kind"], line["slug"]) for line in lines})
    assert {"kind": "skill", "slug": "k8s", "into": "kubernetes"} in lines


def test_a_record_is_what_its_own_address_answers(client, catalogue):
    for line in dump(client).content.splitlines():
        entry = json.loads(line)
        if entry["kind"] in {"skill", "role", "project", "guide"} and "record" in entry:
            assert b'"record":' + client.get(f"/api/v1/{entry['kind']}s/{entry['slug']}/").content in line


def test_sqlite_has_the_same(client, catalogue, tmp_path):
    response = dump(client, accept="application/vnd.sqlite3")
    assert response.headers["Content-Disposition"].endswith('.db"')
    path = tmp_path / "waymark.db"
    path.write_bytes(response.content)
    with sqlite3.connect(path) as database:
        stored = database.execute("SELECT kind, slug, answer FROM record").fetchall()
        into = database.execute('SELECT slug, "into" FROM redirect').fetchall()
        effort = database.execute("SELECT effort FROM skills WHERE slug = 'kubernetes'").fetchone()
        terms = dict(database.execute("SELECT name, value FROM catalogue"))
    records = {(line["kind"], line["slug"]): line["record"] for line in entries(dump(client)) if "record" in line}
    assert {(kind, slug): json.loads(answer) for kind, slug, answer in stored} == records
    assert into == [("k8s", "kubernetes")]
    assert effort == ("[4.0,12.0,30.0,60.0]",)
    assert terms["licence"] == "CC BY 4.0"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_it_is_compressed_for_who_takes_that(client, catalogue, encoding):
    plain = dump(client)
    response = dump(client, accept_encoding=f"br, {encoding}")
    assert response.headers["Content-Encoding"] == encoding
    assert DECOMPRESS[encoding](response.content) == plain.content
    assert response.headers["ETag"] == "W/" + plain.headers["ETag"]
    assert dump(client, status=304, accept_encoding=encoding, if_none_match=response.headers["ETag"]).content == b""


def test_it_is_made_once(client, catalogue, django_assert_num_queries):
    first = dump(client)
    with django_assert_num_queries(2):
        assert dump(client).content == first.content
    snapshot.forget()  # as another process
    assert dump(client).content == first.content
    assert EditionFile.objects.count() == 1


def test_a_file_of_a_revision_does_not_change(client, catalogue):
    first = dump(client)
    revision = entries(first)[0]["revision"]
    make_skill("later")
    assert dump(client).content != first.content
    again = dump(client, f"?revision={revision}")
    assert again.content == first.content
    assert "immutable" in again.headers["Cache-Control"]


def test_since_tells_only_what_changed(client, catalogue):
    head = entries(dump(client))[0]
    rename(Skill.objects.get(slug="kubernetes"), "containers")
    publish(guide_document("daily-work", summary="Another summary."))
    first, *lines = entries(dump(client, f"?since={head['revision']}&state={head['state']}"))
    assert (first["since"], first["revision"]) == (head["revision"], snapshot.current().revision)
    assert [(line["slug"], *[key for key in ("into", "record") if key in line]) for line in lines] == [
        ("daily-work", "record"),
        ("containers", "record"),
        ("k8s", "into"),
        ("kubernetes", "into"),
    ]
    retire(Guide.objects.get(slug="daily-work"))
    first, line = entries(dump(client, f"?since={first['revision']}&state={first['state']}"))
    assert line == {"kind": "guide", "slug": "daily-work", "gone": True}
    nothing = {**first, "since": first["revision"]}
    assert entries(dump(client, f"?since={first['revision']}&state={first['state']}")) == [nothing]


@pytest.mark.parametrize("parameters", ["?since=999", "?since=1&state=1-18c0a-0", "?since=0"])
def test_a_copy_that_cannot_go_on_gets_everything(client, catalogue, parameters):
    assert dump(client, parameters).content == dump(client).content


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("?format=xml", "format"),
        ("?since=1&format=sqlite", "since"),
        ("?revision=99", "revision"),
        ("?since=x", "since"),
    ],
)
def test_a_wrong_parameter_is_refused(client, catalogue, parameters, name):
    assert set(dump(client, parameters, 400).json()["errors"]) == {name}


def test_another_media_type_is_refused_unless_the_format_is_said(client, catalogue):
    assert dump(client, status=406, accept="text/html").headers["Content-Type"] == "application/problem+json"
    dump(client, "?format=jsonl", accept="text/html")


def test_an_empty_catalogue_is_one_line(client, db):
    assert [line["kind"] for line in entries(dump(client))] == ["catalogue"]
    assert dump(client, accept="application/vnd.sqlite3").content.startswith(b"SQLite format 3\0")


# --- At a revision


def test_a_list_is_read_to_its_end_at_one_revision(get, catalogue):
    revision = snapshot.current().revision
    before = get("skills/", page_size=200)["results"]
    first = get("skills/", page_size=7, revision=revision)
    publish(skill_document("a-first"), skill_document("skill-011"))
    second = get(first["next"].removeprefix("http://localhost:8000/api/v1/"))
    assert first["results"] + second["results"] == before
    assert get("skills/kubernetes/", revision=revision)["slug"] == "kubernetes"
    assert get("graph/", revision=revision)["revision"] == revision
    assert get("skills/", revision=snapshot.current().revision)["count"] == len(before) + 1


def test_a_revision_that_there_is_not_yet_is_refused_and_the_newest_named(get, catalogue):
    newest = snapshot.current().revision
    for path in ("skills/", "skills/kubernetes/", "graph/"):
        problem = get(path, 400, revision=newest + 1)
        assert problem["errors"] == {"revision": [f"There is no revision {newest + 1}. The newest is {newest}."]}
    assert set(get("skills/", 400, revision="now")["errors"]) == {"revision"}


def test_a_revision_is_kept_for_an_hour_after_it_is_replaced(get, catalogue):
    old = snapshot.current().revision
    make_skill("later")
    get("skills/", revision=old)
    assert Edition.objects.filter(revision=old).update(
        replaced_at=timezone.now() - editions.KEPT + timedelta(minutes=1)
    )
    make_skill("latest")
    get("skills/", revision=old)
    Edition.objects.filter(revision=old).update(replaced_at=timezone.now() - editions.KEPT - timedelta(minutes=1))
    make_skill("last")
    newest = snapshot.current().revision
    problem = get("skills/", 410, revision=old)
    assert problem["detail"] == f"Revision {old} is no longer available. The newest is {newest}."


def test_the_search_is_of_the_newest_revision(get, catalogue):
    old = snapshot.current().revision
    make_skill("later")
    assert set(get("skills/", 400, revision=old, q="skill")["errors"]) == {"q"}
    assert get("skills/", revision=old + 1, q="later")["count"] == 1
