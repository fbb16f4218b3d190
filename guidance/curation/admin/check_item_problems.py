"""Problems with a question, worded for its form, and the part of the form at which each is shown."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import Invalid, Path

LABELS = {
    "level": _("Level"),
    "kind": _("Kind"),
    "question": _("Question"),
    "code": _("Code"),
    "answer": _("Answer"),
    "tolerance": _("Tolerance"),
    "unit": _("Unit"),
    "why": _("Why"),
    "taught_by": _("Taught by"),
    "source": _("Source"),
    "checked_on": _("Checked on"),
    "id": _("Key"),
    "withdrawn": _("Withdrawn: no longer asked"),
    "remove": _("Remove this question"),
}
_MISSING = re.compile(r"(\w+) is missing")
_TOO_LONG = re.compile(r"\bhas (\d+) characters; at most (\d+) are allowed")
_OPTIONS = re.compile(r"has (\d+) (right )?options?; (.+) (?:is|are) needed")


class ItemError(ValidationError):
    """A problem that is shown at a part of a question. Questions are numbered in the form, starting at 0."""

    def __init__(self, message: Any, number: int | None = None, part: str = "") -> None:
        super().__init__(message)
        self.number, self.part = number, part

    @property
    def about(self) -> str:
        return "" if self.number is None else gettext("Question %d") % (self.number + 1)

    def path(self, key: str) -> Path:
        """Returns where in the record's form the error is: within the field `key`, in the format used for a value in a row."""
        return (key,) if self.number is None else (key, f"{key}-{self.number}", self.part)


def part_of(problem: Invalid, place_of_option: Callable[[int], int]) -> str:
    """Returns the part of the question, as named in the form: `question`, `options`, `option-2-text`."""
    path, missing = problem.path[2:], _MISSING.fullmatch(str(problem))
    if len(path) > 1 and path[0] == "options" and isinstance(path[1], int):
        key = path[2] if len(path) > 2 else missing[1] if missing else "text"
        return f"option-{place_of_option(path[1])}-{key if key in ('text', 'why') else 'text'}"
    if path:
        return str(path[0])
    return missing[1] if missing else "id"  # an id that another question already has


def _name(part: str) -> str:
    if part.startswith("option-"):
        _option, place, key = part.split("-")
        words = gettext("Option %d") if key == "text" else gettext("“Why” of option %d")
        return words % (int(place) + 1)
    return gettext("“%s”") % LABELS.get(part, _("Options"))


def in_words(message: str, part: str, kind: str = "") -> str:
    """Returns the problem as a sentence. `message` comes from the rules of the document."""
    name = _name(part) if part else ""
    if _MISSING.fullmatch(message):
        return gettext("%s is empty.") % name
    if said := _TOO_LONG.search(message):
        values = {"name": name, "count": said[1], "most": said[2]}
        return gettext("%(name)s has %(count)s characters, but at most %(most)s are allowed.") % values
    if said := _OPTIONS.fullmatch(message):
        count = int(said[1])
        if said[2]:
            words = ngettext("%d option is marked right", "%d options are marked right", count) % count
        else:
            words = ngettext("This question has %d option", "This question has %d options", count) % count
        return gettext("%(words)s; it needs %(needed)s.") % {"words": words, "needed": said[3]}
    special = {
        f"{kind} has no options": _("A question of this kind has no options. Clear them, or choose another kind."),
        f"{kind} has no answer other than its options": _(
            "“Answer” is only for a number or an output. Leave it empty."
        ),
        "number needs an answer of type number": _("“Answer” must be a number."),
        "output needs an answer of type text": _("“Answer” is empty. Type what the code prints."),
        "tolerance is only for number": _("“Tolerance” is only for a number. Leave it empty."),
        "unit is only for number": _("“Unit” is only for a number. Leave it empty."),
        "has the same id as another entry": _("Another question has this key."),
    }
    if message in special:
        return str(special[message])
    key = part.rsplit("-", 1)[-1]
    if key and message.startswith(f"{key} "):
        message = f"{name} {message.removeprefix(f'{key} ')}"
    return capfirst(message.removesuffix(" in quotes")) + "."
