"""The form with which readers report something."""

import time
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.models import Kind
from guidance.curation.inbox import MAX_LINKS
from guidance.curation.models import MAX_REPORT, ReaderReport

MIN_SECONDS = 2  # minimum time in which a person fills in the form
SALT = "reader-report"
UNIT = "unit"  # prefix of the keys of units


class CorrectionForm(forms.Form):
    """The form of a report. `is_suspect` is whether a visitor without an account filled in the form the way a program would. Such
    a report is not rejected."""

    about = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    topic = forms.ChoiceField(
        label=gettext_lazy("What kind of report is it?"),
        choices=ReaderReport.ReportTopic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of report it is.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What is wrong, and what would be right? Or: what is your idea?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Quote the words you mean. If you know a source, add a link to it. At most 2,000 characters."
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your email address, if you want an answer"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We use it only for this answer. Without it, we can’t tell you the outcome of your report."
        ),
    )
    # The page hides this field, so only programs fill it in.
    website = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    event_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, subjects: list[tuple[str, str]], has_account: bool, initial: dict[str, Any]
    ) -> None:
        shown = signing.dumps(int(time.time()), salt=SALT)
        first = {"event_id": uuid4(), "shown": shown, "about": subjects[0][0]}
        super().__init__(data, initial=first | initial, auto_id="report-%s")
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = subjects
        if has_account:
            del self.fields["email"], self.fields["website"]

    def clean_event_id(self) -> Any:
        return self.cleaned_data["event_id"] or uuid4()

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        about = self.cleaned_data.get("about", "")
        if text and about.startswith(f"{UNIT}:"):
            text = f"{dict(self.fields['about'].choices)[about]}: {text}"  # type: ignore[attr-defined]
        if len(text) > MAX_REPORT:
            message = _("Your text has {count} characters. Shorten it to {limit}.")
            raise forms.ValidationError(message.format(count=f"{len(text):,}", limit=f"{MAX_REPORT:,}"))
        return str(text)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        is_dead_resource = found.get("topic") == ReaderReport.ReportTopic.DEAD_LINK and str(
            found.get("about", "")
        ).startswith(f"{Kind.RESOURCE}:")
        if "text" in found and not found["text"] and not is_dead_resource:
            self.add_error("text", _("Tell us what is wrong, in a sentence or two."))
        return found

    @property
    def is_suspect(self) -> bool:
        if "email" not in self.fields:
            return False
        found = self.cleaned_data
        return bool(found["website"]) or found["text"].count("://") > MAX_LINKS or self._was_quick(found["shown"])

    def _was_quick(self, shown: str) -> bool:
        try:
            return bool(time.time() - signing.loads(shown, salt=SALT) < MIN_SECONDS)
        except (signing.BadSignature, TypeError):
            return True


def wait_text(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    text = ngettext(
        "There were too many reports from your account or network. Yours isn’t sent yet: send it again in {n} minute.",
        "There were too many reports from your account or network. Yours isn’t sent yet: send it again in {n} minutes.",
        minutes,
    )
    return text.format(n=minutes)
