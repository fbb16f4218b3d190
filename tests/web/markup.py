"""Markup as a browser shows it, however the template breaks lines, so that tests compare what is shown."""

import re

from django.http import HttpResponse

BLOCKS = (
    "article|aside|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|html|legend|li|"
    "link|main|meta|nav|ol|optgroup|option|p|section|select|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
TAG = r"[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>"


def one_line(html: str) -> str:
    """Collapse white space to one space; remove it at the edges of blocks and buttons and before the end of a tag."""
    text = re.sub(r"\s+", " ", html)
    text = re.sub(r" (/?>)", r"\1", text)
    text = re.sub(rf" ?(</?(?:{BLOCKS})\b{TAG}) ?", r"\1", text)
    return re.sub(rf"(<button\b{TAG}) | (</button>)", r"\1\2", text)


def markup_of(response: HttpResponse) -> str:
    return one_line(response.text)
