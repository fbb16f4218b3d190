"""Forms about one skill or project: time, level, evidence, a note, work done.

They have the same fields as the services, so that an error from a service is shown at its field.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator, URLValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.progress.learner_state import LearnerState
from guidance.progress.models import MAX_CERTIFICATE, MAX_TEXT, MINUTES_OF_A_DAY
from guidance.web.forms import RecordField, show

USUAL_MINUTES = 30
EVENT_ID_USED = _("You sent this form before with other values. Nothing was saved; send it again.")
NEXT_STEPS = 5  # number of skills of the plan that the log offers first


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class EventForm(forms.Form):
    """Contains the id of what the form creates, so that sending it twice creates one record."""

    event_id = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)

    def used_up(self) -> None:
        """Handles an id that has already created something else, for example after the learner went back to a submitted page.
        Tells the learner that nothing was stored, and gets a new id so that the form can be sent again."""
        self.add_error("event_id", EVENT_ID_USED)
        self.data = data = cast(QueryDict, self.data).copy()
        data["event_id"] = str(uuid.uuid4())


class LogForm(EventForm):
    """Minutes of study on a day, for a skill or only for a resource."""

    skill = RecordField(Kind.SKILL, nothing=_("Choose a skill"), label=_("Skill"), required=False)
    resource = forms.TypedChoiceField(
        label=_("Resource (optional)"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("This is not a resource for this skill. Choose from the list.")},
    )
    alone = forms.BooleanField(label=_("Log it for the resource, not for the skill"), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=MINUTES_OF_A_DAY,
        initial=USUAL_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many minutes you studied."),
            "invalid": _("Enter minutes as a whole number, like 45."),
            "min_value": _("Enter at least one minute."),
            "max_value": _("A day has 24 hours, which is 1,440 minutes."),
        },
    )
    on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("This is not a date. Write it like 2026-12-24.")},
    )

    def __init__(self, data: Any = None, *, state: LearnerState, skill: str = "", **options: Any) -> None:
        """`skill`: slug of the initial choice."""
        # New ids once something is logged: htmx would otherwise keep what was typed in fields that stay.
        options.setdefault("auto_id", f"log{state.version}-%s")
        super().__init__(data, initial={"skill": skill, "on": state.today}, **options)
        self.snapshot = state.snapshot
        self.fields["on"].widget.attrs["max"] = state.today.isoformat()
        show(self, self.snapshot)
        _offer(self, "skill", _skills(state))
        self.resources = [self.snapshot.resources[slug] for slug in self._resources()]
        _offer(self, "resource", [("", _("None")), *((item.id, item.name) for item in self.resources)])

    @property
    def chosen(self) -> str:
        """Returns the slug of the skill that the form shows; empty if it shows none or an unknown one."""
        slug = self["skill"].value() or ""
        return slug if slug in self.snapshot.skills else ""

    def _resources(self) -> Iterable[str]:
        """Returns the resources for the skill; without a skill, none are offered, but any can be sent."""
        if self.chosen:
            return self.snapshot.resources_of.get(self.chosen, ())
        sent = self["resource"].value() or ""
        return [slug for slug, resource in self.snapshot.resources.items() if str(resource.id) == sent]

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if sent["alone"]:
            if not sent.get("resource") and "resource" not in self.errors:
                self.add_error("resource", _("Choose the resource you studied."))
            sent["skill"] = ""
        return sent


def _skills(state: LearnerState) -> list[Any]:
    """Returns the next skills of the plan, then all skills by area."""
    snapshot, goal_state = state.snapshot, state.goal_state
    steps = dict.fromkeys(step.skill for step in goal_state.plan.steps if step.skill is not None) if goal_state else {}
    first = list(steps)[:NEXT_STEPS]
    groups: list[tuple[Any, list[str]]] = [(_("Next in your plan"), first)]
    for slug, area in snapshot.areas.items():
        groups.append((area.name, [other for other in snapshot.skills_of_area[slug] if other not in first]))
    return [
        ("", _("Choose a skill")),
        *((name, [(slug, snapshot.skills[slug].name) for slug in slugs]) for name, slugs in groups if slugs),
    ]


class LevelForm(EventForm):
    level = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(level), str(level)) for level in range(MAX_LEVEL + 1)],
        error_messages={
            "required": _("Choose the highest level that describes you."),
            "invalid_choice": _("Levels go from 0 to 4. Choose one of them."),
        },
    )


class TickForm(forms.Form):
    """A unit that is done, and how long it took."""

    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=MINUTES_OF_A_DAY,
        error_messages={
            "invalid": _("Enter minutes as a whole number, like 45."),
            "min_value": _("Minutes can’t be less than 0."),
            "max_value": _("A day has 24 hours, which is 1,440 minutes."),
        },
    )


class AddressField(forms.URLField):
    """Does not use type="url": browsers would insist on the https:// that is added here."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"})
    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {"invalid": _("This is not a web address. Write it like https://example.com/my-work.")}


class EvidenceForm(EventForm):
    url = AddressField(label=_("Link to something you made"), required=False)
    text = forms.CharField(label=_("What it shows"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CertificateForm(EventForm):
    """A certificate that someone else has given the learner."""

    name = forms.CharField(
        label=_("Name of the certificate"),
        max_length=MAX_CERTIFICATE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the name of the certificate.")},
    )
    issuer = forms.CharField(
        label=_("Issued by"),
        max_length=MAX_CERTIFICATE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter who issued the certificate.")},
    )
    issued_on = forms.DateField(
        label=_("Issued on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Enter the day on the certificate."),
            "invalid": _("This isn’t a date. Write it like 2026-05-31."),
        },
    )
    url = AddressField(
        label=_("Link to the credential"),
        required=False,
        help_text=_("Where others can check that it is real. Leave empty if there is no such page."),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["issued_on"].widget.attrs["max"] = today.isoformat()


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Your note"),
        required=False,
        strip=False,
        validators=[MaxLengthValidator(MAX_TEXT)],
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class WorkForm(forms.Form):
    """The progress of a project."""

    ticked = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": _("This line has changed: “%(value)s”. Look at the list again.")},
    )
    url = AddressField(label=_("Link to your work"), required=False)

    def __init__(self, *args: Any, checklist: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "ticked", [(line, line) for line in checklist])


class ProveForm(forms.Form):
    """The levels of a finished project that the learner confirms, by skill slug."""

    skill = forms.MultipleChoiceField(
        error_messages={
            "required": _("Choose at least one level to confirm."),
            "invalid_choice": _("The project does not prove this skill: %(value)s."),
        }
    )

    def __init__(self, *args: Any, proves: Iterable[str], complete: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.complete = complete
        _offer(self, "skill", [(slug, slug) for slug in proves])

    def clean(self) -> None:
        if not self.complete:
            raise forms.ValidationError(_("Tick every line of the checklist and save it first."), code="incomplete")
