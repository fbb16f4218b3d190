"""Other hours, or another deadline, for a goal that stays what it is."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guidance.progress.standing import Goal
from guidance.web.forms.goal import DeadlineField, hours_field


class HoursForm(forms.Form):
    """For a look at a plan with other hours."""

    hours_per_week = hours_field(label=_("Hours a week"))


class AdjustForm(forms.Form):
    """What is not in the data stays; an empty deadline takes it away."""

    hours_per_week = hours_field(required=False)
    deadline = DeadlineField(required=False)
    shorter = forms.NullBooleanField(required=False, widget=forms.HiddenInput)  # whether to take the shorter way

    def changes(self, goal: Goal, today: date) -> dict[str, Any]:
        """Hours and deadline of the goal after a valid form. A deadline that is over is not kept: no goal may have one."""
        chosen = self.cleaned_data
        kept = goal.deadline if goal.deadline and goal.deadline >= today else None
        return {
            "hours_per_week": chosen["hours_per_week"] or goal.hours_per_week,
            "deadline": chosen["deadline"] if "deadline" in self.data else kept,
        }
