"""Import, export and edits of several records in the admin: what is shown, who has access, and that exactly what was shown is done."""

import io
import zipfile

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from guidance.catalog import loading, record_store, snapshot
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Resource, Role, Skill
from guidance.curation import bulk, permissions, record_files
from guidance.curation.admin.bulk import MAX_BYTES
from guidance.curation.models import BulkEdit, Proposal
from tests import factories
from tests.curation.people import browser, person

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/admin/curation/import/", "/admin/curation/export/"


@pytest.fixture
def curator(pack_folder, settings):
    loading.load(pack_folder.root)
    settings.DEMO = True  # staff without a second factor
    yield browser(person("carl"))
    caches["shared"].clear()


@pytest.fixture
def reviewer(curator):
    person("ruth", permissions.REVIEWER)  # someone else with permission
    return browser(person("rita", permissions.REVIEWER))


def upload(client, content: bytes, name: str = "skills.csv", kind: str = ""):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "kind": kind})


def confirm(client, shown, **more: str):
    return client.post(IMPORT, {"token": shown.context["token"], "mark": shown.context["mark"], **more}, follow=True)


NEW_WORDS = b"slug,summary\npython,New words.\ndjango,What Django is for.\n"


def test_import_is_shown_then_done_once_it_is_confirmed(curator, reviewer):
    shown = upload(curator, NEW_WORDS)
    assert dict(shown.context["counts"]) == {"added": 0, "changed": 1, "unchanged": 1, "refused": 0}
    assert "<ins>" in shown.text
    assert not Proposal.objects.exists()
    done = confirm(curator, shown, note="Shorter.")
    assert Proposal.objects.get().note == "Shorter."
    assert "1 record was imported. The public catalogue changes once it is reviewed." in done.text
    edit = BulkEdit.objects.get()
    assert edit.title == "Import of skills.csv"
    assert "Publish all" not in done.text
    again = confirm(curator, shown)
    assert "has been deleted" in again.text
    page = reviewer.get(reverse("admin:curation_bulkedit_change", args=[edit.pk]))
    assert "Publish all" in page.text
    asked = reviewer.get(reverse("admin:curation_bulkedit_publish", args=[edit.pk]))
    assert "1 of its proposals is waiting and will be published now." in asked.text
    assert Skill.objects.get(slug="python").summary == "What Python is for."
    done = reviewer.post(reverse("admin:curation_bulkedit_publish", args=[edit.pk]), follow=True)
    assert "Published as revision 2." in done.text
    assert Skill.objects.get(slug="python").summary == "New words."
    asked = reviewer.get(reverse("admin:curation_bulkedit_undo", args=[edit.pk]))
    assert "Waiting proposals are withdrawn" in asked.text
    done = reviewer.post(reverse("admin:curation_bulkedit_undo", args=[edit.pk]), follow=True)
    assert "Everything is as it was before." in done.text
    assert Skill.objects.get(slug="python").summary == "What Python is for."
    assert ">Undo<" not in done.text


def test_only_reviewer_publishes_their_import_at_once(curator, reviewer):
    assert "at_once" not in upload(reviewer, NEW_WORDS).text
    assert "at_once" not in upload(curator, NEW_WORDS).text
    User.objects.filter(email__startswith="r").update(is_active=False)
    alone = browser(person("ada", permissions.REVIEWER))
    shown = upload(alone, NEW_WORDS)
    assert "at_once" in shown.text
    assert "Published as revision 2." in confirm(alone, shown, at_once="yes").text
    assert Skill.objects.get(slug="python").summary == "New words."
    assert Proposal.objects.get().alone


def test_what_is_asked_for_at_once_by_somebody_who_may_not_is_not_done(curator, reviewer):
    done = confirm(reviewer, upload(reviewer, NEW_WORDS), at_once="yes")
    assert "You cannot review your own change if someone else can." in done.text
    assert not Proposal.objects.exists()
    assert not BulkEdit.objects.exists()


def test_what_is_wrong_is_listed_and_cannot_be_confirmed(curator):
    shown = upload(curator, b"slug,summary,demand\npython,New words.,500\n")
    assert "Fix these before you import" in shown.text
    text = " ".join(shown.text.split()).replace(": </b>", ":</b>")
    assert "skills.csv, row 2:</b> Python: column demand: must be a whole number from 1 to 100" in text
    assert "(it is “500”)" in text
    assert "Propose these changes" not in shown.text
    assert "has been deleted" in confirm(curator, shown).text


def test_kind_stays_chosen_after_a_file_that_is_refused(curator):
    shown = upload(curator, b"slug,prerequisites\ndjango,{pithon: 1}\n", "mine.csv", "skill")
    assert "there is no skill &#x27;pithon&#x27;; did you mean &#x27;python&#x27;?" in shown.text
    back = f"{IMPORT}?kind=skill"
    assert f'href="{back}"' in shown.text
    assert '<option value="skill" selected>' in curator.get(back).text


def test_nothing_to_change_is_said(curator):
    shown = upload(curator, b"slug,summary\npython,What Python is for.\n")
    assert "Nothing changes: the catalogue already has all these values." in shown.text


def test_catalogue_that_changed_meanwhile_is_shown_again(curator):
    shown = upload(curator, NEW_WORDS)
    skill = Skill.objects.get(slug="python")
    skill.body = "Changed meanwhile.\n"
    skill.save()
    record_store.commit([skill], source="curator")
    again = confirm(curator, shown)
    assert "The catalogue has changed since." in again.text
    assert not Proposal.objects.exists()
    assert "was imported" in confirm(curator, again).text


def test_import_is_compared_before_the_catalogue_is_locked(curator, monkeypatch):
    shown, order = upload(curator, NEW_WORDS), []
    read, lock = bulk.read_catalogue, record_store.lock
    monkeypatch.setattr(bulk, "read_catalogue", lambda: (order.append("read"), read())[1])
    monkeypatch.setattr(record_store, "lock", lambda: (order.append("lock"), lock())[1])
    assert "was imported" in confirm(curator, shown).text
    assert order[:2] == ["read", "lock"]
    assert order.count("read") == 1


def test_import_that_is_overtaken_before_it_has_the_lock_is_compared_again(curator, monkeypatch):
    shown, lock = upload(curator, NEW_WORDS), record_store.lock

    def overtaken() -> None:
        monkeypatch.setattr(record_store, "lock", lock)
        Skill.objects.filter(slug="python").update(body="Changed at the last moment.\n")
        record_store.commit([Skill.objects.get(slug="python")], source="curator")

    monkeypatch.setattr(record_store, "lock", overtaken)
    again = confirm(curator, shown)
    assert "The catalogue has changed since." in again.text
    assert not Proposal.objects.exists()


def test_upload_belongs_to_whoever_uploaded_it(curator, reviewer):
    shown = upload(curator, NEW_WORDS)
    assert "has been deleted" in confirm(reviewer, shown).text


def test_packs_and_single_documents_are_read_too(curator):
    document = bulk.read_catalogue().documents[Kind.QUESTION, "what-is-it"]
    changed = record_files.write_zip(
        [type(document)(document.kind, document.slug, document.data | {"order": 7}, document.body)]
    )
    assert dict(upload(curator, changed, "any.zip").context["counts"])["changed"] == 1
    content = b"---\nname: Is it new?\n---\nYes.\n"
    assert dict(upload(curator, content, "is-it-new.md", "question").context["counts"])["added"] == 1


def test_large_uploads_are_refused_without_being_kept(curator):
    response = upload(curator, b"slug\n" + b"a" * MAX_BYTES)
    assert response.status_code == 422
    assert "This file is larger than 5 MB." in response.text
    response = curator.post(IMPORT, {"file": SimpleUploadedFile("s.csv", b"a" * (4 * MAX_BYTES + 1))}, follow=True)
    assert "This file is larger than 5 MB." in response.text


def test_import_asks_for_a_file_and_for_rights(curator, settings):
    assert curator.post(IMPORT, {}).status_code == 422
    nobody = browser(User.objects.create_user("nobody@example.org", is_staff=True))
    for address in (IMPORT, EXPORT, "/admin/curation/health/", "/admin/curation/graph/python/"):
        assert nobody.get(address).status_code == 403
    shown = upload(curator, b"slug,name,body\nnew,New?,Yes.\n", "questions.csv")
    carl = User.objects.get(email="carl@example.org")
    group = carl.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="add_question"))
    assert confirm(curator, shown).status_code == 403


def test_forged_requests_are_refused(curator):
    curator.handler.enforce_csrf_checks = True
    assert upload(curator, NEW_WORDS).status_code == 403


@pytest.mark.parametrize("kind", sorted(RECORD_MODELS))
def test_export_of_a_kind_is_imported_as_no_change(curator, kind):
    factories.make_milestone(steps=[("python", 1)])
    factories.make_check("python")
    for form in ("csv", "zip"):
        response = curator.get(EXPORT, {"kind": kind, "format": form})
        name = f"{KINDS[kind].FOLDER}.{form}"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "Nothing changes" in upload(curator, response.content, name).text


def test_export_of_all_is_imported_as_no_change(curator):
    assert "The whole catalogue as a zip file" in curator.get(EXPORT).text
    response = curator.get(EXPORT, {"format": "zip"})
    assert len(zipfile.ZipFile(io.BytesIO(response.content)).namelist()) == 13
    assert "Nothing changes" in upload(curator, response.content, "catalogue.zip").text
    assert curator.get(EXPORT, {"format": "csv"}).status_code == 404
    assert curator.get(EXPORT, {"format": "csv", "kind": "users"}).status_code == 404


def act(client, model, action: str, *records, **data: object):
    chosen = {"action": action, "_selected_action": [record.pk for record in records], **data}
    return client.post(reverse(f"admin:catalog_{model._meta.model_name}_changelist"), chosen, follow=True)


def test_chosen_records_are_exported(curator):
    django = Skill.objects.get(slug="django")
    response = act(curator, Skill, "export_csv", django)
    documents, problems = record_files.read_csv(Kind.SKILL, response.content, {}, file="f")
    assert ([document.slug for document in documents], problems) == (["django"], [])
    assert [document.data.get("status") for document in documents] == [None]
    assert b'"published"' in response.content
    response = act(curator, Skill, "export_pack", django)
    assert zipfile.ZipFile(io.BytesIO(response.content)).namelist() == ["skills/django.md"]


def test_chosen_records_are_exported_in_the_order_of_the_list(curator):
    for slug, name in (("z-first", "Adversarial"), ("a-last", "AWS")):
        factories.make_skill(slug, name=name)
    chosen = Skill.objects.filter(slug__in=["z-first", "a-last", "python"])
    listed = curator.get(reverse("admin:catalog_skill_changelist")).context["cl"].result_list
    assert [skill.name for skill in listed if skill in chosen] == ["Adversarial", "AWS", "Python"]
    response = act(curator, Skill, "export_csv", *chosen)
    found = record_files.read_csv(Kind.SKILL, response.content, {}, file="f")[0]
    assert [document.slug for document in found] == ["z-first", "a-last", "python"]


def test_several_skills_are_edited_after_a_look_at_what_changes(curator):
    skills = list(Skill.objects.filter(slug__in=["python", "django"]))
    form = act(curator, Skill, "edit_several", *skills)
    assert "Edit 2 records" in form.text
    nothing = act(curator, Skill, "edit_several", *skills, edit="1")
    assert "Choose at least one thing to change." in nothing.text
    values = {"edit": "1", "horizon": "advanced", "demand": "12"}
    shown = act(curator, Skill, "edit_several", *skills, **values)
    assert dict(shown.context["counts"])["changed"] == 2
    assert not Proposal.objects.exists()
    assert "Edit 2 records" in act(curator, Skill, "edit_several", *skills, **values, again="1").text
    stale = act(curator, Skill, "edit_several", *skills, **values, post="yes", mark="other")
    assert "The catalogue has changed since." in stale.text
    done = act(curator, Skill, "edit_several", *skills, **values, post="yes", mark=shown.context["mark"])
    assert "2 records were imported." in done.text
    assert [p.proposed.data["demand"] for p in Proposal.objects.all()] == [12, 12]
    assert BulkEdit.objects.get().title == "2 skills: Horizon, Demand"


def test_all_of_a_list_are_edited(curator):
    skills = list(Skill.objects.all()[:1])
    values = {"edit": "1", "no_demand": "on", "horizon": "emerging", "select_across": "1"}
    shown = act(curator, Skill, "edit_several", *skills, **values)
    assert 'name="select_across" value="1"' in shown.text
    assert dict(shown.context["counts"])["changed"] == 4


@pytest.mark.parametrize(
    ("values", "key", "expected"),
    [
        ({"checked": "on"}, "checked_on", "today"),
        ({"language": "de"}, "language", "de"),
        ({"cost": "unknown"}, "cost", None),
        ({"cost": "paid"}, "cost", "paid"),
        ({"cost": "price", "amount": "12.50", "currency": "eur"}, "cost", {"amount": 12.5, "currency": "EUR"}),
        ({"affiliate": "yes"}, "affiliate", True),
    ],
)
def test_resources_are_edited(curator, values, key, expected):
    resource = Resource.objects.get()
    shown = act(curator, Resource, "edit_several", resource, edit="1", **values)
    assert dict(shown.context["counts"])["changed"] == 1, shown.text
    act(curator, Resource, "edit_several", resource, edit="1", **values, post="yes", mark=shown.context["mark"])
    expected = timezone.localdate() if expected == "today" else expected
    assert Proposal.objects.get().proposed.data.get(key) == expected


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (Resource, {"cost": "price"}, "A price needs a currency such as EUR."),
        (Resource, {"amount": "3"}, "Choose “the price below” for a price."),
        (Resource, {"language": "English"}, "A language code such as en."),
        (Skill, {"demand": "3", "no_demand": "on"}, "Enter a demand or tick “Demand is not known”, not both."),
        (Skill, {"area": "nowhere"}, "Select a valid choice."),
        (Role, {"what": "set"}, "Choose the skill."),
        (Role, {"skill": "python"}, "Choose what to do with it."),
        (Role, {"skill": "python", "what": "set"}, "Choose a level and an importance."),
    ],
)
def test_edits_that_make_no_sense_are_refused(curator, model, values, message):
    assert message in act(curator, model, "edit_several", model.objects.first(), edit="1", **values).text


def test_requirement_is_added_to_roles_and_taken_away(curator, reviewer):
    role = Role.objects.get()
    values = {"edit": "1", "skill": "python", "what": "set", "level": "3", "importance": "4"}
    shown = act(curator, Role, "edit_several", role, **values)
    done = act(curator, Role, "edit_several", role, **values, post="yes", mark=shown.context["mark"])
    edit = BulkEdit.objects.get()
    assert edit.title == "1 role: Python, level 3, importance 4"
    reviewer.post(reverse("admin:curation_bulkedit_publish", args=[edit.pk]))
    assert role.requirements.get(skill__slug="python").importance == 4
    assert "was imported" in done.text
    shown = act(curator, Role, "edit_several", role, edit="1", skill="python", what="remove")
    assert dict(shown.context["counts"])["changed"] == 1


def test_edit_is_offered_where_there_is_one_and_to_whom_it_is_allowed(curator):
    listing = curator.get("/admin/catalog/skill/")
    assert "edit_several" in listing.text
    assert f'href="{IMPORT}"' in listing.text
    assert "edit_several" not in curator.get("/admin/catalog/fact/").text
    group = User.objects.get(email="carl@example.org").groups.get()
    group.permissions.remove(*group.permissions.filter(codename="change_skill"))
    assert "edit_several" not in curator.get("/admin/catalog/skill/").text


def test_bulk_edit_is_undone_by_its_author_and_by_reviewers_only(curator, reviewer):
    confirm(curator, upload(curator, NEW_WORDS))
    edit = BulkEdit.objects.get()
    other = browser(person("otto"))
    undo = reverse("admin:curation_bulkedit_undo", args=[edit.pk])
    assert other.post(undo).status_code == 403
    assert other.post(reverse("admin:curation_bulkedit_publish", args=[edit.pk])).status_code == 403
    assert "Everything is as it was" in curator.post(undo, follow=True).text
    assert "This can no longer be undone:" in curator.get(undo).text


def test_number_of_queries_does_not_grow_with_what_is_shown(curator):
    questions = "".join(f"question-{number},Question {number}?,Answer.\n" for number in range(100))
    snapshot.current()  # as in a process that has served a page
    with CaptureQueriesContext(connection) as queries:
        shown = upload(curator, f"slug,name,body\n{questions}".encode(), "questions.csv")
    assert len(queries) <= 15
    confirm(curator, shown)
    edit = BulkEdit.objects.get()
    for address in (
        reverse("admin:curation_bulkedit_change", args=[edit.pk]),
        reverse("admin:curation_bulkedit_undo", args=[edit.pk]),
        "/admin/curation/bulkedit/",
        "/admin/catalog/question/",
        IMPORT,
        EXPORT,
    ):
        with CaptureQueriesContext(connection) as queries:
            assert curator.get(address).status_code == 200
        assert len(queries) <= 15, (address, len(queries))
