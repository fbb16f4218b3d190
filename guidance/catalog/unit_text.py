"""The text of a unit to do or build: what to do, and how to see that it is done.

It is plain text with three kinds of block. Empty lines separate paragraphs, lines that begin with “- ” are the items of a list, and
what stands between two lines of ``` is code; the first line may name its language, as in ```python. In sentences backticks mark code.
The first sentence is the title.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[^\Wa-z_]|[“`])")  # the gap between two sentences
DONE_WHEN = re.compile(r"Done when:?\s+")  # the start of the sentence that states how others can see that it is done
FENCE = "```"


class UnclosedCode(ValueError):
    """A line of ``` or a backtick begins code that does not end."""


class BadTitle(ValueError):
    """The text does not begin with a sentence without backticks. Lists and calendars show the title as it is."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: str  # paragraph, list or code
    lines: tuple[str, ...]  # the one line of a paragraph, the items of a list, or the lines of code
    language: str = ""  # of code, if it is named

    def __str__(self) -> str:
        if self.kind == "code":
            return "\n".join([FENCE + self.language, *self.lines, FENCE])
        return "\n".join(f"- {line}".rstrip() if self.kind == "list" else line for line in self.lines)


def blocks(text: str) -> list[Block]:
    """Returns the blocks of a text. Raises UnclosedCode."""
    return list(_blocks(iter(text.splitlines())))


def checked(text: str) -> list[Block]:
    """Returns the blocks of what an author wrote. Raises UnclosedCode and BadTitle."""
    found = blocks(text)
    if not found or found[0].kind != "paragraph" or "`" in parted(str(found[0]))[0]:
        raise BadTitle
    if any(line.count("`") % 2 for block in found if block.kind != "code" for line in block.lines):
        raise UnclosedCode
    return found


def leaves_out_windows(text: str) -> bool:
    """Whether the text has commands for the shell of Linux and macOS, and does not say what to do on Windows."""
    return f"{FENCE}sh\n" in text and "Windows" not in text and "WSL" not in text


def lines_outside_code(text: str) -> list[str]:
    """Returns the paragraphs and the items of lists. Raises UnclosedCode."""
    return [line for block in blocks(text) if block.kind != "code" for line in block.lines]


def words_outside_code(text: str) -> int:
    """Returns the number of words in paragraphs and lists. Raises UnclosedCode."""
    return sum(len(line.split()) for line in lines_outside_code(text))


def written(found: Iterable[Block]) -> str:
    """Returns the text of these blocks, without needless spaces and line breaks."""
    return "\n\n".join(map(str, found))


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    kind, found = "paragraph", list[str]()
    for line in lines:
        words = " ".join(line.split())
        is_item = f"{words} ".startswith("- ")
        if found and (not words or words.startswith(FENCE) or (is_item and kind == "paragraph")):
            yield Block(kind, tuple(found))
            found = []
        if words.startswith(FENCE):
            yield Block("code", _code(lines), words.removeprefix(FENCE).strip())
        elif is_item:
            kind = "list"
            found.append(words[2:])
        elif words and found:
            found[-1] = f"{found[-1]} {words}".lstrip()
        elif words:
            kind, found = "paragraph", [words]
    if found:
        yield Block(kind, tuple(found))


def _code(lines: Iterator[str]) -> tuple[str, ...]:
    code: list[str] = []
    for line in lines:
        if line.strip() == FENCE:
            return tuple("\n".join(code).strip("\n").split("\n"))
        code.append(line.rstrip())
    raise UnclosedCode


@lru_cache(maxsize=4096)
def parted(text: str) -> tuple[str, str, str]:
    """Returns the title, the text after it, and how to see that the unit is done."""
    first, *others = text.split("\n", maxsplit=1)
    title, *rest = SENTENCES.split(first, maxsplit=1)
    how, *done_when = DONE_WHEN.split("\n".join(["".join(rest), *others]), maxsplit=1)
    return title, how.strip(), "".join(done_when)
