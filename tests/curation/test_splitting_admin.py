import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guidance.catalog import record_store, snapshot
from guidance.catalog.models import Skill
from guidance.curation.models import Operation
from guidance.curation.permissions import CURATOR
from tests.curation.people import browser
from tests.curation.splits import publish_containers
from tests.factories import make_skill, publish, skill_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def catalogue() -> None:
    publish_containers()


def address(slug: str = "containers") -> str:
    return reverse("admin:curation_operation_split", args=[Skill.objects.get(slug=slug).pk])


def filled(client: Client, **more) -> dict:
    """The data that a browser would send from the new form, with the required texts filled in."""
    form = client.get(address()).context["form"].form
    sent = {name: bound.initial for name, bound in ((field.name, field) for field in form) if bound.initial is not None}
    for bound in form:
        choices = getattr(bound.field, "choices", None)
        if bound.name not in sent and choices and "CheckboxSelect" not in type(bound.field.widget).__name__:
            sent[bound.name] = choices[0][0]
    return sent | {
        "name": "Container stacks",
        "slug": "",
        "summary": "Run several containers.",
        "body": "Several containers as one system.",
        "units_1": ["two-services"],
        "units_2": ["volumes", "a-stack"],
        **{f"text_{level}": f"Run stacks, {level}." for level in (1, 2, 3, 4)},
        "hours_3": 20,
        "hours_4": 40,
        **more,
    }


def test_split_from_the_form_over_the_dry_run_to_the_undo(reviewer):
    page = reviewer.get(reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="containers").pk])).text
    assert "Merge, split, rename, retire…" in page
    merge = reverse("admin:curation_operation_new", args=["merge", "skill", Skill.objects.get(slug="containers").pk])
    assert address() in reviewer.get(merge).text
    sent = filled(reviewer, names=["Compose"], **{"named-skill-helm": "goes", "between": "new-needs-old"})
    shown = reviewer.post(address(), sent)
    assert "“Container stacks” becomes a skill of its own" in shown.text
    assert 'name="units_2" value="a-stack"' in shown.text
    assert "Their levels: both." in shown.text
    assert not Operation.objects.exists()
    done = reviewer.post(address(), {**sent, "digest": shown.context["plan"].digest})
    snapshot.forget()
    operation = Operation.objects.get()
    assert (done.status_code, done.url) == (302, reverse("admin:curation_operation_change", args=[operation.pk]))
    page = reviewer.get(done.url).text
    assert "Skill “Containers” was split: “Container stacks” is now a separate skill" in page
    stacks = record_store.documents_of("skill", [Skill.objects.get(slug="container-stacks")])[0].data
    assert stacks["aliases"] == [{"name": "Compose", "needs": ["yaml"]}]
    assert stacks["prerequisites"] == {"containers": 1, "linux": 1, "networks": 2}
    undo = reverse("admin:curation_operation_undo", args=[operation.pk])
    assert "The skill “Container stacks” will be part of “Containers” again" in reviewer.get(undo).text
    assert "“Container stacks” stays in the list as a retired skill" in reviewer.post(undo, follow=True).text
    assert Skill.objects.get(slug="container-stacks").status == "retired"


def test_what_would_change_says_what_the_checks_find_in_both_skills(reviewer):
    shown = reviewer.post(address(), filled(reviewer))
    new, old = shown.context["checked"]
    assert (new[0], old[0]) == ("Container stacks", "Containers")
    texts = {check.topic: check.text for check in new[1]}
    assert texts["resources"] == "2 resources; there should be 3."  # resources follow the units that use them
    assert not any("isn’t a resource for this skill" in check.text for check in [*new[1], *old[1]])
    assert "Checks of “Container stacks”" in shown.text
    assert "2 resources; there should be 3." in shown.text


def test_skill_left_by_an_undone_split_says_so_and_offers_nothing_to_submit(reviewer):
    sent = filled(reviewer)
    reviewer.post(address(), {**sent, "digest": reviewer.post(address(), sent).context["plan"].digest})
    left = reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="container-stacks").pk])
    assert "Save and submit for review" in reviewer.get(left).text
    reviewer.post(reverse("admin:curation_operation_undo", args=[Operation.objects.get().pk]))
    page = reviewer.get(left).text
    assert "The split of “Containers” that created it was undone, by Reviewer, " in page
    assert "split “Containers” and give the new skill the address container-stacks" in page
    assert 'name="_submit"' not in page
    assert 'name="_save"' not in page


def test_split_waits_for_its_second_person_and_can_be_refused_confirmed_and_undone(reviewer, mina):
    sent = filled(reviewer, note="Two things.", **{"named-skill-helm": "goes"})

    def ask() -> tuple[str, str]:
        shown = reviewer.post(address(), sent)
        assert "A second person has to confirm the change." in shown.text
        page = reviewer.post(address(), {**sent, "digest": shown.context["plan"].digest}, follow=True)
        assert "It is waiting for a second person." in page.text
        assert "“Container stacks” becomes a skill of its own" in page.text
        assert not Operation.objects.exists()
        return page.request["PATH_INFO"], shown.context["plan"].digest

    second = browser(mina)
    refused, _digest = ask()
    second.post(refused, {"decision": "reject", "words": "It is one thing."})
    assert "It is one thing." in reviewer.get(refused).text
    waiting, digest = ask()
    page = second.get(waiting)
    assert page.context["plan"].digest == digest
    assert "Two things." in page.text
    assert "requested by Reviewer" in second.post(waiting, {"decision": "confirm", "digest": digest}, follow=True).text
    snapshot.forget()
    operation = Operation.objects.get()
    assert (operation.by, operation.asked_by.email) == (mina, "reviewer@example.org")
    helm = record_store.documents_of("skill", [Skill.objects.get(slug="helm")])[0].data
    assert helm["prerequisites"] == {"container-stacks": 1}
    undo = reverse("admin:curation_operation_undo", args=[operation.pk])
    assert "“Container stacks” stays in the list as a retired skill" in second.post(undo, follow=True).text
    helm = record_store.documents_of("skill", [Skill.objects.get(slug="helm")])[0].data
    assert helm["prerequisites"] == {"containers": 1}


def test_back_to_the_form_has_everything_that_was_chosen(reviewer):
    sent = filled(reviewer, **{"named-skill-helm": "goes", "note": "Two things."})
    form = reviewer.post(address(), {**sent, "digest": "0", "change": "1"}).context["form"].form
    assert not Operation.objects.exists()
    assert (form["named-skill-helm"].value(), form["note"].value()) == ("goes", "Two things.")
    assert form["units_2"].value() == ["volumes", "a-stack"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "This field is required"),
        ("name", "linux", "Another skill already has this name."),
        ("slug", "Two words", "cannot be a slug"),
        ("slug", "linux", "is the slug of another record: Linux."),
        ("summary", "x" * 161, "at most 160 characters"),
        ("text_2", "", "This field is required"),
        ("text_3", None, "This is the text of the old skill"),
        ("hours_4", "", "Enter its hours: no unit of level 4 goes to it."),
        ("hours_4", "-1", "greater than or equal to 0.25"),
        ("left_3", "", "Enter its hours: no unit of level 3 stays."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_with_what_was_typed_still_there(reviewer, field, value, says):
    if value is None:
        value = Skill.objects.get(slug="containers").level_texts[2]
    response = reviewer.post(address(), filled(reviewer, **{field: value, "body": "What was typed."}))
    form = response.context["form"].form
    assert list(form.errors) == [field]
    assert says in form.errors[field][0]
    assert "What was typed." in response.text
    assert not Operation.objects.exists()


def test_hours_are_only_filled_in_where_no_units_say_them(reviewer):
    form = reviewer.get(address()).context["form"].form
    assert [form[f"left_{level}"].initial is None for level in (1, 2, 3, 4)] == [True, True, False, False]
    assert form.fields["hours_3"].help_text == "Level 3 has no units, so enter its hours."
    assert "only if no unit of level 1 goes" in form.fields["hours_1"].help_text
    response = reviewer.post(address(), filled(reviewer, units_1=["first-image", "two-services"]))
    assert response.context["form"].form.errors == {"left_1": ["Enter its hours: no unit of level 1 stays."]}


def test_resources_go_with_the_units_that_read_them_unless_somebody_says_otherwise(reviewer):
    form = reviewer.get(address()).context["form"].form
    assert form.fields["named-resource-compose-docs"].help_text == "Read by: level 1, Compose docs (90 minutes)."
    assert form.fields["named-resource-docs"].help_text.count("; level 2, ") == 1
    assert form.fields["named-resource-course"].help_text == "No unit reads it."
    plan = reviewer.post(address(), filled(reviewer)).context["plan"]
    after = {
        change.after.slug: [*change.after.data["skills"]] for change in plan.changes if change.key[0] == "resource"
    }
    assert after == {"compose-docs": ["container-stacks"], "docs": ["containers", "container-stacks"]}


def test_skill_without_a_resource_is_said_where_they_are_chosen(reviewer):
    response = reviewer.post(address(), filled(reviewer, **{"all-resource": "stays"}))
    said = "“Container stacks” would have no resources. Choose “goes to the new skill” or “both” for one or more."
    assert response.context["form"].form.errors == {"all-resource": [said]}
    assert '<a href="#id_all-resource">All of them</a>' in response.text
    section = response.text.split("Resources (3)")[1].split("</fieldset>")[0]
    assert (said in section, "</summary>" in section) == (True, False)  # it is open
    assert "no resource names this skill" not in response.text
    assert 'name="digest"' not in response.text


def test_name_that_the_old_skill_would_keep_is_said_at_the_names(reviewer):
    sent = filled(reviewer, name="Compose")
    errors = reviewer.post(address(), sent).context["form"].form.errors
    said = "“Compose” is another name of “Containers”. Tick it here, so that it goes to the new skill."
    assert errors == {"names": [said]}
    assert reviewer.post(address(), {**sent, "names": ["Compose"]}).context["plan"].problems == []


def test_patterns_are_no_names(reviewer):
    publish(skill_document("profilers", phrases=["a profiler", "~profile … code|model"]))
    form = reviewer.get(address("profilers")).context["form"].form
    assert [name for name, _label in form.fields["names"].choices] == ["a profiler"]


def test_what_was_not_shown_is_not_done_and_shown_again(reviewer):
    response = reviewer.post(address(), {**filled(reviewer), "digest": "of another day"})
    assert "has changed since" in response.text
    assert response.context["plan"].digest in response.text
    assert not Operation.objects.exists()


def test_only_published_skills_are_split_and_only_by_reviewers(enter, reviewer):
    make_skill("unfinished", status="draft")
    assert reviewer.get(address("unfinished")).status_code == 404
    curator = enter(CURATOR)
    assert (curator.get(address()).status_code, curator.post(address(), {}).status_code) == (403, 403)


def test_form_takes_as_many_queries_as_a_dry_run(reviewer):
    with CaptureQueriesContext(connection) as captured:
        assert reviewer.get(address()).status_code == 200
    assert len(captured) <= 70
