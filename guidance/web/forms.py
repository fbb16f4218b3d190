"""Shared parts of forms: a summary of their errors (web/parts/errors.html), and published records as choices."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from guidance.catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class FieldError:
    id: str  # of the element that the link leads to
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    fields: list[FieldError]
    others: list[str]  # errors that belong to no visible field


def summary_of(form: BaseForm | object) -> Summary | None:
    """Returns the summary of a form's errors; None without a form or errors. A form that consists of other forms lists them in
    `parts`."""
    if not isinstance(form, BaseForm):  # a page that shows the form only in some cases
        return None
    forms = [form, *getattr(form, "parts", ())]
    others = [str(text) for one in forms for text in one.non_field_errors()]
    others += [str(text) for one in forms for field in one.hidden_fields() for text in field.errors]
    fields = [
        FieldError(_id(field), str(field.label), str(text))
        for one in forms
        for field in one.visible_fields()
        for text in field.errors
    ]
    return Summary(fields, others) if fields or others else None


def _id(field: BoundField) -> str:
    """Returns the id of the first control; a group of controls has the field's own id."""
    return field.id_for_label or field.auto_id


def show(form: forms.Form, snapshot: Snapshot) -> None:
    """Fills every record field with its choices."""
    for field in form.fields.values():
        if isinstance(field, RecordField):
            field.show(snapshot)


class RecordSelect(forms.Select):
    """Renders the same markup as Django's widget, but without its two templates per option, which take most of the time on a page
    with hundreds of options."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        groups = []
        for name, options, _index in widget["optgroups"]:
            rows = ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
            shown = format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
            groups.append((format_html('<optgroup label="{}">{}</optgroup>', name, shown) if name else shown,))
        shown = format_html_join("\n", "{}", groups)
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), shown)


class RecordField(forms.ChoiceField):
    """A field for a record. A renamed or merged record is found by its old slug. Call `show` before anything else."""

    widget = RecordSelect

    default_error_messages = {
        "invalid_choice": _("We don’t recognise that. Choose from the list."),
        "gone": _("This one has been retired. Choose another."),
    }

    def __init__(self, kind: str, *, nothing: Any = None, **options: Any) -> None:
        """`nothing`: label of the empty choice. Without it there is no empty choice."""
        super().__init__(**options)
        self.kind, self.nothing = kind, nothing

    def show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        none = [] if self.nothing is None else [("", self.nothing)]
        self.choices = [*none, *((slug, record.name) for slug, record in snapshot.of_kind(self.kind).items())]

    def to_python(self, value: Any) -> str:
        slug = super().to_python(value)
        return self.snapshot.latest_slug(self.kind, slug)

    def bound_data(self, data: Any, initial: Any) -> str:
        return self.to_python(data)

    def validate(self, value: str) -> None:
        if (self.kind, value) in self.snapshot.gone:
            raise ValidationError(self.error_messages["gone"], code="gone")
        super().validate(value)
