"""Editions: what a revision published, stored whole, and the changes that follow from it beyond those a writer listed."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from guidance.catalog import contents, editions, loading, record_store, snapshot, writing
from guidance.catalog.models import Change, Edition, Resource, Status
from tests.factories import (
    area_document,
    make_resource,
    make_skill,
    publish,
    resource_document,
    skill_document,
)

pytestmark = pytest.mark.django_db


def listed(since):
    """The changes listed after a revision, oldest first."""
    rows = Change.objects.filter(revision__gt=since).order_by("revision_id", "pk")
    return list(rows.values_list("slug", "change", "into", "derived"))


def test_an_edition_is_read_as_it_was_written(pack_folder):
    loading.load(pack_folder.root)
    revision, at, content = contents.read()
    assert contents.decode(contents.encode(content)) == content
    assert snapshot.current() == snapshot.load(revision, at, content) == snapshot.load(*editions.find(revision))


def test_one_edition_is_made_and_the_others_read_it(monkeypatch):
    make_skill("python")
    first = snapshot.current()
    monkeypatch.setattr(snapshot, "_marks", None)  # so that nothing is compared again
    snapshot.forget()
    assert snapshot.current() == first
    assert Edition.objects.count() == 1


def test_revisions_that_nobody_looked_at_are_one_edition():
    make_skill("python")
    start = snapshot.current().revision
    make_resource("docs", skills={"python": [0, 2]})
    make_resource("docs", name="Documents", skills={"python": [0, 2]})
    assert snapshot.current().revision == start + 2
    assert list(Edition.objects.order_by("revision_id").values_list("revision_id", flat=True)) == [start, start + 2]
    assert ("python", "updated", "", True) in listed(start)


def test_the_first_edition_dates_records_as_their_rows_and_lists_nothing():
    skill = make_skill("python")
    assert snapshot.current().skills["python"].updated_at == skill.updated_at
    assert not Change.objects.filter(derived=True).exists()


def test_what_is_hidden_with_another_record_is_listed_and_so_is_its_return():
    make_skill("sql", area="data-engineering")
    start = snapshot.current().revision
    area = area_document("data-engineering")
    publish(replace(area, data={**area.data, "status": str(Status.RETIRED)}))
    snapshot.current()
    assert listed(start) == [("data-engineering", "retired", "", False), ("sql", "retired", "", True)]
    publish(area)
    snapshot.current()
    assert listed(start)[2:] == [("data-engineering", "published", "", False), ("sql", "published", "", True)]


def test_an_edit_of_what_is_not_shown_is_no_update():
    resource = make_resource("docs", skills={"python": [0, 2]})
    record_store.set_dead(resource=resource.pk, address=resource.url, dead=True)
    snapshot.forget()
    start = snapshot.current().revision
    publish(resource_document("docs", name="Documents", skills={"python": [0, 2]}))
    assert Resource.objects.get().is_dead
    snapshot.current()
    assert listed(start) == [("docs", "retired", "", False)]


def test_slugs_that_are_used_again_are_told():
    """In one publication `a` is renamed to `b`, and a new record gets the slug `a`."""
    make_skill("a")
    start = snapshot.current().revision
    with transaction.atomic():
        record_store.commit(writing.write([skill_document("b", name="A")], {("skill", "b"): "a"}), source="pack")
    snapshot.forget()
    assert snapshot.current().redirects == {("skill", "a"): "b"}
    assert [row[:3] for row in listed(start)] == [("b", "updated", ""), ("a", "merged", "b")]
    publish(skill_document("a", name="Another"))
    snapshot.current()
    assert [row[:3] for row in listed(start + 1)] == [("a", "published", ""), ("programming", "updated", "")]


def test_a_database_that_takes_no_writes_is_read_as_it_is():
    make_skill("python")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        assert [*snapshot.current().skills] == ["python"]
        transaction.set_rollback(True)
    assert not Edition.objects.exists()
