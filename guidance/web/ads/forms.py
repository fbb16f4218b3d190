"""The values of a job ad that pages send before it is saved, and the forms that change a saved ad."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress.learner_rows import AdSkill, SavedAd
from guidance.progress.models import MAX_AD_TEXT, MAX_AD_TITLE, MAX_EMPLOYER
from guidance.progress.models import SavedAd as SavedAdRow
from guidance.web.forms import RecordField, show

CUES = {"must": "must", "nice": "nice", "named": ""}
LEVELS = tuple(str(level) for level in range(1, MAX_LEVEL + 1))


def packed_ad_skill(item: AdSkill) -> str:
    """Returns a text such as “python 2 must 0”: slug, level, cue (must, nice or named) and the number of the choice, or 0 without
    a choice."""
    return f"{item.skill} {item.level} {item.cue or 'named'} {item.choice or 0}"


def unpacked_ad_skills(values: Iterable[str], snapshot: Snapshot, out: Iterable[str] = ()) -> dict[str, AdSkill]:
    """Returns the skills by slug. Malformed values are ignored; the skills in `out` are marked as taken out."""
    found: dict[str, AdSkill] = {}
    for is_out, packed in ((False, values), (True, out)):
        for value in packed:
            match value.split(" "):
                case [name, level, cue, choice] if level in LEVELS and cue in CUES:
                    slug = snapshot.latest_slug(Kind.SKILL, name)
                    if slug in snapshot.skills and choice.isdecimal() and choice.isascii() and len(choice) < 4:
                        item = AdSkill(slug, int(level), CUES[cue], int(choice) or None, is_out)
                        found.setdefault(slug, item)
    return found


def packed_ad(ad: SavedAd) -> dict[str, Any]:
    """Returns an unsaved ad as JSON, without its role."""
    return {
        "title": ad.title,
        "employer": ad.employer,
        "seniority": ad.seniority,
        "skills": [packed_ad_skill(item) for item in ad.skills if not item.is_out],
        "out": [packed_ad_skill(item) for item in ad.skills if item.is_out],
        "on": ad.on.isoformat(),
    }


def unpacked_ad(data: object, role: str | None, snapshot: Snapshot) -> SavedAd | None:
    """Returns the ad; None if the data is malformed or none of its skills is left."""
    try:
        packed = cast(dict[str, Any], data)
        found = unpacked_ad_skills(packed["skills"], snapshot, packed["out"])
        texts = [str(packed[name]) for name in ("title", "employer", "seniority")]
        on = date.fromisoformat(packed["on"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    if not texts[0] or all(item.is_out for item in found.values()):
        return None
    return SavedAd(0, texts[0], texts[1], role, texts[2], tuple(found.values()), on)


def title_field(**options: Any) -> forms.CharField:
    return forms.CharField(label=_("Title"), max_length=MAX_AD_TITLE, **options)


def employer_field() -> forms.CharField:
    return forms.CharField(label=_("Employer"), max_length=MAX_EMPLOYER, required=False)


def sent_ad(data: QueryDict, snapshot: Snapshot) -> dict[str, Any]:
    """Returns the arguments of `services.save_ad`, with the role as a slug, from a form that a page made. Values that no page
    sends are ignored, so one wrong value does not lose the ad. Text that is too long is truncated; an unknown role or seniority
    is left empty."""

    def value(name: str) -> str:
        return data.get(name, "").replace("\0", " ")

    role = snapshot.latest_slug(Kind.ROLE, value("role"))
    known = snapshot.roles.get(role)
    text = value("text").replace("\r\n", "\n") if data.get("keep_text") else ""
    return {
        "title": one_line(value("title"), MAX_AD_TITLE) or (known.name if known else str(_("Job ad"))),
        "employer": one_line(value("employer"), MAX_EMPLOYER),
        "role": role if known else None,
        "seniority": value("seniority") if value("seniority") in SavedAdRow.Seniority.values else "",
        "text": text[:MAX_AD_TEXT],
        "skills": list(unpacked_ad_skills(data.getlist("skill"), snapshot, data.getlist("out")).values()),
    }


def sent_event(data: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(data.get("event_id", ""))
    except ValueError:
        return None


def one_line(text: str, most: int) -> str:
    """Returns the text on one line, truncated if it is too long."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:most].rstrip()


class AdForm(forms.Form):
    """Title, employer and role of a saved ad."""

    title = title_field()
    employer = employer_field()
    role = RecordField(Kind.ROLE, nothing=_("None of these"), label=_("Planned by"), required=False)
    forget_text = forms.BooleanField(label=_("Delete the stored text of the ad"), required=False)

    def __init__(self, data: Any, *, ad: SavedAd, has_text: bool, snapshot: Snapshot) -> None:
        super().__init__(data, initial={"title": ad.title, "employer": ad.employer, "role": ad.role or ""})
        show(self, snapshot)
        if not has_text:
            del self.fields["forget_text"]

    def clean_title(self) -> str:
        if not (title := one_line(self.cleaned_data["title"], MAX_AD_TITLE)):
            raise ValidationError(_("Give the ad a title."), code="required")
        return title

    def clean_employer(self) -> str:
        return one_line(self.cleaned_data["employer"], MAX_EMPLOYER)


def sent_levels(data: Mapping[str, Any], ad: SavedAd) -> dict[str, int]:
    """Returns the levels sent for skills of the ad, by slug."""
    sent = {item.skill: data.get(f"level-{item.skill}", "") for item in ad.skills}
    return {slug: int(level) for slug, level in sent.items() if level in LEVELS}
