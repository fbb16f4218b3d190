"""Forms of the proof page: its content and address, and a report about a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guidance.progress.models import MAX_PROOF_NAME, MAX_REPORT, ProofPage
from guidance.progress.models.base import no_email_address


class ProofForm(forms.Form):
    """Has the same fields as the service, so that an error from the service is shown at its field."""

    name = forms.CharField(
        label=_("Name in the address"),
        required=False,
        max_length=MAX_PROOF_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_(
            "Lowercase letters, digits and hyphens, like lena-example. It stays yours. Leave empty for a "
            "secret address that no one can guess."
        ),
    )
    display_name = forms.CharField(
        label=_("Your name on the page"),
        required=False,
        max_length=80,
        validators=[no_email_address()],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Leave empty to show no name. Your email address is never shown."),
    )
    shows_role = forms.BooleanField(label=_("The role in your goal"), required=False)
    shows_readiness = forms.BooleanField(label=_("Your readiness for it, split by source"), required=False)
    shows_projects = forms.BooleanField(label=_("Your projects that have a link to the work"), required=False)
    shows_certificates = forms.BooleanField(label=_("Your certificates"), required=False)
    skills = forms.ChoiceField(
        label=_("Skills"),
        choices=ProofPage.ShownSkills.choices,
        widget=forms.RadioSelect,
        required=True,
        help_text=_(
            "“All levels” includes those you set, those of the background you picked (both marked “not checked”), and those that "
            "your other skills need (“implied”)."
        ),
    )

    SECTIONS = ("shows_role", "shows_readiness", "shows_projects", "shows_certificates")

    @property
    def sections(self) -> list[Any]:
        return [self[name] for name in self.SECTIONS]


class ReportForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong with this page?"),
        max_length=MAX_REPORT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Tell us what is wrong with the page.")},
        help_text=_("Don’t write anything about yourself: we can’t answer."),
    )
