import re
import subprocess

import pytest

from tests import words

# What each rule finds; all are written out here, so that a change of a pattern is noticed.
FOUND = {
    r"\be-mails?\b": ("Your e-mail address", "Two E-mails"),
    r"\b(a|one|the|no|by) mail\b(?! (server|program))": (
        "Nobody got a mail",
        "sent by mail.",
        "one mail",
        "the mail",
        "no mail",
    ),
    r"\bsign(ed)? (in|out)\b": ("Sign in", "You are signed out"),
    r"\btwo-step\b": ("Two-step login",),
    r"\b(some|no|every|any)body\b": ("Somebody else", "nobody", "everybody", "anybody"),
    r"\bwhoever\b": ("Whoever has it",),
    r"\banew\b": ("Begin anew",),
    r"\bfor lack of\b": ("Skipped for lack of time",),
    r"\breckon\w*": ("no goal to reckon with", "is reckoned"),
    r"\bsenseless\b": ("A senseless value",),
    r"\b(keep|kept|stored|counted|measured?)\b.{0,40}\bapart\b": (
        "Keep them apart",
        "kept well apart",
        "stored apart",
        "counted apart",
        "measure each one apart",
        "measured apart",
    ),
    r"\bdear(er)?\b": ("Too dear", "a dearer model"),
    r"\bbuilt round\b": ("built round a queue",),
    r"\bdelay\b": ("The delay of an answer",),
    r"\bthousand million\b": ("three thousand million",),
    r"\bdata are\b": ("The data are split",),
    r"\bit bites\b": ("until it bites",),
    r"\bin so many words\b": ("asked for in so many words",),
    r"\b(is|are|was) no more\b": ("The record is no more.", "are no more", "was no more"),
    r"\bfor good\b": ("deleted for good",),
    r"\b(not the right|the right) to\b": ("You have not the right to review.",),
    r"\bas it (is|was) (now|then)\b": ("The record as it is now", "as it was then"),
    r"\bby now\b": ("You know this by now",),
    r"\b(brings?|brought) (in|back)\b": ("What an export brings back", "is brought in", "bring in"),
    r"\btak(e|en) back\b": ("can be taken back", "Take back"),
    r"\bstands? (there|on|in|below|beside)\b": (
        "what stands there",
        "stand on",
        "stands in",
        "stands below",
        "stand beside",
    ),
    r"\bwaits? for (it|them)\b": ("No other skill waits for it", "wait for them"),
    r"\bon its way\b": ("It is on its way",),
    r"\b(weighs|weigh) (more|it up)\b": ("weighs it up", "weigh more"),
    r"\bopens\b": ("It opens two skills",),
    r"\barrives?\b": ("You arrive on Monday", "arrives"),
    r"\bthe way to\b": ("on the way to a role",),
    r"\bset out\b": ("since you set out",),
    r"\bmended\b": ("until this is mended",),
    r"\bmeanwhile\b": ("Meanwhile it changed",),
    r"\bbesides\b": ("useful besides",),
    r"\bhence\b": ("three weeks hence",),
    r"\bmind:": ("Mind: it is slow",),
    r"\bsay (why|what|who)\b": ("Say why", "say what", "say who"),
    r"!": ("Well done!",),
    r"\b(simply|just|easily|please)\b": ("Please try", "simply", "just", "easily"),
}
CLEAN = (
    "Your email address or password is wrong. Log in again.",
    "The mail server refuses the message; your mail program shows it.",
    "Two-factor authentication is on. Someone signed the report.",
    "It leads to 3 skills. You'll finish on 4 April at 82 of 100.",
    "Data is stored separately and deleted permanently.",
)


def found(text: str, where: str) -> list[str]:
    pairs = zip(words.RULES, words.PATTERNS, strict=True)
    return [rule.pattern for rule, pattern in pairs if where in rule.where and pattern.search(text)]


@pytest.mark.parametrize("rule", words.RULES, ids=lambda rule: rule.write)
def test_every_pattern_is_found_where_it_counts_and_nowhere_else(rule):
    for text in FOUND[rule.pattern]:
        for where in words.ALL:
            assert (rule.pattern in found(text, where)) == (where in rule.where), (text, where)


def test_every_pattern_has_its_examples_and_clean_text_has_none():
    assert list(FOUND) == [rule.pattern for rule in words.RULES]
    assert [(text, where) for text in CLEAN for where in words.ALL if found(text, where)] == []


PYTHON = """
CODE = "nobody reads this anew"  # nobody
first = _("Nobody knows")
second = ngettext(
    "{nobody} hour",
    "%(nobody)s hours "
    "for good",
    3,
)
third = _("It opens a file")  # words: ok
"""
TEMPLATE = """{# nobody #}{% comment %}nobody
{% endcomment %}<style>.a::after { content: "!" }</style>
<p class="just">{% if nobody %}stands{% endif %} there</p>
{% translate "Nobody" as title %}
<a title="{% translate "Please" %}" href="{{ just }}">{% blocktranslate %}stands
<strong>there</strong>{% endblocktranslate %}</a>
<img alt="It opens">{{ nothing|default:_("anew") }}
<p>It opens a page</p>{# words: ok #}
"""
MARKDOWN = """# E-mail

Nothing stands
in the way of `nobody` or [a page](nobody.html).

    make nobody

```
senseless
```

A dear one. <!-- words: ok -->
This comes later!
"""
RECORD = """---
name: Mail
aliases:
  - e-mail
  - {name: two-step}
summary: Low delay is reckoned, a delay of a train is not, a mail provider too.
units:
  1:
    - {id: dear-one, read: e-mails-by-hand, do: "Count anew."}
source: The dear book
---
Keep them apart, says nobody.
"""


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("accounts/x.py", PYTHON, ["3 Nobody", "6 for good"]),
        ("templates/x.html", TEMPLATE, ["4 Nobody", "5 Please", "5 stands there", "7 anew", "7 opens"]),
        ("docs/x.md", MARKDOWN, ["1 E-mail", "3 stands in"]),
        ("guidance/catalog/content/skills/x.md", RECORD, ["6 delay", "6 reckoned", "9 anew", "12 Keep them apart"]),
    ],
)
def test_each_kind_of_file_is_read_for_what_people_see_of_it(name, source, expected):
    assert [f"{finding.line} {finding.text}" for finding in words.in_file(name, source)] == expected


def test_a_finding_names_the_file_the_line_and_what_to_write(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(words, "ROOT", tmp_path)
    monkeypatch.setattr(words, "EXCEPTIONS", {"accounts/*.py": "Later."})
    for name, text in {
        "README.md": "Hello\ne-mail\n",
        "accounts/x.py": '_("anew")\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert words.main() == 1
    assert capsys.readouterr().out == "README.md:2: “e-mail”: write email\n"
    assert words.main(everything=True) == 1
    assert capsys.readouterr().out == "README.md:2: “e-mail”: write email\naccounts/x.py:1: “anew”: write again\n"
    (tmp_path / "README.md").write_text("Hello\n")
    assert words.main() == 0


def test_what_people_read_has_no_word_to_replace():
    assert [str(finding) for finding in words.findings()] == []


def test_every_exception_has_a_reason_and_matches_a_file():
    names = subprocess.run(
        ["git", "ls-files"], cwd=words.ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()
    for pattern, reason in words.EXCEPTIONS.items():
        assert re.search(r"\w \w", reason)
        assert any(words.fnmatch.fnmatch(name, pattern) for name in names), pattern
