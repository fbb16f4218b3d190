"""The learner's account as far as it is not about logging in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User, time_zones


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    class Meta:
        model = User
        fields = ("name", "time_zone")
        labels = {"name": _("What we call you"), "time_zone": _("Time zone")}
        help_texts = {
            "name": _("Shown to you alone."),
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
        # One that has gone out of use stays choosable for whoever has it.
        places += [self.instance.time_zone] if self.instance.time_zone not in places else []
        field.choices = [(name, name.replace("_", " ")) for name in dict.fromkeys(["UTC", *places])]  # type: ignore[attr-defined]


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, delete my account and everything in it."),
        error_messages={"required": _("Tick the box to say that you mean it.")},
    )
