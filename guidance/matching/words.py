"""A text as words and signs, with their positions, lines and sentences. Pure.

Words are compared without case, accents and compatibility forms (`ﬁ`, `Ｐ`), and in the singular. Soft hyphens, zero-width
characters, ™ and the like are left out. `Node.js`, `node-js`, `node_js` and `Node js` are the same two words; any other sign
(`+`, `#`, `/`, `,` …) is a separate word, so `C++` is three words. Offsets are code points of the text as given.
"""

import re
import unicodedata
from array import array
from collections.abc import Container, Sequence


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


type Span = tuple[int, int]  # indexes of words: the first, and one past the last

URL = "\0"  # replaces a whole web or email address: a name inside it is not named by the text

_INVISIBLE = "™®©℠"
_SIGNS = {"⁄": "/", "∕": "/", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "…": "."}
_NEWLINES = "\n\v\f\x85\u2028\u2029"
_CACHED = 0x3000  # code points above this are rare in what we read, and a cache for all of Unicode would be large

_TOKEN = re.compile(
    rf"""
      (?P<url>(?:https?://|www\.)(?:[^\s<>"]*[^\s<>"'.,;:!?()\[\]])?
        | [\w.+-]{{1,64}}+@[\w-]+(?:\.[\w-]+)*
        | (?:[\w-]{{1,63}}+\.){{1,4}}+(?:com|org|edu|gov|in)/(?:[^\s<>"]*[^\s<>"'.,;:!?()\[\]])?)
    | (?P<word>[^\W_]+)
    | (?P<glue>(?<=[^\W_])(?:[-_.]|-[ \t]{{0,3}}\r?\n[ \t]{{0,8}})(?=[^\W_]))
    | (?P<line>\s{{2,}}|[{_NEWLINES}])
    | (?P<sign>[^\w\s]|_)
    """,
    re.VERBOSE,
)
_OTHER = re.compile(r"[^\x00-\x7f]")
BULLETS = "•▪●◦‣➢➤✓✔■□∙⁃★☆◆◇✦▸▶"  # signs that are only used as bullets
_BULLETS = frozenset(BULLETS + "*§")
_STOPS = frozenset(".!?")
# No sentence ends after one of these.
_UNFINISHED = word_set(", ( / & : and or with of in for to the a an as using by like our your no not without")
# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = word_set("vs etc incl approx dr mr ms mrs prof inc ltd st ca min max")


def _fold(code: int) -> str:
    """What a character is compared as: nothing, another character, or several letters; never several words."""
    char = chr(code)
    if char in _SIGNS:
        return _SIGNS[char]
    category = unicodedata.category(char)
    if category in {"Mn", "Cf"} or unicodedata.combining(char) or char in _INVISIBLE:
        return ""
    if category == "Pd" and char != "—":  # an em dash without spaces separates two clauses, other dashes join two words
        return "-"
    if char.isspace():
        return char if char in _NEWLINES else " "
    read = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    read = "".join(part for part in read if not unicodedata.combining(part))
    if len(read) == 1 or (char.isalnum() and read.isalnum()):
        return read
    return next((_SIGNS.get(part, part) for part in read if not part.isalnum()), char)


class _Folds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        read = _fold(code)
        if code < _CACHED:
            self[code] = read
        return read


_FOLDS = _Folds()


def singular(word: str) -> str:
    """The word without the ending of an English plural: a key, not always a word ("kubernete")."""
    if len(word) < 4 or word[-1] != "s" or word[-2] == "s" or not word.isalpha():
        return word
    if word[-2] in "iu" and (len(word) > 4 or word in _SINGULAR):  # analysis, Redis, status; but APIs, GPUs
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


_SINGULAR = frozenset({"this", "plus", "thus", "axis"})


class Words:
    """The words of `text`, as lists with one entry per word or sign.

    words       as written, folded
    keys        the same in the singular
    starts, ends    offsets in the text
    glued       whether only a hyphen, underscore or full stop separates it from the word before: the `js` of `Node.js`
    lines       number of the line; two spaces end a line, because CVs copied from a PDF may have no other end; a blank line
                counts twice
    sentences   number of the sentence

    A word hyphenated at the end of a line is joined if the whole word is in `known`.
    """

    def __init__(self, text: str, known: Container[str] = ()) -> None:
        self.text = text
        self.words: list[str] = []
        self.keys: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.glued: list[bool] = []
        self.lines: list[int] = []
        self._split(known)
        self.sentences = self._sentences()

    def __len__(self) -> int:
        return len(self.words)

    def _split(self, known: Container[str]) -> None:
        folded, origin = _folded(self.text)
        plain = isinstance(origin, range)  # every character is compared as itself
        words, keys, starts, ends = self.words, self.keys, self.starts, self.ends
        glued, lines = self.glued, self.lines
        singulars: dict[str, str] = {}
        line = 0
        glue = ""
        for token in _TOKEN.finditer(folded):
            kind = token.lastgroup
            found = token[0]
            if kind == "line":
                line += 2 if sum(found.count(char) for char in _NEWLINES) > 1 else 1
                continue
            if kind == "glue":
                glue = found
                continue
            start, end = token.span()
            if not plain:
                start, end = origin[start], _end(self.text, origin, end)
            if len(glue) > 1:
                line += 1
                if (whole := words[-1] + found) in known:
                    words[-1] = keys[-1] = whole
                    ends[-1] = end
                    glue = ""
                    continue
            if kind == "word":
                key = singulars.get(found)
                if key is None:
                    key = singulars[found] = singular(found)
            else:
                key = found = URL if kind == "url" else found
            words.append(found)
            keys.append(key)
            starts.append(start)
            ends.append(end)
            glued.append(glue != "")
            lines.append(line)
            glue = ""

    def _sentences(self) -> list[int]:
        sentence = line_before = 0
        word_before = ""
        found: list[int] = []
        for at, (word, line) in enumerate(zip(self.words, self.lines, strict=True)):
            # Most words do not begin a sentence; only a bullet, or a new line or a full stop before the word, can make it begin one.
            if at and (line != line_before or word_before in _STOPS or word in _BULLETS):
                sentence += self._begins_sentence(at, word, line)
            found.append(sentence)
            word_before, line_before = word, line
        return found

    def _begins_sentence(self, at: int, word: str, line: int) -> bool:
        before = at - 1
        if word in _BULLETS:
            return word != "*" or line != self.lines[before] or not self._emphasises(at)
        if line != self.lines[before]:
            # A line was wrapped if it ends with an unfinished phrase, or if the next one begins with a lower-case letter.
            wrapped = self.words[before] in _UNFINISHED or self.text[self.starts[at]].islower()
            return line > self.lines[before] + 1 or not wrapped
        if self.words[before] not in _STOPS or self.starts[at] == self.ends[before]:
            return False
        if self.text[self.starts[at]].islower():
            return False
        return self.words[before] != "." or not self._abbreviated(before - 1)

    def _emphasises(self, at: int) -> bool:
        """Whether an asterisk touches the word it marks: "do **not** use"."""
        return not self.text[self.ends[at] : self.ends[at] + 1].isspace() or self.starts[at] == self.ends[at - 1]

    def _abbreviated(self, at: int) -> bool:
        """Whether a full stop after this word belongs to it: "etc.", "e.g.", "R. Patel", but not "C, R."."""
        word = self.words[at] if at >= 0 else ""
        if len(word) == 1 and word.isalpha():
            return at == 0 or self.words[at - 1] not in _UNFINISHED
        return word in _ABBREVIATIONS


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is compared, and the offset in `text` that each of its characters comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    origin = array("I")
    done = 0
    for other in _OTHER.finditer(text):
        at = other.start()
        origin.extend(range(done, at))
        origin.extend([at] * len(_FOLDS[ord(other[0])]))
        done = at + 1
    origin.extend(range(done, len(text)))
    return text.translate(_FOLDS), origin


def _end(text: str, origin: Sequence[int], end: int) -> int:
    """The offset at which a word ends in the text, after its combining marks."""
    found = origin[end - 1] + 1
    while found < len(text) and text[found] >= "\u0300" and unicodedata.combining(text[found]):
        found += 1
    return found
