"""Detects problems with a text that someone sends, and explains in one sentence what to do about each."""

import re
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.matching import language, text_kind
from guidance.matching.service import JobAd
from guidance.web.match.verdict import language_name

BINARY = gettext_lazy(
    "This is the raw content of a file, not its text. Choose the file itself below, or copy its text."
)
MAX_SKILLS = 120  # maximum named by one ad or CV; longer lists are not a real text
_TAG = re.compile(
    r"</(?:p|div|span|li|ul|ol|h[1-6]|a|b|strong|em|td|tr|table|body|html|section|script|style|br)\s*>", re.IGNORECASE
)
_MIN_TAGS = 3  # from this number of tags on, a text counts as the source of a page
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "br",
        "title",
    ]
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg"})
_MAX_CONTROLS = 0.002  # share of the characters; a stray one is ignored


@dataclass(frozen=True, slots=True)
class TextProblem:
    code: str
    text: str
    can_swap: bool = False  # the text may belong in the other field
    can_insist: bool = False  # the reader may insist that the text is right


def is_binary(text: str) -> bool:
    """Returns whether bytes were read as text: there are null characters, other control characters, or characters that no encoding could
    read."""
    if "\0" in text:
        return True
    strange = sum(
        char == "\N{REPLACEMENT CHARACTER}" or (unicodedata.category(char) == "Cc" and not char.isspace())
        for char in text
    )
    return strange > max(2, _MAX_CONTROLS * len(text))


def without_markup(text: str) -> str:
    """Returns the words of a text that is the source of a page; returns any other text unchanged."""
    if len(_TAG.findall(text[:20_000])) < _MIN_TAGS:
        return text
    words = _Words()
    words.feed(text)
    words.close()
    return re.sub(r"[ \t]*\n\s*\n\s*", "\n\n", "".join(words.parts)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def is_one_word(text: str) -> bool:
    return len(text.split(maxsplit=1)) < 2


def problem_of_ad(text: str, ad: JobAd, cv: str) -> TextProblem | None:
    """Returns the problem with the ad. `cv`: what was sent as the CV, since the two may be swapped."""
    if is_one_word(text):
        return TextProblem(
            "one_word", _("This is one word. Paste the whole ad: its title, what you would do and what it asks for.")
        )
    if text_kind.kind_of(text) == "cv":
        if text_kind.kind_of(cv) == "ad":
            words = _(
                "These two look the wrong way round: this is a CV, and the ad is where the CV belongs. Swap them."
            )
            return TextProblem("swapped", words, can_swap=True, can_insist=True)
        words = _("This reads like a CV. Let us read it as your CV, or paste a job ad here.")
        return TextProblem("is_cv", words, can_swap=not cv, can_insist=True)
    if not ad.found.skills and ad.language not in {*language.UNDERSTOOD, language.UNKNOWN}:
        words = _(
            "This is in {language}. Waymark understands English and German. In other languages, it recognises only skill "
            "names, and this text has none. Paste an English or German version."
        )
        return TextProblem("language", words.format(language=language_name(ad.language)))
    return _too_many(len(ad.found.skills), _("ad"))


def problem_of_cv(text: str, skills: int, *, is_alone: bool) -> TextProblem | None:
    if is_one_word(text):
        return TextProblem("one_word", _("This is one word. Paste the whole CV: what you did, with what, and when."))
    if text_kind.kind_of(text) == "ad":
        words = _("This reads like a job ad. Let us read it as one, or paste your CV here.")
        return TextProblem("is_ad", words, can_swap=is_alone, can_insist=True)
    return _too_many(skills, _("CV"))


def _too_many(skills: int, kind: str) -> TextProblem | None:
    if skills <= MAX_SKILLS:
        return None
    text = _("This text names {n} skills, too many for one {kind}. Paste one {kind} at a time.")
    return TextProblem("too_many", text.format(n=skills, kind=kind))
