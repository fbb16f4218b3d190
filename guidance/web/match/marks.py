"""A text as the page shows it: line by line, with marks on the skills that it names; and the words around a mention."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from guidance.markup import trusted

# The beginning of a list item, and the end of a clause
BULLET = re.compile(r"\s*(?:[-*•▪●◦·■➢✓–—>]|\d{1,2}[.)])\s")
_ENDS = re.compile(r"[;:!?()|•▪●\n]|[.,](?=\s|$)|\s[–—-]\s")
MAX_HEADING = 60  # characters
MAX_QUOTE = 64
_BEFORE = 24  # number of characters before the name that a long quote keeps
_JOINT = re.compile(r"(?:and|or|und|oder|&)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of the text that names a skill."""

    start: int
    end: int
    look: str
    says: str = ""  # for readers who do not see the mark
    skill: str = ""  # the skill whose row it leads to


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A part of a line; `look` is how it is marked, if at all."""

    text: str
    look: str = ""
    says: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    look: str  # heading, bullet, blank or empty
    pieces: tuple[TextPiece, ...]


def lines(text: str, marks: Sequence[Mark]) -> list[TextLine]:
    """Returns the whole text by line. `marks` are in the order of the text and do not overlap; a mark across the end of a line is split in
    two."""
    result: list[TextLine] = []
    start, waiting = 0, list(reversed(marks))
    is_first = True
    texts = text.split("\n")
    for number, line in enumerate(texts):
        end = start + len(line)
        inside: list[Mark] = []
        while waiting and waiting[-1].start < end:
            mark = waiting.pop()
            inside.append(Mark(max(mark.start, start), min(mark.end, end), mark.look, mark.says, mark.skill))
            if mark.end > end + 1:
                waiting.append(Mark(end + 1, mark.end, mark.look, mark.says, mark.skill))
                break
        following = texts[number + 1] if number + 1 < len(texts) else ""
        look = _look(line, following, is_first=is_first, is_marked=bool(inside))
        is_first = is_first and not line.strip()
        result.append(TextLine(look, tuple(_pieces(text, start, end, inside))))
        start = end + 1
    return result


def _look(line: str, following: str, *, is_first: bool, is_marked: bool) -> str:
    words = line.strip()
    if not words:
        return "blank"
    if BULLET.match(line):
        return "bullet"
    if len(words) > MAX_HEADING or (not words[0].isupper() and not words.startswith("#")):
        return ""
    if words.endswith(":") or (is_first and words[-1] not in ".,;") or (words.isupper() and not is_marked):
        return "heading"
    leads = bool(following.strip()) and bool(BULLET.match(following))
    return "heading" if leads and not is_marked and words[-1] not in ".,;" else ""


def _pieces(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[TextPiece]:
    at = start
    for mark in marks:
        if at < mark.start:
            yield TextPiece(text[at : mark.start])
        yield TextPiece(text[mark.start : mark.end], mark.look, mark.says, mark.skill)
        at = mark.end
    if at < end:
        yield TextPiece(text[at:end])


def markup(shown: Iterable[TextLine]) -> SafeString:
    """Returns a paragraph for each line. A template is not used, because it would take seconds for a text with many lines."""
    parts: list[str] = []
    for line in shown:
        parts.append(f'<p class="line-{line.look}">' if line.look else "<p>")
        parts.extend(_piece_markup(piece) for piece in line.pieces)
        parts.append("</p>")
    return trusted("".join(parts))


def _piece_markup(piece: TextPiece) -> str:
    text = escape(piece.text)
    if piece.skill:
        says = format_html('<span class="visually-hidden"> ({})</span>', piece.says)
        return format_html('<a class="mention {}" href="#skill-{}">{}{}</a>', piece.look, piece.skill, text, says)
    return format_html('<mark class="mention {}">{}</mark>', piece.look, text) if piece.look else text


def quote(text: str, start: int, end: int, sentence: tuple[int, int]) -> str:
    """Returns the clause with the mention, on one line; if the clause is long, only the part closest to the mention."""
    first, last = min(sentence[0], start), max(sentence[1], end)
    before = max((found.end() for found in _ENDS.finditer(text, first, start)), default=first)
    after = next((found.start() for found in _ENDS.finditer(text, end, last)), last)
    head, name, tail = text[before:start].lstrip(), text[start:end], text[end:after].rstrip()
    for left_out in (BULLET, _JOINT):
        if found := left_out.match(head):
            head = head[found.end() :]
    if len(head) + len(name) + len(tail) > MAX_QUOTE:
        head = _last_words(head, max(_BEFORE, MAX_QUOTE - len(name) - len(tail)))
        tail = _first_words(tail, MAX_QUOTE - len(head) - len(name))
    return " ".join(f"{head}{name}{tail}".split())


def _last_words(text: str, size: int) -> str:
    return text if len(text) <= size else "… " + text[len(text) - size :].partition(" ")[2]


def _first_words(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    return text[: max(size, 0)].rpartition(" ")[0] + " …"
