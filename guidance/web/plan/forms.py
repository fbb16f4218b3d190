"""Forms of the plan: the goal, other hours or another deadline, and days off as ranges from a first to a last day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog.models import Industry, Kind, Role
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.learner_rows import Goal, SavedAd
from guidance.progress.learner_state import LearnerState
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.services import MAX_DAYS_OFF
from guidance.web.forms import RecordField, show
from guidance.web.http import published_row

ALL_WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
HOURS_OUT_OF_RANGE = _("Between half an hour and 80 hours a week.")
SPARE_ROWS = 2
DAY = timedelta(days=1)


def hours_field(**options: Any) -> forms.FloatField:
    return forms.FloatField(
        min_value=MIN_HOURS,
        max_value=MAX_HOURS,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        error_messages={
            "required": _("Enter how many hours a week you have."),
            "invalid": _("Enter hours as a number, like 7.5."),
            "min_value": HOURS_OUT_OF_RANGE,
            "max_value": HOURS_OUT_OF_RANGE,
        },
        **options,
    )


def weekdays_field(**options: Any) -> forms.TypedMultipleChoiceField:
    """Cleans to a list of numbers from 1 for Monday to 7 for Sunday."""
    return forms.TypedMultipleChoiceField(
        coerce=int,
        choices=[(str(number), WEEKDAYS_ABBR[number - 1]) for number in ALL_WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
        **options,
    )


class DeadlineField(forms.DateField):
    """Accepts a day from `today` on; the form sets `today` to the learner's date."""

    today = date.min
    default_error_messages = {
        "invalid": _("This is not a date. Write it like 2026-12-24."),
        "past": _("This day has passed. Choose a later one."),
    }

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value < self.today:
            raise ValidationError(self.error_messages["past"], code="past")


class Range(NamedTuple):
    first: date
    last: date


class TypedRange(NamedTuple):
    """A range as it was typed."""

    first: str
    last: str


def ranges(days: Iterable[date]) -> list[Range]:
    """Returns the days as the smallest number of ranges, earliest first."""
    found: list[Range] = []
    for day in sorted(set(days)):
        if found and day - found[-1].last == DAY:
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(Range(day, day))
    return found


class DaysOffWidget(forms.Widget):
    """Reads `<name>_first` and `<name>_last`, which occur once for each row.

    A template writes the rows from `subwidgets`, each with `data.first`, `data.last` and `data.number`; there are always some empty rows at
    the end.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[TypedRange]:
        rows = zip(data.getlist(f"{name}_first"), data.getlist(f"{name}_last"), strict=False)
        return [row for first, last in rows if any(row := TypedRange(first.strip(), last.strip()))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_first" not in data

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[dict[str, Any]]:
        rows = [*(value or ()), *[TypedRange("", "")] * SPARE_ROWS]
        for number, row in enumerate(rows, 1):
            yield {"number": number, "first": row.first, "last": row.last}

    def id_for_label(self, id_: str | None) -> str:
        return f"{id_}_1_first"


class DaysOffField(forms.Field):
    """Cleans to a sorted list of dates. Set `today` first: past days are rejected."""

    widget = DaysOffWidget
    today: date

    def prepare_value(self, value: Any) -> Any:
        """Returns typed rows unchanged, and dates as rows."""
        if not value or isinstance(value[0], TypedRange):
            return value
        return [TypedRange(first.isoformat(), last.isoformat()) for first, last in ranges(value)]

    def clean(self, value: list[TypedRange]) -> list[date]:
        days: set[date] = set()
        problems = []
        for row in value:
            try:
                first, last = self._range(row)
            except ValidationError as problem:
                problems.append(problem)
            else:
                days.update(first + number * DAY for number in range((last - first).days + 1))
        if problems:
            raise ValidationError(problems)
        if len(days) > MAX_DAYS_OFF:
            raise ValidationError(_("That is more than 1,000 days off."), code="too_many")
        return sorted(days)

    def _range(self, row: TypedRange) -> Range:
        first, last = self._day(row.first or row.last), self._day(row.last or row.first)
        if last < first:
            message = _("%(first)s to %(last)s: the last day is before the first.")
            raise ValidationError(message, code="reversed", params={"first": shown(first), "last": shown(last)})
        if last < self.today:
            raise ValidationError(_("%(day)s has already passed."), code="past", params={"day": shown(last)})
        if (last - first).days >= MAX_DAYS_OFF:
            raise ValidationError(_("That is more than 1,000 days off."), code="too_many")
        return Range(first, last)

    def _day(self, text: str) -> date:
        try:
            return forms.DateField().to_python(text)  # type: ignore[return-value]  # it is not empty
        except ValidationError:
            message = _("“%(text)s” is not a date. Write it like 2026-12-24.")
            raise ValidationError(message, code="invalid", params={"text": text}) from None


def shown(day: date) -> str:
    return date_format(day, "j M Y")


class GoalForm(forms.Form):
    """The goal form, rendered by web/parts/goal_form.html. It uses slugs; `goal` is the goal that would result, `save` saves it."""

    role = RecordField(
        Kind.ROLE,
        nothing=_("Choose a role"),
        label=_("You want to be"),
        error_messages={"required": _("Choose what you want to become.")},
    )
    industry = RecordField(Kind.INDUSTRY, nothing=_("Any industry"), label=_("In"), required=False)
    hours_per_week = hours_field(label=_("Hours a week"))
    weekdays = weekdays_field(label=_("Days you study on"))
    deadline = DeadlineField(
        label=_("Ready by"),
        required=False,
        help_text=_("Leave empty if you have no deadline."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    days_off = DaysOffField(label=_("Days off"), required=False)
    weekly_target = hours_field(
        label=_("Minimum hours a week"),
        required=False,
        help_text=_("What you want to keep up even in a busy week. Leave empty to use the hours above."),
    )

    def __init__(self, *args: Any, snapshot: Snapshot, today: date, ad: SavedAd | None = None, **options: Any) -> None:
        """`today`: the learner's date. `ad`: the job ad that is the goal, if there is one; the role then only provides the path."""
        super().__init__(*args, **options)
        self.snapshot, self.today, self.ad = snapshot, today, ad
        show(self, snapshot)
        if ad is not None:
            self.fields["role"].label = _("Planned with the milestones of")
            del self.fields["industry"]
        cast(DaysOffField, self.fields["days_off"]).today = today
        cast(DeadlineField, self.fields["deadline"]).today = today
        self.fields["deadline"].widget.attrs["min"] = today.isoformat()

    @classmethod
    def of(cls, state: LearnerState, data: Any = None, chosen: Mapping[str, str] | None = None) -> Self:
        """Returns the form for the learner's current goal, but with the `chosen` role and industry; without a goal, the form for
        a first one. An ad stays the goal if no role is chosen, or if the submitted form has it in `ad`."""
        goal = state.goal
        stays = not chosen if data is None else bool(goal and goal.ad and data.get("ad") == str(goal.ad.id))
        initial: dict[str, Any] = {"hours_per_week": 8, "weekdays": ALL_WEEKDAYS}
        if goal is not None:
            initial = {
                "role": goal.role or "",
                "industry": goal.industry or "",
                "hours_per_week": tidy(goal.hours_per_week),
                "weekdays": goal.weekdays,
                "deadline": goal.deadline,
                "weekly_target": None if _as_planned(goal) else tidy(goal.weekly_target / 60),
            }
        initial |= chosen or {}
        initial["days_off"] = sorted(day for day in state.days_off if day >= state.today)
        ad = goal.ad if goal and stays else None
        return cls(data, snapshot=state.snapshot, today=state.today, ad=ad, initial=initial)

    @property
    def goal(self) -> Goal:
        """Returns the goal of a valid form or of the form as first shown, for a preview (`LearnerState.aim_at`)."""
        chosen = self.cleaned_data if self.is_bound else self.initial
        role = chosen.get("role") or None
        return Goal(
            role=role,
            industry=(chosen.get("industry") or None) if self.ad is None else None,
            hours_per_week=chosen["hours_per_week"],
            weekdays=tuple(sorted(chosen["weekdays"])),
            deadline=chosen.get("deadline"),
            weekly_target=services.planned_minutes(chosen.get("weekly_target") or chosen["hours_per_week"]),
            on=self.today,
            ad=replace(self.ad, role=role) if self.ad else None,
            is_ad=self.ad is not None,
        )

    def save(self, learner: User, now: datetime) -> bool:
        """Saves the goal. Returns False if that is impossible; the reason is then shown at its field."""
        goal = self.goal
        assert goal.role is not None
        try:
            services.set_goal(
                learner=learner,
                role=published_row(Role, goal.role),
                industry=published_row(Industry, goal.industry) if goal.industry else None,
                hours_per_week=goal.hours_per_week,
                weekdays=goal.weekdays,
                deadline=goal.deadline,
                weekly_target=goal.weekly_target,
                days_off=self.cleaned_data["days_off"],
                ad=learner.savedads.get(pk=goal.ad.id) if goal.ad else None,
                now=now,
            )
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True


def tidy(hours: float) -> float | int:
    """Returns the number as a field shows it: 8 rather than 8.0."""
    return int(hours) if hours == int(hours) else round(hours, 2)


def _as_planned(goal: Goal) -> bool:
    return goal.weekly_target == services.planned_minutes(goal.hours_per_week)


class HoursForm(forms.Form):
    """For a preview of the plan with other hours."""

    hours_per_week = hours_field(label=_("Hours a week"))


class AdjustForm(forms.Form):
    """Other hours or another deadline. Missing fields stay unchanged; an empty deadline removes the current one."""

    hours_per_week = hours_field(required=False)
    deadline = DeadlineField(required=False)
    shorter = forms.NullBooleanField(required=False, widget=forms.HiddenInput)  # whether to take the shorter path

    def changes(self, goal: Goal, today: date) -> dict[str, Any]:
        """Returns the hours and the deadline of the goal after a valid form. A deadline in the past is removed: no goal may have one."""
        chosen = self.cleaned_data
        kept = goal.deadline if goal.deadline and goal.deadline >= today else None
        return {
            "hours_per_week": chosen["hours_per_week"] or goal.hours_per_week,
            "deadline": chosen["deadline"] if "deadline" in self.data else kept,
        }
