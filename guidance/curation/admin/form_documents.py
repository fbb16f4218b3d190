"""The document that a posted form describes. Nothing is written; invalid values of the form are left out of the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from guidance.catalog.documents import Document, canonical
from guidance.catalog.fields import Path
from guidance.catalog.models import Record
from guidance.catalog.rows import Link, Row, columns_of, data_of, links_of
from guidance.curation.admin.check_item_problems import ItemError
from guidance.curation.admin.forms import slug_of
from guidance.curation.naming import record_names


class LevelError(ValidationError):
    """Raised if a level has no value."""

    def __init__(self, message: Any, level: int) -> None:
        super().__init__(message)
        self.level = level


@dataclass(frozen=True)
class PostedForm:
    document: Document
    # The form's own errors, each with the part of the form. Errors about empty fields of the record are left out.
    errors: list[tuple[Path, str, str]]
    rows: Mapping[str, Sequence[Any]]  # by document key, the forms of the rows that are in the document

    def in_form(self, path: Path) -> Path:
        """Returns the place of a document's value in the form.

        For a value in a row, this includes the prefix of the row's form, such as `("units", "units-3")`.
        """
        forms = self.rows.get(str(path[0]), ()) if path else ()
        number = path[-1] if len(path) > 1 else None
        if len(path) > 2:  # rows grouped by level
            forms = [form for form in forms if form.instance.level == path[1]]
        if not isinstance(number, int) or len(path) > 3 or number >= len(forms):
            return path
        return path[0], forms[number].prefix


def keys_by_field(kind: str) -> dict[str, str]:
    """Returns the document keys of the form fields with a column, by field name."""
    return {name.removesuffix("_id"): stored.key for stored in columns_of(kind) for name in stored.names}


def document_of_form(model_admin: Any, request: HttpRequest, record: Record | None) -> PostedForm:
    """Returns the valid part of the document that the posted form of `record`, or of a new record, describes."""
    model: type[Record] = model_admin.model
    keys = keys_by_field(model.KIND)
    form_class = model_admin.get_form(request, record, change=record is not None)
    form = form_class(request.POST, instance=model.objects.get(pk=record.pk) if record is not None else model())
    form.is_valid()
    errors = [
        (_path(keys.get(name, name), error), message, _about(form, name, error))
        for name, message, error in _messages(form)
    ]
    links = {link.model: link for link in links_of(model.KIND)}
    posted: dict[Any, list[Any]] = {}
    owner = model(slug=form.instance.slug)
    owner.pk = form.instance.pk
    for formset_class, inline in model_admin.get_formsets_with_inlines(request, record):
        if inline.model not in links:
            continue
        forms = _posted_forms(formset_class, formset_class.get_default_prefix(), request.POST, owner)
        posted[inline.model] = [each for each in forms if each.is_valid()]
        key = links[inline.model].key
        errors += [
            ((key, each.prefix, name), message, _about(each, name, error))
            for each in forms
            for name, message, error in _messages(each, is_row=True)
        ]
    owned = {(key.key, form.instance.pk): _rows(key, form, posted) for key in links.values()}
    data = data_of(form.instance, owned, record_names().slugs)
    slug = str(form.cleaned_data.get("slug") or slug_of(str(form.cleaned_data.get("name", ""))))
    document = Document(model.KIND, slug, canonical(model.KIND, data), _body(form.instance.body))
    return PostedForm(document, errors, {link.key: posted.get(link.model, ()) for link in links.values()})


def _path(key: str, error: ValidationError) -> Path:
    if isinstance(error, LevelError):
        return (key, error.level)
    return error.path(key) if isinstance(error, ItemError) else (key,)


def _about(form: Any, name: str, error: ValidationError) -> str:
    """Returns the part of the form that is wrong, by its name in the form; empty for the form as a whole."""
    if isinstance(error, ItemError):
        return error.about
    return capfirst(str(form.fields[name].label or "")) if name in form.fields else ""


def _messages(form: Any, *, is_row: bool = False) -> list[tuple[str, str, ValidationError]]:
    """Returns the errors by field name. Missing values of a record are left to its publishing checks; an incomplete row is not in
    the document."""
    found = []
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if error.code != "required":
                found += [(name, str(message), error) for message in error.messages]
            elif is_row:
                found.append((name, gettext("“%s” is empty.") % capfirst(str(form.fields[name].label)), error))
    return found


def _body(text: str) -> str:
    text = text.replace("\r\n", "\n").strip("\n")
    return text + "\n" if text else ""


def _rows(link: Link, form: Any, posted: dict[Any, list[Any]]) -> list[Row]:
    if link.model in posted:
        rows = [_row(link, each) for each in posted[link.model]]
        # The document refers to these rows by slug.
        return [*{row[0]: row for row in rows}.values()] if link.inner else rows
    if link.field.link in form.cleaned_data:  # a many-to-many field
        return [(chosen.pk,) for chosen in form.cleaned_data[link.field.link]]
    if form.instance.pk is None or link.field.link in form.fields:
        return []
    return link.stored([form.instance.pk]).get(form.instance.pk, [])


def _row(link: Link, form: Any) -> Row:
    row = tuple(getattr(form.instance, name) for name in link.names)
    inner = (
        tuple(tuple(getattr(member, name) for name in within.names) for member in form.cleaned_data["members"])
        for within in link.inner
    )
    return (*row, *inner)


def _posted_forms(formset_class: Any, prefix: str, data: QueryDict, owner: Record) -> list[Any]:
    """Returns the rows of a formset that are not deleted, in the order that they specify. All are read as new rows, since the
    rows in the database may have changed."""
    copy = data.copy()
    count = str(data.get(f"{prefix}-INITIAL_FORMS", "0"))
    copy[f"{prefix}-INITIAL_FORMS"] = "0"
    formset = formset_class(copy, instance=owner, prefix=prefix, queryset=formset_class.model._default_manager.none())
    if not formset.management_form.is_valid():
        return []
    for number in range(len(formset.forms)):
        copy.pop(f"{prefix}-{number}-{formset_class.model._meta.pk.name}", None)
    stored = int(count) if count.isdecimal() and len(count) < 6 else 0
    for number, form in enumerate(formset.forms[:stored]):
        if "place" in form.fields:
            form.fields["place"].initial = number + 1
    for form in formset.forms:  # including those of rows in the database
        form.validate_unique = form.validate_constraints = _pass
    formset.is_valid()
    forms = [
        form
        for number, form in enumerate(formset.forms)
        if (form.has_changed() or number < stored) and not form.cleaned_data.get("DELETE")
    ]
    return sorted(forms, key=formset._place) if hasattr(formset, "_place") else forms


def _pass() -> None:
    pass
