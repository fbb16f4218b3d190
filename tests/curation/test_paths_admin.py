"""Roles, milestones and industries in the admin: choices with their members and ordered steps, from draft to publication."""

import pytest
from django.urls import reverse

from guidance.catalog import snapshot
from guidance.catalog.models import Choice, Industry, Milestone, Role, Skill
from guidance.curation import proposals, publishing, record_documents
from guidance.curation.admin.review import changes
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.test_proposals_admin import client_of
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


@pytest.fixture
def carl(db):
    return client_of("carl", "Curator")


@pytest.fixture
def rita(db):
    return client_of("rita", "Reviewer")


@pytest.fixture
def role(db) -> Role:
    factories.publish(
        *(factories.skill_document(slug) for slug in ("python", "sql", "rag", "aws", "azure", "gcp")),
        factories.resource_document("book", skills={"python": [0, 2]}),
        factories.project_document("tool", proves={"python": 1}),
        factories.milestone_document("programs", steps=[("python", 1), ("sql", 1)], projects=["tool"]),
        factories.milestone_document("service", steps=[("aws", 1), ("azure", 1), ("gcp", 1)]),
        factories.role_document(
            requirements={"python": (1, 5), "sql": (1, 3)},
            choices={"cloud": {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 3}},
            milestones=["programs", "service"],
            apply_after="programs",
        ),
    )
    return Role.objects.get()


def proposed() -> dict[str, object]:
    return Proposal.objects.get().proposed.data


def pk(slug: str) -> int:
    return Skill.objects.get(slug=slug).pk


def row(prefix: str, number: int, **values: object) -> dict[str, object]:
    return {f"{prefix}-{number}-{name}": value for name, value in values.items()}


def test_choices_are_shown_and_stay_when_another_field_is_saved(role, carl):
    form = form_of(carl, role)
    assert form["choices-0-members"] == "aws 1\nazure 1"
    assert save(carl, role, summary="Another.").status_code == 302
    assert proposed()["choices"] == {"cloud": {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 3}}


def test_saving_a_choice_as_a_browser_sends_it_changes_nothing(role, carl):
    save(carl, role, **{"choices-0-members": "aws 1\r\nazure 1"})
    assert not Proposal.objects.exists()


def test_a_choice_is_changed_added_and_removed_on_the_form_of_a_role(role, carl, rita):
    change = {
        **row("choices", 0, name="Any cloud", members="gcp: 1\r\naws 1\r\nazure 1"),
        "choices-TOTAL_FORMS": 2,
        **row("choices", 1, slug="store", name="A store", importance=2, members="rag 1\nsql 1", role=role.pk),
        **row("requirements", 1, DELETE="on"),
    }
    assert save(carl, role, **change).status_code == 302
    assert proposed()["choices"] == {
        "cloud": {"name": "Any cloud", "one_of": {"gcp": 1, "aws": 1, "azure": 1}, "importance": 3},
        "store": {"name": "A store", "one_of": {"rag": 1, "sql": 1}, "importance": 2},
    }
    # The rows of that form no longer exist; the form of the proposal has its own.
    assert save(carl, role, **row("choices", 1, DELETE="on"), **row("choices", 0, importance=4)).status_code == 302
    assert list(proposed()["choices"]) == ["cloud"]
    assert proposed()["choices"]["cloud"]["importance"] == 4
    proposal = Proposal.objects.get()
    proposals.submit(proposal, by=carl.user)
    publishing.publish([proposal], by=rita.user)
    assert dict(snapshot.build().roles["ai-engineer"].choices["cloud"].one_of) == {"gcp": 1, "aws": 1, "azure": 1}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ("aws 1", "A choice needs at least two members."),
        ("", "This field is required."),
        ("aws 1\naws 2", "“aws” is listed twice."),
        ("aws 1\nazure", "“azure” is not a slug and a level from 1 to 4, such as “aws 2”."),
        ("aws 1\nazure 5", "“azure 5” is not a slug and a level"),
        ("aws 1\nibm 1", "There is no skill “ibm”."),
        ("aws 1\npython 1", "“python” is already a separate requirement."),
    ],
)
def test_members_that_make_no_choice_are_refused_in_their_field(role, carl, members, said):
    answer = save(carl, role, summary="Typed.", **row("choices", 0, members=members))
    assert answer.status_code == 200
    formset = next(found.formset for found in answer.context["inline_admin_formsets"] if found.formset.model is Choice)
    assert said in str(formset.forms[0].errors["members"])
    assert formset.forms[0]["members"].value() == members
    assert 'value="Typed."' in answer.text
    assert not Proposal.objects.exists()


def test_two_choices_of_one_slug_are_refused(role, carl):
    second = row("choices", 1, slug="cloud", name="Again", importance=2, members="rag 1\ngcp 1", role=role.pk)
    answer = save(carl, role, **{"choices-TOTAL_FORMS": 2}, **second)
    assert answer.status_code == 200
    assert "Choice with this Role and Slug already exists." in answer.text


def test_a_change_of_a_choice_reads_as_words(role, carl):
    save(carl, role, **row("choices", 0, members="aws 1\ngcp 1"))
    proposal = Proposal.objects.get()
    [difference] = changes(proposal, record_documents.base_document(proposal))
    assert difference.field == "choices"
    text = "".join(piece.text for piece in difference.rows[0].pieces if piece.mark != "removed")
    assert text == "A cloud: one of Aws 1, Gcp 1; importance: 3"


def test_a_step_moves_to_another_place(role, carl):
    milestone = Milestone.objects.get(slug="service")
    assert save(carl, milestone, **row("steps", 0, place=3)).status_code == 302
    assert proposed()["steps"] == [{"azure": 1}, {"gcp": 1}, {"aws": 1}]


def test_two_steps_swap(role, carl):
    milestone = Milestone.objects.get(slug="service")
    assert save(carl, milestone, **row("steps", 0, place=2), **row("steps", 1, place=1)).status_code == 302
    assert proposed()["steps"] == [{"azure": 1}, {"aws": 1}, {"gcp": 1}]
    # The same by overwriting the rows.
    swap = {**row("steps", 0, skill=pk("gcp")), **row("steps", 2, skill=pk("azure"))}
    assert save(carl, milestone, **swap).status_code == 302
    assert proposed()["steps"] == [{"gcp": 1}, {"aws": 1}, {"azure": 1}]


def test_a_new_step_takes_the_place_that_it_is_given(role, carl):
    milestone = Milestone.objects.get(slug="service")
    change = {
        "steps-TOTAL_FORMS": 5,
        **row("steps", 3, place=2, skill=pk("aws"), level=2, milestone=milestone.pk),
        **row("steps", 4, place="", skill=pk("aws"), level=3, milestone=milestone.pk),
        **row("steps", 2, DELETE="on"),
    }
    assert save(carl, milestone, **change).status_code == 302
    assert proposed()["steps"] == [{"aws": 1}, {"aws": 2}, {"azure": 1}, {"aws": 3}]


def test_a_step_that_is_there_twice_is_refused(role, carl):
    milestone = Milestone.objects.get(slug="service")
    answer = save(carl, milestone, **row("steps", 1, skill=pk("aws")))
    assert answer.status_code == 200
    assert "Please correct the duplicate" in answer.text


def test_a_milestone_is_made_ordered_attached_to_a_role_and_published(role, carl, rita):
    """Uses only the forms, from nothing to the public page."""
    address = reverse("admin:catalog_milestone_add")
    values = {field.html_name: field.value() for field in carl.get(address).context["adminform"].form}
    data = {name: value for name, value in values.items() if value is not None} | {
        "name": "Answer questions",
        "slug": "answers",
        "summary": "Retrieval.",
        "outcome": "You can answer questions from documents.",
        "body": "Why now.",
        "steps-TOTAL_FORMS": 2,
        "steps-INITIAL_FORMS": 0,
        **row("steps", 0, place=2, skill=pk("rag"), level=2),
        **row("steps", 1, place=1, skill=pk("rag"), level=1),
        "project_links-TOTAL_FORMS": 1,
        "project_links-INITIAL_FORMS": 0,
        **row("project_links", 0, project=role.milestone_links.first().milestone.projects.get().pk),
        "_save": "1",
    }
    assert carl.post(address, data).status_code == 302
    answers = Milestone.objects.get(slug="answers")
    assert [str(step) for step in answers.steps.all()] == ["Rag 1", "Rag 2"]
    assert save(carl, answers, **row("steps", 0, DELETE="on"), _submit="1").status_code == 302
    change = {
        "requirements-TOTAL_FORMS": 3,
        **row("requirements", 2, skill=pk("rag"), level=2, importance=4, role=role.pk),
        "milestone_links-TOTAL_FORMS": 3,
        **row("milestone_links", 2, place=2, milestone=answers.pk, role=role.pk),
        "apply_after": answers.pk,
    }
    assert save(carl, role, **change, _submit="1").status_code == 302
    assert proposed_of(role)["milestones"] == ["programs", "answers", "service"]
    assert {row.state for row in Proposal.objects.all()} == {"in-review"}
    publishing.publish(list(Proposal.objects.all()), by=rita.user)
    found = snapshot.build().roles["ai-engineer"]
    assert (found.milestones, found.apply_after) == (("programs", "answers", "service"), "answers")
    assert snapshot.build().milestones["answers"].steps == (("rag", 2),)


def proposed_of(record) -> dict[str, object]:
    return Proposal.objects.get(kind=record.KIND, record_id=record.pk).proposed.data


def test_requirements_of_an_industry_are_edited_with_its_milestone(role, carl, rita):
    steps = [("rag", 1), ("gcp", 1)]
    factories.publish(
        factories.milestone_document("own", steps=steps),
        factories.industry_document("health", requirements={"rag": {"level": 1, "importance": 4}}, milestone="own"),
    )
    industry = Industry.objects.get()
    change = {
        "requirements-TOTAL_FORMS": 2,
        **row("requirements", 0, importance=5),
        **row("requirements", 1, skill=pk("gcp"), level=1, importance=2, industry=industry.pk),
    }
    assert save(carl, industry, **change, _submit="1").status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.state == "in-review"
    publishing.publish([proposal], by=rita.user)
    found = snapshot.build().industries["health"].requirements
    assert {slug: (one.level, one.importance) for slug, one in found.items()} == {"rag": (1, 5), "gcp": (1, 2)}


def test_what_breaks_a_rule_comes_back_with_what_was_typed(role, carl):
    answer = save(carl, role, summary="Typed.", **row("requirements", 0, level=3), _submit="1")
    assert answer.status_code == 200
    assert "would break a rule of milestones: python: no milestone reaches level 3." in answer.text
    assert 'value="Typed."' in answer.text
    assert not Proposal.objects.exists()
