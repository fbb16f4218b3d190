"""An export that is brought back."""

import binascii
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance import portability

MOST_MEGABYTES = portability.MAX_BYTES // 2**20
MOST_CARRIED = 1_000_000  # characters: what a form may carry besides a file (DATA_UPLOAD_MAX_MEMORY_SIZE)
KEPT_SECONDS = 3600
TOO_LARGE = _("This file is larger than {n} MB, which no export of Waymark is.")
TOO_MUCH_TO_CARRY = _(
    "This is a long history, and too much for a page to carry. The API takes it: POST /api/v1/me/import/."
)


class ImportForm(forms.Form):
    """The file, to look at what it would add."""

    file = forms.FileField(
        label=_("Your JSON file"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": _("Choose the JSON file that you downloaded from Waymark."),
            "empty": _("This file is empty."),
        },
    )

    def clean_file(self) -> Any:
        """What it says, as JSON."""
        file = self.cleaned_data["file"]
        if file.size > portability.MAX_BYTES:
            raise ValidationError(str(TOO_LARGE).format(n=MOST_MEGABYTES), code="too_large")
        file.seek(0)  # it is read again when the request is done again
        return portability.load(file.read())


class ConfirmForm(forms.Form):
    """The same file once more, as it was looked at: the page carries it, so that nothing is kept of what is not wanted."""

    carried = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, learner: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.learner = learner

    @classmethod
    def carrying(cls, data: Any, learner: User) -> "ConfirmForm | None":
        """None for what is too much to carry."""
        carried = signing.dumps(data, salt=_salt(learner), compress=True)
        return cls(initial={"carried": carried}, learner=learner) if len(carried) <= MOST_CARRIED else None

    def clean_carried(self) -> Any:
        try:
            return signing.loads(self.cleaned_data["carried"], salt=_salt(self.learner), max_age=KEPT_SECONDS)
        except (signing.BadSignature, binascii.Error, ValueError):
            raise ValidationError(
                _("This page has been open for too long. Choose the file again."), code="old"
            ) from None


def _salt(learner: User) -> str:
    """So that it says nothing to anybody else."""
    return f"an import of {learner.pk}"
