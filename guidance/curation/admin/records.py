"""The catalogue in the admin: which fields each kind of record has, and what its list shows. How it is saved is in `workflow`, what it was in
`history`, how it would look in `preview`."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.postgres.forms import SplitArrayField, SplitArrayWidget
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import graph
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.kinds.skill import MAX_UNIT_KEY
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
from guidance.catalog.text import level_name
from guidance.curation import naming
from guidance.curation.admin.bulk import BulkActions
from guidance.curation.admin.described import form_for
from guidance.curation.admin.form_sections import FormSection
from guidance.curation.admin.forms import ChoiceForm, ChoiceFormSet, Lines, PlacedForm, PlacedFormSet
from guidance.curation.admin.health import ByLink, WithLinks
from guidance.curation.admin.history import HistoryAdmin, PreviewAdmin
from guidance.curation.admin.writing import WritingAdmin
from guidance.curation.check_items import load_items

WORDS_OF_KEY = 5  # the first of a unit's text, where no one chose a key


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


def only_adding(field: forms.Field) -> None:
    """Beside a field that chooses a record, a way to add one that is missing. Others are found by their names."""
    if isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget.can_change_related = field.widget.can_view_related = field.widget.can_delete_related = False


class Inline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    template = "admin/curation/form_rows_of.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """In a table the header of a column is no label: what is in the cells says itself what it is."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
            only_adding(field)
        return field

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        """A new record has a row to begin with."""
        return self.extra if obj is not None else self.first_rows

    first_rows = 0


class RecordAdmin(WritingAdmin, HistoryAdmin, PreviewAdmin, BulkActions):
    list_display = ["name", "slug", "status", "updated_at"]
    list_filter = ["status"]
    search_fields = ["name", "slug", "summary", "body"]
    readonly_fields = ["status", "updated_at"]
    list_per_page = 50
    save_on_top = True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": form_for(self.model.KIND, self.form), **options})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None:
            only_adding(field)
            if db_field.related_model is Area and isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget = field.widget.widget  # there are few, and a new one is a decision of its own
        return field


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["name", "letter", "family", "order", "status", "updated_at"]


class LevelFields(SplitArrayField):
    """A value for each level from 1 to 4. What is wrong is said of the level and not of an array."""

    def __init__(self, base_field: forms.Field, widget: forms.Widget, name: Any, **options: Any) -> None:
        widget = Numbered(widget, MAX_LEVEL, name)
        super().__init__(base_field, MAX_LEVEL, required=False, remove_trailing_nulls=True, widget=widget, **options)


class SkillForm(ModelForm):  # type: ignore[type-arg]
    level_texts = LevelFields(
        forms.CharField(required=False),
        forms.Textarea(attrs={"rows": 3}),
        _("Level %d"),
        label=_("Levels 1 to 4"),
        help_text=_("What a person can do, each beginning with “You can”."),
    )
    effort = LevelFields(
        forms.FloatField(required=False, min_value=0),
        forms.NumberInput(attrs={"step": "any"}),
        _("Hours to level %d"),
        label=_("Effort"),
        help_text=_("Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."),
    )

    def level_rows(self) -> list[dict[str, Any]]:
        """Each level with its two fields, as HTML."""
        parts = [self._widgets_of(name) for name in ("level_texts", "effort")]
        return [
            {"number": number, "name": level_name(number), "before": number - 1, "text": text_, "hours": hours}
            for number, (text_, hours) in enumerate(zip(*parts, strict=True), 1)
        ]

    def _widgets_of(self, name: str) -> list[SafeString]:
        bound = self[name]
        widget: Any = bound.field.widget
        attrs = bound.build_widget_attrs({"id": bound.auto_id}, widget)
        found = widget.get_context(bound.html_name, bound.value(), attrs)["widget"]["subwidgets"]
        return [widget.widget.render(part["name"], part["value"], part["attrs"]) for part in found]


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
    first_rows = 1


class PrerequisiteForm(ModelForm):  # type: ignore[type-arg]
    level = forms.IntegerField(
        label=_("Level"),
        initial=1,
        min_value=1,
        max_value=MAX_LEVEL,
        widget=forms.NumberInput(attrs={"aria-label": _("Level"), "class": "vSmallIntegerField"}),
    )


class PrerequisiteInline(Inline):
    model = Prerequisite
    form = PrerequisiteForm
    first_rows = 1
    fk_name = "skill"
    formset = PrerequisiteFormSet
    autocomplete_fields = ["requires"]


class UnitForm(PlacedForm):
    key = forms.SlugField(
        label=_("Key"),
        required=False,
        max_length=MAX_UNIT_KEY,
        widget=forms.TextInput(attrs={"aria-label": _("Key")}),
        help_text=_("What learners tick is saved under it, so it stays when the rest changes. Empty: from the text."),
    )

    def clean(self) -> dict[str, Any]:
        """A learner finds what to read among the resources of the skill."""
        cleaned = super().clean()
        said = str(cleaned.get("text") or cleaned.get("part") or getattr(cleaned.get("resource"), "name", ""))
        if not cleaned.get("key") and "key" in cleaned:
            cleaned["key"] = slugify(" ".join(said.split()[:WORDS_OF_KEY]))[:MAX_UNIT_KEY].strip("-")
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
    fields = ("level", "type", "minutes", "place", "key", "untried", "basics", "resource", "part", "text")
    first_rows = 1
    autocomplete_fields = ["resource"]


@admin.register(Skill)
class SkillAdmin(RecordAdmin):
    form = SkillForm
    list_display = ["name", "area", "kind", "horizon", "demand", "status", "updated_at"]
    list_filter = ["status", "area", "kind", "horizon"]
    list_select_related = ["area"]
    search_fields = ["name", "slug", "aliases__name", "summary"]
    inlines = [UnitInline, PrerequisiteInline, AliasInline]
    sections = (
        FormSection("basics", _("Basics"), ("name", "slug", "summary", ("area", "kind", "horizon"), "body", "demand")),
        FormSection(
            "levels",
            _("Levels"),
            ("level_texts", "effort"),
            help=_("Each begins with “You can” and is something another person could check."),
            template="admin/curation/form_levels.html",
        ),
        FormSection(
            "units",
            _("Units"),
            inlines=(UnitInline,),
            help=_("The hours of a level with units are those of its units."),
        ),
        FormSection(
            "relations",
            _("Needs first"),
            inlines=(PrerequisiteInline,),
            help=_("Ask for a level only if level 1 cannot be reached without it."),
        ),
        FormSection(
            "names", _("Other names"), ("phrases",), inlines=(AliasInline,), help=_("How job ads and CVs say it.")
        ),
        FormSection("classifications", _("ESCO and O*NET"), ("esco", "onet"), also=("external",)),
    )


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
