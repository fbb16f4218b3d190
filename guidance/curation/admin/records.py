"""The catalogue in the admin: which fields each kind of record has, and what its list shows. How it is saved is in `workflow`, what it was in
`history`, how it would look in `preview`."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SplitArrayField, SplitArrayWidget
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import graph
from guidance.catalog.milestones import unit_findings
from guidance.catalog.models import (
    Activity,
    Alias,
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
    Prerequisite,
    Project,
    Proof,
    Question,
    Requirement,
    Resource,
    ResourceSkill,
    Role,
    RoleMilestone,
    Skill,
    StartingLevel,
    StartingPoint,
    Status,
    Unit,
    UseCase,
)
from guidance.curation import naming
from guidance.curation.admin.bulk import BulkActions
from guidance.curation.admin.described import form_for
from guidance.curation.admin.forms import ChoiceForm, ChoiceFormSet, Lines, PlacedForm, PlacedFormSet
from guidance.curation.admin.health import ByLink, WithLinks
from guidance.curation.admin.history import HistoryAdmin, PreviewAdmin
from guidance.curation.check_items import load_items


class Numbered(SplitArrayWidget):
    """Fields for the items of a list, each with its number in its name."""

    def __init__(self, widget: forms.Widget, size: int, name: Any) -> None:
        super().__init__(widget, size)
        self.name = name

    def get_context(self, name: str, value: Any, attrs: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for number, widget in enumerate(context["widget"]["subwidgets"], 1):
            widget["attrs"] = {**widget["attrs"], "aria-label": self.name % number}
        return context


class Inline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """In a table the header of a column is no label: what is in the cells says itself what it is."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
        return field


class RecordAdmin(HistoryAdmin, PreviewAdmin, BulkActions):
    list_display = ["name", "slug", "status", "updated_at"]
    list_filter = ["status"]
    search_fields = ["name", "slug", "summary", "body"]
    readonly_fields = ["status", "updated_at"]
    list_per_page = 50
    save_on_top = True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": form_for(self.model.KIND, self.form), **options})


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["name", "letter", "family", "order", "status", "updated_at"]


class SkillForm(ModelForm):  # type: ignore[type-arg]
    level_texts = SplitArrayField(
        forms.CharField(required=False),
        size=4,
        required=False,
        remove_trailing_nulls=True,
        widget=Numbered(forms.Textarea(attrs={"rows": 2}), 4, _("Level %d")),
        label=_("Levels 1 to 4"),
        help_text=_("What a person can do, each beginning with “You can”."),
    )
    effort = SplitArrayField(
        forms.FloatField(required=False, min_value=0),
        size=4,
        required=False,
        remove_trailing_nulls=True,
        widget=Numbered(forms.NumberInput(attrs={"step": "any"}), 4, _("Hours to level %d")),
        label=_("Effort"),
        help_text=_("Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."),
    )


class PrerequisiteFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Refuse a cycle and spell it out, before the database would."""
        super().clean()
        skill = self.instance
        if any(self.errors) or not skill.slug:
            return
        edges: dict[str, dict[str, int]] = {slug: {} for slug in Skill.objects.values_list("slug", flat=True)}
        others = Prerequisite.objects.exclude(skill=skill.pk) if skill.pk else Prerequisite.objects.all()
        for slug, need, level in others.values_list("skill__slug", "requires__slug", "level"):
            edges[slug][need] = level
        edges[skill.slug] = {
            form.cleaned_data["requires"].slug: form.cleaned_data["level"]
            for form in self.forms
            if form.cleaned_data.get("requires") and not form.cleaned_data.get("DELETE")
        }
        try:
            graph.order(edges)
        except graph.CycleError as error:
            raise ValidationError(gettext("This would make a cycle: %s.") % " → ".join(error.cycle)) from error


class AliasForm(ModelForm):  # type: ignore[type-arg]
    def clean_name(self) -> str:
        """Says who has the alias; the database’s own rule only knows that someone has it."""
        name = str(self.cleaned_data["name"])
        if reason := naming.alias_taken(name, self.instance.skill_id):
            raise ValidationError(reason)
        return name


class AliasInline(Inline):
    model = Alias
    form = AliasForm


class PrerequisiteInline(Inline):
    model = Prerequisite
    fk_name = "skill"
    formset = PrerequisiteFormSet
    autocomplete_fields = ["requires"]


class UnitForm(PlacedForm):
    def clean(self) -> dict[str, Any]:
        """A learner finds what to read among the resources of the skill."""
        cleaned = super().clean()
        resource, skill = cleaned.get("resource"), self.instance.skill
        if resource and skill.status == Status.PUBLISHED and not resource.uses.filter(skill=skill).exists():
            message = gettext(
                "%(resource)s isn’t a resource for %(skill)s. Choose another one, or add the skill to it."
            )
            self.add_error("resource", message % {"resource": resource.name, "skill": skill.name})
        return cleaned


class UnitFormSet(PlacedFormSet):
    def clean(self) -> None:
        """The rules of writing, for what is or will be public; a draft may break them for a while."""
        super().clean()
        is_checked = self.instance.status == Status.PUBLISHED or "_submit" in self.data
        if any(self.errors) or not is_checked:
            return
        levels: dict[int, list[tuple[int, bool]]] = {}
        for form in sorted((form for form in self.forms if form.cleaned_data), key=self._place):
            found = form.cleaned_data
            if not found.get("DELETE"):
                levels.setdefault(found["level"], []).append((found["minutes"], found["type"] == Unit.UnitType.READ))
        messages = [message for level, units in sorted(levels.items()) for message in unit_findings(level, units)]
        if messages:
            raise ValidationError(messages)


class UnitInline(Inline):
    model = Unit
    form = UnitForm
    formset = UnitFormSet
    fields = ("level", "place", "key", "type", "text", "resource", "part", "minutes", "untried", "basics")
    autocomplete_fields = ["resource"]


@admin.register(Skill)
class SkillAdmin(RecordAdmin):
    form = SkillForm
    list_display = ["name", "area", "kind", "horizon", "demand", "status", "updated_at"]
    list_filter = ["status", "area", "kind", "horizon"]
    list_select_related = ["area"]
    search_fields = ["name", "slug", "aliases__name", "summary"]
    autocomplete_fields = ["area"]
    inlines = [AliasInline, PrerequisiteInline, UnitInline]


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


class Placed(Inline):
    """Rows in an order that the curator gives them."""

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
class RoleAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated_at"]
    autocomplete_fields = ["apply_after", "facts"]
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
    list_display = ["name", "slug", "order", "status", "updated_at"]
    autocomplete_fields = ["milestone", "facts"]
    inlines = [UseCaseInline, ConsiderationInline, IndustryRequirementInline, EmphasisInline]


class SkillOfResourceInline(Inline):
    model = ResourceSkill
    autocomplete_fields = ["skill"]


@admin.register(Resource)
class ResourceAdmin(WithLinks, RecordAdmin):  # type: ignore[misc]  # its link is to a page or none, where Django has a flag too
    list_display = ["name", "type", "link", "checked_on", "hours", "cost", "paid", "affiliate", "status"]
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
    list_display = ["name", "slug", "hours", "status", "updated_at"]
    autocomplete_fields = ["industries"]
    inlines = [ChecklistInline, ProofInline]


class StartingLevelInline(Inline):
    model = StartingLevel
    autocomplete_fields = ["skill"]


@admin.register(StartingPoint)
class StartingPointAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated_at"]
    inlines = [StartingLevelInline]


class GuideForm(ModelForm):  # type: ignore[type-arg]
    takeaways = Lines(required=False, label=_("Key takeaways"), help_text=_("One a line."))


@admin.register(Guide)
class GuideAdmin(RecordAdmin):
    form = GuideForm
    list_display = ["name", "slug", "order", "status", "updated_at"]
    autocomplete_fields = ["facts"]


@admin.register(Question)
class QuestionAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated_at"]


@admin.register(Check)
class CheckAdmin(RecordAdmin):
    list_display = ["name", "slug", "status", "updated_at"]
    autocomplete_fields = ["skill"]
    change_form_template = "admin/curation/check_form.html"

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **options: Any
    ) -> Any:
        """With the items as learners read them, where what the form has is complete."""
        check = context["original"]
        context["items"] = load_items(check.data.get("items"), is_stored=True) if check is not None else ()
        return super().render_change_form(request, context, *args, **options)


@admin.register(Fact)
class FactAdmin(RecordAdmin):
    list_display = ["name", "year", "source", "secondary", "status"]
    list_filter = ["status", "year", "secondary"]
    search_fields = ["name", "slug", "statement", "source"]
