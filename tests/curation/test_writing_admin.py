"""The form of a record while it is edited: input is checked and previewed, and nothing is saved."""

from dataclasses import replace

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from guidance.catalog import contents
from guidance.catalog.models import Resource, Role, Skill, Version
from guidance.curation import proposals, record_documents
from guidance.curation.admin.form_documents import document_of_form
from guidance.curation.models import Proposal
from guidance.curation.taxonomy_files import Entry
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_mappings import load
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(settings) -> None:
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("git"),
        factories.skill_document(
            "python",
            aliases=["py", {"name": "Snake", "needs": ["code"]}],
            prerequisites={"sql": 1, "git": 2},
            units={
                1: [{"id": "read-it", "read": "book", "minutes": 30}, {"id": "try-it", "do": "Try.", "minutes": 60}]
            },
        ),
        factories.resource_document("book", skills={"python": [0, 2]}),
        factories.role_document(
            requirements={"python": (1, 5)},
            choices={"cloud": {"name": "Cloud", "importance": 3, "one_of": {"sql": 1, "git": 1}}},
            milestones=["begin"],
        ),
        factories.milestone_document("begin", steps=[("python", 1), ("sql", 1), ("git", 1)]),
        factories.industry_document("finance", emphases={"python": 1.0}),
        factories.project_document("tool", proves={"python": 1}, industries=["finance"]),
    )


@pytest.fixture
def carl(db) -> Client:
    return browser(person("carl"))


def posted_to(client: Client, record, page: str, **change):
    address = reverse(f"admin:catalog_{record._meta.model_name}_{page}")
    return client.post(address, {**form_of(client, record), "record": record.pk, **change})


@pytest.mark.parametrize(
    ("model", "slug"),
    [("skill", "python"), ("role", "ai-engineer"), ("resource", "book"), ("milestone", "begin"), ("project", "tool")],
)
def test_a_form_describes_the_document_that_it_shows(carl, model, slug, rf):
    model_class = next(each for each in admin.site._registry if each._meta.model_name == model)
    record = model_class.objects.get(slug=slug)
    request = rf.post("/", form_of(carl, record))
    request.user = person("rita")
    posted = document_of_form(admin.site._registry[model_class], request, record)
    assert posted.errors == []
    assert posted.document == record_documents.as_public(record_documents.document_of(record))


def test_what_is_typed_is_checked_and_nothing_is_saved(carl):
    python = Skill.objects.get(slug="python")
    versions = Version.objects.count()
    change = {
        "summary": "",
        "effort_1": "-3",
        "level_texts_0": "Know it.",
        "prerequisites-0-DELETE": "on",
        "aliases-0-name": "SQL",
    }
    page = posted_to(carl, python, "checks", **change).text
    for said in ("“Summary” is empty.", "Level 1 must begin with “You can”", "“SQL” is already a name of the skill"):
        assert said in page
    assert (Proposal.objects.count(), Version.objects.count()) == (0, versions)


def test_a_new_skill_is_checked_before_it_has_a_row(carl):
    page = carl.post(reverse("admin:catalog_skill_checks"), {"name": "Pythons", "record": ""}).text
    assert "Apart from plurals and brackets, this is already a name of “Python”." in page
    assert not Skill.objects.filter(name="Pythons").exists()


NO_ROWS = {
    f"{rows}-{form}_FORMS": "0"
    for rows in ("units", "uses", "prerequisites", "aliases")
    for form in ("TOTAL", "INITIAL")
}
UNIT = {"units-TOTAL_FORMS": "1", "units-0-level": "1", "units-0-type": "do", "units-0-text": "Try it."}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"effort_0": "2", "effort_2": "3"}, {"effort.2": "from 1 to 2", "effort.4": "from 3 to 4"}),
        ({"effort_0": "0", "effort_1": "2", "effort_2": "3", "effort_3": "4"}, {"effort.1": "from 0 to 1"}),
        ({"effort_0": "2", "effort_1": "2", "effort_2": "3"}, {"effort.4": "from 3 to 4"}),
        ({}, {"effort": "“Hours” is empty."}),
        ({**UNIT, "effort_1": "2", "effort_2": "3", "effort_3": "4"}, {}),  # the hours follow from the minutes
        ({**UNIT, "effort_1": "2", "effort_3": "4"}, {"effort.3": "from 2 to 3"}),
    ],
)
def test_level_without_hours_is_named_and_not_yet_wrong_in_a_new_skill(carl, typed, said):
    page = carl.post(reverse("admin:catalog_skill_checks"), {"name": "Contracts", "record": "", **NO_ROWS, **typed})
    found = {".".join(map(str, check.path)): check for check in page.context["checks"] if check.field == "effort"}
    assert found.keys() == said.keys()
    assert all(text in found[path].text and found[path].is_empty for path, text in said.items())


def test_level_without_text_is_named_where_a_later_one_has_one(carl):
    python = Skill.objects.get(slug="python")
    checks = posted_to(carl, python, "checks", level_texts_1="").context["checks"]
    assert [(check.text, check.path) for check in checks if check.field == "levels"] == [
        ("The text of level 2 is missing.", ("levels", 2))
    ]
    assert "The text of level 2 is missing." in save(carl, python, level_texts_1="").text


def test_reason_and_what_is_required_are_asked_for(carl):
    python = Skill.objects.get(slug="python")
    assert "“Why” is empty." in posted_to(carl, python, "checks").text
    assert "“Why” is empty." not in posted_to(carl, python, "checks", note="It was vague.").text
    form = carl.get(reverse("admin:catalog_skill_add"))
    assert form.context["page"].required == {"name", "area", "kind", "horizon", "summary", "effort", "level_texts"}
    assert 'needed">required' in form.text


def test_reason_that_is_too_long_is_not_cut(carl):
    python = Skill.objects.get(slug="python")
    page = save(carl, python, summary="Mine.", note="w" * 2001)
    assert "“Why” has 2001 characters, but at most 2000 are allowed." in page.text
    assert "w" * 2001 in page.text
    assert not Proposal.objects.exists()


def test_what_is_too_long_is_not_cut_by_the_browser(carl):
    python = Skill.objects.get(slug="python")
    assert "maxlength" not in carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text.split("<main")[-1]
    page = save(carl, python, slug="p" * 95)
    assert page.context["adminform"].form.errors["slug"] == ["Ensure this value has at most 80 characters (it has 95)."]
    assert "p" * 95 in page.text
    assert "<b>Slug</b>" in posted_to(carl, python, "checks", slug="p" * 95).text  # the list names the field


@pytest.mark.parametrize("name", ["AI engineer", "ai  Engineer"])
def test_a_name_that_is_taken_is_refused_at_its_field(carl, name):
    role = Role.objects.get()
    draft = factories.make_role("maker", name="Maker", status="draft")
    page = save(carl, draft, name=name)
    said = page.context["adminform"].form.errors["name"]
    assert len(said) == 1
    assert f"/admin/catalog/role/{role.pk}/change/" in said[0]
    assert f'value="{name}"' in page.text
    assert posted_to(carl, draft, "checks", name=name).text.count("is already a name of the role") == 1
    assert save(carl, draft, summary="Another.").status_code == 302
    role.status = "draft"
    role.save()
    assert save(carl, draft, name=name).status_code == 302  # the first draft to be published gets the name


def test_a_price_has_a_currency_in_any_case_and_errors_are_at_the_field(carl):
    book = Resource.objects.get(slug="book")
    page = save(carl, book, cost="10", currency="eu")
    assert page.context["adminform"].form.errors == {"currency": ["A price needs a currency such as EUR."]}
    assert save(carl, book, cost="10", currency="eur").status_code == 302
    assert Proposal.objects.get().proposed.data["cost"] == {"amount": 10, "currency": "EUR"}


def test_a_skill_without_its_range_is_not_said_to_be_missing(carl):
    book = Resource.objects.get(slug="book")
    for change in ({"uses-0-to_level": ""}, {"uses-0-from_level": "3", "uses-0-to_level": "1"}):
        assert "“Skills” is empty" not in posted_to(carl, book, "checks", **change).text
        assert "“Skills” is empty" not in save(carl, book, **change).text


def test_no_one_has_opened_an_address_on_a_day_to_come(carl):
    book = Resource.objects.get(slug="book")
    assert "This day is in the future." in save(carl, book, checked_on="2199-05-05").text


def test_date_comes_back_as_it_was_typed_and_the_name_stands_before_the_slug(carl):
    book = Resource.objects.get(slug="book")
    page = save(carl, book, checked_on="2199-05-05").text
    assert 'name="checked_on" value="2199-05-05"' in page
    assert save(carl, book, checked_on="24/11/2026").status_code == 302
    assert str(Proposal.objects.get().proposed.data["checked_on"]) == "2026-11-24"
    assert page.index('name="name"') < page.index('name="slug"')


def test_reason_for_a_new_draft_stays_with_it(carl):
    draft = factories.make_skill("go", status="draft")
    save(carl, draft, note="Ads name it.")
    on_the_phone = browser(Proposal.objects.get().author)
    assert "Ads name it." in on_the_phone.get(reverse("admin:catalog_skill_change", args=[draft.pk])).text


def test_the_page_is_shown_with_what_is_typed_and_the_way_back(carl, monkeypatch):
    python = Skill.objects.get(slug="python")
    carl.get(python.get_absolute_url())
    monkeypatch.setattr(contents, "read", None)  # the others are those of the edition
    page = posted_to(carl, python, "form_preview", summary="Typed a moment ago.").text
    assert "Typed a moment ago." in page
    assert f'href="/admin/catalog/skill/{python.pk}/change/"' in page
    assert not Proposal.objects.exists()
    incomplete = posted_to(carl, python, "form_preview", summary="").text
    assert "There is no page to show yet: summary is missing." in incomplete


def test_preview_names_the_unit_that_an_error_keeps_out_of_it(carl):
    python = Skill.objects.get(slug="python")
    unit = UNIT | {"units-0-minutes": "30", "units-0-text": "Try it. Run this:\n\n```\nprint(1)"}
    page = posted_to(carl, python, "form_preview", **unit).text
    assert "Try it." not in page
    assert "<li>Units: The code has no end." in page
    assert "have errors" not in posted_to(carl, python, "form_preview", **unit | {"units-0-text": "Try it."}).text


def test_strangers_and_readers_ask_for_nothing(client, carl):
    address = reverse("admin:catalog_skill_checks")
    assert client.post(address, {"name": "X"}).status_code == 302
    assert carl.get(address).status_code == 404
    assert carl.post(address, {"record": "9999999"}).status_code == 404


def test_a_slug_comes_from_the_name_where_none_is_given(carl):
    form = {
        field.html_name: field.value()
        for field in carl.get(reverse("admin:catalog_resource_add")).context["adminform"].form
    }
    assert "slug" in form
    data = {
        "name": "A book of snakes",
        "type": "book",
        "url": "https://example.org/snakes",
        "author": "Ann",
        "hours": "3",
        "language": "en",
        "uses-TOTAL_FORMS": 0,
        "uses-INITIAL_FORMS": 0,
    }
    assert carl.post(reverse("admin:catalog_resource_add"), data).status_code == 302
    assert Resource.objects.get(slug="a-book-of-snakes").status == "draft"
    long = {**data, "name": f"{'s' * 79} and more", "url": "https://example.org/long"}
    assert carl.post(reverse("admin:catalog_resource_add"), long).status_code == 302
    assert Resource.objects.get(slug="s" * 79).status == "draft"  # without a hyphen at the end


def test_pickers_put_the_name_that_was_typed_first(carl):
    factories.publish(factories.skill_document("a-python-tool"), factories.skill_document("pythonic"))
    query = {"term": "python", "app_label": "catalog", "model_name": "requirement", "field_name": "skill"}
    found = carl.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["text"] for row in found] == ["Python", "Pythonic", "A python tool"]


def test_rows_of_a_section_that_has_many_are_folded(carl):
    role = Role.objects.get()
    sections = carl.get(reverse("admin:catalog_role_change", args=[role.pk])).context["page"].sections
    assert [section.declared.title for section in sections][:3] == ["Basics", "Requirements", "Choices"]
    assert not any(section.is_long for section in sections)
    factories.publish(
        *(factories.resource_document(f"book-{number}", skills={"python": [0, 2]}) for number in range(2))
    )
    sections = carl.get(reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="python").pk])).context[
        "page"
    ]
    assert [section.declared.key for section in sections.sections if section.is_long] == ["resources"]  # three


def test_entries_that_are_called_like_it_are_suggested_and_a_tick_maps_them(carl):
    python = Skill.objects.get(slug="python")
    load(Entry("skill", "uri:python", "Python (computer programming)"), Entry("skill", "uri:eggs", "eggs"))
    page = carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text
    assert 'name="esco_ticked" value="uri:python"' in page
    assert "uri:eggs" not in page
    typed = posted_to(carl, python, "classifications", name="Eggs").text
    assert 'value="uri:eggs"' in typed
    assert save(carl, python, esco_ticked=["uri:python", "uri:nothing"]).status_code == 302
    assert Proposal.objects.get().proposed.data["external"] == {"esco": ["uri:python"]}
    assert "Mapped to:" in carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text


def test_who_may_only_read_a_role_sees_its_choices(carl):
    role = Role.objects.get()
    proposals.save_proposal(
        role, replace(record_documents.document_of(role), body="Mine."), author=person("rita", "Curator")
    )
    page = carl.get(reverse("admin:catalog_role_change", args=[role.pk]))
    assert page.status_code == 200
    assert "sql 1, git 1" in page.text


def test_a_form_and_its_checks_take_a_number_of_queries_that_is_known(carl, django_assert_max_num_queries):
    """Each row with a picker needs one more query, whatever the size of the catalogue."""
    python = Skill.objects.get(slug="python")
    address = reverse("admin:catalog_skill_change", args=[python.pk])
    carl.get(address)  # fills the caches of the process
    with django_assert_max_num_queries(80):
        carl.get(address)
    form = {**form_of(carl, python), "record": python.pk}
    with django_assert_max_num_queries(95):
        carl.post(reverse("admin:catalog_skill_checks"), form)
