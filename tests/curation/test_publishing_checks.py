"""The checks of a document before it is published: the state, field and words of each rule."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from guidance.catalog.documents import Document
from guidance.catalog.models import Kind, Resource, Role, Skill
from guidance.curation import record_documents
from guidance.curation.publishing_checks import CheckState, PublishingCheck, Topic, checks_of
from guidance.progress import services
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db) -> None:
    factories.publish(
        factories.skill_document("sql", effort=[10, 20, 30, 40]),
        factories.skill_document("python", prerequisites={"sql": 1}, aliases=["frame"], effort=[10, 20, 30, 40]),
        factories.resource_document("book", skills={"python": [0, 2]}, cost=0),
        factories.role_document(requirements={"python": (2, 5)}),
    )


def of(record, **data) -> Document:
    document = record_documents.document_of(record)
    values = {**document.data, **data}
    return replace(document, data={key: value for key, value in values.items() if value is not None})


def found(record, *topics: Topic, **data) -> list[tuple[CheckState, tuple[object, ...], str]]:
    checks = checks_of(record.KIND, record.pk, of(record, **data))
    return [(check.state, check.path, check.text) for check in checks if check.topic in topics]


def python() -> Skill:
    return Skill.objects.get(slug="python")


def test_errors_come_first_and_say_which_field_they_are_about():
    checks = checks_of(Kind.SKILL, python().pk, of(python(), summary=None, name="SQL", prerequisites={"nothing": 1}))
    assert [check.state for check in checks] == sorted(
        (check.state for check in checks), key=lambda state: list(CheckState).index(state)
    )
    errors = [check for check in checks if check.state == CheckState.ERROR]
    assert [(check.field, check.title) for check in errors] == [
        ("summary", "Required fields"),
        ("name", "Name and address"),
        ("prerequisites", "Records and links"),
    ]
    assert errors[0].text == "“Summary” is empty."
    assert f"/admin/catalog/skill/{Skill.objects.get(slug='sql').pk}/change/" in errors[1].text


def test_units_without_minutes_take_no_hours_and_are_only_incomplete():
    units = {level: [{"id": "try-it", "do": "Try it."}] for level in (1, 2, 3, 4)}
    assert found(python(), Topic.HOURS, units=units) == []
    assert {state for state, _path, _text in found(python(), Topic.COMPLETE, units=units)} == {CheckState.ERROR}


def test_a_new_record_without_anything_lacks_what_its_kind_needs():
    checks = checks_of(Kind.SKILL, 0, Document(Kind.SKILL, "", {"status": "draft"}, ""))
    missing = {check.field for check in checks if check.state == CheckState.ERROR}
    assert missing == {"name", "area", "kind", "horizon", "summary", "effort", "levels"}


@pytest.mark.parametrize(
    ("name", "state", "text"),
    [
        ("Knots", CheckState.OK, "No other record has this name or address."),
        ("Frames", CheckState.LOOK, "Apart from plurals and brackets, this is already a name of “Python”."),
        ("Pythons (language)", CheckState.OK, "No other record has this name or address. The closest is “Python”."),
    ],
)
def test_a_name_that_is_like_another_is_shown(name, state, text):
    checks = checks_of(Kind.SKILL, 0, Document(Kind.SKILL, "new", {"name": name}, ""))
    assert [(check.state, check.text) for check in checks if check.topic == Topic.NAME] == [(state, text)]


def test_rules_of_writing_stand_at_the_level_and_the_text():
    levels = {1: "You can know it.", 2: "You can use it.", 3: "You can ship it.", 4: "You can teach it."}
    document = replace(of(python(), levels=levels), body="A powerful language.\n")
    checks = checks_of(Kind.SKILL, python().pk, document)
    assert [(check.path, check.text) for check in checks if check.topic == Topic.WRITING] == [
        (("body",), "Has 3 words of body; it should have 80 to 150."),
        (("levels", 1), "Level 1 must begin with “You can”, followed by something that another person could check."),
        (("body",), "“powerful” says nothing that can be checked."),
    ]


def test_a_cycle_is_spelled_out():
    sql = Skill.objects.get(slug="sql")
    assert found(sql, Topic.CYCLES, prerequisites={"python": 1}) == [
        (CheckState.ERROR, ("prerequisites",), "This would make a cycle: python → sql → python.")
    ]


def test_missing_resources_and_units_that_do_not_add_up():
    factories.publish(factories.resource_document("other", skills={"sql": [0, 1]}))
    long = {"id": "b", "do": f"{'x' * 110}. Then more.", "minutes": 30}
    units = {1: [{"id": "a", "read": "other", "minutes": 90}, long]}
    assert found(python(), Topic.RESOURCES, Topic.UNITS, units=units) == [
        (CheckState.LOOK, ("units", 1), "The first unit of level 1 takes more than 60 minutes."),
        (CheckState.LOOK, ("units", 1), "Less than half of the minutes of level 1 are do or build."),
        (
            CheckState.LOOK,
            ("units", 1, 0),
            "“Other” isn’t a resource for this skill: add the skill to it, or choose another one.",
        ),
        (
            CheckState.LOOK,
            ("units", 1, 1),
            "The first sentence has 111 characters; it is the title and should have at most 110.",
        ),
        (CheckState.LOOK, ("resources",), "1 resource; there should be 3."),
    ]
    factories.make_resource("unfinished", name="Unfinished", status="draft", skills={"python": (0, 1)})
    said = [text for _state, _path, text in found(python(), Topic.RESOURCES)]
    assert said == ["2 resources; there should be 3.", "Not published yet: Unfinished."]


def test_a_record_that_is_not_public_yet_is_named_with_its_form():
    draft = factories.make_resource("draft", status="draft")
    units = {1: [{"id": "a", "do": "Try it.", "minutes": 30}, {"id": "b", "read": "draft", "minutes": 30}]}
    checks = checks_of(Kind.SKILL, python().pk, of(python(), units=units))
    (check,) = [check for check in checks if check.topic == Topic.REFERENCES]
    assert (check.state, check.url) == (CheckState.LOOK, f"/admin/catalog/resource/{draft.pk}/change/")


def test_what_is_not_public_is_called_by_its_name():
    factories.make_skill("contracts", status="draft", name="Delivery contracts")
    checks = checks_of(Kind.SKILL, python().pk, of(python(), prerequisites={"contracts": 1}))
    said = "The skill “Delivery contracts” isn’t public yet. It has to be submitted too."
    assert said in [check.text for check in checks]


def test_however_many_that_are_not_public_are_looked_up_in_one_query():
    taken = []
    for names in (["one"], ["two", "three", "four"]):
        for name in names:
            factories.make_skill(name, status="draft")
        needs = dict.fromkeys(names, 1)
        checks_of(Kind.SKILL, python().pk, of(python(), prerequisites=needs))
        with CaptureQueriesContext(connection) as queries:
            checks = checks_of(Kind.SKILL, python().pk, of(python(), prerequisites=needs))
        texts = [check.text for check in checks if check.topic == Topic.REFERENCES and not check.is_ok]
        assert [text.endswith("It has to be submitted too.") for text in texts] == [True] * len(names)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_roles_whose_rules_it_would_break_and_whose_path_gets_longer():
    factories.publish(
        factories.milestone_document("programs", steps=[("python", 2)]),
        factories.role_document("builder", requirements={"python": (2, 5)}, milestones=["programs"]),
    )
    state, path, said = found(python(), Topic.IMPACT, effort=[16.25, 20, 30, 40])[0]
    assert (state, path) == (CheckState.LOOK, ("effort",))
    assert said == "The paths to 2 roles change; the one to AI engineer takes 6 h 15 min longer."
    asked = {"python": {"level": 3, "importance": 5}}
    builder = Role.objects.get(slug="builder")
    assert (
        CheckState.ERROR,
        (),
        "“Builder” would break a rule of milestones: python: no milestone reaches level 3.",
    ) in (found(builder, Topic.MILESTONES, requirements=asked))


def test_learners_are_counted_and_not_named():
    learner = User.objects.create_user("lena@example.org")
    services.assess(learner=learner, skill=python(), level=1, now=timezone.now())
    texts = [text for _, _, text in found(python(), Topic.IMPACT)]
    assert texts == [
        "On the path to 1 role, in 0 milestones, and needed first by 0 skills.",
        "Learners who have a level: 1.",
    ]


def test_an_address_that_no_one_opened():
    book = Resource.objects.get(slug="book")
    assert found(book, Topic.ADDRESS, checked_on=None)[0][:2] == (CheckState.LOOK, ("checked_on",))


def test_a_check_is_a_value():
    assert PublishingCheck(Topic.NAME, "Free.") == PublishingCheck(Topic.NAME, "Free.")
