"""The questions of a skill as rows of its form, each with its options. `kinds.check_items` defines what is valid."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import ModelForm
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import Invalid
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.kinds.check_items import ITEM_KINDS, MAX_ITEM_KEY, OPTIONS
from guidance.catalog.models import Unit
from guidance.curation.admin.check_item_problems import LABELS, ItemError, in_words, part_of
from guidance.curation.admin.forms import key_of
from guidance.curation.admin.http import primary_key

NEW_ROWS = 3  # empty rows for new questions, until the form is saved
MOST_OPTIONS = max(most for _fewest, most in OPTIONS.values())
KINDS = {
    "choice": _("choice: one of four options is right"),
    "several": _("several: two or three of four options are right"),
    "order": _("order: three to five options, written here in the right order"),
    "number": _("number: a number is typed"),
    "output": _("output: what the code prints is typed"),
}
assert set(KINDS) == set(ITEM_KINDS)
BLANK = {"placeholder": " "}  # lets the style sheet detect and hide an empty field that the kind does not have
NO_SKILL = _("Choose the skill and save. Its units are then listed here.")
NO_UNITS = _("The skill has no units yet, or they are in a proposal that isn’t public.")


class ItemForm(forms.Form):
    """Shows one question. The field of the document checks what is typed, because it has the whole question."""

    use_required_attribute = False
    wrong: Mapping[str, str] = {}

    level = forms.ChoiceField(
        label=LABELS["level"], choices=[("", "---------"), *((str(n), str(n)) for n in range(1, MAX_LEVEL + 1))]
    )
    kind = forms.ChoiceField(label=LABELS["kind"], choices=[("", "---------"), *KINDS.items()])
    question = forms.CharField(label=LABELS["question"], widget=forms.Textarea(attrs={"rows": 2, "data-most": "400"}))
    code = forms.CharField(label=LABELS["code"], widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
    answer = forms.CharField(
        label=LABELS["answer"], widget=forms.TextInput(attrs=BLANK), help_text=_("Only for a number or an output.")
    )
    tolerance = forms.CharField(
        label=LABELS["tolerance"], widget=forms.TextInput(attrs=BLANK), help_text=_("By how much a number may differ.")
    )
    unit = forms.CharField(
        label=LABELS["unit"], widget=forms.TextInput(attrs=BLANK), help_text=_("Only for a number, such as ms.")
    )
    why = forms.CharField(
        label=LABELS["why"],
        widget=forms.Textarea(attrs={"rows": 2, "data-most": "240", **BLANK}),
        help_text=_("Shown with the answer to an order, a number or an output. Each option has its own explanation."),
    )
    taught_by = forms.ChoiceField(
        label=LABELS["taught_by"],
        help_text=_("The unit of the same level that teaches the answer, for learners who get it wrong."),
    )
    source = forms.CharField(label=LABELS["source"], help_text=_("The address of a page that confirms the answer."))
    checked_on = forms.CharField(label=LABELS["checked_on"], help_text=_("The day, such as 2026-11-24."))
    id = forms.CharField(
        label=LABELS["id"],
        help_text=_(
            "Answers are saved under this key, so it stays the same when the rest changes. Leave empty to "
            "create it from the question."
        ),
    )
    withdrawn = forms.BooleanField(label=LABELS["withdrawn"])
    remove = forms.BooleanField(label=LABELS["remove"])

    def show_problems(self, wrong: Mapping[str, str]) -> None:
        """Shows each problem at the part of the question that it concerns."""
        self.wrong = wrong
        for key in wrong.keys() & self.fields.keys():
            self.fields[key].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": f"id_{self.prefix}-{key}_error",
            }

    def parts(self) -> Iterator[tuple[Any, str]]:
        """Yields the fields, each with its problem."""
        for field in self:
            yield field, self.wrong.get(field.name, "")

    @property
    def wrong_options(self) -> str:
        """Returns what is wrong with the options as a whole."""
        return self.wrong.get("options", "")

    def options(self) -> list[dict[str, Any]]:
        rows = self.initial.get("options") or []
        return [
            {
                "number": number + 1,
                "name": f"{self.prefix}-option-{number}",
                **(rows[number] if number < len(rows) else {}),
                "wrong_text": self.wrong.get(f"option-{number}-text", ""),
                "wrong_why": self.wrong.get(f"option-{number}-why", ""),
            }
            for number in range(max(MOST_OPTIONS, len(rows)))
        ]


@dataclass
class TypedItem:
    """A question as it was typed: its place in the form, and the part of it that the document contains."""

    number: int  # starting at 0
    item: dict[str, Any]
    options: list[dict[str, Any]]  # including empty ones
    is_removed: bool

    @property
    def is_kept(self) -> bool:
        return bool(self.item) and not self.is_removed

    def place_of_option(self, index: int) -> int:
        """Returns an option's place in the form, given its place in the document."""
        there = [place for place, option in enumerate(self.options) if option]
        return there[index] if index < len(there) else index


class ItemRows(forms.Widget):
    """The questions of a form. Each is a section that unfolds; new questions are written in the sections at the end."""

    says_errors = True  # shows errors at the parts of the questions

    def __init__(self) -> None:
        super().__init__()
        self.units: Sequence[tuple[str, str]] = ()  # units that may teach the questions: key, and level with text
        self.has_skill = True
        self.typed: list[TypedItem] = []  # what was posted
        self.wrong: dict[int, dict[str, str]] = {}  # by the number of the question in the form, then by part

    def __deepcopy__(self, memo: Any) -> "ItemRows":
        """Returns a copy, because each form needs its own."""
        copied: ItemRows = super().__deepcopy__(memo)
        copied.typed, copied.wrong = [], {}
        return copied

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        count = str(data.get(f"{name}-count", ""))
        numbers = range(min(int(count), 500)) if count.isdecimal() and len(count) < 4 else ()
        self.typed = [_typed(data, f"{name}-{number}", number) for number in numbers]
        found, keys = self.kept, set[str]()
        for row in found:
            if not row.get("id"):
                key = key_of(str(row.get("question", "")), MAX_ITEM_KEY)
                row["id"] = key if key not in keys else f"{key[: MAX_ITEM_KEY - 3]}-{len(keys)}"
            keys.add(row["id"])
        return found

    @property
    def kept(self) -> list[dict[str, Any]]:
        """Returns the questions of the document."""
        return [typed.item for typed in self.typed if typed.is_kept]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-count" not in data

    def _rows(self, value: Any) -> list[dict[str, Any]]:
        """Returns the initial values of each row. What was typed stays in the row where it was typed."""
        rows = [dict(item) for item in value or ()]
        if self.typed:
            rows = [
                {**typed.item, "options": typed.options, "remove": typed.is_removed} if typed.item else {}
                for typed in self.typed
            ]
        spare = next((n for n, row in enumerate(reversed(rows)) if row), len(rows))
        return [*rows, *({} for _new in range(NEW_ROWS - spare))]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        rows = []
        for number, item in enumerate(self._rows(value)):
            form = ItemForm(initial={key: _shown(said) for key, said in item.items()}, prefix=f"{name}-{number}")
            form.show_problems(self.wrong.get(number, {}))
            taught_by = str(item.get("taught_by", ""))
            unknown = [] if taught_by in {"", *(key for key, _text in self.units)} else [(taught_by, taught_by)]
            taught = form.fields["taught_by"]
            taught.choices = [("", "---------"), *self.units, *unknown]  # type: ignore[attr-defined]
            if not self.units:
                taught.help_text = NO_UNITS if self.has_skill else NO_SKILL
            rows.append({"form": form, "item": item})
        return render_to_string("admin/curation/check_item_rows.html", {"name": name, "rows": rows})


class ItemsField(forms.Field):
    widget = ItemRows

    def say(self, problem: Invalid) -> ItemError | None:
        """Assigns a problem to the part of the question that it is about; returns None if that part already has another problem."""
        widget: Any = self.widget
        kept = [typed for typed in widget.typed if typed.is_kept]
        index = problem.path[1] if len(problem.path) > 1 else None
        if not isinstance(index, int) or index >= len(kept):
            return ItemError(in_words(str(problem), ""))
        typed = kept[index]
        part = part_of(problem, typed.place_of_option)
        wrong = widget.wrong.setdefault(typed.number, {})
        if part in wrong:
            return None
        wrong[part] = in_words(str(problem), part, str(typed.item.get("kind", "")))
        return ItemError(wrong[part], typed.number, part)


class CheckForm(ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "items" not in self.fields:
            return
        chosen = str(self["skill"].value() or "") if "skill" in self.fields else str(self.instance.skill_id or "")
        skill = primary_key(chosen)
        rows = Unit.objects.filter(skill=skill).select_related("resource").order_by("level", "pk")
        widget: Any = self.fields["items"].widget
        widget.units = [(unit.key, f"{unit.level} · {unit.text or unit.resource or unit.key}"[:90]) for unit in rows]
        widget.has_skill = skill is not None

    def clean(self) -> dict[str, Any]:
        """Checks that a question refers to a unit of its own level."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        skill = cleaned.get("skill")
        units = set(Unit.objects.filter(skill=skill).values_list("level", "key")) if skill else set()
        items = cleaned.get("items") or []
        for number, item in enumerate(items):
            if item.get("taught_by") and skill and (item.get("level"), item["taught_by"]) not in units:
                said = gettext("the skill has no unit “%s” at this level") % item["taught_by"]
                field: Any = self.fields["items"]
                self.add_error("items", field.say(Invalid(said, "items", number, "taught_by")))
        cleaned["items"] = items  # other problems with them still have to be reported
        return cleaned


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(data: Any, prefix: str, number: int) -> TypedItem:
    """Returns what was typed for one question, as far as possible in the format of the document; empty if nothing was typed."""

    def of(key: str) -> str:
        return str(data.get(f"{prefix}-{key}", "")).replace("\r\n", "\n").strip()

    item: dict[str, Any] = {key: of(key) for key in ItemForm.base_fields if key not in ("withdrawn", "remove")}
    item["code"] = str(data.get(f"{prefix}-code", "")).replace("\r\n", "\n").strip("\n")
    item = {key: value for key, value in item.items() if value}
    options = []
    for place in range(MOST_OPTIONS):
        option: dict[str, Any] = {key: of(f"option-{place}-{key}") for key in ("text", "why")}
        option = {key: value for key, value in option.items() if value}
        if data.get(f"{prefix}-option-{place}-right"):
            option["right"] = True
        options.append(option)
    if any(options):
        item["options"] = [option for option in options if option]
    if item and data.get(f"{prefix}-withdrawn"):
        item["withdrawn"] = True
    with suppress(KeyError, ValueError):
        item["level"] = int(item["level"])
    for key in ("tolerance", *(("answer",) if item.get("kind") == "number" else ())):
        with suppress(KeyError, ValueError):
            item[key] = float(item[key])
    with suppress(KeyError, ValueError):
        item["checked_on"] = date.fromisoformat(item["checked_on"])
    return TypedItem(number, item, options, bool(data.get(f"{prefix}-remove")))
