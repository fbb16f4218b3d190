"""The reminder settings form: days and time of each kind, quiet hours, and a pause."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.reminders import services
from guidance.reminders.models import ReminderKind, Schedule
from guidance.reminders.rhythm import DAY, Quiet
from guidance.reminders.services import ReminderSetting, default_times
from guidance.web.plan.forms import DeadlineField, weekdays_field

# From the most frequent to the least frequent.
KINDS = (ReminderKind.STUDY, ReminderKind.WEEKLY, ReminderKind.BEHIND, ReminderKind.REVIEW)


def pause_of(schedule: Schedule, today: date) -> date | None:
    """Returns the last day of the pause; None if it is over."""
    until: date | None = schedule.paused_until
    return until if until is not None and until > today else None


def _time_field(**options: Any) -> forms.TimeField:
    return forms.TimeField(
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        required=False,
        error_messages={"invalid": _("This is not a time of day. Write it like 07:30.")},
        **options,
    )


class KindForm(forms.Form):
    """One kind of reminder. If it is turned off, empty fields leave the earlier values unchanged."""

    on = forms.BooleanField(required=False)
    weekdays = weekdays_field(label=_("Days"), required=False)
    at = _time_field(label=_("Time"))

    def __init__(
        self, kind: ReminderKind, schedule: Schedule | None, data: Any = None, *, study_days: Collection[int] = ()
    ) -> None:
        self.kind, self.schedule = kind, schedule
        at, weekdays = (schedule.at, tuple(schedule.weekdays)) if schedule else default_times(kind, study_days)
        initial = {"on": schedule is not None and schedule.is_on, "at": at, "weekdays": weekdays}
        super().__init__(data, prefix=kind, initial=initial)

    def clean(self) -> None:
        sent = self.cleaned_data
        if sent["on"] and sent.get("weekdays") == []:
            self.add_error("weekdays", str(self.fields["weekdays"].error_messages["required"]))
        if sent["on"] and "at" in sent and sent["at"] is None:
            self.add_error("at", _("Choose a time."))

    @property
    def setting(self) -> ReminderSetting:
        sent = self.cleaned_data
        at: time = self.initial["at"] if sent["at"] is None else sent["at"]
        return ReminderSetting(sent["on"], at, tuple(sent["weekdays"] or self.initial["weekdays"]))


class PauseField(DeadlineField):
    default_error_messages = {"past": _("Choose a day in the future.")}


class RemindersForm(forms.Form):
    """All kinds (`kinds`), and the settings that apply to all of them."""

    quiet_from = _time_field(label=_("Quiet from"))
    quiet_until = _time_field(label=_("until"))
    paused_until = PauseField(
        label=_("No reminders before"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self, schedules: Mapping[str, Schedule], data: Any = None, *, today: date, study_days: Collection[int] = ()
    ) -> None:
        """`schedules`: the current ones, by kind; `today`: the learner's date; `study_days`: weekdays of the goal."""
        self.kinds = [KindForm(kind, schedules.get(kind), data, study_days=study_days) for kind in KINDS]
        one = next(iter(schedules.values()), None)
        pauses = {kind: until for kind, item in schedules.items() if (until := pause_of(item, today))}
        self.paused = min(pauses.values()) if len(pauses) == len(schedules) > 0 else None  # if all are paused
        self.pauses = {ReminderKind(kind): until for kind, until in pauses.items() if until != self.paused}
        initial: dict[str, Any] = {"paused_until": self.paused}
        if one is not None:
            initial |= {"quiet_from": one.quiet_from, "quiet_until": one.quiet_until}
        super().__init__(data, initial=initial)
        field = cast(PauseField, self.fields["paused_until"])
        field.today = today + DAY
        field.widget.attrs["min"] = field.today.isoformat()

    @property
    def parts(self) -> list[KindForm]:
        """Returns the forms for the summary of errors."""
        return self.kinds

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.kinds)])

    def clean(self) -> None:
        begin, end = (self.cleaned_data.get(name) for name in ("quiet_from", "quiet_until"))
        if self.errors.keys() & {"quiet_from", "quiet_until"} or (begin is None and end is None):
            return
        if begin is None:
            self.add_error("quiet_from", _("Enter a start time, or leave both empty."))
        elif end is None:
            self.add_error("quiet_until", _("Enter an end time, or leave both empty."))
        elif begin == end:
            self.add_error("quiet_until", _("Quiet hours can’t start and end at the same time."))

    @property
    def quiet(self) -> Quiet | None:
        begin, end = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return Quiet(begin, end) if begin is not None else None

    def save(self, learner: User, now: datetime) -> None:
        services.set_schedules(
            learner=learner,
            settings={form.kind: form.setting for form in self.kinds},
            quiet=self.quiet,
            paused_until=self.cleaned_data["paused_until"],
            now=now,
        )
        if "paused_until" not in self.changed_data:  # a pause set by a link in an email stays
            for kind, until in self.pauses.items():
                services.pause(learner=learner, until=until, kinds=[kind], now=now)
