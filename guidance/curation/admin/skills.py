"""The form of a skill: its levels with their hours, its units, prerequisites, aliases and resources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SplitArrayField, SplitArrayWidget
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog import graph, unit_text
from guidance.catalog.fields import plain
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.kinds.skill import MAX_UNIT_KEY
from guidance.catalog.milestones import text_findings, unit_findings
from guidance.catalog.models import Alias, Check, Prerequisite, Project, ResourceSkill, Skill, Status, Unit
from guidance.catalog.text import level_name
from guidance.curation import naming
from guidance.curation.admin.classifications import CLASSIFICATIONS, ClassifiedAdmin, ClassifiedForm
from guidance.curation.admin.form_documents import LevelError
from guidance.curation.admin.form_sections import FormSection
from guidance.curation.admin.forms import PlacedForm, PlacedFormSet, RangeForm, key_of, posted_keys
from guidance.curation.admin.http import user_of
from guidance.curation.admin.records import Inline, RecordAdmin
from guidance.curation.check_items import load_items
from guidance.curation.models import Proposal
from guidance.curation.publishing_checks import PublishingCheck
from guidance.curation.record_documents import NEVER_PUBLIC
from guidance.curation.skill_resources import ProposedUse, Span, propose_uses, proposed_uses

OPEN_ROWS = 2  # maximum number of unfolded rows in a section: with more, the form is over 6,000 pixels high on a phone


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


class LevelFields(SplitArrayField):
    """A value for each level from 1 to 4. Errors name a level, not an array index.

    The last values may be empty and are then not stored; a value before a filled one must not be empty.
    """

    default_error_messages = {"item_invalid": _("Level %(nth)s:")}

    def __init__(self, base_field: forms.Field, widget: forms.Widget, name: Any, empty: Any, **options: Any) -> None:
        self.empty = empty  # the error for a level without a value
        widget = Numbered(widget, MAX_LEVEL, name)
        super().__init__(base_field, MAX_LEVEL, required=False, remove_trailing_nulls=True, widget=widget, **options)

    def clean(self, value: Any) -> list[Any]:
        values: list[Any] = list(super().clean(value))
        while values and not values[-1]:  # no level takes 0 hours
            values.pop()
        if empty := [level for level, item in enumerate(values, 1) if not item]:
            raise ValidationError([LevelError(self.said_of_empty(level), level) for level in empty])
        return values

    def said_of_empty(self, level: int) -> str:
        return str(self.empty % {"before": level - 1, "level": level})


class SkillForm(ClassifiedForm):
    level_texts = LevelFields(
        forms.CharField(required=False),
        forms.Textarea(attrs={"rows": 3}),
        _("Level %d"),
        empty=_("The text of level %(level)d is missing."),
        label=_("Levels 1 to 4"),
        help_text=_("What a person can do, each beginning with “You can”."),
    )
    effort = LevelFields(
        forms.FloatField(required=False, min_value=0),
        forms.NumberInput(attrs={"step": "any"}),
        _("Hours to level %d"),
        empty=_("“Hours from %(before)d to %(level)d” is empty."),
        label=_("Hours"),
        help_text=_("Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."),
    )

    unit_hours: Mapping[int, float] = {}  # hours of levels with units, which are shown there and not in `effort`

    def level_rows(self) -> list[dict[str, Any]]:
        """Returns each level with its two fields, as HTML."""
        parts = [self._widgets_of(name) for name in ("level_texts", "effort")]
        rows: list[dict[str, Any]] = []
        for number, (text_, hours) in enumerate(zip(*parts, strict=True), 1):
            has_units = number in self.unit_hours
            if has_units:
                hours |= {"value": self.unit_hours[number], "attrs": {**hours["attrs"], "readonly": True}}
            row = {"number": number, "name": level_name(number), "before": number - 1, "has_units": has_units}
            rows.append(row | {"text": self._html("level_texts", text_), "hours": self._html("effort", hours)})
        return rows

    def _widgets_of(self, name: str) -> list[dict[str, Any]]:
        bound = self[name]
        widget: Any = bound.field.widget
        attrs = bound.build_widget_attrs({"id": bound.auto_id}, widget)
        return list(widget.get_context(bound.html_name, bound.value(), attrs)["widget"]["subwidgets"])

    def _html(self, name: str, part: dict[str, Any]) -> SafeString:
        widget: Any = self.fields[name].widget
        return widget.widget.render(part["name"], part["value"], part["attrs"])  # type: ignore[no-any-return]


class PrerequisiteFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Rejects a cycle and lists it before the database does."""
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
        """Names the skill that has the alias; the database constraint only states that some skill has it."""
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
    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=[
            ("", "–"),
            *((n, _("%(n)d (from %(before)d)") % {"n": n, "before": n - 1}) for n in range(1, MAX_LEVEL + 1)),
        ],
        widget=forms.Select(attrs={"aria-label": _("Level")}),
    )
    key = forms.SlugField(
        label=_("Key"),
        required=False,
        max_length=MAX_UNIT_KEY,
        widget=forms.TextInput(attrs={"aria-label": _("Key")}),
        help_text=_(
            "What learners tick is saved under this key, so it stays the same when the rest changes. Leave "
            "empty to create it from the text."
        ),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            if text.strip():
                unit_text.checked(text)
        except unit_text.UnclosedCode:
            raise forms.ValidationError(
                gettext("The code has no end. Write ``` on a line of its own before and after it, or ` in a sentence.")
            ) from None
        except unit_text.BadTitle:
            raise forms.ValidationError(gettext("Begin with a sentence without `: it is the title.")) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Checks that what a unit reads is a resource of the skill, so that learners can find it."""
        cleaned = super().clean()
        said = str(cleaned.get("text") or cleaned.get("part") or getattr(cleaned.get("resource"), "name", ""))
        if not cleaned.get("key") and "key" in cleaned:
            cleaned["key"] = key_of(said, MAX_UNIT_KEY)
        resource, type_ = cleaned.get("resource"), cleaned.get("type")
        if type_ == Unit.UnitType.READ and "resource" in cleaned and resource is None:
            self.add_error("resource", gettext("Choose what to read."))
        elif type_ and type_ != Unit.UnitType.READ and "text" in cleaned and not cleaned["text"].strip():
            self.add_error("text", gettext("Enter what to do."))
        elif type_ and not cleaned.get("key") and {"key", "text"} <= cleaned.keys():
            self.add_error("key", gettext("Enter a key: it can’t be made from the text."))
        if "part" in cleaned and type_ and type_ != Unit.UnitType.READ:
            cleaned["part"] = ""  # only a unit to read has a part; for others the field is hidden
        skill = self.instance.skill if self.instance.skill_id else None  # None for a new one
        if resource and skill and skill.status == Status.PUBLISHED and not resource.uses.filter(skill=skill).exists():
            message = gettext(
                "%(resource)s isn’t a resource for %(skill)s. Choose another one, or add the skill to it."
            )
            self.add_error("resource", message % {"resource": resource.name, "skill": skill.name})
        return cleaned


class UnitFormSet(PlacedFormSet):
    def clean(self) -> None:
        """Checks the writing rules for a record that is or will be public; a draft may break them temporarily."""
        super().clean()
        is_checked = self.instance.status == Status.PUBLISHED or "_submit" in self.data
        if any(self.errors) or not is_checked:
            return
        levels: dict[int, list[dict[str, Any]]] = {}
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        forms = [(form.cleaned_data["level"], form) for form in sorted(kept, key=self._place)]
        for level, form in forms:
            found = form.cleaned_data
            unit = {"minutes": found["minutes"], found["type"]: found["text"]}
            levels.setdefault(level, []).append(unit)
            for message in text_findings(unit):
                form.add_error("text", capfirst(message) + ".")
        first = dict(reversed(forms))
        for level, units in levels.items():
            for message in unit_findings(level, units):
                first[level].add_error(None, capfirst(message) + ".")


def hours_of(formset: UnitFormSet) -> dict[int, float]:
    """Returns the hours of each level with units, according to the rows of the form."""
    minutes: dict[int, int] = {}
    for form in formset.forms:
        level, taken = (str(form[name].value() or "") for name in ("level", "minutes"))
        if level.isdecimal() and taken.isdecimal() and not form.data.get(form.add_prefix("DELETE")):
            minutes[int(level)] = minutes.get(int(level), 0) + int(taken)
    return {level: plain(round(total / 60, 2)) for level, total in minutes.items()}


class UnitInline(Inline):
    model = Unit
    form = UnitForm
    formset = UnitFormSet
    fields = ("level", "type", "minutes", "place", "key", "untried", "basics", "resource", "part", "text")
    first_rows = 1
    autocomplete_fields = ["resource"]


class ResourceUseFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Writes no rows: they belong to the resources, so changes become proposals for the resources (`skill_resources`)."""

    def save(self, commit: bool = True) -> Any:
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        self.changes: dict[int, Span | None] = {}
        self.drafts: list[int] = []  # chosen resources that were never public
        for form in self.forms:
            resource = form.cleaned_data.get("resource") if form.cleaned_data else None
            if resource is None:
                continue
            before = form.initial.get("resource") if form.instance.pk else None
            if form in self.deleted_forms:
                self.changes[before or resource.pk] = None
                continue
            if before not in (None, resource.pk):
                self.changes[before] = None
            if form.has_changed():
                self.changes[resource.pk] = (form.cleaned_data["from_level"], form.cleaned_data["to_level"])
            if resource.status in NEVER_PUBLIC:
                self.drafts.append(resource.pk)
        return []


class ResourceUseInline(Inline):
    model = ResourceSkill
    form = RangeForm
    formset = ResourceUseFormSet
    fields = ("resource", "from_level", "to_level")
    autocomplete_fields = ["resource"]
    verbose_name = _("resource")
    verbose_name_plural = _("resources")
    first_rows = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        """Returns the rows in the order of the skill’s page."""
        rows = super().get_queryset(request).exclude(resource__status=Status.RETIRED).select_related("resource")
        is_paid = Case(When(resource__cost=0, then=0), default=1)
        return rows.order_by("from_level", "to_level", is_paid, "resource__hours", "resource__slug")


@admin.register(Skill)
class SkillAdmin(ClassifiedAdmin, RecordAdmin):
    form = SkillForm
    list_display = ["name", "area", "kind", "horizon", "demand", "status", "updated"]
    list_filter = ["status", "area", "kind", "horizon"]
    list_select_related = ["area"]
    search_fields = ["name", "slug", "aliases__name", "summary"]
    inlines = [UnitInline, ResourceUseInline, PrerequisiteInline, AliasInline]
    sections = (
        FormSection("basics", _("Basics"), ("name", "slug", "summary", ("area", "kind", "horizon"), "body", "demand")),
        FormSection(
            "levels",
            _("Levels"),
            ("level_texts", "effort"),
            help=_(
                "All four are required. Each begins with “You can” and describes something another person could check."
            ),
            template="admin/curation/form_levels.html",
        ),
        FormSection(
            "units",
            _("Units"),
            inlines=(UnitInline,),
            max_open_rows=OPEN_ROWS,
            help=_(
                "If a level has units, its hours are the sum of theirs. Its first unit takes 60 minutes or less, "
                "and at least half of the level’s minutes are for doing or building something. A text has at most 150 words outside "
                "code. Its first sentence is the title, of at most 110 characters, and “Done when …” says how to see that it is done. "
                "An empty line separates paragraphs, “- ” begins an item of a list, a line of ``` stands before and after code, and ` "
                "before and after code in a sentence. Other Markdown isn’t read."
            ),
        ),
        FormSection(
            "resources",
            _("Resources"),
            inlines=(ResourceUseInline,),
            max_open_rows=OPEN_ROWS,
            help=_("Three or more, one of them free. Find a resource by its name or address; + adds a missing one."),
            template="admin/curation/form_resources.html",
            also=("resources",),
        ),
        FormSection(
            "relations",
            _("Needs first"),
            inlines=(PrerequisiteInline,),
            max_open_rows=OPEN_ROWS,
            help=_("Require a level only if level 1 cannot be reached without it."),
        ),
        FormSection(
            "names",
            _("Other names"),
            ("phrases",),
            inlines=(AliasInline,),
            max_open_rows=OPEN_ROWS,
            help=_("Other names in job ads and CVs."),
        ),
        FormSection("uses", _("Questions and projects"), template="admin/curation/form_uses.html"),
        CLASSIFICATIONS,
    )

    def posted_resources(self, request: HttpRequest) -> set[int] | None:
        return posted_keys(request.POST, "uses", "resource")

    def checks_of_form(self, request: HttpRequest, record: Any) -> list[PublishingCheck]:
        """Returns which levels lack hours and texts. A level whose unit has no minutes yet does not lack hours."""
        checks = super().checks_of_form(request, record)
        no_minutes = {
            request.POST.get(f"{check.path[1]}-level")
            for check in checks
            if check.field == "units" and check.path[2:] == ("minutes",)
        }
        for key, name in (("effort", "effort"), ("levels", "level_texts")):
            empty = [n for n in range(1, MAX_LEVEL + 1) if not request.POST.get(f"{name}_{n - 1}", "").strip(" 0.")]
            said = [n for n in empty if key == "levels" or str(n) not in no_minutes]
            about = next((check for check in checks if check.field == key and check.is_empty), None)
            if about is None or len(said) == MAX_LEVEL:
                continue
            field: Any = self.form.base_fields[name]
            levels = [replace(about, text=field.said_of_empty(n), path=(key, n)) for n in said]
            checks = [*levels, *(check for check in checks if check.field != key or not check.is_empty)]
        return checks

    def propose_related(
        self, request: HttpRequest, record: Any, formsets: Sequence[Any], *, author: User, submit: bool
    ) -> list[Proposal]:
        made: list[Proposal] = []
        for formset in formsets:
            if isinstance(formset, ResourceUseFormSet):
                note = gettext("For the skill “%s”.") % record.name
                made += propose_uses(
                    record, formset.changes, author=author, note=note, submit=submit, drafts=formset.drafts
                )
        return made

    def form_context(self, request: HttpRequest, context: Mapping[str, Any], obj: Any) -> dict[str, Any]:
        for inline in context["inline_admin_formsets"]:
            if isinstance(inline.formset, UnitFormSet):
                context["adminform"].form.unit_hours = hours_of(inline.formset)
        uses = SkillUses(obj, user_of(request)) if obj is not None else None
        return super().form_context(request, context, obj) | {"uses": uses}


@dataclass
class SkillUses:
    """The places where other records refer to the skill. Queried while the page is rendered."""

    skill: Skill
    user: User

    @cached_property
    def proposed_resources(self) -> list[tuple[ProposedUse, bool]]:
        """Returns the proposed uses, each with whether it is submitted with the skill."""
        return [(use, use.goes_with_skill(self.user)) for use in proposed_uses(self.skill)]

    @cached_property
    def check(self) -> Check | None:
        return Check.objects.filter(skill=self.skill).first()

    @property
    def question_count(self) -> int:
        return (
            sum(not item.withdrawn for item in load_items(self.check.data.get("items"), is_stored=True))
            if self.check
            else 0
        )

    @cached_property
    def projects(self) -> list[Project]:
        return list(Project.objects.filter(proves__skill=self.skill).exclude(status=Status.RETIRED).order_by("name"))

    @cached_property
    def needed_by(self) -> list[Skill]:
        return list(
            Skill.objects.filter(prerequisites__requires=self.skill).exclude(status=Status.RETIRED).order_by("name")
        )
