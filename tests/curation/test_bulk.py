"""Dry run, import and undo of files and of edits of many records."""

import io
import threading
import zipfile
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guidance.catalog import loading, record_store, snapshot
from guidance.catalog.documents import render
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Revision, Role, Skill, Version
from guidance.curation import bulk, permissions, proposals, publishing, record_documents, record_files
from guidance.curation.bulk import RowResult
from guidance.curation.differences import differences
from guidance.curation.models import BulkEdit, Proposal
from tests import factories
from tests.curation.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(pack_folder):
    loading.load(pack_folder.root)
    return pack_folder


@pytest.fixture
def curator(loaded):
    return person("carl")


@pytest.fixture
def reviewer(loaded):
    return person("rita", permissions.REVIEWER)


def looked_at(content: bytes, name: str = "skills.csv", kind: str = "") -> bulk.DryRun:
    catalogue = bulk.read_catalogue()
    return bulk.plan(*bulk.read_file(content, name=name, kind=kind, catalogue=catalogue), catalogue)


def summaries(**texts: str) -> bytes:
    return "\n".join(["slug,summary", *(f"{slug},{text}" for slug, text in texts.items())]).encode()


def messages(dry_run: bulk.DryRun) -> list[str]:
    return [
        *(f"{p.file}:{p.line}: {p.message}" for row in dry_run.rows for p in row.problems),
        *map(str, dry_run.problems),
    ]


def texts_of_all() -> list[tuple[str, str]]:
    """The texts of the whole catalogue, as exported."""
    return [(document.slug, render(document)) for kind in RECORD_MODELS for document in bulk.exported(kind)]


@pytest.mark.parametrize("kind", sorted(RECORD_MODELS))
def test_export_that_is_imported_again_changes_nothing(loaded, kind):
    factories.make_milestone(steps=[("python", 1)])
    factories.make_check("python")
    documents = bulk.exported(kind)
    assert documents
    for content, name in (
        (record_files.write_csv(kind, documents), f"{KINDS[kind].FOLDER}.csv"),
        (record_files.write_zip(documents), "pack.zip"),
    ):
        dry_run = looked_at(content, name)
        assert messages(dry_run) == []
        assert dry_run.counts == {
            RowResult.ADDED: 0,
            RowResult.CHANGED: 0,
            RowResult.UNCHANGED: len(documents),
            RowResult.REFUSED: 0,
        }


def test_export_of_a_kind_costs_two_statements(loaded):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        bulk.exported(Kind.SKILL)
    assert len(queries) == 2


def test_dry_run_tells_what_is_added_changed_and_unchanged_and_writes_nothing(loaded):
    before = texts_of_all()
    with CaptureQueriesContext(connection) as queries:
        dry_run = looked_at(summaries(python="New words.", django="What Django is for."))
    assert len(queries) == 6  # three of them for the state of the catalogue
    assert [(row.what, row.document.slug) for row in dry_run.rows] == [
        (RowResult.CHANGED, "python"),
        (RowResult.UNCHANGED, "django"),
    ]
    row = dry_run.rows[0]
    assert [difference.field for difference in differences(row.before, row.document)] == ["summary"]
    question = b"---\nname: Is it new?\n---\nYes.\n"
    dry_run = looked_at(question, "is-it-new.md", Kind.QUESTION)
    assert [(row.what, row.name) for row in dry_run.rows] == [(RowResult.ADDED, "Is it new?")]
    assert texts_of_all() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"slug,prerequisites\npython,{celery: 1}\n", "skills.csv:2: a prerequisite cycle: celery needs django needs"),
        (b"slug,prerequisites\npython,{nothing: 1}\n", "skills.csv:2: prerequisites: there is no skill 'nothing'"),
        (b"slug,prerequisites\npython,{python: 1}\n", "skills.csv:2: a record cannot refer to itself here"),
        (b"slug,name\ndjango,Python\n", "is already the name of"),
        (b"slug,name,area\nnew,New,programming\n", "skills.csv:2: kind is missing"),
        (b"slug,status\npython,draft\n", "skills.csv:2: status: is public, and cannot become a draft again"),
        (b"slug,status\npython,retired\n", "the skill 'python' is not published (retired)"),
        (
            b"slug,formerly\npython,[snake]\n",
            "skills.csv:2: formerly: records are renamed and merged on their own pages",
        ),
        (b"slug,demand\npython,500\n", "skills.csv:2: column demand: must be a whole number from 1 to 100"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_line(loaded, content, message):
    dry_run = looked_at(content)
    assert dry_run.refused
    assert any(message in text for text in messages(dry_run)), messages(dry_run)


def test_everything_that_is_wrong_with_a_file_is_told_in_one_round(loaded):
    """For each row: values that cannot be read, unknown records, names already in use, and cycles."""
    content = (
        b"slug,name,demand,prerequisites,colour\n"
        b"python,Django,500,{nothing: 1},red\n"
        b"celery,Celery,many,{django: 1},red\n"
        b"django,Django,3,{celery: 1},red\n"
    )
    told = messages(looked_at(content))
    for message in (
        "skills.csv:1: unknown column 'colour'",
        "skills.csv:2: column demand",
        "skills.csv:2: prerequisites: there is no skill 'nothing'",
        "skills.csv:3: column demand",
        "a prerequisite cycle",
        "is already the name of",
    ):
        assert [text for text in told if message in text], (message, told)
    folder = zip_of({"skills/broken.md": b"---\nname: [\n---\n", "skills/other.md": other_skill(b"broken", b"nothing")})
    told = messages(looked_at(folder, "p.zip"))
    assert any(text.startswith("skills/broken.md") for text in told)
    assert "prerequisites: there is no skill 'nothing'" in " ".join(told)
    assert "there is no skill 'broken'" not in " ".join(told)  # it exists, but cannot be read


def other_skill(*needs: bytes) -> bytes:
    return b"---\nname: Other\nprerequisites: {%s}\n---\n" % b", ".join(need + b": 1" for need in needs)


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_pack_that_would_break_what_stays_is_refused(loaded):
    content = record_files.write_zip([])
    assert "contains no file" in messages(looked_at(content, "p.zip"))[0]
    area = b"---\nname: Another\nletter: P\nfamily: models\nsummary: Takes a letter.\n---\n"
    dry_run = looked_at(area, "another.md", Kind.AREA)
    assert any("'P' is already the letter of" in text for text in messages(dry_run))
    role = (loaded.root / "roles/web-developer.md").read_bytes().replace(b"celery:", b"cellery:")
    dry_run = looked_at(role, "web-developer.md", Kind.ROLE)
    assert messages(dry_run) == [
        "roles/web-developer.md:5: requirements: there is no skill 'cellery'; did you mean 'celery'?"
    ]


def test_what_was_wrong_before_is_not_held_against_an_import(loaded):
    resource = RECORD_MODELS[Kind.RESOURCE].objects.get()
    resource.uses.filter(skill__slug="kubernetes").delete()  # so that nothing teaches it
    record_store.commit([resource], source="pack")
    assert messages(looked_at(summaries(python="New words."))) == []


def test_old_name_of_a_renamed_record_is_refused(loaded):
    loaded.rename("skills/kubernetes.md", "skills/k8s.md")
    loaded.edit("skills/k8s.md", "name: Kubernetes", "name: Kubernetes\nformerly: [kubernetes]")
    loaded.edit("resources/documentation.md", "kubernetes:", "k8s:")
    loaded.edit("roles/web-developer.md", "kubernetes:", "k8s:")
    loading.load(loaded.root)
    assert "is called 'k8s' now; use the current name" in messages(looked_at(summaries(kubernetes="Old.")))[0]
    # Former names that are not in the file stay.
    assert looked_at(b"slug,formerly\nk8s,\n").counts[RowResult.UNCHANGED] == 1


def test_file_says_its_kind_by_its_name_or_has_to_be_told_it(loaded):
    assert "not a CSV, zip or .md file" in messages(looked_at(b"\x89PNG", "photo.png"))[0]
    assert "Choose the kind of record" in messages(looked_at(summaries(python="New."), "download.csv"))[0]
    assert looked_at(summaries(python="New."), "download.csv", Kind.SKILL).counts[RowResult.CHANGED] == 1
    assert looked_at(summaries(python="New."), "skills (3).csv").counts[RowResult.CHANGED] == 1
    assert looked_at(b"slug,summary\nbeginner,New.\n", "starting-points.csv").counts[RowResult.CHANGED] == 1


def apply(dry_run: bulk.DryRun, by, title: str = "Import of skills.csv") -> BulkEdit:
    bringing = bulk.prepare(dry_run, by=by, title=title)
    bulk.apply(bringing)
    return bringing.edit


def test_applied_import_is_proposals_in_review_until_somebody_else_publishes_all(curator, reviewer):
    before = texts_of_all()
    edit = apply(looked_at(summaries(python="New words.", django="Other words.")), curator)
    assert [(p.slug, p.state, p.author, p.note) for p in bulk.proposals_of(edit)] == [
        ("django", "in-review", curator, "Import of skills.csv"),
        ("python", "in-review", curator, "Import of skills.csv"),
    ]
    assert texts_of_all() == before
    with pytest.raises(ValidationError):
        bulk.publish(edit, by=curator)
    revision = bulk.publish(edit, by=reviewer)
    assert [change.slug for change in revision.changes.all()] == ["django", "python"]
    assert snapshot.build().skills["python"].summary == "New words."
    with pytest.raises(ValidationError, match="None of its proposals is waiting"):
        bulk.publish(edit, by=reviewer)


def test_new_records_are_drafts_until_they_are_published(curator, reviewer):
    content = b"slug,name,body,status\nnew-one,Is it new?,Yes.,\nanother,A draft?,Perhaps.,draft\n"
    edit = apply(looked_at(content, "questions.csv"), curator)
    statuses = dict(RECORD_MODELS[Kind.QUESTION].objects.values_list("slug", "status"))
    assert (statuses["new-one"], statuses["another"]) == ("in-review", "draft")
    assert [p.slug for p in bulk.proposals_of(edit)] == ["new-one"]
    bulk.publish(edit, by=reviewer)
    statuses = dict(RECORD_MODELS[Kind.QUESTION].objects.values_list("slug", "status"))
    assert (statuses["new-one"], statuses["another"]) == ("published", "draft")


def test_nothing_is_applied_of_what_is_refused_or_changes_nothing(curator):
    for dry_run in (
        looked_at(summaries(python="x" * 200, django="Good.")),
        looked_at(summaries(python="What Python is for.")),
    ):
        with pytest.raises(ValidationError):
            apply(dry_run, curator)
    assert not Proposal.objects.exists()
    assert not BulkEdit.objects.exists()


def test_record_with_a_change_that_waits_is_refused(curator):
    apply(looked_at(summaries(python="New words.")), curator)
    assert "has an open proposal" in messages(looked_at(summaries(python="Newer words.")))[0]
    assert messages(looked_at(summaries(python="What Python is for."))) == []


def test_mark_is_the_same_for_the_same_outcome_only(loaded):
    content = summaries(python="New words.")
    first = looked_at(content).digest
    assert looked_at(content).digest == first
    assert looked_at(summaries(python="Newer words.")).digest != first
    skill = Skill.objects.get(slug="python")
    skill.body = "Changed meanwhile.\n"
    skill.save()
    record_store.commit([skill], source="curator")
    assert looked_at(content).digest != first


def test_what_its_only_reviewer_publishes_at_once_is_one_revision_and_is_undone_in_one(reviewer):
    content = (
        b"slug,name,body,status\nnew-one,Is it new?,Yes.,\nanother,A draft?,Perhaps.,draft\nwhat-is-it,What?,Other.,\n"
    )
    before = Revision.objects.count()
    bringing = bulk.prepare(looked_at(content, "questions.csv"), by=reviewer, title="Questions", at_once=True)
    assert bulk.apply(bringing).number == before + 1
    questions = RECORD_MODELS[Kind.QUESTION].objects
    assert dict(questions.values_list("slug", "status")) == {
        "new-one": "published",
        "another": "draft",
        "what-is-it": "published",
    }
    kept = Proposal.objects.order_by("slug").values_list("slug", "state", "base", "version", "alone", "reviewer")
    assert list(kept) == [
        ("new-one", "published", 0, 1, True, reviewer.pk),
        ("what-is-it", "published", 1, 2, True, reviewer.pk),
    ]
    assert "new-one" in snapshot.build().questions
    assert bulk.undo(bringing.edit, by=reviewer).number == before + 2
    assert dict(questions.values_list("slug", "status")) == {"new-one": "retired", "what-is-it": "published"}


def test_nobody_publishes_at_once_while_another_may_review(curator, reviewer):
    for who in (curator, reviewer):
        person(f"second-{who.name}", permissions.REVIEWER)
        with pytest.raises(ValidationError, match=r"You do not have permission|You cannot review your own"):
            bulk.prepare(looked_at(summaries(python="New words.")), by=who, title="Words", at_once=True)


def test_what_would_leave_a_public_record_without_what_it_needs_is_not_published_at_once(reviewer):
    document = replace(record_documents.document_of(Skill.objects.get(slug="python")))
    document = replace(document, data=document.data | {"status": "retired"})
    with pytest.raises(ValidationError, match="needs it and is published"):
        publishing.prepare_batch([document], author=reviewer, at_once=True).carry_out()


def test_undo_withdraws_what_waits(curator):
    before = texts_of_all()
    edit = apply(looked_at(summaries(python="New words.")), curator)
    assert bulk.undo(edit, by=curator) is None
    assert Proposal.objects.get().state == "withdrawn"
    assert texts_of_all() == before
    edit.refresh_from_db()
    assert edit.undone_by == curator
    assert bulk.undo_problems(edit, by=curator) == ["This is already undone."]


def test_undo_of_what_was_published_brings_everything_back_in_one_revision(curator, reviewer):
    before = texts_of_all()
    content = b"slug,summary,prerequisites\npython,New words.,\nkubernetes,Other.,{python: 2}\n"
    edit = apply(looked_at(content), curator)
    bulk.publish(edit, by=reviewer)
    assert (
        bulk.undo_problems(edit, by=curator)
        == [
            "Kubernetes is public; only a reviewer can undo that.",
            "Python is public; only a reviewer can undo that.",
        ]
        or len(bulk.undo_problems(edit, by=curator)) == 2
    )
    revision = bulk.undo(edit, by=reviewer)
    assert revision.number == Revision.objects.count() == 3
    assert texts_of_all() == before
    assert Version.objects.filter(slug="python").latest("number").author == reviewer


def test_undo_deletes_new_drafts_and_retires_what_was_new_and_public(curator, reviewer):
    content = b"slug,name,body,status\nnew-one,Is it new?,Yes.,\nanother,A draft?,Perhaps.,draft\n"
    edit = apply(looked_at(content, "questions.csv"), curator)
    bulk.publish(edit, by=reviewer)
    bulk.undo(edit, by=reviewer)
    statuses = dict(RECORD_MODELS[Kind.QUESTION].objects.values_list("slug", "status"))
    assert statuses == {"what-is-it": "published", "new-one": "retired"}
    edit = apply(looked_at(b"slug,name,body\nthird,Third?,No.\n", "questions.csv"), curator)
    bulk.undo(edit, by=curator)
    assert not RECORD_MODELS[Kind.QUESTION].objects.filter(slug="third").exists()


def test_undo_is_refused_with_the_list_once_something_has_changed(curator, reviewer):
    edit = apply(looked_at(summaries(python="New words.", django="Other words.")), curator)
    bulk.publish(edit, by=reviewer)
    skill = Skill.objects.get(slug="python")
    skill.body = "Changed since.\n"
    skill.save()
    record_store.commit([skill], source="curator")
    before = texts_of_all()
    assert bulk.undo_problems(edit, by=reviewer) == ["Python has changed since."]
    with pytest.raises(ValidationError, match="Python has changed since"):
        bulk.undo(edit, by=reviewer)
    assert texts_of_all() == before


def test_undo_that_would_leave_a_public_record_without_what_it_needs_is_refused(curator, reviewer):
    skill = (
        b"slug,name,area,kind,horizon,summary,effort,levels,body\n"
        b'rust,Rust,programming,tool,core,Safe.,"[1, 2, 3, 4]","{1: You can a., 2: You can b., 3: You can c., 4: You can d.}",Text.\n'
    )
    resources = b'slug,skills\ndocumentation,"{python: [0, 2], django: [0, 2], celery: [0, 2], kubernetes: [0, 2], rust: [0, 2]}"\n'
    catalogue = bulk.read_catalogue()
    documents = [
        *bulk.read_file(skill, name="skills.csv", kind="", catalogue=catalogue)[0],
        *bulk.read_file(resources, name="resources.csv", kind="", catalogue=catalogue)[0],
    ]
    edit = apply(bulk.plan(documents, [], catalogue), curator)
    bulk.publish(edit, by=reviewer)
    role = Role.objects.get()
    role.requirements.create(skill=Skill.objects.get(slug="rust"), level=1, importance=1)
    record_store.commit([role], source="curator")
    with pytest.raises(
        ValidationError, match=r"roles/web-developer\.md: requirements: the skill 'rust' is not published"
    ):
        bulk.undo(edit, by=reviewer)
    assert Skill.objects.get(slug="rust").status == "published"


def test_edit_of_several_goes_the_same_way(curator):
    catalogue = bulk.read_catalogue()
    chosen = [catalogue.documents[Kind.SKILL, slug] for slug in ("python", "django")]
    documents, problems = bulk.apply_edit(chosen, lambda data: data.update(horizon="advanced"))
    dry_run = bulk.plan(documents, problems, catalogue)
    assert dry_run.counts[RowResult.CHANGED] == 2
    assert chosen[0].data["horizon"] == "core"
    documents, problems = bulk.apply_edit(chosen, lambda data: data.update(demand=500))
    assert messages(bulk.plan(documents, problems, catalogue)) == [
        "skills/python.md:1: demand must be a whole number from 1 to 100",
        "skills/django.md:1: demand must be a whole number from 1 to 100",
    ]


def test_rights_are_asked_for_of_each_kind(curator, loaded):
    catalogue = bulk.read_catalogue()
    skill, fact = catalogue.documents[Kind.SKILL, "python"], catalogue.documents[Kind.FACT, "a-figure"]
    assert bulk.may_import(curator, [skill, fact], catalogue)
    curator.groups.clear()
    assert not bulk.may_import(type(curator).objects.get(pk=curator.pk), [skill], catalogue)


def test_applying_many_is_quick_enough(curator):
    rows = "".join(f"question-{number},Question {number}?,Answer {number}.\n" for number in range(200))
    dry_run = looked_at(f"slug,name,body\n{rows}".encode(), "questions.csv")
    with CaptureQueriesContext(connection) as queries:
        edit = apply(dry_run, curator)
    assert len(edit.items) == len(bulk.proposals_of(edit)) == 200
    assert len(queries) < 60
    with CaptureQueriesContext(connection) as queries:
        bulk.undo(edit, by=curator)
    assert len(queries) < 60


@pytest.mark.django_db(transaction=True)
def test_two_undo_at_once_undo_once(pack_folder):
    loading.load(pack_folder.root)
    curator, reviewer = person("carl"), person("rita", permissions.REVIEWER)
    with transaction.atomic():
        edit = apply(looked_at(summaries(python="New words.")), curator)
    bulk.publish(edit, by=reviewer)
    outcomes: list[str] = []

    def undo() -> None:
        try:
            bulk.undo(edit, by=reviewer)
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert Revision.objects.count() == 3
    assert record_documents.document_of(Skill.objects.get(slug="python")).data["summary"] == "What Python is for."


@pytest.mark.django_db(transaction=True)
def test_save_of_another_curator_waits_for_an_import_that_saves_and_then_succeeds(pack_folder):
    loading.load(pack_folder.root)
    carl, cora = person("carl"), person("cora")
    begun, saved = threading.Event(), threading.Event()

    def save() -> None:
        try:
            skill = Skill.objects.get(slug="django")
            document = record_documents.document_of(skill)
            begun.set()
            proposals.save_proposal(
                skill, replace(document, data=document.data | {"summary": "Cora’s words."}), author=cora
            )
            saved.set()
        finally:
            connection.close()

    other = threading.Thread(target=save)
    with transaction.atomic():
        record_store.lock()
        apply(looked_at(summaries(python="New words.")), carl)
        other.start()
        assert begun.wait(30)
        assert not saved.wait(0.5)
    other.join(30)
    assert saved.is_set()
    assert set(Proposal.objects.values_list("slug", "author")) == {("python", carl.pk), ("django", cora.pk)}
