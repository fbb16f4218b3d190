"""What a new access token is for, what it may do, and for how long."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import AccessToken

DAYS = (7, 30, 90)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("Such as “weekly report”. By this you know it when you look for the one to revoke."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give it a name.")},
    )
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=[
            (AccessToken.Scope.READ, _("Read what you keep here")),
            (AccessToken.Scope.WRITE, _("Read and change what you keep here")),
        ],
        widget=forms.RadioSelect,
        initial=AccessToken.Scope.READ,
        error_messages={"required": _("Choose what it may do.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long does it work?"),
        coerce=int,
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS],
        initial=30,
    )
