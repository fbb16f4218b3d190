"""Rows that are half filled in, or belong to a proposal: errors are shown at the field, and no input is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from guidance.catalog.models import Resource, Role, Skill
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    unit = {"id": "try-it", "do": "Try.", "minutes": 60}
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", aliases=["py"], prerequisites={"sql": 1}, units={1: [unit]}),
        factories.resource_document("book", skills={"python": [0, 2]}),
        factories.role_document(requirements={"python": (1, 5)}, milestones=["begin"]),
        factories.milestone_document("begin", steps=[("sql", 1), ("python", 1)]),
    )
    return browser(person("carl"))


def new(*prefixes: str, **data) -> dict:
    counts = {f"{prefix}-INITIAL_FORMS": 0 for prefix in prefixes} | {f"{prefix}-TOTAL_FORMS": 1 for prefix in prefixes}
    return {"name": "Snake charming", "slug": "snake-charming", "record": "", **counts, **data}


def skill_rows(**data) -> dict:
    begun = {"uses-0-from_level": "0", "uses-0-to_level": "2", "prerequisites-0-level": "1"}
    return new("units", "uses", "prerequisites", "aliases", **{**begun, **data})


def test_levels_of_a_resource_and_a_skill_begin_with_0_to_2(carl):
    for kind in ("skill", "resource"):
        page = carl.get(reverse(f"admin:catalog_{kind}_add"))
        [rows] = [each.formset for each in page.context["inline_admin_formsets"] if each.formset.prefix == "uses"]
        assert [rows.empty_form[f"{end}_level"].value() for end in ("from", "to")] == [0, 2]


HALVES = [
    ({"units-0-level": "1"}, "units-0", {"type", "minutes"}),
    ({"units-0-level": "1", "units-0-type": "do", "units-0-minutes": "30"}, "units-0", {"text"}),
    ({"units-0-level": "1", "units-0-type": "read", "units-0-minutes": "30"}, "units-0", {"resource"}),
    ({"units-0-level": "1", "units-0-type": "do", "units-0-minutes": "30", "units-0-text": "…"}, "units-0", {"key"}),
    (
        {
            "units-0-level": "1",
            "units-0-type": "do",
            "units-0-minutes": "30",
            "units-0-text": "Run this:\r\n```\r\nx = 1",
        },
        "units-0",
        {"text"},
    ),
    (
        {"units-0-level": "1", "units-0-type": "do", "units-0-minutes": "30", "units-0-text": "- Run it"},
        "units-0",
        {"text"},
    ),
    ({"prerequisites-0-level": "2"}, "prerequisites-0", {"requires"}),
    ({"aliases-0-needs": "word"}, "aliases-0", {"name"}),
]


@pytest.mark.parametrize(("typed", "prefix", "wrong"), HALVES)
def test_a_half_filled_row_of_a_new_skill_has_its_errors_at_its_fields(carl, typed, prefix, wrong):
    address = reverse("admin:catalog_skill_add")
    response = carl.post(address, skill_rows(**typed))
    assert response.status_code == 200
    forms = [form for each in response.context["inline_admin_formsets"] for form in each.formset.forms]
    assert {form.prefix: set(form.errors) for form in forms if form.errors} == {prefix: wrong}
    checks = carl.post(reverse("admin:catalog_skill_checks"), skill_rows(**typed)).text
    for name in wrong:
        assert f'data-path="{prefix.split("-")[0]}.{prefix}.{name}"' in checks
    assert not Skill.objects.filter(slug="snake-charming").exists()


def test_half_filled_rows_of_other_kinds_have_errors(carl):
    choice = {"choices-0-slug": "cloud", "choices-0-members": "python"}
    role = new("requirements", "choices", "milestone_links", "activities", "neighbours", **choice)
    assert carl.post(reverse("admin:catalog_role_add"), role).status_code == 200
    assert carl.post(reverse("admin:catalog_role_checks"), role).status_code == 200
    twice = {
        f"choices-{n}-{key}": value
        for n in (0, 1)
        for key, value in {"slug": "cloud", "name": "Cloud", "importance": "3", "members": "python 1\nsql 1"}.items()
    }
    checked = carl.post(reverse("admin:catalog_role_checks"), {**role, "choices-TOTAL_FORMS": 2, **twice})
    assert checked.status_code == 200
    assert not Role.objects.filter(slug="snake-charming").exists()


def test_rows_of_a_proposal_are_checked_though_they_are_written_anew(carl):
    python = Skill.objects.get(slug="python")
    assert save(carl, python, **{"units-0-minutes": "40"}).status_code == 302
    assert Proposal.objects.get().proposed.data["units"][1][0]["minutes"] == 40
    form = {**form_of(carl, python), "record": python.pk, "note": "Shorter."}
    assert "Select a valid choice" not in carl.post(reverse("admin:catalog_skill_checks"), form).text


def test_code_in_a_unit_keeps_its_lines_when_a_form_is_saved(carl):
    python = Skill.objects.get(slug="python")
    typed = {"units-0-type": "do", "units-0-resource": "", "units-0-part": ""}
    typed["units-0-text"] = "Count.  Run this:\r\n```python\r\nif x:\r\n    y()\r\n```"
    assert save(carl, python, **typed).status_code == 302
    [unit, *_others] = Proposal.objects.get().proposed.data["units"][1]
    assert unit["do"] == "Count. Run this:\n\n```python\nif x:\n    y()\n```"


def test_what_the_checks_say_of_a_unit_is_at_its_row(carl):
    python = Skill.objects.get(slug="python")
    form = {**form_of(carl, python), "record": python.pk, "units-TOTAL_FORMS": 2}
    factories.publish(factories.resource_document("other-book", skills={"sql": [0, 2]}))
    row = {
        "level": 1,
        "type": "read",
        "minutes": 30,
        "place": 1,
        "resource": Resource.objects.get(slug="other-book").pk,
    }
    form |= {f"units-1-{key}": value for key, value in row.items()}
    assert 'data-path="units.units-1' in carl.post(reverse("admin:catalog_skill_checks"), form).text


def test_a_text_that_is_too_long_is_said_to_be_so_and_not_to_be_empty(carl):
    """Also, a row with an empty field is not reported as missing."""
    said = carl.post(reverse("admin:catalog_skill_checks"), skill_rows(summary="Word " * 40)).text
    assert "at most 160 characters (it has 199)" in said
    assert "“Summary” is empty." not in said
    field = carl.get(reverse("admin:catalog_skill_add")).context["adminform"].form.fields["summary"]
    assert field.widget.attrs["data-most"] == "160"  # but no `maxlength`, which makes browsers cut the text
    assert "maxlength" not in field.widget.attrs
    sql = Skill.objects.get(slug="sql")
    said = carl.post(reverse("admin:catalog_resource_checks"), new("uses", **{"uses-0-skill": sql.pk})).text
    assert "“From level” is empty." in said
    assert "“Skills” is empty." not in said


def test_hours_of_a_level_with_units_are_shown_and_not_asked_for(carl):
    python = Skill.objects.get(slug="python")
    assert save(carl, python, **{"units-0-minutes": "30"}).status_code == 302
    rows = carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).context["adminform"].form.level_rows()
    assert [row["has_units"] for row in rows] == [True, False, False, False]
    assert 'value="0.5"' in rows[0]["hours"]
    assert "readonly" in rows[0]["hours"]
    assert "readonly" not in rows[1]["hours"]
