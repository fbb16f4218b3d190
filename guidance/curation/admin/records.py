"""The catalogue in the admin. Every save ends in `versions.commit`, like every other way to change a record."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField, SplitArrayField
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import graph, versions
from guidance.catalog.models import (
    Activity,
    Alias,
    Area,
    Change,
    ChecklistItem,
    Consideration,
    Emphasis,
    Fact,
    Guide,
    Industry,
    Neighbour,
    Prerequisite,
    Project,
    Proof,
    Question,
    Record,
    Requirement,
    Resource,
    ResourceSkill,
    Role,
    Skill,
    StartingLevel,
    StartingPoint,
    Status,
    UseCase,
    Version,
)


class Lines(SimpleArrayField):
    """A list as one entry a line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 6})
        super().__init__(forms.CharField(), delimiter="\n", widget=widget, **options)


class Inline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0


class Refused(Exception):
    """The record cannot be saved like this; `objections` say why."""

    def __init__(self, objections: list[str]) -> None:
        self.objections = objections


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "slug", "status", "updated_at"]
    list_filter = ["status"]
    search_fields = ["name", "slug", "summary", "body"]
    readonly_fields = ["updated_at", "history"]
    list_per_page = 50
    save_on_top = True

    @admin.display(description=_("Versions"))
    def history(self, record: Record) -> SafeString:
        if record.pk is None:
            return SafeString("–")
        address = reverse("admin:catalog_version_changelist")
        count = Version.objects.filter(kind=record.KIND, record_id=record.pk).count()
        return format_html(
            '<a href="{}?kind={}&record_id={}">{}</a>',
            address,
            record.KIND,
            record.pk,
            gettext("All %d versions") % count,
        )

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST":
            try:
                with transaction.atomic():
                    versions.lock()  # a load of the pack does not happen in between
                    return super().changeform_view(request, object_id, form_url, extra_context)
            except Refused as refused:
                # The whole record is known only after its rows are saved. That is undone by now; the form comes
                # back with what was typed and the reasons.
                request.objections = refused.objections  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        objections: list[str] = getattr(request, "objections", [])
        if not objections:
            return form

        class RefusedForm(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                super().clean()
                raise ValidationError(objections)

        return RefusedForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record = type(form.instance).objects.get(pk=form.instance.pk)
        if objections := versions.objections(record):
            raise Refused(objections)
        revision = versions.commit([record], source=Version.Source.CURATOR, author=request.user)  # type: ignore[arg-type]  # nobody anonymous gets here
        if revision is not None:
            messages.info(request, gettext("Published as revision %d.") % revision.number)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public once is retired, so that its address can say so; only a draft that never was can be deleted."""
        if obj is None or obj.status == Status.PUBLISHED or not super().has_delete_permission(request, obj):
            return False
        return not Change.objects.filter(kind=obj.KIND, slug=obj.slug).exists()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        Version.objects.filter(kind=obj.KIND, record_id=obj.pk).delete()
        super().delete_model(request, obj)

    def view_on_site(self, obj: Record) -> str | None:
        return obj.get_absolute_url() if obj.status == Status.PUBLISHED else None


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["name", "letter", "family", "order", "status", "updated_at"]


class SkillForm(ModelForm):  # type: ignore[type-arg]
    level_texts = SplitArrayField(
        forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2})),
        size=4,
        required=False,
        remove_trailing_nulls=True,
        label=_("Levels 1 to 4"),
        help_text=_("What a person can do, each beginning with “You can”."),
    )
    effort = SplitArrayField(
        forms.FloatField(required=False, min_value=0),
        size=4,
        required=False,
        remove_trailing_nulls=True,
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


class AliasInline(Inline):
    model = Alias


class PrerequisiteInline(Inline):
    model = Prerequisite
    fk_name = "skill"
    formset = PrerequisiteFormSet
    autocomplete_fields = ["requires"]


@admin.register(Skill)
class SkillAdmin(RecordAdmin):
    form = SkillForm
    list_display = ["name", "area", "kind", "horizon", "demand", "status", "updated_at"]
    list_filter = ["status", "area", "kind", "horizon"]
    list_select_related = ["area"]
    search_fields = ["name", "slug", "aliases__name", "summary"]
    autocomplete_fields = ["area"]
    inlines = [AliasInline, PrerequisiteInline]


class RequirementInline(Inline):
    model = Requirement
    autocomplete_fields = ["skill"]


class ActivityInline(Inline):
    model = Activity


class NeighbourInline(Inline):
    model = Neighbour
    fk_name = "role"
    autocomplete_fields = ["other"]


@admin.register(Role)
class RoleAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated_at"]
    autocomplete_fields = ["facts"]
    inlines = [RequirementInline, ActivityInline, NeighbourInline]


class UseCaseInline(Inline):
    model = UseCase


class ConsiderationInline(Inline):
    model = Consideration


class EmphasisInline(Inline):
    model = Emphasis
    autocomplete_fields = ["skill"]


@admin.register(Industry)
class IndustryAdmin(RecordAdmin):
    list_display = ["name", "slug", "order", "status", "updated_at"]
    autocomplete_fields = ["facts"]
    inlines = [UseCaseInline, ConsiderationInline, EmphasisInline]


class SkillOfResourceInline(Inline):
    model = ResourceSkill
    autocomplete_fields = ["skill"]


@admin.register(Resource)
class ResourceAdmin(RecordAdmin):
    list_display = ["name", "type", "hours", "cost", "affiliate", "checked_on", "status"]
    list_filter = ["status", "type", "affiliate", "language", ("checked_on", admin.EmptyFieldListFilter)]
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


@admin.register(Fact)
class FactAdmin(RecordAdmin):
    list_display = ["name", "year", "source", "secondary", "status"]
    list_filter = ["status", "year", "secondary"]
    search_fields = ["name", "slug", "statement", "source"]
