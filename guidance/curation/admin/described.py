"""Form fields for the values of a record that have neither a column nor rows: they are in `data`, and only the kind describes
them."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTextareaWidget, AdminTextInputWidget
from django.forms import ModelForm
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guidance.catalog.containers import Items
from guidance.catalog.documents import render_value
from guidance.catalog.fields import Day, Field, Flag, Invalid, Number, OneOf, Text
from guidance.catalog.kinds.check_items import ItemField
from guidance.catalog.rows import unstored
from guidance.curation.admin.check_item_fields import ItemsField
from guidance.curation.admin.forms import Lines
from guidance.curation.record_files import from_yaml


def form_for(kind: str, base: Any) -> Any:
    """Returns the form of a kind: `base` plus the fields that `base` lacks."""
    described = unstored(kind)
    if not described:
        return base
    fields: dict[str, Any] = {key: form_field(field) for key, field in described.items()}
    return type(base)(base.__name__, (DescribedForm, base), {**fields, "described": described})


class DescribedForm(ModelForm):  # type: ignore[type-arg]
    described: dict[str, Field] = {}  # set by `form_for`

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key, field in self.described.items():
            if key in self.instance.data:
                self.initial.setdefault(key, _shown(field, field.from_json(self.instance.data[key])))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        values = {}
        for key, field in self.described.items():
            raw = cleaned.get(key)
            if raw in (None, "", []):
                continue
            problems: list[Invalid] = []
            try:
                given = from_yaml(raw) if isinstance(raw, str) and not field.is_text else raw
                canonical = field.check(given, (key,), problems)
            except (Invalid, ValueError) as error:
                self.add_error(key, capfirst(str(error)) + ".")
                continue
            say = getattr(self.fields[key], "say", _said)
            for said in filter(None, map(say, problems)):
                self.add_error(key, said)
            if canonical != field.default:
                values[key] = field.to_json(canonical)
        self.instance.data = values
        return cleaned


def _said(problem: Invalid) -> str:
    return capfirst(str(problem)) + "."


def form_field(field: Field) -> Any:
    options: dict[str, Any] = {
        "label": capfirst(field.label or field.key.replace("_", " ")),
        "required": field.required and not field.optional_in_draft,
        "help_text": field.help,
    }
    match field:
        case Flag():
            return forms.BooleanField(**{**options, "required": False})
        case OneOf():
            return forms.ChoiceField(
                choices=[("", "---------"), *((value, value) for value in field.values)], **options
            )
        case Number():
            number: Any = forms.IntegerField if field.whole else forms.FloatField
            return number(min_value=field.low, max_value=field.high, **options)
        case Day():
            return forms.DateField(widget=AdminDateWidget, **options)
        case Items(item=ItemField()):
            return ItemsField(**{**options, "help_text": field.help or _("Open a question to change it.")})
        case Items(item=Text()):
            return Lines(**{**options, "help_text": field.help or _("One per line.")})
    if field.is_text:
        is_short = isinstance(field, Text) and field.maximum
        return forms.CharField(widget=AdminTextInputWidget if is_short else AdminTextareaWidget, **options)
    written = _("Written as in the document, such as {example}.").format(example="{python: 2, sql: 1}")
    return forms.CharField(widget=AdminTextareaWidget, **{**options, "help_text": field.help or written})


def _shown(field: Field, value: Any) -> Any:
    """Returns a canonical value as the form shows it."""
    is_plain = field.is_text or isinstance(field, Flag | Number | Day)
    is_plain = is_plain or isinstance(getattr(field, "item", None), Text | ItemField)
    return value if is_plain else render_value(field, field.check(value, (), []))  # with the keys in their order
