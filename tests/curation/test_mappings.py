from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from guidance.catalog import pack, record_store
from guidance.catalog.models import Revision, Role, Skill, Version
from guidance.curation import mappings, taxonomy_releases
from guidance.curation.models import Mapping, TaxonomyEntry
from guidance.curation.permissions import REVIEWER
from guidance.curation.taxonomy_files import Entry
from tests.curation.people import person
from tests.factories import make_role, make_skill

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def load(*entries: Entry, source: str = "esco") -> None:
    taxonomy_releases.load(source=source, release="1", entries=entries, now=NOW)


def python(identifier: str = "uri:python", label: str = "Python (computer programming)", **fields) -> Entry:
    return Entry("skill", identifier, label, **fields)


@pytest.fixture
def curator() -> User:
    return User.objects.create_superuser("curator@example.org")  # the only one who may decide


@pytest.fixture
def suggested(curator) -> Mapping:
    make_skill("python")
    load(python())
    mappings.suggest("esco")
    return Mapping.objects.get()


def pairs(**filters) -> list[tuple[str, str, str, float]]:
    found = (
        Mapping.objects.filter(**filters).select_related("entry", "skill", "role").order_by("-score", "entry__label")
    )
    return [(m.record.slug, m.entry.identifier, m.status, m.score) for m in found]


def test_names_are_compared_in_all_their_spellings_and_ranked():
    make_skill("amazon-web-services", name="Amazon Web Services", aliases=["AWS"])
    load(
        Entry("technology", "Amazon Web Services AWS software", "Amazon Web Services AWS software"),
        Entry("technology", "AWS CodeBuild", "AWS CodeBuild"),
        Entry("technology", "Amazon Web Server", "Amazon Web Server"),
        source="onet",
    )
    assert mappings.suggest("onet") == 2
    assert [(identifier, score == 1) for _, identifier, _, score in pairs()] == [
        ("Amazon Web Services AWS software", True),
        ("Amazon Web Server", False),
    ]


@pytest.mark.parametrize("label", ["C", "C#", "Objective-C", "R"])
def test_names_that_differ_in_a_sign_are_not_similar(label):
    make_skill("cpp", name="C++")
    load(Entry("skill", "uri", label))
    assert mappings.suggest("esco") == 0


def test_same_words_in_another_order_are_almost_the_same():
    make_skill("data-modelling", name="Data modelling")
    load(Entry("skill", "uri:1", "modelling data"), Entry("skill", "uri:2", "data modelling"))
    mappings.suggest("esco")
    assert [(identifier, score) for _, identifier, _, score in pairs()] == [("uri:2", 1.0), ("uri:1", mappings.ALMOST)]


def test_label_with_two_meanings_is_suggested_with_both():
    make_skill("shell", name="Shell")
    load(
        *(python(f"uri:{number}", "shell") for number in range(mappings.MAX_SUGGESTIONS + 2)),
        python("uri:other", "shells of eggs"),
    )
    assert mappings.suggest("esco") == mappings.MAX_SUGGESTIONS + 2
    assert {score for _, _, _, score in pairs()} == {1.0}


def test_skills_meet_skills_and_roles_occupations_and_groups_nobody():
    make_skill("python")
    make_role("data-scientist")
    load(
        python(),
        Entry("skill-group", "uri:group", "Python"),
        Entry("occupation", "uri:python-occupation", "Python"),
        Entry("occupation", "uri:data-scientist", "data scientist"),
        Entry("skill", "uri:scientist", "data scientist"),
    )
    assert mappings.suggest("esco") == 2
    assert {(slug, identifier) for slug, identifier, _, _ in pairs()} == {
        ("python", "uri:python"),
        ("data-scientist", "uri:data-scientist"),
    }


def test_identifier_that_does_not_fit_into_the_record_is_not_suggested():
    make_skill("python")
    load(python("x" * 41), source="onet")
    assert mappings.suggest("onet") == 0


def test_what_stands_in_a_record_is_accepted_however_it_is_called():
    make_skill("python", external={"esco": ["uri:other", "uri:unknown"]})
    load(python("uri:other", "write programs"))
    assert mappings.suggest("esco") == 0
    assert pairs() == [("python", "uri:other", "accepted", 0)]


def test_suggesting_again_changes_nothing_and_follows_names_and_entries(suggested, curator):
    assert mappings.suggest("esco") == 0
    mappings.refuse(mappings=[suggested], by=curator, now=NOW)
    load(python("uri:new", "Python"))
    assert mappings.suggest("esco") == 1
    assert {(identifier, status) for _, identifier, status, _ in pairs()} == {
        ("uri:python", "refused"),
        ("uri:new", "suggested"),
    }
    Skill.objects.update(name="Ruby")
    mappings.suggest("esco")
    assert [identifier for _, identifier, _, _ in pairs()] == ["uri:python"]


def test_accepting_writes_the_identifier_as_an_edit_and_refusing_takes_it_back(suggested, curator):
    before = record_store.documents_of("skill", [Skill.objects.get()])[0]
    revision = mappings.accept(mappings=[suggested], by=curator, now=NOW).revision
    version = Version.objects.latest("number")
    assert Skill.objects.get().esco == ["uri:python"]
    assert "esco: ['uri:python']" in version.document
    assert (version.source, version.author, revision) == ("curator", curator, Revision.objects.get(number=2))
    accepted = Mapping.objects.get()
    assert (accepted.status, accepted.decided_at) == ("accepted", NOW)
    mappings.refuse(mappings=[accepted], by=curator, now=NOW)
    assert record_store.documents_of("skill", [Skill.objects.get()])[0] == before
    assert Mapping.objects.get().status == "refused"
    mappings.accept(mappings=Mapping.objects.all(), by=curator, now=NOW)
    assert Skill.objects.get().esco == ["uri:python"]


def test_pack_carries_what_was_accepted(suggested, curator, tmp_path):
    mappings.accept(mappings=[suggested], by=curator, now=NOW)
    pack.export(tmp_path)
    assert "esco: ['uri:python']" in next(tmp_path.rglob("python.md")).read_text()


def test_refusing_a_suggestion_leaves_the_record_alone(suggested, curator):
    assert mappings.refuse(mappings=[suggested], by=curator, now=NOW).revision is None
    assert Version.objects.filter(kind="skill").count() == 1


def test_accepting_twice_is_accepting_once(suggested, curator):
    mappings.accept(mappings=[suggested], by=curator, now=NOW)
    assert mappings.accept(mappings=[suggested], by=curator, now=NOW).revision is None
    assert Skill.objects.get().esco == ["uri:python"]


def test_several_mappings_are_one_revision_and_one_version_a_record(curator):
    make_skill("python", external={"onet": ["15-1252.00"]})
    make_role("data-scientist")
    load(python(), python("uri:2", "Python"), Entry("occupation", "uri:ds", "data scientist"))
    mappings.suggest("esco")
    before = Revision.objects.count()
    mappings.accept(mappings=Mapping.objects.all(), by=curator, now=NOW)
    skill = Skill.objects.get(slug="python")
    assert (sorted(skill.esco), skill.onet) == (["uri:2", "uri:python"], ["15-1252.00"])
    assert Role.objects.get().esco == ["uri:ds"]
    assert Revision.objects.count() == before + 1
    assert Version.objects.filter(kind="skill", record_id=skill.pk).count() == 2


def test_mapping_follows_a_record_that_was_edited_by_hand(suggested, curator):
    mappings.accept(mappings=[suggested], by=curator, now=NOW)
    Skill.objects.update(esco=[])
    mappings.suggest("esco")
    again = Mapping.objects.get()
    assert (again.status, again.decided_at) == ("suggested", None)


def test_accepted_mapping_outlives_its_entry_and_a_suggestion_does_not(suggested, curator):
    make_skill("ruby")
    load(python(), python("uri:ruby", "Ruby"))
    mappings.suggest("esco")
    mappings.accept(mappings=[suggested], by=curator, now=NOW)
    load(python("uri:else", "Elsewhere"))
    mappings.suggest("esco")
    assert pairs() == [("python", "uri:python", "accepted", 0)]
    assert TaxonomyEntry.objects.get(identifier="uri:python").removed_at == NOW


def test_record_that_may_not_be_saved_so_is_told_and_nothing_is_written(suggested, curator):
    Skill.objects.update(body="", summary="x" * 190)  # more than a published skill may have
    with pytest.raises(ValidationError, match="Python: "):
        mappings.accept(mappings=[suggested], by=curator, now=NOW)
    assert (Skill.objects.get().esco, Mapping.objects.get().status) == ([], "suggested")


def test_second_person_makes_a_mapping_real(suggested):
    carl, rita, mina = person("carl"), person("rita", REVIEWER), person("mina", REVIEWER)
    done = mappings.accept(mappings=[suggested], by=carl, now=NOW)
    assert (done.decided, done.waiting, done.revision) == (0, 1, None)
    proposed = Mapping.objects.get()
    assert (proposed.status, proposed.proposed_by, Skill.objects.get().esco) == ("proposed", carl, [])
    mappings.suggest("esco")  # the next import does not change it
    assert Mapping.objects.get().status == "proposed"
    assert mappings.accept(mappings=[proposed], by=carl, now=NOW).waiting == 1  # still one person
    mappings.accept(mappings=[proposed], by=rita, now=NOW)
    assert (Mapping.objects.get().status, Skill.objects.get().esco) == ("accepted", ["uri:python"])
    mappings.refuse(mappings=[proposed], by=mina, now=NOW)
    assert mappings.accept(mappings=[proposed], by=mina, now=NOW).waiting == 1
    assert mappings.accept(mappings=[proposed], by=mina, now=NOW).waiting == 1
    assert Skill.objects.get().esco == []


def test_who_alone_decides_needs_no_second(suggested, curator):
    assert mappings.accept(mappings=[suggested], by=person("carl"), now=NOW).waiting == 1
    mappings.refuse(mappings=[suggested], by=curator, now=NOW)
    assert mappings.accept(mappings=[suggested], by=curator, now=NOW).decided == 1
