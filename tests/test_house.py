"""House rules that no linter checks, mostly against unsafe code: where the few exceptions are, and that there are no others."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAX_EXCEPTIONS = 10
MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_SAME_NAME = 500, 60, 2
NAMES_OF_FRAMEWORKS = {"Command", "Media", "Meta"}
NOQA = re.compile(r"# noqa: (?P<rules>S\d+(?:, ?S\d+)*)(?P<reason>.*)")
# Files that send requests to other hosts, by the start of their name. The rest of the product sends none.
NETWORK = re.compile(r"^\s*(?:import|from) (?:http\.client|httpx|requests|smtplib|urllib\.request)\b", re.MULTILINE)
MAY_ASK = ("accounts/", "guidance/curation/links.py", "guidance/reminders/smtp.py")
# Views whose secret is in the URL or in a header, that change only a colour, or that check the token themselves.
WITHOUT_CSRF = {
    "config/mail_reports.py",
    "guidance/api/urls.py",
    "guidance/memory.py",
    "guidance/web/reminders/links.py",
    "guidance/web/catalogue/site.py",
    "guidance/web/proof/views.py",
}
TRUSTED = {"guidance/markup.py", "guidance/web/catalogue/resources.py"}  # the second marks a constant
MAX_TEMPLATE_LINE = 140
MAX_FILE_BYTES = 500_000
# Templates in which line breaks are shown: emails, and differences of texts.
LONG_LINES = ("templates/account/email/", "templates/admin/curation/rows.html", "templates/reminders/")
# CSS classes consist of words. Only these may have fewer than three letters or no vowel.
SHORT_WORDS = {"a", "ad", "at", "by", "cv", "htmx", "go", "no", "of", "off", "ok", "on", "to", "up"}
CLASS_IN_CSS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
CLASS_IN_TEMPLATE = re.compile(r'(?<![\w-])class="([^"{]*)')
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape off")


def files(*patterns: str) -> Iterator[tuple[str, str]]:
    """The name and text of the tracked files that match."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for name in listed.stdout.split():
        if (ROOT / name).is_file():
            yield name, (ROOT / name).read_text()


def test_rules_of_security_have_few_exceptions_and_each_has_a_reason():
    lines = [line for name, text in files("*.py") if name != "tests/test_house.py" for line in text.splitlines()]
    exceptions = [match for line in lines if (match := NOQA.search(line))]
    assert len(exceptions) <= MAX_EXCEPTIONS
    assert [match[0] for match in exceptions if len(re.findall(r"\w+", match["reason"])) < 2] == []


def test_pages_escape_everything():
    assert [name for name, text in files("*.html") if UNESCAPED.search(text)] == []


def test_one_function_marks_text_as_safe():
    assert {
        name for name, text in files("guidance/*.py", "accounts/*.py", "config/*.py") if "mark_safe(" in text
    } == TRUSTED


def test_few_views_go_without_the_token_of_the_session():
    exempt = re.compile(r"@csrf_exempt|\bcsrf_exempt\(")
    found = {name for name, text in files("guidance/*.py", "accounts/*.py", "config/*.py") if exempt.search(text)}
    assert found == WITHOUT_CSRF


def test_only_mail_and_the_check_of_links_ask_other_hosts():
    found = [name for name, text in files("guidance/*.py", "accounts/*.py", "config/*.py") if NETWORK.search(text)]
    assert [name for name in found if not name.startswith(MAY_ASK)] == []
    assert "guidance/curation/links.py" in found


def test_lines_of_templates_are_short():
    assert [
        f"{name}:{number}"
        for name, text in files("templates/*.html")
        if not name.startswith(LONG_LINES)
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > MAX_TEMPLATE_LINE
    ] == []


def is_made_of_words(name: str) -> bool:
    return all(
        part in SHORT_WORDS or part.isdecimal() or re.fullmatch(r"(?=.*[aeiouy])[a-z]{3,}", part)
        for part in name.rstrip("-").split("-")
    )


def test_css_classes_are_words():
    """Except for areas, whose sign is a letter, and styles for Django's admin, which has too many names of its own."""
    found = set[str]()
    for name, text in files("static/css/*.css"):
        if name != "static/css/admin.css":
            rules = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", text, flags=re.DOTALL)
            found.update(name for rule in re.findall(r"([^{}]*)\{", rules) for name in CLASS_IN_CSS.findall(rule))
    for name, text in files("templates/*.html"):
        if not name.startswith(("templates/admin/", *LONG_LINES)):
            found.update(name for value in CLASS_IN_TEMPLATE.findall(text) for name in value.split())
    assert sorted(name for name in found if not is_made_of_words(name) and not re.fullmatch(r"a-[A-Z]?", name)) == []


def sources() -> Iterator[tuple[str, str]]:
    for name, text in files("accounts/*.py", "config/*.py", "embedded/*.py", "guidance/*.py"):
        if "/migrations/" not in name:
            yield name, text


def test_files_and_functions_are_short_and_a_class_name_stands_at_most_twice():
    """A name of a class may be used once for a model and once for its record, at most."""
    texts = list(sources())
    assert [name for name, text in texts if text.count("\n") > MAX_FILE_LINES] == []
    nodes = [(name, node) for name, text in texts for node in ast.walk(ast.parse(text))]
    assert [
        f"{name}:{node.lineno}"
        for name, node in nodes
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ] == []
    names = Counter(node.name for _name, node in nodes if isinstance(node, ast.ClassDef))
    assert {name for name, count in names.items() if count > MAX_SAME_NAME} - NAMES_OF_FRAMEWORKS == set()


def test_no_file_is_large():
    """A program or a table of data does not belong in the repository; the largest file is a picture of 230 kB."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert [path.name for path in paths if path.is_file() and path.stat().st_size > MAX_FILE_BYTES] == []
