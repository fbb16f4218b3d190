"""Splitting a skill in the admin: the form for the new skill and what goes to it, a preview of the effects, and the split itself.

The form has a row for everything that belongs to the skill or refers to it. The initial choices preserve the meaning of the
catalogue: what referred to the skill now refers to both skills.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Kind, Record, ResourceSkill, Skill
from guidance.catalog.pack import NO_RESOURCE
from guidance.catalog.references import alias_name
from guidance.catalog.search import normalise
from guidance.curation import operations, splitting
from guidance.curation.admin.editing import MAX_NOTE
from guidance.curation.admin.forms import slug_of
from guidance.curation.admin.http import record_url, user_of
from guidance.curation.models import Operation
from guidance.curation.operation_documents import OperationRequest
from guidance.curation.operations import MAX_NAME, MAX_SLUG, Catalogue, OperationPlan
from guidance.curation.pending_operations import needs_second
from guidance.curation.publishing_checks import PublishingCheck, Topic, checks_of
from guidance.curation.splitting import LEVELS, NEW_NEEDS_OLD, OLD_NEEDS_NEW, WITH_UNITS, Documents, Split
from guidance.matching.patterns import is_pattern
from guidance.progress.services import BOTH, GOES, STAYS, SplitHistory

MAX_SUMMARY, MAX_LEVEL_TEXT, MAX_BODY = 160, 1_000, 20_000
MAX_HOURS = 10_000
MAX_LABEL = 120  # maximum number of characters of a unit or a question
SHOWN = ("digest", "change", "csrfmiddlewaretoken")  # values that belong to the page itself, not to the form

# Topics that the plan itself does not check: it already prevents wrong names, references and cycles, and counts learners.
CHECKED = {Topic.COMPLETE, Topic.WRITING, Topic.HOURS, Topic.UNITS, Topic.RESOURCES}

WHERE = {STAYS: _("stays with it"), GOES: _("goes to the new skill"), BOTH: _("both")}


def _text(label: Any, most: int, rows: int = 2, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "cols": 40, "class": "vLargeTextField"})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def _line(label: Any, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.TextInput(attrs={"class": "vTextField"}), **options
    )


def _where(label: Any, *places: str, first: str = "", **options: Any) -> forms.ChoiceField:
    choices = [(place, WHERE[place]) for place in places]
    return forms.ChoiceField(label=label, choices=[("", first), *choices] if first else choices, **options)


def _boxes(label: Any, choices: Sequence[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class SplitForm(forms.Form):
    """The form for splitting a published skill. Its rows depend on what belongs to the skill."""

    def __init__(self, skill: Record, catalogue: Catalogue, data: Any = None) -> None:
        super().__init__(data)
        documents: Documents = {key: found.document for key, found in catalogue.items()}
        self.skill, self.documents = skill, documents
        self.document: Document = documents[Kind.SKILL, skill.slug]
        check = splitting.check_of(skill.slug, documents)
        self.items: Sequence[dict[str, Any]] = check.data.get("items", []) if check else []
        self.naming = {
            key: document for key, document in splitting.naming(skill.slug, documents).items() if document.published
        }
        self.sections: list[tuple[Any, dict[str, Any]]] = []
        for title, fields, is_open in self._sections():
            rows = [tuple(row) if len(row) > 1 else row[0] for row in (list(row) for row in fields)]
            self.fields |= {name: field for row in fields for name, field in row.items()}
            self.sections.append((title, {"fields": rows, "classes": [] if is_open else ["collapse"]}))

    # --- The questions

    def _sections(self) -> Iterator[tuple[Any, list[dict[str, forms.Field]], bool]]:
        yield _("The new skill"), list(self._own_rows()), True
        has_units = any(splitting.units_of(self.document, level) for level in LEVELS)
        yield _("Units that go to the new skill, and hours") if has_units else _("Hours"), list(self._unit_rows()), True
        if self.items:
            yield _("Check questions"), [{f"item-{item['id']}": self._item(item)} for item in self.items], False
        if names := self._names():
            yield (
                _("Other names that go to the new skill"),
                [{"names": _boxes(_("Names"), [(name, name) for name in names])}],
                False,
            )
        yield _("Prerequisites"), list(self._prerequisite_rows()), False
        for kind in dict.fromkeys(key[0] for key in self.naming):
            yield self._title(kind), list(self._naming_rows(kind)), False
        yield _("Learners"), list(self._learner_rows()), True

    def _own_rows(self) -> Iterator[dict[str, forms.Field]]:
        yield {"name": _line(_("Name"), MAX_NAME)}
        helped = _("Its address. If empty, it is made from the name, provided that the address is free.")
        yield {"slug": _line(_("Slug"), MAX_SLUG, required=False, help_text=helped)}
        yield {"summary": _line(_("Summary"), MAX_SUMMARY, help_text=_("What a person does with it."))}
        texts = self.document.data.get("levels", {})
        for level in LEVELS:
            label = gettext("Level %d: you can …") % level
            old = texts.get(level, "")
            told = format_html(gettext("In the old skill: {}"), old) if old else ""
            yield {f"text_{level}": _text(label, MAX_LEVEL_TEXT, help_text=told)}
        yield {"body": _text(_("Text"), MAX_BODY, 6, help_text=_("For its page, in Markdown."))}

    def _unit_rows(self) -> Iterator[dict[str, forms.Field]]:
        for level in LEVELS:
            if units := splitting.units_of(self.document, level):
                choices = [(unit["id"], self._unit_label(unit)) for unit in units]
                yield {f"units_{level}": _boxes(gettext("Level %d") % level, choices)}
        yield {f"hours_{level}": self._hours(_("New skill, level %d"), level) for level in LEVELS}
        yield {f"left_{level}": self._hours(_("What stays, level %d"), level, stays=True) for level in LEVELS}

    def _hours(self, label: Any, level: int, *, stays: bool = False) -> forms.Field:
        """Returns the field for the hours. A level with units has the hours of its units, unless all units are in the other
        skill."""
        options: dict[str, Any] = {}
        if not splitting.units_of(self.document, level):
            options["help_text"] = _("Level %d has no units, so enter its hours.") % level
            options["initial"] = self.document.data.get("effort", [])[level - 1] if stays else None
        elif stays:
            options["help_text"] = (
                _("The sum of the units that stay. Enter hours only if all units of level %d go.") % level
            )
        else:
            options["help_text"] = (
                _("The sum of the units that go. Enter hours only if no unit of level %d goes.") % level
            )
        return forms.FloatField(
            label=label % level,
            required=False,
            min_value=0.25,
            max_value=MAX_HOURS,
            widget=forms.NumberInput(attrs={"step": "any", "class": "vIntegerField"}),
            **options,
        )

    def _unit_label(self, unit: Any) -> str:
        read = self.documents.get((Kind.RESOURCE, unit.get("read", "")))
        text = unit.get("do") or unit.get("build") or f"{read.data['name'] if read else ''}, {unit.get('part', '')}"
        return gettext("%(text)s (%(minutes)d minutes)") % {
            "text": Truncator(text.strip(", ")).chars(MAX_LABEL),
            "minutes": unit["minutes"],
        }

    def _item(self, item: Any) -> forms.Field:
        label = gettext("Level %(level)d: %(question)s") % {
            "level": item["level"],
            "question": Truncator(item["question"]).chars(MAX_LABEL),
        }
        if self._teaches(item):
            return _where(label, STAYS, GOES, first=gettext("with its unit"), required=False)
        return _where(label, STAYS, GOES)

    def _teaches(self, item: Any) -> bool:
        """Returns whether a unit of the skill teaches this check item."""
        units = splitting.units_of(self.document, item["level"])
        return any(unit["id"] == item.get("taught_by") for unit in units)

    def _names(self) -> list[str]:
        data = self.document.data
        phrases = [phrase for phrase in data.get("phrases", []) if not is_pattern(phrase)]
        own = [*map(alias_name, data.get("aliases", [])), *phrases]
        return list(dict.fromkeys([*own, *(name for names in data.get("external", {}).values() for name in names)]))

    def _prerequisite_rows(self) -> Iterator[dict[str, forms.Field]]:
        for slug, level in self.document.data.get("prerequisites", {}).items():
            label = gettext("%(name)s, level %(level)d") % {"name": self._name(Kind.SKILL, slug), "level": level}
            yield {f"needs-{slug}": _where(label, BOTH, STAYS, GOES)}
        choices = [
            ("", _("Neither needs the other")),
            (NEW_NEEDS_OLD, gettext("The new skill needs %s") % self.skill),
            (OLD_NEEDS_NEW, gettext("%s needs the new skill") % self.skill),
        ]
        yield {
            "between": forms.ChoiceField(label=_("Between the two"), choices=choices, required=False),
            "between_level": forms.TypedChoiceField(
                label=_("At level"), choices=[(str(level), str(level)) for level in LEVELS], coerce=int, initial="1"
            ),
        }

    def _title(self, kind: str) -> str:
        documents = [document for key, document in self.naming.items() if key[0] == kind]
        plural = str(RECORD_MODELS[kind]._meta.verbose_name_plural)
        return f"{gettext('Skills that need it') if kind == Kind.SKILL else capfirst(plural)} ({len(documents)})"

    def _naming_rows(self, kind: str) -> Iterator[dict[str, forms.Field]]:
        places = [STAYS, GOES, BOTH]
        choices = [(place, WHERE[place]) for place in (BOTH, STAYS, GOES)]
        helped: dict[str, Any] = {}
        if kind == Kind.RESOURCE:
            choices.insert(0, (WITH_UNITS, _("with the units that read it")))
            helped["help_text"] = _(
                "With its units: a resource goes if only units that go to the new skill use it, belongs to both skills if "
                "units of both use it, and otherwise stays."
            )
        yield {f"all-{kind}": forms.ChoiceField(label=_("All of them"), choices=choices, **helped)}
        rows = [(key[1], self._name(*key)) for key in self.naming if key[0] == kind]
        for slug, name in sorted(rows, key=lambda row: row[1].casefold()):
            told = {"help_text": self._readers(slug)} if kind == Kind.RESOURCE else {}
            yield {f"named-{kind}-{slug}": _where(name, *places, first=gettext("like all"), required=False, **told)}

    def _readers(self, resource: str) -> str:
        """Returns which units read a resource, since the resource goes where they go."""
        units = [(level, unit) for level in LEVELS for unit in splitting.units_of(self.document, level)]
        found = [
            gettext("level %(level)d, %(unit)s") % {"level": level, "unit": self._unit_label(unit)}
            for level, unit in units
            if unit.get("read") == resource
        ]
        return gettext("Read by: %s.") % "; ".join(found) if found else gettext("No unit reads it.")

    def _learner_rows(self) -> Iterator[dict[str, forms.Field]]:
        helped = _("With “both”, a learner also gets the level in the new skill, although no one tested it.")
        yield {"levels": _where(_("Their levels"), BOTH, STAYS, GOES, help_text=helped)}
        yield {
            "sessions": _where(
                _("Time logged without a unit"),
                STAYS,
                GOES,
                help_text=_("Units, and time logged with them, go with the unit."),
            )
        }
        yield {"evidence": _where(_("Evidence and certificates"), STAYS, GOES)}
        yield {"note": _text(_("Why"), MAX_NOTE, required=False, help_text=_("For other curators."))}

    def _name(self, kind: str, slug: str) -> str:
        document = self.documents.get((kind, slug))
        return str(document.data.get("name", slug)) if document else slug

    # --- The answers

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        for key, document in self.documents.items():
            if key[0] == Kind.SKILL and document.published and normalise(document.data["name"]) == normalise(name):
                raise forms.ValidationError(gettext("Another skill already has this name."))
        return name

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or slug_of(self.cleaned_data.get("name", ""))
        if "name" in self.cleaned_data and (
            problems := list(operations.slug_problems(Kind.SKILL, slug, self.skill.pk, is_split=True))
        ):
            raise forms.ValidationError(problems)
        return slug

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self._names():
            if normalise(name) == normalise(data.get("name", "")) and name not in data.get("names", ()):
                said = gettext(
                    "“%(name)s” is another name of “%(skill)s”. Tick it here, so that it goes to the new skill."
                )
                self.add_error("names", said % {"name": name, "skill": self.skill})
        for level, text in self.document.data.get("levels", {}).items():
            if normalise(data.get(f"text_{level}", "")) == normalise(text):
                self.add_error(f"text_{level}", gettext("This is the text of the old skill. Change it."))
        going = set(self._units(data))
        for level in LEVELS:
            units = splitting.units_of(self.document, level)
            went = [unit for unit in units if (level, unit["id"]) in going]
            if not went and data.get(f"hours_{level}") is None and f"hours_{level}" not in self.errors:
                self.add_error(f"hours_{level}", gettext("Enter its hours: no unit of level %d goes to it.") % level)
            if len(went) == len(units) and data.get(f"left_{level}") is None and f"left_{level}" not in self.errors:
                self.add_error(f"left_{level}", gettext("Enter its hours: no unit of level %d stays.") % level)
        return data

    def say_at_fields(self, plan: OperationPlan) -> OperationPlan:
        """If a skill would have no resources, shows that at the field for resources. Returns the plan with its other problems."""
        rest = list(plan.problems)
        for slug, name, where in (
            (plan.request.into, plan.request.name, GOES),
            (self.skill.slug, str(self.skill), STAYS),
        ):
            problem, field = f"{Kind.SKILL} {slug}: {NO_RESOURCE}", f"all-{Kind.RESOURCE}"
            if problem in rest and field in self.fields:
                rest.remove(problem)
                said = gettext("“%(name)s” would have no resources. Choose “%(where)s” or “%(both)s” for one or more.")
                self.add_error(field, said % {"name": name, "where": WHERE[where], "both": WHERE[BOTH]})
        return replace(plan, problems=rest)

    def _units(self, data: dict[str, Any]) -> list[tuple[int, str]]:
        return [(level, key) for level in LEVELS for key in data.get(f"units_{level}", ())]

    def operation_request(self) -> OperationRequest:
        data = self.cleaned_data
        named_by = {}
        for kind, slug in self.naming:
            named_by[f"{kind} {slug}"] = data[f"named-{kind}-{slug}"] or data[f"all-{kind}"]
        said = Split(
            summary=data["summary"],
            levels=tuple(data[f"text_{level}"] for level in LEVELS),
            body=data["body"],
            effort=tuple(data[f"hours_{level}"] for level in LEVELS),
            effort_left=tuple(data[f"left_{level}"] for level in LEVELS),
            units=tuple(self._units(data)),
            items={item["id"]: where for item in self.items if (where := data[f"item-{item['id']}"])},
            names=tuple(data.get("names", ())),
            prerequisites={slug: data[f"needs-{slug}"] for slug in self.document.data.get("prerequisites", {})},
            between=data["between"],
            between_level=data["between_level"],
            named_by=named_by,
            history=SplitHistory(data["levels"], data["sessions"], data["evidence"]),
        )
        what = Operation.OperationType.SPLIT
        return OperationRequest(what, Kind.SKILL, self.skill.slug, data["slug"], data["name"], split=said)


def split_view(operation_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the form, then what would change, then carries out the split. The page contains all the data: nothing is stored
    before the split."""
    if not operation_admin.has_operate_permission(request):
        raise PermissionDenied
    skill = get_object_or_404(Skill.objects.published(), pk=pk)
    catalogue = operations.read_catalogue()
    form = SplitForm(skill, catalogue, request.POST or None)
    plan = None
    if form.is_bound and "change" not in request.POST and form.is_valid():
        plan = operation_admin.plan_or_done(request, form, skill, catalogue, is_confirmed="digest" in request.POST)
        if isinstance(plan, HttpResponse):
            return plan
        plan = form.say_at_fields(plan)
    context = {
        "title": gettext("Split %s") % skill,
        "record": skill,
        "record_url": record_url(Kind.SKILL, pk),
        "form": AdminForm(form, form.sections, {}),  # type: ignore[arg-type]
        "plan": plan,
        "ways": operation_admin.ways(skill, Operation.OperationType.SPLIT),
        "button": _("Split"),
    }
    if plan is None or plan.problems or form.errors:
        return operation_admin.page(request, "admin/curation/split.html", context)  # type: ignore[no-any-return]
    context |= operation_admin.plan_context(plan) | {
        "needs_second": needs_second(user_of(request), plan.request.what),
        "said": [(name, value) for name, values in request.POST.lists() if name not in SHOWN for value in values],
        "new": plan.request.name,
        "history": [
            (form.fields[name].label, WHERE[form.cleaned_data[name]]) for name in ("levels", "sessions", "evidence")
        ],
    }
    return operation_admin.page(request, "admin/curation/split_dry_run.html", context)  # type: ignore[no-any-return]


def checks_of_split(plan: OperationPlan) -> list[tuple[str, list[PublishingCheck]]]:
    """Returns the results of the publishing checks for the texts, units and resources of both skills, the new one first."""
    after = {change.after.slug: change for change in plan.changes if change.after.kind == Kind.SKILL}
    uses = [change for change in plan.changes if change.after.kind == Kind.RESOURCE]
    found = []
    for slug in (plan.request.into, plan.request.slug):
        skill = after[slug]
        resources = set(
            ResourceSkill.objects.filter(skill=skill.record_id or None).values_list("resource_id", flat=True)
        )
        for change in uses:
            (resources.add if slug in change.after.data.get("skills", {}) else resources.discard)(change.record_id)
        checks = checks_of(Kind.SKILL, skill.record_id, skill.after, resources)
        name = str(skill.after.data["name"])
        found.append((name, [check for check in checks if check.topic in CHECKED]))
    return found


def split_address(skill: Record) -> str:
    return reverse("admin:curation_operation_split", args=[skill.pk])
