"""What is calculated before the catalogue is locked is what is stored afterwards."""

import pytest
from django.conf import settings

from guidance.catalog import loading, record_store
from guidance.catalog.documents import render
from guidance.catalog.models import RECORD_MODELS, Redirect, Resource, Skill, Version
from guidance.catalog.writing import Publication, Writing
from tests import factories

pytestmark = pytest.mark.django_db


def rows_and_versions() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """The contents of the rows, and of the newest versions."""
    rows = {
        (kind, record.slug): render(document)
        for kind, model in RECORD_MODELS.items()
        for records in [list(model.objects.all())]
        for record, document in zip(records, record_store.documents_of(kind, records), strict=True)
    }
    return rows, {(version.kind, version.slug): version.document for version in record_store.latest().values()}


def test_versions_of_the_whole_pack_say_what_its_rows_say():
    loading.load(settings.CATALOG_PACK)
    rows, kept = rows_and_versions()
    assert rows == kept
    assert len(rows) > 1_000


def test_versions_say_what_the_rows_say_after_a_rename_and_a_merge(pack_folder):
    loading.load(pack_folder.root)
    pack_folder.rename("skills/django.md", "skills/django-web.md")
    pack_folder.edit("skills/django-web.md", "prerequisites:", "formerly: [django]\nprerequisites:")
    pack_folder.edit("skills/celery.md", "django: 1", "django-web: 1")
    for file in ("resources/documentation", "industries/healthcare"):
        pack_folder.edit(f"{file}.md", "django", "django-web")
    pack_folder.remove("skills/kubernetes.md")
    pack_folder.edit("skills/celery.md", "prerequisites:", "formerly: [kubernetes]\nprerequisites:")
    pack_folder.edit("resources/documentation.md", ", kubernetes: [0, 2]", "")
    pack_folder.edit("roles/web-developer.md", "  kubernetes: {level: 1, importance: 2}\n", "")
    assert loading.load(pack_folder.root).merged == ["skill/kubernetes"]
    rows, kept = rows_and_versions()
    assert rows == kept
    assert "status: retired" in rows["skill", "kubernetes"]
    assert "formerly: [django]" in rows["skill", "django-web"]
    leads = {("django", "django-web"), ("kubernetes", "celery")}
    slugs = dict(Skill.objects.values_list("pk", "slug"))
    assert {(row.slug, slugs[row.record_id]) for row in Redirect.objects.all()} == leads


def test_order_of_what_belongs_to_a_role_is_kept():
    day = [
        {"time": "14:00", "minutes": 60, "activity": "Later."},
        {"time": "09:00", "minutes": 60, "activity": "First."},
    ]
    choices = {"cloud": {"name": "A cloud", "one_of": {"azure": 1, "aws": 2}, "importance": 3}}
    factories.publish(
        factories.role_document("engineer", day=day, choices=choices, requirements={"sql": (1, 1), "python": (2, 5)})
    )
    rows, kept = rows_and_versions()
    assert rows == kept


def test_nothing_is_written_before_it_is_carried_out(loaded_skill):
    before = rows_and_versions(), Version.objects.count()
    [document] = record_store.documents_of("skill", [loaded_skill])
    document.data["summary"] = "Another summary."
    publication = Publication(Writing([document], {}), source=Version.VersionSource.PACK)
    assert (rows_and_versions(), Version.objects.count()) == before
    assert publication.numbers == {("skill", loaded_skill.pk): 2}
    updated = loaded_skill.updated_at
    revision = publication.carry_out()
    loaded_skill.refresh_from_db()
    assert (loaded_skill.summary, revision.number) == ("Another summary.", 2)
    assert loaded_skill.updated_at > updated


def test_state_changes_when_an_address_is_found_dead():
    factories.publish(factories.resource_document("book", skills={"python": [0, 2]}))
    before, book = record_store.state(), Resource.objects.get()
    record_store.set_dead(resource=book.pk, address=book.url, dead=True)
    assert record_store.state() != before


@pytest.fixture
def loaded_skill() -> Skill:
    return factories.make_skill("python")


def test_look_is_repeated_until_nobody_wrote_meanwhile_and_in_the_end_with_the_lock():
    states, looks, written = iter(range(100)), [], []
    result = record_store.look_then_write(lambda: looks.append(1) or len(looks), written.append, lambda: next(states))
    assert (result, written, len(looks)) == (None, [4], 4)
    looks.clear()
    record_store.look_then_write(lambda: looks.append(1), written.append, lambda: "the same")
    assert len(looks) == 1
