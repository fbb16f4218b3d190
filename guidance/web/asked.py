"""What a visitor asks of a page by its query parameters, and what is wrong with that."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Record, Snapshot
from guidance.progress.places import Place


@dataclass(slots=True)
class Asked:
    """Every problem is a sentence for the visitor; a page with problems answers 400."""

    query: QueryDict
    snapshot: Snapshot
    problems: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return 400 if self.problems else 200

    def record[R: Record](self, name: str, records: Mapping[str, R], kind: str) -> R | None:
        """The record a parameter names; a renamed one is found under its old slug."""
        slug = self.query.get(name, "")
        slug = self.snapshot.redirects.get((kind, slug), slug)
        return records.get(slug) if self.option(name, slug, records) else None

    def choice(self, name: str, choices: Collection[str]) -> str:
        return self.option(name, self.query.get(name, ""), choices)

    def option(self, name: str, value: str, choices: Collection[str]) -> str:
        """The value if it is one of the choices, otherwise nothing."""
        if not value or value in choices:
            return value
        self.problems.append(_("“%(value)s” is not a known value of %(name)s.") % {"value": value, "name": name})
        return ""

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        value = self.query.get(name, "")
        if not value:
            return None
        if value.isdecimal() and value.isascii() and len(value) < 8 and lowest <= int(value) <= highest:
            return int(value)
        self.problems.append(
            _("“%(value)s” is not a number from %(lowest)d to %(highest)d.")
            % {"value": value, "lowest": lowest, "highest": highest}
        )
        return None

    def place(self, name: str) -> Place | None:
        """Where in a list the page goes on."""
        value = self.query.get(name, "")
        try:
            return Place.read(value) if value else None
        except ValueError:
            self.problems.append(_("“%(value)s” is no place in this list.") % {"value": value})
            return None
