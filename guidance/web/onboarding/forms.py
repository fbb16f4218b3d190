"""The forms of onboarding."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import LEVELS
from guidance.matching.service import MAX_TEXT
from guidance.progress.placement import ANSWERS
from guidance.web.forms import RecordField, show
from guidance.web.onboarding.drafts import ZERO
from guidance.web.plan.forms import DeadlineField, GoalForm, hours_field


class BeginField(RecordField):
    """A field for a background, which may be left empty."""

    def show(self, snapshot: Snapshot) -> None:
        super().show(snapshot)
        self.choices = [*cast(list[Any], self.choices), (ZERO, _("Starting from zero"))]


class BeginForm(forms.Form):
    """The background and the goal. They are read from the URL of a page, so that every starting point of a plan has a URL;
    missing parameters leave the draft unchanged."""

    role = RecordField(Kind.ROLE, label=_("You want to be"), required=False)
    industry = RecordField(Kind.INDUSTRY, nothing=_("Any industry"), label=_("In"), required=False)
    hours_per_week = hours_field(label=_("Hours a week"), required=False)

    def __init__(self, *args: Any, snapshot: Snapshot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["from"] = BeginField(Kind.STARTING_POINT, label=_("You are"), required=False)
        show(self, snapshot)

    @property
    def asked(self) -> bool:
        """Returns whether the URL has any of the parameters."""
        return any(name in self.data for name in self.fields)


class DeadlineForm(forms.Form):
    """A deadline. If the field is empty, the deadline is removed."""

    deadline = DeadlineField(required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(DeadlineField, self.fields["deadline"]).today = today


class FirstGoalForm(GoalForm):
    """The goal form without the fields that matter only to learners with a plan."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["weekly_target"]


class CVForm(forms.Form):
    cv = forms.CharField(
        label=_("Your CV"),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the text of your CV.")},
    )

    def clean_cv(self) -> str:
        text: str = self.cleaned_data["cv"].replace("\r\n", "\n")
        if len(text) > MAX_TEXT:
            more = len(text) - MAX_TEXT
            message = ngettext(
                "This is %(more)s character over the limit of 100,000. Remove parts that don’t name skills.",
                "This is %(more)s characters over the limit of 100,000. Remove parts that don’t name skills.",
                more,
            )
            raise ValidationError(message, code="too_long", params={"more": f"{more:,}"})
        return text


def level_field(label: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(number, f"{number} {name}") for number, name in enumerate(LEVELS)],
        error_messages={
            "required": _("Choose one of the levels."),
            "invalid_choice": _("A level is a number from 0 to 4."),
        },
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[(answer, answer) for answer in ANSWERS],
        error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose one of the four answers.")},
    )


class LevelsForm(forms.Form):
    """A level for each skill; a skill that is missing keeps the level that was shown. The page sends the levels that it showed
    along, so that `changed_data` are the skills that were changed on it."""

    def __init__(self, data: Any = None, *, levels: Mapping[str, int]) -> None:
        super().__init__(data, prefix="level")
        self.shown = levels
        for slug, level in levels.items():
            field = self.fields[slug] = level_field()
            field.initial, field.required, field.show_hidden_initial = level, False, True

    @property
    def levels(self) -> dict[str, int]:
        """Returns the levels of a valid form."""
        return {
            slug: level if (level := self.cleaned_data[slug]) != "" else before for slug, before in self.shown.items()
        }
