import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import User
from guidance.catalog import loading, snapshot
from guidance.catalog.kinds import label_of
from guidance.catalog.models import RECORD_MODELS, Area, Resource, Revision, Skill, Version
from guidance.curation import publishing
from guidance.curation.admin.check_item_fields import ItemRows
from guidance.curation.admin.form_documents import keys_by_field
from guidance.curation.models import Proposal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(pack_folder, settings) -> Client:
    loading.load(pack_folder.root)
    settings.DEMO = True  # where staff need no second factor
    client = Client()
    user = User.objects.create_superuser("curator@example.org")
    client.force_login(user)
    return client


def form_of(client: Client, record) -> dict[str, object]:
    """The data that a browser would post from the form of this record."""
    response = client.get(reverse(f"admin:catalog_{record._meta.model_name}_change", args=[record.pk]))
    assert response.status_code == 200
    data: dict[str, object] = {"seen": response.context["seen"]}
    form = response.context["adminform"].form
    forms = [form] + [f for fs in response.context["inline_admin_formsets"] for f in fs.formset.forms]
    forms += [fs.formset.management_form for fs in response.context["inline_admin_formsets"]]
    for each in forms:
        for field in each:
            value = field.value()
            if hasattr(field.field, "base_field") and hasattr(field.field, "size"):
                data |= {f"{field.html_name}_{n}": item for n, item in enumerate(value or [])}
            elif isinstance(field.field.widget, ItemRows):
                data |= posted_items(field.html_name, value or [])
            elif value is not None and value is not False:
                prepared = field.field.prepare_value(value)
                data[field.html_name] = (
                    [str(getattr(v, "pk", v)) for v in prepared] if isinstance(prepared, list) else prepared
                )
    return data


def posted_items(name: str, items) -> dict[str, object]:
    """The data that a browser posts for these questions."""
    data: dict[str, object] = {f"{name}-count": len(items)}
    for number, item in enumerate(items):
        options = enumerate(item.get("options", []))
        values = {key: value for key, value in item.items() if key != "options"}
        values |= {f"option-{place}-{key}": value for place, option in options for key, value in option.items()}
        data |= {f"{name}-{number}-{key}": str(value) for key, value in values.items() if value is not False}
    return data


def save(client: Client, record, **change):
    address = reverse(f"admin:catalog_{record._meta.model_name}_change", args=[record.pk])
    return client.post(address, {**form_of(client, record), **change})


@pytest.mark.parametrize("kind", sorted(RECORD_MODELS))
def test_every_kind_has_its_pages(curator, kind):
    factories.make_milestone(steps=[("python", 1)])
    factories.make_check("python")
    model = RECORD_MODELS[kind]._meta.model_name
    assert curator.get(reverse(f"admin:catalog_{model}_changelist"), {"q": "a"}).status_code == 200
    assert curator.get(reverse(f"admin:catalog_{model}_add")).status_code == 200
    record = RECORD_MODELS[kind].objects.first()
    assert curator.get(reverse(f"admin:catalog_{model}_change", args=[record.pk])).status_code == 200


def test_lists_of_a_hundred_take_few_queries(settings):
    settings.DEMO = True
    factories.make_catalogue(skills=100)
    client = Client()
    client.force_login(User.objects.create_superuser("curator@example.org"))
    for model in RECORD_MODELS.values():
        address = reverse(f"admin:catalog_{model._meta.model_name}_changelist")
        client.get(address)  # fills the caches of the process
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, {"all": ""})
        assert len(response.context["cl"].result_list) == min(100, model.objects.count())
        assert len(queries) <= 15, (address, len(queries))


def test_saving_what_is_public_proposes_and_publishes_nothing(curator):
    skill = Skill.objects.get(slug="django")
    assert save(curator, skill, summary="By the curator.").status_code == 302
    assert (Version.objects.filter(slug="django").count(), Revision.objects.count()) == (1, 1)
    assert snapshot.build().skills["django"].summary == "What Django is for."
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.author.email, proposal.slug) == ("draft", "curator@example.org", "django")
    publishing.publish([proposal], by=proposal.author)  # there is no other reviewer
    assert snapshot.build().skills["django"].summary == "By the curator."
    assert snapshot.build().skills["django"].prerequisites == {"python": 2}


def test_saving_without_a_change_writes_nothing(curator):
    response = save(curator, Skill.objects.get(slug="django"))
    assert response.status_code == 302
    assert (Revision.objects.count(), Proposal.objects.count()) == (1, 0)
    assert "Nothing was changed." in curator.get(response.url).text


def test_saving_a_cycle_is_refused_and_spelled_out(curator):
    python = Skill.objects.get(slug="python")
    response = save(
        curator,
        python,
        **{
            "prerequisites-TOTAL_FORMS": 1,
            "prerequisites-0-requires": Skill.objects.get(slug="celery").pk,
            "prerequisites-0-level": 1,
        },
    )
    assert response.status_code == 200
    assert "This would make a cycle: celery → django → python → celery." in response.text


def test_publishing_what_is_incomplete_is_refused_and_nothing_typed_is_lost(curator):
    resource = Resource.objects.get()
    change = {f"uses-{n}-DELETE": "on" for n in range(4)}
    response = save(curator, resource, author="Somebody typed this", **change)
    assert response.status_code == 200
    assert "skills is missing" in response.text
    assert 'value="Somebody typed this"' in response.text
    assert Resource.objects.get().uses.count() == 4


def test_versions_show_what_changed(curator):
    skill = Skill.objects.get(slug="django")
    save(curator, skill, summary="By the curator.")
    publishing.publish(Proposal.objects.all(), by=User.objects.get())
    listing = curator.get(reverse("admin:catalog_version_changelist"), {"kind": "skill", "record_id": skill.pk})
    assert listing.context["cl"].result_count == 2
    version = Version.objects.filter(slug="django").latest("number")
    page = curator.get(reverse("admin:catalog_version_change", args=[version.pk]))
    assert "-summary: What Django is for." in page.text
    assert "+summary: By the curator." in page.text
    history = reverse("admin:catalog_skill_history", args=[skill.pk])
    assert ("Version 2 of Django" in page.text, "Compare and restore" in page.text) == (
        True,
        False,
    )  # it is the newest version
    first = Version.objects.get(kind="skill", record_id=skill.pk, number=1)
    page = curator.get(reverse("admin:catalog_version_change", args=[first.pk]))
    assert f'href="{history}?before=1#restore"' in page.text
    assert 'id="restore"' in curator.get(history, {"before": 1}).text


def test_what_was_public_cannot_be_deleted(curator):
    skill = Skill.objects.get(slug="kubernetes")
    assert curator.post(reverse("admin:catalog_skill_delete", args=[skill.pk]), {"post": "yes"}).status_code == 403
    draft = Skill.objects.create(slug="draft", name="Draft", area=Area.objects.get(), kind="tool", horizon="core")
    assert curator.post(reverse("admin:catalog_skill_delete", args=[draft.pk]), {"post": "yes"}).status_code == 302
    assert not Skill.objects.filter(slug="draft").exists()


def test_units_are_moved_by_their_places(curator):
    def keys(data) -> list[str]:
        return [unit["id"] for unit in data["units"][1]]

    units = [{"id": key, "do": f"Do {key}.", "minutes": 30} for key in ("a", "b", "c")]
    skill = factories.make_skill("rag", units={1: units}, effort=[1.5, 12, 30, 60])
    form = form_of(curator, skill)
    assert [form[f"units-{number}-place"] for number in range(3)] == [1, 2, 3]
    assert save(curator, skill, **{"units-2-place": "1"}).status_code == 302
    proposal = Proposal.objects.get()
    assert keys(proposal.proposed.data) == ["c", "a", "b"]
    new = {"level": 1, "place": "2", "key": "new", "type": "do", "text": "Something new.", "minutes": 20}
    change = {f"units-3-{name}": value for name, value in new.items()} | {"units-TOTAL_FORMS": 4}
    assert save(curator, skill, **change).status_code == 302
    proposal = Proposal.objects.get()
    assert keys(proposal.proposed.data) == ["c", "new", "a", "b"]
    publishing.publish([proposal], by=User.objects.get(email="curator@example.org"))
    assert [unit.key for unit in snapshot.build().skills["rag"].units[1]] == ["c", "new", "a", "b"]


def test_units_that_break_a_rule_are_refused_where_they_are_entered(curator):
    factories.make_resource("other", skills={"python": [0, 2]})
    skill = factories.make_skill(
        "rag", units={1: [{"id": "a", "do": "Do a.", "minutes": 30}]}, effort=[0.5, 12, 30, 60]
    )
    new = {"level": 1, "place": "1", "key": "b", "type": "read", "resource": Resource.objects.get(slug="other").pk}
    change = {f"units-1-{name}": value for name, value in new.items()} | {"units-TOTAL_FORMS": 2}
    page = save(curator, skill, **change, **{"units-1-minutes": 240})
    assert "Other isn’t a resource for Rag. Choose another one, or add the skill to it." in page.text
    factories.make_resource("other", skills={"rag": [0, 2]})
    page = save(curator, skill, **change, **{"units-1-minutes": 240})
    assert "The first unit of level 1 takes more than 60 minutes" in page.text
    assert "Less than half of the minutes of level 1 are do or build" in page.text
    page = save(curator, skill, **{"units-0-text": f"{'x' * 110}. {'X ' * 150}"})
    assert "The first sentence has 111 characters; it is the title and should have at most 110." in page.text
    assert "The text has 151 words outside code; it should have at most 150." in page.text
    page = save(curator, skill, **change, **{"units-1-minutes": 241})
    assert "Ensure this value is less than or equal to 240." in page.text
    page = save(curator, skill, **change | {"units-1-minutes": 20, "units-1-key": "a"})
    assert "Please correct the duplicate data for level and key, which must be unique." in page.text
    assert save(curator, skill, **change, **{"units-1-minutes": 20}).status_code == 302


# Keys whose value in a document is split into several fields of the form.
SEVERAL = {"cost", "external"}


@pytest.mark.parametrize("kind", RECORD_MODELS)
def test_values_are_called_everywhere_as_in_the_form(kind, rf):
    request = rf.get("/")
    request.user = User(is_staff=True, is_superuser=True)
    form = admin.site.get_model_admin(RECORD_MODELS[kind]).get_form(request)
    keys = keys_by_field(kind)
    called = {keys.get(name, name): str(field.label) for name, field in form.base_fields.items()}
    called = {key: label.removesuffix(" 1 to 4") for key, label in called.items() if key not in SEVERAL}
    assert {key: capfirst(label_of(kind, key)) for key in called} == {
        key: capfirst(label) for key, label in called.items()
    }
