from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from guidance.catalog.models import Prerequisite
from guidance.curation import esco, onet, taxonomy_releases
from guidance.curation.models import Rating, TaxonomyEntry, TaxonomyLink, TaxonomyName
from guidance.curation.taxonomy_files import Entry, Link
from guidance.curation.taxonomy_files import Rating as Rated

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
DATA = Path(__file__).parents[3] / "shared" / "data"


def load(*entries: Entry, release: str = "1.0", now: datetime = NOW, **options) -> tuple[int, int, int]:
    report = taxonomy_releases.load(source="esco", release=release, entries=entries, now=now, **options)
    return report.added, report.changed, report.removed


def skill(identifier: str, label: str = "Python", **fields) -> Entry:
    return Entry("skill", identifier, label, **fields)


def rows() -> dict[str, object]:
    return {
        "entries": list(TaxonomyEntry.objects.order_by("pk").values()),
        "names": list(TaxonomyName.objects.order_by("pk").values()),
        "links": list(TaxonomyLink.objects.order_by("pk").values()),
        "ratings": list(Rating.objects.order_by("pk").values()),
    }


def test_second_import_of_the_same_changes_no_row():
    entries = [
        skill("a", alternative_labels=("Py", "Snake"), links=(Link("broader", "b"), Link("broader", "c"))),
        skill("b"),
        skill("c", "Languages"),
    ]
    assert load(*entries) == (3, 0, 0)
    before = rows()
    assert load(*reversed(entries), now=LATER) == (0, 0, 0)
    assert rows() == before
    assert {len(before["entries"]), len(before["names"])} == {3, 5}


def test_next_release_adds_changes_and_keeps_what_it_removes():
    load(skill("a", links=(Link("broader", "b"),)), skill("b", "Group"), skill("c", "C"))
    assert load(skill("a", "Python 3"), skill("b", "Group"), skill("d", "D"), release="1.1", now=LATER) == (1, 1, 1)
    found = {entry.identifier: entry for entry in TaxonomyEntry.objects.all()}
    assert {identifier: entry.release for identifier, entry in found.items()} == {
        "a": "1.1",
        "b": "1.1",
        "c": "1.0",
        "d": "1.1",
    }
    assert (found["c"].removed_at, found["a"].removed_at, found["a"].label) == (LATER, None, "Python 3")
    assert not TaxonomyLink.objects.exists()
    assert set(found["a"].names.values_list("name", flat=True)) == {"python 3"}
    assert load(skill("a", "Python 3"), skill("b", "Group"), skill("d", "D"), release="1.1", now=LATER) == (0, 0, 0)


def test_what_a_release_has_again_is_added_again():
    load(skill("a"), skill("b"))
    load(skill("a"), now=LATER)
    assert load(skill("a"), skill("b"), now=LATER) == (1, 0, 0)
    assert TaxonomyEntry.objects.current().count() == 2


def test_new_link_changes_an_entry():
    load(skill("a"), skill("b"))
    assert load(skill("a", links=(Link("broader", "b"),)), skill("b")) == (0, 1, 0)
    assert TaxonomyLink.objects.get().other.identifier == "b"


def test_dry_run_reports_the_same_and_writes_nothing(django_assert_max_num_queries):
    load(skill("a"), skill("b"))
    before = rows()
    upgrade = (skill("a", "Other"), skill("c"))
    with django_assert_max_num_queries(4):  # the savepoint is two
        dry = load(*upgrade, now=LATER, dry_run=True)
    assert rows() == before
    assert load(*upgrade, now=LATER) == dry == (1, 1, 1)


def test_classifications_do_not_touch_each_other():
    load(skill("a"))
    report = taxonomy_releases.load(source="onet", release="29.2", entries=[skill("a")], now=NOW)
    assert (report.added, report.removed) == (1, 0)
    assert TaxonomyEntry.objects.current().count() == 2


def test_error_in_the_middle_leaves_everything_as_it_was(monkeypatch):
    monkeypatch.setattr(taxonomy_releases, "BATCH", 3)
    load(skill("a"))
    before = rows()

    def broken():
        yield skill("a", "Changed")
        yield from (skill(f"n{number}") for number in range(taxonomy_releases.BATCH))
        raise ValueError("a broken line")

    with pytest.raises(ValueError, match="a broken line"):
        taxonomy_releases.load(source="esco", release="2", entries=broken(), now=LATER)
    assert rows() == before


def test_progress_is_told_per_batch(monkeypatch):
    monkeypatch.setattr(taxonomy_releases, "BATCH", 2)
    told: list[int] = []
    load(*(skill(str(number)) for number in range(5)), progress=told.append)
    assert told == [2, 4, 5]


def test_no_rating_stays_no_value():
    rated = (
        Rated("e", "IM", 3.5, False, False),
        Rated("e", "LV", None, True, True),
    )
    occupations = [Entry("occupation", "o", "Rated", ratings=rated), Entry("occupation", "p", "Not rated")]
    taxonomy_releases.load(source="onet", release="", entries=[Entry("element", "e", "E"), *occupations], now=NOW)
    assert list(Rating.objects.values_list("scale", "value", "suppress", "not_relevant")) == [
        ("IM", 3.5, False, False),
        ("LV", None, True, True),
    ]
    assert list(TaxonomyEntry.objects.unrated()) == [TaxonomyEntry.objects.get(identifier="p")]


def test_database_keeps_no_value_for_what_is_not_relevant():
    load(skill("a"), skill("b"))
    first, second = TaxonomyEntry.objects.all()
    with pytest.raises(IntegrityError, match="rating_not_relevant_has_no_value"), transaction.atomic():
        Rating.objects.create(occupation=first, element=second, scale="LV", value=0, not_relevant=True)


@pytest.mark.parametrize(("name", "reader"), [("esco", esco), ("onet", onet)])
@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")
def test_real_files_twice_change_nothing_and_make_no_prerequisite(name, reader):
    def run() -> taxonomy_releases.ImportReport:
        entries = reader.read(DATA / name, Counter())
        return taxonomy_releases.load(source=name, release="", entries=entries, now=NOW)

    first = run()
    assert (first.added, first.changed, first.removed) == ({"esco": 2037, "onet": 1489}[name], 0, 0)
    assert str(run()) == "added 0, changed 0, removed 0"
    assert not Prerequisite.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_second_import_at_the_same_time_is_refused():
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('taxonomies'))")
            with pytest.raises(taxonomy_releases.AlreadyRunning):
                load(skill("a"))
            cursor.execute("ROLLBACK")  # a closed connection keeps its lock until the server notices
    finally:
        other.close()
    assert load(skill("a")) == (1, 0, 0)
