import threading

import pytest
from django.db import connection, transaction

from accounts.models import User
from guidance.catalog import loading, record_store
from guidance.catalog.models import Change, Kind, Redirect, Resource, Revision, SearchEntry, Skill, Status, Version


@pytest.fixture
def loaded(db, pack_folder):
    loading.load(pack_folder.root)
    return pack_folder


def edit(which: str, /, **change) -> Skill:
    Skill.objects.filter(slug=which).update(**change)
    return Skill.objects.get(slug=change.get("slug", which))


def commit(skill: Skill, author=None) -> Revision | None:
    return record_store.commit([skill], source=Version.VersionSource.CURATOR, author=author)


def test_commit_keeps_a_version_with_its_author(loaded, django_user_model):
    author = User.objects.create_user("curator@example.org")
    revision = commit(edit("django", summary="Better."), author)
    version = record_store.latest(Kind.SKILL)[Kind.SKILL, Skill.objects.get(slug="django").pk]
    assert (version.number, version.author, version.source) == (2, author, "curator")
    assert "summary: Better." in version.document
    assert revision is not None
    change = revision.changes.get()
    assert (change.kind, change.slug, change.change, change.summary) == (
        "skill",
        "django",
        "updated",
        "Django: summary changed.",
    )


def test_commit_of_nothing_new_writes_nothing(loaded):
    assert commit(Skill.objects.get(slug="django")) is None
    assert Version.objects.filter(slug="django").count() == 1


def test_commit_of_a_draft_is_not_public(loaded):
    draft = Skill.objects.create(
        slug="draft", name="Draft", area=Skill.objects.get(slug="django").area, kind="tool", horizon="core"
    )
    assert commit(draft) is None
    assert Version.objects.filter(slug="draft").count() == 1
    assert not SearchEntry.objects.filter(slug="draft").exists()


def test_commit_tells_publishing_and_retiring(loaded):
    commit(edit("kubernetes", status=Status.RETIRED))
    commit(edit("kubernetes", status=Status.PUBLISHED))
    assert list(Change.objects.filter(slug="kubernetes").order_by("revision").values_list("change", flat=True)) == [
        "published",
        "retired",
        "published",
    ]


def test_commit_of_a_new_slug_redirects_the_old_one(loaded):
    skill = edit("kubernetes", slug="container-orchestration")
    commit(skill)
    assert Redirect.objects.values_list("kind", "slug", "record_id").get() == ("skill", "kubernetes", skill.pk)
    assert commit(Skill.objects.get(pk=skill.pk)) is None, "the version knows the old slug already"
    commit(edit("container-orchestration", slug="kubernetes"))
    assert Redirect.objects.values_list("slug", flat=True).get() == "container-orchestration"


def test_commit_belongs_to_the_transaction_of_the_change(loaded):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        commit(edit("django", summary="Never."))
        _ = 1 / 0
    assert Revision.objects.count() == 1
    assert Version.objects.filter(slug="django").count() == 1


@pytest.mark.django_db(transaction=True)
def test_commit_numbers_revisions_one_after_the_other(pack_folder):
    loading.load(pack_folder.root)
    failures = []

    def publish(slug: str) -> None:
        try:
            for number in range(5):
                with transaction.atomic():
                    commit(edit(slug, summary=f"Number {number}."))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[slug]) for slug in ("python", "django", "celery", "kubernetes")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert sorted(Revision.objects.values_list("number", flat=True)) == list(range(1, 22))


def test_dead_address_that_someone_has_replaced_since_hides_nothing(loaded):
    resource = Resource.objects.get(slug="documentation")
    assert record_store.set_dead(resource=resource.pk, address="https://before.example/", dead=True) is None
    resource.refresh_from_db()
    assert (resource.dead_address, Revision.objects.count()) == ("", 1)


def test_diff_shows_the_lines_that_changed():
    assert record_store.diff("a\nb\nc\n", "a\nB\nc\n") == "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"
