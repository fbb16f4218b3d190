"""Rows of a record that Django's tables cannot hold by themselves: those with an order, and choices with their members."""

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Choice, ChoiceMember, Skill

MEMBER = re.compile(rf"([a-z0-9-]+)[:\s]+([1-{MAX_LEVEL}])")
LAST = 10_000  # place of a row that has none


class Lines(SimpleArrayField):
    """A list as one entry a line."""

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
        help_text=_("Change the number to move the row; a new row without one comes last."),
    )

    def clean(self) -> dict[str, Any]:
        """Not against the rows that there are: all are written again. That none is there twice, the formset sees."""
        return self.cleaned_data


class PlacedFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Writes the rows again in the order of their places, where anything changed: their order is that of their keys."""

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
        """A row that moves down comes after the one whose place it takes, any other before it."""
        place, was = form.cleaned_data.get("place") or LAST, form.fields["place"].initial or LAST
        return place, (place > was) - (place < was), self.forms.index(form)


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
        """Rows that are not saved."""
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
            wrong.append(gettext("A choice has two members or more."))
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
        """Refuse a member that the role requires by itself: the choice would be met by that."""
        super().clean()
        required = self._required()
        for form in self.forms:
            if form in self.deleted_forms:
                continue
            for member in form.cleaned_data.get("members", []):
                if member.skill_id in required:
                    text = gettext("“%s” is a requirement of its own. Remove it here or there.")
                    form.add_error("members", text % member.skill.slug)

    def _required(self) -> set[int]:
        """Keys of the skills that the requirements of the same page name."""
        rows = range(min(int(self.data.get("requirements-TOTAL_FORMS") or 0), 1_000))
        asked = [
            self.data.get(f"requirements-{row}-skill", "")
            for row in rows
            if not self.data.get(f"requirements-{row}-DELETE")
        ]
        return {int(key) for key in asked if key.isdecimal() and len(key) < 19}
