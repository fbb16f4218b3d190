"""What is wrong with a form, for the summary at its top (web/parts/errors.html)."""

from dataclasses import dataclass

from django.forms import BaseForm, BoundField


@dataclass(frozen=True, slots=True)
class FieldError:
    id: str  # of the element to lead to
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    fields: list[FieldError]
    others: list[str]  # of no field that can be seen


def summary_of(form: BaseForm | object) -> Summary | None:
    """None without a form or errors. A form that is made of others names them in `parts`."""
    if not isinstance(form, BaseForm):  # a page that shows the form only sometimes
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
    """The first control; a set of controls has the field's own id."""
    return field.id_for_label or field.auto_id
