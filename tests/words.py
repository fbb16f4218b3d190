"""`python -m tests.words [--all]`: finds words that the house style replaces, in texts that people read. Prints the file, the line
and what to write, and exits with 1 if there is one.

It reads gettext strings of Python, the text of templates outside tags, the documentation, and the prose of the catalogue. A line
that must stay as it is needs the comment `words: ok`. `--all` includes the files of `EXCEPTIONS`.
"""

import ast
import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
OK = "words: ok"

UI, DOCS, CONTENT = "ui", "docs", "content"
ALL = frozenset((UI, DOCS, CONTENT))
INTERFACE = frozenset((UI,))
TEXTS = frozenset((UI, DOCS))


class Rule(NamedTuple):
    pattern: str
    write: str
    where: frozenset[str]


RULES = (
    Rule(r"\be-mails?\b", "email", ALL),
    Rule(r"\b(a|one|the|no|by) mail\b(?! (server|program))", "email", ALL),
    Rule(r"\bsign(ed)? (in|out)\b", "log in, log out", ALL),
    Rule(r"\btwo-step\b", "two-factor", ALL),
    Rule(r"\b(some|no|every|any)body\b", "someone, no one, everyone, anyone", TEXTS),
    Rule(r"\bwhoever\b", "name the person", TEXTS),
    Rule(r"\banew\b", "again", ALL),
    Rule(r"\bfor lack of\b", "without", ALL),
    Rule(r"\breckon\w*", "calculate", ALL),
    Rule(r"\bsenseless\b", "invalid", ALL),
    Rule(r"\b(keep|kept|stored|counted|measured?)\b.{0,40}\bapart\b", "separately", ALL),
    Rule(r"\bdear(er)?\b", "expensive", ALL),
    Rule(r"\bbuilt round\b", "around", ALL),
    Rule(r"\bdelay\b", "latency", frozenset((CONTENT,))),
    Rule(r"\bthousand million\b", "billion", ALL),
    Rule(r"\bdata are\b", "data is", ALL),
    Rule(r"\bit bites\b", "say what goes wrong", ALL),
    Rule(r"\bin so many words\b", "directly", ALL),
    Rule(r"\b(is|are|was) no more\b", "no longer exists", INTERFACE),
    Rule(r"\bfor good\b", "permanently", INTERFACE),
    Rule(r"\b(not the right|the right) to\b", "permission to", INTERFACE),
    Rule(r"\bas it (is|was) (now|then)\b", "the current version", INTERFACE),
    Rule(r"\bby now\b", "today, in 3 weeks", INTERFACE),
    Rule(r"\b(brings?|brought) (in|back)\b", "import", INTERFACE),
    Rule(r"\btak(e|en) back\b", "undo", INTERFACE),
    Rule(r"\bstands? (there|on|in|below|beside)\b", "is", TEXTS),
    Rule(r"\bwaits? for (it|them)\b", "is needed by", INTERFACE),
    Rule(r"\bon its way\b", "will be sent", INTERFACE),
    Rule(r"\b(weighs|weigh) (more|it up)\b", "matters more", INTERFACE),
    Rule(r"\bopens\b", "leads to", INTERFACE),
    Rule(r"\barrives?\b", "finish", INTERFACE),
    Rule(r"\bthe way to\b", "the path to", INTERFACE),
    Rule(r"\bset out\b", "start", INTERFACE),
    Rule(r"\bmended\b", "fixed", INTERFACE),
    Rule(r"\bmeanwhile\b", "since then", INTERFACE),
    Rule(r"\bbesides\b", "also", INTERFACE),
    Rule(r"\bhence\b", "so", INTERFACE),
    Rule(r"\bmind:", "note:", INTERFACE),
    Rule(r"\bsay (why|what|who)\b", "give, enter, tell us", INTERFACE),
    Rule(r"!", "a full stop", INTERFACE),
    Rule(r"\b(simply|just|easily|please)\b", "nothing", INTERFACE),
)
# A sentence may continue on the next line.
PATTERNS = [re.compile(rule.pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL) for rule in RULES]

# Matches that are right in records: the delay of a train is not a latency.
RIGHT = re.compile(
    r"\b(?:a|the|its|likely|random|departure|payment’s|months’) delay\b|\b(?:can|to) delay\b|\bdelay until\b|Task\.Delay"
    r"|\ba mail (?:assistant|filter|provider|tool)\b|\btwo-step (?:question|verification)\b"
    r"|\bdata are described\b|\bdrift apart\b|\bstored facts\b",
    re.IGNORECASE,
)

# Files that still have to be rewritten, and why. All others are clean.
EXCEPTIONS = {
    "docs/decisions/*": "A record of a decision is not rewritten.",
}


class Finding(NamedTuple):
    file: str
    line: int
    text: str
    write: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: “{self.text}”: write {self.write}"


def search(text: str, where: str) -> Iterator[tuple[int, str, str]]:
    """The line, the words and what to write for each match in the text of a page (`ui`), a document (`docs`) or a record (`content`)."""
    for rule, pattern in zip(RULES, PATTERNS, strict=True):
        if where in rule.where:
            for match in pattern.finditer(text):
                yield text.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), rule.write


def blank(match: re.Match[str]) -> str:
    """White space with the same number of lines as the match."""
    return " " + "\n" * match[0].count("\n")


def python_strings(source: str) -> Iterator[tuple[int, str]]:
    """The line and text of each translated string, without placeholders."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "_" or "gettext" in name:
            if any(OK in line for line in lines[node.lineno - 1 : node.end_lineno]):
                continue
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.lineno, re.sub(r"\{[^{}]*\}|%\(\w+\)s|<[^<>]+>", "{}", argument.value)


TRANSLATED = re.compile(r"""(?:\btranslate\s+|\b_\()("[^"]*"|'[^']*')""")
TEXT_ATTRIBUTE = re.compile(r"""\b(?:alt|aria-label|placeholder|title)="([^"⟦]*)\"""")


def _tag_of_template(match: re.Match[str]) -> str:
    strings = "".join(f"⟦{found[1][1:-1]}⟧" for found in TRANSLATED.finditer(match[0]))
    return strings or "¦" + blank(match)


def _tag_of_html(match: re.Match[str]) -> str:
    kept = [found[1] for found in TEXT_ATTRIBUTE.finditer(match[0])] + re.findall("⟦([^⟧]*)⟧", match[0])
    return "¦".join(["", *kept, ""]) + blank(match) if kept else blank(match)


def template_text(source: str) -> str:
    """The visible text of a template on its lines: text, translated strings and text attributes."""
    for pattern in (
        r"\{#.*?#\}",
        r"\{%\s*comment.*?endcomment\s*%\}",
        r"<!--.*?-->",
        r"<script.*?</script>",
        r"<style.*?</style>",
    ):
        source = re.sub(pattern, blank, source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", _tag_of_template, source, flags=re.DOTALL)
    return re.sub(r"<[^<>]+>", _tag_of_html, source)


def markdown_text(source: str) -> str:
    """The prose of a document on its lines, without code and link targets."""
    for pattern, flags in (
        (r"^```.*?^```", re.DOTALL | re.MULTILINE),
        (r"(?<=\n\n)(?: {4,}.*\n)+", 0),
        (r"`[^`\n]+(?:\n[^`\n]+)?`", 0),
        (r"<!--(?! words: ok).*?-->", re.DOTALL),
        (r"\]\([^)\s]*\)|https?://\S+", 0),
    ):
        source = re.sub(pattern, blank, source, flags=flags)
    return source


def record_text(source: str) -> str:
    """The prose of a record of the catalogue, without aliases, titles of other people's work, and slugs."""
    source = re.sub(r"^aliases:(?:.*\n(?:[ -].*\n)*)", blank, source, flags=re.MULTILINE)
    source = re.sub(r"^(?:author|source|url):.*", blank, source, flags=re.MULTILINE)
    source = re.sub(r"\b(?:id|read|use): [\w-]+", blank, source)
    return markdown_text(RIGHT.sub(blank, source))


def in_file(name: str, source: str) -> Iterator[Finding]:
    """The findings in one file; its kind decides how it is read."""
    if name.endswith(".py"):
        found = [(line + at - 1, *rest) for line, text in python_strings(source) for at, *rest in search(text, UI)]
    elif name.startswith("guidance/catalog/content/"):
        found = list(search(record_text(source), CONTENT))
    elif name.endswith(".md"):
        found = list(search(markdown_text(source), DOCS))
    else:
        found = list(search(template_text(source), UI))
    lines = source.splitlines()
    for line, text, write in sorted(found):
        if OK not in lines[line - 1]:
            yield Finding(name, line, text, write)


def files() -> Iterator[tuple[str, str]]:
    """The name and text of each tracked file with text that people read."""
    wanted = ("accounts/*.py", "config/*.py", "guidance/*.py", "*templates/*.html", "*templates/*.txt", "*.md")
    listed = subprocess.run(["git", "ls-files", *wanted], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            yield name, (ROOT / name).read_text()


def is_exception(name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in EXCEPTIONS)


def findings(*, everything: bool = False) -> Iterator[Finding]:
    for name, source in files():
        if everything or not is_exception(name):
            yield from in_file(name, source)


def main(*, everything: bool = False) -> int:
    lines = [str(finding) for finding in findings(everything=everything)]
    print("\n".join(lines) if lines else "No words to replace.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(everything="--all" in sys.argv[1:]))
