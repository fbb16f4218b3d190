"""Markup as a browser shows it, whatever the lines of the template: a test compares what is shown, not how it is wrapped."""

import re

from django.http import HttpResponse

BLOCKS = (
    "article|aside|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|html|legend|li|"
    "link|main|meta|nav|ol|optgroup|option|p|section|select|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
TAG = r"[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>"


def one_line(html: str) -> str:
    """Blanks are one, none is at the edge of a block or a button, and none before the end of a tag."""
    text = re.sub(r"\s+", " ", html)
    text = re.sub(r" (/?>)", r"\1", text)
    text = re.sub(rf" ?(</?(?:{BLOCKS})\b{TAG}) ?", r"\1", text)
    return re.sub(rf"(<button\b{TAG}) | (</button>)", r"\1\2", text)


def markup_of(response: HttpResponse) -> str:
    return one_line(response.text)
