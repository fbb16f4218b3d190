"""A published record of the catalogue as a choice, by its slug."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guidance.catalog.snapshot import Snapshot


class RecordField(forms.ChoiceField):
    """A renamed or merged record is found under its old slug. `show` has to be called before anything else."""

    default_error_messages = {
        "invalid_choice": _("We do not know this one. Choose from the list."),
        "gone": _("This one has been retired. Choose another."),
    }

    def __init__(self, kind: str, *, nothing: Any, **options: Any) -> None:
        """`nothing`: what it says when none is chosen."""
        super().__init__(**options)
        self.kind, self.nothing = kind, nothing

    def show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        records = snapshot.of_kind(self.kind)
        self.choices = [("", self.nothing), *((slug, record.name) for slug, record in records.items())]

    def to_python(self, value: Any) -> str:
        slug = super().to_python(value)
        return self.snapshot.redirects.get((self.kind, slug), slug)

    def bound_data(self, data: Any, initial: Any) -> str:
        return self.to_python(data)

    def validate(self, value: str) -> None:
        if (self.kind, value) in self.snapshot.gone:
            raise ValidationError(self.error_messages["gone"], code="gone")
        super().validate(value)
