import re

import pytest
from django import forms

from guidance.web.forms import RecordSelect

CHOICES = [("", "None"), ("Tools & more", [("git", "Git <1>"), ("sql", "SQL")]), ("quoted", 'A "quoted" one')]


def parts(html: str) -> list[list[str]]:
    """Its tags and texts; the attributes of a tag in one order."""
    found = re.findall(r"<[^>]*>|[^<>]+", html)
    return [sorted(part.strip("<>").split()) for part in found if part.strip()]


@pytest.mark.parametrize("value", ["", "git", "quoted", "unknown"])
@pytest.mark.parametrize("attrs", [{"id": "id_skill", "required": True}, {"aria-invalid": "true", "required": False}])
def test_record_select_is_djangos_select(value, attrs):
    ours, theirs = (widget(choices=CHOICES).render("skill", value, attrs) for widget in (RecordSelect, forms.Select))
    assert parts(ours) == parts(theirs)
