"""What can be set for several records of a kind at once, as a form: each field may be left as it is."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import PAID
from guidance.catalog.kinds import MAX_IMPORTANCE, MAX_LEVEL
from guidance.catalog.models import Area, Kind, Skill

Choices = Iterable[tuple[str, str | Promise]]
LEAVE: tuple[str, Promise] = ("", _("leave as it is"))


class EditForm(forms.Form):
    required_css_class = "required"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(value not in (None, "", False) for value in cleaned.values()):
            raise ValidationError(_("Choose at least one thing to change."))
        return cleaned

    def edit(self, data: dict[str, Any], today: date) -> None:
        """Change the values of one document."""
        raise NotImplementedError

    def chosen(self) -> list[str]:
        """The labels of what is changed."""
        return [
            str(self.fields[name].label) for name, value in self.cleaned_data.items() if value not in (None, "", False)
        ]


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    """None takes it away."""
    data.pop(key, None)
    if value is not None:
        data[key] = value


class SkillEdit(EditForm):
    area = forms.ChoiceField(label=_("Area"), required=False)
    horizon = forms.ChoiceField(label=_("Horizon"), required=False, choices=[LEAVE, *Skill.Horizon.choices])
    demand = forms.IntegerField(
        label=_("Demand"), required=False, min_value=1, max_value=100, help_text=_("Per cent of the job ads counted.")
    )
    no_demand = forms.BooleanField(label=_("Demand is not known"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        areas = Area.objects.published().values_list("slug", "name")
        self.fields["area"].choices = [LEAVE, *areas]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("demand") and cleaned.get("no_demand"):
            self.add_error("no_demand", _("Either a demand or none."))
        return cleaned

    def edit(self, data: dict[str, Any], today: date) -> None:
        for key in ("area", "horizon"):
            if self.cleaned_data[key]:
                _put(data, key, self.cleaned_data[key])
        if self.cleaned_data["demand"] or self.cleaned_data["no_demand"]:
            _put(data, "demand", self.cleaned_data["demand"])


class ResourceEdit(EditForm):
    COSTS: Choices = (
        LEAVE,
        ("free", _("free")),
        ("price", _("the price below")),
        (PAID, _("paid, price not known")),
        ("unknown", _("not known")),
    )
    YES_OR_NO: Choices = (LEAVE, ("yes", _("yes")), ("no", _("no")))

    checked = forms.BooleanField(
        label=_("Checked today"), required=False, help_text=_("Somebody has opened each of them today.")
    )
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=8,
        validators=[RegexValidator("^[a-z]{2,3}(-[A-Za-z]{2,4})?$", _("A language code such as en."))],
        help_text=_("A code such as en."),
    )
    cost = forms.ChoiceField(label=_("Cost"), required=False, choices=COSTS)
    amount = forms.DecimalField(label=_("Price"), required=False, min_value=0, max_digits=8, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        validators=[RegexValidator("^[A-Z]{3}$", _("Three capital letters such as EUR."))],
    )
    affiliate = forms.ChoiceField(label=_("Affiliate link"), required=False, choices=YES_OR_NO)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        priced = bool(cleaned.get("amount")) and bool(cleaned.get("currency"))
        if cleaned.get("cost") == "price" and not priced:
            self.add_error("amount", _("A price has an amount and a currency."))
        if cleaned.get("cost") != "price" and (cleaned.get("amount") or cleaned.get("currency")):
            self.add_error("cost", _("Choose “the price below” for a price."))
        return cleaned

    def edit(self, data: dict[str, Any], today: date) -> None:
        chosen = self.cleaned_data
        if chosen["checked"]:
            _put(data, "checked_on", today)
        if chosen["language"]:
            _put(data, "language", chosen["language"])
        match chosen["cost"]:
            case "free":
                _put(data, "cost", 0)
            case "paid":
                _put(data, "cost", PAID)
            case "unknown":
                _put(data, "cost", None)
            case "price":
                _put(data, "cost", {"amount": float(chosen["amount"]), "currency": chosen["currency"]})
        if chosen["affiliate"]:
            _put(data, "affiliate", chosen["affiliate"] == "yes")


class RoleEdit(EditForm):
    skill = forms.ChoiceField(label=_("Requirement"), required=False)
    what = forms.ChoiceField(
        label=_("What becomes of it"),
        required=False,
        choices=[LEAVE, ("set", _("the roles ask for it as below")), ("remove", _("the roles do not ask for it"))],
    )
    level = forms.IntegerField(label=_("Target level"), required=False, min_value=1, max_value=MAX_LEVEL)
    importance = forms.IntegerField(label=_("Importance"), required=False, min_value=1, max_value=MAX_IMPORTANCE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        skills = Skill.objects.published().values_list("slug", "name")
        self.fields["skill"].choices = [("", "---------"), *skills]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("skill"):
            self.add_error("skill", _("Choose the skill."))
        if not self.errors and not cleaned.get("what"):
            self.add_error("what", _("Choose what becomes of it."))
        if cleaned.get("what") == "set" and not (cleaned.get("level") and cleaned.get("importance")):
            self.add_error("level", _("A requirement has a level and an importance."))
        return cleaned

    def edit(self, data: dict[str, Any], today: date) -> None:
        chosen = self.cleaned_data
        requirements = data.setdefault("requirements", {})
        if chosen["what"] == "remove":
            requirements.pop(chosen["skill"], None)
        else:
            requirements[chosen["skill"]] = {"level": chosen["level"], "importance": chosen["importance"]}

    def chosen(self) -> list[str]:
        name = dict(self.fields["skill"].choices)[self.cleaned_data["skill"]]  # type: ignore[attr-defined]
        if self.cleaned_data["what"] == "remove":
            return [gettext("without %s") % name]
        values = {"skill": name, "level": self.cleaned_data["level"], "importance": self.cleaned_data["importance"]}
        return [gettext("%(skill)s, level %(level)d, importance %(importance)d") % values]


EDITS: Mapping[str, type[EditForm]] = {Kind.SKILL: SkillEdit, Kind.RESOURCE: ResourceEdit, Kind.ROLE: RoleEdit}
