import re

import pytest
from django import forms

from guidance.web.forms import FieldError, RecordSelect, Summary, summary_of

CHOICES = [("", "None"), ("Tools & more", [("git", "Git <1>"), ("sql", "SQL")]), ("quoted", 'A "quoted" one')]


def parts(html: str) -> list[list[str]]:
    """The tags and texts of HTML; the attributes of each tag are sorted."""
    found = re.findall(r"<[^>]*>|[^<>]+", html)
    return [sorted(part.strip("<>").split()) for part in found if part.strip()]


@pytest.mark.parametrize("value", ["", "git", "quoted", "unknown"])
@pytest.mark.parametrize("attrs", [{"id": "id_skill", "required": True}, {"aria-invalid": "true", "required": False}])
def test_record_select_is_djangos_select(value, attrs):
    ours, theirs = (widget(choices=CHOICES).render("skill", value, attrs) for widget in (RecordSelect, forms.Select))
    assert parts(ours) == parts(theirs)


class Form(forms.Form):
    name = forms.CharField(label="Name")
    days = forms.MultipleChoiceField(label="Days", choices=[("1", "Mon")], widget=forms.CheckboxSelectMultiple)
    event_id = forms.UUIDField(widget=forms.HiddenInput)


def test_summary_is_none_without_errors():
    sent = {"name": "Noor", "days": ["1"], "event_id": "e1c9b6a4-7f0f-4f9b-9c3e-0c2f64d1e9aa"}
    assert summary_of(Form(sent)) is None
    assert summary_of(Form()) is None
    assert summary_of("") is None  # a template without the form


def test_summary_leads_to_fields_and_names_what_no_field_shows():
    form = Form({"event_id": "none"}, auto_id="it_%s")
    form.add_error(None, "Too late.")
    required = "This field is required."
    assert summary_of(form) == Summary(
        fields=[FieldError("it_name", "Name", required), FieldError("it_days", "Days", required)],
        others=["Too late.", "Enter a valid UUID."],
    )


def test_summary_includes_the_parts_of_a_form():
    form = Form({"name": "Noor", "days": ["1"], "event_id": "e1c9b6a4-7f0f-4f9b-9c3e-0c2f64d1e9aa"})
    form.parts = [Form({}, prefix="two")]
    assert [error.id for error in summary_of(form).fields] == ["id_two-name", "id_two-days"]
