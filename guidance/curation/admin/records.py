"""The catalogue in the admin: the fields of each kind of record, and the columns of its list. Saving is in `proposals`, earlier
versions and previews are in `history`."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet, URLField
from django.db.models.functions import Lower
from django.forms import ModelForm, URLInput
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import Text
from guidance.catalog.kinds import fields_of
from guidance.catalog.models import (
    Activity,
    Area,
    Check,
    ChecklistItem,
    Choice,
    Consideration,
    Emphasis,
    Fact,
    Guide,
    Industry,
    IndustryRequirement,
    Milestone,
    MilestoneProject,
    MilestoneStep,
    Neighbour,
    Project,
    Proof,
    Question,
    Requirement,
    Resource,
    ResourceSkill,
    Role,
    RoleMilestone,
    StartingLevel,
    StartingPoint,
    UseCase,
)
from guidance.curation.admin.bulk import BulkActions
from guidance.curation.admin.check_item_fields import CheckForm
from guidance.curation.admin.classifications import CLASSIFICATIONS, ClassifiedAdmin, ClassifiedForm
from guidance.curation.admin.described import form_for
from guidance.curation.admin.form_sections import FormSection
from guidance.curation.admin.forms import ChoiceForm, ChoiceFormSet, Lines, PlacedForm, PlacedFormSet, RangeForm
from guidance.curation.admin.health import ByLink, WithLinks
from guidance.curation.admin.history import HistoryAdmin, PreviewAdmin
from guidance.curation.admin.writing import WritingAdmin
from guidance.curation.check_items import load_items


def only_adding(field: forms.Field) -> None:
    """Leaves only the link for adding a missing record next to a field that chooses a record. Existing records are found by
    name."""
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget.can_change_related = field.widget.can_view_related = field.widget.can_delete_related = False


HELP: Mapping[str, str | Promise] = {
    "slug": _(
        "The last part of its address: lowercase letters, digits and hyphens. While the record is new, it changes with the "
        "name."
    ),
    "horizon": _("Shown to readers: whether the skill is part of the core, comes later, or is new."),
    "only_as": _("Only this spelling in a job ad or a CV counts as this skill. Empty: any spelling."),
    "esco": _("Addresses of its entries in ESCO, the classification of the EU, separated by commas."),
    "onet": _("Numbers of its entries in O*NET, the classification of the USA, separated by commas."),
}  # help texts of fields that neither the model nor the document explains

CURRENCY = re.compile("[A-Z]{3}")


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def explain(field: Any, name: str) -> None:
    field.help_text = field.help_text or HELP.get(name, "")


def say_length(field: Any) -> None:
    """Shows the maximum length. Browsers silently cut off text longer than `maxlength`, so the form counts the characters and
    shows an error instead."""
    attrs = field.widget.attrs
    if isinstance(field, forms.CharField) and "maxlength" in attrs:
        attrs["data-most"] = attrs.pop("maxlength")


class Inline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    template = "admin/curation/form_rows_of.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Gives each cell its own accessible name, because in a table the column header is not a label."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
            only_adding(field)
            explain(field, db_field.name)
        return field

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        formset = super().get_formset(request, obj, **options)
        for field in formset.form.base_fields.values():
            say_length(field)
        return formset

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """A new record starts with one empty row."""
        return self.extra if obj is not None else self.first_rows

    first_rows = 0


class RecordList(ChangeList):
    """Sorts names regardless of case: “AWS” comes after “Adversarial”."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        by_letters = {"name": Lower("name").asc(), "-name": Lower("name").desc()}
        return [by_letters.get(str(field), field) for field in super().get_ordering(request, queryset)]


class RecordAdmin(WritingAdmin, HistoryAdmin, PreviewAdmin, BulkActions):
    list_display = ["name", "slug", "status", "updated"]
    list_filter = ["status"]
    search_fields = ["name", "slug", "summary", "body"]
    readonly_fields = ["status", "updated_at"]
    list_per_page = 40
    save_on_top = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Puts the name first, because the slug is derived from it."""
        return sorted(super().get_fields(request, obj), key=lambda field: field != "name")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return RecordList

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Excludes fields that documents of the kind do not have, because their values would be lost."""
        return [] if "summary" in fields_of(self.model.KIND) else ["summary"]

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, record: Any) -> str:
        return date_format(timezone.localtime(record.updated_at), "DATE_FORMAT")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": form_for(self.model.KIND, self.form), **options})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        described = fields_of(self.model.KIND).get(db_field.name)
        if isinstance(described, Text) and described.maximum:
            options["max_length"] = described.maximum  # the column may allow more than the document does
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            only_adding(field)
            explain(field, db_field.name)
            say_length(field)
            if db_field.name == "checked_on":  # in time zones where the next day has begun, the date is tomorrow's
                last = MaxValueValidator(_tomorrow, _("This day is in the future."))
                field.validators.append(last)
            if db_field.related_model is Area and isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget = field.widget.widget  # there are few of them, and adding one is a separate decision
        return field


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["name", "letter", "family", "order", "status", "updated"]


class RequirementInline(Inline):
    model = Requirement
    autocomplete_fields = ["skill"]


class ChoiceInline(Inline):
    model = Choice
    form = ChoiceForm
    formset = ChoiceFormSet
    fields = ("slug", "name", "importance", "members")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("members__skill")

    @admin.display(description=_("Members"))
    def members(self, choice: Choice) -> str:
        """Returns the members, for users who may only view the choice."""
        return ", ".join(f"{row.skill.slug} {row.level}" for row in choice.members.all())


class Placed(Inline):
    """Rows in an order chosen by the curator."""

    form = PlacedForm
    formset = PlacedFormSet


class RoleMilestoneInline(Placed):
    model = RoleMilestone
    fields = ("place", "milestone")
    autocomplete_fields = ["milestone"]


class ActivityInline(Inline):
    model = Activity


class NeighbourInline(Inline):
    model = Neighbour
    fk_name = "role"
    autocomplete_fields = ["other"]


@admin.register(Role)
class RoleAdmin(ClassifiedAdmin, RecordAdmin):
    form = ClassifiedForm
    list_display = ["name", "slug", "order", "status", "updated"]
    autocomplete_fields = ["apply_after", "facts"]
    sections = (FormSection("basics", _("Basics"), ("name", "slug", "summary", "body")), CLASSIFICATIONS)
    inlines = [RequirementInline, ChoiceInline, RoleMilestoneInline, ActivityInline, NeighbourInline]


class MilestoneStepInline(Placed):
    model = MilestoneStep
    fields = ("place", "skill", "level")
    autocomplete_fields = ["skill"]


class MilestoneProjectInline(Placed):
    model = MilestoneProject
    fields = ("place", "project")
    autocomplete_fields = ["project"]


@admin.register(Milestone)
class MilestoneAdmin(RecordAdmin):
    inlines = [MilestoneStepInline, MilestoneProjectInline]


class UseCaseInline(Inline):
    model = UseCase


class ConsiderationInline(Inline):
    model = Consideration


class EmphasisInline(Inline):
    model = Emphasis
    autocomplete_fields = ["skill"]


class IndustryRequirementInline(Inline):
    model = IndustryRequirement
    autocomplete_fields = ["skill"]


@admin.register(Industry)
class IndustryAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated"]
    autocomplete_fields = ["milestone", "facts"]
    inlines = [UseCaseInline, ConsiderationInline, IndustryRequirementInline, EmphasisInline]


class SkillOfResourceInline(Inline):
    model = ResourceSkill
    form = RangeForm
    autocomplete_fields = ["skill"]


class ResourceForm(ModelForm):  # type: ignore[type-arg]
    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Shows the error at the field; the database constraint's error would belong to no field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("cost") and not CURRENCY.fullmatch(cleaned.get("currency", "EUR")):
            self.add_error("currency", _("A price needs a currency such as EUR."))
        return cleaned


@admin.register(Resource)
class ResourceAdmin(WithLinks, RecordAdmin):  # type: ignore[misc]  # its link is to a page or none, where Django has a flag too
    form = ResourceForm
    # Without Django's link: `link_found` shows one.
    formfield_overrides: ClassVar = {URLField: {"widget": URLInput(attrs={"class": "vURLField"})}}
    list_display = ["name", "type", "link", "checked_on", "hours", "cost", "is_paid", "is_affiliate", "status"]
    list_filter = ["status", ByLink, "type", "affiliate", "language", ("checked_on", admin.EmptyFieldListFilter)]
    actions = (*RecordAdmin.actions, "check_links")  # type: ignore[assignment]  # one more than the others
    search_fields = ["name", "slug", "url", "author", "skills__name"]
    inlines = [SkillOfResourceInline]


class ChecklistInline(Inline):
    model = ChecklistItem


class ProofInline(Inline):
    model = Proof
    autocomplete_fields = ["skill"]


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    list_display = ["name", "slug", "hours", "status", "updated"]
    autocomplete_fields = ["industries"]
    inlines = [ChecklistInline, ProofInline]


class StartingLevelInline(Inline):
    model = StartingLevel
    autocomplete_fields = ["skill"]


@admin.register(StartingPoint)
class StartingPointAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated"]
    inlines = [StartingLevelInline]


class GuideForm(ModelForm):  # type: ignore[type-arg]
    takeaways = Lines(required=False, label=_("Key takeaways"), help_text=_("One per line."))


@admin.register(Guide)
class GuideAdmin(RecordAdmin):
    form = GuideForm
    list_display = ["name", "slug", "order", "status", "updated"]
    autocomplete_fields = ["facts"]


@admin.register(Question)
class QuestionAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated"]


@admin.register(Check)
class CheckAdmin(RecordAdmin):
    form = CheckForm
    list_display = ["name", "slug", "status", "updated"]
    autocomplete_fields = ["skill"]
    change_form_template = "admin/curation/check_form.html"
    sections = (
        FormSection("questions", _("Questions"), ("skill", "items")),
        FormSection(
            "about",
            _("About these questions"),
            ("name", "slug", "body"),
            help=_("For curators and reviewers: learners never see it. The name is usually that of the skill."),
        ),
    )

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **options: Any
    ) -> Any:
        """Adds the items as learners read them, if the form's items are complete."""
        check = context["original"]
        context["items"] = load_items(check.data.get("items"), is_stored=True) if check is not None else ()
        return super().render_change_form(request, context, *args, **options)


@admin.register(Fact)
class FactAdmin(RecordAdmin):
    list_display = ["name", "year", "source", "secondary", "status"]
    list_filter = ["status", "year", "secondary"]
    search_fields = ["name", "slug", "statement", "source"]
