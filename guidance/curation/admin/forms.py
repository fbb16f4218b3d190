"""Forms of the curators' pages: rows of a record that Django's inlines cannot handle by themselves (ordered rows, and choices with their
members), and bulk edits.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import MAX_SLUG, PAID
from guidance.catalog.kinds import MAX_IMPORTANCE, MAX_LEVEL
from guidance.catalog.models import Area, Choice, ChoiceMember, Kind, Skill
from guidance.curation.admin.http import primary_key

WORDS_OF_KEY = 5  # number of words at the start of a text that form its key, if no one chose a key
MEMBER = re.compile(rf"([a-z0-9-]+)[:\s]+([1-{MAX_LEVEL}])")
LAST = 10_000  # position of a row that has none


def slug_of(name: str, most: int = MAX_SLUG) -> str:
    """Returns the slug for a name if no one chose one."""
    return slugify(name)[:most].strip("-")


def key_of(text: str, most: int) -> str:
    return slug_of(" ".join(text.split()[:WORDS_OF_KEY]), most)


class Lines(SimpleArrayField):
    """A list with one entry per line."""

    default_error_messages = {"item_invalid": _("Line %(nth)s:")}

    def __init__(self, rows: int = 6, attrs: dict[str, Any] | None = None, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, **(attrs or {})})
        super().__init__(forms.CharField(), delimiter="\n", widget=widget, **options)


# --- Rows with an order


class PlacedForm(ModelForm):  # type: ignore[type-arg]
    place = forms.IntegerField(
        label=_("Place"),
        required=False,
        min_value=1,
        max_value=LAST - 1,
        widget=forms.NumberInput(attrs={"aria-label": _("Place"), "class": "vSmallIntegerField"}),
        help_text=_("Change the number to move the row; a new row without a number comes last."),
    )

    def clean(self) -> dict[str, Any]:
        """Does not compare with existing rows, since all rows are written again. The formset detects duplicates."""
        return self.cleaned_data


class PlacedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """If anything changed, writes all rows again in the order of their positions, because rows are sorted by their keys."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.fields["place"].initial = index + 1

    def save(self, commit: bool = True) -> Any:
        deleted = self.deleted_forms
        self.changed_objects = [
            (form.instance, form.changed_data)
            for form in self.initial_forms
            if form.has_changed() and form not in deleted
        ]
        self.deleted_objects = [form.instance for form in self.initial_forms if form in deleted]
        added = [form for form in self.extra_forms if form.has_changed() and form not in deleted]
        self.new_objects = [form.instance for form in added]
        if not (self.changed_objects or self.deleted_objects or self.new_objects):
            return []
        kept = [form for form in self.initial_forms if form not in deleted] + added
        rows = [form.instance for form in sorted(kept, key=self._place)]
        self.get_queryset().delete()
        for row in rows:
            row.pk, row._state.adding = None, True
            setattr(row, self.fk.name, self.instance)
        return self.get_queryset().bulk_create(rows)

    def _place(self, form: Any) -> tuple[int, int, int]:
        """Returns the sort key. A row that moves down comes after the row whose position it takes; any other row comes before
        it."""
        place, was = form.cleaned_data.get("place") or LAST, form.fields["place"].initial or LAST
        return place, (place > was) - (place < was), self.forms.index(form)


class RangeForm(ModelForm):  # type: ignore[type-arg]
    """The use of a resource for a skill. Checks that it leads from one level to a higher one."""

    from_level = forms.IntegerField(label=_("From level"), initial=0, min_value=0, max_value=MAX_LEVEL - 1)
    to_level = forms.IntegerField(label=_("To level"), initial=2, min_value=1, max_value=MAX_LEVEL)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_level"), cleaned.get("to_level")
        if first is not None and last is not None and first >= last:
            self.add_error("to_level", _("“From level” is 0 to 3; “To level” is higher, up to 4."))
        return cleaned


# --- Choices


class ChoiceForm(ModelForm):  # type: ignore[type-arg]
    members = Lines(
        rows=4,
        attrs={"cols": 30, "aria-label": _("Members")},
        label=_("Members"),
        help_text=_("Two or more, one a line: the slug of a skill and the level, such as “aws 2”."),
    )

    class Meta:
        model = Choice
        fields = ("slug", "name", "importance")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["members"] = [f"{row.skill.slug} {row.level}" for row in self.instance.members.all()]

    def clean_members(self) -> list[ChoiceMember]:
        """Returns unsaved rows."""
        skills = {skill.slug: skill for skill in Skill.objects.only("slug", "name")}
        found: dict[str, ChoiceMember] = {}
        wrong: list[str] = []
        for line in self.cleaned_data["members"]:
            match = MEMBER.fullmatch(line)
            if match is None:
                text = gettext("“%(line)s” is not a slug and a level from 1 to %(most)d, such as “aws 2”.")
                wrong.append(text % {"line": line, "most": MAX_LEVEL})
            elif match[1] not in skills:
                wrong.append(gettext("There is no skill “%s”.") % match[1])
            elif match[1] in found:
                wrong.append(gettext("“%s” is listed twice.") % match[1])
            else:
                found[match[1]] = ChoiceMember(skill=skills[match[1]], level=int(match[2]))
        if not wrong and len(found) < 2:
            wrong.append(gettext("A choice needs at least two members."))
        if wrong:
            raise ValidationError(wrong)
        return list(found.values())

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]  # Django's own, of which its types know nothing
        if "members" in self.changed_data:
            self.instance.members.all().delete()
            for row in self.cleaned_data["members"]:
                row.choice = self.instance
            ChoiceMember.objects.bulk_create(self.cleaned_data["members"])


class ChoiceFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Rejects a member that the role also requires outside the choice, because it would always satisfy the choice."""
        super().clean()
        required = self._required()
        for form in self.forms:
            if form in self.deleted_forms:
                continue
            for member in form.cleaned_data.get("members", []):
                if member.skill_id in required:
                    text = gettext("“%s” is already a separate requirement. Remove it here or from the requirements.")
                    form.add_error("members", text % member.skill.slug)

    def _required(self) -> set[int]:
        """Returns the keys of the skills required on the same page."""
        return posted_keys(self.data, "requirements", "skill")


def posted_keys(data: Mapping[str, Any], prefix: str, name: str) -> set[int]:
    """Returns the primary keys in this field of a posted formset, except those in deleted rows."""
    total = str(data.get(f"{prefix}-TOTAL_FORMS", ""))
    rows = range(min(int(total), 1_000)) if total.isdecimal() and len(total) < 6 else ()
    chosen = [str(data.get(f"{prefix}-{row}-{name}", "")) for row in rows if not data.get(f"{prefix}-{row}-DELETE")]
    return {key for text in chosen if (key := primary_key(text)) is not None}


Choices = Iterable[tuple[str, str | Promise]]
LEAVE: tuple[str, Promise] = ("", _("leave unchanged"))


class EditForm(forms.Form):
    required_css_class = "required"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(value not in (None, "", False) for value in cleaned.values()):
            raise ValidationError(_("Choose at least one thing to change."))
        return cleaned

    def edit(self, data: dict[str, Any], today: date) -> None:
        """Changes the values of one document."""
        raise NotImplementedError

    def chosen(self) -> list[str]:
        """Returns the labels of the values that change."""
        return [
            str(self.fields[name].label) for name, value in self.cleaned_data.items() if value not in (None, "", False)
        ]


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    """Sets a value of the document; None removes it."""
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
            self.add_error("no_demand", _("Enter a demand or tick “Demand is not known”, not both."))
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
        label=_("Checked today"), required=False, help_text=_("Someone opened each of them today.")
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
        validators=[RegexValidator("^[A-Za-z]{3}$", _("Three letters such as EUR."))],
        help_text=_("Three letters such as EUR, required with a price."),
    )
    affiliate = forms.ChoiceField(label=_("Affiliate link"), required=False, choices=YES_OR_NO)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("cost") == "price":
            if not cleaned.get("amount"):
                self.add_error("amount", _("Enter the price. If it costs nothing, choose “free”."))
            if not cleaned.get("currency") and "currency" not in self.errors:
                self.add_error("currency", _("A price needs a currency such as EUR."))
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
                _put(data, "cost", {"amount": float(chosen["amount"]), "currency": chosen["currency"].upper()})
        if chosen["affiliate"]:
            _put(data, "affiliate", chosen["affiliate"] == "yes")


class RoleEdit(EditForm):
    skill = forms.ChoiceField(label=_("Requirement"), required=False)
    what = forms.ChoiceField(
        label=_("What to do with it"),
        required=False,
        choices=[LEAVE, ("set", _("the roles require it as below")), ("remove", _("the roles do not require it"))],
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
            self.add_error("what", _("Choose what to do with it."))
        if cleaned.get("what") == "set" and not (cleaned.get("level") and cleaned.get("importance")):
            self.add_error("level", _("Choose a level and an importance."))
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
