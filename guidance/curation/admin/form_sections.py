"""The sections of a record's form: which fields and rows belong together, and how many of the publishing checks are about each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guidance.catalog.rows import links_of
from guidance.curation.admin.form_documents import keys_by_field
from guidance.curation.publishing_checks import CheckState, PublishingCheck

type Fields = Sequence[str | tuple[str, ...]]

MAX_OPEN_ROWS = 5
DEFAULT_TEMPLATE = "admin/curation/form_fields.html"


@dataclass(frozen=True)
class FormSection:
    """A section as declared by the admin of a kind."""

    key: str  # name of its anchor
    title: str | Promise
    fields: Fields = ()
    inlines: tuple[type, ...] = ()
    help: str | Promise = ""
    template: str = DEFAULT_TEMPLATE
    max_open_rows: int = MAX_OPEN_ROWS  # with more rows, the section is folded when the page opens
    also: tuple[str, ...] = ()  # keys of publishing checks about it, in addition to those of its fields and rows


@dataclass
class ShownSection:
    """A section as a page shows it."""

    declared: FormSection
    fieldset: Any
    formsets: list[Any]
    keys: frozenset[str]
    notes: list[PublishingCheck] = field(default_factory=list)  # the publishing checks about it that found a problem
    is_commented: bool = False  # whether it has an unresolved comment

    @property
    def errors(self) -> int:
        return sum(check.state == CheckState.ERROR for check in self.notes)

    @property
    def looks(self) -> int:
        return len(self.notes) - self.errors

    @property
    def is_long(self) -> bool:
        """Returns whether the rows of the section are folded when the page opens."""
        rows: int = sum(formset.formset.initial_form_count() for formset in self.formsets)
        return rows > self.declared.max_open_rows

    @property
    def form_errors(self) -> int:
        found: int = sum(bool(line.errors()) for line in self.fieldset) if self.fieldset is not None else 0
        rows: int = sum(formset.formset.total_error_count() for formset in self.formsets)
        return found + rows


def form_sections(declared: Sequence[FormSection], fields: Sequence[Any], inlines: Sequence[type]) -> list[FormSection]:
    """Returns the declared sections plus everything that they leave out: fields go to the first section, rows to separate
    sections at the end."""
    named = set(_flat(name for section in declared for name in section.fields))
    rest = [name for name in _flat(fields) if name not in named]
    sections = list(declared) or [FormSection("basics", _("Basics"))]
    if rest:
        sections[0] = replace(sections[0], fields=[*sections[0].fields, *rest])
    placed = {inline for section in sections for inline in section.inlines}
    others = []
    for inline in inlines:
        if inline not in placed:
            model: Any = inline.model  # type: ignore[attr-defined]
            title = capfirst(model._meta.verbose_name_plural)
            others.append(FormSection(model._meta.model_name, title, inlines=(inline,)))
    return [sections[0], *others, *sections[1:]]


def shown_sections(
    kind: str, sections: Sequence[FormSection], adminform: Any, formsets: Iterable[Any]
) -> list[ShownSection]:
    """Returns the sections as the page shows them. `adminform` has a fieldset for each section with fields, in the order of the
    sections."""
    fieldsets, by_inline = iter(adminform), {type(formset.opts): formset for formset in formsets}
    return [
        ShownSection(
            section,
            next(fieldsets) if section.fields else None,
            [by_inline[inline] for inline in section.inlines if inline in by_inline],
            frozenset(_keys(kind, section)),
        )
        for section in sections
    ]


def _keys(kind: str, section: FormSection) -> Iterator[str]:
    """Yields the document keys that the section covers."""
    keys = keys_by_field(kind)
    for name in _flat(section.fields):
        yield keys.get(name, name)
    models = {inline.model for inline in section.inlines}  # type: ignore[attr-defined]
    yield from (link.key for link in links_of(kind) if link.model in models)
    yield from section.also


def _flat(fields: Iterable[Any]) -> Iterator[str]:
    for name in fields:
        if isinstance(name, str):
            yield name
        else:
            yield from _flat(name)


def place_checks(sections: Sequence[ShownSection], checks: Iterable[PublishingCheck]) -> None:
    """Adds the publishing checks to the sections they are about. A check about no particular section is only in the list of all
    checks."""
    for check in checks:
        if check.state != CheckState.OK and not check.about:  # others are shown at the part itself
            for section in sections:
                if check.field in section.keys:
                    section.notes.append(check)
