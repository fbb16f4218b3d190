"""The page cache: pages are rendered once per revision, never mixed up, and stale for at most the snapshot's second."""

import gzip
import time
from unittest import mock

import pytest
from django.test import Client, RequestFactory

from guidance.catalog import snapshot
from guidance.web import cache
from tests.factories import make_role, make_skill, rename, retire

pytestmark = pytest.mark.django_db


@pytest.fixture
def renders():
    """Counts how often a template is rendered."""
    with mock.patch(
        "guidance.web.skills.views.render", wraps=__import__("django.shortcuts").shortcuts.render
    ) as render:
        yield render


def test_page_of_anonymous_visitor_is_rendered_once(client, renders):
    make_skill("python")
    first, second = client.get("/skills/python/"), client.get("/skills/python/")
    assert first.content == second.content
    assert renders.call_count == 1
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1"


def test_page_kept_needs_no_query_and_no_session(client, queries):
    make_skill("python")
    client.get("/skills/python/")
    with queries(0):
        response = client.get("/skills/python/")
    assert not response.cookies


def test_page_answers_304_to_its_etag(client):
    make_skill("python")
    etag = client.get("/skills/python/")["ETag"]
    for header in (etag, f'"other", {etag}', "*"):
        response = client.get("/skills/python/", headers={"If-None-Match": header})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert client.get("/skills/python/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_page_etag_is_the_same_in_every_process(client):
    make_skill("python")
    etag = client.get("/skills/python/")["ETag"]
    cache.pages.clear()
    assert client.get("/skills/python/")["ETag"] == etag


def test_page_is_served_gzipped_to_those_who_take_it(client):
    make_skill("python")
    plain = client.get("/skills/python/")
    packed = client.get("/skills/python/", headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"]
    assert "Accept-Encoding" in plain["Vary"]


def test_page_shows_new_revision_within_a_second(client):
    skill = make_skill("python", summary="Old words.")
    assert "Old words." in client.get("/skills/python/").text
    skill.summary = "New words."
    skill.save()
    with mock.patch.object(snapshot, "forget"):  # as in another process, which is not notified
        from guidance.catalog import record_store

        record_store.commit([skill], source="curator")
    time.sleep(1.05)
    assert "New words." in client.get("/skills/python/").text
    assert "Old words." not in client.get("/skills/python/").text


def test_page_of_signed_in_visitor_is_private_and_fresh(client, signed_in, renders):
    make_skill("python")
    anonymous = client.get("/skills/python/")
    for _ in range(2):
        response = signed_in.get("/skills/python/", headers={"If-None-Match": anonymous["ETag"]})
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert "ETag" not in response
        assert "Noor" in response.text
        assert "Log in" not in response.text
    assert renders.call_count == 3


def test_page_of_signed_in_visitor_never_fills_the_cache(client, signed_in):
    make_skill("python")
    signed_in.get("/skills/python/")
    response = client.get("/skills/python/")
    assert "Noor" not in response.text
    assert "Log in" in response.text


def test_page_with_a_message_is_not_kept(rf: RequestFactory, client):
    make_skill("python")
    client.cookies["messages"] = "something"
    assert "no-store" in client.get("/skills/python/")["Cache-Control"]


def test_page_does_not_believe_a_stale_session_cookie(client, settings):
    make_skill("python")
    client.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    response = client.get("/skills/python/")
    assert "Log in" in response.text
    assert "no-store" in response["Cache-Control"]


def test_page_is_kept_per_theme(client):
    make_skill("python")
    plain = client.get("/skills/python/")
    client.cookies["theme"] = "dark"
    dark = client.get("/skills/python/")
    client.cookies["theme"] = '"><script>'
    odd = client.get("/skills/python/")
    assert 'data-theme="dark"' in dark.text
    assert "data-theme" not in plain.text
    assert odd.content == plain.content
    assert dark["ETag"] != plain["ETag"]


def test_page_is_kept_per_kind_of_answer(client):
    make_skill("python")
    whole = client.get("/skills/")
    part = client.get("/skills/", headers={"HX-Request": "true"})
    assert whole.text.lstrip().startswith("<!doctype html>")
    assert "<html" not in part.text
    assert "HX-Request" in whole["Vary"]
    assert client.get("/skills/").content == whole.content


def test_page_ignores_unknown_parameters_and_their_order(client, renders):
    make_skill("python")
    first = client.get("/skills/?kind=concept&horizon=core")
    second = client.get("/skills/?utm_source=x&horizon=core&kind=concept&q=")
    assert first.content == second.content
    assert renders.call_count == 1
    assert "utm_source" not in second.text


def test_pages_with_free_text_cannot_push_the_others_out(client, renders):
    make_skill("python")
    client.get("/skills/python/")
    for number in range(5):
        client.get(f"/skills/?q=python-{number}")
    client.get("/skills/?q=python-0")
    assert renders.call_count == 6
    assert cache.free_text_pages.latest.weight > 0
    size = cache.pages.latest.weight
    client.get("/search/?q=anything")
    assert cache.pages.latest.weight == size


def test_page_tells_htmx_its_address_only_where_there_is_something_to_choose(client, signed_in):
    make_skill("python")
    for visitor in (client, signed_in):
        for _kept in range(2):
            assert "HX-Push-Url" not in visitor.get("/skills/python/", headers={"HX-Request": "true"})
            response = visitor.get("/skills/?q=&kind=tool&utm_source=mail", headers={"HX-Request": "true"})
            assert response["HX-Push-Url"] == "/skills/?kind=tool"
            assert "HX-Push-Url" not in visitor.get("/skills/?kind=tool")


def test_page_that_is_an_error_is_not_kept(client, renders):
    make_skill("python")
    for _ in range(2):
        assert client.get("/skills/?kind=nonsense").status_code == 400
    assert renders.call_count == 2


def test_page_takes_reading_methods_only(client):
    make_skill("python")
    assert client.head("/skills/python/").status_code == 200
    response = client.post("/skills/python/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_page_takes_nothing_long_or_many(client):
    make_skill("python")
    assert client.get("/skills/", {"kind": "x" * 5000}).status_code == 400
    assert client.get("/skills/?" + "&".join("q=a" for _ in range(900))).status_code == 200


def test_renamed_slug_redirects_for_good(client):
    rename(make_skill("k8s"), "kubernetes")
    response = client.get("/skills/k8s/?utm_source=x")
    assert (response.status_code, response["Location"]) == (301, "/skills/kubernetes/")
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert "Cookie" in response["Vary"]


def test_renamed_role_keeps_its_parameters(client):
    rename(make_role("ml-engineer"), "machine-learning-engineer")
    response = client.get("/roles/ml-engineer/?from=backend-developer")
    assert response["Location"] == "/roles/machine-learning-engineer/?from=backend-developer"


def test_retired_slug_is_gone_in_style(client):
    retire(make_skill("perl"))
    response = client.get("/skills/perl/")
    assert response.status_code == 410
    assert "no longer in the catalogue" in response.text
    assert 'href="/skills/"' in response.text


def test_unknown_and_unpublished_slugs_are_not_found(client):
    make_skill("secret", status="draft")
    assert client.get("/skills/secret/").status_code == 404
    assert client.get("/skills/never/").status_code == 404


def test_another_client_sees_the_same_bytes():
    make_skill("python")
    assert Client().get("/skills/python/").content == Client().get("/skills/python/").content


def test_answers_that_are_no_pages_say_who_may_keep_them(client):
    make_skill("python")
    refused = client.get("/skills/?page=4")
    assert (refused.status_code, refused["Cache-Control"]) == (400, "no-store")
    assert "HX-Request" in refused["Vary"]
