"""Forms of the account: profile, deletion, import of an export, and access tokens."""

import binascii
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import AccessToken, User, time_zones
from guidance.personal_data import restore


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = User
        fields = ("name", "time_zone")
        labels = {"name": _("What we call you"), "time_zone": _("Time zone")}
        help_texts = {
            "name": _("Only you see it."),
            "time_zone": _("It decides when your day and your week begin."),
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    time_zone = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        field.label, field.help_text = self.Meta.labels["time_zone"], self.Meta.help_texts["time_zone"]
        places = sorted(
            name for name in time_zones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
        )
        # A time zone that is no longer in use stays available to learners who have it.
        places += [self.instance.time_zone] if self.instance.time_zone not in places else []
        field.choices = [(name, name.replace("_", " ")) for name in dict.fromkeys(["UTC", *places])]  # type: ignore[attr-defined]


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, delete my account and everything in it."),
        error_messages={"required": _("Tick the box to confirm that you want to delete your account.")},
    )


MAX_MEGABYTES = restore.MAX_BYTES // 2**20
MAX_CARRIED = 1_000_000  # maximum characters of a form, apart from files (DATA_UPLOAD_MAX_MEMORY_SIZE)
MAX_CARRIED_SECONDS = 3600
TOO_LARGE = _("This file is larger than {n} MB. No Waymark export is that large.")
TOO_MUCH_TO_CARRY = _(
    "This history is too long to import on this page. Import it through the API: POST /api/v1/me/import/."
)


class ImportForm(forms.Form):
    """Accepts an export file, to preview what importing it would add."""

    file = forms.FileField(
        label=_("Your JSON file"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": _("Choose the JSON file that you downloaded from Waymark."),
            "empty": _("This file is empty."),
        },
    )

    def clean_file(self) -> Any:
        """Returns the content of the file, parsed as JSON."""
        file = self.cleaned_data["file"]
        if file.size > restore.MAX_BYTES:
            raise ValidationError(str(TOO_LARGE).format(n=MAX_MEGABYTES), code="too_large")
        file.seek(0)  # the file is read again if the request is repeated
        return restore.load(file.read())


class ConfirmForm(forms.Form):
    """Confirms the import of the same file. The page carries the content, so nothing is stored unless the learner confirms."""

    carried = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, learner: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.learner = learner

    @classmethod
    def carrying(cls, data: Any, learner: User) -> "ConfirmForm | None":
        """Returns the form that contains `data`; None if the data is too large for a form."""
        carried = signing.dumps(data, salt=_salt(learner), compress=True)
        return cls(initial={"carried": carried}, learner=learner) if len(carried) <= MAX_CARRIED else None

    def clean_carried(self) -> Any:
        try:
            return signing.loads(self.cleaned_data["carried"], salt=_salt(self.learner), max_age=MAX_CARRIED_SECONDS)
        except (signing.BadSignature, binascii.Error, ValueError):
            raise ValidationError(
                _("This page has been open for too long. Choose the file again."), code="old"
            ) from None


def _salt(learner: User) -> str:
    """Ties the signature to the learner, so that no one else can use it."""
    return f"an import of {learner.pk}"


TOKEN_DAYS = (7, 30, 90, 365)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("For example “weekly report”, so that you recognise it later."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give it a name.")},
    )
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=[
            (AccessToken.Scope.READ, _("Read your data")),
            (AccessToken.Scope.WRITE, _("Read and change your data")),
        ],
        widget=forms.RadioSelect,
        initial=AccessToken.Scope.READ,
        error_messages={"required": _("Choose what it may do.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long is it valid?"),
        coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in TOKEN_DAYS],
        initial=30,
    )
