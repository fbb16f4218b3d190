import threading

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from guidance.catalog import contents, editions, loading, record_store, snapshot
from guidance.catalog.models import Skill, Status, Version

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(pack_folder):
    loading.load(pack_folder.root)
    return pack_folder


def publish(skill: Skill) -> None:
    record_store.commit([skill], source=Version.VersionSource.CURATOR)


def test_current_is_built_once_and_then_costs_no_query(loaded):
    first = snapshot.current()
    with CaptureQueriesContext(connection) as queries:
        assert snapshot.current() is first
    assert len(queries) == 0


def test_current_asks_one_query_after_a_second_and_keeps_an_unchanged_snapshot(loaded, monkeypatch):
    first = snapshot.current()
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 0)
    with CaptureQueriesContext(connection) as queries:
        assert snapshot.current() is first
    assert len(queries) == 1


def test_current_follows_a_publication(loaded, monkeypatch):
    first = snapshot.current()
    skill = Skill.objects.get(slug="django")
    skill.summary = "Changed."
    skill.save()
    publish(skill)
    assert snapshot.current() is first, "at most one look a second"
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 0)
    second = snapshot.current()
    assert (second.revision, second.skills["django"].summary) == (2, "Changed.")
    assert first.skills["django"].summary == "What Django is for.", "a snapshot never changes"


def test_current_is_built_by_one_thread_while_others_go_on(loaded, monkeypatch):
    old = snapshot.current()
    edition = editions.find(old.revision)
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 0)
    release, building = threading.Event(), threading.Event()

    def slow(marks_of):
        building.set()
        assert release.wait(5)
        return edition

    monkeypatch.setattr(editions, "newest", slow)
    monkeypatch.setattr(contents, "latest", lambda: (99, None))
    builder = threading.Thread(target=snapshot.current)
    builder.start()
    assert building.wait(5)
    assert snapshot.current() is old, "nobody waits for the builder"
    release.set()
    builder.join(5)


def test_current_goes_on_when_the_database_is_away(loaded, monkeypatch):
    old = snapshot.current()
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 0)

    def away():
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(contents, "latest", away)
    assert snapshot.current() is old
    snapshot.forget()
    with pytest.raises(OperationalError):
        snapshot.current()


def test_current_asks_an_absent_database_only_as_often_as_a_present_one(loaded, monkeypatch):
    old, asked = snapshot.current(), []

    def away():
        asked.append("latest")
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(contents, "latest", away)
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 60)
    monkeypatch.setattr(snapshot, "_looked_at", snapshot._looked_at - 61)
    for _ in range(3):
        assert snapshot.current() is old
    assert asked == ["latest"]


def test_unpublished_records_and_what_points_to_them_are_left_out(loaded):
    Skill.objects.filter(slug="celery").update(status=Status.DRAFT)
    catalogue = snapshot.build()
    assert "celery" not in catalogue.skills
    assert catalogue.unlocks["django"] == {}
    assert list(catalogue.roles["web-developer"].requirements) == ["kubernetes"]
    assert catalogue.projects["a-queue"].proves == {}
    assert "celery" not in catalogue.resources["documentation"].skills


def test_graph_questions_are_answered_from_the_snapshot(loaded):
    catalogue = snapshot.current()
    with CaptureQueriesContext(connection) as queries:
        assert catalogue.order.index("python") < catalogue.order.index("django") < catalogue.order.index("celery")
        assert catalogue.layers == {"python": 0, "django": 1, "celery": 2, "kubernetes": 0}
        assert catalogue.unlocks["python"] == {"django": 2}
        assert catalogue.closure({"celery": 2}) == {"celery": 2, "django": 1, "python": 2}
        assert catalogue.hours(catalogue.closure({"celery": 2})) == 26.5 + 6 + 26.5
        assert catalogue.roles_of["celery"] == ("web-developer",)
        assert catalogue.industries_of["django"] == ("healthcare",)
        assert catalogue.resources_of["python"] == ("documentation",)
        assert catalogue.projects_of["celery"] == ("a-queue",)
        assert catalogue.skills_of_area["programming"] == ("celery", "django", "kubernetes", "python")
    assert len(queries) == 0


def test_snapshot_cannot_be_changed(loaded):
    catalogue = snapshot.current()
    with pytest.raises(TypeError):
        catalogue.skills["new"] = None
    with pytest.raises(AttributeError):
        catalogue.skills["python"].name = "x"


def test_build_asks_as_many_queries_for_many_skills_as_for_few(loaded):
    with CaptureQueriesContext(connection) as few:
        snapshot.build()
    for number in range(40):
        loaded.skill(f"extra-{number}", f"Extra {number}", "{python: 1}")
        loaded.write(
            f"resources/extra-{number}.md",
            f"---\nname: Extra {number}\ntype: book\nurl: https://example.org/{number}\nauthor: A\nhours: 1\n"
            f"skills: {{extra-{number}: [0, 1]}}\n---\n",
        )
    loading.load(loaded.root)
    with CaptureQueriesContext(connection) as many:
        assert len(snapshot.build().skills) == 44
    assert len(many) == len(few)


def test_snapshot_of_an_empty_database_is_empty():
    catalogue = snapshot.current()
    assert (catalogue.revision, dict(catalogue.skills), catalogue.order) == (0, {}, ())
